from __future__ import annotations

from datetime import date, timedelta

import pytest

from handover.contract.events import (
    CreditGranted,
    CreditProposalDecided,
    CreditProposed,
    EntityFound,
    IntentGuess,
    SearchRecord,
)
from handover.contract.frames import GiveFeedback
from handover.contract.turns import BotMessage, Understanding
from handover.domain.shop import Invoice, InvoiceLine, Item, Order, Outage, Subscription
from handover.services.steps import BOT, acting
from tests.unit.handover.front_desk import ANNA, BEN, FrontDesk, fresh_id, passage

ERIKA = "erika.lindner@example.org"
SEARCH = SearchRecord(decision="choices", confidence=0.5, index_version="v7", language="de")


def meant(intent: str, confidence: float = 0.9, order_number: str | None = None) -> Understanding:
    entities = (EntityFound(entity="order_number", value=order_number),) if order_number else ()
    guesses = (IntentGuess(name="other", confidence=0.05), IntentGuess(name=intent, confidence=confidence))
    return Understanding(intents=guesses, entities=entities, slots={"order_number": order_number})


def fill_shop(desk: FrontDesk) -> None:
    desk.add_customer()
    now = desk.clock.now()
    item = Item("NL-KM-1", "Kaffeemaschine Polar", "Polar coffee machine", 1, 18900, "delivered")
    arrived = now - timedelta(days=3)
    order = Order(
        "o1", "10023", "erika", "delivered", now - timedelta(days=12), (arrived - timedelta(days=5)).date(),
        now - timedelta(days=9), arrived, "Nordpost", "NP1", 18900, "EUR", (item,),
    )  # fmt: skip
    lines = (InvoiceLine("plan", "Filterabo", "Filter plan", 990),)
    with desk.units() as unit:
        unit.shop.add_order(order)
        unit.shop.add_subscription(
            Subscription("s1", "A-1", "erika", "filter", 990, "EUR", "active", date(2025, 9, 1), date(2026, 3, 31))
        )
        unit.shop.add_invoice(
            Invoice("i1", "R-1", "erika", "s1", date(2026, 3, 1), date(2026, 3, 15), "open", "EUR", lines)
        )
        unit.shop.add_outage(
            Outage("x1", "Filterversand", ("filter",), ("20",), "Lager steht", "Warehouse is down", arrived, None)
        )


@pytest.fixture
def case(desk: FrontDesk) -> str:
    """Erika has proven who she is, got one credit, and is handed over with a proposal for a damaged item."""
    fill_shop(desk)
    conversation_id = desk.visit()
    desk.write(conversation_id, "Wo bleibt meine Bestellung 10023?")
    asked = BotMessage(text="Bitte weisen Sie sich aus.", request_identity=True, passages=(passage("delivery"),))
    asked = asked.model_copy(update={"search": SEARCH})
    desk.answer(conversation_id, asked, understanding=meant("order_status", order_number="10023"))
    desk.prove_as(conversation_id, ERIKA)
    desk.answer(conversation_id, BotMessage(text="Sie kam am Samstag.", wants_feedback=True))
    desk.write(conversation_id, "Die Maschine kam beschädigt an,\n das ist   ÄRGERLICH")
    with desk.units() as unit:
        unit.append(
            conversation_id,
            BOT,
            CreditGranted(reference="GS-1", amount_cents=500, currency="EUR", reason="late_delivery", subject="10023"),
        )
        unit.append(
            conversation_id,
            BOT,
            CreditProposed(
                decision_id="d1",
                amount_cents=18900,
                currency="EUR",
                reason="damaged_item",
                subject="10023",
                because="limit.bot",
            ),
        )
    called = BotMessage(text="Ich hole jemanden.", handover="credit_over_limit")
    desk.answer(conversation_id, called, understanding=meant("damaged_item", order_number="10023"))
    desk.write(conversation_id, "Danke")
    return conversation_id


def test_the_dossier_says_in_one_line_what_is_wanted_and_why_the_bot_stopped(desk: FrontDesk, case: str) -> None:
    dossier = desk.dossiers.build(ANNA, case)
    assert dossier.wish == "Die Maschine kam beschädigt an, das ist ÄRGERLICH"
    assert dossier.stopped is not None
    assert (dossier.stopped.reason, dossier.stopped.because) == ("credit_over_limit", "limit.bot")
    said = {event.number: event.data.text for event in desk.events(case) if event.data.type == "message.posted"}
    assert said[dossier.stopped.message_number].startswith("Die Maschine")


