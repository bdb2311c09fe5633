"""Working days: Monday to Friday without the holidays of all German states."""

from __future__ import annotations

from datetime import date, timedelta


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _holidays(day.year)


def after_working_days(start: date, count: int) -> date:
    """The `count`th working day after a day."""
    day = start
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def _holidays(year: int) -> frozenset[date]:
    easter = easter_sunday(year)
    movable = (easter + timedelta(days=days) for days in (-2, 1, 39, 50))  # Good Friday, Monday, Ascension, Whit Monday
    fixed = (date(year, month, day) for month, day in ((1, 1), (5, 1), (10, 3), (12, 25), (12, 26)))
    return frozenset((*movable, *fixed))


def easter_sunday(year: int) -> date:
    """By Gauss and Lichtenberg, in the Gregorian calendar."""
    century, moon = year // 100, year % 19
    secular = 15 + (3 * century + 3) // 4 - (8 * century + 13) // 25
    seed = (19 * moon + secular) % 30
    correction = (seed + moon // 11) // 29
    limit = 21 + seed - correction
    sunday = 7 - (year + year // 4 + 2 - (3 * century + 3) // 4) % 7
    days = limit + 7 - (limit - sunday) % 7
    return date(year, 3, 1) + timedelta(days=days - 1)
