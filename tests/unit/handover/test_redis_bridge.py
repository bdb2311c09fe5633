"""Two desk processes on one database: what is committed in one reaches the sockets of both, with Redis and without."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from copy import copy
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import Engine

from handover.app import create_app
from handover.contract.frames import PostMessage
from handover.contract.turns import BotMessage, TurnReply, TurnRequest, Understanding
from handover.gateways.rasa import MemoryBot
from handover.launcher.services import free_port
from handover.realtime import follower, turn_runner
from handover.realtime.follower import Follower
from handover.realtime.hub import Hub
from handover.services.conversations import Conversations
from handover.services.duty import LASTS, Duty
from handover.services.following import Following
from handover.services.outbox import BUSY, Outbox
from handover.services.ports import Mail
from handover.services.turns import Tenure, TurnElsewhere, Turns
from handover.settings import Settings
from handover.store.unit_of_work import SqlUnits
from tests import stack
from tests.edges import SECRET, House
from tests.redis_server import PROGRAM, RedisServer
from tests.unit.handover.front_desk import FrontDesk, Notebook, TurnedClock
from tests.unit.handover.test_hub import agent_seat, publication, visitor_seat
from tests.visitor import Visitor

MAIL = Mail("erika@example.org", "Ihr Code", "123456")
SECONDS = 20.0
"""Within which something must come about. It does in milliseconds; a loaded machine may take its time."""


until = partial(stack.until, seconds=SECONDS, pause=0.02)


# --- two whole processes, as far as sockets can tell ---------------------------------------------------------------


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    if PROGRAM is None:
        pytest.skip("no redis-server on this machine")
    with RedisServer() as server:
        yield server


@pytest.fixture
def database(postgresql_engine: Engine) -> str:
    """Several processes are for PostgreSQL."""
    return postgresql_engine.url.render_as_string(hide_password=False)


class Pair:
    """Two desks on one database that hear of each other through Redis alone."""

    def __init__(self, database: str, redis: RedisServer, folder: Path) -> None:
        self.redis = redis
        self.bots = [MemoryBot(), MemoryBot()]
        self.houses = [self._house(database, folder, bot) for bot in self.bots]

    def _house(self, database: str, folder: Path, bot: MemoryBot) -> House:
        ports = {"port": free_port(), "rasa_port": free_port(), "actions_port": free_port()}
        settings = Settings(
            data_dir=folder, database_url=database, redis_url=self.redis.url, channel_secret=SECRET, demo=True, **ports
        )
        return House(create_app(settings, bot=bot), settings)

    @property
    def asked(self) -> list[str | None]:
        return [request.text for bot in self.bots for request in bot.asked]

    def wait_until_joined(self) -> None:
        """Each has told the other one something."""
        until(lambda: all(house.app.state.hub.tell_others.__self__.carries for house in self.houses))


@pytest.fixture
def pair(database: str, redis: RedisServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    monkeypatch.setattr(follower, "LOOK_SECONDS", 1.0)  # what got lost is looked for more often than in real life
    monkeypatch.setattr(turn_runner, "LOOK_AGAIN", 1.0)
    pair = Pair(database, redis, tmp_path)
    with ExitStack() as open_houses:
        for house in pair.houses:
            open_houses.enter_context(house)
        pair.wait_until_joined()
        yield pair


@pytest.fixture
def visitor(pair: Pair) -> Iterator[Visitor]:
    """At the first house."""
    with Visitor(pair.houses[0].url, "en") as visitor:
        yield visitor


def beside(visitor: Visitor, house: House) -> Visitor:
    """The same visitor in another tab, with a socket at this house."""
    tab = copy(visitor)
    tab.url, tab.events = house.url, list(visitor.events)
    tab._http = httpx.Client(base_url=house.url, headers={"Origin": house.url}, timeout=10)
    tab.connect()
    return tab


def says(text: str) -> Callable[[dict[str, Any]], bool]:
    return lambda frame: frame["type"] == "event" and frame["event"]["data"].get("text") == text


def test_a_talk_between_visitor_and_agent_at_different_processes_is_whole(pair: Pair, visitor: Visitor) -> None:
    anna = pair.houses[1].agent("anna")
    visitor.send(type="request_human", client_id=uuid4().hex)
    anna.receive("event", lambda frame: frame["event"]["data"]["type"] == "handover.requested")
    claimed = anna.do(visitor.conversation_id, "claim").json()["summary"]
    assert claimed["visitor_online"]
    visitor.receive_until(lambda frame: frame["type"] == "event" and frame["event"]["actor"]["kind"] == "agent", 5)
    for number in range(5):
        visitor.say(f"question {number}")
        anna.receive("event", says(f"question {number}"))
        anna.say(visitor.conversation_id, claimed["ownership_version"], f"answer {number}")
        visitor.receive_until(says(f"answer {number}"))
    numbers = [event["number"] for event in visitor.events]
    assert numbers == sorted(set(numbers))


def test_typing_reading_and_presence_pass_between_processes(pair: Pair, visitor: Visitor) -> None:
    anna = pair.houses[1].agent("anna")
    visitor.send(type="typing", on=True)
    assert anna.receive("typing_shown")["conversation_id"] == visitor.conversation_id
    visitor.send(type="read", number=1)
    anna.receive("read_shown", lambda frame: frame["number"] == 1)
    visitor._socket.close()
    anna.receive("presence", lambda frame: not frame["online"])
    visitor.connect()
    anna.receive("presence", lambda frame: frame["online"])


def test_a_process_that_joins_later_knows_who_sits_at_the_others(
    pair: Pair, visitor: Visitor, database: str, tmp_path: Path
) -> None:
    with pair._house(database, tmp_path, MemoryBot()) as third:
        until(lambda: third.app.state.hub.visitor_online(visitor.conversation_id))
        until(lambda: pair.houses[1].app.state.hub.visitor_online(visitor.conversation_id))
    assert pair.houses[1].app.state.hub.visitor_online(visitor.conversation_id)


def test_who_sat_at_a_process_that_ends_is_away_until_they_are_back(pair: Pair, visitor: Visitor) -> None:
    hub: Hub = pair.houses[1].app.state.hub
    until(lambda: hub.visitor_online(visitor.conversation_id))
    pair.houses[0].__exit__(None, None, None)
    until(lambda: not hub.visitor_online(visitor.conversation_id))
    with beside(visitor, pair.houses[1]):
        assert hub.visitor_online(visitor.conversation_id)


def test_f44_while_redis_is_dead_and_after_it_comes_back_empty_nothing_is_lost_or_done_twice(
    pair: Pair, visitor: Visitor
) -> None:
    anna = pair.houses[1].agent("anna")
    visitor.ask("before")
    anna.receive("event", says("You said: before"))
    pair.redis.kill()
    assert visitor.ask("while it is dead")["data"]["text"] == "You said: while it is dead"
    anna.receive("event", says("You said: while it is dead"))
    pair.redis.start()
    pair.wait_until_joined()
    visitor.ask("after")
    anna.receive("event", says("You said: after"))
    assert pair.asked == ["before", "while it is dead", "after"]
    assert texts(visitor, "bot") == ["You said: before", "You said: while it is dead", "You said: after"]


def test_f04_what_a_process_committed_before_it_could_tell_anybody_reaches_the_sockets_of_the_others(
    pair: Pair, visitor: Visitor
) -> None:
    """The dead process is a unit of work whose publisher tells nobody."""
    engine = pair.houses[0].app.state.engine
    dead = Conversations(SqlUnits(engine, Notebook(), pair.houses[0].app.state.desk.conversations._unit.clock))
    dead.post_visitor_message(visitor.conversation_id, PostMessage(client_id=uuid4().hex, text="my last words"))
    visitor.receive_until(says("my last words"))
    visitor.receive_until(says("You said: my last words"), 30)
    assert pair.asked == ["my last words"]


def test_f28_f33_a_case_whose_agent_fell_silent_goes_back_once_though_both_processes_look(
    pair: Pair, visitor: Visitor
) -> None:
    anna = pair.houses[1].agent("anna")
    visitor.send(type="request_human", client_id=uuid4().hex)
    anna.receive("event", lambda frame: frame["event"]["data"]["type"] == "handover.requested")
    anna.do(visitor.conversation_id, "claim").raise_for_status()
    handovers = [house.app.state.desk.handovers for house in pair.houses]
    with handovers[0]._unit() as unit:
        unit.conversations.renew_leases(anna.id, unit.now)  # her machine died a lease ago
    expired = in_a_race(*(desk.expire_leases for desk in handovers for _ in range(3)))
    visitor.receive_until(lambda frame: frame["type"] == "event" and requeued(frame["event"]))
    visitor.send(type="request_human", client_id=uuid4().hex)
    visitor.receive_until(lambda frame: frame["type"] == "error")
    assert sum(map(requeued, visitor.events)) == 1
    assert sum(expired) <= 1


def requeued(event: dict[str, Any]) -> bool:
    return bool(event["data"]["type"] == "conversation.requeued")


def test_messages_that_both_processes_write_at_once_are_seen_in_order_everywhere(pair: Pair, visitor: Visitor) -> None:
    """The same visitor has a tab at each process, and an agent sits at each."""
    agents = [house.agent("anna") for house in pair.houses]
    with beside(visitor, pair.houses[1]) as tab:
        with ThreadPoolExecutor(2) as both:
            list(both.map(lambda one: [one.say(f"message {number}") for number in range(8)], (visitor, tab)))
        for one in (visitor, tab):
            one.receive_until(lambda _, one=one: len(texts(one, "bot")) == 16, SECONDS)
        assert visitor.events == tab.events
        last = visitor.events[-1]["number"]
        for agent in agents:
            numbers = [0]
            while numbers[-1] < last:
                numbers.append(agent.receive("event")["event"]["number"])
            assert numbers[1:] == list(range(numbers[1], last + 1))
    assert len(pair.asked) == 16


def texts(visitor: Visitor, kind: str) -> list[str]:
    said = (event for event in visitor.events if event["data"]["type"] == "message.posted")
    return [event["data"]["text"] for event in said if event["actor"]["kind"] == kind]


# --- what is not told, or not in order -----------------------------------------------------------------------------


class Listening:
    """A hub with one visitor and one agent, and a follower that reads the desk's log for it."""

    def __init__(self, desk: FrontDesk, conversation_id: str) -> None:
        self.hub = Hub()
        seat, self.visitor = visitor_seat(conversation_id)
        watcher, self.agent = agent_seat()
        self.hub.seat_visitor(seat)
        self.hub.seat_agent(watcher)
        self.follower = Follower(Following(desk.units), self.hub, lambda: True)
        self.hub.missed = self.follower.want

    def numbers_at(self, wire: Any) -> list[int]:
        return [number for _, number in wire.numbers]

    def agent_numbers(self) -> list[int]:
        return [
            int(sent.text.partition('"number":')[2].partition(",")[0])
            for sent in self.agent.sent
            if '"event"' in sent.text
        ]


