"""How long and how much the server listens before a request is complete. Uvicorn itself would listen for ever."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

ASK_SECONDS = 10.0
"""For head and body of one request: a trickle of bytes holds no connection open."""
SLOWEST = 16 * 1024
"""Bytes a second of a body that go on buying time beyond it: a photo on a train takes minutes."""
HEAD_LIMIT = 64 * 1024
"""Bytes of address and headers."""
UNASKED_IN_ALL = 2_000
"""Connections of this process that owe a request; beyond it whoever is silent longest has to go."""
TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class Patient(HttpToolsProtocol):
    """One connection, until it becomes a socket or goes. Between two requests uvicorn's own time limit holds."""

    unasked: ClassVar[dict[Patient, None]] = {}
    """Of this process, in the order they began to be silent."""
    _timer: asyncio.TimerHandle | None = None
    _in_body = False
    _head = 0
    _body = 0
    _since = 0.0

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait()
        if len(self.unasked) > UNASKED_IN_ALL:
            next(iter(self.unasked)).give_up()

    def data_received(self, data: bytes) -> None:
        if self._timer is None:
            self._wait()
        if self._in_body:
            self._body += len(data)
        self._head += len(data)
        super().data_received(data)
        if self._head > HEAD_LIMIT and not self._in_body:
            self.transport.write(TOO_LARGE)
            self.give_up()

    def on_headers_complete(self) -> None:
        self._in_body = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._in_body, self._head, self._body = False, 0, 0
        self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def give_up(self) -> None:
        self._stop_waiting()
        self.transport.close()

    def _wait(self) -> None:
        self._since = asyncio.get_running_loop().time()
        self._timer = asyncio.get_running_loop().call_later(ASK_SECONDS, self._look)
        self.unasked[self] = None

    def _look(self) -> None:
        """The time is up, unless enough of a body has come meanwhile to have earned more."""
        loop = asyncio.get_running_loop()
        until = self._since + ASK_SECONDS + self._body / SLOWEST
        if loop.time() >= until:
            self.give_up()
        else:
            self._timer = loop.call_at(until, self._look)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self.unasked.pop(self, None)
