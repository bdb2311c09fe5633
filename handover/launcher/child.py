"""One service and the process that serves it now."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

from handover.launcher.services import Service

LONGEST_PAUSE = 30.0
GOOD_RUN = 60.0
"""Seconds after which a process counts as sound again: its next restart is quick."""
LOG_BYTES = 10 * 1024 * 1024


class Child:
    """Started, watched and ended by the supervisor."""

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
        self.rotate_log()
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.service.command,
                cwd=self.service.cwd,
                env=dict(self.service.env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                pass_fds=self.service.inherits,
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

    def ask_to_end(self) -> None:
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGTERM)

    def wait(self, seconds: float | None = None) -> None:
        if self.process:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)

    def is_healthy(self) -> bool:
        return answers(self.service.health)

    def rotate_log(self) -> None:
        """Keep one older file; the process goes on appending to the emptied one."""
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            shutil.copyfile(self.log, self.log.with_suffix(".log.1"))
            os.truncate(self.log, 0)


def answers(url: str, seconds: float = 2.0) -> bool:
    """True if this address of ours answers 200 in time."""
    request = urllib.request.Request(url)  # noqa: S310 an address of ours
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=seconds) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError, ValueError):
        return False
