"""Subscriptions and outages with the real bot: which one, one yes, questions in between, and what is not theirs."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest

from handover.contract.events import DocumentRef
from tests.dialogue.chat import Chat, Start


class Words(NamedTuple):
    """What is said, and what must come back, in one language. Each customer is used by one test."""

    language: str
    cancels: str
    cancel: str
    question: str
    cancel_now: str
    confirmation: str
    undo: str
    undone: str
    ends: str
    yes: str
    upgrades: str
    upgrade: str
    upgraded: str
    foreign: str
    no_such: str
    pause: str
    two_months: str
    paused_until: str
    mine: str
    offline: str
    only_one: str
    still_broken: str
    describe: str
    reports: str
    status: str
    human: str


GERMAN = Words(
    language="de",
    cancels="grace.thompson@example.org",
    cancel="Ich möchte mein Abo kündigen",
    question="Kann ich mit PayPal bezahlen?",
    cancel_now="Jetzt kündigen",
    confirmation="Kuendigungsbestaetigung",
    undo="Rückgängig machen",
    undone="zurückgenommen",
    ends="gekündigt",
    yes="Ja",
    upgrades="jonas.weber@example.org",
    upgrade="Ich will auf das größere Abo umsteigen",
    upgraded="läuft ab sofort als **Nordlicht Plus**",
    foreign="Ich will mein Abo A-503 kündigen",
    no_such="kein Abo A-503",
    pause="Ich möchte mein Abo für 2 Monate pausieren",
    two_months="2 Monate",
    paused_until="pausiert",
    mine="Welche Abos habe ich?",
    offline="Meine Lampe ist offline",
    only_one="Nur eines",
    still_broken="Nein, noch nicht",
    describe="seit wann",
    reports="anke.petersen@example.org",
    status="Gibt es gerade eine Störung?",
    human="Mit einem Menschen sprechen",
)
ENGLISH = Words(
    language="en",
    cancels="hannah.fischer@example.org",
    cancel="I want to cancel my subscription",
    question="Can I pay with PayPal?",
    cancel_now="Cancel now",
    confirmation="Cancellation-confirmation",
    undo="Undo it",
    undone="taken back",
    ends="cancelled",
    yes="Yes",
    upgrades="maria.schneider@example.org",
    upgrade="I want to upgrade to the bigger plan",
    upgraded="is **Nordlicht Plus** from now on",
    foreign="I want to cancel my subscription A-503",
    no_such="no subscription A-503",
    pause="I want to pause my subscription for 2 months",
    two_months="2 months",
    paused_until="pauses",
    mine="Which subscriptions do I have?",
    offline="My lamp is offline",
    only_one="Only one",
    still_broken="No, not yet",
    describe="since when",
    reports="martin.lorenz@example.org",
    status="Is there an outage right now?",
    human="Talk to a human",
)
both = pytest.mark.parametrize("words", [GERMAN, ENGLISH], ids=["de", "en"])
ERIKA = "erika.lindner@example.org"


def documents(visitor: Chat) -> list[DocumentRef]:
    return [document for message in visitor.messages for document in message.documents]


@both
def test_a_cancellation_takes_one_question_survives_another_and_can_be_taken_back(chat: Start, words: Words) -> None:
    visitor = chat(words.language)
    visitor.ask(words.cancel)
    assert visitor.identity_requested
    assert words.human in visitor.labels
    visitor.prove(words.cancels)
    assert visitor.labels[0] == words.cancel_now
    back = visitor.ask(words.question)
    assert "PayPal" in back
    assert words.cancel_now in visitor.labels
    told = visitor.press(words.cancel_now)
    assert re.search(r"V-\w{6}", told)
    assert documents(visitor)[0].name.startswith(words.confirmation)
    assert words.undone in visitor.press(words.undo)
    assert words.ends not in visitor.ask(words.mine)


@both
def test_a_larger_plan_is_there_after_a_typed_yes(chat: Start, words: Words) -> None:
    visitor = chat(words.language)
    visitor.ask(words.upgrade)
    assert "9.99" in visitor.prove(words.upgrades).replace(",", ".")
    assert words.upgraded in visitor.ask(words.yes)
    assert "Nordlicht Plus" in visitor.ask(words.mine)


@both
def test_somebody_elses_number_is_nobodys_and_the_other_one_is_understood(chat: Start, words: Words) -> None:
    visitor = chat(words.language)
    visitor.ask(words.foreign)
    assert words.no_such in visitor.prove(ERIKA)
    assert not documents(visitor)
    visitor.press("A-502")
    assert "A-502" in visitor.reply.messages[-1].text
    other = "Nein, das andere" if words.language == "de" else "No, the other one"
    visitor.ask(other)
    assert "A-501" in visitor.reply.messages[-1].text


@both
def test_a_pause_is_asked_for_with_its_length(chat: Start, words: Words) -> None:
    visitor = chat(words.language)
    visitor.ask(words.pause)
    told = visitor.prove(ERIKA)
    assert "A-501" in " ".join([told, *visitor.labels])
    told = visitor.press("A-501")
    assert words.two_months in told
    assert words.cancel_now not in visitor.labels


@both
def test_after_the_proof_a_customer_hears_of_their_outage_once(chat: Start, words: Words) -> None:
    visitor = chat(words.language)
    visitor.ask(words.mine)
    told = visitor.prove(ERIKA)
    assert "Hamburg" in visitor.reply.messages[0].text
    assert "A-502" in told
    assert "Hamburg" not in visitor.ask(words.mine)
    assert "Hamburg" in visitor.ask(words.status)


@both
def test_a_device_is_checked_step_by_step_and_then_reported(chat: Start, words: Words) -> None:
    visitor = chat(words.language)
    visitor.ask(words.offline)
    visitor.press(words.only_one)
    for _ in range(3):
        visitor.press(words.still_broken)
    assert words.describe in visitor.reply.messages[-1].text
    visitor.ask("Seit gestern Abend" if words.language == "de" else "Since yesterday evening")
    assert visitor.identity_requested
    told = visitor.prove(words.reports)
    assert re.search(r"V-\w{6}", told)
    assert visitor.handover == "needs_person"
