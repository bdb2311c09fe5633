"""The log: numbered events, and the client ids that caused some of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, insert, select, update

from handover.contract.base import Actor
from handover.contract.events import AnyPayload, Event
from handover.domain.errors import ClientIdReused, NotFound
from handover.services.ports import StoredEvent
from handover.store.tables import client_messages, conversations, events

if TYPE_CHECKING:
    from datetime import datetime

_payload: TypeAdapter[AnyPayload] = TypeAdapter(AnyPayload)


class SqlEventLog:
    """See `ports.EventLog`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(self, conversation_id: str, actor: Actor, payload: AnyPayload, at: datetime) -> StoredEvent:
        """Takes the next number under the row lock, so that numbers have no gaps and no doubles."""
        counters = self._connection.execute(
            select(conversations.c.last_number, conversations.c.last_public_number)
            .where(conversations.c.id == conversation_id)
            .with_for_update()
        ).one_or_none()
        if counters is None:
            raise NotFound("There is no such conversation.")
        number, after_public = counters.last_number + 1, counters.last_public_number
        self._connection.execute(
            insert(events).values(
                conversation_id=conversation_id,
                number=number,
                type=payload.type,
                audience=payload.audience,
                after_public=after_public,
                actor_kind=actor.kind,
                actor_id=actor.id,
                actor_name=actor.name,
                data=payload.model_dump(mode="json", exclude_defaults=True),
                at=at,
            )
        )
        self._connection.execute(
            update(conversations)
            .where(conversations.c.id == conversation_id)
            .values(
                last_number=number,
                last_public_number=number if payload.audience == "all" else after_public,
                updated_at=at,
            )
        )
        return StoredEvent(Event(number=number, after=number - 1, at=at, actor=actor, data=payload), after_public)

    def after(self, conversation_id: str, number: int) -> list[StoredEvent]:
        rows = self._connection.execute(
            select(events)
            .where(events.c.conversation_id == conversation_id, events.c.number > number)
            .order_by(events.c.number)
        )
        return [StoredEvent(event_of(row), row.after_public) for row in rows]

    def get(self, conversation_id: str, number: int) -> Event | None:
        row = self._connection.execute(
            select(events).where(events.c.conversation_id == conversation_id, events.c.number == number)
        ).one_or_none()
        return event_of(row) if row else None

    def last_public(self, conversation_id: str) -> int:
        query = select(conversations.c.last_public_number).where(conversations.c.id == conversation_id)
        return int(self._connection.execute(query).scalar_one())

    def number_for(self, conversation_id: str, client_id: str, body_hash: str) -> int | None:
        row = self._connection.execute(
            select(client_messages.c.body_hash, client_messages.c.number).where(
                client_messages.c.conversation_id == conversation_id, client_messages.c.client_id == client_id
            )
        ).one_or_none()
        if row is None:
            return None
        if row.body_hash != body_hash:
            raise ClientIdReused("This client id was used for something else.")
        return int(row.number)

    def remember(self, conversation_id: str, client_id: str, body_hash: str, number: int) -> None:
        self._connection.execute(
            insert(client_messages).values(
                conversation_id=conversation_id, client_id=client_id, body_hash=body_hash, number=number
            )
        )


def event_of(row: Row[Any]) -> Event:
    """A row of `events` as the staff sees it."""
    return Event(
        number=row.number,
        after=row.number - 1,
        at=row.at,
        actor=Actor(kind=row.actor_kind, id=row.actor_id, name=row.actor_name),
        data=_payload.validate_python({"type": row.type, **row.data}),
    )
