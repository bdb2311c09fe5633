"""Stays in the queue: begun, ended, and what later estimates are read from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, Select, and_, exists, func, insert, select, update

from handover.domain.conversation import State
from handover.domain.waits import PastWait
from handover.services.ports import OpenWait, WaitResult
from handover.store.conversations import in_order, queue_order
from handover.store.tables import contacts, conversations, waits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

AT_ONCE = 500
"""Ids in one statement."""
PROVEN = ("code", "login")


class SqlWaitStore:
    """See `ports.WaitStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, wait: OpenWait, agents: int) -> None:
        values = wait._asdict() | {"agents_at_start": agents, "left_contact": wait.has_contact}
        del values["has_contact"]
        self._connection.execute(insert(waits).values(**values))

    def end(self, conversation_id: str, result: WaitResult, at: datetime, claimed_by: str | None = None) -> None:
        ended = {"result": result, "ended_at": at, "claimed_by": claimed_by}
        self._connection.execute(update(waits).where(_is_open(conversation_id)).values(**ended))

    def open_one(self, conversation_id: str) -> OpenWait | None:
        row = self._connection.execute(_open().where(waits.c.conversation_id == conversation_id)).one_or_none()
        return _open_wait(row) if row else None

    def open_ones(self) -> list[OpenWait]:
        return [_open_wait(row) for row in self._connection.execute(_open().order_by(*queue_order()))]

    def mark_contact(self, conversation_id: str) -> None:
        self._connection.execute(update(waits).where(_is_open(conversation_id)).values(left_contact=True))

    def past(self, since: datetime, limit: int) -> list[PastWait]:
        query = (
            select(waits.c.started_at, waits.c.ended_at, waits.c.result, waits.c.place_at_start, waits.c.after_hours)
            .where(waits.c.started_at >= since, waits.c.ended_at.is_not(None), ~waits.c.left_contact)
            .order_by(waits.c.started_at.desc())
            .limit(limit)
        )
        return [
            PastWait((row.ended_at - row.started_at).total_seconds(), row.result == "claimed", row[3], row.after_hours)
            for row in self._connection.execute(query)
        ]

    def last_agents(self, conversation_ids: Sequence[str]) -> dict[str, str]:
        claimed = (
            select(waits.c.conversation_id, waits.c.claimed_by)
            .where(waits.c.conversation_id.in_(conversation_ids), waits.c.claimed_by.is_not(None))
            .order_by(waits.c.call)
        )
        return {row.conversation_id: row.claimed_by for row in self._connection.execute(claimed)}

    def customers_agents(self, conversation_ids: Sequence[str], since: datetime) -> dict[str, str]:
        earlier = conversations.alias("earlier")
        served = (
            select(conversations.c.id, waits.c.claimed_by)
            .join(earlier, earlier.c.customer_id == conversations.c.customer_id)
            .join(waits, waits.c.conversation_id == earlier.c.id)
            .where(
                conversations.c.id.in_(conversation_ids),
                conversations.c.trust.in_(PROVEN),
                earlier.c.trust.in_(PROVEN),
                waits.c.claimed_by.is_not(None),
                waits.c.ended_at >= since,
            )
            .order_by(waits.c.ended_at)
        )
        return {row.id: row.claimed_by for row in self._connection.execute(served)}

    def with_people(self) -> list[str]:
        query = select(conversations.c.id).where(conversations.c.state.in_((State.WAITING, State.AGENT)))
        return list(self._connection.execute(query).scalars())

    def note_visitors(self, conversation_ids: Sequence[str], at: datetime) -> None:
        ids, matters = sorted(conversation_ids), conversations.c.state.in_((State.WAITING, State.AGENT))
        for start in range(0, len(ids), AT_ONCE):
            some = in_order(conversations.c.id.in_(ids[start : start + AT_ONCE]), matters)
            self._connection.execute(update(conversations).where(some).values(visitor_seen_at=at))

    def left_alone(self, gone_since: datetime) -> list[str]:
        last_sign = func.coalesce(conversations.c.visitor_seen_at, conversations.c.waiting_since)
        query = select(conversations.c.id).where(
            conversations.c.state == State.WAITING,
            conversations.c.waiting_since <= gone_since,
            last_sign <= gone_since,
            ~_has_contact(),
        )
        return list(self._connection.execute(query).scalars())


def _is_open(conversation_id: str) -> Any:
    return and_(waits.c.conversation_id == conversation_id, waits.c.ended_at.is_(None))


def _has_contact() -> Any:
    return exists().where(contacts.c.conversation_id == conversations.c.id, contacts.c.outcome.is_(None))


def _open() -> Select[Any]:
    """The language is the one spoken now; the rest is as it was when the wait began."""
    return (
        select(waits, conversations.c.language.label("spoken"), _has_contact().label("has_contact"))
        .join(conversations, conversations.c.id == waits.c.conversation_id)
        .where(conversations.c.state == State.WAITING, waits.c.ended_at.is_(None))
    )


def _open_wait(row: Row[Any]) -> OpenWait:
    return OpenWait(
        conversation_id=row.conversation_id,
        call=row.call,
        started_at=row.started_at,
        place_at_start=row.place_at_start,
        language=row.spoken,
        topic=row.topic,
        after_hours=row.after_hours,
        has_contact=row.has_contact,
    )
