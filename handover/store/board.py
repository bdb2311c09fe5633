"""What the live board counts, each by one statement whatever the number of cases."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select

from handover.domain.conversation import State
from handover.services.ports import EndedWait, HeldTalk
from handover.store.tables import agents, conversations, events, waits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Select

TAKEN = ("conversation.claimed", "conversation.taken_over")
READ_BACK = 60
"""Events at the end of a log in which the last words are looked for."""
LAST_WORDS = 2


class SqlBoardStore:
    """See `ports.BoardStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def called_since(self, at: datetime) -> int:
        return self._count(select(func.count()).select_from(waits).where(waits.c.started_at >= at))

    def ended_since(self, at: datetime) -> list[EndedWait]:
        ended = select(waits).where(waits.c.started_at >= at, waits.c.ended_at.is_not(None))
        return [
            EndedWait((row.ended_at - row.started_at).total_seconds(), row.result, row.left_contact)
            for row in self._connection.execute(ended)
        ]

    def talks(self, conversation_ids: Sequence[str]) -> dict[str, HeldTalk]:
        taken = self._taken(conversation_ids)
        said = (
            select(events.c.conversation_id, events.c.actor_kind, events.c.at, events.c.data)
            .join(conversations, conversations.c.id == events.c.conversation_id)
            .where(
                events.c.conversation_id.in_(conversation_ids),
                events.c.number > conversations.c.last_number - READ_BACK,
                events.c.type == "message.posted",
            )
            .order_by(events.c.conversation_id, events.c.number)
        )
        unanswered: dict[str, datetime] = {}
        words: defaultdict[str, list[str]] = defaultdict(list)
        for row in self._connection.execute(said):
            if row.actor_kind == "visitor":
                unanswered.setdefault(row.conversation_id, row.at)
                words[row.conversation_id].append(row.data.get("text") or "")
            else:
                unanswered.pop(row.conversation_id, None)
        return {
            one: HeldTalk(taken.get(one), unanswered.get(one), tuple(words[one][-LAST_WORDS:]))
            for one in conversation_ids
        }

    def _taken(self, conversation_ids: Sequence[str]) -> dict[str, datetime]:
        newest = (
            select(events.c.conversation_id, func.max(events.c.number).label("number"))
            .where(events.c.conversation_id.in_(conversation_ids), events.c.type.in_(TAKEN))
            .group_by(events.c.conversation_id)
            .subquery()
        )
        at = select(events.c.conversation_id, events.c.at).join(
            newest,
            (newest.c.conversation_id == events.c.conversation_id) & (newest.c.number == events.c.number),
        )
        return {row.conversation_id: row.at for row in self._connection.execute(at)}

    def status_since(self) -> dict[str, datetime]:
        known = select(agents.c.id, agents.c.status_since).where(agents.c.status_since.is_not(None))
        return {row.id: row.status_since for row in self._connection.execute(known)}

    def with_bot(self, since: datetime) -> int:
        """Counted among those that changed since then, of which there are few: most are with the bot."""
        talking = func.count().filter(conversations.c.state == State.BOT)
        return self._count(select(talking).where(conversations.c.updated_at >= since))

    def bot_failures(self, since: datetime) -> int:
        """Looked for in conversations that changed since then, of which there are few: events have no index by time."""
        changed = select(conversations.c.id).where(conversations.c.updated_at >= since)  # a join would read all events
        failed = (events.c.conversation_id.in_(changed), events.c.type == "bot.failed", events.c.at >= since)
        return self._count(select(func.count()).select_from(events).where(*failed))

    def _count(self, query: Select[Any]) -> int:
        return int(self._connection.execute(query).scalar_one())
