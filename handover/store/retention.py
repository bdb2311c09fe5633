"""Deleting what was kept long enough, in small transactions, so that nobody waits for it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Connection, Select, Table, and_, delete, exists, func, or_, select, update

from handover.domain.conversation import State
from handover.domain.retention import Kept
from handover.store.personal_data import OF_CONVERSATION
from handover.store.tables import (
    audit,
    challenges,
    conversations,
    credit_decisions,
    documents,
    events,
    mails,
    service_requests,
)

if TYPE_CHECKING:
    from datetime import datetime

CARD = "credit.granted"
"""The event that the books are held against; it names no person."""
DETAILS = "bot.understood"
AUDIT_AT_LEAST = timedelta(days=30)
"""Before its newest entry, however short the period; the triggers say the same."""
BY_AGE: dict[Kept, Column[Any]] = {
    Kept.MAILS: mails.c.created_at,
    Kept.DOCUMENTS: documents.c.created_at,
    Kept.CHALLENGES: challenges.c.created_at,
    Kept.AUDIT: audit.c.at,
}
"""Rows that are deleted alone, by the time that counts for them."""


class SqlRetentionStore:
    """See `ports.RetentionStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count(self, kept: Kept, before: datetime) -> int:
        counted = select(func.count()).select_from(_due(kept, self._deletable(kept, before)).subquery())
        return int(self._connection.execute(counted).scalar_one())

    def take(self, kept: Kept, before: datetime, limit: int) -> list[str]:
        oldest = _due(kept, before).order_by(conversations.c.updated_at).limit(limit)
        return list(self._connection.execute(oldest.with_for_update(skip_locked=True)).scalars())

    def delete_rows(self, kept: Kept, before: datetime, limit: int) -> int:
        [key] = _table(kept).primary_key
        chosen = _due(kept, self._deletable(kept, before)).order_by(BY_AGE[kept]).limit(limit)
        return self._connection.execute(delete(_table(kept)).where(key.in_(chosen))).rowcount

    def forget(self, conversation_id: str, number: int) -> None:
        log = events.c.conversation_id == conversation_id
        last_word = select(func.max(events.c.at)).where(log, events.c.number < number)
        at = self._connection.execute(last_word).scalar_one()
        self._connection.execute(delete(events).where(log, events.c.type != CARD, events.c.number != number))
        self._relink(conversation_id)
        self._drop_belongings(conversation_id)
        self._mark(conversation_id, forgotten_number=number, emptied_number=number, outcome_summary=None)
        if at is not None:  # or the oldest conversations would stand on top of the list of closed ones
            self._mark(conversation_id, updated_at=at)

    def empty(self, conversation_id: str) -> None:
        details = and_(events.c.conversation_id == conversation_id, events.c.type == DETAILS)
        for row in self._connection.execute(select(events.c.number, events.c.data).where(details)).all():
            bare = update(events).where(events.c.conversation_id == conversation_id, events.c.number == row.number)
            self._connection.execute(bare.values(data={"message_number": row.data["message_number"]}))
        self._mark(conversation_id, emptied_number=conversations.c.last_number)

    def drop(self, conversation_id: str) -> None:
        self._drop_belongings(conversation_id)
        asked = update(service_requests).where(service_requests.c.conversation_id == conversation_id)
        self._connection.execute(asked.values(conversation_id=None))
        self._connection.execute(delete(events).where(events.c.conversation_id == conversation_id))
        self._connection.execute(delete(conversations).where(conversations.c.id == conversation_id))

    def _deletable(self, kept: Kept, before: datetime) -> datetime:
        """The database itself refuses to delete what is young in the audit log (its triggers)."""
        newest = self._connection.execute(select(func.max(audit.c.at))).scalar_one() if kept is Kept.AUDIT else None
        return before if newest is None else min(before, newest - AUDIT_AT_LEAST)

    def _relink(self, conversation_id: str) -> None:
        """What is left follows itself, so that no reader waits for an event that is gone."""
        log = events.c.conversation_id == conversation_id
        before = 0
        for number in self._connection.execute(select(events.c.number).where(log).order_by(events.c.number)).scalars():
            self._connection.execute(update(events).where(log, events.c.number == number).values(after_public=before))
            before = number

    def _drop_belongings(self, conversation_id: str) -> None:
        for table in OF_CONVERSATION:
            self._connection.execute(delete(table).where(table.c.conversation_id == conversation_id))

    def _mark(self, conversation_id: str, **values: Any) -> None:
        self._connection.execute(update(conversations).where(conversations.c.id == conversation_id).values(**values))


def _table(kept: Kept) -> Table:
    table: Table = BY_AGE[kept].table
    return table


def _due(kept: Kept, before: datetime) -> Select[Any]:
    """The keys of what was kept long enough."""
    if kept in BY_AGE:
        [key] = _table(kept).primary_key
        return select(key).where(BY_AGE[kept] < before)
    at_rest = and_(conversations.c.updated_at < before, conversations.c.state.in_((State.BOT, State.CLOSED)))
    query = select(conversations.c.id).where(at_rest)
    match kept:
        case Kept.TRANSCRIPTS:
            return query.where(_remembered(), conversations.c.customer_id.is_not(None))
        case Kept.ANONYMOUS:
            return query.where(_remembered(), conversations.c.customer_id.is_(None))
        case Kept.BOT_DETAILS:
            return query.where(conversations.c.emptied_number < conversations.c.last_number)
        case _:
            in_the_books = or_(
                exists().where(credit_decisions.c.conversation_id == conversations.c.id),
                exists().where(events.c.conversation_id == conversations.c.id, events.c.type == CARD),
            )
            return query.where(conversations.c.forgotten_number == conversations.c.last_number, ~in_the_books)


def _remembered() -> Any:
    return conversations.c.forgotten_number < conversations.c.last_number
