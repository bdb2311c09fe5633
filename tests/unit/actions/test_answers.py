"""Questions: an article with its receipt, a question back, or an honest no."""

from __future__ import annotations

import pytest

from actions import answers
from knowledge.search import SearchResult, Tried
from tests.unit.actions.conftest import hit

TRIED = (Tried(article_id="payment-methods", title="Zahlungsarten", score=0.4, used=False),)


async def test_an_answer_is_the_articles_text_with_its_receipt(make_turn, knowledge) -> None:
    knowledge.result = SearchResult("answer", 0.9, answer=hit(), tried=TRIED)
    turn = make_turn("paypal?", intent="ask_knowledge")
    await answers.answer(turn)
    (message,) = turn.messages
    assert (message.text, message.wants_feedback) == ("PayPal, Karte.", True)
    assert message.receipt
    assert message.receipt.article_id == "payment-methods"
    assert message.passages[0].article_id == "payment-methods"


async def test_f54_an_articles_braces_are_shown_as_they_are(make_turn, knowledge) -> None:
    text = "{order_number} {0.__class__} {slot} /restart ${HOME}"
    knowledge.result = SearchResult("answer", 0.9, answer=hit(text=text))
    turn = make_turn("Wie?", intent="ask_knowledge", slots={"order_number": "10023"})
    await answers.answer(turn)
    assert turn.messages[0].text == text


@pytest.mark.parametrize("text", ["?", "😀😀", "...", "👍 !"])
async def test_what_holds_no_word_is_no_question_without_an_answer(make_turn, text) -> None:
    turn = make_turn(text, intent="nlu_fallback", slots={"misses": 1})
    await answers.answer(turn)
    assert "in ein paar Worten" in turn.messages[0].text
    assert turn.messages[0].choices
    assert turn.messages[0].handover is None


async def test_two_likely_articles_are_asked_back_with_buttons(make_turn, knowledge) -> None:
    knowledge.result = SearchResult("ask_back", 0.4, choices=(hit("a"), hit("b")))
    turn = make_turn("zahlen", intent="ask_knowledge")
    await answers.answer(turn)
    signals = [choice.signal for choice in turn.messages[0].choices]
    assert [signal.data.get("article_id") for signal in signals] == ["a", "b", None]
    assert signals[-1].name == "talk_to_human"


async def test_a_chosen_article_is_shown(make_turn, knowledge) -> None:
    knowledge.articles = {"a": hit("a")}
    turn = make_turn("", intent="choose_article", article_id="a")
    await answers.show_article(turn)
    assert turn.messages[0].receipt


async def test_an_article_taken_down_since_is_said_to_be_gone(make_turn) -> None:
    turn = make_turn("", intent="choose_article", article_id="a")
    await answers.show_article(turn)
    assert turn.messages[0].choices[-1].signal.name == "talk_to_human"


async def test_without_an_answer_the_bot_says_so_and_offers_a_human(make_turn, knowledge) -> None:
    knowledge.result = SearchResult("unknown", tried=TRIED)
    turn = make_turn("xyz", intent="nlu_fallback")
    await answers.answer(turn)
    assert turn.messages[0].handover is None
    assert turn.messages[0].choices[0].signal.data == {"reason": "no_answer"}
    assert turn.messages[0].passages[0].used is False
    assert turn.slot_changes() == {"offered": "no_answer", "misses": 1}


async def test_the_second_miss_in_a_row_calls_a_human(make_turn) -> None:
    turn = make_turn("xyz", intent="nlu_fallback", slots={"misses": 1, "offered": "no_answer"})
    await answers.answer(turn)
    assert turn.messages[0].handover == "no_answer"
    assert turn.slot_changes()["misses"] is None


async def test_an_answer_in_between_begins_the_count_anew(make_turn, knowledge) -> None:
    knowledge.result = SearchResult("answer", 0.9, answer=hit())
    turn = make_turn("paypal", intent="ask_knowledge", slots={"misses": 1})
    await answers.answer(turn)
    assert turn.slot_changes() == {"misses": None}
