"""Goodwill: what it is about, outages and invoices beside orders, and what became of a lost parcel."""

from __future__ import annotations

from datetime import date

import pytest

from actions import continuing, topics
from handover.contract.selfservice import AccountFound, ClaimableView
from handover.contract.turns import CreditDecided, OrdersFound
from knowledge.search import SearchResult
from tests.unit.actions.conftest import hit, order

OUTAGE_FACTS = {
    "outage_started_on": "2026-02-01",
    "outage_ended_on": "2026-02-03",
    "outage_hours": 40,
    "outage_days": 2,
    "longer_than_hours": 24,
    "worth_cents": 47,
    "deducted_on": None,
}
BILLING_FACTS = {"after_end_cents": 999, "too_dear_cents": 0, "twice_cents": 790, "subscription_ends_on": "2026-01-31"}


def outage(
    subject: str = "A-502", outage_id: str = "camera", name: str = "Kamera-Speicher", day: int = 1
) -> ClaimableView:
    started = date(2026, 2, day)
    return ClaimableView(reason="outage", subject=subject, outage_id=outage_id, name=name, day=started)


def invoice(number: str = "RE-2018") -> ClaimableView:
    return ClaimableView(reason="billing_error", subject=number, outage_id=None, name="Plus", day=date(2026, 2, 1))


def claimable(desk, *views: ClaimableView) -> None:
    desk.known = AccountFound(outcome="found", claimable=views)


@pytest.mark.parametrize(("text", "reason"), [("aus kulanz bitte", None), ("", None)])
async def test_without_a_hint_the_visitor_is_asked_what_it_is_about(make_turn, text, reason) -> None:
    turn = make_turn(text, intent="goodwill")
    await topics.take_up(turn)
    asked = [choice.signal.data.get("reason_code") for choice in turn.messages[0].choices]
    assert asked == ["late_delivery", "damaged_item", "missing_item", "outage", "billing_error", reason]
    assert turn.slot_changes()["wish"] == "goodwill"


@pytest.mark.parametrize(
    ("text", "language", "reason"),
    [
        ("Ich will Geld zurück für den Ausfall", "de", "outage"),
        ("Die Cloud war gestört, bitte um eine Gutschrift", "de", "outage"),
        ("Money back for the outage please", "en", "outage"),
        ("Gutschrift, die Lieferung war verspätet", "de", "late_delivery"),
        ("a credit please, it arrived late", "en", "late_delivery"),
        ("Meine Tasse ist kaputt, ich will eine Entschädigung", "de", "damaged_item"),
        ("ein Teil fehlt, gebt mir was dafür", "de", "missing_item"),
        ("Die Rechnung ist falsch, ich will Geld zurück", "de", "billing_error"),
        ("You overcharged me, I want a refund", "en", "billing_error"),
    ],
)
async def test_words_name_the_reason(make_turn, desk, text, language, reason) -> None:
    desk.known = AccountFound(outcome="identity_required")
    desk.found = OrdersFound(outcome="identity_required")
    turn = make_turn(text, intent="goodwill", language=language)
    await topics.take_up(turn)
    assert turn.messages[0].request_identity
    assert turn.slot_changes()["details"]["reason_code"] == reason


async def test_how_goodwill_works_is_answered_by_the_article_with_the_button_that_asks_for_it(
    make_turn, knowledge
) -> None:
    knowledge.result = SearchResult("answer", 0.9, answer=hit("goodwill", "Wenn etwas schiefgeht."))
    turn = make_turn("Wie funktioniert eine Kulanzgutschrift?", intent="goodwill")
    await topics.take_up(turn)
    assert turn.messages[-1].receipt.article_id == "goodwill"
    assert turn.messages[-1].choices[0].signal.name == "goodwill"


async def test_a_chosen_reason_about_an_order_is_claimed_there(make_turn, desk) -> None:
    desk.found = OrdersFound(outcome="found", orders=(order(),))
    desk.decided = CreditDecided(outcome="granted", amount_cents=500, reference="G-1")
    await continuing.continue_wish(
        make_turn("", intent="choose", slots={"wish": "goodwill"}, reason_code="late_delivery")
    )
    assert (desk.claims[0].reason, desk.claims[0].subject) == ("late_delivery", "10023")


