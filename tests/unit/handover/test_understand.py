"""What `kulanz understand` reads from the bot's replies."""

from __future__ import annotations

import pytest

from handover.contract.events import IntentGuess, PassageTried, Receipt, SearchRecord
from handover.contract.turns import BotMessage, OfferedChoice, Signal, TurnReply, TurnRequest
from handover.contract.turns import Understanding as Read
from handover.gateways.rasa import MemoryBot
from handover.services.conversations import Conversations
from handover.services.ports import BotUnavailable
from handover.understand import Understanding, decision, in_words, topic
from tests.unit.handover.shop_floor import ShopFloor

RECEIPT = Receipt(article_id="paypal", language="de", title="PayPal", version="v", passage=0, score=0.9)
CHOICES = (OfferedChoice(label="A", signal=Signal(name="choose_article", data={"article_id": "a"})),)
SEARCHED = SearchRecord(decision="none", confidence=0.1, index_version="i", language="de")


def reply(
    *intents: str, slots: dict | None = None, found: tuple[tuple[str, float], ...] = (), **message: object
) -> TurnReply:
    guesses = tuple(IntentGuess(name=name, confidence=0.9 - place / 10) for place, name in enumerate(intents))
    passages = tuple(
        PassageTried(article_id=one, title=one, score=score, used=False, topics=(one.replace("-", "_"),))
        for one, score in found
    )
    said = BotMessage(text="…", passages=passages, **message)
    return TurnReply(messages=(said,), understanding=Read(intents=guesses, slots=slots or {}))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (reply("talk_to_human", handover="visitor_wish"), "human"),
        (reply("order_status", request_identity=True), "flow"),
        (reply("cancel_subscription", slots={"wish": "cancel_subscription"}), "flow"),
        (reply("paypal", receipt=RECEIPT), "answer"),
        (reply("paypal", choices=CHOICES), "choices"),
        (reply("nlu_fallback", search=SEARCHED), "none"),
        (reply("out_of_scope"), "none"),
        (reply("thanks"), "flow"),
    ],
)
def test_the_decision_is_what_the_visitor_gets(given: TurnReply, expected: str) -> None:
    assert decision(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (reply("paypal"), "paypal"),
        (reply("my_subscription"), "plans_overview"),
        (reply("greet", "paypal"), None),
        (reply("out_of_scope", "paypal"), None),
        (reply("battery", "paypal", found=(("paypal", 0.9), ("battery", 0.3))), "paypal"),
        (reply("battery", "paypal", found=(("paypal", 0.4), ("battery", 0.39))), "battery"),
        (reply("nlu_fallback", found=(("refund-status", 0.6), ("paypal", 0.5))), "refund_status"),
        (reply("nlu_fallback", "greet", "paypal"), "paypal"),
        (reply("nlu_fallback"), None),
    ],
)
def test_the_topic_is_what_classifier_and_search_together_find_likeliest(
    given: TurnReply, expected: str | None
) -> None:
    assert topic(given) == expected


async def test_the_messages_of_a_line_are_one_conversation(sqlite_engine) -> None:
    floor = ShopFloor(sqlite_engine)
    bot = MemoryBot(lambda _: reply("paypal", receipt=RECEIPT))
    read = await Understanding(Conversations(floor.unit), bot).line("Was kostet der Versand?\tund Paypal?", None)
    assert len({asked.context.conversation_id for asked in bot.asked}) == 1
    assert (read["text"], read["language"], read["decision"]) == ("und Paypal?", "de", "answer")
    assert [one["text"] for one in read["before"]] == ["Was kostet der Versand?"]


async def test_each_message_tells_its_language_and_anger(sqlite_engine) -> None:
    floor = ShopFloor(sqlite_engine)
    understanding = Understanding(Conversations(floor.unit), MemoryBot(lambda _: reply("complaint")))
    english = await understanding.line("This is outrageous, the worst service ever!!!", None)
    assert (english["language"], english["wants_human"]) == ("en", False)
    assert english["angry"] > 0.5
    assert "complaint" in in_words(english)


async def test_a_bot_that_fails_is_told_and_never_an_answer(sqlite_engine) -> None:
    def fail(_: TurnRequest) -> TurnReply:
        raise BotUnavailable

    floor = ShopFloor(sqlite_engine)
    read = await Understanding(Conversations(floor.unit), MemoryBot(fail)).line("hallo", "de")
    assert (read["decision"], read["intent"]) == ("none", None)
    assert read["error"]
