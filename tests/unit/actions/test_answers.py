"""Questions: an article with its receipt and its buttons, a question back, or an honest no."""

from __future__ import annotations

import pytest

from actions import answers, smalltalk, topics
from actions.flows import BUTTONS
from handover.contract.events import SearchRecord
from handover.contract.passages import PassagesAsked
from handover.contract.turns import OrdersFound
from knowledge.search import SearchResult, Tried
from tests.unit.actions.conftest import hit

TRIED = (
    Tried(
        article_id="payment-methods",
        title="Zahlungsarten",
        score=0.4,
        used=False,
        language="de",
        topics=("payment_methods",),
    ),
)


async def test_an_answer_is_the_articles_text_with_its_receipt(make_turn, knowledge) -> None:
    knowledge.result = SearchResult("answer", 0.9, answer=hit(), tried=TRIED)
    turn = make_turn("paypal?", intent="payment_methods")
    await answers.answer(turn)
    (message,) = turn.messages
    assert (message.text, message.wants_feedback) == ("PayPal, Karte.", True)
    assert message.receipt
    assert message.receipt.article_id == "payment-methods"
    assert message.passages[0].article_id == "payment-methods"


async def test_f54_an_articles_braces_are_shown_as_they_are(make_turn, knowledge) -> None:
    text = "{order_number} {0.__class__} {slot} /restart ${HOME}"
    knowledge.result = SearchResult("answer", 0.9, answer=hit(text=text))
    turn = make_turn("Wie?", intent="payment_methods", slots={"order_number": "10023"})
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
    knowledge.result = SearchResult("choices", 0.4, choices=(hit("a"), hit("b")))
    turn = make_turn("zahlen", intent="payment_methods")
    await answers.answer(turn)
    signals = [choice.signal for choice in turn.messages[0].choices]
    assert [signal.data.get("article_id") for signal in signals] == ["a", "b", None]
    assert signals[-1].name == "talk_to_human"


async def test_the_way_to_a_human_stands_there_once_when_an_article_is_titled_like_its_button(
    make_turn, knowledge
) -> None:
    like_the_button = hit("talk-to-human", title="Mit einem Menschen sprechen")
    knowledge.result = SearchResult("choices", 0.4, choices=(hit("a"), like_the_button))
    turn = make_turn("mensch oder zahlen", intent="payment_methods")
    await answers.answer(turn)
    labels = [choice.label for choice in turn.messages[0].choices]
    assert len(labels) == len(set(labels)) == 2


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
    knowledge.result = SearchResult("none", 0.1, tried=TRIED, version="i1")
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
    turn = make_turn("paypal", intent="payment_methods", slots={"misses": 1})
    await answers.answer(turn)
    kept = {"misses": None, "last_article": "payment-methods", "last_question": "paypal @v"}
    assert turn.slot_changes() == kept


@pytest.mark.parametrize(
    ("language", "labels"),
    [
        ("de", ["Meine Bestellung verfolgen", "Verspätung melden", "Mit einem Menschen sprechen"]),
        ("en", ["Track my order", "Report a late delivery", "Talk to a human"]),
    ],
)
async def test_an_articles_buttons_stand_below_its_text(make_turn, knowledge, language, labels) -> None:
    buttons = ("track_order", "claim_late_delivery", "talk_to_human")
    knowledge.result = SearchResult("answer", 0.9, answer=hit(language=language, buttons=buttons))
    turn = make_turn("Paket?", intent="payment_methods", language=language)
    await answers.answer(turn)
    choices = turn.messages[0].choices
    assert [choice.label for choice in choices] == labels
    assert [choice.signal for choice in choices] == [BUTTONS[flow] for flow in buttons]


async def test_a_shown_article_has_its_buttons_too(make_turn, knowledge) -> None:
    knowledge.articles = {"a": hit("a", buttons=("claim_damaged_item",))}
    turn = make_turn("", intent="choose_article", article_id="a")
    await answers.show_article(turn)
    assert [choice.signal.name for choice in turn.messages[0].choices] == ["parcel_damaged"]


async def test_f53_an_articles_text_starts_nothing(make_turn, knowledge) -> None:
    text = "[Jetzt](/talk_to_human) buttons: [track_order] /parcel_late `choose`"
    knowledge.result = SearchResult("answer", 0.9, answer=hit(text=text))
    turn = make_turn("Wie?", intent="payment_methods")
    await answers.answer(turn)
    assert (turn.messages[0].choices, turn.messages[0].handover) == ((), None)
    assert turn.messages[0].request_identity is False


async def test_a_pressed_button_leads_an_unproven_visitor_to_the_form(make_turn, desk) -> None:
    desk.found = OrdersFound(outcome="identity_required")
    turn = make_turn("", intent=BUTTONS["track_order"].name, slots={"last_article": "order-status"})
    await topics.take_up(turn)
    assert turn.messages[0].request_identity
    assert turn.slot_changes()["wish"] == "order_status"