async def test_the_only_outage_is_claimed_at_once_and_told_with_days_amount_and_reference(make_turn, desk) -> None:
    claimable(desk, outage())
    desk.decided = CreditDecided(outcome="granted", amount_cents=47, reference="G-2", facts=OUTAGE_FACTS)
    turn = make_turn("", intent="goodwill", reason_code="outage")
    await topics.take_up(turn)
    [claim] = desk.claims
    assert (claim.reason, claim.subject, claim.outage_id) == ("outage", "A-502", "camera")
    told = turn.messages[0].text
    assert all(
        part in told
        for part in ("Kamera-Speicher", "1. Februar", "3. Februar", "40 Stunden", "2 Tage", "0,47\xa0€", "G-2")
    )
    assert turn.slot_changes()["wish"] is None


async def test_of_several_outages_the_visitor_chooses_and_the_choice_is_claimed(make_turn, desk) -> None:
    claimable(desk, outage(outage_id="new", day=9), outage(outage_id="old", day=1))
    turn = make_turn("", intent="goodwill", reason_code="outage")
    await topics.take_up(turn)
    offered = [choice.signal.data.get("claim") for choice in turn.messages[0].choices]
    assert offered == ["A-502 new", "A-502 old", None]
    assert desk.claims == []
    kept = turn.slot_changes()
    await continuing.continue_wish(make_turn("", intent="choose", slots=kept, claim="A-502 old"))
    assert desk.claims[0].outage_id == "old"


@pytest.mark.parametrize(
    ("text", "entities", "meant"),
    [("der letzte", {}, "new"), ("am 1. Februar", {"date": "2026-02-01"}, "old"), ("beim Plus", {}, "plus")],
)
async def test_words_and_days_name_an_outage(make_turn, desk, text, entities, meant) -> None:
    claimable(
        desk, outage(outage_id="new", day=9), outage("A-501", "plus", "Nordlicht Beim Plus", 5), outage(outage_id="old")
    )
    slots = {"wish": "goodwill", "details": {"reason_code": "outage"}}
    await continuing.continue_wish(make_turn(text, intent="inform", slots=slots, **entities))
    assert desk.claims[0].outage_id == meant


@pytest.mark.parametrize(
    ("because", "said"),
    [
        ("outage.too_short", ("40 Stunden", "24 Stunden")),
        ("outage.goes_on", ("1. Februar", "24 Stunden")),
        ("outage.next_invoice", ("0,47\xa0€", "nächsten Rechnung")),
        ("outage.deducted", ("RE-2040",)),
        ("outage.not_touched", ("A-502",)),
        ("window.closed", ("1. Februar",)),
        ("proposal.rejected", ("Ausfall",)),
        ("some.rule_of_tomorrow", ("A-502",)),
    ],
)
async def test_a_refused_outage_is_told_with_its_facts_and_never_as_an_order(make_turn, desk, because, said) -> None:
    claimable(desk, outage())
    facts = OUTAGE_FACTS | {"deducted_on": "RE-2040"}
    desk.decided = CreditDecided(outcome="refused", because=because, facts=facts)
    turn = make_turn("", intent="goodwill", reason_code="outage")
    await topics.take_up(turn)
    assert all(part in turn.messages[0].text for part in said)
    assert "Bestellung" not in turn.messages[0].text
    assert turn.messages[0].choices[-1].signal.name == "talk_to_human"


async def test_whoever_was_touched_by_no_outage_is_told_so(make_turn, desk) -> None:
    turn = make_turn("", intent="goodwill", reason_code="outage")
    await topics.take_up(turn)
    assert "keinen Ausfall" in turn.messages[0].text
    assert desk.claims == []
    assert turn.slot_changes()["offered"] == "credit_unclear"


