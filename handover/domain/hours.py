"""When the desk is open: weekly hours in one time zone, less holidays.

Hours are written as clock times and compared as moments, so that both nights of a clock change come out right: a
clock time that does not exist opens when the clock has jumped past it, one that exists twice opens the first time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise

DAYS_AHEAD = 400
"""A desk that does not open within these has no next opening."""
MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True)
class Span:
    """From one clock time to a later one of the same day; `MIDNIGHT` as its end is the end of the day."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.closes != MIDNIGHT and self.closes <= self.opens:
            raise ValueError("a span closes after it opens")


def _never(_day: date) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Hours:
    """`week` counts from Monday, 0. Without a zone the desk never closes."""

    zone: tzinfo | None = None
    week: Mapping[int, tuple[Span, ...]] = field(default_factory=dict)
    is_holiday: Callable[[date], bool] = _never

    def __post_init__(self) -> None:
        for spans in self.week.values():
            if any(later.opens < earlier.closes or earlier.closes == MIDNIGHT for earlier, later in pairwise(spans)):
                raise ValueError("the spans of a day follow each other")

    def open_at(self, now: datetime) -> bool:
        if self.zone is None:
            return True
        today = now.astimezone(self.zone).date()
        return any(opens <= now < closes for opens, closes in self._moments(today))

    def next_opening(self, now: datetime) -> datetime | None:
        """The first opening after `now`, in UTC; none if it never closes or does not open any more."""
        if self.zone is None or not any(self.week.values()):
            return None
        today = now.astimezone(self.zone).date()
        days = (today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD))
        return next((opens for day in days for opens, _ in self._moments(day) if opens > now), None)

    def _moments(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        if self.is_holiday(day):
            return
        for span in self.week.get(day.weekday(), ()):
            last = day + timedelta(days=1) if span.closes == MIDNIGHT else day
            yield self._moment(day, span.opens), self._moment(last, span.closes)

    def _moment(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.zone).astimezone(UTC)
