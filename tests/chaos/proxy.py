"""A network between clients and the desk that fails as networks do: it cuts, delays, throttles, and goes deaf without a word."""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

RESET = struct.pack("ii", 1, 0)
"""SO_LINGER with 0 seconds: closing sends RST instead of FIN."""


@dataclass(frozen=True)
class Weather:
    """What every connection goes through now."""

    delay: float = 0.0
    """Seconds each way."""
    bytes_per_second: float = float("inf")
    """Of each connection, each way."""


class Proxy:
    """Listens on a free port and passes everything on to `target`. Used on the event loop it was opened on."""

    def __init__(self, target: int) -> None:
        self.weather = Weather()
        self.is_down = False
        """Whoever tries to connect is turned away."""
        self._target = target
        self._links: set[Link] = set()

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.cut()

    @property
    def port(self) -> int:
        return int(self._server.sockets[0].getsockname()[1])

    def cut(self, chosen: Callable[[], bool] = lambda: True) -> int:
        """Reset the chosen connections on both sides; how many."""
        links = [link for link in tuple(self._links) if chosen()]
        for link in links:
            link.reset()
        return len(links)

    def deafen(self, chosen: Callable[[], bool] = lambda: True) -> int:
        """From now on the chosen connections pass nothing on, and neither side learns of it."""
        links = [link for link in tuple(self._links) if chosen()]
        for link in links:
            link.is_deaf = True
        return len(links)

    def _accept(self) -> Side:
        link = Link(self._target, lambda: self.weather, self._links.discard)
        self._links.add(link)
        if self.is_down:
            link.refuse()
        return link.near


class Link:
    """One connection: `near` is the client's side, `far` the desk's."""

    def __init__(self, target: int, weather: Callable[[], Weather], ended: Callable[[Link], None]) -> None:
        self.weather, self.is_deaf = weather, False
        self.near, self.far = Side(self), Side(self)
        self._target, self._ended = target, ended
        self._dialling: asyncio.Task[None] | None = None

    def refuse(self) -> None:
        self.near.is_closed = self.far.is_closed = True

    def opened(self, side: Side) -> None:
        if side is self.near and not side.is_closed:
            self._dialling = asyncio.create_task(self._dial())

    def heard(self, side: Side, data: bytes) -> None:
        if not self.is_deaf:
            self._other(side).send(data)

    def closed(self, side: Side) -> None:
        """A deaf line does not even tell that the other side has gone."""
        other = self._other(side)
        if not self.is_deaf:
            other.finish()
        if other.is_closed:
            self._ended(self)

    def reset(self) -> None:
        for side in (self.near, self.far):
            side.reset()

    async def _dial(self) -> None:
        try:
            await asyncio.get_running_loop().create_connection(lambda: self.far, "127.0.0.1", self._target)
        except OSError:
            self.far.is_closed = True
            self.near.reset()

    def _other(self, side: Side) -> Side:
        return self.far if side is self.near else self.near


class Side(asyncio.Protocol):
    """One end of a link. What waits for its time, or for the far end to be reached, waits in order."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._transport: asyncio.Transport | None = None
        self._waiting: deque[tuple[float, bytes]] = deque()
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._is_ending = False
        self.is_closed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._link.opened(self)
        if self.is_closed:  # refused, or reset while it was being dialled
            self.reset()
        self._flush()

    def data_received(self, data: bytes) -> None:
        self._link.heard(self, data)

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, _error: Exception | None) -> None:
        self.is_closed = True
        self._link.closed(self)

    def send(self, data: bytes) -> None:
        weather = self._link.weather()
        start = max(self._due, asyncio.get_running_loop().time() + weather.delay)
        self._due = start + len(data) / weather.bytes_per_second
        self._waiting.append((self._due, data))
        self._flush()

    def finish(self) -> None:
        """Close once everything is sent."""
        self._is_ending = True
        self._flush()

    def reset(self) -> None:
        self.is_closed = True
        if self._transport and not self._transport.is_closing():
            wire: socket.socket = self._transport.get_extra_info("socket")
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self._transport.abort()

    def _flush(self) -> None:
        transport, loop = self._transport, asyncio.get_running_loop()
        if transport is None or transport.is_closing():
            return
        while self._waiting and self._waiting[0][0] <= loop.time():
            transport.write(self._waiting.popleft()[1])
        if self._timer:
            self._timer.cancel()
        if self._waiting:
            self._timer = loop.call_at(self._waiting[0][0], self._flush)
        elif self._is_ending:
            transport.close()


def share(chance: random.Random, part: float) -> Callable[[], bool]:
    """Picks this part of the connections."""
    return lambda: chance.random() < part
