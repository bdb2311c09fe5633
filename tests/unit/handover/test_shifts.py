"""Shifts: when somebody is at work, what that means for the routing, and who may change it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.contract.shifts import ShiftDay, ShiftPlanView
from handover.domain.agent import Agent, Role
from handover.domain.errors import InvalidInput, NotAllowed, NotFound, StaleVersion
from handover.domain.hours import Span
from handover.domain.routing import Candidate, Case, Patience, Reason, rank
from handover.domain.shifts import LAST_MINUTES, Shift, ShiftPlan, span_of, text_of
from handover.services.shifts import Shifts, rostered
from tests.edges import House
from tests.unit.handover.front_desk import ANNA, BEN, EMIL, FrontDesk

SOPHIE = Agent("sophie", "sophie@nordlicht.example", "Sophie Lang", Role.SUPERVISOR, "de")
BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 3, 9)
EMPTY: tuple[tuple[str, ...], ...] = ((),) * 7


def at(clock: str, day: date = MONDAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), BERLIN).astimezone(UTC)


def plan(week: dict[int, list[str]] | None = None, days: dict[date, list[str]] | None = None) -> ShiftPlan:
    return ShiftPlan(
        BERLIN,
        {day: tuple(map(span_of, spans)) for day, spans in (week or {}).items()},
        {day: tuple(map(span_of, spans)) for day, spans in (days or {}).items()},
    )


def view(monday: tuple[str, ...] = ("09:00-17:00",), *days: ShiftDay, zone: str = "Europe/Berlin") -> ShiftPlanView:
    return ShiftPlanView.model_validate({"zone": zone, "week": (monday, *EMPTY[1:]), "days": days})


USUAL = plan({0: ["09:00-12:00", "13:00-17:00"]})


# --- what a plan says ---


def test_a_shift_is_on_from_its_first_moment_until_its_last() -> None:
    assert USUAL.at(at("08:59")) is None
    assert USUAL.at(at("09:00")) == Shift(at("09:00"), at("12:00"))
    assert USUAL.at(at("12:00")) is None


def test_the_following_shift_is_found_over_days_and_exceptions() -> None:
    assert USUAL.following(at("12:30")) == Shift(at("13:00"), at("17:00"))
    next_monday = MONDAY + timedelta(days=7)
    off = plan({0: ["09:00-12:00"]}, {next_monday: []})
    after = next_monday + timedelta(days=7)
    assert off.following(at("18:00")) == Shift(at("09:00", after), at("12:00", after))
    assert plan().following(at("18:00")) is None


def test_a_night_is_one_shift() -> None:
    night = plan({0: ["22:00-24:00"], 1: ["00:00-06:00"]})
    tuesday = MONDAY + timedelta(days=1)
    shift = Shift(at("22:00"), at("06:00", tuesday))
    assert night.at(at("23:30")) == shift == night.at(at("01:00", tuesday))
    assert not night.is_ending(at("23:55"))
    assert night.is_ending(at("05:51", tuesday))


@pytest.mark.parametrize(
    ("clock", "ending"),
    [
        ("11:49", False),
        ("11:50", True),
        ("12:00", True),
        ("12:59", True),
        ("13:00", False),
        ("17:59", True),
        ("18:00", False),
    ],
)
def test_a_shift_ends_from_its_last_minutes_until_the_next_one_or_an_hour_later(clock: str, ending: bool) -> None:
    assert USUAL.is_ending(at(clock)) is ending


def test_a_day_of_its_own_stands_instead_of_the_weekday() -> None:
    changed = plan({0: ["09:00-17:00"]}, {MONDAY: ["14:00-20:00"]})
    assert changed.at(at("10:00")) is None
    assert changed.at(at("19:00")) == Shift(at("14:00"), at("20:00"))


def test_whoever_stays_longer_has_a_longer_day_and_the_same_week() -> None:
    longer = USUAL.longer(at("16:55"), timedelta(hours=1))
    assert longer is not None
    assert longer.at(at("17:30")) == Shift(at("13:00"), at("18:00"))
    assert longer.at(at("10:00")) == Shift(at("09:00"), at("12:00"))
    assert longer.week == USUAL.week
    assert USUAL.longer(at("20:00"), timedelta(hours=1)) is None


def test_longer_reaches_over_midnight() -> None:
    late = plan({0: ["16:00-23:30"], 1: ["08:00-12:00"]})
    tuesday = MONDAY + timedelta(days=1)
    longer = late.longer(at("23:25"), timedelta(hours=1))
    assert longer is not None
    assert longer.at(at("23:59")) == Shift(at("16:00"), at("00:30", tuesday))
    assert longer.at(at("09:00", tuesday)) == Shift(at("08:00", tuesday), at("12:00", tuesday))
    to_midnight = plan({0: ["16:00-23:00"]}).longer(at("22:55"), timedelta(hours=1))
    assert to_midnight is not None
    assert to_midnight.days == {MONDAY: (span_of("16:00-24:00"),)}


clocks = st.integers(0, 24 * 4 - 1).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))


@st.composite
def days(draw: st.DrawFn) -> tuple[Span, ...]:
    edges = sorted(draw(st.sets(clocks, max_size=6)))
    return tuple(Span(opens, closes) for opens, closes in zip(edges[::2], edges[1::2], strict=False))


plans = st.builds(
    ShiftPlan,
    st.just(BERLIN),
    st.dictionaries(st.integers(0, 6), days(), max_size=7),
    st.dictionaries(st.dates(date(2026, 3, 20), date(2026, 4, 5)), days(), max_size=4),
)
moments = st.datetimes(datetime(2026, 3, 21), datetime(2026, 4, 3), timezones=st.just(UTC))  # noqa: DTZ001 -- hypothesis adds it


@given(plans, moments)
def test_whoever_stays_is_at_work_an_hour_longer_whatever_is_planned(one: ShiftPlan, now: datetime) -> None:
    """Also over the change of clocks on 29 March."""
    before = one.at(now)
    longer = one.longer(now, timedelta(hours=1))
    assert (longer is None) <= (before is None)
    if longer and before:
        after = longer.at(now)
        assert after is not None
        assert after.begins == before.begins
        assert after.ends >= before.ends + timedelta(hours=1)


@given(plans, moments)
def test_a_shift_that_is_on_ends_in_its_last_minutes_and_no_sooner(one: ShiftPlan, now: datetime) -> None:
    if shift := one.at(now):
        assert shift.begins <= now < shift.ends
        assert one.is_ending(now) is (shift.ends - now <= LAST_MINUTES)


@given(days())
def test_spans_are_written_as_they_are_read(spans: tuple[Span, ...]) -> None:
    assert tuple(span_of(text_of(span)) for span in spans) == spans


# --- routing ---


def test_nobody_is_asked_whose_shift_ends() -> None:
    case = Case(language="de", waiting_since=at("16:00"))
    german = frozenset({"de"})
    going = Candidate(id="a", name="A", shift_ends=True, languages=german)
    staying = Candidate(id="b", name="B", languages=german)
    first, last = rank(case, [going, staying], Patience(), at("16:55"))
    assert (first.candidate, first.eligible) == (staying, True)
    assert (last.eligible, last.because) == (False, (Reason.SHIFT_ENDS,))


def test_the_staff_are_known_with_their_shifts(desk: FrontDesk) -> None:
    desk.clock.time = at("16:55")
    Shifts(desk.units).keep(ANNA, view(), 0)
    with desk.units(write=False) as unit:
        staff = {one.id: one for one in rostered(unit, unit.staff.candidates(unit.now))}
    assert (staff[ANNA.id].shift_until, staff[ANNA.id].shift_ends) == (at("17:00"), True)
    assert (staff[BEN.id].shift_until, staff[BEN.id].shift_ends) == (None, False)


# --- keeping ---


def test_shifts_are_kept_as_they_were_written(desk: FrontDesk) -> None:
    desk.clock.time = at("10:00")
    shifts = Shifts(desk.units)
    assert shifts.of(ANNA).plan is None
    written = view(("09:00-12:00", "13:00-24:00"), ShiftDay(day=MONDAY + timedelta(days=1), spans=("10:00-11:00",)))
    kept = shifts.keep(ANNA, written, 0)
    assert kept == shifts.of(ANNA)
    assert (kept.plan, kept.version, kept.ending) == (written, 1, False)
    assert kept.current is not None
    assert kept.current.ends == at("12:00")
    assert kept.following is not None
    assert kept.following.begins == at("13:00")


def test_a_change_is_based_on_what_its_author_saw(desk: FrontDesk) -> None:
    shifts = Shifts(desk.units)
    shifts.keep(ANNA, view(), 0)
    shifts.keep(SOPHIE, view(("08:00-16:00",)), 1, ANNA.id)
    for version in (0, 1):
        with pytest.raises(StaleVersion):
            shifts.keep(ANNA, view(()), version)
    found = shifts.of(ANNA).plan
    assert found is not None
    assert found.week[0] == ("08:00-16:00",)


def test_others_shifts_are_theirs_and_the_supervisors(desk: FrontDesk) -> None:
    shifts = Shifts(desk.units)
    refusals: list[Callable[[], object]] = [
        lambda: shifts.of(BEN, ANNA.id),
        lambda: shifts.keep(BEN, view(), 0, ANNA.id),
        lambda: shifts.of(EMIL),
        lambda: shifts.stay(EMIL),
    ]
    for refused in refusals:
        with pytest.raises(NotAllowed):
            refused()
    for unknown in ("nobody", EMIL.id):
        with pytest.raises(NotFound):
            shifts.of(SOPHIE, unknown)


@pytest.mark.parametrize(
    "wrong",
    [view(("17:00-09:00",)), view(("09:00-12:00", "11:00-13:00")), view(zone="Middle/Earth"), view(zone="Europe")],
)
def test_what_is_no_plan_is_refused(desk: FrontDesk, wrong: ShiftPlanView) -> None:
    with pytest.raises(InvalidInput):
        Shifts(desk.units).keep(ANNA, wrong, 0)


def test_staying_needs_a_shift_and_makes_it_an_hour_longer(desk: FrontDesk) -> None:
    shifts = Shifts(desk.units)
    desk.clock.time = at("16:55")
    with pytest.raises(NotFound):
        shifts.stay(ANNA)
    shifts.keep(ANNA, view(), 0)
    stayed = shifts.stay(ANNA)
    assert stayed.current is not None
    assert (stayed.current.ends, stayed.ending) == (at("18:00"), False)
    assert shifts.stay(ANNA) == stayed, "the page may ask again when it has heard no answer"
    desk.clock.time = at("17:55")
    later = shifts.stay(ANNA)
    assert later.current is not None
    assert later.current.ends == at("19:00")


def test_over_http_shifts_are_kept_and_refused_by_the_table(house: House) -> None:
    anna, sophie, emil = house.agent(), house.agent("sophie", Role.SUPERVISOR), house.agent("emil", Role.EDITOR)
    body = {"plan": view().model_dump(mode="json"), "version": 0}
    assert anna.http.put("/api/me/shifts", json=body).json()["version"] == 1
    assert anna.http.put("/api/me/shifts", json=body).status_code == 409
    assert anna.http.get("/api/me/shifts").json()["plan"]["week"][0] == ["09:00-17:00"]
    of_anna = f"/api/staff/{anna.id}/shifts"
    assert sophie.http.get(of_anna).json()["version"] == 1
    assert sophie.http.put(of_anna, json=body | {"version": 1}).json()["version"] == 2
    assert anna.http.put(f"/api/staff/{sophie.id}/shifts", json=body).status_code == 403
    assert emil.http.get("/api/me/shifts").status_code == 403
    bad = {"plan": body["plan"] | {"week": [["9-17"], *EMPTY[1:]]}, "version": 2}  # type: ignore[operator]
    assert anna.http.put("/api/me/shifts", json=bad).status_code == 422
