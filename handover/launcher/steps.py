"""Set-up steps: each is skipped while its inputs are unchanged; independent ones run side by side."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from handover.launcher.errors import LauncherError
from handover.launcher.shell import Shell

NOT_INPUTS = {"node_modules", "dist", "__pycache__", "screenshots", "README.md", ".mypy_cache", ".ruff_cache", ".rasa"}
AT_ONCE = 3
HEARTBEAT_SECONDS = 30.0


@dataclass(frozen=True)
class Step:
    """One thing that must be there before the processes can start."""

    key: str
    """Names its stamp and its log."""
    title: str
    run: Callable[[Shell], None]
    inputs: Sequence[Path | str] = ()
    """Files, folders and plain strings; a change of any means that the step runs again. None at all: it always runs."""
    outputs: Sequence[Path] = ()
    """If one is missing before any step runs, the step runs again: another may make the file anew, but empty."""
    after: Sequence[str] = ()
    stamps: Path | None = None
    """Where its stamp is kept; None: with the checkout's."""


def fingerprint(inputs: Sequence[Path | str]) -> str:
    """A hash of the names and contents of all inputs."""
    digest = hashlib.sha256()
    for part in inputs:
        if isinstance(part, str):
            digest.update(part.encode() + b"\0")
            continue
        for file in files_of(part):
            digest.update(f"{part.name}/{file.relative_to(part)}".encode() + b"\0")
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def files_of(path: Path) -> Iterator[Path]:
    """The file itself, or all files of the folder in a fixed order, without what is built or installed there."""
    if path.is_file():
        yield path
    elif path.is_dir():
        for child in sorted(path.iterdir()):
            if child.name not in NOT_INPUTS and child.suffix != ".pyc":
                yield from files_of(child)


class Setup:
    """Runs steps in the order their `after` allows and tells about it, one line a step."""

    def __init__(self, shell: Shell, stamps: Path, say: Callable[[str], None] = print) -> None:
        self._shell = shell
        self._stamps = stamps
        self._say = say

    def bring_about(self, steps: Sequence[Step]) -> None:
        """Raise LauncherError at the first failure; a failed step leaves no stamp."""
        waiting = list(steps)
        whole = {step.key for step in steps if all(output.exists() for output in step.outputs)}
        done: set[str] = {key for step in steps for key in step.after} - {step.key for step in steps}
        running: dict[Future[None], tuple[Step, float]] = {}
        pool = ThreadPoolExecutor(AT_ONCE)
        try:
            while waiting or running:
                for step in [step for step in waiting if done.issuperset(step.after)]:
                    waiting.remove(step)
                    running[pool.submit(self._bring_about, step, is_whole=step.key in whole)] = (step, time.monotonic())
                finished, _ = wait(running, timeout=HEARTBEAT_SECONDS, return_when=FIRST_COMPLETED)
                for future in finished:
                    step, _ = running.pop(future)
                    future.result()
                    done.add(step.key)
                if not finished:
                    self._tell_what_runs(running.values())
        except BaseException:
            self._shell.kill_all()
            raise
        finally:
            pool.shutdown(cancel_futures=True)

    def _tell_what_runs(self, running: Iterable[tuple[Step, float]]) -> None:
        names = [f"{step.title} ({time.monotonic() - since:.0f} s)" for step, since in running]
        self._say(f"  ...   still at work: {', '.join(names)}")

    def _bring_about(self, step: Step, *, is_whole: bool) -> None:
        stamp = (step.stamps or self._stamps) / step.key
        found = fingerprint(step.inputs) if step.inputs else ""
        if step.inputs and is_whole and is_current(stamp, found):
            self._say(f"  =     {step.title}: unchanged")
            return
        stamp.unlink(missing_ok=True)
        self._shell.log_of(step.key).unlink(missing_ok=True)
        since = time.monotonic()
        try:
            step.run(self._shell)
        except LauncherError as error:
            raise LauncherError(f"{step.title} failed. {error}") from error
        if missing := [output for output in step.outputs if not output.exists()]:
            raise LauncherError(f"{step.title} ended well but left no {missing[0]}.")
        if step.inputs:
            stamp.parent.mkdir(parents=True, exist_ok=True)
            stamp.write_text(found, encoding="utf-8")
        self._say(f"  ok    {step.title}: {time.monotonic() - since:.1f} s")


def is_current(stamp: Path, found: str) -> bool:
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == found
