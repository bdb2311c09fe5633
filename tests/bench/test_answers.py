"""`make bench`: how long a visitor waits for the bot, and what each process weighs. Measures what runs, or a stack of its own."""

from __future__ import annotations

import os
import statistics
import time

import psutil
import pytest

from handover.launcher import config, holding
from tests.stack import Stack
from tests.visitor import Visitor

ROUNDS = int(os.environ.get("ROUNDS", "10"))
QUESTIONS = {
    "de": ["Welche Zahlungsarten gibt es?", "Kann ich mit PayPal zahlen?", "Wo bleibt meine Bestellung?"],
    "en": ["Which ways to pay are there?", "Can I pay with PayPal?", "Where is my order?"],
}


@pytest.fixture(scope="module")
def running(request: pytest.FixtureRequest) -> dict:
    """Address and processes of what `make run` runs, else of a stack for this bench alone."""
    state = holding.read_state(config.load().data_dir)
    if not (state and state["ready"]):
        stack: Stack = request.getfixturevalue("stack")
        state = stack.state
    return state


def test_milliseconds_from_send_to_answer(running: dict) -> None:
    print(f"\n{'language':<10}{'questions':>10}{'p50 ms':>10}{'p95 ms':>10}{'longest':>10}{'failed':>10}")
    for language, questions in QUESTIONS.items():
        waits, failed = [], 0
        for _ in range(ROUNDS):
            with Visitor(running["url"], language) as visitor:
                for question in questions:
                    since = time.perf_counter()
                    answer = visitor.ask(question)
                    waits.append((time.perf_counter() - since) * 1000)
                    failed += answer["data"]["type"] == "bot.failed"
        cuts = statistics.quantiles(waits, n=20, method="inclusive")
        print(f"{language:<10}{len(waits):>10}{cuts[9]:>10.0f}{cuts[18]:>10.0f}{max(waits):>10.0f}{failed:>10}")
        assert failed == 0


def test_memory_of_each_process(running: dict) -> None:
    print(f"\n{'process':<12}{'pid':>8}{'MiB':>8}")
    processes = {"supervisor": running["pid"], **running["processes"]}
    for name, pid in processes.items():
        process = psutil.Process(pid)
        family = [process] if name == "supervisor" else [process, *process.children(recursive=True)]
        memory = sum(member.memory_info().rss for member in family)
        print(f"{name:<12}{pid:>8}{memory / 2**20:>8.0f}")
