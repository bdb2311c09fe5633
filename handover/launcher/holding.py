"""Who runs this installation: a file lock that the kernel releases when the last holder is gone, so no pid file is ever stale."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

from handover.launcher.errors import LauncherError

STOP_SECONDS = 30.0


def folder_of(data_dir: Path) -> Path:
    return data_dir / "run"


def state_file(data_dir: Path) -> Path:
    return folder_of(data_dir) / "state.json"


def read_state(data_dir: Path) -> dict[str, Any] | None:
    """What runs on this data folder: pid, url, ports, processes; None if nothing does."""
    try:
        with open_lock(data_dir, "running") as lock:
            if try_lock(lock):
                return None
        return dict(json.loads(state_file(data_dir).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def write_state(data_dir: Path, state: dict[str, Any]) -> None:
    put(state_file(data_dir), state)


def put(file: Path, content: dict[str, Any]) -> None:
    """Replace the file as a whole: who reads it meanwhile sees the one before or this one."""
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps(content, indent=1), encoding="utf-8")
    draft.replace(file)


def workers_file(data_dir: Path) -> Path:
    """Where the desk learns the addresses of the Rasa workers."""
    return folder_of(data_dir) / "workers.json"


def desks_file(data_dir: Path) -> Path:
    """Where each desk process tells how it is."""
    return folder_of(data_dir) / "desks.json"


def open_lock(data_dir: Path, name: str) -> TextIO:
    folder_of(data_dir).mkdir(parents=True, exist_ok=True)
    return (folder_of(data_dir) / f"{name}.lock").open("a", encoding="utf-8")


def try_lock(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def held(data_dir: Path) -> Iterator[TextIO]:
    """Be the one that runs this data folder, or say who does."""
    with open_lock(data_dir, "running") as lock:
        if not try_lock(lock):
            state = read_state(data_dir) or {}
            raise LauncherError(
                f"Kulanz is already running at {state.get('url', 'this data folder')}. `make stop` ends it."
            )
        for file in (state_file(data_dir), workers_file(data_dir), desks_file(data_dir)):
            file.unlink(missing_ok=True)
        yield lock


@contextmanager
def setup_turn(data_dir: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Two set-ups of one checkout at the same time would break each other: wait for the turn."""
    with open_lock(data_dir, "setup") as lock:
        if not try_lock(lock):
            say("Another set-up of this checkout is going on; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def stop(data_dir: Path) -> bool:
    """End the supervisor of this data folder and everything under it; False if nothing ran."""
    with open_lock(data_dir, "running") as lock:
        if try_lock(lock):
            return False
        deadline = time.monotonic() + STOP_SECONDS
        send(data_dir, signal.SIGTERM)
        while not try_lock(lock):
            if time.monotonic() > deadline:
                send(data_dir, signal.SIGKILL)  # the reaper, which holds the lock too, ends the rest
                deadline = float("inf")
            time.sleep(0.1)
    return True


def send(data_dir: Path, signal_number: int) -> None:
    state = read_state(data_dir)
    if state:
        with suppress(ProcessLookupError):
            os.kill(int(state["pid"]), signal_number)
