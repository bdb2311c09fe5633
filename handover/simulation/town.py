"""Everybody who comes within the time, and a calm end."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import httpx

from handover.services.demo_files import DemoFiles
from handover.simulation.line import Line
from handover.simulation.stories import Playbook, Role, cast, load
from handover.simulation.tally import Diary
from handover.simulation.visitor import Nature, Pace, SimulatedVisitor

AT_ONCE = 3
"""They are there when it begins, so that nobody who serves has to wait for the first."""
PAGES = {"de": "/", "en": "/en"}
HTTP_SECONDS = 20.0
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class Plan:
    visitors: int
    minutes: float
    """Within which they come; they stay as long as it takes."""
    seed: int
    pace: Pace


def is_demo_here(url: str) -> bool:
    """Whether a demo answers there on this machine: it shows its mailbox, which no real house does."""
    if urlsplit(url).hostname not in LOOPBACK:
        return False
    try:
        return httpx.get(f"{url}/demo/mailbox", timeout=HTTP_SECONDS).status_code == 200
    except httpx.HTTPError:
        return False


async def simulate(url: str, demo: Path, plan: Plan, diary: Diary) -> None:
    """Returns when the last visitor has gone, or after Ctrl-C. `demo`: the folder with customers and stories."""
    playbook, chance = load(demo / "stories.yaml"), random.Random(plan.seed)  # noqa: S311 -- chance, no secret
    files = DemoFiles(demo, datetime.now(UTC), ZoneInfo("UTC"))
    customers = {customer.email: customer for customer in files.customers()}
    roles = cast(playbook, customers, plan.visitors, chance)
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=url, headers={"Origin": url}, timeout=HTTP_SECONDS, limits=limits) as client:
        town = Town(client, url, playbook, plan, diary)
        with interrupted(town.stop):
            await town.live(roles, arrivals(plan, chance))


def arrivals(plan: Plan, chance: random.Random) -> list[float]:
    """Seconds after the start; the gaps between people who know nothing of each other."""
    later = max(0, plan.visitors - AT_ONCE)
    window = plan.minutes * 60 / plan.pace.speed
    return [0.0] * min(plan.visitors, AT_ONCE) + sorted(chance.uniform(0, window) for _ in range(later))


class Town:
    def __init__(self, client: httpx.AsyncClient, url: str, playbook: Playbook, plan: Plan, diary: Diary) -> None:
        self._client, self._url, self._playbook, self._plan, self._diary = client, url, playbook, plan, diary
        self._tasks: list[asyncio.Task[None]] = []

    async def live(self, roles: Sequence[Role], starts: Sequence[float]) -> None:
        for place, (role, start) in enumerate(zip(roles, starts, strict=True)):
            chance = random.Random(f"{self._plan.seed}-{place}")  # noqa: S311 -- each their own, whatever the others' timing
            self._tasks.append(asyncio.create_task(self._visit(role, start, chance)))
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for task in self._tasks:
            if not task.cancelled() and (error := task.exception()):
                raise error

    def stop(self) -> None:
        self._diary.tell("", "Everybody goes home …")
        for task in self._tasks:
            task.cancel()

    async def _visit(self, role: Role, start: float, chance: random.Random) -> None:
        await asyncio.sleep(start)
        line = Line(self._client, self._url, role.language)
        manners = self._playbook.en if role.language == "en" else self._playbook.de
        visitor = SimulatedVisitor(role, manners, line, self._diary, Nature(chance, self._plan.pace))
        await visitor.run(self._url + PAGES[role.language])


@contextlib.contextmanager
def interrupted(stop: Callable[[], None]) -> Iterator[None]:
    """Ctrl-C calls `stop` meanwhile, where the system lets an event loop hear of it."""
    loop = asyncio.get_running_loop()
    with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):  # Windows; not the main thread
        loop.add_signal_handler(signal.SIGINT, stop)
    try:
        yield
    finally:
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            loop.remove_signal_handler(signal.SIGINT)
