"""Keeps waiting visitors told how their wait stands, and notes who of them is there."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Collection
from contextlib import suppress

from handover.contract.frames import QueuePlace
from handover.realtime.hub import Hub
from handover.realtime.threads import in_thread

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
"""Between two looks when nothing moves: colleagues come and go, and the desk opens, without an event."""
AGAIN_SECONDS = 30.0
"""A visitor is told so often even if nothing moved: the range has become shorter."""
SEEN_SECONDS = 20.0
"""Between two notes of who is there."""


class QueueBoard:
    """`look` reads the places of all who wait; `see` is told of all visitors who sit at this process."""

    def __init__(
        self, hub: Hub, look: Callable[[], dict[str, QueuePlace]], see: Callable[[Collection[str]], None]
    ) -> None:
        self._hub, self._look, self._see = hub, look, see
        self._told: dict[str, tuple[QueuePlace, float]] = {}
        self._seen_at = -SEEN_SECONDS

    async def run(self) -> None:
        """Until cancelled; one failure is logged and does not end the looking."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._hub.queue_moved.wait()
            self._hub.queue_moved.clear()
            try:
                await self._tell()
                await self._note()
            except Exception:
                log.exception("waiting visitors could not be told")

    async def _tell(self) -> None:
        wanted = frozenset(self._hub.places_wanted)
        here = self._hub.roster()
        places = await in_thread(self._look) if here else {}
        self._hub.places_wanted -= wanted  # not before the look went well
        now = time.monotonic()
        self._told = {one: told for one, told in self._told.items() if one in places and one not in wanted}
        for conversation_id in places.keys() & set(here):
            place = places[conversation_id]
            if self._is_news(conversation_id, place, now):
                self._told[conversation_id] = (place, now)
                self._hub.tell_visitor(conversation_id, place)
        if wanted:
            await in_thread(self._see, wanted)

    def _is_news(self, conversation_id: str, place: QueuePlace, now: float) -> bool:
        """The range alone shrinks all the time and is none."""
        if conversation_id not in self._told:
            return True
        before, at = self._told[conversation_id]
        return now - at >= AGAIN_SECONDS or before != place.model_copy(update={"wait": before.wait})

    async def _note(self) -> None:
        now = time.monotonic()
        if now - self._seen_at >= SEEN_SECONDS and (here := self._hub.roster()):
            self._seen_at = now
            await in_thread(self._see, frozenset(here))
