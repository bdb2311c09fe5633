"""Orders in the real dialogue: followed, cancelled, sent elsewhere, sent back, in both languages."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.dialogue.chat import Start


class Words(NamedTuple):
    language: str
    cancel: str
    to_cancel: tuple[str, str]
    to_move: tuple[str, str]
    to_keep: tuple[str, str]
    """Mail address, and an order that is not on its way yet: each is one test's own."""
    ask_cancel: str
    yes: str
    cancelled: str
    undo: str
    question: str
    """In the middle, answered by an article."""
    article: str
    address: str
    typed: str
    moved: str
    to_return: tuple[str, str]
    reason: str
    label: str
    lost: str
    human: str
    parcels: tuple[str, str, str]
    """Mail address, question, what is told of the second parcel."""
    refund: tuple[str, str, str]


GERMAN = Words(
    language="de",
    cancel="Ich möchte Bestellung {number} stornieren",
    to_cancel=("amir.rahimi@example.org", "10095"),
    to_move=("lena.schubert@example.org", "10094"),
    to_keep=("michael.roth@example.org", "10093"),
    ask_cancel="Soll ich sie stornieren?",
    yes="ja bitte",
    cancelled="ist storniert",
    undo="mach das rückgängig",
    question="Welche Zahlungsarten gibt es?",
    article="payment-methods",
    address="Ich muss die Lieferadresse von Bestellung {number} ändern",
    typed="Zeil 101, 60313 Frankfurt am Main",
    moved="geht jetzt an **Zeil 101",
    to_return=("martin.lorenz@example.org", "10101"),
    reason="Anderer Grund",
    label="Rücksendung ist angemeldet",
    lost="Ich habe mein Rücksendeetikett verloren",
    human="Mit einem Menschen sprechen",
    parcels=("julia.hartmann@example.org", "Wo bleibt meine Bestellung 10021?", "NP79356300"),
    refund=("jonas.weber@example.org", "Ist meine Rückzahlung schon raus?", "länger, als es darf"),
)
ENGLISH = Words(
    language="en",
    cancel="I want to cancel order {number}",
    to_cancel=("charlotte.evans@example.org", "10122"),
    to_move=("liam.murphy@example.org", "10121"),
    to_keep=("stefan.mayer@example.org", "10088"),
    ask_cancel="Shall I cancel it?",
    yes="yes please",
    cancelled="has been cancelled",
    undo="undo that",
    question="Which payment methods do you offer?",
    article="payment-methods",
    address="I need to change the delivery address of order {number}",
    typed="Zeil 101, 60313 Frankfurt am Main",
    moved="now goes to **Zeil 101",
    to_return=("grace.thompson@example.org", "10123"),
    reason="Another reason",
    label="return has been registered",
    lost="I lost my return label",
    human="Talk to a human",
    parcels=("patrick.obrien@example.org", "Where is my order 10041?", "NP79514680"),
    refund=("charlotte.evans@example.org", "Where is my refund for order 10098?", "R-7TB2XW"),
)
both = pytest.mark.parametrize("words", [GERMAN, ENGLISH], ids=["de", "en"])


@both
def test_an_order_is_cancelled_after_a_question_in_between_and_taken_back(chat: Start, words: Words) -> None:
    visitor = chat(words.language)
    mail, number = words.to_cancel
    visitor.ask(words.cancel.format(number=number))
    assert visitor.identity_requested
    assert words.ask_cancel in visitor.prove(mail)
    between = visitor.ask(words.question)
    assert any(message.receipt and message.receipt.article_id == words.article for message in visitor.messages)
    assert words.ask_cancel in between, "back to what was open"
    told = visitor.ask(words.yes)
    assert words.cancelled in told
    assert "V-" in told
    assert visitor.slots.get("wish") is None
    visitor.ask(words.undo)
    assert words.ask_cancel in visitor.ask(words.cancel.format(number=number)), "it can be cancelled again"


@both
def test_an_address_is_typed_corrected_and_written(chat: Start, words: Words) -> None:
    visitor = chat(words.language)
    mail, number = words.to_move
    visitor.ask(words.address.format(number=number))
    visitor.prove(mail)
    assert visitor.slots["awaiting"] == "address"
    assert "00000" not in visitor.ask("Zeil 101, 00000 Frankfurt")
    assert visitor.slots["awaiting"] == "address"
    assert "Zeil 101, 60313 Frankfurt am Main" in visitor.ask(words.typed)
    assert visitor.slots["awaiting"] == "confirm"
    told = visitor.signal("confirm", answer="yes")
    assert words.moved in told
    assert number in told
    visitor.ask(words.undo)


@both
def test_items_go_back_with_a_label_that_can_be_had_again(chat: Start, words: Words) -> None:
    visitor = chat(words.language)
    mail, number = words.to_return
    visitor.signal("return_how", order_number=number)
    assert number in visitor.prove(mail)
    visitor.press({"10101": "Entkalker", "10123": "Aurora lamp"}[number])
    visitor.press(words.reason)
    assert visitor.slots["awaiting"] == "confirm"
    told = visitor.signal("confirm", answer="yes")
    assert words.label in told
    [label] = [document for message in visitor.messages for document in message.documents]
    assert label.kind == "return_label"
    again = visitor.ask(words.lost)
    assert visitor.intent == "return_label"
    if visitor.choices:  # Martin has announced another one before
        again = visitor.press(number)
    assert number in again


@both
def test_what_was_not_sent_by_us_or_is_somebody_elses_is_unknown(chat: Start, words: Words) -> None:
    visitor = chat(words.language)
    visitor.ask(words.cancel.format(number="10038"))
    foreign = visitor.prove(words.to_cancel[0])
    unknown = visitor.ask(words.cancel.format(number="99999"))
    assert foreign.replace("10038", "") == unknown.replace("99999", "")
    assert words.human in visitor.labels


@both
def test_each_parcel_is_told_with_its_link(chat: Start, words: Words) -> None:
    mail, question, code = words.parcels
    visitor = chat(words.language)
    visitor.ask(question)
    told = visitor.prove(mail)
    assert f"[{code}](https://nordpost.example.org/sendung/{code})" in told


@both
def test_the_state_of_a_refund_is_told_honestly(chat: Start, words: Words) -> None:
    mail, question, told = words.refund
    visitor = chat(words.language)
    visitor.ask(question)
    assert visitor.intent == "refund_status"
    assert told in visitor.prove(mail)


@both
def test_no_leaves_everything_as_it_is(chat: Start, words: Words) -> None:
    visitor = chat(words.language)
    mail, number = words.to_keep
    visitor.ask(words.cancel.format(number=number))
    visitor.prove(mail)
    visitor.signal("confirm", answer="no")
    assert visitor.slots.get("wish") is None
    assert words.cancelled not in visitor.ask({"de": "danke", "en": "thanks"}[words.language])
