"""Everybody who talks to one house while it is shaken, and what is found when all is quiet again."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import select

from handover.domain.agent import Role
from handover.realtime.hub import Hub
from handover.services.agents import Agents
from handover.services.ports import SystemClock
from handover.services.turns import Turns
from handover.store.tables import conversations
from handover.store.unit_of_work import SqlUnits
from tests.chaos.agents import Screen, Worker
from tests.chaos.faults import Breakable, Chaos, breaking
from tests.chaos.judge import Verdict, judge
from tests.chaos.proxy import Proxy
from tests.chaos.visitors import Habits, Tab, open_conversation
from tests.chaos.wire import Address, Client, Log, Tally, Typed, until

PASSWORD = "chaos has twelve letters"
LEASE_SECONDS = 5.0
TELL_SECONDS = 15.0
PATIENCE_SECONDS = 240.0
"""For what must come about in the end, on however busy a machine."""


@dataclass(frozen=True)
class Plan:
    seed: int
    messages: int
    """Of visitors and agents; then everybody comes to an end."""
    seconds: float = float("inf")
    """The same."""
    visitors: int = 50
    """At the same time."""
    agents: int = 4
    places: int = 12
    """Conversations that an agent serves at the same time."""
    pause: float = 0.3
    """Seconds between two messages of one writer, on average."""
    longest: int = 150
    """Messages of one visitor, at most."""
    lease_seconds: float = LEASE_SECONDS
    calm: tuple[float, float] = (1.0, 7.0)
    """Shortest and longest time in seconds between two faults."""
    trouble: tuple[float, float] = (0.3, 3.0)
    """The same of one fault that lasts."""
    naps: bool = True
    """Agents fall asleep for longer than their lease."""
    faults: frozenset[str] | None = None
    """All, unless named."""
    first: str | None = None
    """The fault to begin with."""

    def chance(self, whose: str) -> random.Random:
        """Chance of their own for everybody, so that nobody's plan depends on the timing of others."""
        return random.Random(f"{self.seed} {whose}")


class Outcome(NamedTuple):
    verdict: Verdict
    faults: Counter[str]
    seen: Counter[str]
    seconds: float
    unfinished: list[str]
    """What did not come about in the end: it must be empty."""
    balanced: bool


@dataclass
class Town:
    """Everybody who talks to one house."""

    house: Breakable
    plan: Plan
    address: Address
    tally: Tally = field(default_factory=Tally)
    tabs: list[Tab] = field(default_factory=list)
    workers: list[Worker] = field(default_factory=list)
    watchers: list[Screen] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    is_over: asyncio.Event = field(default_factory=asyncio.Event)
    may_end: Callable[[], bool] = lambda: True
    """Before its time is up, when enough was written."""
    since: float = field(default_factory=time.monotonic)

    @property
    def typed(self) -> Iterator[Typed]:
        for writers in (self.tabs, self.workers):
            for writer in writers:
                yield from writer.typed

    @property
    def ids(self) -> list[str]:
        return sorted({tab.opened.conversation_id for tab in self.tabs})

    @property
    def written(self) -> int:
        return sum(len(tab.typed) for tab in self.tabs) + sum(len(worker.typed) for worker in self.workers)

    @property
    def has_enough(self) -> bool:
        return (
            self.written >= self.plan.messages and self.may_end()
        ) or time.monotonic() - self.since >= self.plan.seconds

    # --- the day ---

    async def live(self) -> None:
        """Until enough is typed and every word of it is answered for."""
        screens = (*self.workers, *self.watchers)
        async with asyncio.TaskGroup() as lines:
            for screen in screens:
                lines.create_task(screen.stay_connected())
            async with asyncio.TaskGroup() as life:
                for place in range(self.plan.visitors):
                    life.create_task(self._visit_on_and_on(place))
                for worker in self.workers:
                    life.create_task(worker.work(self.plan.places))
                life.create_task(self._call_it_a_day())
            for screen in screens:
                await screen.leave()

    async def _call_it_a_day(self) -> None:
        naps = asyncio.create_task(self._nap())
        await until(lambda: self.has_enough, float("inf"))
        naps.cancel()
        self.is_over.set()
        for worker in self.workers:
            worker.go_home()

    async def _visit_on_and_on(self, place: int) -> None:
        """One visitor after the other, each in one or two tabs."""
        chance, visit = self.plan.chance(f"place {place}"), 0
        while not self.has_enough:
            visit += 1
            trusts_bots = 0.9 if chance.random() < 0.1 else 0.05
            habits = Habits(chance.randint(5, self.plan.longest), self.plan.pause, trusts_bots)
            tabs = await self._open(f"visitor {place}-{visit}", habits, 2 if chance.random() < 0.2 else 1)
            async with asyncio.TaskGroup() as screens:
                for tab in tabs:
                    screens.create_task(tab.stay_connected())
                    screens.create_task(self._live_in(tab))

    async def _live_in(self, tab: Tab) -> None:
        await tab.live(lambda: self.has_enough)
        await tab.leave()

    async def _open(self, name: str, habits: Habits, tabs: int) -> list[Tab]:
        chance = self.plan.chance(name)
        opener = Client(self.address, chance, self.tally)
        opened = await open_conversation(opener, chance.choice(("de", "en")))
        await opener.http.aclose()
        opened_tabs = [
            Tab(self.address, opened, habits, tab, self.plan.chance(tab), self.tally)
            for tab in (f"{name} tab {number}" for number in range(tabs))
        ]
        self.tabs += opened_tabs
        return opened_tabs

    async def _nap(self) -> None:
        chance = self.plan.chance("naps")
        while self.plan.naps:
            await asyncio.sleep(chance.uniform(10, 30))
            self.tally.note("naps")
            await chance.choice(self.workers).nap()

    # --- the end ---

    async def come_to_rest(self) -> None:
        """Nothing is owed any more, and everybody has resumed from where they were."""
        units = SqlUnits(self.house.engine, Hub(), SystemClock())
        own = set(self.ids)
        if not await until(lambda: not own.intersection(Turns(units).owed()), PATIENCE_SECONDS, 0.5):
            self.unfinished.append("turns are still owed")
        few = asyncio.Semaphore(20)
        await asyncio.gather(*(self._resume(tab, few) for tab in self.tabs))
        for screen in (*self.workers, *self.watchers):
            for log in screen.logs.values():
                await screen.catch_up(log)
                await screen.scroll_up(log)

    async def _resume(self, tab: Tab, few: asyncio.Semaphore) -> None:
        async with few:
            tab.is_leaving = False
            line = asyncio.create_task(tab.stay_connected())
            last = await asyncio.to_thread(self._last_public, tab.opened.conversation_id)
            if not await until(lambda: tab.log.last >= last, PATIENCE_SECONDS):
                self.unfinished.append(f"a tab of {tab.opened.conversation_id} stays at {tab.log.last} of {last}")
            await tab.leave()
            await line
            await tab.scroll_up()

    def _last_public(self, conversation_id: str) -> int:
        query = select(conversations.c.last_public_number).where(conversations.c.id == conversation_id)
        with self.house.engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def logs(self) -> list[Log]:
        """What everybody shows at the end."""
        shown = [tab.log for tab in self.tabs]
        return shown + [log for screen in (*self.workers, *self.watchers) for log in screen.logs.values()]

    async def close(self) -> None:
        for client in (*self.tabs, *self.workers, *self.watchers):
            await client.http.aclose()


