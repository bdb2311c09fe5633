"""A house whose parts fail at random while visitors talk: what is left of it when the bot's turns are counted.

Desk, action server, index, Rasa workers and their supervisor are the real ones. A gate stands before the action server,
another one between it and the desk; workers are killed or stopped. All chance comes from one seed.
"""

from __future__ import annotations

import csv
import os
import random
import shutil
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from handover.app import create_app
from handover.launcher import holding, plan
from handover.launcher.config import load
from handover.launcher.services import ONE_THREAD, QUIET, Service, free_port, worker
from handover.launcher.supervisor import Supervisor
from handover.launcher.workers import tell_addresses
from handover.realtime.line import Limits
from handover.settings import Settings
from tests.dialogue.gate import FAULTS, Gate
from tests.edges import House
from tests.stack import ROOT, until, without_settings
from tests.visitor import Visitor

SECRET = "shaky-house-" + "s" * 32
VISITORS = 12
MOST_TURNS = 12
"""Of one conversation."""
DEADLINE = 4.0
"""Seconds within which a visitor must have read something: the desk waits 3, the rest is this busy machine's."""
GIVEN_UP = 15.0
CALM, SHAKEN = (0.5, 3.0), (0.2, 1.5)
"""Shortest and longest time in seconds between faults, and of one fault."""
CALLED, WITH_A_HUMAN = "handover.requested", "with a human"
"""The turn before called one: this message is no longer the bot's to answer."""
ODD = (
    *("?", "!!!", "😀", "😀😡👍" * 40, "\u200b", "\u202eabc", "Z̷a̸l̶g̵o̷", "日本語 русский عربى", "x" * 4000, "ä " * 2000),
    *("/restart", '/affirm{"wish":"x"}', "{slot} {0.__class__} %s ${HOME}", "<b>hi</b>", "'; DROP TABLE events; --"),
    *(
        "1",
        "10023",
        "RE-2006 und A-501",
        "ja",
        "nein",
        "yes",
        "no",
        "ok",
        "noch mal",
        "what did you just say?",
        "\ufffd",
    ),
)


class ShakyHouse:
    """Two workers, so that one may be missing."""

    def __init__(self, installation: Path, folder: Path) -> None:
        data = Path(shutil.copytree(installation / "data", folder / "data"))
        self.settings = Settings(
            data_dir=data, port=free_port(), actions_port=free_port(), channel_secret=SECRET, demo=True, rasa_workers=2
        )
        self.house = House(create_app(self.settings, limits=Limits(frames_per_second=1000)), self.settings)
        self.to_actions, self.to_desk = Gate(self.settings.actions_url), Gate(self.settings.url)
        self.knowledge = data / "knowledge"
        self._lock = holding.open_lock(data, "running")
        self.supervisor = Supervisor(self._services(), folder / "logs", self._lock, lambda _: None)
        self._thread = threading.Thread(
            target=self.supervisor.run, args=(lambda it: tell_addresses(data, it),), daemon=True
        )

    def _services(self) -> list[Service]:
        own = {"DATA_DIR": self.settings.data_dir, "CHANNEL_SECRET": SECRET}
        config = load({**{f"KULANZ_{name}": str(value) for name, value in own.items()}})
        environment = {**without_settings(), **QUIET, **config.values, "PYTHONPATH": str(ROOT)}
        environment |= {"KULANZ_PORT": str(self.to_desk.port), "KULANZ_ACTIONS_PORT": str(self.settings.actions_port)}
        command = (sys.executable, "-m", "actions.server")
        actions = Service("actions", command, ROOT, environment, f"{self.settings.actions_url}/health")
        rasa = [worker(config, name, free_port(), plan.model_file()) for name in ("rasa", "rasa-2")]
        at_gate = {"KULANZ_ACTIONS_URL": self.to_actions.url, **ONE_THREAD}
        rasa = [Service(one.name, one.command, one.cwd, {**one.env, **at_gate}, one.health) for one in rasa]
        return [actions, *rasa]

    def __enter__(self) -> Self:
        self.house.__enter__()
        self._thread.start()
        until(lambda: self.supervisor.ready, 120)
        return self

    def __exit__(self, *_: object) -> None:
        self.supervisor.stopping.set()
        self._thread.join(30)
        self.house.__exit__(None, None, None)
        self.to_actions.stop()
        self.to_desk.stop()
        self._lock.close()

    @contextmanager
    def fault(self, kind: str, chance: random.Random) -> Iterator[None]:
        """One part is broken meanwhile."""
        if kind == "worker killed":
            self._signal(chance, signal.SIGKILL)
            yield
        elif kind == "worker stopped":
            pid = self._signal(chance, signal.SIGSTOP)
            yield
            with suppress(ProcessLookupError, TypeError):
                os.kill(pid, signal.SIGCONT)
        elif kind == "knowledge missing":
            hidden = self.knowledge.with_name("hidden")
            self.knowledge.rename(hidden)
            yield
            shutil.rmtree(self.knowledge, ignore_errors=True)  # what was built meanwhile
            hidden.rename(self.knowledge)
        else:
            place, _, what = kind.partition(" ")
            with (self.to_desk if place == "desk" else self.to_actions).broken(what):
                yield

    def _signal(self, chance: random.Random, number: signal.Signals) -> int | None:
        pids = [pid for name, pid in self.supervisor.pids.items() if name.startswith("rasa")]
        if not pids:
            return None
        pid = chance.choice(pids)
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        return pid


