"""Waiting visitors are told how their wait stands, again and again, and noted as being there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Collection
from typing import Any

import pytest

from handover.contract.frames import QueuePlace, WaitRange
from handover.realtime import queue_board
from handover.realtime.hub import Hub, VisitorSeat
from handover.realtime.line import Parcel
from handover.realtime.queue_board import QueueBoard


class Wire:
    """Stands for a line: keeps what was said."""

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []

    def say(self, frame: QueuePlace) -> None:
        self.said.append(json.loads(frame.model_dump_json()))

    def push(self, _sent: Parcel) -> None:
        """Presence and the like."""


class Queue:
    """What the board reads, one answer after the other, the last one for ever; an exception is raised."""

    def __init__(self, *answers: dict[str, QueuePlace] | Exception) -> None:
        self.answers, self.seen = list(answers), set[str]()

    def look(self) -> dict[str, QueuePlace]:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def see(self, online: Collection[str]) -> None:
        self.seen |= set(online)


@pytest.fixture
def hub() -> Hub:
    return Hub()


def seated(hub: Hub, conversation_id: str = "one") -> Wire:
    wire: Any = Wire()
    hub.seat_visitor(VisitorSeat(conversation_id, wire))
    return wire  # type: ignore[no-any-return]


async def until(hub: Hub, queue: Queue, there: Callable[[], bool]) -> None:
    """Runs a board whose queue keeps moving."""
    task = asyncio.create_task(QueueBoard(hub, queue.look, queue.see).run())
    async with asyncio.timeout(30):
        while not there():
            hub.queue_moved.set()
            await asyncio.sleep(0.005)
    task.cancel()


def place(number: int, **more: Any) -> QueuePlace:
    return QueuePlace(place=number, waiting=9, **more)


async def test_whoever_waits_here_is_told_when_something_changed_and_noted_as_there(hub: Hub) -> None:
    wire = seated(hub)
    queue = Queue({"one": place(2), "elsewhere": place(1)}, {"one": place(2)}, {"one": place(1, agents=1)})
    await until(hub, queue, lambda: len(wire.said) == 2 and bool(queue.seen))
    assert [(said["place"], said["agents"]) for said in wire.said] == [(2, 0), (1, 1)]
    assert queue.seen == {"one"}


async def test_a_range_that_only_shrinks_is_told_from_time_to_time(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    wire = seated(hub)
    ranges = [WaitRange(from_seconds=60 - second, to_seconds=90, sample=7) for second in range(20)]
    queue = Queue(*({"one": place(1, wait=one)} for one in ranges), {"one": place(2)})
    await until(hub, queue, lambda: bool(wire.said) and wire.said[-1]["place"] == 2)
    assert len(wire.said) == 2
    monkeypatch.setattr(queue_board, "AGAIN_SECONDS", 0.0)
    await until(hub, Queue({"one": place(1)}), lambda: len(wire.said) >= 5)


async def test_a_failing_look_at_the_queue_does_not_end_the_looking(hub: Hub) -> None:
    wire = seated(hub)
    await until(hub, Queue(RuntimeError("database is locked"), {"one": place(1)}), lambda: bool(wire.said))


async def test_it_looks_by_itself_when_nothing_moves(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_board, "LOOK_SECONDS", 0.01)
    wire, queue = seated(hub), Queue({"one": place(1)})
    task = asyncio.create_task(QueueBoard(hub, queue.look, queue.see).run())
    async with asyncio.timeout(30):
        while not wire.said:
            await asyncio.sleep(0.005)
    task.cancel()


async def test_whoever_comes_back_is_told_at_once_and_noted_as_there_even_if_the_first_look_fails(hub: Hub) -> None:
    wire = seated(hub)
    board_queue = Queue({"one": place(1)}, RuntimeError("database is locked"), {"one": place(1)})
    task = asyncio.create_task(QueueBoard(hub, board_queue.look, board_queue.see).run())
    async with asyncio.timeout(30):
        hub.queue_moved.set()
        while not wire.said:
            await asyncio.sleep(0.005)
        hub.want_place("one")
        while len(board_queue.answers) > 1:
            await asyncio.sleep(0.005)
        hub.queue_moved.set()
        while len(wire.said) < 2:
            await asyncio.sleep(0.005)
    assert hub.places_wanted == set()
    task.cancel()