async def test_publications_in_the_wrong_order_are_put_right_from_the_log(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    for text in ("one", "two", "three"):
        desk.write(conversation_id, text)
    first, *later = desk.notebook.publications
    listening = Listening(desk, conversation_id)
    for published in (first, *reversed(later)):
        listening.hub.fan_out(published)
    await listening.follower._read_wanted()
    listening.hub.fan_out(later[0])
    numbers = [stored.event.number for published in desk.notebook.publications for stored in published.events]
    assert listening.agent_numbers() == numbers
    assert listening.numbers_at(listening.visitor) == numbers


async def test_a_look_finds_what_nobody_told_of_and_tells_it_once(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    listening = Listening(desk, conversation_id)
    desk.write(conversation_id, "one")
    for _ in range(2):
        await listening.follower._look()
        await listening.follower._read_wanted()
    assert listening.agent_numbers() == [1, 2]
    desk.clock.turn(seconds=90)
    desk.write(conversation_id, "two")
    await listening.follower._look()
    await listening.follower._read_wanted()
    assert listening.agent_numbers() == [1, 2, 3]


async def test_what_nobody_here_listens_to_is_not_read(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    hub = Hub()
    follower = Follower(Following(desk.units), hub, lambda: True)
    await follower._look()
    assert not follower._wanted
    assert hub.told(conversation_id) == 1


def test_a_log_that_begins_later_than_expected_is_told_all_the_same() -> None:
    """What was forgotten of it is never looked for again and again."""
    hub, wanted = Hub(), []
    seat, wire = visitor_seat()
    hub.seat_visitor(seat)
    hub.missed = wanted.append
    log = publication([True] * 5)
    hub.fan_out(log._replace(events=log.events[:1]))
    hub.fan_out(log._replace(events=log.events[3:]))
    assert wanted == ["one"]
    hub.fan_out(log._replace(events=log.events[3:]), is_whole=True)
    assert [number for _, number in wire.numbers] == [1, 4, 5]


def test_typing_while_redis_is_gone_is_for_this_process_alone() -> None:
    hub, told = Hub(), []
    hub.tell_others = told.append
    seat, wire = visitor_seat()
    hub.seat_visitor(seat)
    hub.show_typing("one", "bot", on=True)
    assert len(wire.sent) == 1
    assert [passing.kind for passing in told] == ["seated", "typing"]


# --- what only one process may do -----------------------------------------------------------------------------------


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def units(engine: Engine, clock: TurnedClock) -> SqlUnits:
    return SqlUnits(engine, Notebook(), clock)


def in_a_race(*work: Callable[[], Any]) -> list[Any]:
    """All at the same moment, each in a thread of its own."""
    start = threading.Barrier(len(work))

    def run(one: Callable[[], Any]) -> Any:
        start.wait(10)
        return one()

    with ThreadPoolExecutor(len(work)) as crowd:
        return list(crowd.map(run, work))


def test_a_lease_has_one_holder_until_it_is_given_back_or_its_time_is_over(units: SqlUnits, clock: TurnedClock) -> None:
    def take(holder: str) -> bool:
        with units() as unit:
            return unit.leases.take("turn:one", holder, unit.now, unit.now + timedelta(seconds=5))

    assert [take("a"), take("b"), take("a")] == [True, False, True]
    clock.turn(seconds=6)
    assert [take("b"), take("a")] == [True, False]
    with units() as unit:
        unit.leases.give_back("a", "turn:one")
        unit.leases.give_back("b", "turn:one")
    assert sum(in_a_race(*(lambda holder=holder: take(holder) for holder in "abcdefgh"))) == 1


def test_the_duty_is_taken_over_within_ten_seconds_of_the_death_of_its_holder(
    units: SqlUnits, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now)
    done: list[str] = []
    one, other = Duty(units, "one"), Duty(units, "other")
    for duty in (one, other):
        duty.renew()
    for name, duty in (("one", one), ("other", other)):
        duty.only(lambda name=name: done.append(name))()
    assert done == ["one"]
    clock.turn(seconds=LASTS.total_seconds())
    now += LASTS.total_seconds()
    other.renew()
    assert (one.is_mine, other.is_mine) == (False, True)
    one.renew()
    assert not one.is_mine


class SlowServer:
    """A mail server that takes its time; `die` is what happens to the process that sends."""

    def __init__(self, *, dies: bool = False) -> None:
        self.received: list[Mail] = []
        self._dies = dies

    def send(self, mail: Mail) -> None:
        if self._dies:
            raise SystemExit
        time.sleep(0.02)
        self.received.append(mail)


def test_f33_mails_that_racing_processes_send_go_out_once(units: SqlUnits) -> None:
    server = SlowServer()
    with units() as unit:
        for _ in range(10):
            unit.mails.add(MAIL, unit.now)
    sent = in_a_race(*(Outbox(units, server).send_due for _ in range(4)))
    assert (sum(sent), len(server.received)) == (10, 10)


def test_a_mail_whose_process_died_is_sent_by_another_one_later(units: SqlUnits, clock: TurnedClock) -> None:
    server = SlowServer()
    with units() as unit:
        unit.mails.add(MAIL, unit.now)
    with pytest.raises(SystemExit):
        Outbox(units, SlowServer(dies=True)).send_due()
    assert Outbox(units, server).send_due() == 0
    clock.turn(seconds=BUSY.total_seconds())
    assert Outbox(units, server).send_due() == 1


def test_a_turn_is_taken_by_one_process_and_by_another_when_that_one_dies(desk: FrontDesk) -> None:
    lasts = timedelta(seconds=8)
    one, other = (Turns(desk.units, Tenure(name, lasts)) for name in ("one", "other"))
    conversation_id = desk.visit()
    number = desk.write(conversation_id, "hello")
    assert one.next(conversation_id).answers == number
    with pytest.raises(TurnElsewhere):
        other.next(conversation_id)
    desk.clock.turn(seconds=lasts.total_seconds())
    assert other.next(conversation_id).answers == number


def test_a_turn_that_is_answered_or_dropped_is_free_at_once(desk: FrontDesk) -> None:
    one, other = (Turns(desk.units, Tenure(name, timedelta(seconds=8))) for name in ("one", "other"))
    conversation_id = desk.visit()
    desk.write(conversation_id, "hello")
    one.next(conversation_id)
    one.drop_all()
    turn = other.next(conversation_id)
    other.accept(turn, TurnReply(messages=(BotMessage(text="hi"),), understanding=Understanding()), 1)
    assert other.next(conversation_id) is None
    assert one.next(conversation_id) is None


def test_f44_two_processes_that_are_both_woken_ask_the_bot_once(pair: Pair, visitor: Visitor) -> None:
    """Whatever Redis does: the lease stands in the database."""
    slow = threading.Event()

    def answer(request: TurnRequest) -> TurnReply:
        slow.wait(0.2)
        return TurnReply(messages=(BotMessage(text=f"once: {request.text}"),), understanding=Understanding())

    for bot in pair.bots:
        bot.answer = answer
    for number in range(5):
        visitor.say(f"question {number}")
        for house in pair.houses:
            loop = house.app.state.hub._loop
            loop.call_soon_threadsafe(house.app.state.hub.bot_asked, visitor.conversation_id)
    visitor.receive_until(says("once: question 4"))
    assert sorted(pair.asked) == [f"question {number}" for number in range(5)]
