"""Three next steps at most, each with what it comes from and a way to begin it; none only after the end."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from handover.contract.dossier import NextStep, StepAct
from handover.contract.events import EntityFound, IntentGuess, PassageTried, SearchRecord
from handover.contract.frames import GiveFeedback
from handover.contract.passages import PassagesFound
from handover.contract.turns import BotMessage, Understanding
from handover.services.listening import Listening
from handover.services.next_steps import AT_MOST
from tests.unit.handover.front_desk import ANNA, FrontDesk, fresh_id, passage
from tests.unit.handover.test_dossier import ERIKA, SEARCH, case, fill_shop, meant  # noqa: F401 -- a fixture

FITS = PassageTried(article_id="payment_methods", title="Zahlungsarten", score=0.8, used=True)


def steps(desk: FrontDesk, conversation_id: str) -> dict[str, NextStep]:
    found = desk.dossiers.build(ANNA, conversation_id).next_steps
    assert 1 <= len(found) <= AT_MOST
    return {step.key: step for step in found}


def asked(
    desk: FrontDesk, conversation_id: str, text: str, *, fits: bool = True, intent: str = "payment_methods"
) -> int:
    """A question to a person that the bot has read along."""
    number = desk.write(conversation_id, text)
    listening = Listening(desk.units)
    unread = listening.next(conversation_id)
    assert unread is not None
    search = SearchRecord(decision="answer", confidence=0.8, index_version="v", language="de")
    found = PassagesFound(search=search, passages=(FITS,)) if fits else None
    listening.note(unread, Understanding(intents=(IntentGuess(name=intent, confidence=0.9),)), found, 1)
    return number


def test_the_open_proposal_comes_first_with_the_rule_behind_it(desk: FrontDesk, case: str) -> None:  # noqa: F811
    first = desk.dossiers.build(ANNA, case).next_steps[0]
    assert (first.key, first.because.params) == ("step.decide_proposal", {"rule": "limit.bot"})
    assert first.act == StepAct(kind="section", target="proposal#d1")


def test_a_late_order_says_how_late_and_opens_in_the_dossier(desk: FrontDesk, case: str) -> None:  # noqa: F811
    step = steps(desk, case)["step.look_at_order"]
    assert (step.because.key, step.because.params) == ("why.order_late.other", {"days": 5})
    assert step.act == StepAct(kind="section", target="orders#10023")


def test_a_question_that_an_article_answers_is_answered_from_it(desk: FrontDesk) -> None:
    conversation_id, _ = desk.claimed()
    number = asked(desk, conversation_id, "Kann ich mit PayPal zahlen?")
    step = steps(desk, conversation_id)["step.answer_from_article"]
    assert step.params == {"title": "Zahlungsarten"}
    assert step.because.params == {"message_number": number}
    assert step.act == StepAct(kind="draft", target="payment_methods")


def test_what_the_bot_has_told_already_is_no_step(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    desk.write(conversation_id, "Kann ich mit PayPal zahlen?")
    told = BotMessage(text="Ja.", passages=(FITS,), search=SEARCH.model_copy(update={"decision": "answer"}))
    desk.answer(conversation_id, told, understanding=meant("payment_methods"))
    desk.ask_for_human(conversation_id)
    assert "step.answer_from_article" not in steps(desk, conversation_id)


def test_the_honest_fallback_names_the_open_question(desk: FrontDesk) -> None:
    desk.add_customer()
    conversation_id, version = desk.claimed()
    desk.prove_as(conversation_id, ERIKA)
    number = asked(desk, conversation_id, "Wie laut ist\n die Klingel?", fits=False, intent="nlu_fallback")
    (step,) = desk.dossiers.build(ANNA, conversation_id).next_steps
    assert (step.key, step.params) == ("step.answer_open", {"question": "Wie laut ist die Klingel?"})
    assert step.act == StepAct(kind="jump", target=str(number))
    words = {"ownership_version": version, "text": "Sehr leise."}
    desk.handovers.post_message(ANNA, conversation_id, client_id=fresh_id(), **words)
    (step,) = desk.dossiers.build(ANNA, conversation_id).next_steps
    assert (step.key, step.because.key, step.act) == ("step.wait", "why.all_answered", None)


def test_once_it_is_over_nothing_is_to_be_answered_but_a_proposal_is_to_be_decided(desk: FrontDesk, case: str) -> None:  # noqa: F811
    asked_last, _ = desk.claimed()
    desk.write(asked_last, "Nein danke, das war alles.")
    assert desk.dossiers.build(ANNA, asked_last).next_steps
    for over in (asked_last, case):
        desk.conversations.end(over, fresh_id())
    assert desk.dossiers.build(ANNA, asked_last).next_steps == ()
    assert set(steps(desk, case)) == {"step.decide_proposal"}


def test_a_step_before_the_answer_leaves_the_open_question_in_sight(desk: FrontDesk) -> None:
    conversation_id, _ = desk.claimed()
    desk.write(conversation_id, "Wo ist mein Paket?")
    assert list(steps(desk, conversation_id)) == ["step.prove_identity", "step.answer_open"]


def test_who_asks_in_general_is_not_made_to_prove_who_they_are(desk: FrontDesk) -> None:
    conversation_id, _ = desk.claimed()
    asked(desk, conversation_id, "Kann ich mit PayPal zahlen?")
    assert "step.prove_identity" not in steps(desk, conversation_id)
    desk.write(conversation_id, "Wo ist 10023?")
    listening = Listening(desk.units)
    unread = listening.next(conversation_id)
    assert unread is not None
    listening.note(unread, Understanding(entities=(EntityFound(entity="order_number", value="10023"),)), None, 1)
    step = steps(desk, conversation_id)["step.prove_identity"]
    assert (step.because.key, step.because.params["order_number"]) == ("why.order_unproven", "10023")


def test_an_answer_that_did_not_help_is_a_step_until_a_person_has_spoken(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    number = desk.write(conversation_id, "Wo bleibt mein Paket?")
    told = BotMessage(text="Meist drei Tage.", wants_feedback=True, passages=(passage("delivery"),))
    desk.answer(conversation_id, told, understanding=meant("delivery_time"))
    answer = next(event for event in desk.events(conversation_id) if getattr(event.data, "wants_feedback", False))
    desk.ratings.give_feedback(
        conversation_id, GiveFeedback(client_id=fresh_id(), message_number=answer.number, helpful=False)
    )
    desk.ask_for_human(conversation_id)
    step = steps(desk, conversation_id)["step.answer_question"]
    assert step.act == StepAct(kind="jump", target=str(number))


def test_an_angry_last_word_is_met_first_and_only_while_it_is_unanswered(desk: FrontDesk) -> None:
    conversation_id, version = desk.claimed()
    desk.write(conversation_id, "Das ist eine FRECHHEIT, so ein Saftladen! Ich bin stinksauer!!")
    assert "step.calm_down" in steps(desk, conversation_id)
    words = {"ownership_version": version, "text": "Das tut mir leid."}
    desk.handovers.post_message(ANNA, conversation_id, client_id=fresh_id(), **words)
    assert "step.calm_down" not in steps(desk, conversation_id)


SOURCE = Path(__file__).parents[3] / "handover"
KEYS = sorted(
    set(re.findall(r'"((?:step|why)\.[a-z_]+)"', (SOURCE / "services" / "next_steps.py").read_text(encoding="utf-8")))
    - {"why.policy"}  # worded by its rule
)


BUILT = ["step.contact.callback", "step.contact.mail"] + [
    f"why.order_{how}.{form}" for how in ("late", "overdue") for form in ("one", "other")
]


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_step_and_every_reason_has_words(language: str) -> None:
    words = json.loads((SOURCE / "desk" / "src" / "locales" / f"{language}.json").read_text(encoding="utf-8"))
    assert len(KEYS) > 15
    assert [key for key in (*KEYS, *BUILT) if key not in words] == []
