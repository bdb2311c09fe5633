"""While people talk the bot goes on reading: for the staff alone, at most once a text, and never in anybody's way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handover.contract.events import BotUnderstood, EntityFound, Event, IntentGuess
from handover.contract.frames import PostMessage
from handover.contract.passages import ArticleFound
from handover.contract.turns import BotMessage, Understanding
from handover.domain.agent import Role
from handover.gateways.passages import MemoryPassages
from handover.realtime.hub import Hub
from handover.realtime.listener import PARALLEL, Listener
from handover.services.agents import Agents
from handover.services.conversations import Conversations
from handover.services.listening import FRESH, Listening
from handover.services.ports import BotUnavailable, SystemClock
from handover.services.routing import Handovers
from handover.store.engine import make_engine
from handover.store.migrate import upgrade
from handover.store.unit_of_work import SqlUnits
from tests.unit.handover.front_desk import ANNA, FrontDesk

ARTICLE = ArticleFound(
    article_id="payment_methods",
    language="de",
    title="Zahlungsarten",
    text="PayPal.",
    version="v",
    passage=0,
    score=0.8,
)
PAYMENT = Understanding(
    intents=(IntentGuess(name="payment_methods", confidence=0.9),),
    entities=(EntityFound(entity="order_number", value="10023"),),
)


class Parser:
    """Reads as it is told to, and counts how many texts it reads at once."""

    def __init__(self) -> None:
        self.read_texts: list[str] = []
        self.at_work = self.most_at_once = 0
        self.seconds = 0.0
        self.is_down = False
        self.found = PAYMENT

    async def read(self, _conversation_id: str, text: str) -> Understanding:
        self.read_texts.append(text)
        if self.is_down:
            raise BotUnavailable("switched off")
        self.at_work += 1
        self.most_at_once = max(self.most_at_once, self.at_work)
        try:
            await asyncio.sleep(self.seconds)
        finally:
            self.at_work -= 1
        return self.found


class Floor:
    """Services on a real database, a hub, and a listener that it wakes."""

    def __init__(self, path: Path) -> None:
        engine = make_engine(f"sqlite:///{path / 'kulanz.db'}")
        upgrade(engine)
        self.hub, self.parser, self.search = Hub(), Parser(), MemoryPassages(ARTICLE)
        self.unit = SqlUnits(engine, self.hub, SystemClock())
        self.conversations = Conversations(self.unit)
        self.handovers = Handovers(self.unit, timedelta(seconds=60))
        agents = Agents(self.unit, self.hub, demo=False)
        self.agent = agents.add(
            email="anna@shop.example", name="Anna", password="a long password", role=Role.AGENT, language="de"
        )

    def with_anna(self) -> str:
        conversation_id = self.conversations.start("de", None).conversation_id
        self.conversations.request_human(conversation_id, uuid4().hex)
        self.handovers.claim(self.agent, conversation_id, force=True)
        return conversation_id

    def say(self, conversation_id: str, text: str) -> int:
        return self.conversations.post_visitor_message(conversation_id, PostMessage(client_id=uuid4().hex, text=text))

    def events(self, conversation_id: str) -> list[Event]:
        return self.conversations.staff_events(conversation_id, 0)

    def readings(self, conversation_id: str) -> list[BotUnderstood]:
        return [event.data for event in self.events(conversation_id) if isinstance(event.data, BotUnderstood)]

    @asynccontextmanager
    async def listening(self, seconds: float = 3.0) -> AsyncIterator[Listener]:
        listener = Listener(Listening(self.unit), self.parser, self.search, seconds=seconds)
        self.hub.start()
        self.hub.person_written_to = listener.wake
        try:
            yield listener
        finally:
            await listener.stop()
            self.hub.stop()


@pytest.fixture
def floor(tmp_path: Path) -> Floor:
    return Floor(tmp_path)


async def until(what: Callable[[], object], seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while not what():
            await asyncio.sleep(0.01)


async def test_what_a_visitor_writes_to_a_person_is_read_for_the_staff_alone(floor: Floor) -> None:
    conversation_id = floor.with_anna()
    async with floor.listening():
        number = floor.say(conversation_id, "Kann ich mit PayPal zahlen?")
        await until(lambda: floor.readings(conversation_id))
    (read,) = floor.readings(conversation_id)
    assert (read.message_number, read.aside, read.intents, read.entities) == (
        number, True, PAYMENT.intents, PAYMENT.entities,
    )  # fmt: skip
    assert read.search is not None
    assert read.search.decision == "answer"
    assert (floor.search.asked[0].intent, floor.search.asked[0].language) == ("payment_methods", "de")
    public = floor.conversations.public_events(conversation_id, 0)
    assert "bot.understood" not in [event.data.type for event in public]
    assert "bot" not in [event.actor.kind for event in public]


async def test_it_reads_for_whoever_waits_too_and_what_was_said_just_before_the_call(floor: Floor) -> None:
    conversation_id = floor.conversations.start("de", None).conversation_id
    first = floor.say(conversation_id, "Meine Maschine tropft")
    async with floor.listening():
        floor.conversations.request_human(conversation_id, uuid4().hex)
        await until(lambda: [read.message_number for read in floor.readings(conversation_id)] == [first])
        second = floor.say(conversation_id, "Hallo?")
        await until(lambda: len(floor.readings(conversation_id)) == 2)
    assert floor.readings(conversation_id)[1].message_number == second


async def test_a_parser_that_is_down_leaves_no_trace_and_delays_nobody(floor: Floor) -> None:
    conversation_id = floor.with_anna()
    floor.parser.is_down = True
    async with floor.listening():
        before = len(floor.events(conversation_id))
        floor.say(conversation_id, "eins")
        await until(lambda: floor.parser.read_texts)
        assert len(floor.events(conversation_id)) == before + 1
        floor.parser.is_down = False
        floor.say(conversation_id, "zwei")
        await until(lambda: len(floor.readings(conversation_id)) == 2)  # the first one is fresh enough
    assert floor.parser.read_texts == ["eins", "zwei", "eins"]


async def test_a_late_parser_is_cut_and_a_search_that_is_down_costs_only_the_passages(floor: Floor) -> None:
    conversation_id = floor.with_anna()
    floor.parser.seconds = 5
    async with floor.listening(seconds=0.1):
        floor.say(conversation_id, "eins")
        await until(lambda: floor.parser.read_texts and not floor.parser.at_work)
        assert floor.readings(conversation_id) == []
        floor.parser.seconds, floor.search.is_down = 0, True
        floor.say(conversation_id, "zwei")
        await until(lambda: floor.readings(conversation_id))
    read = floor.readings(conversation_id)[0]
    assert (read.intents, read.passages, read.search) == (PAYMENT.intents, (), None)


async def test_it_reads_one_text_of_a_conversation_at_a_time_the_newest_first_each_once_and_few_in_all(
    floor: Floor,
) -> None:
    ids = [floor.with_anna() for _ in range(PARALLEL + 2)]
    floor.parser.seconds = 0.05
    async with floor.listening():
        for conversation_id in ids:
            for text in ("eins", "zwei", "drei"):
                floor.say(conversation_id, text)
        await until(lambda: all(len(floor.readings(one)) == 3 for one in ids), seconds=20)
    assert floor.parser.most_at_once <= PARALLEL
    assert len(floor.parser.read_texts) == 3 * len(ids)
    assert [read.message_number for read in floor.readings(ids[0])][-1] < floor.readings(ids[0])[0].message_number + 3


async def test_small_talk_is_read_and_not_searched_for(floor: Floor) -> None:
    conversation_id = floor.with_anna()
    floor.parser.found = Understanding(intents=(IntentGuess(name="thanks", confidence=0.9),))
    async with floor.listening():
        floor.say(conversation_id, "Danke!")
        await until(lambda: floor.readings(conversation_id))
    assert floor.search.asked == []
    assert floor.readings(conversation_id)[0].search is None


# --- what is written, and what never is ------------------------------------------------------------------------------


def heard(desk: FrontDesk, conversation_id: str) -> bool:
    listening = Listening(desk.units)
    unread = listening.next(conversation_id)
    return unread is not None and listening.note(unread, PAYMENT, None, 7)


def test_a_masked_text_a_press_and_an_old_text_are_not_read(desk: FrontDesk) -> None:
    conversation_id, _ = desk.claimed()
    desk.identify(conversation_id, "erika.lindner@example.org")
    desk.write(conversation_id, "123456")  # looks like the code that the form waits for
    assert Listening(desk.units).next(conversation_id) is None
    desk.write(conversation_id, "Wo ist mein Paket?")
    desk.clock.turn(seconds=FRESH.total_seconds() + 1)
    assert Listening(desk.units).next(conversation_id) is None


def test_what_the_bot_has_in_mind_stays_when_a_person_was_read_along(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    desk.write(conversation_id, "Wo ist Bestellung 10023?")
    slots = {"wish": "order_status", "order_number": "10023"}
    desk.answer(
        conversation_id,
        BotMessage(text="Ich hole jemanden.", handover="needs_person"),
        understanding=Understanding(slots=slots),
    )
    version = desk.handovers.claim(ANNA, conversation_id).ownership_version
    desk.write(conversation_id, "Und mit PayPal?")
    assert heard(desk, conversation_id)
    desk.handovers.return_to_bot(
        ANNA, conversation_id, ownership_version=version, outcome="solved", summary="Erledigt."
    )
    turn = desk.turns.next(conversation_id)
    assert turn is not None
    assert turn.request.slots == slots


def test_a_reading_that_comes_after_the_bot_has_the_word_again_is_dropped(desk: FrontDesk) -> None:
    conversation_id, version = desk.claimed()
    desk.write(conversation_id, "Kann ich mit PayPal zahlen?")
    listening = Listening(desk.units)
    unread = listening.next(conversation_id)
    assert unread is not None
    desk.handovers.close(ANNA, conversation_id, ownership_version=version, outcome="solved")
    before = desk.types(conversation_id)
    assert not listening.note(unread, PAYMENT, None, 7)
    assert desk.types(conversation_id) == before


def test_a_reading_moves_neither_the_owner_nor_what_is_unread(desk: FrontDesk) -> None:
    conversation_id, version = desk.claimed()
    desk.write(conversation_id, "Kann ich mit PayPal zahlen?")
    before = desk.handovers.opened(ANNA, conversation_id).summary
    assert heard(desk, conversation_id)
    after = desk.handovers.opened(ANNA, conversation_id).summary
    assert (after.owner_id, after.ownership_version, after.unread) == (ANNA.id, version, before.unread)


ACTS = ["write", "read", "read twice", "close", "call", "claim", "answer"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from(ACTS), max_size=14))
def test_there_is_never_more_than_one_reading_a_text_whatever_happens(desk: FrontDesk, acts: list[str]) -> None:
    conversation_id = desk.visit()
    listening = Listening(desk.units)
    for act in acts:
        do(desk, listening, conversation_id, act)
    log = desk.events(conversation_id)
    readings = [event.data.message_number for event in log if isinstance(event.data, BotUnderstood)]
    texts = {event.number for event in log if event.data.type == "message.posted" and event.actor.kind == "visitor"}
    assert len(readings) == len(set(readings))
    assert set(readings) <= texts


def do(desk: FrontDesk, listening: Listening, conversation_id: str, act: str) -> None:
    summary = desk.handovers.opened(ANNA, conversation_id).summary
    mine = summary.state == "agent"
    if act == "write":
        desk.write(conversation_id, "Kann ich mit PayPal zahlen?")
    elif act in ("read", "read twice") and (unread := listening.next(conversation_id)):
        listening.note(unread, PAYMENT, None, 1)
        if act == "read twice":
            assert not listening.note(unread, PAYMENT, None, 1)
    elif act == "call" and summary.state in ("bot", "closed"):
        desk.ask_for_human(conversation_id)
    elif act == "claim" and summary.state == "waiting":
        desk.handovers.claim(ANNA, conversation_id, force=True)
    elif act == "close" and mine:
        desk.handovers.close(ANNA, conversation_id, ownership_version=summary.ownership_version, outcome="solved")
    elif act == "answer" and desk.turns.next(conversation_id):
        desk.answer(conversation_id, BotMessage(text="…"), understanding=PAYMENT)
