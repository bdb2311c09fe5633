"""The audit log: who saw or did what with whose data, and why. It is only added to (see the triggers of its table)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, insert, not_, or_, select

from handover.contract.audit import AuditEntry
from handover.services.ports import AuditFilter, AuditStore
from handover.store.tables import agents, audit, customers

if TYPE_CHECKING:
    from datetime import datetime

concerned = agents.alias("concerned")
IS_READ = audit.c.action.endswith(".read")
KINDS: dict[str, ColumnElement[bool]] = {
    "reads": and_(audit.c.allowed, IS_READ),
    "writes": and_(audit.c.allowed, not_(IS_READ), audit.c.action != "log_in"),
    "openings": audit.c.action == "customer.opened",
    "log_ins": audit.c.action == "log_in",
    "refusals": not_(audit.c.allowed),
}


class SqlAuditStore(AuditStore):
    """See `ports.AuditStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(
        self,
        at: datetime,
        agent_id: str | None,
        action: str,
        subject: str | None,
        *,
        allowed: bool,
        conversation: str | None = None,
        customer: str | None = None,
        why: str | None = None,
    ) -> None:
        about = {"subject": subject, "conversation": conversation, "customer": customer, "why": why}
        noted = insert(audit).values(at=at, agent_id=agent_id, action=action, allowed=allowed, **about)
        self._connection.execute(noted)

    def noted_since(
        self,
        agent_id: str,
        action: str,
        since: datetime,
        *,
        conversation: str | None = None,
        customer: str | None = None,
    ) -> bool:
        about = audit.c.conversation == conversation if conversation else audit.c.customer == customer
        known = exists().where(
            about, audit.c.agent_id == agent_id, audit.c.action == action, audit.c.at > since, audit.c.allowed
        )
        return bool(self._connection.execute(select(known)).scalar_one())

    def page(self, wanted: AuditFilter, before: int | None, limit: int) -> list[AuditEntry]:
        conditions = list(_conditions(wanted))
        if before is not None:
            conditions.append(audit.c.id < before)
        query = (
            select(
                audit,
                agents.c.name.label("agent_name"),
                concerned.c.name.label("subject_name"),
                customers.c.number.label("customer_number"),
            )
            .outerjoin(agents, agents.c.id == audit.c.agent_id)
            .outerjoin(concerned, concerned.c.id == audit.c.subject)
            .outerjoin(customers, customers.c.id == audit.c.customer)
            .where(*conditions)
            .order_by(audit.c.id.desc())
            .limit(limit)
        )
        return [_entry(row) for row in self._connection.execute(query)]


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    of_number = select(customers.c.id).where(customers.c.number == wanted.customer).scalar_subquery()
    found = [
        wanted.kind and KINDS[wanted.kind],
        wanted.agent_id and audit.c.agent_id == wanted.agent_id,
        wanted.conversation and audit.c.conversation == wanted.conversation,
        wanted.customer and or_(audit.c.customer == wanted.customer, audit.c.customer == of_number),
        wanted.since and audit.c.at >= wanted.since,
        wanted.until and audit.c.at < wanted.until,
    ]
    return [condition for condition in found if isinstance(condition, ColumnElement)]


def _entry(row: Row[Any]) -> AuditEntry:
    return AuditEntry(
        id=row.id,
        at=row.at,
        agent_id=row.agent_id,
        agent_name=row.agent_name,
        action=row.action,
        subject=row.subject,
        subject_name=row.subject_name,
        allowed=row.allowed,
        conversation=row.conversation,
        customer=row.customer,
        customer_number=row.customer_number,
        why=row.why,
    )
