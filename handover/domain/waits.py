"""How long it still takes, read from waits that were real.

The middle of comparable waits: the quantiles at 20 and 80 percent of the product-limit estimate (E. L. Kaplan and
P. Meier, "Nonparametric Estimation from Incomplete Observations", Journal of the American Statistical Association
53 (1958), 457-481). A wait that ended without an agent is not left out: it lasted *at least* as long as its visitor
had patience, and to forget it would make the estimate too kind.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple

LOW, HIGH = 0.2, 0.8
LEAST = 5
"""Answered waits, fewer say nothing."""
NEWEST = 200
"""Of each kind; older ones tell of other days."""
SINCE = timedelta(days=28)
_BUCKET_ENDS = (1, 3, 6)
"""Places that are alike: 1, 2-3, 4-6, 7 and beyond."""


class PastWait(NamedTuple):
    seconds: float
    answered: bool
    """By an agent; otherwise it ended for another reason."""
    place: int
    """In the queue when it began, from 1."""
    closed: bool
    """It began while the desk was closed."""


class Estimate(NamedTuple):
    """Seconds from now on, and how many waits it is read from."""

    low: int
    high: int
    sample: int


class Waits:
    """Past waits, sorted once, to be asked for many visitors."""

    def __init__(self, newest_first: Iterable[PastWait]) -> None:
        past = list(newest_first)
        self._alike = {
            (closed, bucket): _sorted([one for one in past if (one.closed, _bucket(one.place)) == (closed, bucket)])
            for closed in (False, True)
            for bucket in range(len(_BUCKET_ENDS) + 1)
        }
        self._per_place = {
            closed: _sorted(
                [one._replace(seconds=one.seconds / one.place, place=1) for one in past if one.closed == closed]
            )
            for closed in (False, True)
        }

    def estimate(self, *, place: int, waited: float, closed: bool) -> Estimate | None:
        """For somebody who began at `place` and has waited that many seconds.

        From waits that began at a like place and lasted longer already; with fewer than `LEAST` of them from all,
        scaled by their place; None if these are too few as well.
        """
        found, scale = _middle(self._alike[closed, _bucket(place)], waited), 1
        if found is None:
            found, scale = _middle(self._per_place[closed], waited / place), place
        if found is None:
            return None
        low, high, sample = found
        return Estimate(max(0, round(low * scale - waited)), max(0, round(high * scale - waited)), sample)


def _bucket(place: int) -> int:
    return bisect_right(_BUCKET_ENDS, place - 1)


def _sorted(newest_first: Sequence[PastWait]) -> list[PastWait]:
    """By length; of equal ones the answered first, as the estimate wants it."""
    return sorted(newest_first[:NEWEST], key=lambda one: (one.seconds, not one.answered))


def _middle(past: Sequence[PastWait], waited: float) -> tuple[float, float, int] | None:
    longer = past[bisect_right(past, waited, key=lambda one: one.seconds) :]
    if sum(one.answered for one in longer) < LEAST:
        return None
    return _quantile(longer, LOW), _quantile(longer, HIGH), len(longer)


def _quantile(past: Sequence[PastWait], share: float) -> float:
    """When this share of waits is answered; the longest known if too many gave up before."""
    still_waiting = 1.0
    for place, one in enumerate(past):
        if one.answered:
            still_waiting *= 1 - 1 / (len(past) - place)
        if still_waiting <= 1 - share + 1e-9:
            return one.seconds
    return past[-1].seconds