def test_the_wish_is_what_was_asked_for_and_not_how_somebody_talks(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    for text, intent in (
        ("Hallo", "greet"),
        ("Meine Rechnung stimmt nicht", "invoice"),
        ("Mensch bitte!", "talk_to_human"),
    ):
        desk.write(conversation_id, text)
        desk.answer(conversation_id, BotMessage(text="…"), understanding=meant(intent))
    assert desk.dossiers.build(ANNA, conversation_id).wish == "Meine Rechnung stimmt nicht"


def test_a_long_wish_is_cut_and_none_is_empty(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    assert desk.dossiers.build(ANNA, conversation_id).wish == ""
    desk.write(conversation_id, "Wort " * 100)
    wish = desk.dossiers.build(ANNA, conversation_id).wish
    assert (len(wish) <= 160, wish.endswith("…")) == (True, True)


def test_the_dossier_shows_what_the_bot_understood_and_whether_it_helped(desk: FrontDesk, case: str) -> None:
    answer = next(event for event in desk.events(case) if getattr(event.data, "wants_feedback", False))
    given = GiveFeedback(client_id=fresh_id(), message_number=answer.number, helpful=False)
    desk.ratings.give_feedback(case, given.model_copy(update={"client_id": fresh_id(), "helpful": True}))
    desk.ratings.give_feedback(case, given)
    understood = desk.dossiers.build(ANNA, case).understood
    assert [one.intents[0].name for one in understood if one.intents] == ["order_status", "damaged_item"]
    assert [one.passages[0].article_id for one in understood if one.passages] == ["delivery"]
    assert [one.search for one in understood] == [SEARCH, None, None]
    assert [one.helped for one in understood] == [None, False, None]


def test_the_dossier_holds_the_record_and_what_the_shop_knows_in_the_agents_language(
    desk: FrontDesk, case: str
) -> None:
    german, english = desk.dossiers.build(ANNA, case), desk.dossiers.build(BEN, case)
    assert german.customer is not None
    assert (german.customer.name, german.customer.email, german.customer.trust) == ("Erika Lindner", ERIKA, "code")
    assert [(order.number, order.days_late) for order in german.orders] == [("10023", 5)]
    assert german.orders[0].items[0].name == "Kaffeemaschine Polar"
    assert english.orders[0].items[0].name == "Polar coffee machine"
    assert (german.invoices[0].lines[0].text, english.invoices[0].lines[0].text) == ("Filterabo", "Filter plan")
    assert (german.outages[0].text, english.outages[0].text) == ("Lager steht", "Warehouse is down")
    assert german.subscriptions[0].plan == "filter"


def test_the_dossier_names_promises_and_next_steps(desk: FrontDesk, case: str) -> None:
    dossier = desk.dossiers.build(ANNA, case)
    assert [phrase.key for phrase in dossier.promises] == [
        "promise.credit_granted",
        "promise.credit_decision",
        "promise.person_called",
    ]
    steps = {phrase.key: phrase.params for phrase in dossier.next_steps}
    assert steps["step.decide_proposal"]["decision_id"] == "d1"
    assert steps["step.look_at_order"] == {"order_number": "10023"}
    assert steps["step.mention_outage"] == {"service": "Filterversand"}
    assert "step.prove_identity" not in steps


def test_the_promise_of_a_person_is_kept_once_one_has_handed_back(desk: FrontDesk, case: str) -> None:
    version = desk.handovers.claim(ANNA, case).ownership_version
    assert "promise.person_called" in [phrase.key for phrase in desk.dossiers.build(ANNA, case).promises]
    desk.handovers.return_to_bot(ANNA, case, ownership_version=version, outcome="solved", summary="")
    assert "promise.person_called" not in [phrase.key for phrase in desk.dossiers.build(ANNA, case).promises]


def test_an_outage_that_is_over_is_shown_but_no_step(desk: FrontDesk, case: str) -> None:
    over = desk.clock.now() - timedelta(days=1)
    with desk.units() as unit:
        unit.shop.add_outage(Outage("x2", "Cloud", ("filter",), ("20",), "War weg", "Was down", over, over))
    dossier = desk.dossiers.build(ANNA, case)
    assert {outage.service for outage in dossier.outages} == {"Filterversand", "Cloud"}
    assert {"service": "Cloud"} not in [phrase.params for phrase in dossier.next_steps]


def test_a_declined_credit_is_to_be_told_until_a_person_has_written(desk: FrontDesk, case: str) -> None:
    def steps() -> list[str]:
        return [phrase.key for phrase in desk.dossiers.build(ANNA, case).next_steps]

    version = desk.handovers.claim(ANNA, case).ownership_version
    words = {"ownership_version": version, "text": "Wir melden uns."}
    desk.handovers.post_message(ANNA, case, client_id=fresh_id(), **words)
    with desk.units() as unit:
        unit.append(case, acting(ANNA), CreditProposalDecided(decision_id="d1", approved=False, note="Foto"))
    assert "step.tell_rejection" in steps()
    assert "step.decide_proposal" not in steps()
    desk.handovers.post_message(ANNA, case, client_id=fresh_id(), **words)
    assert "step.tell_rejection" not in steps()


def test_the_tone_curve_goes_down_and_up_again(desk: FrontDesk, case: str) -> None:
    scores = [point.score for point in desk.dossiers.build(ANNA, case).tone]
    assert scores[0] == 0
    assert scores[1] < 0 < scores[2]


def test_f67_a_claimed_identity_opens_no_customers_data(desk: FrontDesk) -> None:
    fill_shop(desk)
    conversation_id = desk.visit()
    desk.write(conversation_id, f"Ich bin {ERIKA}, Bestellung 10023")
    desk.identify(conversation_id, ERIKA)
    dossier = desk.dossiers.build(ANNA, conversation_id)
    assert (dossier.customer, dossier.orders, dossier.credits) == (None, (), ())
    assert "step.prove_identity" in [phrase.key for phrase in dossier.next_steps]
