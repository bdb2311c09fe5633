"""`make bench`: the whole path of a turn under load, over the desk's socket, beside Rasa's default behind its REST channel.

Bars on 2 cores: 60 turns/s, 95 of 100 within 150 ms at 30 turns/s, turn 500 of a conversation at most 1.5 x turn 5, a
worker's start 12 s and 600 MB. Figures are medians of ROUNDS rounds; the load of the machine stands beside them.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from handover.launcher import plan
from handover.launcher.child import answers
from handover.launcher.config import VAR
from handover.launcher.services import BOT, ONE_THREAD, QUIET, VENV_RASA, free_port, worker_command, worker_url
from handover.launcher.workers import megabytes_of
from tests.bench.load import Ask, RestTalk, Talk, Waits, at_rate, saturate
from tests.bench.tell import bar, line
from tests.shaky import ShakyHouse, play, utterances
from tests.stack import ROOT, Stack, until, without_settings

ROUNDS = int(os.environ.get("ROUNDS", "3"))
SECONDS = float(os.environ.get("SECONDS", "15"))
TURNS = int(os.environ.get("TURNS", "10000"))
VISITORS = 32
RATE = 30.0
PEER = VAR / "bench" / "rasa-init"
"""What `rasa init` writes and trains: Rasa's default pipeline and policies on its own small demo bot."""


