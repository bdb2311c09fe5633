"""When somebody is at work: weekly shifts in their time zone, and days that are otherwise.

Written as clock times and compared as moments, as the desk's hours are. What ends at midnight and goes on then is one shift.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from handover.domain.hours import MIDNIGHT, Span

LAST_MINUTES = timedelta(minutes=10)
"""So long before its end nobody is asked for a new case: what begins then would end in overtime, or with somebody else."""
AFTERWARDS = timedelta(hours=1)
"""So long after a shift somebody who is still there is not asked either; who stays longer says so (`ShiftPlan.longer`)."""
DAY = timedelta(days=1)
DAYS_AHEAD = 60
"""The next shift is looked for within these."""


class Shift(NamedTuple):
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class ShiftPlan:
    """`week` counts from Monday, 0. `days` stand instead of their weekday's; without a span such a day is free."""

    zone: ZoneInfo
    week: Mapping[int, tuple[Span, ...]] = field(default_factory=dict)
    days: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for spans in (*self.week.values(), *self.days.values()):
            if any(later.opens < earlier.closes or earlier.closes == MIDNIGHT for earlier, later in pairwise(spans)):
                raise ValueError("the spans of a day follow each other")

    def at(self, now: datetime) -> Shift | None:
        """The shift that is on."""
        return next((shift for shift in self._around(now) if shift.begins <= now < shift.ends), None)

    def following(self, now: datetime) -> Shift | None:
        """The first that begins after `now`."""
        return next((shift for shift in self._around(now, DAYS_AHEAD) if shift.begins > now), None)

    def is_ending(self, now: datetime) -> bool:
        """From the last minutes of a shift until a while after it, unless the next one is on by then."""
        if shift := self.at(now):
            return shift.ends - now <= LAST_MINUTES
        return any(timedelta(0) <= now - shift.ends < AFTERWARDS for shift in self._around(now))

    def longer(self, now: datetime, by: timedelta) -> ShiftPlan | None:
        """With the shift that is on, or has just ended, going on `by` longer. None: there is none."""
        just_ended = (one for one in self._around(now) if one.ends <= now < one.ends + AFTERWARDS)
        shift = self.at(now) or next(just_ended, None)
        if shift is None:
            return None
        begins, ends = shift.ends.astimezone(self.zone), (shift.ends + by).astimezone(self.zone)
        days = dict(self.days)
        for day in {begins.date(), ends.date()}:
            more = Span(begins.time() if day == begins.date() else MIDNIGHT, _until(day, ends))
            if day == begins.date() or ends.time() != MIDNIGHT:
                days[day] = _with(self._spans(day), more)
        return replace(self, days=days)

    def _spans(self, day: date) -> tuple[Span, ...]:
        return self.days.get(day, self.week.get(day.weekday(), ()))

    def _around(self, now: datetime, ahead: int = 2) -> Iterator[Shift]:
        """Those of the days about `now`, in order, each as a whole."""
        today = now.astimezone(self.zone).date()
        open_one: Shift | None = None
        for offset in range(-2, ahead + 1):
            for shift in self._of(today + offset * DAY):
                if open_one and open_one.ends >= shift.begins:
                    open_one = Shift(open_one.begins, shift.ends)
                    continue
                if open_one:
                    yield open_one
                open_one = shift
        if open_one:
            yield open_one

    def _of(self, day: date) -> Iterator[Shift]:
        for span in self._spans(day):
            last = day + DAY if span.closes == MIDNIGHT else day
            begins, ends = self._moment(day, span.opens), self._moment(last, span.closes)
            if begins < ends:  # a clock change may swallow it
                yield Shift(begins, ends)

    def _moment(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.zone).astimezone(UTC)


def _until(day: date, ends: datetime) -> time:
    return MIDNIGHT if ends.date() > day else ends.time()


def _with(spans: tuple[Span, ...], more: Span) -> tuple[Span, ...]:
    """All of them, those that touch as one."""
    joined: list[Span] = []
    for span in sorted((*spans, more), key=lambda one: one.opens):
        last = joined[-1] if joined else None
        if last and (last.closes == MIDNIGHT or span.opens <= last.closes):
            joined[-1] = Span(last.opens, _later(last.closes, span.closes))
        else:
            joined.append(span)
    return tuple(joined)


def _later(one: time, other: time) -> time:
    return MIDNIGHT if MIDNIGHT in (one, other) else max(one, other)


@lru_cache(maxsize=1024)
def span_of(text: str) -> Span:
    """`09:00-17:30`; `24:00` is the end of the day. Raises `ValueError`."""
    opens, _, closes = text.partition("-")
    return Span(time.fromisoformat(opens), MIDNIGHT if closes == "24:00" else time.fromisoformat(closes))


def text_of(span: Span) -> str:
    closes = "24:00" if span.closes == MIDNIGHT else f"{span.closes:%H:%M}"
    return f"{span.opens:%H:%M}-{closes}"
