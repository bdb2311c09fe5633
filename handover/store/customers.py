"""Customer records, their identities, and their one timeline."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    String,
    Subquery,
    cast,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    tuple_,
    union_all,
    update,
)

from handover.contract.base import Actor
from handover.contract.dossier import TimelineEntry
from handover.domain.customer import Customer, Identity
from handover.domain.errors import NotFound
from handover.services.ports import CustomerFound, TimelineLine, TimelinePlace
from handover.store.events import event_of
from handover.store.tables import UtcTime, conversations, customer_events, customers, events, identities, orders

PHONE_DIGITS = 4
"""Fewer would find half the town."""


class SqlCustomerStore:
    """See `ports.CustomerStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find_by_email(self, email: str) -> CustomerFound | None:
        row = self._connection.execute(
            select(identities.c.customer_id, identities.c.id, customers.c.name)
            .join(customers)
            .where(identities.c.kind == "email", identities.c.value == email)
        ).one_or_none()
        return CustomerFound(*row) if row else None

    def record(self, customer_id: str) -> Customer:
        found = self._read(customers.c.id == customer_id, limit=1)
        if not found:
            raise NotFound("There is no such customer.")
        return found[0]

    def search(self, query: str, limit: int) -> list[Customer]:
        wanted = query.strip().lower()
        digits = re.sub(r"\D", "", wanted).lstrip("0")  # "040 / 1234" is kept as "+49401234"
        has_identity = select(identities.c.customer_id).where(identities.c.value.contains(wanted, autoescape=True))
        has_order = select(orders.c.customer_id).where(func.lower(orders.c.number) == wanted)
        return self._read(
            or_(
                func.lower(customers.c.name).contains(wanted, autoescape=True),
                func.lower(customers.c.number) == wanted,
                customers.c.phone.contains(digits if len(digits) >= PHONE_DIGITS else wanted, autoescape=True),
                customers.c.id.in_(has_identity),
                customers.c.id.in_(has_order),
            ),
            limit=limit,
        )

    def prove_identity(self, identity_id: str, trust: str, at: datetime) -> None:
        self._connection.execute(
            update(identities).where(identities.c.id == identity_id).values(trust=trust, proven_at=at)
        )

    def add_event(self, customer_id: str, type_: str, data: dict[str, object], at: datetime) -> None:
        self._connection.execute(insert(customer_events).values(customer_id=customer_id, type=type_, data=data, at=at))

    def timeline(self, customer_id: str, before: TimelinePlace | None, limit: int) -> list[TimelineLine]:
        lines = _lines(customer_id)
        place = tuple_(lines.c.at, lines.c.conversation_id, lines.c.number)
        query = select(lines).order_by(lines.c.at.desc(), lines.c.conversation_id.desc(), lines.c.number.desc())
        if before is not None:
            at, conversation_id, number = before
            query = query.where(place < tuple_(literal(at, UtcTime), literal(conversation_id), literal(number)))
        return [_line(row) for row in self._connection.execute(query.limit(limit))]

    def _read(self, condition: ColumnElement[bool], limit: int) -> list[Customer]:
        rows = self._connection.execute(
            select(customers).where(condition).order_by(customers.c.name, customers.c.id).limit(limit)
        ).all()
        known_by: dict[str, list[Identity]] = {row.id: [] for row in rows}
        for row in self._connection.execute(
            select(identities).where(identities.c.customer_id.in_(known_by)).order_by(identities.c.id)
        ):
            known_by[row.customer_id].append(Identity(row.kind, row.value, row.trust, row.proven_at))
        return [Customer(**row._mapping, identities=tuple(known_by[row.id])) for row in rows]  # noqa: SLF001


def _lines(customer_id: str) -> Subquery:
    """Events of the customer's conversations and what the shop told, in one shape."""
    nobody = cast(null(), String)
    talked = (
        select(
            events.c.at,
            events.c.conversation_id,
            events.c.number,
            events.c.type,
            events.c.data,
            events.c.actor_kind,
            events.c.actor_id,
            events.c.actor_name,
        )
        .join(conversations)
        .where(conversations.c.customer_id == customer_id)
    )
    told = select(
        customer_events.c.at,
        literal("", String).label("conversation_id"),
        customer_events.c.id.label("number"),
        customer_events.c.type,
        customer_events.c.data,
        nobody.label("actor_kind"),
        nobody.label("actor_id"),
        nobody.label("actor_name"),
    ).where(customer_events.c.customer_id == customer_id)
    return union_all(talked, told).subquery("lines")


def _line(row: Row[Any]) -> TimelineLine:
    place = TimelinePlace(row.at, row.conversation_id, row.number)
    if not row.conversation_id:
        return TimelineLine(place, TimelineEntry(source="shop", at=row.at, type=row.type, data=row.data))
    entry = TimelineEntry(
        source="conversation",
        at=row.at,
        type=row.type,
        data=event_of(row).data.model_dump(mode="json", exclude={"type"}),
        conversation_id=row.conversation_id,
        number=row.number,
        actor=Actor(kind=row.actor_kind, id=row.actor_id, name=row.actor_name),
    )
    return TimelineLine(place, entry)
