"""The machine's clock is set, and neither order nor timers feel it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.services.clock import CREEP, SteadyClock
from tests.unit.handover.front_desk import FrontDesk


def test_f21_when_the_clock_is_set_back_the_order_is_that_of_the_numbers(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    for step in (3600, -7200, 0, 86_400, -90_000):
        desk.clock.turn(seconds=step)
        desk.write(conversation_id, f"after a step of {step} s")
    events = desk.conversations.public_events(conversation_id, 0)
    assert [event.number for event in events] == list(range(1, 7))
    assert [event.at for event in events] != sorted(event.at for event in events)
    for known in range(1, 6):
        _, page = desk.conversations.snapshot(conversation_id, known)
        assert [event.number for event in page.events] == list(range(known + 1, 7))


class Machine:
    """Its clock may be set; its seconds pass."""

    def __init__(self) -> None:
        self.wall, self.ticks = 1_770_000_000.0, 50.0

    def pass_by(self, seconds: float) -> None:
        self.wall += seconds
        self.ticks += seconds


@pytest.mark.parametrize("step", [3600, -3600, 30, -0.5])
def test_f21_timers_do_not_feel_that_the_clock_was_set(step: float) -> None:
    machine = Machine()
    clock = SteadyClock(lambda: machine.wall, lambda: machine.ticks)
    machine.pass_by(10)
    before = clock.now()
    machine.wall += step
    machine.pass_by(60)
    passed = (clock.now() - before).total_seconds()
    assert 60 * (1 - CREEP) - 0.001 <= passed <= 60 * (1 + CREEP) + 0.001


@given(steps=st.lists(st.tuples(st.floats(0, 1e4), st.floats(-1e5, 1e5)), max_size=30))
def test_f21_time_never_goes_back_and_comes_to_be_the_machines(steps: list[tuple[float, float]]) -> None:
    machine = Machine()
    clock = SteadyClock(lambda: machine.wall, lambda: machine.ticks)
    last = clock.now()
    for seconds, step in steps:
        machine.pass_by(seconds)
        machine.wall += step
        before, last = last, clock.now()
        assert last >= before
    machine.pass_by(abs(last.timestamp() - machine.wall) / CREEP + 1)
    assert abs(clock.now().timestamp() - machine.wall) < 0.001
