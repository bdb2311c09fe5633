"""What is said around a concern, and messages that hold none."""

from __future__ import annotations

import pytest

from actions import answers, smalltalk
from handover.contract.selfservice import AccountFound
from tests.unit.actions.conftest import said


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(
    "intent",
    ["greet", "goodbye", "thanks", "bot_challenge", "insult", "dissatisfied", "small_talk", "noise", "other_language"],
)
async def test_everything_around_a_concern_is_answered_in_kind(make_turn, intent, language) -> None:
    turn = make_turn("asdf", intent=intent, language=language)
    await smalltalk.small_talk(turn)
    assert said(turn) == turn.wording(f"small_talk.{intent}")


@pytest.mark.parametrize("intent", ["insult", "dissatisfied", "bot_challenge"])
async def test_who_is_at_odds_with_the_bot_is_shown_the_way_to_a_human(make_turn, intent) -> None:
    turn = make_turn("du bist dumm", intent=intent)
    await smalltalk.small_talk(turn)
    assert turn.messages[0].choices[0].signal.name == "talk_to_human"


async def test_who_was_not_helped_and_is_still_not_helped_gets_a_human(make_turn) -> None:
    first = make_turn("das hilft mir nicht", intent="dissatisfied")
    await smalltalk.small_talk(first)
    assert not any(message.handover for message in first.messages)
    second = make_turn("hilft mir immer noch nicht", intent="dissatisfied", slots=first.slot_changes())
    await smalltalk.small_talk(second)
    assert second.messages[-1].handover == "no_answer"


ODD = [
    ("🤷", "answer.wordless"),
    ("👍👍👍", "answer.wordless"),
    ("!!!???", "answer.wordless"),
    ("123456789", "odd.number"),
    ("2 + 2 = 4", "odd.number"),
    ("DE89 3704 0044 0532 0130 00", "odd.bank_data"),
    ("meine iban ist de89370400440532013000", "odd.bank_data"),
    ("4242 4242 4242 4242", "odd.bank_data"),
    ("こんにちは、荷物はどこですか", "small_talk.other_language"),
    ("مرحبا اين طلبي", "small_talk.other_language"),
    ("Здравствуйте, где мой заказ?", "small_talk.other_language"),
]


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(("text", "key"), ODD)
async def test_a_message_without_a_question_gets_a_sentence_of_its_own(make_turn, text, key, language) -> None:
    """However it was understood: as noise, or not at all."""
    for intent, action in (("noise", smalltalk.small_talk), ("nlu_fallback", answers.answer)):
        turn = make_turn(text, intent=intent, language=language)
        await action(turn)
        assert said(turn) == turn.wording(key)


@pytest.mark.parametrize("text", ["Wo ist mein Paket?", "test", "ok", "RE-2006", "Größe M 12345 auf Lager?", "Ćevapi"])
async def test_what_may_be_a_question_is_looked_up(make_turn, text) -> None:
    assert not smalltalk.meet_oddity(make_turn(text))


@pytest.mark.parametrize(("trust", "asked"), [("none", True), ("claimed", True), ("code", False)])
async def test_a_mail_address_alone_opens_the_form_for_it(make_turn, trust, asked) -> None:
    turn = make_turn("erika.lindner@example.org", intent="inform")
    turn.context = turn.context.model_copy(update={"trust": trust})
    await answers.answer(turn)
    assert turn.messages[0].request_identity == asked
    assert "erika" not in said(turn)


async def test_noise_twice_in_a_row_is_offered_a_human_but_not_handed_over(make_turn) -> None:
    slots = {}
    for time, key in enumerate(["small_talk.noise", "answer.wordless", "answer.wordless"]):
        turn = make_turn("asdf", intent="noise", slots=slots)
        await smalltalk.small_talk(turn)
        assert said(turn) == turn.wording(key), time
        assert turn.messages[0].handover is None
        slots = turn.slot_changes()


async def test_ten_thousand_characters_without_an_answer_are_told_to_be_too_much(make_turn) -> None:
    turn = make_turn("Es begab sich aber zu der Zeit. " * 320, intent="nlu_fallback")
    await answers.answer(turn)
    assert said(turn) == turn.wording("odd.too_long")
    assert turn.messages[0].choices[0].signal.name == "talk_to_human"


@pytest.mark.parametrize(
    ("language", "text", "answer"),
    [
        ("de", "können wir auf Deutsch weitermachen", "ab jetzt auf Deutsch"),
        ("en", "English please", "in English from"),
    ],
)
async def test_who_asks_for_the_language_that_is_spoken_now_gets_a_plain_yes(make_turn, language, text, answer) -> None:
    turn = make_turn(text, intent="other_language", language=language)
    await smalltalk.small_talk(turn)
    assert answer in said(turn)


async def test_what_was_open_is_asked_again_in_the_language_they_asked_for(make_turn) -> None:
    open_wish = {"wish": "upgrade_plan", "wish_text": "größeres Abo"}
    turn = make_turn("in English please", intent="other_language", language="en", slots=open_wish)
    turn.desk.known = AccountFound(outcome="identity_required")
    await smalltalk.small_talk(turn)
    assert turn.messages[-1].request_identity
