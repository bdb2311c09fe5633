"""A desk process alone, as the launcher starts it, on a database full of conversations that an agent has."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

import httpx
import psutil
from sqlalchemy import Engine, insert

from handover.launcher.services import LITTLE_WASTE, QUIET, free_port
from handover.services.tokens import fingerprint
from handover.store.engine import make_engine
from handover.store.migrate import upgrade
from handover.store.tables import agent_sessions, agents, conversations, events
from tests.stack import ROOT, until, without_settings

AGENT = "anna"
SESSION = "session-of-anna"
SAID = "Guten Tag, ich habe eine Frage zu meiner Bestellung."


class DeskAlone:
    """`handover.cli desk` in a process of its own; no bot is needed, the conversations are with an agent."""

    def __init__(self, folder: Path, visitors: int, *, database_url: str = "", said: int = 1, agents: int = 1) -> None:
        """`said`: how many messages stand in each conversation already. `agents` have them in turns."""
        folder.mkdir(parents=True, exist_ok=True)
        self.port, self._folder = free_port(), folder
        self.database_url = database_url or f"sqlite:///{folder / 'kulanz.db'}"
        self.tokens = [uuid4().hex for _ in range(visitors)]
        engine = make_engine(self.database_url)
        upgrade(engine)
        self.ids = _fill(engine, self.tokens, said, agents)
        engine.dispose()
        self.process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        own = {
            "DATA_DIR": str(self._folder),
            "DATABASE_URL": self.database_url,
            "PORT": str(self.port),
            "RASA_PORT": str(free_port()),
            "ACTIONS_PORT": str(free_port()),
            "CHANNEL_SECRET": "s" * 32,
            "LIMIT_FACTOR": "10000",
        }
        environment = {**without_settings(), **QUIET, **LITTLE_WASTE, **{f"KULANZ_{k}": v for k, v in own.items()}}
        with (self._folder / "desk.log").open("ab") as log:
            command = [sys.executable, "-m", "handover.cli", "desk"]
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        until(self._answers, 60, pause=0.02)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    @property
    def megabytes(self) -> float:
        return float(psutil.Process(self.process.pid).memory_info().rss) / 2**20

    @property
    def cpu_seconds(self) -> float:
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()

    def _answers(self) -> bool:
        assert self.process.poll() is None, (self._folder / "desk.log").read_text()
        try:
            httpx.get(f"{self.url}/api/visitor/config", timeout=2)
        except httpx.HTTPError:
            return False
        return True


def agent_id(place: int) -> str:
    return AGENT if place == 0 else f"{AGENT}-{place}"


def session_of(place: int) -> str:
    """Secret of the agent's session."""
    return SESSION if place == 0 else f"{SESSION}-{place}"


def _fill(engine: Engine, tokens: list[str], said: int, count: int) -> list[str]:
    now = datetime.now(UTC)
    ids = [uuid4().hex for _ in tokens]
    owned = [
        _conversation(one, token, said, now, agent_id(place % count)) for place, (one, token) in _placed(ids, tokens)
    ]
    with engine.begin() as connection:
        connection.execute(insert(agents), [_account(place, now) for place in range(count)])
        connection.execute(insert(agent_sessions), [_session(place, now) for place in range(count)])
        connection.execute(insert(conversations), owned)
        for number in range(1, said + 1):
            connection.execute(insert(events), [_message(one, number, now) for one in ids])
    return ids


def _placed(ids: list[str], tokens: list[str]) -> Iterator[tuple[int, tuple[str, str]]]:
    return enumerate(zip(ids, tokens, strict=True))


def _account(place: int, now: datetime) -> dict[str, object]:
    name = agent_id(place)
    own = {"id": name, "email": f"{name}@shop.example", "name": name.title(), "password_hash": "-", "role": "agent"}
    return {**own, "language": "de", "active": True, "created_at": now}


def _session(place: int, now: datetime) -> dict[str, object]:
    own = {"token_hash": fingerprint(session_of(place)), "agent_id": agent_id(place)}
    return {**own, "created_at": now, "expires_at": now + timedelta(hours=12)}


def _conversation(conversation_id: str, token: str, said: int, now: datetime, owner: str) -> dict[str, object]:
    return {
        "id": conversation_id,
        "visitor_token_hash": fingerprint(token),
        "language": "de",
        "state": "agent",
        "owner_id": owner,
        "last_number": said,
        "last_public_number": said,
        "lease_expires_at": now + timedelta(hours=1),
        "started_at": now,
        "updated_at": now,
    }


def _message(conversation_id: str, number: int, now: datetime) -> dict[str, object]:
    return {
        "conversation_id": conversation_id,
        "number": number,
        "type": "message.posted",
        "audience": "all",
        "after_public": number - 1,
        "actor_kind": "visitor",
        "data": {"message_id": uuid4().hex, "text": SAID},
        "at": now,
    }
