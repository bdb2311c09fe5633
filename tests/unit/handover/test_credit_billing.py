"""Errors on invoices: what was charged without ground is given back to the cent, and nothing else is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from handover.domain.errors import Conflict
from handover.domain.evidence import InvoiceEvidence
from handover.domain.selfservice import ServiceRequest
from handover.domain.shop import InvoiceLine
from handover.store.tables import invoices
from tests.unit.handover.shop_floor import ANNA, ShopFloor
from tests.unit.handover.subscribers import CAMERA, FEBRUARY, MARCH, PLUS, invoice, line, settle, subscription

EXTRA = line("one_off", 790, text="Express-Austausch")
FREE_MONTH = line("discount", -100, text="Willkommensrabatt")


@pytest.fixture
def floor(floor: ShopFloor) -> ShopFloor:
    settle(floor, PLUS, CAMERA, subscription())
    return floor


def claim(floor: ShopFloor, number: str = "RE-3", conversation: str | None = None):
    return floor.claim(conversation or floor.conversation(), number, "billing_error")


def ended(floor: ShopFloor) -> None:
    settle(floor, subscription("A-600", plan=PLUS, state="cancelled", ends_on=date(2026, 2, 28)))


def test_a_month_after_the_end_of_the_subscription_is_given_back(floor: ShopFloor) -> None:
    ended(floor)
    settle(floor, invoice("RE-3", line(cents=999, plan="plus"), FREE_MONTH, subscription="A-600"))
    decided = claim(floor)
    assert (decided.outcome, decided.because, decided.amount_cents) == ("granted", "billing_error.granted", 899)
    assert decided.facts["after_end_cents"] == 899
    [kept] = floor.decisions()
    assert (kept.subject, kept.invoice_id, kept.order_id) == ("RE-3", "inv-RE-3", None)
    assert floor.credits.reconcile() == []


def test_the_last_month_that_was_used_is_owed(floor: ShopFloor) -> None:
    ended(floor)
    settle(floor, invoice("RE-3", line(cents=999, plan="plus"), subscription="A-600", issued_on=FEBRUARY))
    assert claim(floor).because == "invoice.correct"


def test_a_plan_dearer_than_it_was_at_that_time_is_corrected_to_its_price(floor: ShopFloor) -> None:
    settle(floor, invoice("RE-2", line(cents=899), issued_on=FEBRUARY), invoice("RE-3", line(cents=899)))
    with floor.unit() as unit:
        unit.shop.add_plan_price("kamera", until=date(2026, 2, 15), monthly_cents=799)
        unit.shop.add_plan_price("kamera", until=date(2025, 6, 30), monthly_cents=599)
    conversation = floor.conversation()
    assert claim(floor, "RE-2", conversation).amount_cents == 100
    assert claim(floor, "RE-3", conversation).amount_cents == 200


def test_a_price_that_was_right_then_is_no_error_today(floor: ShopFloor) -> None:
    settle(floor, invoice("RE-2", line(cents=799), issued_on=FEBRUARY))
    with floor.unit() as unit:
        unit.shop.add_plan_price("kamera", until=FEBRUARY, monthly_cents=799)
    assert claim(floor, "RE-2").because == "invoice.correct"


def test_a_one_off_line_that_stands_twice_is_given_back_once(floor: ShopFloor) -> None:
    settle(floor, invoice("RE-3", line(), EXTRA, EXTRA))
    assert claim(floor).amount_cents == 790


@pytest.mark.parametrize(
    "lines",
    [
        (line(),),
        (line(), EXTRA),
        (line(), EXTRA, line("one_off", 791, text="Express-Austausch")),
        (line(), line("usage", 199), line("usage", 199)),
        (line(cents=500),),
        (line(cents=5000, plan=None),),
        (line(cents=5000, plan="unknown"),),
    ],
)
def test_an_invoice_without_a_proven_error_is_refused(floor: ShopFloor, lines) -> None:
    settle(floor, invoice("RE-3", *lines))
    decided = claim(floor)
    assert (decided.outcome, decided.because, decided.amount_cents) == ("refused", "invoice.correct", 0)
    assert floor.entries() == []


def test_errors_add_up_and_go_to_a_person_above_the_bots_limit(floor: ShopFloor) -> None:
    settle(floor, invoice("RE-3", line(cents=1499), EXTRA, EXTRA))
    decided = claim(floor)
    assert (decided.outcome, decided.because, decided.amount_cents) == ("proposed", "limit.bot", 1590)
    [proposal] = floor.decisions()
    assert floor.credits.approve(ANNA, proposal.id).outcome == "approved"
    assert floor.credits.reconcile() == []


def test_an_error_is_given_back_once_however_often_it_is_claimed(floor: ShopFloor) -> None:
    settle(floor, invoice("RE-3", line(), EXTRA, EXTRA))
    first = claim(floor)
    with ThreadPoolExecutor(20) as pool:
        again = list(pool.map(lambda _: claim(floor), range(20)))
    assert {(one.outcome, one.reference) for one in again} == {("already_granted", first.reference)}
    assert len(floor.entries()) == 2


def test_what_was_charged_wrongly_is_owed_however_late_it_is_found(floor: ShopFloor) -> None:
    settle(floor, invoice("RE-1", line(), EXTRA, EXTRA, issued_on=date(2025, 3, 1)))
    assert claim(floor, "RE-1").outcome == "granted"


@pytest.mark.parametrize("state", ["open", "failed"])
def test_money_that_was_never_paid_is_not_given_back_without_a_person(floor: ShopFloor, state: str) -> None:
    settle(floor, invoice("RE-3", line(), EXTRA, EXTRA, state=state))
    assert claim(floor).because == "invoice.unpaid"


@pytest.mark.parametrize(("state", "because"), [("open", "invoice.disputed"), ("done", "billing_error.granted")])
def test_an_invoice_that_a_person_is_checking_is_left_to_them(floor: ShopFloor, state: str, because: str) -> None:
    settle(floor, invoice("RE-3", line(), EXTRA, EXTRA))
    with floor.unit() as unit:
        unit.selfservice.add(
            ServiceRequest(
                id="r", reference="V-1", key="k", customer_id="erika", conversation_id=None, kind="invoice.dispute",
                subject="RE-3", params={}, facts={}, state=state, created_at=unit.now,
            )
        )  # fmt: skip
    assert claim(floor).because == because


def test_somebody_elses_invoice_looks_like_one_that_does_not_exist(floor: ShopFloor) -> None:
    floor.customer("jonas", street="Mainzer Straße 7")
    settle(floor, invoice("RE-3", line(), EXTRA, EXTRA))
    conversation = floor.conversation("jonas")
    assert claim(floor, "RE-3", conversation) == claim(floor, "RE-99", conversation)
    assert claim(floor, "RE-3", conversation).outcome == "not_found"


def test_an_invoice_that_was_corrected_since_the_claim_is_not_approved(floor: ShopFloor) -> None:
    settle(floor, invoice("RE-3", line(), EXTRA, EXTRA, EXTRA))
    assert claim(floor).outcome == "proposed"
    [proposal] = floor.decisions()
    for lines, text in (((line(), EXTRA, EXTRA), "worth less"), ((line(), EXTRA), "facts have changed")):
        written = [
            {"kind": one.kind, "text_de": one.text_de, "text_en": one.text_en, "cents": one.cents} for one in lines
        ]
        with floor.engine.begin() as connection:
            connection.execute(update(invoices).values(lines=written))
        with pytest.raises(Conflict, match=text):
            floor.credits.approve(ANNA, proposal.id)
    assert floor.entries() == []


def test_invoices_with_an_error_are_listed_and_no_others(floor: ShopFloor) -> None:
    settle(floor, invoice("RE-2", line(), issued_on=FEBRUARY), invoice("RE-3", line(), EXTRA, EXTRA, issued_on=MARCH))
    found = floor.read(floor.conversation(), "claimable").claimable
    assert [(one.reason, one.subject, one.name) for one in found] == [("billing_error", "RE-3", "Kamera-Speicher")]


lines = st.builds(
    InvoiceLine,
    kind=st.sampled_from(["plan", "one_off", "usage", "discount", "credit", "proration"]),
    text_de=st.sampled_from(["A", "B"]),
    text_en=st.just("A"),
    cents=st.integers(-2_000, 5_000),
    plan=st.sampled_from([None, "kamera", "plus"]),
)


@given(
    st.lists(lines, max_size=6),
    st.sampled_from([None, date(2026, 2, 28), date(2026, 3, 31)]),
    st.fixed_dictionaries({"kamera": st.integers(0, 2_000), "plus": st.integers(0, 2_000)}),
)
def test_never_more_is_given_back_than_the_invoice_charged_and_never_less_than_nothing(found, ends_on, prices) -> None:
    holder = subscription(ends_on=ends_on)
    evidence = InvoiceEvidence(invoice("RE-3", *found), holder, prices)
    total = evidence.invoice.total_cents
    assert type(evidence.overcharged_cents) is int
    assert 0 <= evidence.overcharged_cents <= max(0, total)
    if not evidence.after_end_cents + evidence.too_dear_cents + evidence.twice_cents:
        assert evidence.overcharged_cents == 0
