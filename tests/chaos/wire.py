"""What visitors' and agents' clients share: a connection that comes back, HTTP that is tried again, an outbox."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException

HTTP_SECONDS = 10.0
ACK_SECONDS = 8.0
SILENCE_SECONDS = 25.0
"""The desk pings every 20 s."""
FIRST_PAUSE, LONGEST_PAUSE, STABLE_SECONDS = 0.1, 3.0, 1.0
"""The widget's back-off, ten times as quick: a line that held for so long begins it anew."""
LOST = (OSError, TimeoutError, WebSocketException, InvalidHandshake, httpx.TransportError, EOFError)
"""How the network shows that it failed."""

Event = dict[str, Any]


@dataclass
class Address:
    """Where a client finds the desk: through the proxy, but as a page of the desk's own origin."""

    origin: str
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def sockets(self) -> str:
        return f"ws://127.0.0.1:{self.port}"


class LineLost(Exception):
    """This socket is of no use any more."""


@dataclass
class Typed:
    """One message and what became of it: its number once it was acknowledged, or the code it was refused with."""

    client_id: str
    conversation_id: str
    text: str
    author: str
    """One screen: what is written in two tabs has no order between them."""
    number: int | None = None
    refused: str | None = None


@dataclass
class Log:
    """The events of one conversation as one client shows them, by the widget's rules."""

    conversation_id: str
    sees_all: bool
    """Staff; a visitor sees what is for everybody."""
    events: list[Event] = field(default_factory=list)
    has_earlier: bool = False
    """Older events were not sent, because too much was missed at once; they are read page by page."""

    @property
    def last(self) -> int:
        return int(self.events[-1]["number"]) if self.events else 0

    def add(self, event: Event) -> bool:
        """False if one before it is missing. What is known already is passed over."""
        if event["after"] > self.last:
            return False
        if event["number"] > self.last:
            self.events.append(event)
        return True

    def resume(self, part: dict[str, Any]) -> None:
        """What the desk answers to a cursor: the events after it, or with 0 the newest ones instead of all."""
        self.events = [event for event in self.events if event["number"] <= part["cursor"]] + part["events"]
        self.has_earlier = part["earlier"] if part["cursor"] == 0 else self.has_earlier

    def put_before(self, page: dict[str, Any]) -> None:
        self.events = page["events"] + self.events
        self.has_earlier = page["earlier"]


@dataclass
class Tally:
    """Counted over all clients."""

    counts: Counter[str] = field(default_factory=Counter)

    def note(self, what: str) -> None:
        self.counts[what] += 1


class Client:
    """Somebody at a screen. Subclasses say how a session begins and what is heard in it."""

    path: str
    kept_alive = 5
    """HTTP connections that are used again. One that has gone deaf costs its next user the whole patience."""

    def __init__(self, address: Address, chance: random.Random, tally: Tally) -> None:
        self.address, self.chance, self.tally = address, chance, tally
        self.http = httpx.AsyncClient(
            base_url=address.url,
            headers={"Origin": address.origin},
            timeout=HTTP_SECONDS,
            limits=httpx.Limits(max_keepalive_connections=self.kept_alive),
            trust_env=False,
            verify=False,  # there is no TLS here, and loading certificates for every client takes its time
        )
        self.is_leaving = False
        self._socket: ClientConnection | None = None

    def new_id(self) -> str:
        return f"{self.chance.getrandbits(128):032x}"

    # --- HTTP ---

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Tried until the desk answers with something that will not pass by itself."""
        failures = 0
        while True:
            try:
                answer = await self.http.request(method, path, **more)
                if answer.status_code < 500 and answer.status_code != 429:
                    return answer
                self.tally.note(f"HTTP {answer.status_code}")
            except LOST:
                self.tally.note("HTTP lost")
            await self.pause(failures)
            failures += 1

    async def pause(self, failures: int) -> None:
        most = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(failures, 10))
        await asyncio.sleep(most * (0.5 + self.chance.random() / 2))

    # --- the socket ---

    async def ticket(self) -> str:
        raise NotImplementedError

    @property
    def cursor(self) -> int:
        return 0

    async def hear(self, frame: dict[str, Any]) -> None:
        raise NotImplementedError

    async def stay_connected(self) -> None:
        """Until `is_leaving`."""
        failures, now = 0, asyncio.get_running_loop().time
        while not self.is_leaving:
            since = now()
            try:
                await self._session()
            except LOST:
                self.tally.note("sockets lost")
            except LineLost:
                self.tally.note("sockets given up")
            finally:
                self._socket = None
            if not self.is_leaving:
                failures = 0 if now() - since > STABLE_SECONDS else failures
                await self.pause(failures)
                failures += 1

    async def _session(self) -> None:
        ticket = await self.ticket()
        address = self.address.sockets + self.path
        options: dict[str, Any] = {"compression": None, "proxy": None, "ping_interval": None, "open_timeout": 10}
        async with connect(address, origin=self.address.origin, close_timeout=0.2, **options) as socket:  # type: ignore[arg-type]
            await socket.send(json.dumps({"type": "hello", "ticket": ticket, "cursor": self.cursor}))
            self._socket = socket
            while not self.is_leaving:
                async with asyncio.timeout(SILENCE_SECONDS):
                    frame = json.loads(await socket.recv())
                if frame["type"] == "ping":
                    await self.say(type="pong")
                else:
                    await self.hear(frame)

    async def read_back(self, log: Log, path: str, **more: Any) -> None:
        """Scroll up to the first event."""
        while log.has_earlier:
            self.tally.note("pages read back")
            answer = await self.ask("GET", path, params={"before": log.events[0]["number"]}, **more)
            log.put_before(answer.json())

    async def say(self, **frame: object) -> None:
        if self._socket is None:
            raise LineLost
        await self._socket.send(json.dumps(frame))

    async def hang_up(self) -> None:
        if self._socket is not None:
            await self._socket.close()

    async def leave(self) -> None:
        self.is_leaving = True
        await self.hang_up()


async def until(what: Callable[[], object], seconds: float, pause: float = 0.05) -> bool:
    """Whether `what` came true in time."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not what():
        if asyncio.get_running_loop().time() > deadline:
            return False
        await asyncio.sleep(pause)
    return True
