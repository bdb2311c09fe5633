"""Drafts for the agent: from the customer's own facts, from articles, from canned answers; each with its source."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from handover.contract.events import EntityFound, IntentGuess, SuggestionUsed
from handover.contract.passages import ArticleFound
from handover.contract.suggestions import DraftSource, DraftUsed, Suggestion, Suggestions
from handover.contract.turns import Understanding
from handover.domain.errors import NotAllowed
from handover.domain.shop import Invoice, InvoiceLine, Item, Order, Parcel, Subscription
from handover.gateways.passages import MemoryPassages
from handover.services.canned import CannedAnswers, Wording
from handover.services.listening import Listening
from handover.services.shop_rules import ShopRules
from handover.services.suggestions import SuggestedDrafts
from tests.unit.handover.front_desk import ANNA, EMIL, FrontDesk, fresh_id

ERIKA = "erika.lindner@example.org"
BERLIN = ZoneInfo("Europe/Berlin")


def article(article_id: str = "payment_methods", score: float = 0.8, language: str = "de") -> ArticleFound:
    return ArticleFound.model_validate(
        {
            "article_id": article_id,
            "language": language,
            "title": "Zahlungsarten",
            "text": "Mit PayPal und Karte.",
            "version": "v7",
            "passage": 0,
            "score": score,
        }
    )


class Room:
    """A case of Anna's, and what is suggested to her."""

    def __init__(self, desk: FrontDesk, *articles: ArticleFound, language: str = "de") -> None:
        self.desk, self.search = desk, MemoryPassages(*articles)
        rules = ShopRules(carriers={"Nordpost": "https://nordpost.example/{code}"})
        self.drafts = SuggestedDrafts(desk.units, self.search, BERLIN, rules)
        self.id = desk.visit(language)

    def claim(self) -> None:
        self.desk.ask_for_human(self.id)
        self.version = self.desk.handovers.claim(ANNA, self.id).ownership_version

    def prove(self) -> None:
        self.desk.prove_as(self.id, ERIKA)

    def ask(self, text: str, intent: str = "", confidence: float = 0.9, **entities: str) -> int:
        """A message of the visitor's that the bot has read along."""
        number = self.desk.write(self.id, text)
        listening = Listening(self.desk.units)
        unread = listening.next(self.id)
        assert unread is not None
        found = tuple(EntityFound(entity=name, value=value) for name, value in entities.items())
        guesses = (IntentGuess(name=intent, confidence=confidence),) if intent else ()
        listening.note(unread, Understanding(intents=guesses, entities=found), None, 5)
        return number

    def say(self, text: str, drafted: DraftUsed | None = None) -> int:
        return self.desk.handovers.post_message(
            ANNA, self.id, client_id=fresh_id(), ownership_version=self.version, text=text, drafted=drafted
        )

    def of(self) -> Suggestions:
        return self.drafts.of(ANNA, self.id)

    def facts(self, kind: str) -> list[Suggestion]:
        return [one for one in self.of().drafts if one.source.kind == kind]


@pytest.fixture
def room(desk: FrontDesk) -> Room:
    desk.add_customer()
    room = Room(desk)
    room.claim()
    room.prove()
    return room


def order(desk: FrontDesk, number: str = "10023", state: str = "shipped", late: int = 0, **more: object) -> Order:
    now = desk.clock.now()
    facts = {
        "id": f"o{number}",
        "number": number,
        "customer_id": "erika",
        "state": state,
        "ordered_at": now - timedelta(days=9),
        "promised_on": (now - timedelta(days=late)).date(),
        "shipped_at": now - timedelta(days=3),
        "delivered_at": now - timedelta(days=1) if state == "delivered" else None,
        "carrier": "Nordpost",
        "tracking_code": "NP77",
        "total_cents": 4900,
        "currency": "EUR",
        "items": (Item("KM", "Kanne", "Pot", 1, 4900, "shipped"),),
    }
    return Order(**(facts | more))  # type: ignore[arg-type]


def add(desk: FrontDesk, *orders: Order) -> None:
    with desk.units() as unit:
        for one in orders:
            unit.shop.add_order(one)


# --- articles ---------------------------------------------------------------------------------------------------------


