"""Runs the commands of set-up steps: output to a log file, everything killable at once."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock

from handover.launcher.errors import LauncherError


class CommandFailed(LauncherError):
    """A command ended badly; the text holds the end of its log."""


class Shell:
    """Commands run in process groups of their own, so that `kill_all` reaches their children too."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = Lock()
        self._killed = False

    def log_of(self, key: str) -> Path:
        return self.logs / f"setup-{key}.log"

    def run(self, key: str, command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str] | None = None) -> None:
        """Append the command's output to the log of `key`; raise CommandFailed unless it ends with 0."""
        self.logs.mkdir(parents=True, exist_ok=True)
        words = [str(word) for word in command]
        log = self.log_of(key)
        with log.open("ab") as output:
            output.write(f"$ {' '.join(words)}\n".encode())
            output.flush()
            with self._lock:
                if self._killed:
                    raise CommandFailed("Stopped.")
                process = subprocess.Popen(
                    words,
                    cwd=cwd,
                    env={**os.environ, **(env or {})},
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                )
                self._running.add(process)
            code = process.wait()
        with self._lock:
            self._running.discard(process)
        if code != 0:
            raise CommandFailed(f"`{' '.join(words)}` ended with {code}:\n{tail(log)}\nThe whole log: {log}")

    def kill_all(self) -> None:
        """End every running command and its children, and start no more."""
        with self._lock:
            self._killed = True
            for process in self._running:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGTERM)


def tail(log: Path, lines: int = 15) -> str:
    text = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(f"    {line}" for line in text[-lines:])
