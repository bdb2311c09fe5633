"""The log: numbered events, and the client ids that caused some of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import TypeAdapter
from sqlalchemy import BindParameter, Connection, Row, Select, bindparam, insert, select, update

from handover.contract.base import Actor, ActorKind
from handover.contract.events import AnyPayload, Event
from handover.domain.errors import ClientIdReused, NotFound
from handover.services.ports import StoredEvent
from handover.store.tables import client_messages, conversations, events

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

_payload: TypeAdapter[AnyPayload] = TypeAdapter(AnyPayload)
LIMITLESS = 2**31 - 1
_PRESENCE = ("message.posted", "conversation.claimed")
"""Events by which somebody takes part in a conversation."""

# What each message needs is built once: SQLAlchemy takes longer to build a statement than to run it.
_COUNTERS = (
    select(conversations.c.last_number, conversations.c.last_public_number)
    .where(conversations.c.id == bindparam("id"))
    .with_for_update()
)
_ADD = insert(events)
_COUNT = (
    update(conversations)
    .where(conversations.c.id == bindparam("its"))
    .values(last_number=bindparam("last"), last_public_number=bindparam("public"), updated_at=bindparam("at"))
)
_SENT = select(client_messages.c.body_hash, client_messages.c.number).where(
    client_messages.c.conversation_id == bindparam("conversation_id"),
    client_messages.c.client_id == bindparam("client_id"),
)
_REMEMBER = insert(client_messages)
_LOG = select(events).where(events.c.conversation_id == bindparam("conversation_id"))
_LOG_OF = {False: _LOG, True: _LOG.where(events.c.audience == "all")}
"""By whether it is the public part of the log."""
_NUMBER: BindParameter[int] = bindparam("number")
_MOST: BindParameter[int] = bindparam("most")
_AFTER = {
    public: log.where(events.c.number > _NUMBER).order_by(events.c.number).limit(_MOST)
    for public, log in _LOG_OF.items()
}
_BEFORE = {
    public: log.where(events.c.number < _NUMBER).order_by(events.c.number.desc()).limit(_MOST)
    for public, log in _LOG_OF.items()
}
_EVENT = _LOG.where(events.c.number == _NUMBER)
_LAST_PUBLIC = select(conversations.c.last_public_number).where(conversations.c.id == bindparam("id"))


class SqlEventLog:
    """See `ports.EventLog`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(self, conversation_id: str, actor: Actor, payload: AnyPayload, at: datetime) -> StoredEvent:
        """Takes the next number under the row lock, so that numbers have no gaps and no doubles."""
        counters = self._connection.execute(_COUNTERS, {"id": conversation_id}).one_or_none()
        if counters is None:
            raise NotFound("There is no such conversation.")
        number, after_public = counters.last_number + 1, counters.last_public_number
        self._connection.execute(
            _ADD,
            {
                "conversation_id": conversation_id,
                "number": number,
                "type": payload.type,
                "audience": payload.audience,
                "after_public": after_public,
                "actor_kind": actor.kind,
                "actor_id": actor.id,
                "actor_name": actor.name,
                "data": payload.model_dump(mode="json", exclude_defaults=True),
                "at": at,
            },
        )
        last_public = number if payload.audience == "all" else after_public
        self._connection.execute(_COUNT, {"its": conversation_id, "last": number, "public": last_public, "at": at})
        return StoredEvent(Event(number=number, after=number - 1, at=at, actor=actor, data=payload), after_public)

    def after(
        self, conversation_id: str, number: int, *, public: bool = False, limit: int | None = None
    ) -> list[StoredEvent]:
        asked = {"conversation_id": conversation_id, "number": number, "most": LIMITLESS if limit is None else limit}
        rows = self._connection.execute(_AFTER[public], asked)
        return [StoredEvent(event_of(row), row.after_public) for row in rows]

    def before(
        self, conversation_id: str, number: int | None, *, public: bool = False, limit: int
    ) -> list[StoredEvent]:
        asked = {"conversation_id": conversation_id, "number": LIMITLESS if number is None else number, "most": limit}
        rows = self._connection.execute(_BEFORE[public], asked).all()
        return [StoredEvent(event_of(row), row.after_public) for row in reversed(rows)]

    def of_types(self, conversation_id: str, types: Collection[str], *, limit: int) -> list[Event]:
        query = _log(conversation_id).where(events.c.type.in_(types))
        rows = self._connection.execute(query.order_by(events.c.number.desc()).limit(limit))
        return [event_of(row) for row in reversed(rows.all())]

    def feedback_on(self, conversation_id: str, message_number: int) -> Event | None:
        given = _log(conversation_id).where(
            events.c.number > message_number,
            events.c.type == "message.feedback_given",
            events.c.data["message_number"].as_integer() == message_number,
        )
        return self._latest(given)

    def rating_of(self, conversation_id: str, about: Literal["bot", "human"]) -> Event | None:
        rated = events.c.type == "conversation.rated"
        return self._latest(_log(conversation_id).where(rated, events.c.data["about"].as_string() == about))

    def took_part(self, conversation_id: str, kind: ActorKind) -> bool:
        there = _log(conversation_id).where(events.c.actor_kind == kind, events.c.type.in_(_PRESENCE))
        return bool(self._connection.execute(select(there.exists())).scalar_one())

    def get(self, conversation_id: str, number: int) -> Event | None:
        asked = {"conversation_id": conversation_id, "number": number}
        row = self._connection.execute(_EVENT, asked).one_or_none()
        return event_of(row) if row else None

    def last_public(self, conversation_id: str) -> int:
        return int(self._connection.execute(_LAST_PUBLIC, {"id": conversation_id}).scalar_one())

    def number_for(self, conversation_id: str, client_id: str, body_hash: str) -> int | None:
        sent = {"conversation_id": conversation_id, "client_id": client_id}
        row = self._connection.execute(_SENT, sent).one_or_none()
        if row is None:
            return None
        if row.body_hash != body_hash:
            raise ClientIdReused("This client id was used for something else.")
        return int(row.number)

    def remember(self, conversation_id: str, client_id: str, body_hash: str, number: int) -> None:
        sent = {"conversation_id": conversation_id, "client_id": client_id, "body_hash": body_hash, "number": number}
        self._connection.execute(_REMEMBER, sent)

    def _latest(self, query: Select[Any]) -> Event | None:
        row = self._connection.execute(query.order_by(events.c.number.desc()).limit(1)).one_or_none()
        return event_of(row) if row else None


def _log(conversation_id: str) -> Select[Any]:
    return select(events).where(events.c.conversation_id == conversation_id)


def event_of(row: Row[Any]) -> Event:
    """A row of `events` as the staff sees it."""
    return Event(
        number=row.number,
        after=row.number - 1,
        at=row.at,
        actor=Actor(kind=row.actor_kind, id=row.actor_id, name=row.actor_name),
        data=_payload.validate_python({"type": row.type, **row.data}),
    )