def test_an_article_is_suggested_with_its_source_and_how_sure_it_is(desk: FrontDesk) -> None:
    room = Room(desk, article())
    room.claim()
    number = room.ask("Kann ich mit PayPal zahlen?", "payment_methods")
    found = room.of()
    assert found.message_number == number
    (draft,) = found.drafts
    assert (draft.source, draft.title, draft.text) == (
        DraftSource(kind="article", id="payment_methods"), "Zahlungsarten", "Mit PayPal und Karte.",
    )  # fmt: skip
    assert (draft.confidence, draft.version, draft.language) == (0.8, "v7", "de")
    assert (room.search.asked[0].text, room.search.asked[0].intent) == (
        "Kann ich mit PayPal zahlen?",
        "payment_methods",
    )


def test_nothing_is_suggested_that_the_search_does_not_trust_nor_while_it_is_down(desk: FrontDesk) -> None:
    room = Room(desk)
    room.claim()
    room.ask("Wie laut ist die Klingel?")
    assert room.of().drafts == ()
    room.search.is_down = True
    assert room.of().drafts == ()


def test_what_the_visitor_has_read_already_is_not_suggested_again(desk: FrontDesk) -> None:
    room = Room(desk, article())
    room.claim()
    room.ask("Kann ich mit PayPal zahlen?", "payment_methods")
    room.say("Mit PayPal\nund Karte.")
    room.ask("Wirklich?", "payment_methods")
    assert room.of().drafts == ()


def test_once_a_person_has_answered_nothing_is_suggested_until_the_visitor_writes_again(desk: FrontDesk) -> None:
    room = Room(desk, article())
    room.claim()
    room.ask("Kann ich mit PayPal zahlen?", "payment_methods")
    room.say("Ja, gern.")
    assert room.of() == Suggestions(message_number=None)


def test_the_question_that_the_bot_stopped_at_is_the_first_to_be_answered(desk: FrontDesk) -> None:
    room = Room(desk, article())
    question = desk.write(room.id, "Kann ich mit PayPal zahlen?")
    desk.hand_over(room.id)
    desk.handovers.claim(ANNA, room.id)
    assert room.of().message_number == question
    assert room.search.asked[0].text == "Kann ich mit PayPal zahlen?"


def test_thanks_ask_for_no_article_and_the_question_before_them_still_does(desk: FrontDesk) -> None:
    room = Room(desk, article())
    room.claim()
    room.ask("Kann ich mit PayPal zahlen?", "payment_methods")
    room.ask("Danke!", "thanks")
    assert [asked.text for asked in room.search.asked] == []
    assert [one.source.id for one in room.of().drafts] == ["payment_methods"]
    assert [asked.text for asked in room.search.asked] == ["Kann ich mit PayPal zahlen?"]


# --- the customer's own facts -----------------------------------------------------------------------------------------


def test_an_order_is_worded_with_its_days_its_parcel_and_the_way_to_follow_it(room: Room) -> None:
    add(room.desk, order(room.desk, late=4))
    room.ask("Wo bleibt 10023?", "order_status", order_number="10023")
    (draft,) = room.facts("order")
    assert draft.source.id == "10023"
    assert draft.text == (
        "Ihre Bestellung 10023 wurde am 7. März 2026 verschickt. Zugesagt war sie bis zum 6. März 2026; sie ist also "
        "verspätet. Das tut mir leid. Sie ist mit Nordpost unterwegs, die Sendungsnummer lautet NP77. Hier können Sie sie "
        "verfolgen: https://nordpost.example/NP77"
    )


def test_several_parcels_are_told_one_by_one(room: Room) -> None:
    parcels = (
        Parcel("Nordpost", "A1", "delivered", date(2026, 3, 7), date(2026, 3, 9), ("KM",)),
        Parcel("Nordpost", "A2", "lost", date(2026, 3, 7), None, ("KM",)),
    )
    add(room.desk, order(room.desk, state="partly_delivered", parcels=parcels))
    room.ask("Wo bleibt der Rest?", "partial_delivery")
    text = room.facts("order")[0].text
    assert "Paket 1 (Kanne) wurde am 9. März 2026 von Nordpost zugestellt." in text
    assert "Paket 2 (Kanne), am 7. März 2026 mit Nordpost verschickt, ist leider verloren gegangen." in text


def test_an_english_visitor_gets_an_english_draft_whatever_the_agent_speaks(desk: FrontDesk) -> None:
    desk.add_customer()
    room = Room(desk, language="en")
    room.claim()
    room.prove()
    add(desk, order(desk))
    room.ask("Where is my order?", "order_status")
    (draft,) = room.facts("order")
    assert (draft.language, draft.text.split(" was ")[0]) == ("en", "Your order 10023")


