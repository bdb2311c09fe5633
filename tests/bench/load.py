"""Many visitors at once over the desk's socket, and the same load on Rasa's own REST channel."""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from uuid import uuid4

import httpx
from websockets.asyncio.client import ClientConnection, connect

from tests.shaky import utterances
from tests.visitor import is_answer

Ask = Callable[[], Awaitable[bool]]
"""One turn; False: the answer was a failure."""


@dataclass
class Waits:
    """Milliseconds of each turn, and how long it took in all."""

    milliseconds: list[float] = field(default_factory=list)
    failures: int = 0
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.milliseconds) / self.seconds

    @property
    def p50(self) -> float:
        return statistics.median(self.milliseconds)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.milliseconds, n=20, method="inclusive")[18]

    async def take(self, ask: Ask, since: float | None = None) -> None:
        since = time.perf_counter() if since is None else since
        self.failures += not await ask()
        self.milliseconds.append((time.perf_counter() - since) * 1000)


async def saturate(asks: list[Ask], seconds: float) -> Waits:
    """Each visitor writes as soon as the answer is there."""
    waits, end, started = Waits(), time.perf_counter() + seconds, time.perf_counter()

    async def visitor(ask: Ask) -> None:
        while time.perf_counter() < end:
            await waits.take(ask)

    await asyncio.gather(*map(visitor, asks))
    waits.seconds = time.perf_counter() - started
    return waits


async def at_rate(asks: list[Ask], per_second: float, seconds: float) -> Waits:
    """Turns begin evenly, whatever becomes of the ones before; a wait counts from when its turn should have begun."""
    waits, started, free = Waits(), time.perf_counter(), list(asks)
    running: set[asyncio.Task[None]] = set()

    async def turn(due: float) -> None:
        while not free:
            await asyncio.sleep(0.001)
        ask = free.pop(0)
        await waits.take(ask, due)
        free.append(ask)

    for number in range(int(per_second * seconds)):
        due = started + number / per_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        task = asyncio.create_task(turn(due))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    waits.seconds = time.perf_counter() - started
    return waits


class Talk:
    """A visitor over the desk's socket. When a human was called, a new conversation is opened (not measured)."""

    def __init__(self, url: str, language: str, seed: int) -> None:
        self._url, self._language = url, language
        self._chance = random.Random(seed)
        self._socket: ClientConnection
        self._number = 0

    async def __aenter__(self) -> Self:
        await self._open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._socket.close()

    async def ask(self) -> bool:
        return await self.say(self._chance.choice(utterances(self._language)))

    async def say(self, text: str) -> bool:
        """Send it and read up to the bot's answer."""
        if self._called:
            await self._socket.close()
            await self._open()
        client_id, number = uuid4().hex, 0
        await self._socket.send(json.dumps({"type": "message", "client_id": client_id, "text": text}))
        while True:
            frame = await self._receive()
            if frame.get("client_id") == client_id:
                assert frame["type"] == "ack", frame
                number = frame["number"]
                if self._called:
                    return await self.say(text)
            event = frame.get("event")
            if event and number and event["number"] > number and is_answer(event):
                return bool(event["data"]["type"] != "bot.failed")

    async def _receive(self) -> dict:
        frame: dict = json.loads(await asyncio.wait_for(self._socket.recv(), 15))
        if frame["type"] == "event" and frame["event"]["data"]["type"] == "handover.requested":
            self._called = True
        elif frame["type"] == "ping":
            await self._socket.send('{"type": "pong"}')
        return frame

    async def _open(self) -> None:
        self._called = False
        async with httpx.AsyncClient(base_url=self._url, headers={"Origin": self._url}, timeout=10) as client:
            body = {"language": self._language, "page": f"{self._url}/"}
            opened = (await client.post("/api/visitor/conversations", json=body)).raise_for_status().json()
            bearer = {"Authorization": f"Bearer {opened['visitor_token']}"}
            ticket = (await client.post("/api/visitor/tickets", headers=bearer)).raise_for_status().json()["ticket"]
        address = self._url.replace("http", "ws", 1) + "/ws/visitor"
        self._socket = await connect(address, origin=self._url, compression=None, proxy=None)
        await self._socket.send(json.dumps({"type": "hello", "ticket": ticket, "cursor": 0}))
        while (await self._receive())["type"] != "snapshot":
            pass


class RestTalk:
    """A conversation over Rasa's own REST channel."""

    def __init__(self, client: httpx.AsyncClient, texts: list[str], seed: int) -> None:
        self._client, self._texts, self._chance, self._id = client, texts, random.Random(seed), uuid4().hex

    async def ask(self) -> bool:
        body = {"sender": self._id, "message": self._chance.choice(self._texts)}
        answer = await self._client.post("/webhooks/rest/webhook", json=body)
        return answer.status_code == 200 and bool(answer.json())
