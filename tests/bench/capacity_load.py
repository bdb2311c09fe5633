"""Thousands of visitors and an agent at one desk: idle, writing, cut off, and coming back after a restart."""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import time
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar
from uuid import uuid4

from tests.bench.capacity_desk import SAID, SESSION, DeskAlone
from tests.bench.capacity_wire import Wire, dial, hang_up, post

T = TypeVar("T")
HOST = "127.0.0.1"
AT_ONCE = 64
"""Visitors who connect at the same time while a crowd assembles."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds, as in widget/src/connection/backoff.ts."""
PATIENCE = 60.0
"""Seconds until what has not arrived counts as lost."""


@dataclass
class Sights:
    """When each message was acknowledged, seen by its visitor, and seen by the agent: seconds after it was due."""

    due: dict[str, float] = field(default_factory=dict)
    acked: dict[str, float] = field(default_factory=dict)
    seen: dict[str, float] = field(default_factory=dict)
    seen_by_agent: dict[str, float] = field(default_factory=dict)
    doubled: int = 0
    refused: int = 0
    seconds: float = 0.0

    def mark(self, sights: dict[str, float], client_id: str | None) -> None:
        if client_id in self.due:
            self.doubled += client_id in sights
            sights[client_id] = time.perf_counter() - self.due[client_id]

    @property
    def lost(self) -> int:
        return sum(len(self.due) - len(sights) for sights in (self.acked, self.seen, self.seen_by_agent))

    @property
    def per_second(self) -> float:
        return len(self.seen) / self.seconds

    @property
    def p95(self) -> float:
        """Milliseconds until both had seen it, for 95 of 100."""
        return percentile(95, map(max, self.seen.values(), map(self.seen_by_agent.__getitem__, self.seen)))

    @property
    def p50(self) -> float:
        return percentile(50, map(max, self.seen.values(), map(self.seen_by_agent.__getitem__, self.seen)))


class Chat(Protocol):
    """Open sockets at some server: ours, or a peer's."""

    wires: list[Wire]

    async def assemble(self, visitors: int) -> float: ...
    async def seat_agent(self) -> None: ...
    def watch(self, sights: Sights) -> None: ...
    def say(self, index: int, client_id: str) -> None: ...


async def assembled(visitors: int, visitor: Any) -> list[Wire]:
    """`visitor(index)` for each of them, some at a time."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(index: int) -> Wire:
        async with gate:
            wire: Wire = await visitor(index)
            return wire

    return await asyncio.gather(*(one(index) for index in range(visitors)))


async def write(chat: Chat, per_second: float, seconds: float) -> Sights:
    """Messages begin evenly, whatever becomes of those before; waits count from when each should have begun."""
    sights, started = Sights(), time.perf_counter()
    chat.watch(sights)
    for number in range(int(per_second * seconds)):
        due = started + number / per_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        client_id = uuid4().hex
        sights.due[client_id] = due
        chat.say(number % len(chat.wires), client_id)
    deadline = time.perf_counter() + PATIENCE
    while sights.lost and time.perf_counter() < deadline:
        await asyncio.sleep(0.01)
    sights.seconds = time.perf_counter() - started
    return sights


class Crowd:
    """Visitors of one desk, each at the wire of the conversation with the same index, and one agent."""

    def __init__(self, desk: DeskAlone) -> None:
        self._desk = desk
        self.wires: list[Wire] = []
        self.agent: Wire

    async def assemble(self, visitors: int) -> float:
        """Opens the sockets; the seconds it took."""
        since = time.perf_counter()
        self.wires = await assembled(visitors, self.visitor)
        return time.perf_counter() - since

    async def visitor(self, index: int, cursor: int = 0) -> Wire:
        """From the ticket by HTTP to the snapshot. Raises `OSError` while the desk is away."""
        return (await self.snapshot(index, cursor))[0]

    async def snapshot(self, index: int, cursor: int = 0) -> tuple[Wire, dict[str, Any]]:
        bearer = f"Bearer {self._desk.tokens[index]}"
        answer = await self._post("/api/visitor/tickets", Authorization=bearer)
        return await self._greet("/ws/visitor", "snapshot", ticket=answer["ticket"], cursor=cursor)

    async def seat_agent(self) -> None:
        answer = await self._post("/api/tickets", Cookie=f"kulanz_session={SESSION}")
        self.agent, _ = await self._greet("/ws/desk", "ready", ticket=answer["ticket"])

    def say(self, index: int, client_id: str) -> None:
        self.wires[index].say(type="message", client_id=client_id, text=SAID)

    def watch(self, sights: Sights) -> None:
        for wire in self.wires:
            wire.heard = _visitors_ear(wire, sights)
        self.agent.heard = _agents_ear(self.agent, sights)

    async def come_back(self, since: float) -> list[float]:
        """Every visitor reconnects as the widget does; seconds from `since` to each one's snapshot."""

        async def one(index: int) -> float:
            attempt = 0
            while True:
                await asyncio.sleep(pause(attempt))
                try:
                    self.wires[index] = await self.visitor(index, cursor=1)
                except OSError:
                    attempt += 1
                else:
                    return time.perf_counter() - since

        return await asyncio.gather(*(one(index) for index in range(len(self.wires))))

    async def _post(self, path: str, **headers: str) -> dict[str, Any]:
        answer: dict[str, Any] = await post(HOST, self._desk.port, path, Origin=self._desk.url, **headers)
        return answer

    async def _greet(self, path: str, welcome: str, **hello: object) -> tuple[Wire, dict[str, Any]]:
        there: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()

        def heard(text: bytes) -> None:
            if (frame := json.loads(text))["type"] == welcome and not there.done():
                there.set_result(frame)

        wire = await dial(HOST, self._desk.port, path, heard, self._desk.url)
        wire.say(type="hello", **hello)
        await asyncio.wait({there, wire.closed}, return_when=asyncio.FIRST_COMPLETED)
        if not there.done():
            raise ConnectionError("hung up on")
        wire.heard = lambda text: _stay(wire, text)
        return wire, there.result()


