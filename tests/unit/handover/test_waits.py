"""How long it still takes: what an estimate may say, and when it must say nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.domain.waits import Estimate, PastWait, Waits


def answered(*seconds: float, place: int = 1, closed: bool = False) -> list[PastWait]:
    return [PastWait(one, True, place, closed) for one in seconds]


def test_fewer_than_five_answered_waits_say_nothing() -> None:
    assert Waits(answered(60, 60, 60, 60)).estimate(place=1, waited=0, closed=False) is None
    given_up = [PastWait(500, False, 1, False)] * 50
    assert Waits([*answered(60, 60, 60, 60), *given_up]).estimate(place=1, waited=0, closed=False) is None


def test_the_range_is_the_middle_of_like_waits_with_their_number() -> None:
    waits = Waits(answered(*range(10, 110, 10)))  # 10, 20 … 100
    assert waits.estimate(place=1, waited=0, closed=False) == Estimate(20, 80, 10)


def test_who_has_waited_is_told_what_is_left_by_those_who_waited_longer() -> None:
    waits = Waits(answered(*range(10, 110, 10)))
    assert waits.estimate(place=1, waited=50, closed=False) == Estimate(10, 40, 5)  # of 60 … 100


def test_waits_of_a_closed_desk_tell_nothing_of_an_open_one() -> None:
    waits = Waits(answered(*[3600.0] * 9, closed=True))
    assert waits.estimate(place=1, waited=0, closed=False) is None
    assert waits.estimate(place=1, waited=0, closed=True) == Estimate(3600, 3600, 9)


def test_a_place_without_waits_of_its_own_is_told_by_the_others_scaled() -> None:
    waits = Waits(answered(*[60.0] * 5))
    assert waits.estimate(place=5, waited=0, closed=False) == Estimate(300, 300, 5)


def test_who_gave_up_makes_the_range_longer_not_shorter() -> None:
    patient = answered(100, 200, 300, 400, 500)
    gone = [PastWait(250, False, 1, False)] * 5
    told, without = (Waits(past).estimate(place=1, waited=0, closed=False) for past in ([*patient, *gone], patient))
    assert told is not None
    assert without is not None
    assert told.high >= without.high
    assert told.low >= without.low
    assert told.sample == 10


def test_only_the_newest_count() -> None:
    assert Waits([*answered(*[60.0] * 200), *answered(*[9000.0] * 200)]).estimate(
        place=1, waited=0, closed=False
    ) == Estimate(60, 60, 200)


past_waits = st.lists(
    st.builds(
        PastWait,
        st.floats(0, 10_000),
        st.booleans(),
        st.integers(1, 12),
        st.just(False),
    ),
    max_size=60,
)


@given(past_waits, st.integers(1, 12), st.floats(0, 5000))
def test_a_range_never_runs_backwards_nor_below_now(past: list[PastWait], place: int, waited: float) -> None:
    found = Waits(past).estimate(place=place, waited=waited, closed=False)
    if found is not None:
        assert 0 <= found.low <= found.high
        assert 5 <= found.sample <= len(past)


@given(st.lists(st.floats(1, 10_000), min_size=5, max_size=50), st.integers(7, 40), st.integers(1, 20))
def test_scaled_to_a_place_further_back_the_range_only_grows(seconds: list[float], place: int, more: int) -> None:
    waits = Waits(answered(*seconds, place=1))
    near = waits.estimate(place=place, waited=0, closed=False)
    far = waits.estimate(place=place + more, waited=0, closed=False)
    assert near is not None
    assert far is not None
    assert near.low <= far.low
    assert near.high <= far.high


@pytest.mark.parametrize(("place", "alike"), [(2, 3), (4, 6), (7, 40)])
def test_places_that_are_alike_share_their_waits(place: int, alike: int) -> None:
    assert Waits(answered(*[90.0] * 5, place=alike)).estimate(place=place, waited=0, closed=False) == Estimate(
        90, 90, 5
    )
