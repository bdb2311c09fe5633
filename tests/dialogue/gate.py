"""Stands before a server of ours: passes everything on, or fails as a broken one would."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

JSON, HTML = "application/json", "text/html"
FAULTS: dict[str, tuple[int, str, bytes]] = {
    "500": (500, JSON, b'{"error": "failed"}'),
    "400": (400, JSON, b'{"error": "no", "action_name": "action_small_talk"}'),
    "html": (200, HTML, b"<html><body>Welcome to nginx</body></html>"),
    "nothing": (200, JSON, b'{"events": [], "responses": []}'),
    "wrong schema": (200, JSON, b'{"events": {"a": 1}, "responses": "x"}'),
    "huge": (200, JSON, b'{"responses": "' + b"x" * 50_000_000 + b'"}'),
}

SLOW_SECONDS = 1.5


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 100


class Gate:
    """`fault` is a key of FAULTS, `down` (no answer, connection cut), `hangs`, `slow` (passed on late), or None."""

    def __init__(self, behind_url: str) -> None:
        self.fault: str | None = None
        self.calls = 0
        self._client = httpx.Client(base_url=behind_url, timeout=10, limits=httpx.Limits(max_connections=None))
        self._server = Server(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def port(self) -> int:
        return int(self._server.server_port)

    @contextmanager
    def broken(self, fault: str) -> Iterator[None]:
        self.fault = fault
        try:
            yield
        finally:
            self.fault = None

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._client.close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        gate = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                gate.calls += 1
                if gate.fault == "down":
                    self.close_connection = True
                elif gate.fault == "hangs":
                    self.close_connection = True
                    time.sleep(20)
                elif gate.fault and gate.fault != "slow":
                    self.answer(*FAULTS[gate.fault])
                else:
                    if gate.fault == "slow":
                        time.sleep(SLOW_SECONDS)
                    names = ("Content-Type", "X-Kulanz-Secret")
                    headers = {name: self.headers[name] for name in names if self.headers[name]}
                    passed = gate._client.post(self.path, content=body, headers=headers)
                    self.answer(passed.status_code, JSON, passed.content)

            def answer(self, status: int, kind: str, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Silent."""

        return Handler
