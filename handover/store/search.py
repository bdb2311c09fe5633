"""The search over what was said: a table of words, one row for each word of a conversation.

Plain rows instead of a full-text index of either database: both find the same, and what forgets a conversation, erases a
person or backs up reaches them by their `conversation_id`, without knowing of a search. (SQLite's FTS5 keeps deleted words
in its segments until it happens to merge them.)
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from handover.contract.events import Event
from handover.domain.agent import Sight
from handover.services.ports import SearchFilter
from handover.store.events import event_of
from handover.store.sight import in_sight
from handover.store.tables import conversations, events, search_words, waits
from handover.store.upserts import INSERTS, Upsert

LAST = "\U0010ffff"
"""Stands behind every other character: what begins with a word lies between it and the word with this."""


def _keep_newest(added: Upsert) -> Upsert:
    return added.on_conflict_do_update(
        index_elements=["word", "conversation_id"], set_={"number": added.excluded.number}
    )


# What each message needs is built once: SQLAlchemy takes longer to build a statement than to run it.
_ADD = {dialect: _keep_newest(insert(search_words)) for dialect, insert in INSERTS.items()}


class SqlSearchStore:
    """See `ports.SearchStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, conversation_id: str, number: int, words: set[str]) -> None:
        if not words:
            return
        rows = [{"word": word, "conversation_id": conversation_id, "number": number} for word in sorted(words)]
        self._connection.execute(_ADD[self._connection.dialect.name], rows)

    def conversations(self, words: set[str], wanted: SearchFilter, sight: Sight, limit: int) -> list[str]:
        says = [conversations.c.id.in_(_saying(word)) for word in sorted(words, key=len, reverse=True)]
        found = select(conversations.c.id).where(*says, *_conditions(wanted), in_sight(sight))
        newest = found.order_by(conversations.c.updated_at.desc(), conversations.c.id).limit(limit)
        return list(self._connection.execute(newest).scalars())

    def hits(self, conversation_ids: list[str], words: set[str]) -> dict[str, Event]:
        if not words:
            return {}
        last = (
            select(search_words.c.conversation_id, func.max(search_words.c.number).label("number"))
            .where(search_words.c.conversation_id.in_(conversation_ids), or_(*map(_begins_like, sorted(words))))
            .group_by(search_words.c.conversation_id)
            .subquery()
        )
        this = and_(events.c.conversation_id == last.c.conversation_id, events.c.number == last.c.number)
        rows = self._connection.execute(select(events).join(last, this))
        return {row.conversation_id: event_of(row) for row in rows}


def _saying(word: str) -> Any:
    return select(search_words.c.conversation_id).where(_begins_like(word))


def _begins_like(word: str) -> ColumnElement[bool]:
    return and_(search_words.c.word >= word, search_words.c.word < word + LAST)


def _conditions(wanted: SearchFilter) -> list[ColumnElement[bool]]:
    has_had_it = exists().where(waits.c.conversation_id == conversations.c.id, waits.c.claimed_by == wanted.agent_id)
    found = [
        wanted.state and conversations.c.state == wanted.state,
        wanted.agent_id and or_(conversations.c.owner_id == wanted.agent_id, has_had_it),
        wanted.language and conversations.c.language == wanted.language,
        wanted.customer_id and conversations.c.customer_id == wanted.customer_id,
        wanted.since and conversations.c.updated_at >= wanted.since,
        wanted.until and conversations.c.started_at < wanted.until,
    ]
    return [condition for condition in found if isinstance(condition, ColumnElement)]
