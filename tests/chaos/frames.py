"""A client that speaks websocket by hand, and so may speak it wrongly."""

from __future__ import annotations

import base64
import json
import os
import random
import socket
import struct
from contextlib import suppress
from types import TracebackType
from typing import NamedTuple, Self

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
SECONDS = 20.0


class Frame(NamedTuple):
    opcode: int
    payload: bytes

    @property
    def close_code(self) -> int:
        return int(struct.unpack("!H", self.payload[:2])[0]) if self.payload else 1005


def frame(
    opcode: int,
    payload: bytes = b"",
    *,
    fin: bool = True,
    reserved: int = 0,
    masked: bool = True,
    claimed: int | None = None,
) -> bytes:
    """As RFC 6455 has it, but for what the caller wants to be wrong. `claimed` is the length that the header tells."""
    length = len(payload) if claimed is None else claimed
    head = bytes([(fin << 7) | (reserved << 4) | opcode])
    flag = masked << 7
    if length < 126:
        head += bytes([flag | length])
    elif length < 2**16:
        head += bytes([flag | 126]) + struct.pack("!H", length)
    else:
        head += bytes([flag | 127]) + struct.pack("!Q", length)
    if not masked:
        return head + payload
    key = os.urandom(4)
    return head + key + bytes(byte ^ key[place % 4] for place, byte in enumerate(payload))


def closing(code: int, reason: bytes = b"") -> bytes:
    return frame(CLOSE, struct.pack("!H", code) + reason)


class RawSocket:
    """Upgraded, and nothing said yet."""

    def __init__(self, port: int, path: str, origin: str) -> None:
        self._wire = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
        key = base64.b64encode(os.urandom(16)).decode()
        self._wire.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: {origin}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        self._heard = b""
        head = self._read_until(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101"), head

    def send(self, data: bytes) -> None:
        """The desk may have hung up already."""
        with suppress(OSError):
            self._wire.sendall(data)

    def say(self, **words: object) -> None:
        self.send(frame(TEXT, json.dumps(words).encode()))

    def receive(self) -> Frame | None:
        """The next frame; nothing when the line ends."""
        try:
            first, second = self._read(2)
            length = second & 127
            if length == 126:
                length = struct.unpack("!H", self._read(2))[0]
            elif length == 127:
                length = struct.unpack("!Q", self._read(8))[0]
            return Frame(first & 15, self._read(length))
        except (EOFError, ConnectionError):
            return None

    def receive_kind(self, *opcodes: int) -> Frame | None:
        """The next frame of one of these kinds."""
        while (found := self.receive()) and found.opcode not in opcodes:
            pass
        return found

    def reset(self) -> None:
        self._wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._wire.close()

    def _read(self, count: int) -> bytes:
        while len(self._heard) < count:
            self._hear()
        taken, self._heard = self._heard[:count], self._heard[count:]
        return taken

    def _read_until(self, mark: bytes) -> bytes:
        while mark not in self._heard:
            self._hear()
        return self._read(self._heard.index(mark) + len(mark))

    def _hear(self) -> None:
        data = self._wire.recv(65536)
        if not data:
            raise EOFError
        self._heard += data

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._wire.close()


def babble(chance: random.Random) -> bytes:
    """Up to six frames of which some are right, and sometimes half of the last one."""
    parts = [_some_frame(chance) for _ in range(chance.randint(1, 6))]
    told = b"".join(parts)
    if chance.random() < 0.3:
        told = told[: chance.randint(0, len(told))]
    if chance.random() < 0.3 and told:
        place = chance.randrange(len(told))
        told = told[:place] + bytes([chance.randrange(256)]) + told[place + 1 :]
    return told


def _some_frame(chance: random.Random) -> bytes:
    opcode = chance.choice((TEXT, TEXT, BINARY, CONTINUATION, PING, PONG, CLOSE, chance.randrange(16)))
    payload = chance.choice(
        (
            b"",
            chance.randbytes(chance.randint(1, 200)),
            "ä€😀".encode()[: chance.randint(1, 9)],
            json.dumps({"type": "typing", "on": True}).encode(),
            json.dumps({"type": "message", "client_id": f"{chance.getrandbits(64):016x}", "text": "ä"}).encode(),
            b"x" * chance.choice((125, 126, 65535, 65536, 65537, 200_000)),
        )
    )
    return frame(
        opcode,
        payload,
        fin=chance.random() < 0.8,
        reserved=chance.choice((0, 0, 0, 0, chance.randrange(8))),
        masked=chance.random() < 0.95,
        claimed=chance.choice((None,) * 9 + (chance.getrandbits(chance.choice((7, 16, 63))),)),
    )
