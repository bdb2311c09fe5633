"""What goes wrong, and when: one seed decides the order, the victims and how long each fault lasts."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Protocol

from sqlalchemy import Engine

from tests.chaos.proxy import Proxy, Weather, share

RESTED_SECONDS = 61.0
"""The supervisor lets a process that dies sooner than this wait longer and longer; what is tested here is the dying."""


class Breakable(Protocol):
    """The house as chaos sees it."""

    url: str
    port: int
    engine: Engine
    """Its database, read past all services."""

    @property
    def processes(self) -> dict[str, int]:
        """Names and numbers of what runs now."""

    @property
    def database_faults(self) -> dict[str, Callable[[float], Awaitable[None]]]:
        """What can be done to the database, or to Redis, for so many seconds."""

    def is_whole(self) -> bool:
        """Everything runs and is ready."""

    def books_balance(self) -> bool: ...


class Chaos:
    """Breaks parts of the house and of the network until cancelled. `counts` tells what was done."""

    def __init__(
        self,
        house: Breakable,
        proxy: Proxy,
        chance: random.Random,
        *,
        calm: tuple[float, float],
        trouble: tuple[float, float],
        only: frozenset[str] | None = None,
        first: str | None = None,
    ) -> None:
        self.house, self.proxy, self.chance = house, proxy, chance
        self._calm, self._trouble = calm, trouble
        self.counts: Counter[str] = Counter()
        self._planned = [first] if first else []
        self.began = not first
        """The fault that was to come first has come."""
        self._killed_at: dict[str, float] = {}
        kinds = {**self._of_the_network(), **self._of_processes(), **house.database_faults}
        self._kinds = {name: act for name, act in kinds.items() if only is None or name in only}

    async def run(self) -> None:
        """Every kind once, in random order, then again."""
        try:
            while not self.began and not await asyncio.to_thread(self.house.is_whole):
                await asyncio.sleep(0.2)
            while True:
                await asyncio.sleep(self.chance.uniform(*self._calm))
                self._planned = self._planned or self.chance.sample(sorted(self._kinds), len(self._kinds))
                kind = self._planned.pop()
                if kind in self.house.database_faults:  # the others count what they hit
                    self.counts[kind] += 1
                await self._kinds[kind](self.chance.uniform(*self._trouble))
                if not self.began and not self.counts:  # the house was not whole: once more
                    self._planned = [kind]
                self.began = bool(self.began or self.counts)
        finally:
            self.proxy.weather, self.proxy.is_down = Weather(), False

    # --- the network ---

    def _of_the_network(self) -> dict[str, Callable[[float], Awaitable[None]]]:
        return {
            "some connections reset": lambda _: self._cut(0.3),
            "all connections reset": lambda _: self._cut(1.0),
            "some connections half open": self._deafen,
            "network down": self._down,
            "delay": lambda seconds: self._weather(seconds, Weather(delay=self.chance.uniform(0.05, 0.5))),
            "throttled": lambda seconds: self._weather(
                seconds, Weather(bytes_per_second=self.chance.uniform(2e3, 2e4))
            ),
        }

    async def _cut(self, part: float) -> None:
        self.counts["connections reset"] += self.proxy.cut(share(self.chance, part))

    async def _deafen(self, _seconds: float) -> None:
        self.counts["connections half open"] += self.proxy.deafen(share(self.chance, 0.2))

    async def _down(self, seconds: float) -> None:
        self.counts["network down"] += 1
        self.proxy.is_down = True
        self.proxy.cut()
        await asyncio.sleep(seconds)
        self.proxy.is_down = False

    async def _weather(self, seconds: float, weather: Weather) -> None:
        self.counts["seconds of bad network"] += round(seconds)
        self.proxy.weather = weather
        await asyncio.sleep(seconds)
        self.proxy.weather = Weather()

    # --- processes ---

    def _of_processes(self) -> dict[str, Callable[[float], Awaitable[None]]]:
        return {
            "desk killed": lambda _: self._kill("desk"),
            "rasa killed": lambda _: self._kill("rasa"),
            "actions killed": lambda _: self._kill("actions"),
            "desk stopped": self._stop_desk,
        }

    async def _kill(self, kind: str) -> None:
        """One process of this kind, once the house has got over the last killing."""
        if not await asyncio.to_thread(self.house.is_whole):
            return
        now = time.monotonic()
        rested = [
            name
            for name in sorted(self.house.processes)
            if name.partition("-")[0] == kind and now - self._killed_at.get(name, -RESTED_SECONDS) >= RESTED_SECONDS
        ]
        if rested:
            name = self.chance.choice(rested)
            self._killed_at[name] = now
            self._signal(name, signal.SIGKILL)
            self.counts[f"kill -9 {kind}"] += 1

    async def _stop_desk(self, seconds: float) -> None:
        """A process that lives and does nothing."""
        name = self.chance.choice([name for name in sorted(self.house.processes) if name.startswith("desk")] or [""])
        if name and self._signal(name, signal.SIGSTOP):
            self.counts["desk stopped"] += 1
            try:
                await asyncio.sleep(seconds)
            finally:
                self._signal(name, signal.SIGCONT)

    def _signal(self, name: str, number: signal.Signals) -> bool:
        pid = self.house.processes.get(name)
        with suppress(ProcessLookupError):
            if pid:
                os.kill(pid, number)
                return True
        return False


@asynccontextmanager
async def breaking(chaos: Chaos) -> AsyncIterator[None]:
    """Chaos while the block runs, and calm after it."""
    task = asyncio.create_task(chaos.run())
    try:
        yield
        if task.done():
            task.result()
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
