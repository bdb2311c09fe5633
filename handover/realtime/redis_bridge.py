"""Carries what desk processes tell each other through Redis' publish and subscribe.

Redis is a bell and never the truth: nothing is stored there, and it may be killed, emptied or fail over at any time.
While it is gone, nothing is queued for it: `Follower` reads from the log what the others committed.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from pydantic import ValidationError
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from handover.realtime.hub import Hub
from handover.realtime.passing import Left, Letter, Passing, Pulse, Roster
from handover.services.tokens import new_id

log = logging.getLogger(__name__)

CHANNEL = "kulanz"
PULSE_SECONDS = 1.0
SILENCE_SECONDS = 5.0
"""Without hearing its own pulse for so long a process takes its connection for dead; without another's, that process."""
AGAIN_SECONDS = 0.5
"""Between two tries to reach Redis."""
CONNECT_SECONDS = 2.0
OUTBOX = 10_000
"""Letters that wait to be sent. More, and the oldest are dropped: the log has what they told."""


class RedisBridge:
    """The bridge of one process, between its hub and the others'. Everything runs on the event loop."""

    def __init__(self, url: str, hub: Hub) -> None:
        self.carries = False
        """Whether what this process says is heard, as far as it can hear itself."""
        self.changed: Callable[[], None] = lambda: None
        """Called when the bridge begins or ceases to carry: something may have been missed."""
        self.lost: Callable[[], None] = lambda: None
        """Called when another process has gone: what it was about to do is free."""
        self._url, self._hub = url, hub
        self._process = new_id()
        self._outbox: deque[Letter] = deque(maxlen=OUTBOX)
        self._filled = asyncio.Event()
        self._heard_at: dict[str, float] = {}

    def tell(self, passing: Passing) -> None:
        """To all other processes, as soon as may be; to nobody while Redis is gone."""
        if self.carries:
            self._post(passing)

    async def run(self) -> None:
        """Until cancelled. A Redis that cannot be reached is tried again for ever."""
        while True:
            try:
                await self._serve()
            except* (RedisError, OSError, TimeoutError) as failed:
                log.debug("Redis: %r", failed.exceptions[0])
            except* Exception:
                log.exception("the bridge broke and is built anew")
            self._set_carries(now=False)
            await asyncio.sleep(AGAIN_SECONDS)

    async def _serve(self) -> None:
        async with reached(self._url) as redis, redis.pubsub(ignore_subscribe_messages=True) as ear:
            async with asyncio.timeout(CONNECT_SECONDS):
                await ear.subscribe(CHANNEL)
            self._outbox.clear()
            self._heard_at = {self._process: time.monotonic()}
            self._post(self._roster(is_new=True))
            try:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._listen(ear))
                    tasks.create_task(self._speak(redis))
                    tasks.create_task(self._keep_pulse())
            except asyncio.CancelledError:
                with suppress(RedisError, OSError, TimeoutError):
                    async with asyncio.timeout(CONNECT_SECONDS):
                        await redis.publish(CHANNEL, self._letter(Left()).model_dump_json())
                raise

    async def _listen(self, ear: PubSub) -> None:
        async for message in ear.listen():
            try:
                letter = Letter.model_validate_json(message["data"])
            except ValidationError:
                log.warning("a letter could not be read: a process of another version?")
                continue
            self._heard_at[letter.sender] = time.monotonic()
            if letter.sender == self._process:
                self._set_carries(now=True)
            else:
                self._take(letter)

    def _take(self, letter: Letter) -> None:
        passing = letter.passing
        self._hub.hear(letter.sender, passing)
        if isinstance(passing, Roster) and passing.is_new:
            self._post(self._roster(is_new=False))
        if isinstance(passing, Left):
            del self._heard_at[letter.sender]
            self.lost()

    async def _speak(self, redis: Redis) -> None:
        while True:
            await self._filled.wait()
            self._filled.clear()
            while self._outbox:
                async with redis.pipeline(transaction=False) as pipe:
                    while self._outbox:
                        pipe.publish(CHANNEL, self._outbox.popleft().model_dump_json())
                    await pipe.execute()

    async def _keep_pulse(self) -> None:
        while True:
            self._post(Pulse())
            await asyncio.sleep(PULSE_SECONDS)
            silent = [who for who, at in self._heard_at.items() if time.monotonic() - at > SILENCE_SECONDS]
            if self._process in silent:
                raise TimeoutError("its own pulse was not heard")
            for process in silent:
                self._forget(process)

    def _forget(self, process: str) -> None:
        del self._heard_at[process]
        self._hub.hear(process, Left())
        self.lost()

    def _roster(self, *, is_new: bool) -> Roster:
        return Roster(conversation_ids=self._hub.roster(), looks=self._hub.looks(), is_new=is_new)

    def _post(self, passing: Passing) -> None:
        self._outbox.append(self._letter(passing))
        self._filled.set()

    def _letter(self, passing: Passing) -> Letter:
        return Letter(sender=self._process, passing=passing)

    def _set_carries(self, *, now: bool) -> None:
        if now != self.carries:
            self.carries = now
            log.info("Redis carries" if now else "Redis does not carry; the log is followed instead")
            self.changed()


def reached(url: str) -> Redis:
    """A client without time limits and tries of its own.

    Its limit on sending swallows a cancellation now and then (`asyncio.wait_for` before Python 3.12), so the silence of
    the pulse is what ends a dead connection; and if it came back by itself, nobody would know that something was missed.
    """
    never = Retry(NoBackoff(), 0)
    return Redis.from_url(url, socket_connect_timeout=CONNECT_SECONDS, socket_timeout=None, retry=never)
