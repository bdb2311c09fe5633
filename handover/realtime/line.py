"""One open socket, whoever sits at its other end: origin, hello, heartbeat, limits and a bounded outbox.

It knows nothing of what is said. Whoever pushes never waits: a reader too slow for its outbox is hung up on and
comes back with its cursor.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from pydantic import BaseModel, ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from handover.contract.frames import ErrorFrame, Hello, Ping


class Close(IntEnum):
    """Why the desk hangs up."""

    SILENT = 1001  # nothing heard for too long: the other side is gone
    TOO_MANY = 1008  # more frames than a person can write
    TOO_SLOW = 1013  # does not read what it is sent; try again later
    BAD_TICKET = 4401  # no ticket, a used one, or a session that ended


@dataclass(frozen=True, slots=True)
class Limits:
    """Times in seconds."""

    hello: float = 10.0
    ping: float = 20.0
    silence: float = 40.0
    frames_per_second: float = 20.0
    frames_at_once: float = 60.0
    outbox_frames: int = 256
    outbox_bytes: int = 256 * 1024


class HungUp(Exception):
    """The desk ends this socket."""

    def __init__(self, code: Close, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class Parcel(NamedTuple):
    """One encoded frame. Events carry their number and the one before it, so that a gap is noticed."""

    text: str
    number: int = 0
    after: int = 0


def parcel(frame: BaseModel) -> Parcel:
    return Parcel(frame.model_dump_json())


PING = parcel(Ping())


class Bucket:
    """Lets `rate` frames a second pass, and `burst` at once."""

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate, self._burst = rate, burst
        self._left, self._at = burst, now

    def take(self, now: float) -> bool:
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Line:
    """The wire of one socket. Used on the event loop only."""

    def __init__(self, socket: WebSocket, limits: Limits) -> None:
        self._socket, self._limits = socket, limits
        self._now = asyncio.get_running_loop().time
        self._outbox: deque[Parcel] = deque()
        self._bytes = 0
        self._filled = asyncio.Event()
        self._ending = asyncio.Event()
        self._end: HungUp | None = None
        self._heard = self._now()

    def push(self, sent: Parcel) -> None:
        """Queues a frame. Never waits; a full outbox ends the socket."""
        self._bytes += len(sent.text.encode())
        if len(self._outbox) >= self._limits.outbox_frames or self._bytes > self._limits.outbox_bytes:
            self.hang_up(Close.TOO_SLOW, "too slow")
        if self._end is None:
            self._outbox.append(sent)
            self._filled.set()

    def say(self, frame: BaseModel) -> None:
        self.push(parcel(frame))

    def hang_up(self, code: Close, reason: str) -> None:
        """Ends the socket soon, from wherever on the loop."""
        if self._end is None:
            self._end = HungUp(code, reason)
            self._outbox.clear()
            self._ending.set()

    async def hello(self) -> Hello:
        """The first frame. Raises `HungUp` when it is late or anything else."""
        try:
            async with asyncio.timeout(self._limits.hello):
                message = await self._receive()
            return Hello.model_validate_json(message.get("text") or "")
        except (TimeoutError, ValidationError):
            raise HungUp(Close.BAD_TICKET, "hello expected") from None

    async def send(self, sent: Parcel) -> None:
        """Sends at once, past the outbox. Only for whoever empties the outbox, or before `run`."""
        await self._socket.send_text(sent.text)

    async def run(
        self,
        hear: Callable[[str], Awaitable[None]],
        deliver: Callable[[Parcel], Awaitable[None]],
        beat: Callable[[], Awaitable[None]],
    ) -> None:
        """Reads, writes and keeps time until one side hangs up."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._read(hear))
            tasks.create_task(self._write(deliver))
            tasks.create_task(self._keep_time(beat))

    async def close(self, end: HungUp) -> None:
        with suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
            async with asyncio.timeout(5):
                await self._socket.close(end.code, end.reason)

    async def _receive(self) -> dict[str, str]:
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005))
        self._heard = self._now()
        return dict(message)

    async def _read(self, hear: Callable[[str], Awaitable[None]]) -> None:
        bucket = Bucket(self._limits.frames_per_second, self._limits.frames_at_once, self._now())
        while True:
            message = await self._receive()
            if not bucket.take(self._now()):
                raise HungUp(Close.TOO_MANY, "too many frames")
            text = message.get("text")
            if text is None:
                self.say(ErrorFrame(code="invalid_frame", text="Frames are JSON text."))
            else:
                await hear(text)

    async def _write(self, deliver: Callable[[Parcel], Awaitable[None]]) -> None:
        while True:
            await self._filled.wait()
            self._filled.clear()
            while self._outbox:
                sent = self._outbox.popleft()
                self._bytes -= len(sent.text.encode())
                await deliver(sent)

    async def _keep_time(self, beat: Callable[[], Awaitable[None]]) -> None:
        next_ping = self._now() + self._limits.ping
        while not await self._ends_before(min(next_ping, self._heard + self._limits.silence)):
            if self._now() - self._heard >= self._limits.silence:
                raise HungUp(Close.SILENT, "silent")
            if self._now() >= next_ping:
                next_ping += self._limits.ping
                await beat()
                self.push(PING)
        assert self._end is not None
        raise self._end

    async def _ends_before(self, moment: float) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout_at(moment):
                await self._ending.wait()
        return self._ending.is_set()


async def attend(
    socket: WebSocket, *, origins: frozenset[str], limits: Limits, talk: Callable[[Line], Awaitable[None]]
) -> None:
    """Opens a socket for a page that may have one, lets `talk` lead it, and hangs up properly whatever happens."""
    if socket.headers.get("origin") not in origins:
        await socket.close()  # before it is accepted: HTTP 403
        return
    await socket.accept()
    line = Line(socket, limits)
    try:
        await talk(line)
    except HungUp as end:
        await line.close(end)
    except WebSocketDisconnect:
        return
    except BaseExceptionGroup as group:
        await _end_of(line, group)


async def _end_of(line: Line, group: BaseExceptionGroup[BaseException]) -> None:
    ends, others = group.split(HungUp)
    _, unexpected = others.split(WebSocketDisconnect) if others else (None, None)
    if unexpected:
        raise unexpected
    if ends:
        end = ends.exceptions[0]
        assert isinstance(end, HungUp)
        await line.close(end)
