"""Faults of the network, each by itself, at a desk with real sockets."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from handover.app import create_app
from handover.gateways.rasa import MemoryBot
from handover.realtime.line import Limits
from handover.settings import Settings
from tests.chaos.agents import Screen
from tests.chaos.life import Reader
from tests.chaos.proxy import Proxy
from tests.chaos.town import Plan, is_clean, play
from tests.chaos.visitors import Habits, Tab, open_conversation
from tests.chaos.wire import Address, Client, Tally, until
from tests.edges import PASSWORD, House
from tests.unit.handover.front_desk import FrontDesk

PATIENCE = 60.0
HABITS = Habits(messages=0, pause=0.01, trusts_bots=0.0)


class InThread:
    """A desk without other processes, as `play` wants it."""

    def __init__(self, house: House) -> None:
        self.url, self.port = house.url, int(house.url.rpartition(":")[2])
        self.engine: Engine = house.app.state.engine
        self.processes: dict[str, int] = {}
        self.database_faults: dict[str, Callable[[float], Awaitable[None]]] = {}
        self._desk = house.desk

    def is_whole(self) -> bool:
        return True

    def books_balance(self) -> bool:
        return not self._desk.credits.reconcile()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A whole town writes from one address, and quicker than people do."""
    return settings.model_copy(update={"limit_factor": 1000.0})


async def test_f01_a_network_that_drops_all_the_time_loses_doubles_and_mixes_nothing(house: House) -> None:
    """Two seconds of every five, scaled down; both sides write all the time."""
    plan = Plan(
        seed=1,
        messages=120,
        seconds=40,
        visitors=2,
        agents=2,
        places=2,
        pause=0.1,
        longest=40,
        calm=(1.0, 1.4),  # long enough to get back to work, on however slow a machine
        trouble=(0.3, 0.6),
        naps=False,
        faults=frozenset({"network down"}),
    )
    outcome = await play(InThread(house), plan)
    assert is_clean(outcome), outcome
    assert outcome.faults["network down"]


@asynccontextmanager
async def pages(house: House, proxy: Proxy, number: int = 1, *, apart: bool = False) -> AsyncIterator[list[Tab]]:
    """So many open pages behind the proxy, of one conversation or each of its own."""
    address, tally = Address(house.url, proxy.port), Tally()
    opener = Client(address, random.Random(7), tally)
    opened = [await open_conversation(opener, "en") for _ in range(number if apart else 1)]
    tabs = [
        Tab(address, opened[place % len(opened)], HABITS, f"tab {place}", random.Random(place), tally)
        for place in range(number)
    ]
    lines = [asyncio.create_task(tab.stay_connected()) for tab in tabs]
    try:
        assert await until(lambda: all(tab.log.events for tab in tabs), PATIENCE)
        yield tabs
    finally:
        for tab in tabs:
            await tab.leave()
        await asyncio.gather(*lines)
        for client in (opener, *tabs):
            await client.http.aclose()


class TestSuspended:
    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(ping=0.2, silence=0.6)

    async def test_f02_who_wakes_up_at_a_dead_socket_resumes_by_number(self, house: House) -> None:
        agent = await asyncio.to_thread(house.agent)
        async with Proxy(InThread(house).port) as proxy, pages(house, proxy) as [tab]:
            await tab.call_human()
            version = (await asyncio.to_thread(agent.do, tab.opened.conversation_id, "claim")).json()["summary"][
                "ownership_version"
            ]
            assert await until(lambda: tab.state == "agent", PATIENCE)
            held, online = list(tab.log.events), house.app.state.hub.visitor_online
            proxy.deafen()
            assert await until(lambda: not online(tab.opened.conversation_id), PATIENCE)  # the desk noticed
            for number in range(3):
                await asyncio.to_thread(agent.say, tab.opened.conversation_id, version, f"Are you there? {number}")
            assert tab.log.events == held
            await tab.hang_up()  # the widget's own clock says that nothing was heard for too long
            assert await until(lambda: len(tab.log.events) == len(held) + 3, PATIENCE)
            assert tab.log.events[: len(held)] == held
            assert tab.tally.counts["resyncs"] == 0


