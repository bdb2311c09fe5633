"""A subscription's months: which one runs, what a larger plan costs in the middle of it, when a pause is possible.

The shop tells until when is paid. Where it has not told of a month yet, months are counted on from there.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from handover.domain.shop import Plan, Subscription

PAUSE_MONTHS = range(1, 4)
MONTHS_BETWEEN_PAUSES = 12
_DAY = timedelta(days=1)


class Month(NamedTuple):
    """Both days belong to it."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def add_months(day: date, count: int) -> date:
    """The same day of another month; its last day where it is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def month_of(subscription: Subscription, day: date) -> Month | None:
    """The month that is paid for on this day. None in a pause."""
    first = subscription.paid_until + _DAY
    if is_paused(subscription, day):
        return None
    if day < first:
        return Month(add_months(first, -1), subscription.paid_until)
    pause, end = subscription.paused_from, subscription.paused_until
    if pause and end and first <= pause and end < day:
        first = end + _DAY
    count = (day.year - first.year) * 12 + day.month - first.month
    if add_months(first, count) > day:
        count -= 1
    return Month(add_months(first, count), add_months(first, count + 1) - _DAY)


def is_paused(subscription: Subscription, day: date) -> bool:
    """A pause without an end, as a shop may tell it, lasts until it is ended."""
    begin, end = subscription.paused_from, subscription.paused_until
    if begin is None or end is None:
        return subscription.state == "paused"
    return begin <= day <= end


def has_pause(subscription: Subscription, day: date) -> bool:
    """A pause goes on, or is to come."""
    end = subscription.paused_until
    return subscription.paused_from is not None and (end is None or day <= end)


def is_over(subscription: Subscription, day: date) -> bool:
    if subscription.ends_on is None:
        return subscription.state == "cancelled"
    return subscription.ends_on < day


def as_of(subscription: Subscription, day: date, plans: Mapping[str, Plan]) -> Subscription:
    """The subscription on a day: what was to happen by then has happened."""
    if subscription.next_plan and subscription.next_plan_on and subscription.next_plan_on <= day:
        cents = plans[subscription.next_plan].monthly_cents
        subscription = replace(
            subscription, plan=subscription.next_plan, monthly_cents=cents, next_plan=None, next_plan_on=None
        )
    if subscription.state == "cancelled":
        return subscription
    month = month_of(subscription, day)
    if month is None:
        begin = subscription.paused_from or subscription.paid_until + _DAY
        return replace(subscription, state="paused", paused_from=begin)
    return replace(subscription, state="active", paid_until=month.last)


def pro_rata(cents: int, month: Month, day: date) -> int:
    """The share of a monthly amount for the days that are left, today among them; parts of a cent are not charged."""
    left = (month.last - day).days + 1
    return max(0, cents) * left // month.days


def pause(first: date, months: int) -> Month:
    """A pause of so many months that begins on that day."""
    return Month(first, add_months(first, months) - _DAY)


def next_pause(subscription: Subscription) -> date | None:
    """From when on another pause may begin; None: there was none yet."""
    return add_months(subscription.paused_from, MONTHS_BETWEEN_PAUSES) if subscription.paused_from else None
