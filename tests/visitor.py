"""A visitor without a browser: speaks to the desk over its socket. `python -m tests.visitor <address> <question>` asks once."""

from __future__ import annotations

import json
import secrets
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx
from websockets.sync.client import connect


class Visitor:
    """One conversation. `events` holds everything that was said so far, in order."""

    def __init__(self, url: str, language: str = "de") -> None:
        self.url = url
        self._http = httpx.Client(base_url=url, headers={"Origin": url}, timeout=10)
        opened = self._http.post("/api/visitor/conversations", json={"language": language, "page": f"{url}/"})
        opened.raise_for_status()
        self.conversation_id: str = opened.json()["conversation_id"]
        self._token: str = opened.json()["visitor_token"]
        self._next_token = secrets.token_urlsafe(32)
        self.events: list[dict[str, Any]] = []
        self.connect()

    def connect(self) -> None:
        """Open the socket and take the snapshot; also after a break."""
        answer = self._http.post("/api/visitor/tickets", headers={"Authorization": f"Bearer {self._token}"})
        answer.raise_for_status()
        address = self.url.replace("http", "ws", 1) + "/ws/visitor"
        self._socket = connect(address, origin=self.url, compression=None, proxy=None)
        cursor = self.events[-1]["number"] if self.events else 0
        self.send(type="hello", ticket=answer.json()["ticket"], cursor=cursor, next_token=self._next_token)
        self.receive_until(lambda frame: frame["type"] == "snapshot")

    def send(self, **frame: object) -> None:
        self._socket.send(json.dumps(frame))

    def say(self, text: str) -> str:
        """Send a message; its client id."""
        client_id = uuid4().hex
        self.send(type="message", client_id=client_id, text=text)
        return client_id

    def ask(self, text: str, seconds: float = 15) -> dict[str, Any]:
        """Send a message and wait for the bot's answer: the event that tells of it."""
        known = len(self.events)
        self.say(text)
        self.receive_until(lambda _: any(is_answer(event) for event in self.events[known:]), seconds)
        return next(event for event in self.events[known:] if is_answer(event))

    def receive(self, seconds: float = 15) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(self._socket.recv(timeout=seconds))
        if frame["type"] == "snapshot":
            self.events = [event for event in self.events if event["number"] <= frame["cursor"]] + frame["events"]
        elif frame["type"] == "event":
            self.events.append(frame["event"])
            if frame["event"]["data"]["type"] == "identity.proven":
                self._token = self._next_token
        elif frame["type"] == "ping":
            self.send(type="pong")
        return frame

    def receive_until(self, wanted: Callable[[dict[str, Any]], bool], seconds: float = 15) -> dict[str, Any]:
        """Read frames up to the first one that `wanted` accepts."""
        deadline = time.monotonic() + seconds
        while True:
            frame = self.receive(max(0.01, deadline - time.monotonic()))
            if wanted(frame):
                return frame

    def close(self) -> None:
        self._socket.close()
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def is_answer(event: dict[str, Any]) -> bool:
    kind = event["data"]["type"]
    return kind == "bot.failed" or (kind == "message.posted" and event["actor"]["kind"] == "bot")


if __name__ == "__main__":
    with Visitor(sys.argv[1]) as visitor:
        print(visitor.ask(sys.argv[2])["data"].get("text", "the bot failed"))
