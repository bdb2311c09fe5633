"""Invoices in the chat: which one, what stands on it and what changed, as a file, what is due, charged twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions import billing, topics
from actions.invoices import changes, month_in
from actions.turn import Turn
from handover.contract.events import DocumentRef
from handover.contract.selfservice import AccountFound, PlanView, ServiceAnswered, SubscriptionStatus
from knowledge.search import SearchResult
from tests.unit.actions.bills import PAYPAL, TRANSFER, VISA, bill, found, line
from tests.unit.actions.conftest import FakeDesk, hit, labels, said

Make = Callable[..., Turn]
OCTOBER = bill(
    "RE-1",
    line(text="Nordlicht Plus, Oktober 2026"),
    line("usage", "Zusätzlicher Speicher, 20 GB", 199),
    month=10,
    state="paid",
)
NOVEMBER = bill("RE-2", line(), line("one_off", "Express-Austausch", 790), previous="RE-1")
CAMERA = bill("RE-3", line(text="Kamera-Speicher, November 2026", cents=699), subscription="A-2")


# --- explained --------------------------------------------------------------------------------------------------------


async def test_the_newest_invoice_comes_as_a_card_and_is_told_with_what_changed_and_why(make_turn: Make, desk) -> None:
    desk.known = found(NOVEMBER, OCTOBER)
    turn = make_turn("Warum ist meine Rechnung so hoch?", intent="invoice_explain")
    await billing.explain(turn)
    told = said(turn)
    for part in (
        "RE-2 vom 1. November 2026 über **17,89\xa0€**",
        "5,91\xa0€ mehr als auf der Rechnung davor (RE-1, 11,98\xa0€)",
        "- Neu: Express-Austausch, 7,90\xa0€. Das fällt nur einmal an.",
        "- Nicht mehr dabei: Zusätzlicher Speicher, 20 GB, 1,99\xa0€.",
        "noch offen und am 15. November 2026 fällig",
    ):
        assert part in told
    assert "Nordlicht Plus" not in told, "what has not changed stands on the card alone"
    assert [(wish.kind, wish.number) for message in turn.messages for wish in message.cards] == [("invoice", "RE-2")]
    assert labels(turn) == []
    assert turn.slot_changes()["wish"] is None


async def test_a_change_of_plan_is_explained_as_pro_rata(make_turn: Make, desk) -> None:
    before = bill("RE-1", line(text="Nordlicht Basic, October 2026", cents=499), month=10)
    after = bill(
        "RE-2",
        line(text="Nordlicht Plus, November 2026"),
        line("proration", "Change from Basic to Plus, 11 days", 183),
        previous="RE-1",
        state="failed",
    )
    desk.known = found(after, before)
    turn = make_turn("Explain my bill", intent="invoice_explain", language="en")
    await billing.explain(turn)
    told = said(turn)
    assert "€6.83 more than the invoice before (RE-1, €4.99)" in told
    assert "New: Change from Basic to Plus, 11 days, €1.83. You changed your plan" in told
    assert "No longer there: Nordlicht Basic, €4.99." in told
    assert "Try the payment again" in labels(turn)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ((line(),), "hat sich nichts geändert"),
        ((line(cents=899),), "1,00\xa0€ weniger"),
        ((line(cents=899), line("fee", "Gebühr", 100)), "setzt sich aber anders zusammen"),
    ],
)
async def test_same_less_and_otherwise_made_up_are_told_apart(make_turn: Make, desk, lines, words) -> None:
    before = bill("RE-1", line(text="Nordlicht Plus, Oktober 2026"), month=10)
    desk.known = found(bill("RE-2", *lines, previous="RE-1"), before)
    turn = make_turn(intent="invoice_explain")
    await billing.explain(turn)
    assert words in said(turn)


@pytest.mark.parametrize(
    ("state", "is_overdue", "words"),
    [("paid", False, "ist bezahlt"), ("open", True, "fällig war sie"), ("failed", False, "fehlgeschlagen")],
)
async def test_its_state_is_told(make_turn: Make, desk, state, is_overdue, words) -> None:
    desk.known = found(bill(state=state, is_overdue=is_overdue))
    turn = make_turn(intent="invoice_explain")
    await billing.explain(turn)
    assert words in said(turn)


cents = st.integers(min_value=-5_000, max_value=50_000)
lines = st.lists(
    st.builds(line, st.sampled_from(["plan", "usage", "fee", "discount"]), st.sampled_from("abc"), cents), max_size=6
)


@given(now=lines, before=lines)
def test_the_changes_add_up_to_the_difference_of_the_totals(now, before) -> None:
    one, other = bill("RE-2", *now, total_cents=0), bill("RE-1", *before, total_cents=0)
    told = changes(one, other)
    difference = sum(each.cents for each in one.lines) - sum(each.cents for each in other.lines)
    assert sum((each.now or 0) - (each.before or 0) for each in told) == difference
    assert all(each.now != each.before for each in told)


# --- which one --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "entities", "number"),
    [
        ("Erkläre mir RE-1", {"invoice_number": "RE-1"}, "RE-1"),
        ("re-1 bitte erklären", {"invoice_number": "re-1"}, "RE-1"),
        ("die Rechnung vom Oktober", {}, "RE-1"),
        ("my bill for October", {}, "RE-1"),
        ("die vom Kamera-Speicher", {}, "RE-3"),
        ("warum so viel für Plus", {"invoice_number": "RE-2"}, "RE-2"),
    ],
)
async def test_number_month_and_words_name_an_invoice(make_turn: Make, desk, text, entities, number) -> None:
    desk.known = found(NOVEMBER, CAMERA, OCTOBER)
    turn = make_turn(text, intent="invoice_explain", **entities)
    await billing.explain(turn)
    assert f"Rechnung {number} vom" in said(turn)


async def test_two_newest_ones_are_asked_back_with_buttons(make_turn: Make, desk) -> None:
    desk.known = found(NOVEMBER, CAMERA, OCTOBER)
    turn = make_turn("Rechnung zu hoch", intent="invoice_explain", slots={"wish": "invoice_explain"})
    await billing.explain(turn)
    assert [choice.signal.data.get("invoice_number") for choice in turn.messages[0].choices] == ["RE-2", "RE-3", None]
    assert "wish" not in turn.slot_changes()
    pressed = turn.messages[0].choices[1].signal
    chosen = make_turn(intent=pressed.name, **pressed.data, slots={**turn.kept, "wish": "invoice_explain"})
    await topics.take_up(chosen)
    assert "RE-3 vom" in said(chosen)


async def test_a_button_pressed_after_something_else_was_talked_about_still_means_its_question(
    make_turn: Make, desk
) -> None:
    desk.known = found(NOVEMBER, CAMERA, OCTOBER)
    turn = make_turn("Rechnung zu hoch", intent="invoice_explain", slots={"wish": "invoice_explain"})
    await billing.explain(turn)
    pressed = turn.messages[0].choices[1].signal
    for open_wish in (None, "parcel_late"):
        late = make_turn(intent=pressed.name, **pressed.data, slots={"wish": open_wish})
        await topics.take_up(late)
        assert "RE-3 vom" in said(late)


async def test_no_the_other_one_is_asked_among_all(make_turn: Make, desk) -> None:
    desk.known = found(NOVEMBER, CAMERA, OCTOBER)
    turn = make_turn("nein, die andere", intent="correct", slots={"wish": "invoice_explain", "wish_text": ""})
    await billing.explain(turn)
    assert len(turn.messages[0].choices) == 4


@pytest.mark.parametrize("flow", [billing.explain, billing.download, billing.tell_due])
async def test_an_unknown_or_foreign_number_is_not_found_and_the_wish_stays(make_turn: Make, desk, flow) -> None:
    desk.known = found(NOVEMBER)
    turn = make_turn("RE-99", invoice_number="RE-99", slots={"wish": "x", "details": {"invoice_number": "RE-99"}})
    await flow(turn)
    assert "keine Rechnung RE-99" in said(turn)
    assert turn.slot("wish") == "x"
    assert not desk.requests


@pytest.mark.parametrize("flow", [billing.explain, billing.download, billing.tell_due])
async def test_without_a_proof_the_visitor_is_asked_for_it(make_turn: Make, desk, flow) -> None:
    desk.known = AccountFound(outcome="identity_required")
    turn = make_turn("meine Rechnung", slots={"wish": "invoice_explain"})
    await flow(turn)
    assert [message.request_identity for message in turn.messages] == [True]


async def test_who_has_no_invoice_is_told_so(make_turn: Make, desk) -> None:
    turn = make_turn("meine Rechnung")
    await billing.explain(turn)
    assert "finde ich keine Rechnung" in said(turn)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("im Mai", 5),
        ("my May bill", 5),
        ("may I ask something", None),
        ("März", 3),
        ("the december one", 12),
        ("Augustiner", None),
        ("", None),
    ],
)
def test_months_are_read_in_both_languages(text: str, month: int | None) -> None:
    assert month_in(text) == month


# --- as a file --------------------------------------------------------------------------------------------------------


def copied(number: str) -> ServiceAnswered:
    document = DocumentRef(id=number, kind="invoice", name=f"Rechnung-{number}.pdf")
    return ServiceAnswered(outcome="done", reference="V-1", documents=(document,))


async def test_an_invoice_comes_as_a_document(make_turn: Make, desk: FakeDesk) -> None:
    desk.known, desk.answers = found(NOVEMBER, OCTOBER), [copied("RE-2")]
    turn = make_turn("rechnung als pdf", intent="invoice_download")
    await billing.download(turn)
    assert [document.name for document in turn.messages[0].documents] == ["Rechnung-RE-2.pdf"]
    assert [(one.kind, one.subject) for one in desk.requests] == [("invoice.copy", "RE-2")]


async def test_all_invoices_come_at_once(make_turn: Make, desk: FakeDesk) -> None:
    desk.known, desk.answers = found(NOVEMBER, CAMERA, OCTOBER), [copied(one) for one in ("RE-2", "RE-3", "RE-1")]
    turn = make_turn("Alle Rechnungen bitte", intent="invoice_download")
    await billing.download(turn)
    assert [document.id for document in turn.messages[0].documents] == ["RE-2", "RE-3", "RE-1"]
    assert "3 Rechnungen" in said(turn)


# --- due --------------------------------------------------------------------------------------------------------------


def running(state: str = "active", ends_on: date | None = None) -> SubscriptionStatus:
    plan = PlanView(plan="plus", name="Plus", monthly_cents=999, currency="EUR", family="n", rank=2, can_pause=True)
    return SubscriptionStatus(
        number="A-1",
        plan=plan,
        monthly_cents=999,
        currency="EUR",
        state=state,
        started_on=date(2026, 1, 1),
        paid_until=date(2026, 11, 30),
        ends_on=ends_on,
        next_plan=None,
        next_plan_on=None,
        paused_from=None,
        paused_until=None,
    )


async def test_what_is_open_is_told_with_sum_day_and_way_of_payment(make_turn: Make, desk) -> None:
    late = bill("RE-0", month=9, is_overdue=True)
    desk.known = found(NOVEMBER, OCTOBER, late, payment_methods=(VISA, PAYPAL), subscriptions=(running(),))
    turn = make_turn("Was muss ich noch zahlen?", intent="invoice_due")
    await billing.tell_due(turn)
    told = said(turn)
    assert "zusammen 27,88\xa0€" in told
    assert "RE-2 über 17,89\xa0€. Sie ist noch offen und am 15. November 2026 fällig." in told
    assert "RE-0 über 9,99\xa0€. Sie ist noch offen; fällig war sie am 15. September 2026." in told
    assert "von selbst ab: Visa •••• 4000" in told
    assert "am 1. Dezember 2026" in told
    assert "RE-1" not in told


async def test_who_pays_by_transfer_is_told_how(make_turn: Make, desk) -> None:
    desk.known = found(NOVEMBER, payment_methods=(TRANSFER.model_copy(update={"is_default": True}),))
    turn = make_turn("how much do I owe", intent="invoice_due", language="en")
    await billing.tell_due(turn)
    assert "payment reference" in said(turn)


@pytest.mark.parametrize(
    ("subscription", "is_told"),
    [(running(), True), (running(ends_on=date(2026, 11, 30)), False), (running(state="paused"), False)],
)
async def test_with_nothing_open_the_next_invoice_is_named_if_one_comes(
    make_turn: Make, desk, subscription, is_told
) -> None:
    desk.known = found(OCTOBER, subscriptions=(subscription,))
    turn = make_turn("ist noch was offen", intent="invoice_due")
    await billing.tell_due(turn)
    assert "nichts offen" in said(turn)
    assert ("nächste Rechnung" in said(turn)) is is_told


async def test_one_invoice_is_told_with_its_state(make_turn: Make, desk) -> None:
    desk.known = found(NOVEMBER, OCTOBER)
    turn = make_turn("Ist RE-1 bezahlt?", intent="invoice_due", invoice_number="RE-1")
    await billing.tell_due(turn)
    assert said(turn) == "Rechnung RE-1 über 11,98\xa0€. Sie ist bezahlt."


# --- charged twice ----------------------------------------------------------------------------------------------------

TWICE = {
    "about": "invoice",
    "number": "RE-2",
    "cents": 999,
    "currency": "EUR",
    "method": "PayPal",
    "times": 2,
    "first_on": "2026-11-01",
    "last_on": "2026-11-04",
    "expected_on": "2026-11-09",
}


@pytest.mark.parametrize("outcome", ["done", "already_done"])
@pytest.mark.parametrize(
    ("language", "told"),
    [("de", ("9,99\xa0€", "9. November 2026", "Rechnung RE-2")), ("en", ("€9.99", "9 November 2026", "invoice RE-2"))],
)
async def test_a_double_charge_is_told_with_amount_day_and_reference(
    make_turn: Make, desk: FakeDesk, outcome, language, told
) -> None:
    desk.answers = [ServiceAnswered(outcome=outcome, facts=TWICE, reference="V-7")]
    turn = make_turn("doppelt abgebucht", intent="double_charge", language=language)
    await billing.dispute(turn)
    assert all(part.casefold() in said(turn).casefold() for part in (*told, "V-7", "PayPal"))
    assert turn.slot_changes()["wish"] is None


@pytest.mark.parametrize(
    ("entities", "subject"),
    [({}, ""), ({"invoice_number": "RE-2"}, "RE-2"), ({"order_number": "10034"}, "10034")],
)
async def test_what_is_named_is_looked_at_else_everything(make_turn: Make, desk: FakeDesk, entities, subject) -> None:
    desk.answers = [ServiceAnswered(outcome="refused", because="invoice.no_double_charge")]
    turn = make_turn("doppelt bezahlt", intent="double_charge", **entities)
    await billing.dispute(turn)
    assert [(one.kind, one.subject, one.preview) for one in desk.requests] == [("invoice.dispute", subject, False)]
    assert turn.slot_changes()["offered"] == "needs_person"


async def test_two_invoices_that_look_alike_are_explained(make_turn: Make, desk: FakeDesk) -> None:
    facts = {
        "number": "RE-2",
        "other": "RE-3",
        "text": "Geräteschutz A",
        "other_text": "Geräteschutz B",
        "cents": 349,
        "currency": "EUR",
        "issued_on": "2026-11-01",
    }
    desk.answers = [ServiceAnswered(outcome="refused", because="invoice.look_alike", facts=facts)]
    turn = make_turn("doppelt berechnet", intent="double_charge")
    await billing.dispute(turn)
    for part in ("RE-2", "RE-3", "Geräteschutz A", "Geräteschutz B", "3,49\xa0€", "1. November 2026"):
        assert part in said(turn)


async def test_a_foreign_number_is_not_found(make_turn: Make, desk: FakeDesk) -> None:
    desk.answers = [ServiceAnswered(outcome="not_found")]
    turn = make_turn("RE-99 doppelt", intent="double_charge", invoice_number="RE-99")
    await billing.dispute(turn)
    assert "finde ich unter Ihrem Namen nicht" in said(turn)


# --- what leans on the invoice just told ------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["can i have that as a pdf?", "Kann ich die als PDF bekommen?", "als PDF bitte"])
async def test_that_as_a_pdf_is_the_invoice_just_told(make_turn: Make, desk: FakeDesk, text: str) -> None:
    desk.known = found(NOVEMBER, OCTOBER)
    desk.answers = [ServiceAnswered(outcome="done", documents=(DocumentRef(id="d", kind="invoice", name="R.pdf"),))]
    first = make_turn("Rechnung vom Oktober erklären", intent="invoice_explain")
    await topics.take_up(first)
    second = make_turn(text, intent="invoice_download", slots=first.slot_changes())
    await topics.take_up(second)
    assert [one.subject for one in desk.requests] == ["RE-1"]
    third = make_turn("what about the one from november", intent="inform", slots=second.slot_changes())
    await topics.take_up(third)
    assert "Rechnung RE-2" in said(third)


async def test_how_invoices_are_sent_is_for_the_article(make_turn: Make, desk, knowledge) -> None:
    knowledge.result = SearchResult("answer", answer=hit("invoice-download", "Im Konto."))
    turn = make_turn("can I get the invoice by post?", intent="invoice_download")
    await topics.take_up(turn)
    assert "Im Konto." in said(turn)


@pytest.mark.parametrize("intent", ["nlu_fallback", "inform"])
async def test_another_month_goes_on_about_invoices(make_turn: Make, desk: FakeDesk, intent: str) -> None:
    desk.known = found(NOVEMBER, OCTOBER)
    first = make_turn("Rechnung erklären", intent="invoice_explain")
    await topics.take_up(first)
    assert "Rechnung RE-2" in said(first)
    second = make_turn("und die vom Oktober?", intent=intent, slots=first.slot_changes())
    await topics.take_up(second)
    assert "Rechnung RE-1" in said(second)
