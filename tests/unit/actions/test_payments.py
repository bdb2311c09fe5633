"""Paying in the chat: what failed is tried again, reminders are explained, the method is changed, numbers stay out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from actions import payments
from actions.turn import Turn
from handover.contract.selfservice import AccountFound, ServiceAnswered
from knowledge.search import SearchResult
from tests.unit.actions.bills import PAYPAL, TRANSFER, VISA, bill, failure, found
from tests.unit.actions.conftest import FakeDesk, hit
from tests.unit.actions.test_billing import labels, said

Make = Callable[..., Turn]
FAILED = bill(state="failed")
METHODS = (VISA, PAYPAL, TRANSFER)


def answered(outcome: str = "offered", **facts: Any) -> ServiceAnswered:
    return ServiceAnswered(outcome=outcome, facts=facts, reference="V-1" if outcome != "offered" else None)


def after(turn: Turn, wish: str, **slots: Any) -> dict[str, Any]:
    """What is kept in mind when the next message comes."""
    return {"wish": wish, **turn.kept, **slots}


# --- a payment that failed --------------------------------------------------------------------------------------------


async def test_a_failed_payment_is_told_with_its_reason_and_tried_again_after_choice_and_yes(
    make_turn: Make, desk: FakeDesk
) -> None:
    desk.known = found(FAILED, payments=(failure(),), payment_methods=METHODS)
    first = make_turn("zahlung fehlgeschlagen", intent="failed_payment", slots={"wish": "failed_payment"})
    await payments.try_again(first)
    assert "am 3. November 2026 mit Visa •••• 4000 fehlgeschlagen. Das Limit der Karte war erreicht." in said(first)
    assert labels(first)[:2] == ["Visa •••• 4000", "PayPal"]

    desk.answers = [answered(method="PayPal")]
    second = make_turn(intent="choose", payment_method="m-paypal", slots=after(first, "failed_payment"))
    await payments.try_again(second)
    assert said(second) == "Soll ich 9,99\xa0€ für Rechnung RE-2 jetzt von PayPal abbuchen lassen?"
    assert [one.preview for one in desk.requests] == [True]

    desk.answers = [answered("done", method="PayPal")]
    third = make_turn(intent="confirm", answer="yes", slots=after(second, "failed_payment"))
    await payments.try_again(third)
    assert "V-1" in said(third)
    last = desk.requests[-1]
    assert (last.kind, last.subject, last.params, last.preview) == (
        "invoice.pay_again",
        "RE-2",
        {"method": "m-paypal"},
        False,
    )
    assert third.slot_changes()["wish"] is None


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("card_expired", "expired"),
        ("no_funds", "not enough money"),
        ("not_confirmed", "bank's app"),
        ("returned", "returned the direct debit"),
        ("reason_of_tomorrow", "Only your bank knows"),
        (None, "Only your bank knows"),
    ],
)
async def test_every_reason_is_told_in_plain_words(make_turn: Make, desk, reason, words) -> None:
    desk.known = found(FAILED, payments=(failure(reason=reason),), payment_methods=METHODS)
    desk.answers = [answered(method="PayPal")]
    turn = make_turn("payment failed", intent="failed_payment", language="en")
    await payments.try_again(turn)
    assert words in said(turn)


async def test_an_expired_card_and_the_transfer_are_not_offered_again(make_turn: Make, desk: FakeDesk) -> None:
    desk.known = found(FAILED, payments=(failure(reason="card_expired"),), payment_methods=METHODS)
    desk.answers = [answered(method="PayPal")]
    turn = make_turn("karte abgelehnt", intent="failed_payment")
    await payments.try_again(turn)
    assert [one.params for one in desk.requests] == [{"method": "m-paypal"}]
    assert labels(turn) == ["Ja, noch einmal abbuchen", "Nein, so lassen"]


async def test_without_another_method_the_way_in_the_account_is_told(make_turn: Make, desk) -> None:
    desk.known = found(FAILED, payments=(failure(reason="card_expired"),), payment_methods=(VISA, TRANSFER))
    turn = make_turn("karte abgelehnt", intent="failed_payment")
    await payments.try_again(turn)
    assert "Erneut bezahlen" in said(turn)
    assert turn.slot_changes()["offered"] == "needs_person"


@pytest.mark.parametrize("number", [None, "RE-9"])
async def test_where_nothing_failed_that_is_said(make_turn: Make, desk, number) -> None:
    desk.known = found(bill(), *((FAILED,) if number else ()), payment_methods=METHODS)
    entities = {"invoice_number": number} if number else {}
    turn = make_turn("zahlung geht nicht", intent="failed_payment", **entities)
    await payments.try_again(turn)
    assert "keine fehlgeschlagene Zahlung" in said(turn)
    assert not desk.requests


# --- reminders --------------------------------------------------------------------------------------------------------


async def test_a_reminder_is_explained_by_what_is_overdue(make_turn: Make, desk) -> None:
    desk.known = found(FAILED, bill("RE-1", month=9, is_overdue=True), bill("RE-0", month=8, state="paid"))
    turn = make_turn("mahnung bekommen", intent="dunning")
    await payments.tell_overdue(turn)
    assert "19,98\xa0€" in said(turn)
    assert "RE-1 über 9,99\xa0€, fällig am 15. September 2026" in said(turn)
    assert "RE-0" not in said(turn)
    assert labels(turn) == ["Zahlung noch einmal versuchen", "Mit einem Menschen sprechen"]


async def test_a_reminder_without_reason_may_be_ignored(make_turn: Make, desk) -> None:
    desk.known = found(bill())
    turn = make_turn("mahnung trotz zahlung", intent="dunning")
    await payments.tell_overdue(turn)
    assert "nichts überfällig" in said(turn)


# --- payment methods --------------------------------------------------------------------------------------------------


async def test_another_stored_method_is_chosen_by_name_confirmed_and_told_with_the_way_back(
    make_turn: Make, desk: FakeDesk
) -> None:
    desk.known = found(payment_methods=METHODS)
    desk.answers = [answered(method_before=VISA.label)]
    first = make_turn("bitte auf PayPal umstellen", intent="change_payment_method")
    await payments.change_method(first)
    assert said(first).startswith("Ab der nächsten Abbuchung bezahlen Sie mit PayPal statt mit Visa •••• 4000.")

    done = ServiceAnswered(outcome="done", reference="V-1", undo_until="2026-11-22T22:59:59Z")
    desk.answers = [done]
    second = make_turn(intent="affirm", text="ja", slots=after(first, "change_payment_method"))
    await payments.change_method(second)
    assert [one.preview for one in desk.requests] == [True, False]
    assert "V-1" in said(second)
    assert labels(second) == ["Rückgängig machen"]


async def test_a_yes_to_one_method_does_not_confirm_another(make_turn: Make, desk: FakeDesk) -> None:
    desk.known = found(payment_methods=METHODS)
    desk.answers = [answered(method_before=VISA.label)]
    first = make_turn("auf PayPal", intent="change_payment_method")
    await payments.change_method(first)
    second = make_turn(
        intent="confirm", answer="yes", payment_method="m-transfer", slots=after(first, "change_payment_method")
    )
    await payments.change_method(second)
    assert [one.preview for one in desk.requests] == [True, True]


async def test_which_one_is_asked_with_what_is_stored(make_turn: Make, desk) -> None:
    desk.known = found(payment_methods=METHODS)
    turn = make_turn("zahlungsart wechseln", intent="change_payment_method")
    await payments.change_method(turn)
    assert "- Visa •••• 4000 (wird für Abbuchungen benutzt)\n- PayPal" in said(turn)
    assert labels(turn)[:2] == ["PayPal", "Kauf auf Rechnung"]


async def test_who_has_one_method_only_is_told_where_to_add_one(make_turn: Make, desk) -> None:
    desk.known = found(payment_methods=(VISA,))
    turn = make_turn("switch payment method", intent="change_payment_method", language="en")
    await payments.change_method(turn)
    assert "My account > Payment methods" in said(turn)


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("neue IBAN DE89370400440532013000", {"iban": "DE89370400440532013000"}),
        ("my card is 4111 1111 1111 1111", {}),
        ("Karte 4111-1111-1111-1111 eintragen", {}),
    ],
)
async def test_a_number_of_a_card_or_account_is_refused_and_nothing_is_asked(
    make_turn: Make, desk: FakeDesk, text, entities
) -> None:
    desk.known = AccountFound(outcome="identity_required")
    turn = make_turn(text, intent="change_payment_method", **entities)
    await payments.change_method(turn)
    assert "nie eine Kartennummer oder IBAN" in said(turn)
    assert not any(character.isdigit() for character in said(turn))
    assert not desk.requests


async def test_a_new_method_is_sent_to_the_account_before_any_proof(make_turn: Make, desk) -> None:
    desk.known = AccountFound(outcome="identity_required")
    turn = make_turn("neue karte hinterlegen", intent="change_payment_method")
    await payments.change_method(turn)
    assert "Mein Konto > Zahlungsarten" in said(turn)
    assert not any(message.request_identity for message in turn.messages)


async def test_a_refused_method_says_why(make_turn: Make, desk: FakeDesk) -> None:
    desk.known = found(payment_methods=(VISA, TRANSFER))
    desk.answers = [ServiceAnswered(outcome="refused", because="payment.not_for_subscriptions")]
    turn = make_turn("auf Rechnung bezahlen", intent="change_payment_method")
    await payments.change_method(turn)
    assert "nicht auf Rechnung" in said(turn)
    assert turn.slot_changes()["wish"] is None


@pytest.mark.parametrize(
    ("text", "is_mine"),
    [
        ("Meine hinterlegten Zahlungsarten", True),
        ("my payment methods", True),
        ("which payment methods do I have", True),
        ("womit bezahle ich gerade?", True),
        ("Zahlungsarten?", False),
        ("can I pay by card", False),
    ],
)
async def test_mine_are_listed_and_those_of_the_shop_come_from_the_knowledge_base(
    make_turn: Make, desk, knowledge, text, is_mine
) -> None:
    desk.known = found(payment_methods=METHODS)
    knowledge.result = SearchResult("answer", answer=hit())
    turn = make_turn(text, intent="payment_methods")
    await payments.show_methods(turn)
    assert ("Visa •••• 4000" in said(turn)) is is_mine
    assert any(message.receipt for message in turn.messages) is not is_mine
