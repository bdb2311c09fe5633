"""Conversations as rows: their state, the queue, leases and read marks."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, Select, and_, exists, func, insert, select, update

from handover.contract.frames import ConversationSummary, ConversationView
from handover.domain.conversation import Conversation, State
from handover.domain.errors import NotFound, StaleOwnership
from handover.store.tables import agents, challenges, conversations, customers, events

if TYPE_CHECKING:
    from datetime import datetime

    from handover.services.ports import ListView, Reader

LAST_TEXT_LIMIT = 200
_FIELDS = [conversations.c[field.name] for field in fields(Conversation)]
_CHANGEABLE = [field.name for field in fields(Conversation) if field.name not in ("id", "last_number", "started_at")]


class SqlConversationStore:
    """See `ports.ConversationStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, conversation: Conversation, visitor_token_hash: str) -> None:
        values = {field.name: getattr(conversation, field.name) for field in fields(Conversation)}
        self._connection.execute(
            insert(conversations).values(
                **values, visitor_token_hash=visitor_token_hash, updated_at=conversation.started_at
            )
        )

    def get(self, conversation_id: str) -> Conversation:
        return self._one(select(*_FIELDS).where(conversations.c.id == conversation_id))

    def locked(self, conversation_id: str) -> Conversation:
        return self._one(select(*_FIELDS).where(conversations.c.id == conversation_id).with_for_update())

    def save(self, before: Conversation, after: Conversation) -> None:
        unchanged = and_(
            conversations.c.id == before.id,
            conversations.c.state == before.state,
            conversations.c.ownership_version == before.ownership_version,
        )
        values = {name: getattr(after, name) for name in _CHANGEABLE}
        if self._connection.execute(update(conversations).where(unchanged).values(**values)).rowcount != 1:
            raise StaleOwnership("The conversation has changed hands.")

    def id_of_visitor(self, token_hash: str) -> str | None:
        query = select(conversations.c.id).where(conversations.c.visitor_token_hash == token_hash)
        return self._connection.execute(query).scalar_one_or_none()

    def view(self, conversation_id: str) -> ConversationView:
        row = self._connection.execute(_views().where(conversations.c.id == conversation_id)).one_or_none()
        if row is None:
            raise NotFound("There is no such conversation.")
        form_is_open = row.last_identity not in (None, "identity.proven")
        return ConversationView(
            id=row.id,
            state=row.state,
            language=row.language,
            trust=row.trust,
            agent_name=row.agent_name,
            visitor_read=row.visitor_read,
            staff_read=row.staff_read,
            identity_step=("code" if row.code_is_out else "email") if form_is_open else None,
        )

    def summary(self, conversation_id: str) -> ConversationSummary:
        row = self._connection.execute(_summaries().where(conversations.c.id == conversation_id)).one_or_none()
        if row is None:
            raise NotFound("There is no such conversation.")
        return _summary(row)

    def listed(self, view: ListView, agent_id: str, limit: int) -> list[ConversationSummary]:
        query = _summaries().limit(limit)
        if view == "waiting":
            query = query.where(conversations.c.state == State.WAITING).order_by(*_queue_order())
        else:
            query = query.order_by(conversations.c.updated_at.desc(), conversations.c.id)
        if view == "mine":
            query = query.where(conversations.c.state == State.AGENT, conversations.c.owner_id == agent_id)
        elif view == "colleagues":
            query = query.where(conversations.c.state == State.AGENT, conversations.c.owner_id != agent_id)
        elif view in ("bot", "closed"):
            query = query.where(conversations.c.state == view)
        return [_summary(row) for row in self._connection.execute(query)]

    def queue(self) -> list[str]:
        return self._ids(
            select(conversations.c.id).where(conversations.c.state == State.WAITING).order_by(*_queue_order())
        )

    def set_read(self, conversation_id: str, by: Reader, number: int) -> bool:
        mark = conversations.c.visitor_read if by == "visitor" else conversations.c.staff_read
        raised = (
            update(conversations).where(conversations.c.id == conversation_id, mark < number).values({mark: number})
        )
        return self._connection.execute(raised).rowcount == 1

    def renew_leases(self, agent_id: str, until: datetime) -> None:
        self._connection.execute(
            update(conversations)
            .where(conversations.c.state == State.AGENT, conversations.c.owner_id == agent_id)
            .values(lease_expires_at=until)
        )

    def with_expired_lease(self, now: datetime) -> list[str]:
        return self._ids(
            select(conversations.c.id).where(
                conversations.c.state == State.AGENT, conversations.c.lease_expires_at <= now
            )
        )

    def _one(self, query: Select[Any]) -> Conversation:
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise NotFound("There is no such conversation.")
        return Conversation(**{**row._mapping, "state": State(row.state)})  # noqa: SLF001 -- public in all but name

    def _ids(self, query: Select[Any]) -> list[str]:
        return list(self._connection.execute(query).scalars())


def _queue_order() -> tuple[Any, ...]:
    return conversations.c.priority.desc(), conversations.c.waiting_since, conversations.c.id


def _views() -> Select[Any]:
    last_identity = (
        select(events.c.type)
        .where(events.c.conversation_id == conversations.c.id, events.c.type.startswith("identity."))
        .order_by(events.c.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    code_is_out = exists().where(challenges.c.conversation_id == conversations.c.id, challenges.c.ended_at.is_(None))
    return select(
        conversations,
        agents.c.name.label("agent_name"),
        last_identity.label("last_identity"),
        code_is_out.label("code_is_out"),
    ).outerjoin_from(conversations, agents, agents.c.id == conversations.c.owner_id)


def _summaries() -> Select[Any]:
    last = events.alias("last")
    said = and_(events.c.conversation_id == conversations.c.id, events.c.type == "message.posted")
    last_number = select(func.max(events.c.number)).where(said).scalar_subquery()
    unread = (
        select(func.count())
        .where(said, events.c.actor_kind == "visitor", events.c.number > conversations.c.staff_read)
        .scalar_subquery()
    )
    return (
        select(
            conversations,
            agents.c.name.label("owner_name"),
            customers.c.name.label("customer_name"),
            last.c.data.label("last_data"),
            last.c.actor_kind.label("last_author"),
            unread.label("unread"),
        )
        .outerjoin_from(conversations, agents, agents.c.id == conversations.c.owner_id)
        .outerjoin(customers, customers.c.id == conversations.c.customer_id)
        .outerjoin(last, and_(last.c.conversation_id == conversations.c.id, last.c.number == last_number))
    )


def _summary(row: Row[Any]) -> ConversationSummary:
    return ConversationSummary(
        id=row.id,
        state=row.state,
        language=row.language,
        priority=row.priority,
        owner_id=row.owner_id,
        owner_name=row.owner_name,
        ownership_version=row.ownership_version,
        customer_id=row.customer_id,
        customer_name=row.customer_name,
        trust=row.trust,
        reason=row.reason,
        waiting_since=row.waiting_since and row.waiting_since.isoformat(),
        started_at=row.started_at.isoformat(),
        updated_at=row.updated_at.isoformat(),
        last_number=row.last_number,
        last_text=row.last_data["text"][:LAST_TEXT_LIMIT] if row.last_data else "",
        last_author=row.last_author or "system",
        visitor_read=row.visitor_read,
        staff_read=row.staff_read,
        unread=row.unread,
        outcome=row.outcome,
    )
