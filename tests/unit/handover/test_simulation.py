"""`kulanz simulate`: people who are nobody come, talk, lose patience, rate and go, over the visitors' own socket."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from rich.console import Console

from handover.app import create_app
from handover.cli import DEMO, simulate
from handover.domain.pictures import size_of
from handover.gateways.rasa import MemoryBot
from handover.installation import Fail
from handover.launcher.services import free_port
from handover.services.demo import seed
from handover.services.demo_files import DemoFiles
from handover.services.ports import SystemClock
from handover.settings import Settings
from handover.simulation import town
from handover.simulation.photograph import photograph
from handover.simulation.stories import cast, load
from handover.simulation.tally import Diary, Record, summary
from handover.simulation.town import AT_ONCE, Plan, arrivals, is_demo_here
from handover.simulation.visitor import Pace
from tests.edges import AgentAtWork, House

FAST = 400.0
"""So many times faster than people: a minute is 150 ms."""
PLAYBOOK = load(DEMO / "stories.yaml")
CUSTOMERS = {customer.email: customer for customer in DemoFiles(DEMO, datetime.now(UTC), ZoneInfo("UTC")).customers()}


@pytest.fixture
def shop(house: House) -> House:
    """A house with the demo's customers; its bot repeats what it hears."""
    seed(house.desk.units, DEMO, SystemClock())
    return house


def run(house: House, visitors: int, minutes: float = 1.0, pace: Pace | None = None) -> Diary:
    diary = Diary(Console(file=None, quiet=True))
    plan = Plan(visitors, minutes, 7, pace or Pace(FAST))
    asyncio.run(asyncio.wait_for(town.simulate(house.url, DEMO, plan, diary), 60))
    return diary


SAYS = [
    "Hello, this is Anna. What is it about? Um welche Bestellung geht es?",
    "Is that all right, shall I send you a photo of it? Ist das in Ordnung?",
    "Anything else? Kann ich sonst noch etwas für Sie tun?",
    "Anything else? Kann ich sonst noch etwas für Sie tun?",
]


@contextmanager
def at_work(agent: AgentAtWork) -> Iterator[None]:
    """Somebody takes every case, and has something to say whenever the visitor has spoken."""
    over, said = threading.Event(), dict[str, int]()

    def work() -> None:
        while not over.is_set():
            with suppress(
                httpx.HTTPError
            ):  # the machine is busy, or the visitor has ended it since the list was asked for
                for row in agent.http.get("/api/conversations").json()["conversations"]:
                    serve(agent, row, said)
            time.sleep(0.03)

    worker = threading.Thread(target=work)
    worker.start()
    yield
    over.set()
    worker.join()


def serve(agent: AgentAtWork, row: dict[str, Any], said: dict[str, int]) -> None:
    if row["state"] == "waiting" and row["reason"]:
        agent.do(row["id"], "claim", force=True)
    elif row["state"] == "agent" and (said.get(row["id"], 0) == 0 or row["last_author"] == "visitor"):
        place = said[row["id"]] = said.get(row["id"], 0) + 1
        if place <= len(SAYS):
            agent.say(row["id"], row["ownership_version"], SAYS[place - 1])


def test_people_are_answered_have_something_to_say_and_go_with_a_rating(shop: House) -> None:
    anna = shop.agent("anna")
    with at_work(anna):
        diary = run(shop, 14, pace=Pace(40, wait=4000, answer=4000))
        rows = anna.http.get("/api/conversations").json()["conversations"]
    assert {one.ending for one in diary.records} <= {"talked to a person", "left a contact", "content with the bot"}
    talked = [one for one in diary.records if one.ending == "talked to a person"]
    assert len(talked) >= 10
    assert all(one.waits and len(one.answers) >= 2 for one in talked)
    assert any("human" in one.ratings for one in talked)
    assert not [row for row in rows if row["state"] == "waiting" and not row["contact"]]


def test_nobody_waits_for_ever_and_whoever_leaves_no_contact_leaves_the_queue(shop: House) -> None:
    diary = run(shop, 14)
    endings = {one.ending for one in diary.records}
    assert endings == {"gave up waiting", "left a contact", "content with the bot"}
    left = sum(one.ending == "left a contact" for one in diary.records)
    assert len(shop.desk.queue.places()) == left


