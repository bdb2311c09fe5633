"""Sending back: until when, what how, and when the money is there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from handover.domain.address import Country
from handover.domain.workdays import after_working_days, is_working_day

OUR_FAULT = frozenset({"wrong_item", "damaged"})
"""Reasons for which the shop pays the postage from everywhere, and which have more time."""


@dataclass(frozen=True, slots=True)
class Season:
    """Orders of these days of a year can be returned until that day of the next: (month, day)."""

    first: tuple[int, int]
    last: tuple[int, int]
    until: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRules:
    days: int = 30
    """After the delivery."""
    days_if_our_fault: int = 60
    seasons: tuple[Season, ...] = ()
    collected: frozenset[str] = frozenset()
    """Items that are too large for a parcel shop."""
    sealed_only: frozenset[str] = frozenset()
    """Items that are taken back unopened only."""
    free_from: frozenset[Country] = frozenset({"DE"})
    collection_days: tuple[int, int] = (2, 10)
    """Working days from today, in which a collection can be had."""
    checked_within: int = 5
    """Working days from the arrival to the refund."""

    def until(self, ordered_on: date, delivered_on: date, reason: str = "not_wanted") -> date:
        """Last day on which it can be handed in."""
        last = delivered_on + timedelta(days=self.days)
        for season in self.seasons:
            if season.first <= (ordered_on.month, ordered_on.day) <= season.last:
                last = max(last, date(ordered_on.year + 1, *season.until))
        return max(last, delivered_on + timedelta(days=self.days_if_our_fault)) if reason in OUR_FAULT else last

    def collection(self, today: date) -> tuple[date, ...]:
        """The days on which a large item can be collected."""
        first, last = (after_working_days(today, days) for days in self.collection_days)
        days = (first + timedelta(days=place) for place in range((last - first).days + 1))
        return tuple(day for day in days if is_working_day(day))

    def checked_by(self, received_on: date) -> date:
        """The day by which a return that has arrived is refunded."""
        return after_working_days(received_on, self.checked_within)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRules:
    """Days until the money is there: (at least, at most)."""

    cancelled: tuple[int, int] = (2, 5)
    by_method: dict[str, tuple[int, int]] = field(default_factory=dict)
    """After a refund was made, by kind of payment method."""
