"""Starts the processes, restarts what dies, ends everything."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import TextIO

from handover.launcher.config import ROOT
from handover.launcher.errors import LauncherError
from handover.launcher.reaper import end_groups
from handover.launcher.services import Service
from handover.launcher.shell import tail

LONGEST_PAUSE = 30.0
GOOD_RUN = 60.0
"""Seconds after which a process counts as sound again: its next restart is quick."""
START_SECONDS = 120.0
TICK = 0.2
LOG_BYTES = 10 * 1024 * 1024


class Child:
    """One service and the process that serves it now."""

    def __init__(self, service: Service, log: Path) -> None:
        self.service = service
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self._pause = 1.0
        self._started = 0.0
        self._not_before = 0.0

    @property
    def is_due(self) -> bool:
        return self.process is None and time.monotonic() >= self._not_before

    def start(self) -> int:
        """Start it in a process group of its own, which gets its number."""
        rotate(self.log)
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.service.command,
                cwd=self.service.cwd,
                env=dict(self.service.env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._started = time.monotonic()
        return self.process.pid

    def ended(self) -> int | None:
        return self.process.poll() if self.process else None

    def put_off(self) -> float:
        """Plan the restart; the pause doubles while restarts do not help."""
        if time.monotonic() - self._started > GOOD_RUN:
            self._pause = 1.0
        pause, self._pause = self._pause, min(self._pause * 2, LONGEST_PAUSE)
        self._not_before = time.monotonic() + pause
        self.process = None
        return pause

    def is_healthy(self) -> bool:
        request = urllib.request.Request(self.service.health)  # noqa: S310 an address of ours
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=2) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError, ValueError):
            return False


class Supervisor:
    """Keeps the given services alive until `stopping` is set."""

    def __init__(self, services: Sequence[Service], logs: Path, lock: TextIO, say: Callable[[str], None]) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self._children = [Child(service, logs / f"{service.name}.log") for service in services]
        self._lock = lock
        self._say = say
        self.stopping = Event()
        self.ready = False

    def run(self, changed: Callable[[Supervisor], None]) -> None:
        """Return when stopped; `changed` is called when `pids` or `ready` did."""
        self._reaper = start_reaper(self._lock)
        try:
            self._start_together()
            changed(self)
            self._wait_until_ready()
            changed(self)
            while not self.stopping.wait(TICK):
                if self._tick():
                    changed(self)
        finally:
            self._end()

    @property
    def pids(self) -> dict[str, int]:
        return {child.service.name: child.process.pid for child in self._children if child.process}

    def _start_together(self) -> None:
        for child in self._children:
            self._start(child)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        waiting = list(self._children)
        while waiting and not self.stopping.wait(TICK):
            for child in waiting:
                if child.ended() is not None:
                    raise LauncherError(not_started(child, f"ended with {child.ended()} before it was ready"))
                if time.monotonic() > deadline:
                    raise LauncherError(not_started(child, f"was not ready after {START_SECONDS:.0f} s"))
            waiting = [child for child in waiting if not child.is_healthy()]
        self.ready = not waiting

    def _tick(self) -> bool:
        """Look after every child; True if one was started or has ended."""
        changed = False
        for child in self._children:
            code = child.ended()
            if code is not None:
                self._clear(child)
                pause = child.put_off()
                self._say(f"{child.service.name} ended with {code}; next start in {pause:.0f} s. Its log: {child.log}")
                changed = True
            elif child.is_due:
                self._start(child)
                changed = True
            else:
                rotate(child.log)
        return changed

    def _start(self, child: Child) -> None:
        group = child.start()
        self._tell_reaper("+", group)

    def _clear(self, child: Child) -> None:
        """End what the dead process left in its group."""
        if child.process:
            end_groups([child.process.pid], grace=0)
            self._tell_reaper("-", child.process.pid)

    def _tell_reaper(self, sign: str, group: int) -> None:
        assert self._reaper.stdin is not None
        with suppress(BrokenPipeError):
            self._reaper.stdin.write(f"{sign}{group}\n".encode())
            self._reaper.stdin.flush()

    def _end(self) -> None:
        processes = [child.process for child in self._children if child.process]
        for process in processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + 8
        for process in processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
        for child in self._children:
            self._clear(child)
        for process in processes:
            process.wait()
        with suppress(BrokenPipeError):
            self._reaper.communicate()


def start_reaper(lock: TextIO) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "handover.launcher.reaper"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        start_new_session=True,
        pass_fds=[lock.fileno()],
    )


def not_started(child: Child, what: str) -> str:
    return f"{child.service.name} {what}:\n{tail(child.log)}\nThe whole log: {child.log}"


def rotate(log: Path) -> None:
    """Keep one older file; the process goes on appending to the emptied one."""
    if log.exists() and log.stat().st_size > LOG_BYTES:
        shutil.copyfile(log, log.with_suffix(".log.1"))
        os.truncate(log, 0)
