"""Fifty agents at their pages, as far as the desk can tell: sockets that look, read, type, answer and ask for the queue.

In a process of its own, so that what they cost is not booked to the visitors'. Clocks are those of the machine: `perf_counter`
is one and the same in all processes of a Linux.
"""

from __future__ import annotations

import asyncio
import json
import time
from multiprocessing.connection import Connection
from typing import Any

import httpx
import uvloop

from tests.bench.capacity_desk import session_of
from tests.bench.capacity_wire import Wire, dial, post

HOST = "127.0.0.1"
HEARTBEAT, QUEUE_EVERY = 15.0, 15.0
"""Seconds, as in the page: connection/socket.ts, state/queue.ts."""


class Seat:
    """One agent. `heard`: client id of each visitor's message in one of their own conversations, and when."""

    def __init__(self, port: int, place: int, own: frozenset[str], heard: dict[str, float]) -> None:
        self._port, self._place, self._own, self._heard = port, place, own, heard
        self._url = f"http://{HOST}:{port}"
        self.wire: Wire

    async def sit_down(self) -> None:
        cookie = f"kulanz_session={session_of(self._place)}"
        answer = await post(HOST, self._port, "/api/tickets", Origin=self._url, Cookie=cookie)
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def greeted(text: bytes) -> None:
            if json.loads(text)["type"] == "ready" and not ready.done():
                ready.set_result(None)

        self.wire = await dial(HOST, self._port, "/ws/desk", greeted, self._url)
        self.wire.say(type="hello", ticket=answer["ticket"])
        await asyncio.wait_for(ready, 20)
        self.wire.heard = self._hear

    def _hear(self, text: bytes) -> None:
        at = time.perf_counter()
        frame = json.loads(text)
        if frame["type"] == "ping":
            self.wire.say(type="pong")
        elif frame["type"] == "event" and frame["conversation_id"] in self._own:
            event = frame["event"]
            if event["actor"]["kind"] == "visitor" and (client_id := event["data"].get("client_id")):
                self._heard[client_id] = at
                self.wire.say(type="read", conversation_id=frame["conversation_id"], number=event["number"])

    async def work(self, client: httpx.AsyncClient) -> None:
        """What every open page does all the time."""
        headers = {"Cookie": f"kulanz_session={session_of(self._place)}"}
        await asyncio.sleep(self._place * QUEUE_EVERY / 50)  # nobody opened their page in the same second
        while True:
            self.wire.say(type="heartbeat")
            await client.get("/api/queue", headers=headers)
            await asyncio.sleep(QUEUE_EVERY)


def agents_at_work(port: int, owned: list[list[str]], pipe: Connection) -> None:
    """Of a child process: sits everybody down, says so, works until told to stop, and tells what each heard when."""
    heard: dict[str, float] = {}

    async def all_of_them() -> None:
        seats = [Seat(port, place, frozenset(own), heard) for place, own in enumerate(owned)]
        for seat in seats:
            await seat.sit_down()
        async with httpx.AsyncClient(base_url=f"http://{HOST}:{port}", timeout=30) as client:
            working = [asyncio.create_task(seat.work(client)) for seat in seats]
            pipe.send("ready")
            await asyncio.get_running_loop().run_in_executor(None, pipe.recv)
            for task in working:
                task.cancel()
            await asyncio.gather(*working, return_exceptions=True)

    uvloop.run(all_of_them())
    pipe.send(heard)


def told(pipe: Connection, seconds: float = 60) -> Any:
    """What the child says next. Raises `TimeoutError`."""
    if not pipe.poll(seconds):
        raise TimeoutError
    return pipe.recv()
