"""The bot's turns: one at a time per conversation, cut when late, honest when they fail, resumed after a restart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from handover.contract.base import Actor
from handover.contract.events import CreditGranted, Event
from handover.contract.frames import PostMessage
from handover.contract.turns import BotMessage, TurnReply, TurnRequest, Understanding
from handover.domain.agent import Agent, Role
from handover.realtime.hub import Hub
from handover.realtime.turn_runner import PARALLEL, TurnRunner
from handover.services.agents import Agents
from handover.services.conversations import Conversations
from handover.services.ports import BotUnavailable, SystemClock
from handover.services.routing import Handovers
from handover.services.turns import Turns
from handover.store.engine import make_engine
from handover.store.migrate import upgrade
from handover.store.unit_of_work import SqlUnits

TIMEOUT = 0.5


def reply(*texts: str) -> TurnReply:
    return TurnReply(messages=tuple(BotMessage(text=text) for text in texts), understanding=Understanding())


class Bot:
    """Answers as it is told to, and counts how many turns of a conversation run at once."""

    def __init__(self, answer: Callable[[TurnRequest], Awaitable[TurnReply]]) -> None:
        self.answer = answer
        self.asked: list[str] = []
        self.at_work: dict[str, int] = {}
        self.most_at_once = 0
        self.most_in_all = 0

    async def take_turn(self, request: TurnRequest) -> TurnReply:
        conversation_id = request.context.conversation_id
        self.asked.append(request.text or "")
        self.at_work[conversation_id] = self.at_work.get(conversation_id, 0) + 1
        self.most_at_once = max(self.most_at_once, self.at_work[conversation_id])
        self.most_in_all = max(self.most_in_all, sum(self.at_work.values()))
        try:
            return await self.answer(request)
        finally:
            self.at_work[conversation_id] -= 1


async def echo(request: TurnRequest) -> TurnReply:
    return reply(f"You said: {request.text}")


class Floor:
    """Services on a real database, and a runner that is woken by the hub."""

    def __init__(self, path: Path) -> None:
        engine = make_engine(f"sqlite:///{path / 'kulanz.db'}")
        upgrade(engine)
        self.hub = Hub()
        self.unit = SqlUnits(engine, self.hub, SystemClock())
        self.conversations = Conversations(self.unit)
        self.handovers = Handovers(self.unit, timedelta(seconds=60))
        self.turns = Turns(self.unit)
        self.typing: list[bool] = []

    def show_typing(self, _conversation_id: str, *, on: bool) -> None:
        self.typing.append(on)

    def start(self) -> str:
        return self.conversations.start("en", None).conversation_id

    def say(self, conversation_id: str, text: str) -> int:
        return self.conversations.post_visitor_message(conversation_id, PostMessage(client_id=uuid4().hex, text=text))

    def events(self, conversation_id: str) -> list[Event]:
        return self.conversations.public_events(conversation_id, 0)

    def said_by_bot(self, conversation_id: str) -> list[str]:
        return [
            e.data.text
            for e in self.events(conversation_id)
            if e.actor.kind == "bot" and e.data.type == "message.posted"
        ]

    def types(self, conversation_id: str) -> list[str]:
        return [event.data.type for event in self.events(conversation_id)]

    @asynccontextmanager
    async def running(self, bot: Bot) -> AsyncIterator[TurnRunner]:
        runner = TurnRunner(self.turns, self.conversations, bot, self.show_typing, timeout=TIMEOUT)
        self.hub.start()
        self.hub.bot_asked = runner.wake
        task = asyncio.create_task(runner.run())
        try:
            yield runner
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await runner.stop()
            self.hub.stop()


@pytest.fixture
def floor(tmp_path: Path) -> Floor:
    return Floor(tmp_path)


async def until(what: Callable[[], object], seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while not what():
            await asyncio.sleep(0.01)


async def test_a_message_is_answered_and_the_bot_is_shown_writing(floor: Floor) -> None:
    conversation_id = floor.start()
    async with floor.running(Bot(echo)):
        floor.say(conversation_id, "hello there")
        await until(lambda: floor.said_by_bot(conversation_id) == ["You said: hello there"])
        await until(lambda: floor.typing == [True, False])


async def test_messages_of_one_conversation_are_answered_in_order_and_never_side_by_side(floor: Floor) -> None:
    async def slow(request: TurnRequest) -> TurnReply:
        await asyncio.sleep(0.02)
        return reply(request.text or "")

    bot = Bot(slow)
    conversation_id = floor.start()
    texts = [f"message number {number}" for number in range(8)]
    async with floor.running(bot):
        for text in texts:
            floor.say(conversation_id, text)
        await until(lambda: len(floor.said_by_bot(conversation_id)) == len(texts))
    assert floor.said_by_bot(conversation_id) == bot.asked == texts
    assert bot.most_at_once == 1


async def test_conversations_run_side_by_side_but_not_without_bound(floor: Floor) -> None:
    async def slow(_request: TurnRequest) -> TurnReply:
        await asyncio.sleep(0.05)
        return reply("done")

    bot = Bot(slow)
    ids = [floor.start() for _ in range(PARALLEL + 4)]
    for conversation_id in ids:
        floor.say(conversation_id, "please answer")
    async with floor.running(bot):
        await until(lambda: all(floor.said_by_bot(conversation_id) for conversation_id in ids), 20)
    assert bot.most_in_all == PARALLEL


async def test_f35_a_turn_that_hangs_is_cut_and_the_next_one_waits_for_it(floor: Floor) -> None:

    async def hang_once(request: TurnRequest) -> TurnReply:
        if request.text == "first question":
            await asyncio.sleep(300)
        return reply("second answer")

    bot = Bot(hang_once)
    conversation_id = floor.start()
    async with floor.running(bot):
        floor.say(conversation_id, "first question")
        floor.say(conversation_id, "second question")
        await until(lambda: floor.said_by_bot(conversation_id) == ["second answer"], TIMEOUT + 3)
    assert floor.types(conversation_id).count("bot.failed") == 1
    assert bot.most_at_once == 1


async def down(_request: TurnRequest) -> TurnReply:
    raise BotUnavailable("down")


async def silent(_request: TurnRequest) -> TurnReply:
    return reply()


async def blank(_request: TurnRequest) -> TurnReply:
    return reply("  ", "")


async def broken(_request: TurnRequest) -> TurnReply:
    raise RuntimeError("a fault of our own")


@pytest.mark.parametrize("answer", [down, silent, blank, broken])
async def test_f38_f39_a_bot_that_gives_no_answer_is_told_honestly_once(
    floor: Floor, answer: Callable[[TurnRequest], Awaitable[TurnReply]]
) -> None:
    conversation_id = floor.start()
    bot = Bot(answer)
    async with floor.running(bot):
        number = floor.say(conversation_id, "is anybody there?")
        await until(lambda: "bot.failed" in floor.types(conversation_id))
        await asyncio.sleep(0.1)
    failed = [event.data for event in floor.events(conversation_id) if event.data.type == "bot.failed"]
    assert [each.message_number for each in failed] == [number]
    assert len(bot.asked) == 1
    assert floor.typing[-1] is False


async def test_a_silent_turn_is_fine_when_its_credit_card_speaks_for_it(floor: Floor) -> None:
    granted = CreditGranted(reference="K-1", amount_cents=500, currency="EUR", reason="late_delivery", subject="10023")

    async def grant(request: TurnRequest) -> TurnReply:
        def book() -> None:
            with floor.unit() as unit:
                unit.append(request.context.conversation_id, Actor(kind="bot"), granted)

        await asyncio.to_thread(book)
        return reply()

    conversation_id = floor.start()
    async with floor.running(Bot(grant)):
        floor.say(conversation_id, "my parcel came late")
        await until(lambda: not floor.turns.owed())
    assert floor.types(conversation_id)[-1] == "credit.granted"


async def test_f04_what_was_owed_at_the_last_stop_is_taken_up_at_the_start(floor: Floor) -> None:
    """The process ended after the commit, before anybody was told."""
    conversation_id = floor.start()
    floor.say(conversation_id, "said before the restart")
    async with floor.running(Bot(echo)):
        await until(lambda: floor.said_by_bot(conversation_id) == ["You said: said before the restart"])


async def test_a_turn_cut_by_a_shutdown_stays_owed(floor: Floor) -> None:
    async def hang(_request: TurnRequest) -> TurnReply:
        await asyncio.sleep(300)
        return reply("never")

    bot = Bot(hang)
    conversation_id = floor.start()
    async with floor.running(bot):
        floor.say(conversation_id, "and then the power went off")
        await until(lambda: bot.asked)
    assert floor.turns.owed() == [conversation_id]
    assert "bot.failed" not in floor.types(conversation_id)


async def test_f25_a_reply_that_comes_after_an_agent_took_over_is_never_written(floor: Floor) -> None:
    go_on = asyncio.Event()

    async def late(_request: TurnRequest) -> TurnReply:
        await go_on.wait()
        return reply("too late")

    bot = Bot(late)
    conversation_id = floor.start()
    anna = Agents(floor.unit, floor.hub, demo=False).add(
        email="anna@shop.example", name="Anna", password="twelve letters", role=Role.AGENT, language="en"
    )
    async with floor.running(bot) as runner:
        floor.say(conversation_id, "a hard question")
        await until(lambda: bot.asked)
        take_over(floor, anna, conversation_id)
        go_on.set()
        await until(lambda: not runner._tasks)
    assert floor.said_by_bot(conversation_id) == []
    assert floor.types(conversation_id)[-1] == "conversation.claimed"


def take_over(floor: Floor, anna: Agent, conversation_id: str) -> None:
    floor.conversations.request_human(conversation_id, uuid4().hex)
    floor.handovers.claim(anna, conversation_id)
