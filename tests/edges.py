"""A desk for tests of its edges: the real application on a migrated SQLite file, by real HTTP and sockets."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx
from fastapi import FastAPI
from pydantic import SecretStr
from uvicorn import Server
from websockets.sync.client import ClientConnection, connect

from handover.domain.agent import Role
from handover.launcher.services import free_port
from handover.serve import server
from handover.services.desk import Desk
from handover.settings import Settings

PASSWORD = "twelve letters"
SECRET = "s" * 32
ALWAYS_OPEN = "hours: {time_zone: Europe/Berlin, always: true}"
SELF_SERVICE = f"mode: manual\n{ALWAYS_OPEN}"
"""Rules of a desk whose agents help themselves from the queue, day and night."""


def own_settings(folder: Path, **more: Any) -> Settings:
    """Of a desk with its data in `folder`, on free ports: a house may run beside the tests."""
    ports = {name: free_port() for name in ("port", "rasa_port", "actions_port")}
    return Settings(data_dir=folder, channel_secret=SecretStr(SECRET), **ports, **more)


def shop_settings(database: Path, rules: str = "", **more: Any) -> Settings:
    """Of a desk on the demo shop, see `fresh_database`; `rules` by which it routes, if not by the demo's."""
    if rules:
        more["desk_rules"] = database.with_name("desk.yaml")
        more["desk_rules"].write_text(rules, encoding="utf-8")
    return own_settings(database.parent, demo=True, **more)


class Served:
    """A server of ours by uvicorn, in a thread of this process."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._thread = threading.Thread(target=server.run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        deadline = time.monotonic() + 10
        while not self._server.started:
            assert self._thread.is_alive(), "it did not start"
            assert time.monotonic() < deadline
            time.sleep(0.01)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join(15)


class House(Served):
    """The desk on a free port."""

    def __init__(self, app: FastAPI, settings: Settings) -> None:
        super().__init__(server(app, settings))
        self.app, self.url = app, settings.url
        self.desk: Desk = app.state.desk
        self._agents: list[AgentAtWork] = []

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for agent in self._agents:
            agent.close()
        super().__exit__(kind, error, trace)

    def socket(self, path: str, **more: Any) -> ClientConnection:
        more = {"origin": self.url, "compression": None, "proxy": None} | more
        return connect(self.url.replace("http", "ws", 1) + path, **more)

    def agent(self, name: str = "anna", role: Role = Role.AGENT) -> AgentAtWork:
        """Adds the account if it is new, logs in and opens a socket; closed with the house."""
        email = f"{name}@shop.example"
        if email not in {account.agent.email for account in self.desk.agents.accounts()}:
            self.desk.agents.add(email=email, name=name.title(), password=PASSWORD, role=role, language="en")
        self._agents.append(AgentAtWork(self, email))
        return self._agents[-1]


class AgentAtWork:
    """Somebody logged in: `http` changes things, the socket tells of them."""

    def __init__(self, house: House, email: str) -> None:
        self.http = httpx.Client(base_url=house.url, headers={"Origin": house.url}, timeout=10)
        self.id = self.http.post("/api/login", json={"email": email, "password": PASSWORD}).json()["agent"]["id"]
        self.socket = house.socket("/ws/desk")
        self.send(type="hello", ticket=self.http.post("/api/tickets").json()["ticket"])
        assert self.receive("ready")["agent_id"] == self.id

    def send(self, **frame: object) -> None:
        self.socket.send(json.dumps(frame))

    def receive(self, type_: str, where: Callable[[dict[str, Any]], bool] = lambda _: True) -> dict[str, Any]:
        """The next frame of this type that fits; what comes before is passed over."""
        while True:
            frame: dict[str, Any] = json.loads(self.socket.recv(timeout=5))
            if frame["type"] == type_ and where(frame):
                return frame

    def do(self, conversation_id: str, what: str, **body: object) -> httpx.Response:
        return self.http.post(f"/api/conversations/{conversation_id}/{what}", json=body)

    def say(self, conversation_id: str, version: int, text: str) -> int:
        body = {"client_id": uuid4().hex, "ownership_version": version, "text": text}
        answer = self.do(conversation_id, "messages", **body)
        answer.raise_for_status()
        return int(answer.json()["number"])

    def close(self) -> None:
        self.socket.close()
        self.http.close()
