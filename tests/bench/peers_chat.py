"""The same load on peers that speak Socket.IO: a room for each visitor, and an agent who hears all of them."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil

from handover.launcher.services import LITTLE_WASTE, free_port
from tests.bench.capacity_desk import SAID
from tests.bench.capacity_load import HOST, Dropped, Sights, assembled, dropped
from tests.bench.capacity_wire import Wire, dial
from tests.stack import ROOT, until, without_settings

PATH = "/socket.io/?EIO=4&transport=websocket"
Told = Callable[[str, list[Any]], None]
"""Called with the name and the arguments of each event."""


def python_peer(folder: Path) -> list[str] | None:
    """The command of python-socketio's server, installed beside it; nothing if it cannot be had."""
    python = folder / "venv" / "bin" / "python"
    if not python.exists():
        made = _done(sys.executable, "-m", "venv", folder / "venv")
        wanted = ("python-socketio", "uvicorn", "websockets", "uvloop")
        if not (made and _done(python, "-m", "pip", "install", "-q", *wanted)):
            return None
    return [str(python), str(ROOT / "tests" / "bench" / "peers_socketio.py")]


def node_peer(folder: Path) -> list[str] | None:
    """The same for Socket.IO on Node."""
    if not (folder / "node_modules" / "socket.io").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text("{}")
        if not _done("npm", "install", "--silent", "--no-audit", "--no-fund", "socket.io@4", cwd=folder):
            return None
    return ["node", str(ROOT / "tests" / "bench" / "peers_socketio.mjs")]


def _done(*words: object, cwd: Path | None = None) -> bool:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        return subprocess.run([*map(str, words)], cwd=cwd, timeout=180, check=False, **quiet).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


class Peer:
    """A peer's server in a process of its own."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process, self.port = process, port

    @property
    def megabytes(self) -> float:
        return float(psutil.Process(self.process.pid).memory_info().rss) / 2**20

    @property
    def cpu_seconds(self) -> float:
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)


@contextmanager
def serving(command: list[str], folder: Path) -> Iterator[Peer]:
    port = free_port()
    (folder / "peer.db").unlink(missing_ok=True)
    environment = {**without_settings(), **LITTLE_WASTE}
    process = subprocess.Popen([*command, str(port), str(folder)], env=environment, stderr=subprocess.DEVNULL)
    try:
        until(lambda: _listens(port) or process.poll() is not None, 30, pause=0.05)
        yield Peer(process, port)
    finally:
        process.terminate()
        process.wait(20)


def _listens(port: int) -> bool:
    import socket

    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


class SocketIoChat:
    """`capacity_load.Chat` at a peer."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.wires: list[Wire] = []
        self.agent: Wire

    async def assemble(self, visitors: int) -> float:
        since = time.perf_counter()
        self.wires = await assembled(visitors, lambda index: self.joined(f"room-{index}"))
        return time.perf_counter() - since

    async def seat_agent(self) -> None:
        self.agent = await self.joined("agents")

    def say(self, index: int, client_id: str) -> None:
        self.wires[index].send("42" + json.dumps(["say", f"room-{index}", client_id, SAID]))

    def watch(self, sights: Sights) -> None:
        for wire in self.wires:
            wire.heard = _ear(wire, lambda name, args: sights.mark(_visitors(sights, name), args[0]))
        self.agent.heard = _ear(self.agent, lambda _, args: sights.mark(sights.seen_by_agent, args[0]))

    async def joined(self, room: str) -> Wire:
        wire, _ = await self.greeted({})
        there: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        wire.heard = _ear(wire, lambda _name, _args: there.done() or there.set_result(None))
        wire.send("42" + json.dumps(["join", room]))
        await there
        wire.heard = _ear(wire, lambda _name, _args: None)
        return wire

    async def greeted(self, auth: dict[str, Any], told: Told | None = None) -> tuple[Wire, dict[str, Any]]:
        """An open socket, and what the server says of it. `told` hears the events from the first one on."""
        welcome: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        wire = await dial(HOST, self._port, PATH, lambda _: None)
        events = _ear(wire, told or (lambda _name, _args: None))

        def heard(text: bytes) -> None:
            if text.startswith(b"40"):
                welcome.set_result(json.loads(text[2:]))
            events(text)

        wire.heard = heard
        wire.send("40" + (json.dumps(auth) if auth else ""))
        return wire, await welcome


def _visitors(sights: Sights, name: str) -> dict[str, float]:
    return sights.acked if name == "ack" else sights.seen


def _ear(wire: Wire, told: Told) -> Callable[[bytes], None]:
    """Answers pings and hands on events."""

    def heard(text: bytes) -> None:
        if text == b"2":
            wire.send("3")
        elif text.startswith(b"42"):
            name, *args = json.loads(text[2:])
            told(name, args)

    return heard


async def cut_off(chat: SocketIoChat, messages: int, seconds: float) -> Dropped:
    """Somebody in the first visitor's room is cut off, and comes back as Socket.IO's own client does.

    With connection state recovery a client keeps the id and the place it was last told of; the room is joined again
    where the server does not say that it has recovered.
    """
    got: list[str | None] = []
    offset: list[str] = []

    def told(name: str, args: list[Any]) -> None:
        if name == "said":
            got.append(args[0])
            offset[:] = args[1:2]

    tab, session = await chat.greeted({}, told)
    tab.send("42" + json.dumps(["join", "room-0"]))
    chat.say(0, uuid4().hex)  # the first one tells the place
    await asyncio.sleep(0.3)
    tab.abort()
    sent = []
    for _ in range(messages):
        sent.append(uuid4().hex)
        chat.say(0, sent[-1])
        await asyncio.sleep(seconds / messages)
    auth = {"pid": session["pid"], "offset": offset[0]} if "pid" in session and offset else {}
    again, session_now = await chat.greeted(auth, told)
    if session_now["sid"] != session["sid"]:
        again.send("42" + json.dumps(["join", "room-0"]))
    await asyncio.sleep(1)
    return dropped(sent, got)
