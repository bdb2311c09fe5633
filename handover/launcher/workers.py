"""Keeps processes fresh: a new model, too much memory, no answer any more or a restart, and a fresh one takes over."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event

from handover.launcher.child import answers
from handover.launcher.config import Config
from handover.launcher.holding import desks_file, put, workers_file
from handover.launcher.services import Service, desk, free_port, is_desk, is_worker, model_of, worker
from handover.launcher.supervisor import Supervisor

LOOK_SECONDS = 10.0
SILENT_LOOKS = 3
"""So many looks in a row without an answer, and a worker counts as hanging."""
SETTLED_SECONDS = 600.0
"""A worker younger than that is not replaced for its memory: it would be the model that needs more."""


class Caretaker:
    """Looks after the workers and the desks of one installation, called by the supervisor with every tick."""

    def __init__(
        self,
        config: Config,
        newest_model: Callable[[], Path],
        door: int | None = None,
        *,
        every: float = LOOK_SECONDS,
    ) -> None:
        self._config, self._newest, self._door, self._every = config, newest_model, door, every
        self._next_look = time.monotonic() + every
        self._silent: dict[str, int] = {}
        self._since: dict[int, float] = {}
        self.new_model = Event()
        """Set it when a model was trained."""
        self.new_desks = Event()
        """Set it when the desk's processes are to start anew, one after the other."""

    def look(self, supervisor: Supervisor) -> None:
        if self.new_model.is_set():
            self.new_model.clear()
            for name in sorted(workers(supervisor)):
                self._replace(supervisor, name, self._newest(), "a new model")
        if self.new_desks.is_set():
            self.new_desks.clear()
            self._renew_desks(supervisor)
        if time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + self._every
            for name in sorted(workers(supervisor) - supervisor.being_replaced):
                if why := self._complaint(supervisor, name):
                    self._replace(supervisor, name, model_of(supervisor.services[name]), why)

    def _renew_desks(self, supervisor: Supervisor) -> None:
        """Behind a common door a fresh one starts beside the old one; a single desk has to leave its port first."""
        if self._door is None:
            supervisor.restart("desk")
            return
        for name in sorted(desks(supervisor)):
            supervisor.replace(desk(self._config, name, free_port(), self._door), "a restart")

    def _complaint(self, supervisor: Supervisor, name: str) -> str:
        """Why this worker has to go; empty: it may stay."""
        pid = supervisor.pids.get(name)
        if pid is None:
            return ""
        if self._holds_too_much(pid):
            return f"the old one held more than {self._config['RASA_MEMORY_MB']} MB"
        silent = 0 if answers(supervisor.services[name].health) else self._silent.get(name, 0) + 1
        self._silent[name] = silent % SILENT_LOOKS
        return f"the old one was silent {SILENT_LOOKS} times" if silent >= SILENT_LOOKS else ""

    def _holds_too_much(self, pid: int) -> bool:
        age = time.monotonic() - self._since.setdefault(pid, time.monotonic())
        return age >= SETTLED_SECONDS and megabytes_of(pid) > self._config.number("RASA_MEMORY_MB")

    def _replace(self, supervisor: Supervisor, name: str, model: Path, why: str) -> None:
        supervisor.replace(worker(self._config, name, free_port(), model), why)


def workers(supervisor: Supervisor) -> set[str]:
    return {name for name in supervisor.services if is_worker(name)}


def desks(supervisor: Supervisor) -> set[str]:
    return {name for name in supervisor.services if is_desk(name)}


def tell_addresses(data_dir: Path, supervisor: Supervisor) -> None:
    """Tell the desk where the workers are, and where each desk is: it reads these files anew when they change."""
    put(workers_file(data_dir), addresses(supervisor.services, workers(supervisor)))
    put(desks_file(data_dir), addresses(supervisor.services, desks(supervisor)))


def addresses(services: Mapping[str, Service], names: set[str]) -> dict[str, str]:
    return {name: services[name].address for name in sorted(names)}


def megabytes_of(pid: int) -> int:
    """Memory that a process holds now; 0 if it is gone."""
    try:
        return (
            int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") // 2**20
        )
    except OSError:  # no Linux, or gone
        told = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return int(told.stdout.strip() or 0) // 1024
