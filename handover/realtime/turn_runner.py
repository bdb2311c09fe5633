"""Lets the bot take the turns it owes: one at a time per conversation, a bounded number at once.

What is owed stands in the database. The runner holds nothing that a restart could lose.
"""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from typing import Protocol

from handover.contract.turns import BotMessage, TurnReply
from handover.domain.errors import StaleOwnership
from handover.realtime.threads import in_thread
from handover.services.conversations import Conversations
from handover.services.ports import BotGateway, BotUnavailable
from handover.services.turns import OwedTurn, TurnElsewhere, Turns

log = logging.getLogger(__name__)

PARALLEL = 16
LOOK_AGAIN = 15.0
"""Seconds between two looks for turns that nobody was woken for."""
ELSEWHERE = 1.0
"""Seconds until a turn that another process takes is looked at again: that process may have died."""


class ShowTyping(Protocol):
    """Tells the visitor that the bot is at work, or no longer."""

    def __call__(self, conversation_id: str, *, on: bool) -> None: ...


class TurnRunner:
    """Started by `run`, woken by the hub."""

    def __init__(
        self, turns: Turns, conversations: Conversations, bot: BotGateway, show_typing: ShowTyping, *, timeout: float
    ) -> None:
        self._turns, self._conversations, self._bot = turns, conversations, bot
        self._show_typing, self._timeout = show_typing, timeout
        self._free = asyncio.Semaphore(PARALLEL)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._asked_again: set[str] = set()
        self._look = asyncio.Event()

    async def run(self) -> None:
        """Takes up what is owed from before the start, and whatever a failing database left behind. Until cancelled."""
        while True:
            try:
                for conversation_id in await in_thread(self._turns.owed):
                    self.wake(conversation_id)
            except Exception:
                log.exception("owed turns could not be read")
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_AGAIN):
                    await self._look.wait()
            self._look.clear()

    def look_now(self) -> None:
        """Another process has gone, and may have left a turn undone."""
        self._look.set()

    async def stop(self) -> None:
        """Drops the turns in work; they stay owed."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        try:
            await in_thread(self._turns.drop_all)
        except Exception:
            log.exception("leases of turns could not be given back; they end by themselves")

    def wake(self, conversation_id: str) -> None:
        """The bot is asked in this conversation. Called on the loop."""
        if conversation_id in self._tasks:
            self._asked_again.add(conversation_id)
            return
        task = asyncio.create_task(self._serve(conversation_id), name=f"turns of {conversation_id}")
        self._tasks[conversation_id] = task

    async def _serve(self, conversation_id: str) -> None:
        try:
            while True:
                self._asked_again.discard(conversation_id)
                turn = await self._next(conversation_id)
                if turn is not None:
                    await self._take(conversation_id, turn)
                elif conversation_id not in self._asked_again:
                    return
        except Exception:
            log.exception("turns of a conversation stopped; they stay owed")
        finally:
            del self._tasks[conversation_id]
            self._asked_again.discard(conversation_id)

    async def _next(self, conversation_id: str) -> OwedTurn | None:
        while True:
            try:
                return await in_thread(self._turns.next, conversation_id)
            except TurnElsewhere:
                await asyncio.sleep(ELSEWHERE)

    async def _take(self, conversation_id: str, turn: OwedTurn) -> None:
        started = time.monotonic()
        self._show_typing(conversation_id, on=True)
        try:
            reply = await self._ask(conversation_id, turn)
            await in_thread(self._turns.accept, turn, reply, round((time.monotonic() - started) * 1000))
        except StaleOwnership:
            log.info("a late reply of the bot was dropped: somebody else has the word")
        except (BotUnavailable, TimeoutError) as error:
            log.warning("the bot failed: %s", error or "too late")
            await in_thread(self._turns.fail, turn)
        except Exception:
            log.exception("a reply of the bot could not be written")
            await in_thread(self._turns.fail, turn)
        finally:
            self._show_typing(conversation_id, on=False)

    async def _ask(self, conversation_id: str, turn: OwedTurn) -> TurnReply:
        async with asyncio.timeout(self._timeout):
            async with self._free:
                reply = await self._bot.take_turn(turn.request)
        if not any(says_something(message) for message in reply.messages):
            await self._excuse_silence(conversation_id, turn)
        return reply

    async def _excuse_silence(self, conversation_id: str, turn: OwedTurn) -> None:
        """A bot may be silent only where the credit card it had booked speaks for it."""
        events = await in_thread(self._conversations.public_events, conversation_id, turn.answers)
        if not any(event.data.type == "credit.granted" for event in events):
            raise BotUnavailable("the reply was empty")


def says_something(message: BotMessage) -> bool:
    return bool(message.text.strip() or message.choices or message.request_identity or message.handover)