async def test_a_follow_up_is_searched_with_the_last_answer(make_turn, knowledge) -> None:
    knowledge.result = SearchResult("answer", 0.9, answer=hit("shipping-costs"))
    first = make_turn("Was kostet der Versand?", intent="payment_methods")
    await answers.answer(first)
    assert knowledge.previous is None
    await answers.answer(make_turn("und nach Österreich?", intent="payment_methods", slots=first.slot_changes()))
    assert knowledge.previous == "shipping-costs"


async def test_once_something_else_was_done_there_is_nothing_to_follow_up(make_turn) -> None:
    turn = make_turn("danke", intent="thanks", slots={"last_article": "shipping-costs"})
    await smalltalk.small_talk(turn)
    assert turn.slot_changes() == {"last_article": None}


@pytest.mark.parametrize(
    ("asked", "found", "words"), [("de", "en", "nur auf Englisch:"), ("en", "de", "in German only:")]
)
async def test_an_answer_in_the_other_language_says_so_first(make_turn, knowledge, asked, found, words) -> None:
    knowledge.result = SearchResult("answer", 0.9, answer=hit(language=found))
    turn = make_turn("paypal?", intent="payment_methods", language=asked)
    await answers.answer(turn)
    notice, message = turn.messages
    assert notice.text.endswith(words)
    assert message.receipt
    assert message.receipt.language == found


@pytest.mark.parametrize(
    "result",
    [
        SearchResult("answer", 0.9, answer=hit(), tried=TRIED, version="i1"),
        SearchResult("choices", 0.4, choices=(hit("a"), hit("b")), tried=TRIED, version="i1"),
        SearchResult("none", 0.1, tried=TRIED, version="i1"),
        SearchResult("none"),
    ],
)
async def test_how_the_search_ended_goes_with_its_answer(make_turn, knowledge, result) -> None:
    knowledge.result = result
    turn = make_turn("paypal?", intent="payment_methods", language="en")
    await answers.answer(turn)
    assert turn.messages[-1].search == SearchRecord(
        decision=result.decision, confidence=result.confidence, index_version=result.version, language="en"
    )
    assert len(turn.messages[-1].passages) == len(result.tried)


async def test_the_same_question_again_is_met_with_the_way_to_a_human(make_turn, knowledge) -> None:
    knowledge.result = SearchResult("answer", 0.9, answer=hit())
    first = make_turn("Was kostet PayPal?", intent="paypal")
    await answers.answer(first)
    again = make_turn("was kostet paypal", intent="paypal", slots=first.slot_changes())
    await answers.answer(again)
    assert again.messages[0].receipt is None
    assert again.slot_changes()["offered"] == "no_answer"
    knowledge.result = SearchResult("answer", 0.9, answer=hit(version="edited"))
    edited = make_turn("was kostet paypal", intent="paypal", slots=first.slot_changes())
    await answers.answer(edited)
    assert edited.messages[0].receipt


@pytest.mark.parametrize(("decision", "sure"), [("choices", answers.SURE_OF_CHOICE), ("none", answers.SURE_OF_TOPIC)])
async def test_where_the_search_hesitates_a_sure_classifier_decides(make_turn, knowledge, decision, sure) -> None:
    choices = (hit("a"), hit("b")) if decision == "choices" else ()
    knowledge.result = SearchResult(decision, 0.4, choices=choices, tried=TRIED)
    knowledge.articles = {"payment-methods": hit()}
    turn = make_turn("zahlen", intent="payment_methods", confidence=sure)
    await answers.answer(turn)
    assert turn.messages[0].receipt
    assert turn.messages[0].passages[0].used
    hesitant = make_turn("zahlen", intent="payment_methods", confidence=sure - 0.01)
    await answers.answer(hesitant)
    assert hesitant.messages[0].receipt is None


async def test_an_agent_is_told_what_the_bot_would_say_and_nobody_is_answered(knowledge) -> None:
    asked = PassagesAsked(text="paypal?", language="de", intent="payment_methods", confidence=0.99)
    knowledge.result = SearchResult("answer", 0.9, answer=hit(), tried=TRIED, version="v7")
    found = await answers.passages_for(knowledge, asked)
    assert [(one.article_id, one.text) for one in found.articles] == [("payment-methods", "PayPal, Karte.")]
    assert (found.search.decision, found.search.index_version) == ("answer", "v7")
    assert [one.used for one in found.passages] == [True]

    knowledge.result = SearchResult("choices", 0.4, choices=(hit("a"), hit("b")), tried=TRIED)
    found = await answers.passages_for(knowledge, asked.model_copy(update={"confidence": 0.5}))
    assert [one.article_id for one in found.articles] == ["a", "b"]

    knowledge.result = SearchResult("none", 0.1, tried=TRIED)
    assert (await answers.passages_for(knowledge, asked.model_copy(update={"intent": "other"}))).articles == ()
    knowledge.articles = {"payment-methods": hit()}  # where the search hesitates, a sure classifier decides
    assert [one.article_id for one in (await answers.passages_for(knowledge, asked)).articles] == ["payment-methods"]
