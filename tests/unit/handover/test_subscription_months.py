"""Months of a subscription: days and cents, for every day of the calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from handover.domain.shop import Plan, Subscription
from handover.domain.subscription import (
    Month,
    add_months,
    as_of,
    has_pause,
    is_over,
    is_paused,
    month_of,
    next_pause,
    pause,
    pro_rata,
)

DAYS = st.dates(date(2023, 1, 1), date(2033, 12, 31))
DAY = timedelta(days=1)
PLANS = {
    "basis": Plan("basis", "Basis", "Basic", 499, "EUR", "nordlicht", 1, can_pause=True),
    "plus": Plan("plus", "Plus", "Plus", 999, "EUR", "nordlicht", 2, can_pause=True),
}


def subscription(paid_until: date, **facts: object) -> Subscription:
    base = Subscription(
        id="A-1",
        number="A-1",
        customer_id="erika",
        plan="plus",
        monthly_cents=999,
        currency="EUR",
        state="active",
        started_on=date(2020, 1, 1),
        paid_until=paid_until,
    )
    return replace(base, **facts)


@pytest.mark.parametrize(
    ("day", "count", "then"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_the_same_day_of_another_month_or_its_last(day: date, count: int, then: date) -> None:
    assert add_months(day, count) == then


@given(paid_until=DAYS, day=DAYS)
def test_every_day_after_the_paid_one_lies_in_exactly_one_month_and_months_follow_each_other(
    paid_until: date, day: date
) -> None:
    assume(day > add_months(paid_until + DAY, -1))
    month = month_of(subscription(paid_until), day)
    assert month is not None
    assert month.first <= day <= month.last
    assert 28 <= month.days <= 31
    after = month_of(subscription(paid_until), month.last + DAY)
    assert after is not None
    assert after.first == month.last + DAY


def test_a_month_that_the_shop_has_not_told_of_yet_is_counted_on() -> None:
    paid = subscription(date(2026, 5, 14))
    assert month_of(paid, date(2026, 5, 14)) == Month(date(2026, 4, 15), date(2026, 5, 14))
    assert month_of(paid, date(2026, 8, 1)) == Month(date(2026, 7, 15), date(2026, 8, 14))


@given(cents=st.integers(-2000, 100_000), paid_until=DAYS, day=DAYS)
def test_a_larger_plan_costs_its_share_of_the_days_left_and_never_more_than_the_month(
    cents: int, paid_until: date, day: date
) -> None:
    assume(day > add_months(paid_until + DAY, -1))
    month = month_of(subscription(paid_until), day)
    assert month is not None
    due = pro_rata(cents, month, day)
    assert 0 <= due <= max(0, cents)
    assert pro_rata(cents, month, month.first) == max(0, cents)
    assert pro_rata(cents, month, month.last) == max(0, cents) // month.days
    if day < month.last:
        assert pro_rata(cents, month, day + DAY) <= due


def test_the_example_of_the_article_is_right() -> None:
    """From Basic to Plus in the middle of the month: about 2.50."""
    assert pro_rata(999 - 499, Month(date(2026, 11, 1), date(2026, 11, 30)), date(2026, 11, 16)) == 250


@given(paid_until=DAYS, months=st.integers(1, 3))
def test_a_pause_begins_after_the_paid_month_costs_nothing_and_ends_by_itself(paid_until: date, months: int) -> None:
    span = pause(paid_until + DAY, months)
    paused = subscription(paid_until, paused_from=span.first, paused_until=span.last)
    assert not is_paused(paused, paid_until)
    assert as_of(paused, paid_until, PLANS).state == "active"
    for day in (span.first, span.last):
        assert month_of(paused, day) is None
        assert as_of(paused, day, PLANS).state == "paused"
    month = month_of(paused, span.last + DAY)
    assert month is not None
    assert month.first == span.last + DAY
    assert as_of(paused, span.last + DAY, PLANS).state == "active"
    assert has_pause(paused, span.last)
    assert not has_pause(paused, span.last + DAY)


@given(paid_until=DAYS, months=st.integers(1, 3))
def test_the_next_pause_is_possible_a_year_after_the_last_one_began(paid_until: date, months: int) -> None:
    span = pause(paid_until + DAY, months)
    earliest = next_pause(subscription(paid_until, paused_from=span.first, paused_until=span.last))
    assert earliest is not None
    assert 365 <= (earliest - span.first).days <= 366
    assert next_pause(subscription(paid_until)) is None


def test_a_pause_that_the_shop_tells_of_without_its_days_lasts_until_it_is_ended() -> None:
    paused = subscription(date(2026, 3, 31), state="paused")
    assert is_paused(paused, date(2026, 8, 1))
    assert as_of(paused, date(2026, 8, 1), PLANS).paused_from == date(2026, 4, 1)


def test_a_planned_plan_holds_from_its_day_on() -> None:
    planned = subscription(date(2026, 3, 31), next_plan="basis", next_plan_on=date(2026, 4, 1))
    assert as_of(planned, date(2026, 3, 31), PLANS).plan == "plus"
    then = as_of(planned, date(2026, 4, 1), PLANS)
    assert (then.plan, then.monthly_cents, then.next_plan, then.paid_until) == ("basis", 499, None, date(2026, 4, 30))


def test_a_cancelled_one_runs_up_to_and_with_its_last_day() -> None:
    cancelled = subscription(date(2026, 3, 31), state="cancelled", ends_on=date(2026, 3, 31))
    assert not is_over(cancelled, date(2026, 3, 31))
    assert is_over(cancelled, date(2026, 4, 1))
    assert as_of(cancelled, date(2026, 3, 31), PLANS) == cancelled