def _visitors_ear(wire: Wire, sights: Sights) -> Any:
    def heard(text: bytes) -> None:
        _stay(wire, text)
        frame = json.loads(text)
        match frame["type"]:
            case "ack":
                sights.mark(sights.acked, frame["client_id"])
            case "event":
                sights.mark(sights.seen, frame["event"]["data"].get("client_id"))
            case "error":
                sights.refused += 1

    return heard


def _agents_ear(wire: Wire, sights: Sights) -> Any:
    def heard(text: bytes) -> None:
        _stay(wire, text)
        frame = json.loads(text)
        if frame["type"] == "event":
            sights.mark(sights.seen_by_agent, frame["event"]["data"].get("client_id"))

    return heard


def _stay(wire: Wire, text: bytes) -> None:
    if text == b'{"type":"ping"}':
        wire.send('{"type":"pong"}')


@dataclass
class Dropped:
    """What became of the messages that others sent while somebody was cut off."""

    sent: int
    lost: int
    doubled: int


def dropped(sent: list[str], got: list[str | None]) -> Dropped:
    counts = [got.count(client_id) for client_id in sent]
    return Dropped(len(sent), counts.count(0), sum(count > 1 for count in counts))


async def cut_off(crowd: Crowd, index: int, messages: int, seconds: float) -> Dropped:
    """A second tab of a conversation is cut off while the first one writes, and comes back with its cursor."""
    tab, before = await crowd.snapshot(index)
    got: list[str | None] = []
    tab.heard = lambda text: got.extend(_client_ids(json.loads(text)))
    await asyncio.sleep(0.2)
    tab.abort()
    sent = []
    for _ in range(messages):
        sent.append(uuid4().hex)
        crowd.say(index, sent[-1])
        await asyncio.sleep(seconds / messages)
    again, snapshot = await crowd.snapshot(index, before["last_number"])
    again.heard = tab.heard
    got += [event["data"].get("client_id") for event in snapshot["events"]]
    await asyncio.sleep(1)
    return dropped(sent, got)


def _client_ids(frame: dict[str, Any]) -> list[str | None]:
    return [frame["event"]["data"].get("client_id")] if frame["type"] == "event" else []


def pause(attempt: int) -> float:
    """Seconds; the widget's `pause`."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(attempt, 10)) * random.uniform(0.5, 1)


def percentile(share: int, seconds: Iterable[float]) -> float:
    """Milliseconds."""
    return statistics.quantiles(seconds, n=100, method="inclusive")[share - 1] * 1000


def run(work: Coroutine[Any, Any, T]) -> T:
    """On uvloop, so that the load costs little of the machine it measures."""
    import uvloop

    async def whole() -> T:
        try:
            return await work
        finally:
            await hang_up()

    return uvloop.run(whole())
