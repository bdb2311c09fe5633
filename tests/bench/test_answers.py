"""`make bench`: how long a visitor waits for the bot, and what each process weighs. Measures what runs, or a stack of its own."""

from __future__ import annotations

import os
import statistics
import time

import psutil
import pytest
from playwright.sync_api import Browser

from handover.launcher import config, holding
from tests.browser.chat import Chat
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


STOPWATCH = """() => {
  window.waits = [];
  const root = document.querySelector("kulanz-chat").shadowRoot;
  const answers = () => root.querySelectorAll('[data-testid="message-bot"]').length;
  let since = 0, known = answers();
  addEventListener("keydown", (event) => { if (event.key === "Enter") [since, known] = [performance.now(), answers()]; }, true);
  const seen = () => { if (since && answers() > known) { waits.push(performance.now() - since); since = 0; } };
  new MutationObserver(() => requestAnimationFrame(seen)).observe(root, { childList: true, subtree: true });
}"""
"""Runs in the page: milliseconds from Enter to the frame that shows the bot's answer."""


def test_milliseconds_from_send_to_answer_over_the_socket(running: dict) -> None:
    heading("over the socket")
    for language, questions in QUESTIONS.items():
        waits = []
        for _ in range(ROUNDS):
            with Visitor(running["url"], language) as visitor:
                for question in questions:
                    since = time.perf_counter()
                    answer = visitor.ask(question)
                    waits.append((time.perf_counter() - since) * 1000)
                    assert answer["data"]["type"] != "bot.failed"
        row(language, waits)


def test_milliseconds_from_send_to_answer_in_the_browser(running: dict, browser: Browser) -> None:
    heading("in the browser")
    for language, questions in QUESTIONS.items():
        waits = []
        for _ in range(ROUNDS):
            context = browser.new_context()
            chat = Chat(context.new_page(), running["url"], language)
            chat.visit()
            chat.open()
            chat.page.evaluate(STOPWATCH)
            for question in questions:
                chat.ask(question)
            waits += chat.page.evaluate("waits")
            context.close()
        assert len(waits) == ROUNDS * len(questions)
        row(language, waits)


def heading(where: str) -> None:
    print(f"\n{where:<16}{'questions':>10}{'p50 ms':>10}{'p95 ms':>10}{'longest':>10}")


def row(language: str, waits: list[float]) -> None:
    cuts = statistics.quantiles(waits, n=20, method="inclusive")
    print(f"{language:<16}{len(waits):>10}{cuts[9]:>10.0f}{cuts[18]:>10.0f}{max(waits):>10.0f}")


def test_memory_of_each_process(running: dict) -> None:
    print(f"\n{'process':<12}{'pid':>8}{'MiB':>8}")
    processes = {"supervisor": running["pid"], **running["processes"]}
    for name, pid in processes.items():
        process = psutil.Process(pid)
        family = [process] if name == "supervisor" else [process, *process.children(recursive=True)]
        memory = sum(member.memory_info().rss for member in family)
        print(f"{name:<12}{pid:>8}{memory / 2**20:>8.0f}")
