"""One open socket, whoever sits at its other end: origin, hello, heartbeat, limits and a bounded outbox.

It knows nothing of what is said. Whoever pushes never waits: a reader too slow for its outbox is hung up on and
comes back with its cursor.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import NamedTuple

from pydantic import BaseModel, ValidationError
from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from handover.contract.frames import ErrorFrame, Hello, Ping
from handover.domain.errors import TooMany
from handover.realtime.door import Door


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

    def with_outbox(self, times: int) -> Limits:
        """The same, with an outbox that is so many times larger."""
        return replace(self, outbox_frames=self.outbox_frames * times, outbox_bytes=self.outbox_bytes * times)


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
    is_private: bool = False
    """Tells who the visitor is: only for whom it is certain that they still may listen."""


def parcel(frame: BaseModel) -> Parcel:
    return Parcel(frame.model_dump_json())


PING = parcel(Ping())
Hear = Callable[[str], Awaitable[None]]
Deliver = Callable[[Parcel], Awaitable[None]]
Beat = Callable[[], Awaitable[None]]


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
    """The wire of one socket. Used on the event loop only.

    Thousands are open and say nothing, so a line has no task of its own: whoever leads it reads, a task writes while
    there is something to write, and a timer keeps time.
    """

    def __init__(self, socket: WebSocket, limits: Limits) -> None:
        self._socket, self._limits = socket, limits
        self._loop = asyncio.get_running_loop()
        self._outbox: list[Parcel] = []
        self._frames = self._bytes = 0  # in the outbox and on their way
        self._deliver: Deliver | None = None
        self._beat: Beat | None = None
        self._reader: asyncio.Task[None] | None = None
        self._writer: asyncio.Task[None] | None = None
        self._end: Exception | None = None
        self._patience: asyncio.Timeout | None = None
        self._heard = self._loop.time()

    def push(self, sent: Parcel) -> None:
        """Queues a frame. Never waits; a full outbox ends the socket."""
        self._frames += 1
        self._bytes += len(sent.text.encode())
        if self._frames > self._limits.outbox_frames or self._bytes > self._limits.outbox_bytes:
            self.hang_up(Close.TOO_SLOW, "too slow")
        if self._end is None:
            self._outbox.append(sent)
            self._wake_writer()

    def say(self, frame: BaseModel) -> None:
        self.push(parcel(frame))

    def hang_up(self, code: Close, reason: str) -> None:
        """Ends the socket soon, from wherever on the loop."""
        self._finish(HungUp(code, reason))

    async def hello(self) -> Hello:
        """The first frame. Raises `HungUp` when it is late or anything else."""
        try:
            async with asyncio.timeout(self._limits.hello) as self._patience:
                message = await self._receive()
            return Hello.model_validate_json(message.get("text") or "")
        except (TimeoutError, ValidationError):
            raise HungUp(Close.BAD_TICKET, "hello expected") from None
        finally:
            self._patience = None

    def hurry(self) -> None:
        """The time for the hello is over: others need the room."""
        if self._patience is not None and not self._patience.expired():
            self._patience.reschedule(self._loop.time())

    async def send(self, sent: Parcel) -> None:
        """Sends at once, past the outbox. Only for whoever empties the outbox, or before `run`."""
        await self._socket.send_text(sent.text)

    async def run(self, hear: Hear, deliver: Deliver, beat: Beat) -> None:
        """Reads, writes and keeps time until one side hangs up. `beat` comes before each ping."""
        self._deliver, self._beat = deliver, beat
        self._next_ping = self._loop.time() + self._limits.ping
        self._timer = self._loop.call_at(self._next_ping, self._keep_time)
        self._wake_writer()
        try:
            await self._read_to_the_end(hear)
        finally:
            self._timer.cancel()
            await self._stop_writing()

    async def close(self, end: HungUp) -> None:
        with suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
            async with asyncio.timeout(5):
                await self._socket.close(end.code, end.reason)

    async def _receive(self) -> dict[str, str]:
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005))
        self._heard = self._loop.time()
        return dict(message)

    async def _read_to_the_end(self, hear: Hear) -> None:
        """In the task of whoever leads this line. `_finish` interrupts it."""
        if self._end is not None:
            raise self._end
        reader = self._reader = asyncio.current_task()
        try:
            await self._read(hear)
        except asyncio.CancelledError:
            if self._end is None or reader is None or reader.uncancel():
                raise  # by somebody else: the desk shuts down
            raise self._end from None
        finally:
            self._reader = None

    async def _read(self, hear: Hear) -> None:
        bucket = Bucket(self._limits.frames_per_second, self._limits.frames_at_once, self._loop.time())
        while True:
            message = await self._receive()
            if not bucket.take(self._loop.time()):
                raise HungUp(Close.TOO_MANY, "too many frames")
            text = message.get("text")
            if text is None:
                self.say(ErrorFrame(code="invalid_frame", text="Frames are JSON text."))
            else:
                await hear(text)

    def _finish(self, end: Exception) -> None:
        if self._end is None:
            self._end = end
            self._outbox.clear()
            self._loop.call_soon(self._interrupt)

    def _interrupt(self) -> None:
        """Called by the loop and never by the reader itself, which is waiting for something, then."""
        if self._reader is not None:
            self._reader.cancel()

    def _wake_writer(self) -> None:
        if self._outbox and self._writer is None and self._deliver is not None and self._beat is not None:
            self._writer = self._loop.create_task(self._write(self._deliver, self._beat))

    async def _write(self, deliver: Deliver, beat: Beat) -> None:
        try:
            while self._outbox:
                waiting, self._outbox = self._outbox, []
                for sent in waiting:
                    if sent is PING:
                        await beat()
                    await deliver(sent)
                    self._frames -= 1
                    self._bytes -= len(sent.text.encode())
        except Exception as error:  # noqa: BLE001 -- `run` raises it
            self._finish(error)
        finally:
            self._writer = None

    async def _stop_writing(self) -> None:
        if self._writer is not None:
            self._writer.cancel()
            await asyncio.wait([self._writer])

    def _keep_time(self) -> None:
        now = self._loop.time()
        if now - self._heard >= self._limits.silence:
            self.hang_up(Close.SILENT, "silent")
            return
        if now >= self._next_ping:
            self._next_ping += self._limits.ping
            self.push(PING)
        self._timer = self._loop.call_at(min(self._next_ping, self._heard + self._limits.silence), self._keep_time)


async def attend(socket: WebSocket, talk: Callable[[Line, Hello], Awaitable[None]], *, outbox: int = 1) -> None:
    """Opens a socket for a page that may have one, lets `talk` lead it, and hangs up properly whatever happens.

    `outbox`: how many times larger than a visitor's it is.
    """
    state = socket.app.state
    if socket.headers.get("origin") not in state.settings.origins:
        await socket.close()  # before it is accepted: HTTP 403
        return
    with ExitStack() as room:
        try:
            room.enter_context(state.door.enter(host_of(socket)))
        except TooMany as full:
            headers = {"Retry-After": str(full.data["retry_seconds"])}
            await socket.send_denial_response(Response(status_code=full.status, headers=headers))
            return
        await _lead(socket, state.limits.with_outbox(outbox), state.door, talk)


def host_of(socket: WebSocket) -> str:
    """The network address of the other side; a trusted proxy has said so."""
    return socket.client.host if socket.client else ""


async def _lead(socket: WebSocket, limits: Limits, door: Door, talk: Callable[[Line, Hello], Awaitable[None]]) -> None:
    await socket.accept()
    line = Line(socket, limits)
    try:
        with door.unheard(host_of(socket), line.hurry):
            hello = await line.hello()
        await talk(line, hello)
    except HungUp as end:
        await line.close(end)
    except WebSocketDisconnect:
        return