def test_at_a_break_everybody_goes_home_and_leaves_an_empty_queue(shop: House) -> None:
    diary = Diary(Console(quiet=True))

    async def broken_off() -> None:
        async with asyncio.timeout(30):
            everybody = asyncio.create_task(town.simulate(shop.url, DEMO, Plan(6, 0.1, 3, Pace(100, wait=1e6)), diary))
            while len(shop.desk.queue.places()) < AT_ONCE:
                await asyncio.sleep(0.05)
            everybody.cancel()
            await asyncio.gather(everybody, return_exceptions=True)

    asyncio.run(broken_off())
    assert {one.ending for one in diary.records} >= {"left at the end"}
    assert not shop.desk.queue.places()


def test_the_same_seed_brings_the_same_people_at_the_same_time_and_another_one_others() -> None:
    def people(number: int) -> list[tuple[str, str, str]]:
        roles = cast(PLAYBOOK, CUSTOMERS, 30, random.Random(number))
        return [(role.story.name, role.customer.email, role.about) for role in roles]

    plan = Plan(30, 60, 5, Pace())
    assert people(5) == people(5) != people(6)
    assert arrivals(plan, random.Random(5)) == arrivals(plan, random.Random(5))
    assert arrivals(plan, random.Random(5))[:AT_ONCE] == [0.0] * AT_ONCE
    assert max(arrivals(plan, random.Random(5))) <= 3600


def test_every_story_comes_up_before_one_comes_twice_and_in_both_languages() -> None:
    roles = cast(PLAYBOOK, CUSTOMERS, len(PLAYBOOK.stories), random.Random(1))
    assert len({role.story.name for role in roles}) == len(PLAYBOOK.stories)
    many = cast(PLAYBOOK, CUSTOMERS, 60, random.Random(1))
    assert {role.language for role in many} == {"de", "en"}


@pytest.mark.parametrize("story", PLAYBOOK.stories, ids=lambda story: story.name)
def test_every_story_has_people_of_the_demo_and_words_that_fit_them(story: Any) -> None:
    for part in story.cast:
        [role] = cast(
            PLAYBOOK.model_copy(update={"stories": (story.model_copy(update={"cast": (part,)}),)}),
            CUSTOMERS,
            1,
            random.Random(1),
        )
        for texts in (role.lines.opens, role.lines.explains, role.lines.also):
            assert all(part.about in worded or "{" not in worded for worded in map(role.worded, texts))
        manners = PLAYBOOK.en if role.language == "en" else PLAYBOOK.de
        assert all(role.worded(text) for reply in manners.replies for text in reply.says)


def test_a_photograph_is_a_picture_of_its_size() -> None:
    assert size_of("image/png", photograph(random.Random(1))) == (320, 240)


def test_a_house_that_is_no_demo_of_this_machine_is_left_alone_unless_one_insists(
    settings: Settings, shop: House
) -> None:
    assert is_demo_here(shop.url)
    assert not is_demo_here("https://help.example.com")
    assert not is_demo_here("http://127.0.0.1:1")
    real = settings.model_copy(update={"demo": False, "port": free_port()})
    with House(create_app(real, bot=MemoryBot()), real) as house:
        assert not is_demo_here(house.url)
    with pytest.raises(Fail, match="--yes"):
        simulate(url="https://help.example.com")


def test_the_table_tells_waits_answers_and_ratings() -> None:
    records = [
        Record("A", "x", "talked to a person", [10.0], [3.0, 5.0], {"human": 4}),
        Record("B", "x", "gave up waiting"),
        Record("C", "x", "talked to a person", [30.0], [4.0], {"human": 5, "bot": 2}),
    ]
    assert summary(records) == [
        ("talked to a person", "2"),
        ("gave up waiting", "1"),
        ("wait for a person", "median 20 s, longest 30 s, of 2"),
        ("wait for an answer", "median 4 s, longest 5 s, of 3"),
        ("rating of the bot", "2.0 of 5, from 1"),
        ("rating of the human", "4.5 of 5, from 2"),
    ]
