"""Starts the processes, restarts what dies, puts a fresh one in the place of a running one, ends everything."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TextIO

from handover.launcher.child import Child
from handover.launcher.config import ROOT
from handover.launcher.errors import LauncherError
from handover.launcher.reaper import end_groups
from handover.launcher.services import Service
from handover.launcher.shell import tail

START_SECONDS = 120.0
DRAIN_SECONDS = 5.0
"""From the switch to a fresh process to the end of the old one: more than a bot's turn may take."""
GRACE_SECONDS = 8.0
TICK = 0.2


@dataclass
class Replacement:
    """A fresh process that is to take the place of a running one."""

    old: Child
    new: Child
    why: str
    deadline: float


class Supervisor:
    """Keeps the given services alive until `stopping` is set."""

    def __init__(self, services: Sequence[Service], logs: Path, lock: TextIO, say: Callable[[str], None]) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self._children = [Child(service, logs / f"{service.name}.log") for service in services]
        self._wanted: deque[tuple[Service, str]] = deque()
        self._replacement: Replacement | None = None
        self._leaving: list[tuple[Child, float]] = []
        self._lock = lock
        self._say = say
        self.stopping = Event()
        self.ready = False
        self.alarms: dict[str, str] = {}
        """What went wrong with a replacement, by the service's name; the process before it serves on."""

    def run(self, changed: Callable[[Supervisor], None], look: Callable[[Supervisor], None] = lambda _: None) -> None:
        """Return when stopped. `changed` is called when `pids`, `services`, `alarms` or `ready` did, `look` with every tick."""
        self._reaper = start_reaper(self._lock)
        try:
            self._start_together()
            changed(self)
            self._wait_until_ready()
            changed(self)
            while not self.stopping.wait(TICK):
                look(self)
                if self._tick():
                    changed(self)
        finally:
            self._end()

    def replace(self, service: Service, why: str) -> None:
        """Start this one beside the process of the same name; once it is healthy it takes over. One at a time."""
        if service.name not in self.being_replaced:
            self._wanted.append((service, why))

    def restart(self, name: str) -> None:
        """End this one; it comes back as one that died would."""
        next(child for child in self._children if child.service.name == name).ask_to_end()

    @property
    def pids(self) -> dict[str, int]:
        return {child.service.name: child.process.pid for child in self._children if child.process}

    @property
    def services(self) -> dict[str, Service]:
        return {child.service.name: child.service for child in self._children}

    @property
    def being_replaced(self) -> set[str]:
        now = {self._replacement.old.service.name} if self._replacement else set()
        return now | {service.name for service, _ in self._wanted}

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
        """Look after every child; True if one was started, has ended or was replaced."""
        changed = [self._look_after(child) for child in self._children]
        return any([*changed, self._go_on_replacing(), self._let_leave()])

    def _look_after(self, child: Child) -> bool:
        code = child.ended()
        if code is not None:
            self._clear(child)
            pause = child.put_off()
            self._say(f"{child.service.name} ended with {code}; next start in {pause:.0f} s. Its log: {child.log}")
        elif child.is_due and not self._is_followed(child):
            self._start(child)
        else:
            child.rotate_log()
            return False
        return True

    def _is_followed(self, child: Child) -> bool:
        """A dead process whose successor is starting already is not started again."""
        return self._replacement is not None and self._replacement.old is child

    def _go_on_replacing(self) -> bool:
        if self._replacement is None:
            return self._begin_replacing()
        replacement = self._replacement
        new, name = replacement.new, replacement.new.service.name
        if new.ended() is not None:
            self._give_up(replacement, f"it ended with {new.ended()}: {tail(new.log, 1).strip()}")
        elif time.monotonic() > replacement.deadline:
            self._give_up(replacement, f"it was not ready after {START_SECONDS:.0f} s")
        elif new.is_healthy():
            self._children[self._children.index(replacement.old)] = new
            drain = DRAIN_SECONDS if new.service.drains else 0.0
            self._leaving.append((replacement.old, time.monotonic() + drain))
            self.alarms.pop(name, None)
            self._replacement = None
            self._say(f"{name} is served by a fresh process: {replacement.why}.")
        else:
            return False
        return True

    def _begin_replacing(self) -> bool:
        if not self._wanted:
            return False
        service, why = self._wanted.popleft()
        old = next(child for child in self._children if child.service.name == service.name)
        new = Child(service, old.log)
        self._start(new)
        self._replacement = Replacement(old, new, why, time.monotonic() + START_SECONDS)
        return False

    def _give_up(self, replacement: Replacement, problem: str) -> None:
        name = replacement.new.service.name
        self._clear(replacement.new)
        self._replacement = None
        self.alarms[name] = f"a fresh process could not take over ({replacement.why}): {problem}"
        self._say(f"ALARM: {name}: {self.alarms[name]}. The one before serves on. Log: {replacement.new.log}")

    def _let_leave(self) -> bool:
        """End the replaced processes whose turns are done; a deaf one is killed."""
        now = time.monotonic()
        gone = [child for child, _ in self._leaving if child.ended() is not None]
        for child, at in self._leaving:
            if child in gone or now >= at + GRACE_SECONDS:
                self._clear(child)
            elif now >= at:
                child.ask_to_end()
        self._leaving = [(child, at) for child, at in self._leaving if child not in gone]
        return bool(gone)

    def _start(self, child: Child) -> None:
        group = child.start()
        self._tell_reaper("+", group)

    def _clear(self, child: Child) -> None:
        """End what is left of the process and its group."""
        if child.process:
            end_groups([child.process.pid], grace=0)
            self._tell_reaper("-", child.process.pid)

    def _tell_reaper(self, sign: str, group: int) -> None:
        assert self._reaper.stdin is not None
        with suppress(BrokenPipeError):
            self._reaper.stdin.write(f"{sign}{group}\n".encode())
            self._reaper.stdin.flush()

    def _end(self) -> None:
        following = [self._replacement.new] if self._replacement else []
        everyone = [*self._children, *following, *(child for child, _ in self._leaving)]
        children = [child for child in everyone if child.process]
        for child in children:
            child.ask_to_end()
        deadline = time.monotonic() + GRACE_SECONDS
        for child in children:
            child.wait(max(0.0, deadline - time.monotonic()))
        for child in children:
            self._clear(child)
            child.wait()
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
