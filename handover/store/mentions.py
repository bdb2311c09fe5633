"""Notes that name somebody, until they were looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, select, update

from handover.services.ports import KeptMention
from handover.store.sight import in_sight
from handover.store.tables import conversations, events, mentions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from handover.domain.agent import Sight


class SqlMentionStore:
    """See `ports.MentionStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, conversation_id: str, number: int, at: datetime, *, named: Sequence[str], whisper: bool) -> None:
        if named:
            about = {"conversation_id": conversation_id, "number": number, "at": at, "whisper": whisper}
            self._connection.execute(insert(mentions), [{**about, "agent_id": agent_id} for agent_id in named])

    def open_ones(self, sight: Sight, limit: int) -> list[KeptMention]:
        theirs = mentions.c.agent_id == sight.agent_id, mentions.c.seen_at.is_(None)
        note = (events.c.conversation_id == mentions.c.conversation_id) & (events.c.number == mentions.c.number)
        query = (
            select(mentions, events.c.actor_name, events.c.data)
            .join(conversations, conversations.c.id == mentions.c.conversation_id)
            .join(events, note)
            .where(*theirs, in_sight(sight))
            .order_by(mentions.c.at.desc(), mentions.c.conversation_id, mentions.c.number.desc())
            .limit(limit)
        )
        return [
            KeptMention(
                row.conversation_id, row.number, row.at, row.actor_name or "", row.data.get("text", ""), row.whisper
            )
            for row in self._connection.execute(query)
        ]

    def see(self, agent_id: str, conversation_id: str, number: int, at: datetime) -> None:
        looked_at = update(mentions).where(
            mentions.c.agent_id == agent_id,
            mentions.c.conversation_id == conversation_id,
            mentions.c.number <= number,
            mentions.c.seen_at.is_(None),
        )
        self._connection.execute(looked_at.values(seen_at=at))
