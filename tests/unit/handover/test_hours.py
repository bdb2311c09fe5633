"""When the desk is open: clock changes, holidays, days that never come."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.domain.hours import MIDNIGHT, Hours, Span

BERLIN = ZoneInfo("Europe/Berlin")
WEEKDAYS = {day: (Span(time(8), time(17)),) for day in range(5)}
OFFICE = Hours(BERLIN, WEEKDAYS, lambda day: day == date(2026, 4, 6))  # Easter Monday


def berlin(*moment: int, fold: int = 0) -> datetime:
    return datetime(*moment, tzinfo=BERLIN, fold=fold).astimezone(UTC)  # type: ignore[arg-type,misc]


def test_without_hours_the_desk_never_closes() -> None:
    assert Hours().open_at(berlin(2026, 12, 25, 3))
    assert Hours().next_opening(berlin(2026, 12, 25, 3)) is None


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (berlin(2026, 3, 10, 7, 59), False),
        (berlin(2026, 3, 10, 8), True),
        (berlin(2026, 3, 10, 16, 59), True),
        (berlin(2026, 3, 10, 17), False),
        (berlin(2026, 3, 14, 12), False),  # a Saturday
        (berlin(2026, 4, 6, 12), False),  # a holiday Monday
    ],
)
def test_it_is_open_from_the_first_minute_to_before_the_last(moment: datetime, is_open: bool) -> None:
    assert OFFICE.open_at(moment) is is_open


def test_after_friday_it_opens_on_monday_and_after_a_holiday_on_the_day_after() -> None:
    assert OFFICE.next_opening(berlin(2026, 3, 13, 18)) == berlin(2026, 3, 16, 8)
    assert OFFICE.next_opening(berlin(2026, 4, 3, 18)) == berlin(2026, 4, 7, 8)


def test_clock_times_stay_the_same_over_both_clock_changes() -> None:
    sunday = Hours(BERLIN, {6: (Span(time(8), time(17)),)})
    assert sunday.next_opening(berlin(2026, 3, 28, 12)) == datetime(2026, 3, 29, 6, tzinfo=UTC)  # now summer time
    assert sunday.next_opening(berlin(2026, 10, 24, 12)) == datetime(2026, 10, 25, 7, tzinfo=UTC)  # now winter time


def test_a_clock_time_that_does_not_exist_opens_once_the_clock_has_jumped() -> None:
    night = Hours(BERLIN, {6: (Span(time(2, 30), time(5)),)})
    assert not night.open_at(berlin(2026, 3, 29, 1, 59))
    assert night.next_opening(berlin(2026, 3, 29, 1)) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert night.open_at(datetime(2026, 3, 29, 1, 30, tzinfo=UTC))


def test_a_clock_time_that_exists_twice_opens_the_first_time() -> None:
    night = Hours(BERLIN, {6: (Span(time(2, 30), time(5)),)})
    assert night.next_opening(berlin(2026, 10, 25, 0)) == berlin(2026, 10, 25, 2, 30, fold=0)
    assert night.open_at(berlin(2026, 10, 25, 2, 15, fold=1))  # it has been open since the first half past two


def test_a_night_shift_goes_over_midnight_without_a_gap() -> None:
    shift = Hours(BERLIN, {0: (Span(time(22), MIDNIGHT),), 1: (Span(MIDNIGHT, time(6)),)})
    assert shift.open_at(berlin(2026, 3, 9, 23, 59))
    assert shift.open_at(berlin(2026, 3, 10, 0))
    assert not shift.open_at(berlin(2026, 3, 10, 6))


def test_a_desk_that_is_closed_all_week_or_for_good_has_no_next_opening() -> None:
    assert Hours(BERLIN, {}).next_opening(berlin(2026, 3, 10, 12)) is None
    assert Hours(BERLIN, {0: ()}).next_opening(berlin(2026, 3, 10, 12)) is None
    assert Hours(BERLIN, WEEKDAYS, lambda _day: True).next_opening(berlin(2026, 3, 10, 12)) is None


def test_spans_that_overlap_or_run_backwards_are_refused() -> None:
    with pytest.raises(ValueError):
        Span(time(12), time(9))
    with pytest.raises(ValueError):
        Hours(BERLIN, {0: (Span(time(8), time(12)), Span(time(11), time(13)))})


@given(st.integers(0, 365 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)))
def test_it_is_closed_until_the_next_opening_and_open_from_it_on(now: datetime) -> None:
    opening = OFFICE.next_opening(now)
    assert opening is not None
    assert opening > now
    assert OFFICE.open_at(opening)
    if not OFFICE.open_at(now):
        assert not OFFICE.open_at(opening - timedelta(minutes=1))
        assert not OFFICE.open_at(now + (opening - now) / 2)
