"""A websocket client with next to no cost of its own, so that a bench on two cores measures the server."""

from __future__ import annotations

import asyncio
import base64
import json
import os
from collections.abc import Callable
from typing import Any, ClassVar, cast

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
Heard = Callable[[bytes], None]


class Wire(asyncio.Protocol):
    """One socket. `heard` gets each text; pings of the protocol are answered, fragments are not expected."""

    alive: ClassVar[set[Wire]] = set()

    def __init__(self, path: str, origin: str, heard: Heard) -> None:
        self._path, self._origin, self.heard = path, origin, heard
        self._rest = b""
        loop = asyncio.get_running_loop()
        self.open: asyncio.Future[None] = loop.create_future()
        self.closed: asyncio.Future[None] = loop.create_future()
        self._shaken = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.alive.add(self)
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one in all but name
        key = base64.b64encode(os.urandom(16)).decode()
        head = (
            f"GET {self._path} HTTP/1.1\r\nHost: desk\r\nOrigin: {self._origin}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        self._transport.write(head.encode())

    def data_received(self, data: bytes) -> None:
        self._rest = self._rest + data if self._rest else data
        if not self._shaken and not self._take_answer():
            return
        while (frame := _frame(self._rest)) is not None:
            opcode, payload, self._rest = frame
            if opcode == TEXT:
                self.heard(payload)
            elif opcode == PING:
                self._write(PONG, payload)
            elif opcode == CLOSE:
                self._write(CLOSE, payload)

    def connection_lost(self, error: Exception | None) -> None:
        self.alive.discard(self)
        if not self.open.done():
            self.open.set_exception(ConnectionError(f"refused: {error}"))
        if not self.closed.done():
            self.closed.set_result(None)

    def send(self, text: str) -> None:
        self._write(TEXT, text.encode())

    def say(self, **frame: object) -> None:
        self.send(json.dumps(frame))

    def abort(self) -> None:
        self._transport.abort()

    def _take_answer(self) -> bool:
        head, separator, rest = self._rest.partition(b"\r\n\r\n")
        if not separator:
            return False
        self._shaken, self._rest = True, rest
        if head.startswith(b"HTTP/1.1 101"):
            self.open.set_result(None)
        else:
            self.open.set_exception(ConnectionError(head[:80].decode()))
        return True

    def _write(self, opcode: int, payload: bytes) -> None:
        """Masked, as clients must, with a mask of zeros: it changes nothing."""
        size = len(payload)
        length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
        self._transport.write(bytes([0x80 | opcode]) + length + b"\0\0\0\0" + payload)


def _frame(data: bytes) -> tuple[int, bytes, bytes] | None:
    """The first whole frame in `data`: opcode, payload, and what follows."""
    if len(data) < 2:
        return None
    size, start = data[1], 2
    if size >= 126:
        start = 4 if size == 126 else 10
        if len(data) < start:
            return None
        size = int.from_bytes(data[2:start], "big")
    end = start + size
    return (data[0] & 15, data[start:end], data[end:]) if len(data) >= end else None


async def dial(host: str, port: int, path: str, heard: Heard, origin: str = "") -> Wire:
    """An open socket. Raises `OSError` if the server takes none."""
    loop = asyncio.get_running_loop()
    own = origin or f"http://{host}:{port}"
    _, wire = await loop.create_connection(lambda: Wire(path, own, heard), host, port)
    await wire.open
    return wire


async def hang_up() -> None:
    """Every socket of this process."""
    for wire in tuple(Wire.alive):
        wire.abort()
    while Wire.alive:
        await asyncio.sleep(0.01)


async def post(host: str, port: int, path: str, **headers: str) -> Any:
    """The JSON that a POST without a body is answered with, on a connection of its own as a fresh page would."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        lines = [f"POST {path} HTTP/1.1", f"Host: {host}:{port}", "Connection: close", "Content-Length: 0"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    finally:
        writer.close()
    if b" 200 " not in head[:16]:
        raise ConnectionError(f"{head[:40]!r}")
    return json.loads(body)
