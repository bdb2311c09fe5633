"""A short storm over the real house: desk, Rasa worker and action server under their supervisor. `make chaos` plays a long one."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count, islice
from pathlib import Path

import psutil
import pytest

from tests.chaos.house import House
from tests.chaos.town import Plan, is_clean, play, told
from tests.stack import Stack, until
from tests.visitor import Visitor

SEED = int(os.environ.get("KULANZ_CHAOS_SEED", "11"))
STORMS = count()
"""A second try has people of its own: those of the first one would write again what the house has already."""
SHORT = {
    "messages": 150,
    "seconds": 60,  # on a machine too busy for so many
    "visitors": 8,
    "agents": 2,
    "places": 4,
    "pause": 0.1,
    "longest": 20,
    "naps": False,
    "calm": (0.8, 2.0),
    "trouble": (0.1, 0.6),
    "first": "desk killed",
}


@pytest.fixture
def house(stack: Stack) -> Iterator[House]:
    """The house of the whole test run; it is given back with every process up."""
    house = House(stack)
    until(house.is_whole, 120)
    before = stack.state["processes"]
    yield house
    for name, pid in before.items():
        if not psutil.pid_exists(pid):
            stack.wait_until_restarted(name, pid)
    until(house.is_whole, 120)
    house.engine.dispose()


async def test_f01_f03_f04_f05_f19_f20_a_short_storm_loses_doubles_and_mixes_nothing(house: House) -> None:
    seed = SEED + next(STORMS)
    outcome = await play(house, Plan(seed=seed, **SHORT))
    assert is_clean(outcome), f"seed {seed}: {told(outcome)}"
    assert outcome.faults["kill -9 desk"]


def test_f22_a_desk_without_file_descriptors_serves_who_is_there_and_recovers_by_itself(stack: Stack) -> None:
    desk = psutil.Process(stack.state["processes"]["desk"])
    enough = desk.rlimit(psutil.RLIMIT_NOFILE)
    with Visitor(stack.url) as visitor:
        client_id = visitor.say("Hallo!")
        visitor.receive_until(lambda frame: frame.get("client_id") == client_id)
        try:
            desk.rlimit(psutil.RLIMIT_NOFILE, (limit_that_leaves(2, desk), enough[1]))
            with crowd_at_the_door(stack):
                assert not stack.is_up()
                client_id = visitor.say("Noch da?")
                answer = visitor.receive_until(lambda frame: frame.get("client_id") == client_id, 30)
            assert answer["type"] == "ack" or answer["code"] == "unavailable"
        finally:
            desk.rlimit(psutil.RLIMIT_NOFILE, enough)
        until(stack.is_up, 60)
        client_id = visitor.say("Und jetzt?")
        assert visitor.receive_until(lambda frame: frame.get("client_id") == client_id, 30)["type"] == "ack"
    assert desk.is_running()


def limit_that_leaves(room: int, process: psutil.Process) -> int:
    """So many descriptors more. The limit is one of their numbers, and of those below the highest some may be free."""
    used = {int(each.name) for each in Path(f"/proc/{process.pid}/fd").iterdir()}
    return next(islice((number for number in count() if number not in used), room, None))


@contextmanager
def crowd_at_the_door(stack: Stack) -> Iterator[None]:
    """More connections than the desk has descriptors left."""
    with ExitStack() as held:
        for _ in range(12):
            held.enter_context(socket.create_connection(("127.0.0.1", stack.port), timeout=10))
        yield
