"""Reads from the log what other processes committed, for a process that was not told of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from handover.services.logs import CATCH_UP
from handover.services.ports import Publication, Units

OVERLAP = timedelta(seconds=60)
"""How far each look reaches back before the last one: transactions commit late, and the clocks of machines differ."""


class Following:
    def __init__(self, unit: Units) -> None:
        self._unit = unit

    def changed(self, since: datetime | None) -> tuple[datetime, dict[str, int]]:
        """The time, and the conversations in which something happened since the last look, with their last numbers."""
        with self._unit(write=False) as unit:
            return unit.now, unit.conversations.changed_since((since or unit.now) - OVERLAP)

    def since(self, conversation_id: str, number: int | None) -> Publication:
        """What happened after this number; without one, what happened lately. Raises `NotFound`."""
        with self._unit(write=False) as unit:
            if number is None:
                stored = unit.log.before(conversation_id, None, limit=CATCH_UP)
            else:
                stored = unit.log.after(conversation_id, number, limit=CATCH_UP)  # more comes with the next look
            lately = unit.now - 2 * OVERLAP
            return Publication(
                conversation_id=conversation_id,
                events=tuple(one for one in stored if number is not None or one.event.at >= lately),
                summary=unit.conversations.summary(conversation_id),
                bot_is_asked=False,  # whoever committed it asks the bot
            )
