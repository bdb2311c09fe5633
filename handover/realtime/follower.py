"""Hands the hub what other processes committed and nobody told it of: events that came out of order, or not at all."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from handover.domain.errors import NotFound
from handover.realtime.hub import Hub
from handover.realtime.threads import in_thread
from handover.services.following import Following

log = logging.getLogger(__name__)

LOOK_SECONDS = 10.0
"""Between two looks while the processes hear each other: only what got lost on the way is found."""
LOOK_OFTEN_SECONDS = 1.0
"""Between two looks while they do not."""


class Follower:
    """Reads the log for one hub. Everything runs on the event loop."""

    def __init__(self, following: Following, hub: Hub, is_told: Callable[[], bool]) -> None:
        """`is_told` answers whether the processes hear each other."""
        self._following, self._hub, self._is_told = following, hub, is_told
        self._wanted: set[str] = set()
        self._looked_at: datetime | None = None
        self._next_look = 0.0
        self._called = asyncio.Event()

    def want(self, conversation_id: str) -> None:
        """Something of this conversation is missing."""
        self._wanted.add(conversation_id)
        self._called.set()

    def look_now(self) -> None:
        """Something may have been missed."""
        self._next_look = 0.0
        self._called.set()

    async def run(self) -> None:
        """Until cancelled. A database that fails is asked again."""
        now = asyncio.get_running_loop().time
        while True:
            try:
                if now() >= self._next_look:
                    self._next_look = now() + (LOOK_SECONDS if self._is_told() else LOOK_OFTEN_SECONDS)
                    await self._look()
                await self._read_wanted()
            except Exception:
                log.exception("the log could not be followed")
                await asyncio.sleep(LOOK_OFTEN_SECONDS)
            with suppress(TimeoutError):
                async with asyncio.timeout_at(self._next_look):
                    await self._called.wait()
            self._called.clear()

    async def _look(self) -> None:
        """Goes through what has changed since the last look, and wants what was not told."""
        self._looked_at, changed = await in_thread(self._following.changed, self._looked_at)
        for conversation_id, number in changed.items():
            if number <= (self._hub.told(conversation_id) or 0):
                continue
            if self._hub.has_listeners(conversation_id):
                self._wanted.add(conversation_id)
            else:
                self._hub.set_told(conversation_id, number)

    async def _read_wanted(self) -> None:
        while self._wanted:
            conversation_id = self._wanted.pop()
            try:
                missed = await in_thread(self._following.since, conversation_id, self._hub.told(conversation_id))
            except NotFound:
                continue
            self._hub.fan_out(missed, is_whole=True)