async def test_f09_what_became_of_the_conversation_while_a_side_was_away_is_shown_too(house: House) -> None:
    agent = await asyncio.to_thread(house.agent)
    async with Proxy(InThread(house).port) as proxy, pages(house, proxy) as [tab]:
        conversation_id = tab.opened.conversation_id
        await tab.call_human()
        proxy.is_down = True
        proxy.cut()
        claimed = await asyncio.to_thread(agent.do, conversation_id, "claim")
        version = claimed.json()["summary"]["ownership_version"]
        closing = {"ownership_version": version, "outcome": "solved"}
        (await asyncio.to_thread(lambda: agent.do(conversation_id, "close", **closing))).raise_for_status()
        assert tab.state == "waiting"
        proxy.is_down = False
        assert await until(lambda: tab.state == "closed", PATIENCE)


@given(orders=st.lists(st.lists(st.integers(0, 20), max_size=20), max_size=4))
@hypothesis_settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_f10_events_that_arrive_late_doubled_and_in_any_order_are_shown_once_and_in_order(
    sqlite_engine: Engine, orders: list[list[int]]
) -> None:
    desk = FrontDesk(sqlite_engine)
    conversation_id = desk.visit()
    reader = Reader(conversation_id, sees_all=False)
    desk.units.publisher = type("Bell", (), {"publish": lambda _, publication: reader.tell(publication)})()
    reader.come_back(desk)
    for number, order in enumerate(orders or [[]]):
        for text_ in ("eins", "zwei", "drei"):
            desk.write(conversation_id, f"{text_} {number}")
        reader.receive(order, desk)
    assert reader.events == desk.conversations.public_events(conversation_id, 0)


async def test_f18_everybody_is_back_after_a_restart_and_can_write(app: FastAPI, settings: Settings) -> None:
    """A small crowd; `make bench` measures a large one."""
    async with Proxy(settings.port) as proxy:
        async with running(House(app, settings)) as house:
            crowd = pages(house, proxy, 25, apart=True)
            tabs = await crowd.__aenter__()
        async with running(House(create_app(settings, bot=MemoryBot()), settings)):
            await asyncio.gather(*(tab.write("I am back.") for tab in tabs))
            assert all(one.number and one.refused is None for tab in tabs for one in tab.typed)
            assert await until(lambda: all(tab.log.last >= tab.typed[0].number for tab in tabs), PATIENCE)
            await crowd.__aexit__(None, None, None)


@asynccontextmanager
async def running(house: House) -> AsyncIterator[House]:
    await asyncio.to_thread(house.__enter__)
    try:
        yield house
    finally:
        await asyncio.to_thread(house.__exit__, None, None, None)


async def test_f20_two_tabs_and_two_screens_show_the_same_talk(house: House) -> None:
    agent = await asyncio.to_thread(house.agent)
    async with Proxy(InThread(house).port) as proxy, pages(house, proxy, 2) as tabs:
        conversation_id, address = tabs[0].opened.conversation_id, tabs[0].address
        screens = [Screen(address, agent_email(house), PASSWORD, random.Random(n), Tally()) for n in range(2)]
        for screen in screens:
            await screen.log_in()
        lines = [asyncio.create_task(screen.stay_connected()) for screen in screens]
        await tabs[0].call_human()
        claimed = await asyncio.to_thread(agent.do, conversation_id, "claim")
        version = claimed.json()["summary"]["ownership_version"]
        for screen in screens:
            await screen.catch_up(screen.follow(conversation_id))

        async def write(tab: Tab) -> None:
            for number in range(10):
                await tab.write(f"{tab.name}: {number}")

        async def answer() -> None:
            for number in range(10):
                await asyncio.to_thread(agent.say, conversation_id, version, f"answer {number}")

        await asyncio.gather(answer(), *(write(tab) for tab in tabs))
        events = house.desk.conversations.staff_events(conversation_id, 0)
        everything = [event.number for event in events]
        public = [event.number for event in events if event.data.audience == "all"]
        assert len(public) >= 30
        logs = [tab.log for tab in tabs], [screen.logs[conversation_id] for screen in screens]
        shown = lambda: [[[event["number"] for event in log.events] for log in side] for side in logs]  # noqa: E731
        assert await until(lambda: shown() == [[public] * 2, [everything] * 2], PATIENCE), shown()
        agent.receive("event", lambda frame: frame["event"]["number"] == everything[-1])  # a full line closes slowly
        for screen in screens:
            await screen.leave()
            await screen.http.aclose()
        await asyncio.gather(*lines)


def agent_email(house: House) -> str:
    return house.desk.agents.accounts()[0].agent.email