def test_of_several_orders_under_way_none_is_guessed_until_one_is_named(room: Room) -> None:
    add(room.desk, order(room.desk), order(room.desk, "10024"))
    room.ask("Wo bleibt meine Bestellung?", "order_status")
    assert room.facts("order") == []
    room.ask("Die 10024", "inform", order_number="10024")
    assert [one.source.id for one in room.facts("order")] == ["10024"]


def test_f67_a_stranger_s_number_and_whoever_has_proven_nothing_get_no_facts(desk: FrontDesk) -> None:
    desk.add_customer()
    add(desk, order(desk))
    room = Room(desk)
    room.claim()
    room.ask("Wo bleibt 10023?", "order_status", order_number="10023")
    assert room.of().drafts == ()
    room.prove()
    room.ask("Und 99999?", "order_status", order_number="99999")
    assert room.facts("order") == []


def test_an_unsure_reading_brings_up_nobodys_orders(room: Room) -> None:
    add(room.desk, order(room.desk))
    room.ask("Hm", "order_status", confidence=0.4)
    assert room.facts("order") == []


def test_the_open_invoice_and_the_end_of_a_subscription_are_told(room: Room) -> None:
    lines = (InvoiceLine("plan", "Filterabo", "Filter plan", 990),)
    with room.desk.units() as unit:
        unit.shop.add_subscription(
            Subscription(
                "s1", "A-1", "erika", "filter", 990, "EUR", "active", date(2025, 9, 1), date(2026, 3, 31),
                ends_on=date(2026, 3, 31),
            )
        )  # fmt: skip
        unit.shop.add_invoice(
            Invoice("i1", "R-1", "erika", "s1", date(2026, 3, 1), date(2026, 3, 5), "open", "EUR", lines)
        )
        unit.shop.add_invoice(
            Invoice("i2", "R-2", "erika", "s1", date(2026, 3, 9), date(2026, 3, 19), "paid", "EUR", lines)
        )
    room.ask("Was muss ich noch zahlen?", "invoice_due")
    (invoice,) = room.facts("invoice")
    assert invoice.text.replace("\xa0", " ") == (
        "Ihre Rechnung R-1 vom 1. März 2026 über 9,90 € ist noch offen; sie war am 5. März 2026 fällig."
    )
    room.ask("Wann endet mein Abo?", "cancel_subscription")
    (subscription,) = room.facts("subscription")
    assert subscription.text.endswith("ist gekündigt und endet am 31. März 2026.")


# --- canned answers, bounds, and what was used -----------------------------------------------------------------------


def test_a_canned_answer_is_suggested_by_its_words_with_its_variables_untouched(desk: FrontDesk) -> None:
    canned = CannedAnswers(desk.units)
    canned.add(
        ANNA, Wording("Gutschein einlösen", "Guten Tag {customer.name}, geben Sie den Code ein.", ""), shared=False
    )
    canned.add(ANNA, Wording("Begrüßung", "Guten Tag {customer.name},", ""), shared=False)
    room = Room(desk)
    room.claim()
    room.ask("Wie kann ich meinen Gutschein benutzen?")
    (draft,) = room.of().drafts
    assert (draft.source.kind, draft.title) == ("canned", "Gutschein einlösen")
    assert "{customer.name}" in draft.text


def test_there_are_three_at_most_and_facts_come_first(room: Room) -> None:
    room.search.found = (article("a", 0.5), article("b", 0.4), article("c", 0.4))
    add(room.desk, order(room.desk))
    room.ask("Wo bleibt 10023?", "order_status", order_number="10023")
    drafts = room.of().drafts
    assert [one.source.kind for one in drafts] == ["order", "article"]  # the others say the same words
    assert len(drafts) <= 3


def test_who_serves_nobody_is_suggested_nothing(desk: FrontDesk) -> None:
    room = Room(desk, article())
    room.claim()
    with pytest.raises(NotAllowed):
        room.drafts.of(EMIL, room.id)


def test_what_was_used_is_noted_for_the_staff_with_the_message_and_once(desk: FrontDesk) -> None:
    room = Room(desk, article())
    room.claim()
    asked = room.ask("Kann ich mit PayPal zahlen?", "payment_methods")
    used = DraftUsed(source=DraftSource(kind="article", id="payment_methods"), changed=True, for_number=asked)
    number = room.say("Ja, mit PayPal und Karte.", used)
    noted = [event.data for event in desk.events(room.id) if isinstance(event.data, SuggestionUsed)]
    assert noted == [SuggestionUsed(message_number=number, source="article", source_id="payment_methods", changed=True)]
    public = desk.conversations.public_events(room.id, 0)
    assert "suggestion.used" not in [event.data.type for event in public]
