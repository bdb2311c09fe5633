"""The whole of Kulanz for tests: started as `make run` starts it, on free ports, with a data folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import httpx
import psutil

from handover.launcher import config, holding
from handover.launcher.services import free_port

ROOT = config.ROOT
ARTICLES = ROOT / "knowledge" / "articles"
PASSWORD, DOMAIN = "nordlicht-demo", "nordlicht.example"
"""Of the demo's agents."""
START_SECONDS = 240.0
Found = TypeVar("Found")


def until(what: Callable[[], Found], seconds: float = 15, pause: float = 0.1) -> Found:
    """The first true answer of `what`; fails when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < deadline, f"did not come about within {seconds} s"
        time.sleep(pause)
    return found


def without_settings() -> dict[str, str]:
    """The environment without this machine's own Kulanz settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("KULANZ_")}


class Stack:
    """Desk, action server and Rasa under their supervisor. `settings` are `KULANZ_` names without the prefix."""

    def __init__(self, folder: Path, prefix: Sequence[str] = (), *, like: Path | None = None, **settings: str) -> None:
        """In `folder`, as a copy of the installation `like` (see `set_up`) or from nothing."""
        self.data_dir = folder / "data"
        self.articles = folder / "articles"
        self.output = folder / "run.log"
        self.port = free_port()
        self._prefix = list(prefix)
        self._settings = {
            "PORT": str(self.port),
            "RASA_PORT": str(free_port()),
            "ACTIONS_PORT": str(free_port()),
            **settings,
        }
        self.supervisor: subprocess.Popen[bytes] | None = None
        if like:
            shutil.copytree(like, folder, symlinks=True, dirs_exist_ok=True)
        else:
            shutil.copytree(ARTICLES, self.articles)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        own = {"DATA_DIR": str(self.data_dir), "ARTICLES_DIR": str(self.articles), **self._settings}
        return {**without_settings(), **{f"KULANZ_{name}": value for name, value in own.items()}}

    @property
    def secret(self) -> str:
        return config.read_secrets(self.data_dir)[config.SECRET]

    @property
    def database(self) -> Path:
        return self.data_dir / "kulanz.db"

    @property
    def state(self) -> dict[str, Any]:
        return holding.read_state(self.data_dir) or {}

    @property
    def family(self) -> list[psutil.Process]:
        """The supervisor and everything under it."""
        assert self.supervisor is not None
        top = psutil.Process(self.supervisor.pid)
        return [top, *top.children(recursive=True)]

    def set_up(self) -> None:
        """Database, demo shop and index, without starting anything."""
        command = [sys.executable, "-m", "handover.launcher", "setup"]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True)

    def start(self) -> Stack:
        """Return when all three processes are ready."""
        command = [*self._prefix, sys.executable, "-m", "handover.launcher", "run"]
        with self.output.open("ab") as output:
            self.supervisor = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=output, stderr=output)
        until(lambda: self.state.get("ready") or self.supervisor.poll() is not None, START_SECONDS)
        assert self.supervisor.poll() is None, self.output.read_text()
        return self

    def kill(self, name: str) -> int:
        """End one process with -9; the number it had."""
        pid = int(self.state["processes"][name])
        os.kill(pid, signal.SIGKILL)
        return pid

    def wait_until_restarted(self, name: str, old: int, seconds: float = 60) -> int:
        """Wait until another process serves `name` and answers; its number."""
        pid = until(lambda: (now := self.state["processes"].get(name)) != old and now, seconds)
        if name == "desk":
            until(self.is_up, seconds)
        elif name.startswith("rasa"):
            until(lambda: self.worker_is_up(name), seconds)
        return int(pid)

    def worker_is_up(self, name: str) -> bool:
        """Asked itself: what the desk's `/health` says of it is up to some seconds old."""
        workers = json.loads(holding.workers_file(self.data_dir).read_text(encoding="utf-8"))
        try:
            return httpx.get(f"{workers[name]}/webhooks/desk/health", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def is_up(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def is_ready(self) -> bool:
        """Whether every part of it answers."""
        try:
            return bool(httpx.get(f"{self.url}/health", timeout=5).json()["ready"])
        except (httpx.HTTPError, ValueError):
            return False

    def kulanz(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the `kulanz` command on this installation."""
        environment = {**self.environment, **config.read_secrets(self.data_dir)}
        command = [sys.executable, "-m", "handover.cli", *words]
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    def new_agent(self, name: str) -> str:
        """Adds one whom no other test has met; the name to log in with, like `anna`."""
        login = f"{name.lower()}-{uuid4().hex[:8]}"
        added = self.kulanz("agents", "add", f"{login}@{DOMAIN}", "--name", name, "--password", PASSWORD)
        assert added.returncode == 0, added.stderr
        return login

    def last_events(self, count: int = 40) -> str:
        """The newest lines of the log, for whoever looks for what went wrong."""
        newest = "SELECT conversation_id, number, at, actor_kind, type, data FROM events ORDER BY at DESC, number DESC LIMIT ?"
        try:
            with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=5)) as database:
                rows = database.execute(newest, (count,)).fetchall()
        except sqlite3.Error as error:
            return f"not readable: {error}"
        return "\n".join(" ".join(str(value)[:300] for value in row) for row in reversed(rows))

    def client(self) -> httpx.Client:
        """An HTTP client as a browser page of the desk would be."""
        return httpx.Client(base_url=self.url, headers={"Origin": self.url}, timeout=10)

    def agent(self, name: str) -> httpx.Client:
        """A client that is logged in as one of the demo accounts, e.g. `anna`."""
        client = self.client()
        client.post("/api/login", json={"email": f"{name}@{DOMAIN}", "password": PASSWORD}).raise_for_status()
        return client

    def stop(self) -> None:
        if self.supervisor and self.supervisor.poll() is None:
            self.supervisor.terminate()
            self.supervisor.wait(40)