@pytest.fixture(scope="module")
def house(installation: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack for this bench alone, as `make run` starts it, but for the limits: one visitor here talks like hundreds."""
    workers = os.environ.get("KULANZ_RASA_WORKERS", "1")
    stack = Stack(tmp_path_factory.mktemp("load"), like=installation, RASA_WORKERS=workers, LIMIT_FACTOR="1000")
    try:
        yield stack.start()
    finally:
        stack.stop()


@pytest.fixture(scope="module")
def peer() -> Iterator[str]:
    """Rasa as its maker ships it: default pipeline, REST channel; made once, in data/var."""
    if not list((PEER / "models").glob("*.tar.gz")):
        PEER.mkdir(parents=True, exist_ok=True)
        rasa("init", "--no-prompt", "--init-dir", str(PEER)).wait()
    (PEER / "rest.yml").write_text("rest:\n")
    port, since = free_port(), time.monotonic()
    process = rasa("run", "--interface", "127.0.0.1", "--port", str(port), "--credentials", "rest.yml", cwd=PEER)
    try:
        until(lambda: answers(f"http://127.0.0.1:{port}/"), 240)
        line("rasa default: start, memory", f"{time.monotonic() - since:.1f} s", f"{megabytes_of(process.pid)} MB")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def rasa(*words: str, cwd: Path = ROOT) -> subprocess.Popen[bytes]:
    log = subprocess.DEVNULL
    command = [VENV_RASA / "bin" / "rasa", *words]
    return subprocess.Popen(command, cwd=cwd, env={**without_settings(), **QUIET}, stdout=log, stderr=log)


def middle(rounds: list[Waits]) -> Waits:
    """The round in the middle, by its 95th percentile."""
    return sorted(rounds, key=lambda waits: waits.p95)[len(rounds) // 2]


def show(what: str, rounds: list[Waits]) -> None:
    waits = middle(rounds)
    line(what, f"{waits.per_second:.0f} turns/s", f"p50 {waits.p50:.0f} ms", f"p95 {waits.p95:.0f} ms")


def cpu_seconds(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


@contextmanager
def worker() -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """A worker by itself, and the seconds its start took."""
    port, since = free_port(), time.monotonic()
    own = {"KULANZ_CHANNEL_SECRET": "s" * 32, "KULANZ_ACTIONS_URL": "http://127.0.0.1:1", "PYTHONPATH": f"{BOT}:{ROOT}"}
    environment = {**without_settings(), **QUIET, **ONE_THREAD, **own}
    process = subprocess.Popen(
        worker_command(port, plan.model_file()), cwd=BOT, env=environment, stderr=subprocess.DEVNULL
    )
    try:
        until(lambda: answers(f"{worker_url(port)}/webhooks/desk/health"), 60, pause=0.05)
        yield process, time.monotonic() - since
    finally:
        process.terminate()
        process.wait(20)


def test_a_worker_starts_within_12_seconds_and_weighs_at_most_600_megabytes() -> None:
    starts, weights = [], []
    for _ in range(ROUNDS):
        with worker() as (process, seconds):
            starts.append(seconds)
            weights.append(megabytes_of(process.pid))
    line("\nworker: start, memory", f"{statistics.median(starts):.1f} s", f"{max(weights)} MB")
    assert statistics.median(starts) <= 12
    assert max(weights) <= 600


async def our_rounds(house: Stack) -> tuple[list[Waits], list[Waits]]:
    async with AsyncExitStack() as stack:
        talks = [
            await stack.enter_async_context(Talk(house.url, language, seed))
            for seed, language in enumerate(["de", "en"] * (VISITORS // 2))
        ]
        asks: list[Ask] = [talk.ask for talk in talks]
        await saturate(asks, 3)
        full = [await saturate(asks, SECONDS) for _ in range(ROUNDS)]
        steady = [await at_rate(asks, RATE, SECONDS) for _ in range(ROUNDS)]
    return full, steady


def test_how_many_turns_a_second_and_how_long_they_take_at_thirty(house: Stack) -> None:
    before = {name: cpu_seconds(pid) for name, pid in house.state["processes"].items()}
    full, steady = asyncio.run(our_rounds(house))
    show("the desk's socket, saturated", full)
    show(f"the desk's socket, {RATE:.0f} turns/s", steady)
    turns = sum(len(waits.milliseconds) for waits in [*full, *steady])
    for name, pid in house.state["processes"].items():
        spent = (cpu_seconds(pid) - before[name]) * 1000 / turns
        line(f"  {name}", f"{megabytes_of(pid)} MB", f"{spent:.1f} ms CPU/turn")
    assert sum(waits.failures for waits in [*full, *steady]) == 0
    bar("60 turns/s", met=middle(full).per_second >= 60)
    bar(f"95 of 100 within 150 ms at {RATE:.0f} turns/s", met=middle(steady).p95 <= 150)


def test_turn_500_of_a_conversation_costs_no_more_than_one_and_a_half_times_turn_5(house: Stack) -> None:
    async def long_talk() -> list[float]:
        async with Talk(house.url, "de", 1) as talk:
            waits = Waits()
            for _ in range(530):
                await waits.take(lambda: talk.say("Welche Zahlungsarten gibt es?"))
                await asyncio.sleep(0.05)  # a socket takes 20 frames a second
            return waits.milliseconds

    taken = asyncio.run(long_talk())
    early, late = statistics.median(taken[4:34]), statistics.median(taken[499:])
    line("turn 5, turn 500 of one conversation", f"{early:.0f} ms", f"{late:.0f} ms", f"x {late / early:.2f}")
    assert late <= 1.5 * early


async def peer_rounds(url: str) -> tuple[list[Waits], list[Waits], list[float]]:
    async with httpx.AsyncClient(base_url=url, timeout=60, limits=httpx.Limits(max_connections=None)) as client:
        texts = ["hello", "i am sad", "very happy", "are you a bot?", "bye", "yes", "not really", "thanks"]
        asks: list[Ask] = [RestTalk(client, texts, seed).ask for seed in range(VISITORS)]
        await saturate(asks, 3)
        full = [await saturate([RestTalk(client, texts, seed).ask for seed in range(VISITORS)], SECONDS)]
        steady = [await at_rate([RestTalk(client, texts, seed).ask for seed in range(VISITORS)], RATE, SECONDS)]
        long, talk = Waits(), RestTalk(client, texts, 1)
        for _ in range(150):
            await long.take(talk.ask)
    return full, steady, long.milliseconds


def test_rasas_default_behind_its_rest_channel_for_comparison(peer: str) -> None:
    full, steady, taken = asyncio.run(peer_rounds(peer))
    show("rasa default, REST, saturated", full)
    show(f"rasa default, REST, {RATE:.0f} turns/s", steady)
    early, late = statistics.median(taken[4:24]), statistics.median(taken[-20:])
    line("rasa default, turn 5, turn 150", f"{early:.0f} ms", f"{late:.0f} ms", f"x {late / early:.2f}")


def test_ten_thousand_random_turns_while_parts_fail_and_none_without_an_answer(
    installation: Path, tmp_path: Path
) -> None:
    utterances("de")
    with ShakyHouse(installation, tmp_path) as shaky:
        tally = play(shaky, TURNS, seed=2)
    line(
        "random turns while parts fail",
        f"{tally.turns} turns",
        f"{len(tally.silent)} silent",
        f"{len(tally.late)} late",
    )
    for answer, count in tally.answers.most_common():
        line(f"  {answer}", str(count))
    assert not tally.silent
    assert not tally.late
