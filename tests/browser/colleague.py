"""An agent who needs no browser: the desk's own API and socket, for tests that look at the visitor's side."""

from __future__ import annotations

import json
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx
from websockets.sync.client import connect

from tests.stack import Stack


class Colleague:
    """One agent who takes a conversation and does in it what agents do."""

    def __init__(self, stack: Stack, name: str, conversation_id: str) -> None:
        self._http = stack.agent(name)
        self._path = f"/api/conversations/{conversation_id}"
        self._id, self._version = conversation_id, 0
        address = stack.url.replace("http", "ws", 1) + "/ws/desk"
        self._socket = connect(address, origin=stack.url, compression=None, proxy=None)
        self._tell(type="hello", ticket=self._http.post("/api/tickets").json()["ticket"])

    def claim(self) -> None:
        self._do("claim", force=True)

    def types(self) -> None:
        self._tell(type="typing", conversation_id=self._id, on=True)

    def say(self, text: str) -> None:
        self._do("messages", client_id=uuid4().hex, ownership_version=self._version, text=text)

    def send(self, name: str, content: bytes) -> None:
        """A file, without a word."""
        file = self._done(self._http.post(f"{self._path}/files", params={"name": name}, content=content))
        self._do("messages", client_id=uuid4().hex, ownership_version=self._version, file_ids=[file["id"]])

    def hand_back(self, summary: str) -> None:
        self._do("return", ownership_version=self._version, outcome="solved", summary=summary)

    def close(self) -> None:
        self._do("close", ownership_version=self._version, outcome="solved")

    def _do(self, what: str, **body: object) -> None:
        changed = self._done(self._http.post(f"{self._path}/{what}", json=body))
        self._version = changed.get("summary", {}).get("ownership_version", self._version)

    def _done(self, answer: httpx.Response) -> dict[str, Any]:
        assert answer.is_success, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def _tell(self, **frame: object) -> None:
        self._socket.send(json.dumps(frame))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()
        self._http.close()
