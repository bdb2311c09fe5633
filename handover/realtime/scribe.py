"""Writes what thousands of sockets ask for with one transaction for many, where the database lets one write at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from handover.realtime.threads import in_thread
from handover.services.ports import Units

T = TypeVar("T")

AT_ONCE = 64
"""Deeds in one transaction: more would make the first one wait for the last."""


class _Order(NamedTuple):
    deed: Callable[[], Any]
    done: asyncio.Future[Any]


class Scribe:
    """Used on the event loop only. Nobody waits for company: what comes while one transaction runs shares the next."""

    def __init__(self, units: Units) -> None:
        self._units = units
        self._waiting: list[_Order] = []
        self._work: asyncio.Task[None] | None = None

    async def do(self, deed: Callable[[], T]) -> T:
        """What came of the deed, once it is committed. It may be begun twice: see `ports.Units.together`."""
        if not self._units.one_writer:
            return await in_thread(deed)
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Order(deed, done))
        if self._work is None:
            self._work = asyncio.create_task(self._write())
        return await done

    async def _write(self) -> None:
        try:
            while self._waiting:
                orders, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
                await self._carry_out(orders)
        finally:
            self._work = None

    async def _carry_out(self, orders: list[_Order]) -> None:
        try:
            outcomes = await in_thread(self._units.together, [order.deed for order in orders])
        except BaseException:
            for order in orders:
                order.done.cancel()
            raise
        for order, outcome in zip(orders, outcomes, strict=True):
            _settle(order.done, outcome)


def _settle(done: asyncio.Future[Any], outcome: object) -> None:
    if done.done():
        return  # whoever asked has gone
    if isinstance(outcome, Exception):
        done.set_exception(outcome)
    else:
        done.set_result(outcome)
