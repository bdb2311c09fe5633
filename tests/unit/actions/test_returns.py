"""Sending back in the chat: what, why, then the label; and the money that is on its way."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from actions import continuing, returns, topics
from handover.contract.events import DocumentRef
from handover.contract.selfservice import AccountFound, RefundView, ReturnView, ServiceAnswered
from handover.contract.turns import OrdersFound
from knowledge.search import SearchResult
from tests.unit.actions.conftest import hit, order

MIDNIGHT = datetime(2026, 11, 22, 23, tzinfo=UTC)
FACTS = {
    "names_de": "Kaffeemaschine Polar",
    "names_en": "Polar coffee machine",
    "sealed_de": "",
    "sealed_en": "",
    "price_cents": 18900,
    "currency": "EUR",
    "last_day": "2026-12-19",
    "checked_within": 5,
    "free": 1,
    "collect_on": None,
}
OFFERED = ServiceAnswered(outcome="offered", facts=FACTS)
LABEL = DocumentRef(id="d", kind="return_label", name="Etikett.pdf")
DONE = ServiceAnswered(outcome="done", facts=FACTS, reference="V-222222", undo_until=MIDNIGHT, documents=(LABEL,))
HERE = OrdersFound(outcome="found", orders=(order(return_until="2026-12-19", return_is_open=True, days_late=0),))


def refused(because: str, **facts: Any) -> ServiceAnswered:
    return ServiceAnswered(outcome="refused", because=because, facts=facts)


async def test_a_return_asks_what_and_why_and_gives_the_label_after_a_yes(make_turn, desk) -> None:
    desk.found, desk.answers = HERE, [OFFERED, OFFERED, DONE]
    turn = make_turn("ich will etwas zurückschicken", intent="return_how")
    await topics.take_up(turn)
    skus = [choice.signal.data.get("item_sku") for choice in turn.messages[0].choices]
    assert skus == ["KM", "FS", "all", None]
    slots = turn.slot_changes()
    what = make_turn("", intent="choose", slots=slots, item_sku="KM")
    await continuing.continue_wish(what)
    assert [choice.signal.data.get("reason_code") for choice in what.messages[0].choices][:4] == list(returns.REASONS)
    slots |= what.slot_changes()
    why = make_turn("", intent="choose", slots=slots, reason_code="not_wanted")
    await continuing.continue_wish(why)
    assert "189,00\xa0€" in why.messages[0].text
    assert "19. Dezember 2026" in why.messages[0].text
    slots |= why.slot_changes()
    yes = make_turn("", intent="confirm", slots=slots, answer="yes")
    await continuing.continue_wish(yes)
    assert yes.messages[0].documents == (LABEL,)
    assert "V-222222" in yes.messages[0].text
    assert [choice.signal.name for choice in yes.messages[0].choices] == ["undo"]
    done = desk.requests[-1]
    assert (done.preview, done.params) == (False, {"items": "KM", "reason": "not_wanted"})


async def test_what_the_first_words_say_is_not_asked_for(make_turn, desk) -> None:
    desk.found, desk.answers = HERE, [OFFERED]
    turn = make_turn("die Kaffeemaschine gefällt mir nicht, die will ich zurückgeben", intent="return_how")
    await topics.take_up(turn)
    assert desk.requests[-1].params == {"items": "KM", "reason": "not_wanted"}
    assert turn.messages[0].choices[0].label == "Ja, Rücksendung anmelden"


async def test_conditions_are_told_before_the_yes(make_turn, desk) -> None:
    desk.found = HERE
    desk.answers = [ServiceAnswered(outcome="offered", facts=FACTS | {"sealed_de": "Filterset Polar", "free": 0})]
    turn = make_turn("alles zurück, falscher Artikel", intent="return_how")
    await topics.take_up(turn)
    assert "nur ungeöffnet zurück: Filterset Polar" in turn.messages[0].text
    assert "Porto tragen Sie" in turn.messages[0].text


async def test_a_large_device_is_collected_on_a_chosen_day(make_turn, desk) -> None:
    desk.found = HERE
    days = refused("return.choose_day", days="2026-11-24,2026-11-25")
    collected = ServiceAnswered(outcome="offered", facts=FACTS | {"collect_on": "2026-11-25"})
    desk.answers = [days, days, collected]
    slots = {"wish": "return_how", "details": {"order_number": "10023", "item_sku": "KM", "reason_code": "other"}}
    turn = make_turn("", intent="choose", slots=slots, item_sku="KM")
    desk.answers = [days, collected]
    await continuing.continue_wish(turn)
    assert [choice.label for choice in turn.messages[0].choices][:2] == [
        "Dienstag, 24. November",
        "Mittwoch, 25. November",
    ]
    desk.answers = [collected]
    then = make_turn("", intent="choose", slots=slots | turn.slot_changes(), collect_on="2026-11-25")
    await continuing.continue_wish(then)
    assert "am Mittwoch, 25. November kostenlos" in then.messages[0].text
    assert desk.requests[-1].params["collect_on"] == "2026-11-25"


@pytest.mark.parametrize(
    ("answered", "words", "button"),
    [
        (refused("return.processing", number="10023"), "noch nicht verschickt", "cancel_order"),
        (refused("return.announced", number="10023", return_number="V-222222"), "V-222222", "return_label"),
        (refused("return.too_late", number="10023", last_day="2026-10-01"), "1. Oktober 2026", "talk_to_human"),
    ],
)
async def test_who_cannot_send_back_is_told_at_once_why_and_what_else(make_turn, desk, answered, words, button) -> None:
    desk.found, desk.answers = HERE, [answered]
    turn = make_turn("zurückschicken bitte", intent="return_how")
    await topics.take_up(turn)
    assert words in turn.messages[0].text
    assert turn.messages[0].choices[0].signal.name == button
    assert turn.slot_changes()["wish"] is None


async def test_an_exchange_says_that_there_is_none_and_goes_on_as_a_return(make_turn, desk) -> None:
    desk.found, desk.answers = HERE, [OFFERED]
    turn = make_turn("umtauschen bitte", intent="exchange")
    await topics.take_up(turn)
    assert "direkten Umtausch gibt es nicht" in turn.messages[0].text
    assert "zurücksenden?" in turn.messages[1].text


async def test_the_wrong_item_goes_back_at_our_cost_or_a_human_sends_the_right_one(make_turn, desk) -> None:
    desk.found, desk.answers = HERE, [OFFERED]
    turn = make_turn("da war was anderes drin", intent="wrong_item")
    await topics.take_up(turn)
    for wanted in ("refund", "replacement"):
        then = make_turn("", intent="choose", slots=turn.slot_changes(), reason_code=wanted)
        await continuing.continue_wish(then)
        assert then.messages[0].handover == ("needs_person" if wanted == "replacement" else None)
    assert desk.requests[0].params["reason"] == "wrong_item"


async def test_a_lost_label_is_given_again(make_turn, desk) -> None:
    desk.known = AccountFound(outcome="found", returns=(sent_back(),))
    desk.answers = [DONE]
    turn = make_turn("etikett verloren", intent="return_label")
    await topics.take_up(turn)
    assert (desk.requests[0].kind, desk.requests[0].subject) == ("order.return_label", "R-1")
    assert turn.messages[0].documents == (LABEL,)


async def test_without_a_return_there_is_no_label_but_the_way_to_one(make_turn, desk) -> None:
    turn = make_turn("etikett bitte", intent="return_label")
    await topics.take_up(turn)
    assert [choice.signal.name for choice in turn.messages[0].choices] == ["return_how", "talk_to_human"]


async def test_the_period_of_ones_own_order_is_told_and_of_none_the_article(make_turn, desk, knowledge) -> None:
    desk.found = HERE
    turn = make_turn("bis wann kann ich 10023 zurückgeben?", intent="return_period", order_number="10023")
    await topics.take_up(turn)
    assert "bis zum **19. Dezember 2026**" in turn.messages[0].text
    knowledge.result = SearchResult("answer", answer=hit("return-period", "30 Tage"))
    turn = make_turn("14 oder 30 Tage?", intent="return_period")
    await topics.take_up(turn)
    assert turn.messages[0].text == "30 Tage"
    assert turn.messages[0].choices[0].label == "Frist für meine Bestellung nachsehen"


# --- the money ----------------------------------------------------------------------------------------------------


def refund(**facts: Any) -> RefundView:
    base: dict[str, Any] = {
        "reference": "E-1",
        "order_number": "10023",
        "invoice_number": None,
        "cents": 3990,
        "currency": "EUR",
        "reason": "item_returned",
        "method": "PayPal",
        "state": "announced",
        "expected_on": date(2026, 11, 24),
        "paid_on": None,
    }
    return RefundView(**(base | facts))


def sent_back(**facts: Any) -> ReturnView:
    base: dict[str, Any] = {
        "number": "R-1",
        "order_number": "10023",
        "items": "KM",
        "names": "Kaffeemaschine Polar",
        "reason": "other",
        "state": "announced",
        "announced_on": date(2026, 11, 20),
        "received_on": None,
        "refund_by": None,
        "is_collected": False,
        "is_overdue": False,
    }
    return ReturnView(**(base | facts))


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "bis zum 24. November 2026 da sein"),
        ({"state": "paid", "paid_on": date(2026, 11, 20)}, "am 20. November 2026 erstattet (PayPal). Die"),
        ({"state": "paid", "paid_on": date(2026, 11, 20), "days_until_there": (0, 0)}, "am selben Tag"),
        ({"state": "paid", "paid_on": date(2026, 11, 20), "days_until_there": (2, 5)}, "je nach Bank 2 bis 5 Tage"),
        ({"order_number": None, "invoice_number": "RE-2006"}, "zu Rechnung RE-2006"),
    ],
)
async def test_a_refund_is_told_with_its_days_by_its_way(make_turn, desk, facts, words) -> None:
    desk.known = AccountFound(outcome="found", refunds=(refund(**facts),))
    turn = make_turn("wo bleibt mein geld", intent="refund_status")
    await topics.take_up(turn)
    assert words in turn.messages[0].text
    assert turn.messages[0].choices == ()


async def test_what_takes_too_long_comes_with_a_human(make_turn, desk) -> None:
    late = sent_back(state="received", received_on=date(2026, 11, 2), refund_by=date(2026, 11, 9), is_overdue=True)
    desk.known = AccountFound(outcome="found", returns=(late,))
    turn = make_turn("wo bleibt mein geld", intent="refund_status")
    await topics.take_up(turn)
    assert "am 2. November 2026 angekommen" in turn.messages[0].text
    assert turn.messages[1].choices[0].signal.name == "talk_to_human"


async def test_of_money_that_is_overdue_is_told_when_it_should_have_come(make_turn, desk) -> None:
    desk.known = AccountFound(outcome="found", refunds=(refund(is_overdue=True),))
    turn = make_turn("wo bleibt mein geld", intent="refund_status")
    await topics.take_up(turn)
    assert "sollten bis zum 24. November 2026 bei Ihnen sein" in turn.messages[0].text
    assert turn.messages[1].choices[0].signal.name == "talk_to_human"


async def test_only_the_order_that_was_named_is_told_also_after_the_proof(make_turn, desk) -> None:
    desk.known = AccountFound(outcome="identity_required")
    turn = make_turn("wo bleibt das geld für 10023", intent="refund_status", order_number="10023")
    await topics.take_up(turn)
    assert turn.messages[0].request_identity
    desk.known = AccountFound(outcome="found", refunds=(refund(), refund(reference="E-2", order_number="10050")))
    then = make_turn("", intent="identity_proven", slots=turn.slot_changes())
    await continuing.continue_wish(then)
    assert "E-1" in then.messages[0].text
    assert "E-2" not in then.messages[0].text


async def test_who_expects_money_that_nobody_knows_of_is_offered_a_human(make_turn) -> None:
    turn = make_turn("wo bleibt mein geld", intent="refund_status")
    await topics.take_up(turn)
    assert "keine Erstattung" in turn.messages[0].text
    assert turn.slot_changes()["offered"] == "no_answer"