FAULT_KINDS = (
    *(f"actions {fault}" for fault in ("down", "hangs", *FAULTS)),
    *(f"desk {fault}" for fault in ("down", "slow", "500", "html")),
    *("worker killed", "worker stopped", "knowledge missing"),
)


@dataclass
class Tally:
    """What became of the turns."""

    answers: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, said: str, answer: str | None, seconds: float) -> None:
        with self._lock:
            self.seconds.append(seconds)
            if answer is None:
                self.silent.append(said)
                return
            self.answers[answer] += 1
            if seconds > DEADLINE:
                self.late.append(f"{seconds:.1f} s: {said[:80]}")

    @property
    def turns(self) -> int:
        return len(self.seconds)


def play(shaky: ShakyHouse, turns: int, seed: int) -> Tally:
    """Let visitors talk until so many turns are taken, while parts fail."""
    tally, done = Tally(), threading.Event()
    shaker = threading.Thread(target=shake, args=(shaky, random.Random(seed), tally, done))
    shaker.start()
    shares = [turns // VISITORS + (number < turns % VISITORS) for number in range(VISITORS)]
    try:
        with ThreadPoolExecutor(VISITORS) as crowd:
            talks = [
                crowd.submit(talk, shaky.settings.url, random.Random(seed * 1000 + number), share, tally)
                for number, share in enumerate(shares)
            ]
            for finished in talks:
                finished.result()
    finally:
        done.set()
        shaker.join()
    return tally


def shake(shaky: ShakyHouse, chance: random.Random, tally: Tally, done: threading.Event) -> None:
    """Every kind of fault once, in random order, then again."""
    kinds: list[str] = []
    while not done.wait(chance.uniform(*CALM)):
        kinds = kinds or chance.sample(FAULT_KINDS, len(FAULT_KINDS))
        kind = kinds.pop()
        tally.faults[kind] += 1
        with shaky.fault(kind, chance):
            done.wait(chance.uniform(*SHAKEN))


def talk(url: str, chance: random.Random, turns: int, tally: Tally) -> None:
    """One visitor after the other, until this many turns are taken."""
    while turns > 0:
        language = chance.choice(("de", "en"))
        with Visitor(url, language) as visitor:
            for _ in range(min(turns, chance.randint(1, MOST_TURNS))):
                since = time.monotonic()
                said, client_id = say_something(visitor, language, chance)
                answer = answer_after(visitor, client_id)
                if answer == WITH_A_HUMAN:
                    break
                tally.note(said, answer, time.monotonic() - since)
                turns -= 1
                if answer is None:
                    break


def say_something(visitor: Visitor, language: str, chance: random.Random) -> tuple[str, str]:
    """A text of the training data, an odd one, or a press on an offered button; what it was, and its client id."""
    choices = offered(visitor)
    client_id = uuid4().hex
    if choices and chance.random() < 0.5:
        message, choice = chance.choice(choices)
        visitor.send(type="message", client_id=client_id, choice={"message_number": message, "choice_id": choice["id"]})
        return f"[{choice['label']}]", client_id
    text = chance.choice(ODD) if chance.random() < 0.2 else chance.choice(utterances(language))
    visitor.send(type="message", client_id=client_id, text=text)
    return text, client_id


def offered(visitor: Visitor) -> list[tuple[int, dict[str, Any]]]:
    """Buttons of the last message, by its number."""
    said = [event for event in visitor.events if event["data"]["type"] == "message.posted"]
    last = said[-1] if said else None
    return [(last["number"], choice) for choice in last["data"].get("choices", ())] if last else []


def utterances(language: str) -> list[str]:
    """What people write, out of the training data."""
    if language not in _utterances:
        rows: list[str] = []
        for file in sorted((ROOT / "data" / "training" / "utterances").glob("*.tsv")):
            with file.open(encoding="utf-8", newline="") as lines:
                rows += [row[language] for row in csv.DictReader(lines, delimiter="\t") if row.get(language)]
        _utterances[language] = rows
    return _utterances[language]


_utterances: dict[str, list[str]] = {}


def answer_after(visitor: Visitor, client_id: str) -> str | None:
    """What the visitor got to read for this message; None: nothing for too long."""
    number: int | None = None
    deadline = time.monotonic() + GIVEN_UP
    try:
        while True:
            frame = visitor.receive(max(0.01, deadline - time.monotonic()))
            if frame.get("client_id") == client_id:
                if frame["type"] == "error":
                    return f"refused: {frame['code']}"
                number = frame["number"]
            if number is not None:
                if any(event["data"]["type"] == CALLED and event["number"] < number for event in visitor.events):
                    return WITH_A_HUMAN
                for event in visitor.events:
                    if event["number"] > number and (kind := kind_of_answer(event)):
                        return kind
    except TimeoutError:
        return None


def kind_of_answer(event: dict[str, Any]) -> str | None:
    kind = event["data"]["type"]
    if kind == "message.posted":
        return "the bot's words" if event["actor"]["kind"] == "bot" else None
    kinds = {
        "bot.failed": "an honest failure",
        CALLED: "human called",
        "identity.requested": "identity form",
        "credit.granted": "credit card",
    }
    return kinds.get(kind)
