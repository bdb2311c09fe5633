"""The visitor's side of the story, turn by turn, in both languages."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest

from tests.dialogue.chat import Start


class Words(NamedTuple):
    """What is said, and what must come back, in one language."""

    language: str
    email: str
    order: str
    pay: str
    pay_article: str
    shipping: str
    abroad: str
    abroad_price: str
    track: str
    report_late: str
    where: str
    late: str
    damaged: str
    human: str
    days_late: str
    amount: str
    delivered: str
    settled: str
    item: str
    small_item: str
    offer: str


GERMAN = Words(
    language="de",
    email="erika.lindner@example.org",
    order="10023",
    pay="Welche Zahlungsarten gibt es?",
    pay_article="payment-methods",
    shipping="Was kostet der Versand?",
    abroad="und nach Österreich?",
    abroad_price="8,90",
    track="Meine Bestellung verfolgen",
    report_late="Verspätung melden",
    where="Wo bleibt meine Bestellung 10023?",
    late="Die Lieferung kam viel zu spät, das ist ärgerlich",
    damaged="Und die Kaffeemaschine ist kaputt angekommen",
    human="Kann ich bitte mit einem Menschen sprechen",
    days_late="5 Tage",
    amount="5,00\xa0€",
    delivered="zugestellt",
    settled="geklärt",
    item="Kaffeemaschine",
    small_item="Filterset",
    offer="Mit einem Menschen sprechen",
)
ENGLISH = Words(
    language="en",
    email="emily.carter@example.org",
    order="10024",
    pay="Can I pay with PayPal?",
    pay_article="paypal",
    shipping="How much is shipping?",
    abroad="and to Austria?",
    abroad_price="8.90",
    track="Track my order",
    report_late="Report a late delivery",
    where="Where is my order 10024?",
    late="The delivery came far too late, that is annoying",
    damaged="And the coffee machine arrived broken",
    human="Can I talk to a human please",
    days_late="6 days",
    amount="€6.00",
    delivered="was delivered on",
    settled="settled",
    item="coffee machine",
    small_item="filter set",
    offer="Talk to a human",
)
both = pytest.mark.parametrize("words", [GERMAN, ENGLISH], ids=["de", "en"])


@both
def test_a_question_is_answered_by_the_right_article_with_its_receipt(chat: Start, words: Words) -> None:
    visitor = chat(words.language)
    assert "PayPal" in visitor.ask(words.pay)
    (message,) = visitor.messages
    assert message.receipt
    assert message.receipt.article_id == words.pay_article
    assert message.wants_feedback
    assert message.passages
    assert message.search
    assert message.search.decision == "answer"


@both
def test_a_follow_up_is_understood_from_the_answer_before(chat: Start, words: Words) -> None:
    visitor = chat(words.language)
    visitor.ask(words.shipping)
    assert visitor.slots["last_article"] == "shipping-costs"
    assert words.abroad_price in visitor.ask(words.abroad)


@both
def test_an_articles_button_starts_its_flow_with_the_proof_of_identity(chat: Start, words: Words) -> None:
    visitor = chat(words.language)
    visitor.signal("choose_article", article_id="parcel-late")
    visitor.press(words.track)
    assert visitor.identity_requested
    assert visitor.slots["wish"] == "order_status"
    told = visitor.prove(words.email)
    assert not visitor.identity_requested
    assert re.search(r"\b10\d{3}\b", " ".join([told, *visitor.labels])), "an order is told, or offered"


@both
def test_an_articles_button_claims_a_late_delivery(chat: Start, words: Words) -> None:
    visitor = chat(words.language)
    visitor.ask(words.where)
    visitor.prove(words.email)
    visitor.signal("choose_article", article_id="parcel-late")
    assert words.amount in visitor.press(words.report_late)
    assert visitor.handover is None


@both
def test_an_articles_button_calls_a_human(chat: Start, words: Words) -> None:
    visitor = chat(words.language)
    visitor.signal("choose_article", article_id="complaint")
    visitor.press(words.offer)
    assert visitor.handover == "visitor_wish"


@both
def test_after_the_proof_of_identity_the_wish_goes_on(chat: Start, words: Words) -> None:
    visitor = chat(words.language)
    visitor.ask(words.where)
    assert visitor.identity_requested
    assert visitor.slots["wish"] == "order_status"
    told = visitor.prove(words.email)
    assert words.order in told
    assert words.delivered in told
    assert words.days_late in told


@both
def test_a_late_delivery_is_credited_once_however_often_it_is_claimed(chat: Start, words: Words) -> None:
    visitor = chat(words.language)
    visitor.ask(words.where)
    visitor.prove(words.email)
    told = visitor.ask(words.late)
    again = visitor.ask(words.late)
    assert words.amount in told or words.amount in again
    reference = told.rstrip(".").split()[-1]
    assert reference in again or "Ref" in again
    assert again == visitor.ask(words.late)
    assert visitor.handover is None


@both
def test_a_damaged_item_above_the_limit_goes_to_a_human(chat: Start, words: Words) -> None:
    visitor = chat(words.language)
    visitor.ask(words.where)
    visitor.prove(words.email)
    visitor.ask(words.damaged)
    assert visitor.handover in ("credit_over_limit", "credit_unclear")
    assert "wish" not in visitor.slots


@both
def test_a_complaint_without_an_item_asks_which(chat: Start, words: Words) -> None:
    visitor = chat(words.language)
    visitor.ask(words.where)
    visitor.prove(words.email)
    visitor.signal("partial_delivery")
    assert any(words.item in label for label in visitor.labels)
    assert any(words.small_item in label for label in visitor.labels)
    visitor.press(words.small_item)
    assert visitor.slots.get("wish") is None


@both
def test_the_visitors_wish_for_a_human_is_a_handover(chat: Start, words: Words) -> None:
    visitor = chat(words.language)
    visitor.ask(words.human)
    assert visitor.handover == "visitor_wish"


UNANSWERED = {
    "de": ("Ist Nordlicht an der Börse?", "Verkauft ihr auch Toaster?", "ja bitte"),
    "en": ("Who is your CEO?", "do you sell printer ink", "yes please"),
}
"""Questions to the shop that no article answers, and a yes."""


@both
def test_two_questions_in_a_row_without_an_answer_lead_to_a_human(chat: Start, words: Words) -> None:
    first, second, _ = UNANSWERED[words.language]
    visitor = chat(words.language)
    visitor.ask(first)
    assert visitor.labels == [words.offer]
    assert visitor.handover is None
    visitor.ask(second)
    assert visitor.handover == "no_answer"


@both
def test_random_keys_are_met_with_patience_and_then_with_the_way_to_a_human(chat: Start, words: Words) -> None:
    visitor = chat(words.language)
    visitor.ask("asdf")
    assert visitor.handover is None
    visitor.ask("xqzt brmpf ölkjsd")
    assert visitor.labels == [words.offer]


@both
def test_the_offered_human_comes_by_the_button_and_by_yes(chat: Start, words: Words) -> None:
    question, _, yes = UNANSWERED[words.language]
    visitor = chat(words.language)
    visitor.ask(question)
    visitor.press(words.offer)
    assert visitor.handover == "no_answer"
    visitor = chat(words.language)
    visitor.ask(question)
    visitor.ask(yes)
    assert visitor.handover == "no_answer"


@both
def test_f30_back_from_a_human_the_bot_knows_the_outcome_and_has_no_stale_wish(chat: Start, words: Words) -> None:
    visitor = chat(words.language)
    visitor.ask(words.where)
    assert visitor.slots["wish"] == "order_status"
    told = visitor.signal("handover_returned", outcome="solved", summary="Neue Maschine ist unterwegs {wish}")
    assert words.settled in told
    assert "Neue Maschine ist unterwegs {wish}" in told
    assert visitor.slots.keys() == {"last_said"}
    visitor.signal("identity_proven")
    assert not visitor.identity_requested


@both
def test_somebody_elses_order_is_as_unknown_as_one_that_does_not_exist(chat: Start, words: Words) -> None:
    visitor = chat(words.language)
    visitor.ask(words.where.replace(words.order, "10031"))
    foreign = visitor.prove(words.email).splitlines()[-1]  # before it, an outage may be told
    unknown = visitor.ask(words.where.replace(words.order, "99999"))
    assert foreign.replace("10031", "") == unknown.replace("99999", "")