async def play(house: Breakable, plan: Plan) -> Outcome:
    since = time.monotonic()
    async with Proxy(house.port) as proxy:
        town = Town(house, plan, Address(house.url, proxy.port))
        await staff(town)
        chaos = Chaos(
            house, proxy, plan.chance("chaos"), calm=plan.calm, trouble=plan.trouble, only=plan.faults, first=plan.first
        )
        town.may_end = lambda: chaos.began
        telling = asyncio.create_task(tell_now_and_then(town))
        life = asyncio.create_task(town.live())
        async with breaking(chaos):
            await asyncio.wait((life, asyncio.create_task(town.is_over.wait())), return_when=asyncio.FIRST_COMPLETED)
        await life
        telling.cancel()
        await town.come_to_rest()
        await town.close()
    verdict = await asyncio.to_thread(judge, house.engine, town.ids, town.typed, town.logs())
    balanced = await asyncio.to_thread(house.books_balance)
    return Outcome(verdict, chaos.counts, town.tally.counts, time.monotonic() - since, town.unfinished, balanced)


async def tell_now_and_then(town: Town) -> None:
    since = time.monotonic()
    while True:
        await asyncio.sleep(TELL_SECONDS)
        print(f"{time.monotonic() - since:5.0f} s: {town.written:,} messages typed", flush=True)


async def staff(town: Town) -> None:
    """Accounts for the agents, each at one screen; the first one looks at a second one too."""
    plan = town.plan
    emails = await asyncio.to_thread(hire, town.house, plan.agents)
    for number, email in enumerate(emails):
        chance = plan.chance(f"agent {number}")
        town.workers.append(
            Worker(
                town.address,
                email,
                PASSWORD,
                chance,
                town.tally,
                pause=plan.pause,
                lease_seconds=plan.lease_seconds,
            )
        )
    town.watchers.append(Screen(town.address, emails[0], PASSWORD, plan.chance("second screen"), town.tally))
    for screen in (*town.workers, *town.watchers):
        await screen.log_in()


def hire(house: Breakable, number: int) -> list[str]:
    agents = Agents(SqlUnits(house.engine, Hub(), SystemClock()), Hub(), demo=True)
    known = {account.agent.email for account in agents.accounts()}
    emails = [f"chaos-{place}@nordlicht.example" for place in range(number)]
    for email in emails:
        if email not in known:
            agents.add(email=email, name=email.title(), password=PASSWORD, role=Role.AGENT, language="de")
    return emails


def is_clean(outcome: Outcome) -> bool:
    return outcome.verdict.is_clean and outcome.balanced and not outcome.unfinished


def told(outcome: Outcome, most: int = 20) -> list[str]:
    """What is wrong, some of each kind."""
    lines = [*outcome.unfinished[:most], *(["the books do not balance"] if not outcome.balanced else [])]
    return lines + [f"{bar}: {what}" for bar, found in outcome.verdict.faults.items() for what in found[:most]]
