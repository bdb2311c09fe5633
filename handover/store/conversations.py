"""Conversations as rows: their state, the queue, leases and read marks."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, case, exists, func, select, update

from handover.contract.frames import ConversationSummary, ConversationView
from handover.domain.conversation import Conversation, State
from handover.domain.errors import NotFound, StaleOwnership
from handover.store.board import READ_BACK, TAKEN
from handover.store.sight import in_sight
from handover.store.tables import ABOUT_IDENTITY, agents, challenges, contacts, conversations, customers, events, offers
from handover.store.upserts import insert_into

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from handover.domain.agent import Sight
    from handover.services.ports import ListView, Reader

LAST_TEXT_LIMIT = 200
PROVEN = ("code", "login")
SIBLINGS = 20
"""Open conversations of one customer that are told."""
UNREAD_COUNTED = 100
"""Nobody counts further; a list must not read whole logs to say more."""
_FIELDS = [conversations.c[field.name] for field in fields(Conversation)]
_CHANGEABLE = [field.name for field in fields(Conversation) if field.name not in ("id", "last_number", "started_at")]

# What each message needs is built once: SQLAlchemy takes longer to build a statement than to run it.
_IT = conversations.c.id == bindparam("id")
_ONE = select(*_FIELDS).where(_IT)
_ONE_LOCKED = _ONE.with_for_update()
_OF_VISITOR = select(conversations.c.id).where(conversations.c.visitor_token_hash == bindparam("token_hash"))


class SqlConversationStore:
    """See `ports.ConversationStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, conversation: Conversation, visitor_token_hash: str) -> bool:
        values = {field.name: getattr(conversation, field.name) for field in fields(Conversation)}
        added = insert_into(self._connection, conversations).values(
            **values, visitor_token_hash=visitor_token_hash, updated_at=conversation.started_at
        )
        once = added.on_conflict_do_nothing(index_elements=["visitor_token_hash"]).returning(conversations.c.id)
        return self._connection.execute(once).one_or_none() is not None

    def get(self, conversation_id: str) -> Conversation:
        return self._one(_ONE, conversation_id)

    def locked(self, conversation_id: str) -> Conversation:
        return self._one(_ONE_LOCKED, conversation_id)

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
        return self._connection.execute(_OF_VISITOR, {"token_hash": token_hash}).scalar_one_or_none()

    def renew_token(self, conversation_id: str, token_hash: str) -> None:
        renewed = update(conversations).where(conversations.c.id == conversation_id)
        self._connection.execute(renewed.values(visitor_token_hash=token_hash))

    def view(self, conversation_id: str) -> ConversationView:
        row = self._connection.execute(_VIEW, {"id": conversation_id}).one_or_none()
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
        row = self._connection.execute(_SUMMARY, {"id": conversation_id}).one_or_none()
        if row is None:
            raise NotFound("There is no such conversation.")
        return _summary(row)

    def summaries(self, conversation_ids: Sequence[str]) -> dict[str, ConversationSummary]:
        rows = self._connection.execute(_summaries().where(conversations.c.id.in_(conversation_ids)))
        return {row.id: _summary(row) for row in rows}

    def siblings(self, conversation: Conversation, sight: Sight) -> list[ConversationSummary]:
        query = _summaries().where(
            in_sight(sight),
            conversations.c.customer_id == conversation.customer_id,
            conversations.c.trust.in_(PROVEN),
            conversations.c.state != State.CLOSED,
            conversations.c.id != conversation.id,
        )
        newest = query.order_by(conversations.c.updated_at.desc(), conversations.c.id).limit(SIBLINGS)
        return [_summary(row) for row in self._connection.execute(newest)]

    def in_sight(self, conversation_id: str, sight: Sight) -> Conversation:
        return self._one(_ONE.where(in_sight(sight)), conversation_id)

    def listed(self, view: ListView, sight: Sight, limit: int) -> list[ConversationSummary]:
        query, agent_id = _summaries().where(in_sight(sight)).limit(limit), sight.agent_id
        if view == "waiting":
            query = query.where(conversations.c.state == State.WAITING).order_by(*queue_order())
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
            select(conversations.c.id).where(conversations.c.state == State.WAITING).order_by(*queue_order())
        )

    def set_read(self, conversation_id: str, by: Reader, number: int) -> bool:
        mark = conversations.c.visitor_read if by == "visitor" else conversations.c.staff_read
        raised = (
            update(conversations).where(conversations.c.id == conversation_id, mark < number).values({mark: number})
        )
        return self._connection.execute(raised).rowcount == 1

    def renew_leases(self, agent_id: str, until: datetime) -> None:
        theirs = in_order(conversations.c.state == State.AGENT, conversations.c.owner_id == agent_id)
        self._connection.execute(update(conversations).where(theirs).values(lease_expires_at=until))

    def with_expired_lease(self, now: datetime) -> list[str]:
        return self._ids(
            select(conversations.c.id).where(
                conversations.c.state == State.AGENT, conversations.c.lease_expires_at <= now
            )
        )

    def changed_since(self, moment: datetime) -> dict[str, int]:
        changed = select(conversations.c.id, conversations.c.last_number).where(conversations.c.updated_at >= moment)
        return {row.id: row.last_number for row in self._connection.execute(changed)}

    def _one(self, query: Select[Any], conversation_id: str) -> Conversation:
        row = self._connection.execute(query, {"id": conversation_id}).one_or_none()
        if row is None:
            raise NotFound("There is no such conversation.")
        return Conversation(**{**row._mapping, "state": State(row.state)})  # noqa: SLF001 -- public in all but name

    def _ids(self, query: Select[Any]) -> list[str]:
        return list(self._connection.execute(query).scalars())


def in_order(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    """For a change of several conversations: locked in the order of their ids, so that no two wait for each other."""
    chosen = select(conversations.c.id).where(*which).order_by(conversations.c.id).with_for_update()
    return conversations.c.id.in_(chosen)


def queue_order() -> tuple[Any, ...]:
    """The next one first."""
    return conversations.c.priority.desc(), conversations.c.waiting_since, conversations.c.id


def _views() -> Select[Any]:
    last_identity = (
        select(events.c.type)
        .where(events.c.conversation_id == conversations.c.id, ABOUT_IDENTITY)
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
    written = said, events.c.actor_kind == "visitor", events.c.number > conversations.c.staff_read
    # In a FROM clause nothing is correlated by itself: without it every row would tell the sum of all.
    new = select(events.c.number).where(*written).correlate(conversations).limit(UNREAD_COUNTED)
    unread = select(func.count()).select_from(new.subquery()).scalar_subquery()
    contact = select(contacts.c.kind).where(
        contacts.c.conversation_id == conversations.c.id, contacts.c.outcome.is_(None)
    )
    offered = select(offers.c.agent_id).where(
        offers.c.conversation_id == conversations.c.id, offers.c.ended_at.is_(None)
    )
    return (
        select(
            conversations,
            contact.scalar_subquery().label("contact"),
            offered.scalar_subquery().label("offered_to"),
            agents.c.name.label("owner_name"),
            customers.c.name.label("customer_name"),
            last.c.data.label("last_data"),
            last.c.actor_kind.label("last_author"),
            unread.label("unread"),
            *_unanswered(),
        )
        .outerjoin_from(conversations, agents, agents.c.id == conversations.c.owner_id)
        .outerjoin(customers, customers.c.id == conversations.c.customer_id)
        .outerjoin(last, and_(last.c.conversation_id == conversations.c.id, last.c.number == last_number))
    )


def _unanswered() -> tuple[ColumnElement[Any], ...]:
    """The visitor's first word that nobody has answered, and when the agent took the case, looked for where they are near."""
    said, answer = events.alias("said"), events.alias("answer")

    def near(one: Any, *types: str) -> ColumnElement[bool]:
        of_it = and_(
            one.c.conversation_id == conversations.c.id, one.c.number > conversations.c.last_number - READ_BACK
        )
        return and_(of_it, one.c.type.in_(types))

    answered = select(func.max(answer.c.number)).where(near(answer, "message.posted"), answer.c.actor_kind != "visitor")
    after = said.c.number > func.coalesce(answered.correlate(conversations).scalar_subquery(), 0)
    first = select(func.min(said.c.at)).where(near(said, "message.posted"), said.c.actor_kind == "visitor", after)
    taken = select(func.max(said.c.at)).where(near(said, *TAKEN))
    with_agent = conversations.c.state == State.AGENT
    return (
        case((with_agent, first.correlate(conversations).scalar_subquery())).label("unanswered_at"),
        case((with_agent, taken.correlate(conversations).scalar_subquery())).label("taken_at"),
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
        last_text=_words(row.last_data)[:LAST_TEXT_LIMIT] if row.last_data else "",
        last_author=row.last_author or "system",
        visitor_read=row.visitor_read,
        staff_read=row.staff_read,
        unread=row.unread,
        outcome=row.outcome,
        topic=row.topic,
        team=row.team,
        contact=row.contact,
        offered_to=row.offered_to,
        unanswered_since=_since(row.unanswered_at, row.taken_at),
    )


def _since(unanswered_at: datetime | None, taken_at: datetime | None) -> str | None:
    """What was said before somebody took the case waits for them from then on."""
    return max(unanswered_at, taken_at or unanswered_at).isoformat() if unanswered_at else None


def _words(data: dict[str, Any]) -> str:
    """Of a message without a text, what its files are called."""
    return data["text"] or ", ".join(file["name"] for file in data.get("files", ()))


_VIEW = _views().where(_IT)
_SUMMARY = _summaries().where(_IT)