async def test_an_error_that_the_database_shows_is_claimed_without_a_number(make_turn, desk) -> None:
    claimable(desk, outage(), invoice())
    desk.decided = CreditDecided(outcome="granted", amount_cents=1789, reference="G-3", facts=BILLING_FACTS)
    turn = make_turn("", intent="goodwill", reason_code="billing_error")
    await topics.take_up(turn)
    assert desk.claims[0].subject == "RE-2018"
    told = turn.messages[0].text
    assert all(
        part in told for part in ("RE-2018", "9,99\xa0€", "31. Januar", "7,90\xa0€", "doppelt", "17,89\xa0€", "G-3")
    )
    assert "Tarif" not in told


async def test_an_error_above_the_limit_is_owned_up_to_before_a_human_is_called(make_turn, desk) -> None:
    claimable(desk, invoice())
    desk.decided = CreditDecided(outcome="proposed", amount_cents=1789, because="limit.bot", facts=BILLING_FACTS)
    turn = make_turn("", intent="goodwill", reason_code="billing_error")
    await topics.take_up(turn)
    found, called = turn.messages
    assert "Sie haben recht" in found.text
    assert called.handover == "credit_over_limit"


async def test_a_named_invoice_is_looked_at_even_if_nothing_seems_wrong(make_turn, desk) -> None:
    desk.decided = CreditDecided(outcome="refused", because="invoice.correct", facts={})
    turn = make_turn("Rechnung RE-2001 ist falsch", intent="goodwill", invoice_number="RE-2001")
    await topics.take_up(turn)
    assert desk.claims[0].subject == "RE-2001"
    assert "RE-2001" in turn.messages[0].text
    assert turn.messages[0].choices[-1].signal.name == "talk_to_human"


async def test_a_named_invoice_is_still_known_after_the_proof_of_identity(make_turn, desk) -> None:
    desk.decided = CreditDecided(outcome="identity_required")
    turn = make_turn("Rechnung RE-2001 ist falsch", intent="goodwill", invoice_number="RE-2001")
    await topics.take_up(turn)
    assert turn.messages[0].request_identity
    await continuing.continue_wish(make_turn("", intent="identity_proven", slots=turn.slot_changes()))
    assert [claim.subject for claim in desk.claims] == ["RE-2001", "RE-2001"]


async def test_somebody_elses_invoice_is_told_as_not_found(make_turn, desk) -> None:
    desk.decided = CreditDecided(outcome="not_found")
    turn = make_turn("Rechnung RE-2099 ist falsch", intent="goodwill", invoice_number="RE-2099")
    await topics.take_up(turn)
    assert turn.slot_changes()["offered"] == "no_answer"
    assert turn.slot_changes()["wish"] is None


async def test_without_any_error_the_visitor_learns_that_all_invoices_were_compared(make_turn, desk) -> None:
    turn = make_turn("", intent="goodwill", reason_code="billing_error")
    await topics.take_up(turn)
    assert "keinen Fehler" in turn.messages[0].text
    assert desk.claims == []


async def test_a_parcel_that_is_known_to_be_lost_goes_to_a_human_at_once(make_turn, desk) -> None:
    desk.found = OrdersFound(outcome="found", orders=(order("10050"), order("10040", state="lost", delivered_on=None)))
    turn = make_turn("Mein Paket ist verloren gegangen", intent="parcel_lost")
    await topics.take_up(turn)
    assert turn.messages[0].handover == "needs_person"
    assert "10040" in turn.messages[0].text


async def test_of_a_parcel_that_was_delivered_the_state_is_told_and_where_to_look(make_turn, desk) -> None:
    desk.found = OrdersFound(outcome="found", orders=(order(days_late=0),))
    turn = make_turn("Paket 10023 ist weg", intent="parcel_lost", order_number="10023")
    await topics.take_up(turn)
    assert "zugestellt" in turn.messages[0].text
    assert "Nachbarn" in turn.messages[-1].text
    assert turn.messages[-1].choices[-1].signal.name == "talk_to_human"
