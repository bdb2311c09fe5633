"""Lets the bot read along while people talk: one text at a time per conversation, few at once, and nobody waits for it.

A reading that fails is dropped: the agent's page sees by itself that a text stays unread. In the process that took the
visitor's message, so that several of them never read it twice.
"""

from __future__ import annotations

import asyncio
import logging
import time

from handover.contract.passages import PassagesFound
from handover.contract.turns import Understanding
from handover.realtime.threads import in_thread
from handover.services.listening import Listening, Unread, question_of
from handover.services.ports import BotUnavailable, PassageSearch, TextReader

log = logging.getLogger(__name__)

PARALLEL = 4
"""Texts read at once; the bot's own turns come first at the worker."""
SECONDS = 3.0
"""For one text, the search included."""


class Listener:
    """Woken by the hub; everything runs on its loop."""

    def __init__(
        self, listening: Listening, reader: TextReader, search: PassageSearch, *, seconds: float = SECONDS
    ) -> None:
        self._listening, self._reader, self._search, self._seconds = listening, reader, search, seconds
        self._free = asyncio.Semaphore(PARALLEL)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._asked_again: set[str] = set()

    def wake(self, conversation_id: str) -> None:
        """A visitor has written to a person."""
        if conversation_id in self._tasks:
            self._asked_again.add(conversation_id)
            return
        task = asyncio.create_task(self._listen(conversation_id), name=f"readings of {conversation_id}")
        self._tasks[conversation_id] = task

    async def stop(self) -> None:
        """Drops the readings in work."""
        self._asked_again.clear()
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _listen(self, conversation_id: str) -> None:
        try:
            while True:
                self._asked_again.discard(conversation_id)
                unread = await in_thread(self._listening.next, conversation_id)
                if unread is not None:
                    await self._read(unread)
                elif conversation_id not in self._asked_again:
                    return
        except (BotUnavailable, TimeoutError) as error:
            log.info("nobody reads along: %s", error or "too late")
        except Exception:
            log.exception("a reading was dropped")
        finally:
            del self._tasks[conversation_id]
            self._wake_again(conversation_id)

    def _wake_again(self, conversation_id: str) -> None:
        """Whoever wrote while a reading failed is read all the same."""
        if conversation_id in self._asked_again:
            self._asked_again.discard(conversation_id)
            self.wake(conversation_id)

    async def _read(self, unread: Unread) -> None:
        started = time.monotonic()
        async with asyncio.timeout(self._seconds):
            async with self._free:
                understood = await self._reader.read(unread.conversation_id, unread.text)
                found = await self._look_up(unread, understood)
        milliseconds = round((time.monotonic() - started) * 1000)
        await in_thread(self._listening.note, unread, understood, found, milliseconds)

    async def _look_up(self, unread: Unread, understood: Understanding) -> PassagesFound | None:
        """What is understood is worth telling though the search is down."""
        question = question_of(unread, understood)
        if question is None:
            return None
        try:
            return await in_thread(self._search.find, question)
        except BotUnavailable as error:
            log.info("nobody searches along: %s", error)
            return None
