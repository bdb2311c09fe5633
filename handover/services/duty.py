"""The repeated work of a house of several desk processes: one of them has the duty, another takes over when it dies."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from handover.services.ports import Units

DUTY = "duty"
LASTS = timedelta(seconds=8)
RENEW_SECONDS = 2.0
"""Between two tries to take or keep the duty. So the work of a dead process goes on after 10 seconds at most."""


class Duty:
    """A durable lease. The work under it bears being done twice; the duty spares it, and never carries its safety."""

    def __init__(self, unit: Units, holder: str) -> None:
        self._unit, self._holder = unit, holder
        self._mine_until = 0.0

    @property
    def is_mine(self) -> bool:
        return time.monotonic() < self._mine_until

    def renew(self) -> None:
        asked_at = time.monotonic()  # before the row says so: a process that slept finds its time gone
        with self._unit() as unit:
            taken = unit.leases.take(DUTY, self._holder, unit.now, unit.now + LASTS)
        self._mine_until = asked_at + LASTS.total_seconds() if taken else 0.0

    def only(self, work: Callable[[], object]) -> Callable[[], None]:
        """The same work, done by whoever has the duty."""

        def when_on_duty() -> None:
            if self.is_mine:
                work()

        return when_on_duty
