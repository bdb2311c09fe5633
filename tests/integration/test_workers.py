"""The Rasa workers in the running house: replaced under load, killed, or refused a model."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import httpx
import psutil
import pytest

from handover.launcher.__main__ import TAKE_NEW_MODEL
from tests.integration.test_faults import QUESTION, context_of, identify, prove, texts
from tests.stack import ROOT, Stack, until
from tests.visitor import Visitor, is_answer

CROWD = 6


@pytest.fixture
def two_workers(installation: Path, tmp_path: Path) -> Iterator[Stack]:
    stack = Stack(tmp_path, like=installation, RASA_WORKERS="2", LIMIT_FACTOR="1000")
    try:
        yield stack.start()
    finally:
        stack.stop()


class Crowd:
    """Visitors who ask without a pause; `failed` counts the turns that ended in `bot.failed`."""

    def __init__(self, url: str) -> None:
        self._url, self._over = url, threading.Event()
        self.answered = self.failed = 0
        self._threads = [threading.Thread(target=self._talk, args=(number,)) for number in range(CROWD)]

    def _talk(self, number: int) -> None:
        with Visitor(self._url, ("de", "en")[number % 2]) as visitor:
            while not self._over.is_set():
                answer = visitor.ask(QUESTION)
                self.answered += 1
                self.failed += answer["data"]["type"] == "bot.failed"

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(20)


def worker_pids(stack: Stack) -> set[int]:
    return {pid for name, pid in stack.state["processes"].items() if name.startswith("rasa")}


def test_f49_a_new_model_is_taken_over_under_load_without_a_failed_turn(two_workers: Stack) -> None:
    before = worker_pids(two_workers)
    with Crowd(two_workers.url) as crowd:
        until(lambda: crowd.answered > 3 * CROWD, 30)
        os.kill(two_workers.state["pid"], TAKE_NEW_MODEL)
        until(lambda: len(worker_pids(two_workers)) == 2 and not worker_pids(two_workers) & before, 90)
        until(lambda: not any(map(psutil.pid_exists, before)), 30)
        reached = crowd.answered
        until(lambda: crowd.answered > reached + 2 * CROWD, 30)
    assert crowd.failed == 0
    assert "alarms" not in two_workers.state or not two_workers.state["alarms"]


def test_while_one_worker_is_dead_the_other_serves_its_conversations(two_workers: Stack) -> None:
    with Crowd(two_workers.url) as crowd:
        until(lambda: crowd.answered > CROWD, 30)
        old = two_workers.kill("rasa-2")
        reached = crowd.answered
        until(lambda: crowd.answered > reached + 4 * CROWD, 30)
        two_workers.wait_until_restarted("rasa-2", old)
    assert crowd.failed <= CROWD  # the turns that were at it when it died


def test_f42_the_bot_goes_on_with_an_open_wish_after_its_worker_was_killed(stack: Stack) -> None:
    with Visitor(stack.url) as visitor:
        visitor.ask("Wo bleibt meine Bestellung 10023?")
        old = stack.kill("rasa")
        stack.wait_until_restarted("rasa", old)
        answers = len(texts(visitor, "bot"))
        identify(stack, visitor, "erika.lindner@example.org")
        visitor.receive_until(lambda _: "10023" in " ".join(texts(visitor, "bot")[answers:]))


def test_f44_f45_twenty_messages_within_a_second_are_answered_once_each_and_in_order(stack: Stack) -> None:
    """No lock outside the desk's database says whose turn it is, so there is none that could be lost."""
    with Visitor(stack.url) as visitor:
        sent = [visitor.say(f"{QUESTION} ({number})") for number in range(20)]
        acknowledged: list[str] = []
        answered: list[int] = []
        while len(answered) < len(sent):
            frame = visitor.receive(20)
            if frame["type"] == "ack":
                acknowledged.append(frame["client_id"])
            elif frame["type"] == "event" and is_answer(frame["event"]):
                answered.append(frame["event"]["number"])
        assert acknowledged == sent
        assert answered == sorted(set(answered))
        visitor.ask("Was kostet der Versand?")  # answered after whatever was there twice
        assert len(texts(visitor, "visitor")) == len(sent) + 1
        assert sum(map(is_answer, visitor.events)) == len(sent) + 1


def test_f37_an_action_whose_reply_was_lost_has_booked_once(stack: Stack) -> None:
    with Visitor(stack.url) as visitor:
        prove(stack, visitor, "patrick.obrien@example.org", "10041")
        claim = {"context": context_of(stack, visitor), "reason": "late_delivery", "subject": "10041"}
        secret = {"X-Kulanz-Secret": stack.secret}
        first, again = (
            httpx.post(f"{stack.url}/internal/credit-claims", json=claim, headers=secret).json() for _ in range(2)
        )
    assert first["reference"]
    assert again["reference"] == first["reference"]
    assert again["outcome"] == "already_granted"


@pytest.mark.parametrize("database", ["postgresql://nobody@127.0.0.1:1/none", "sqlite:////nowhere/at/all/kulanz.db"])
def test_f43_without_its_database_the_house_does_not_open_and_says_so(stack: Stack, database: str) -> None:
    environment = {**stack.environment, "KULANZ_DATABASE_URL": database, "KULANZ_CHANNEL_SECRET": "s" * 32}
    since = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "handover.cli", "migrate"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode != 0
    assert time.monotonic() - since < 30


def test_a_worker_that_hangs_is_replaced_by_a_fresh_one(two_workers: Stack) -> None:
    before = worker_pids(two_workers)
    hanging = min(before)
    os.kill(hanging, signal.SIGSTOP)
    until(lambda: hanging not in worker_pids(two_workers), 120)
    until(lambda: not psutil.pid_exists(hanging), 30)
    assert len(worker_pids(two_workers)) == 2
