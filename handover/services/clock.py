"""The time of the desk: it never jumps, whatever is done to the machine's clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Lock

CREEP = 0.05
"""How much slower or faster our time may go to catch up with the machine's: three seconds in a minute."""


def since_boot() -> float:
    """Seconds, those asleep included where the system counts them."""
    boottime = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boottime is None else time.clock_gettime(boottime)


class SteadyClock:
    """See `ports.Clock`. Timers stand in the database as times, so a clock that is set would end leases or stretch them.

    This one begins with the machine's time and then counts seconds by itself. When the machine's clock is set, it
    follows slowly.
    """

    def __init__(self, wall: Callable[[], float] = time.time, ticks: Callable[[], float] = since_boot) -> None:
        self._wall, self._ticks = wall, ticks
        self._time, self._at = wall(), ticks()
        self._lock = Lock()

    def now(self) -> datetime:
        with self._lock:
            at = self._ticks()
            passed, self._at = at - self._at, at
            steady = self._time + passed
            most = CREEP * passed
            self._time = steady + min(max(self._wall() - steady, -most), most)
            return datetime.fromtimestamp(self._time, UTC)
