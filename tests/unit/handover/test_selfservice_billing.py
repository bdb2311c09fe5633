"""Invoices and payment as customers handle them themselves: what is read, copied, paid back, tried again, changed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete

from handover.contract.selfservice import ServiceRequested
from handover.domain.billing import overpaid
from handover.domain.shop import Invoice, InvoiceLine, Payment, PaymentMethod, Refund, Subscription
from handover.store.tables import identities
from tests.unit.handover.shop_floor import NOW, ShopFloor, context, order

TODAY = NOW.date()
VISA, PAYPAL, TRANSFER = "Visa •••• 4000", "PayPal", "Kauf auf Rechnung"


def invoice(
    number: str = "RE-1",
    *,
    cents: int = 999,
    months_ago: int = 0,
    state: str = "open",
    subscription: str | None = "A-1",
    customer: str = "erika",
) -> Invoice:
    issued_on = TODAY.replace(day=1) - timedelta(days=30 * months_ago)
    return Invoice(
        id=f"invoice-{number}",
        number=number,
        customer_id=customer,
        subscription_id=subscription,
        issued_on=issued_on,
        due_on=issued_on + timedelta(days=14),
        state=state,
        currency="EUR",
        lines=(InvoiceLine("plan", f"Tarif {number}", f"Plan {number}", cents),),
    )


def payment(
    place: str = "p1",
    *,
    about: str | None = "invoice-RE-1",
    order_id: str | None = None,
    cents: int = 999,
    state: str = "booked",
    reason: str | None = None,
    method: str = VISA,
    on: date = TODAY,
    customer: str = "erika",
) -> Payment:
    return Payment(place, customer, about, order_id, cents, "EUR", method, state, reason, on)


def stock(floor: ShopFloor, *things: Invoice | Payment | PaymentMethod) -> str:
    """Lays things into the shop and answers a proven conversation."""
    with floor.unit() as unit:
        if not unit.shop.subscriptions_of("erika"):
            unit.shop.add_subscription(
                Subscription("A-1", "A-1", "erika", "plus", 999, "EUR", "active", TODAY, TODAY + timedelta(days=20))
            )
        for thing in things:
            match thing:
                case Invoice():
                    unit.shop.add_invoice(thing)
                case Payment():
                    unit.shop.add_payment(thing)
                case PaymentMethod():
                    unit.shop.add_payment_method(thing)
    return floor.conversation()


def methods(customer: str = "erika") -> tuple[PaymentMethod, ...]:
    return (
        PaymentMethod(f"{customer}-visa", customer, "card", VISA, is_default=True),
        PaymentMethod(f"{customer}-paypal", customer, "paypal", PAYPAL, is_default=False),
        PaymentMethod(f"{customer}-transfer", customer, "invoice", TRANSFER, is_default=False),
    )


def refunds(floor: ShopFloor) -> list[Refund]:
    with floor.unit(write=False) as unit:
        return unit.refunds.refunds_of("erika")


def mails(floor: ShopFloor) -> list[str]:
    with floor.unit(write=False) as unit:
        return [f"{stored.mail.to} {stored.mail.subject} {stored.mail.body}" for stored in unit.mails.latest(10)]


# --- to read ----------------------------------------------------------------------------------------------------------


def test_invoices_are_read_with_the_one_they_are_compared_with(floor: ShopFloor) -> None:
    talk = stock(
        floor,
        invoice("RE-1", months_ago=1, state="paid"),
        invoice("RE-2"),
        invoice("RE-3", subscription=None, months_ago=3, state="failed"),
    )
    found = floor.read(talk, "invoices").invoices
    assert [(one.number, one.previous, one.subscription) for one in found] == [
        ("RE-2", "RE-1", "A-1"),
        ("RE-1", None, "A-1"),
        ("RE-3", None, None),
    ]
    assert [one.is_overdue for one in found] == [False, False, True]


def test_buying_on_invoice_is_named_in_the_language_of_the_conversation(floor: ShopFloor) -> None:
    stock(floor, invoice(), payment(method=TRANSFER), *methods())
    read = floor.read(floor.conversation(language="en"), "payments", "payment_methods")
    assert [one.label for one in read.payment_methods] == [VISA, PAYPAL, "Buying on invoice"]
    assert [one.method for one in read.payments] == ["Buying on invoice"]


def test_lines_come_in_the_language_of_the_conversation(floor: ShopFloor) -> None:
    stock(floor, invoice())
    english = floor.read(floor.conversation(language="en"), "invoices").invoices[0]
    assert [line.text for line in english.lines] == ["Plan RE-1"]


def test_payments_and_methods_are_read_with_the_number_they_belong_to(floor: ShopFloor) -> None:
    floor.add(order("10001"))
    talk = stock(
        floor,
        invoice(),
        payment("p1", state="failed", reason="limit", on=TODAY - timedelta(days=1)),
        payment("p2", about=None, order_id="order-10001"),
        *methods(),
    )
    found = floor.read(talk, "payments", "payment_methods")
    assert [(one.invoice_number, one.order_number, one.reason) for one in found.payments] == [
        (None, "10001", None),
        ("RE-1", None, "limit"),
    ]
    assert [(one.label, one.is_default) for one in found.payment_methods] == [
        (VISA, True),
        (PAYPAL, False),
        (TRANSFER, False),
    ]


def test_nothing_is_read_of_anybody_else_and_nothing_without_a_proof(floor: ShopFloor) -> None:
    floor.customer("jonas", street="Mainzer Straße 7")
    stock(floor, invoice(), payment(), *methods())
    read = floor.read(floor.conversation("jonas"), "invoices", "payments", "payment_methods")
    assert (read.invoices, read.payments, read.payment_methods) == ((), (), ())
    assert floor.read(floor.conversation(trust="claimed"), "invoices").outcome == "identity_required"


# --- copies -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "name"), [("de", "Rechnung-RE-1.pdf"), ("en", "Invoice-RE-1.pdf")])
def test_a_copy_comes_as_a_document_each_time_it_is_asked_for(floor: ShopFloor, language: str, name: str) -> None:
    stock(floor, invoice())
    talk = floor.conversation(language=language)
    first, again = (floor.ask(talk, "invoice.copy", "RE-1") for _ in range(2))
    assert (first.outcome, again.outcome) == ("done", "already_done")
    assert first.reference == again.reference
    assert [(one.kind, one.name) for one in (*first.documents, *again.documents)] == [("invoice", name)] * 2
    assert floor.events(talk) == ["service.request_made"]


def test_a_preview_of_a_copy_hands_out_nothing(floor: ShopFloor) -> None:
    talk = stock(floor, invoice())
    assert floor.ask(talk, "invoice.copy", "RE-1", preview=True).documents == ()
    floor.ask(talk, "invoice.copy", "RE-1")
    assert floor.ask(talk, "invoice.copy", "RE-1", preview=True).documents == ()


# --- charged twice ----------------------------------------------------------------------------------------------------


def test_a_double_charge_is_paid_back_at_once_with_reference_and_mail(floor: ShopFloor) -> None:
    talk = stock(floor, invoice(), payment("p1", on=TODAY - timedelta(days=2)), payment("p2"), *methods())
    answered = floor.ask(talk, "invoice.dispute")
    assert answered.outcome == "done"
    assert answered.facts["times"] == 2
    [refund] = refunds(floor)
    assert (refund.cents, refund.reason, refund.method, refund.state) == (999, "double_charge", VISA, "announced")
    assert refund.expected_on == TODAY + timedelta(days=5)
    assert (answered.facts["cents"], answered.facts["expected_on"]) == (999, refund.expected_on.isoformat())
    [mail] = mails(floor)
    assert all(
        part in mail for part in ("erika@example.org", "9,99\xa0€", "RE-1", str(answered.reference), "13:00 Uhr")
    )


def test_the_same_double_charge_is_paid_back_once(floor: ShopFloor) -> None:
    talk = stock(floor, invoice(), payment("p1"), payment("p2"))
    first = floor.ask(talk, "invoice.dispute")
    again = [floor.ask(talk, "invoice.dispute", "RE-1"), floor.ask(floor.conversation(), "invoice.dispute")]
    assert {(one.outcome, one.reference, one.facts["cents"]) for one in again} == {
        ("already_done", first.reference, 999)
    }
    assert len(refunds(floor)) == 1
    assert len(mails(floor)) == 1


def test_a_third_charge_is_paid_back_on_its_own(floor: ShopFloor) -> None:
    talk = stock(floor, invoice(), payment("p1"), payment("p2"))
    floor.ask(talk, "invoice.dispute")
    stock(floor, payment("p3"))
    assert floor.ask(talk, "invoice.dispute").outcome == "done"
    assert [one.cents for one in refunds(floor)] == [999, 999]


def test_an_order_paid_twice_is_found_too(floor: ShopFloor) -> None:
    floor.add(order("10001"))
    paid = [payment(place, about=None, order_id="order-10001", cents=990) for place in ("p1", "p2")]
    talk = stock(floor, *paid)
    answered = floor.ask(talk, "invoice.dispute", "10001")
    assert (answered.facts["about"], answered.facts["number"]) == ("order", "10001")
    assert [one.order_id for one in refunds(floor)] == ["order-10001"]


def test_what_went_back_with_a_cancelled_order_does_not_go_back_again(floor: ShopFloor) -> None:
    floor.add(order("10001", state="cancelled"))
    paid = [payment(place, about=None, order_id="order-10001", cents=990) for place in ("p1", "p2")]
    talk = stock(floor, *paid)
    whole = Refund(
        "E-1", "erika", "order-10001", None, 1980, "EUR", "order_cancelled", VISA, "announced", TODAY, None, NOW
    )
    with floor.unit() as unit:
        unit.refunds.add_refund(whole)
    answered = floor.ask(talk, "invoice.dispute", "10001")
    assert (answered.outcome, answered.because) == ("refused", "invoice.refunded")
    assert refunds(floor) == [whole]


@pytest.mark.parametrize(
    "second",
    [
        payment("p2", state="failed", reason="limit"),
        payment("p2", state="refunded"),
        payment("p2", about="invoice-RE-2"),
    ],
)
def test_a_charge_that_failed_went_back_or_is_for_something_else_is_no_double_one(
    floor: ShopFloor, second: Payment
) -> None:
    talk = stock(floor, invoice(), invoice("RE-2", cents=500, months_ago=1), payment("p1"), second)
    answered = floor.ask(talk, "invoice.dispute", "RE-1")
    assert (answered.outcome, answered.because) == ("refused", "invoice.no_double_charge")
    assert refunds(floor) == []


def test_parts_of_a_price_are_no_double_charge(floor: ShopFloor) -> None:
    talk = stock(floor, invoice(), payment("p1", cents=500), payment("p2", cents=499))
    assert floor.ask(talk, "invoice.dispute").because == "invoice.no_double_charge"


def test_two_invoices_that_look_alike_are_told_apart(floor: ShopFloor) -> None:
    talk = stock(floor, invoice("RE-1"), invoice("RE-2", subscription=None), payment("p1"))
    answered = floor.ask(talk, "invoice.dispute")
    assert (answered.outcome, answered.because) == ("refused", "invoice.look_alike")
    assert {answered.facts["number"], answered.facts["other"]} == {"RE-1", "RE-2"}
    assert answered.facts["text"] != answered.facts["other_text"]


money = st.integers(min_value=1, max_value=100_000)


@given(price=money, paid=st.lists(money, max_size=6), back=st.integers(min_value=0, max_value=100_000))
def test_never_more_goes_back_than_was_paid_too_much(price: int, paid: list[int], back: int) -> None:
    bill = invoice(cents=price)
    booked = [payment(str(place), cents=cents) for place, cents in enumerate(paid)]
    before = [Refund("E-1", "erika", None, bill.id, back, "EUR", "double_charge", VISA, "paid", TODAY, TODAY, NOW)]
    found = overpaid([bill], booked, before if back else [])
    if not found:
        assert sum(paid) <= price or len(paid) < 2
    else:
        assert price <= sum(paid) - found[0].open_cents
        assert found[0].open_cents + back <= max(sum(paid) - price, back)


# --- tried again ------------------------------------------------------------------------------------------------------


def test_a_failed_payment_is_tried_again_and_stays_open_for_the_shop(floor: ShopFloor) -> None:
    talk = stock(floor, invoice(state="failed"), payment(state="failed", reason="limit"), *methods())
    asked = {"subject": "RE-1", "method": "erika-paypal"}
    offered = floor.ask(talk, "invoice.pay_again", preview=True, **asked)
    assert (offered.outcome, floor.read(talk, "invoices").invoices[0].state) == ("offered", "failed")
    done, again = (floor.ask(talk, "invoice.pay_again", **asked) for _ in range(2))
    assert (done.outcome, again.outcome) == ("done", "already_done")
    assert done.reference == again.reference
    assert (done.facts["method"], done.facts["cents"]) == (PAYPAL, 999)
    read = floor.read(talk, "invoices", "requests")
    assert (read.invoices[0].state, read.requests[0].state) == ("open", "open")
    assert PAYPAL in mails(floor)[0]


def test_after_another_failure_it_can_be_tried_once_more(floor: ShopFloor) -> None:
    talk = stock(floor, invoice(state="failed"), payment("p1", state="failed", reason="limit"), *methods())
    floor.ask(talk, "invoice.pay_again", "RE-1")
    stock(floor, payment("p2", state="failed", reason="no_funds", on=TODAY + timedelta(days=3)))
    assert floor.ask(talk, "invoice.pay_again", "RE-1").outcome == "done"


@pytest.mark.parametrize(
    ("state", "failed", "method", "because"),
    [
        ("paid", "limit", "erika-visa", "invoice.is_paid"),
        ("open", None, "erika-visa", "invoice.not_failed"),
        ("failed", "limit", "erika-transfer", "payment.not_for_subscriptions"),
        ("failed", "card_expired", "erika-visa", "payment.card_expired"),
    ],
)
def test_what_cannot_be_tried_again_says_why(
    floor: ShopFloor, state: str, failed: str | None, method: str, because: str
) -> None:
    paid = (payment(state="failed", reason=failed),) if failed else ()
    talk = stock(floor, invoice(state=state), *paid, *methods())
    answered = floor.ask(talk, "invoice.pay_again", "RE-1", method=method)
    assert (answered.outcome, answered.because) == ("refused", because)


# --- paid otherwise ---------------------------------------------------------------------------------------------------


def defaults(floor: ShopFloor, talk: str) -> list[str]:
    return [one.id for one in floor.read(talk, "payment_methods").payment_methods if one.is_default]


def test_who_has_no_mail_address_is_told_in_the_chat_alone(floor: ShopFloor) -> None:
    talk = stock(floor, *methods())
    with floor.engine.begin() as connection:
        connection.execute(delete(identities).where(identities.c.customer_id == "erika"))
    assert floor.ask(talk, "payment.change_default", method="erika-paypal").outcome == "done"
    assert mails(floor) == []


def test_another_stored_method_becomes_the_default_and_can_be_taken_back_today(floor: ShopFloor) -> None:
    talk = stock(floor, *methods())
    done = floor.ask(talk, "payment.change_default", method="erika-paypal")
    assert (done.outcome, defaults(floor, talk)) == ("done", ["erika-paypal"])
    assert done.undo_until
    assert floor.ask(talk, "payment.change_default", method="erika-paypal").outcome == "already_done"
    assert floor.ask(talk, "request.undo").outcome == "done"
    assert defaults(floor, talk) == ["erika-visa"]


def test_one_may_change_back_and_forth(floor: ShopFloor) -> None:
    talk = stock(floor, *methods())
    for method in ("erika-paypal", "erika-visa", "erika-paypal"):
        assert floor.ask(talk, "payment.change_default", method=method).outcome == "done"
        assert defaults(floor, talk) == [method]


def test_tomorrow_it_is_too_late_to_take_it_back(floor: ShopFloor) -> None:
    talk = stock(floor, *methods())
    floor.ask(talk, "payment.change_default", method="erika-paypal")
    floor.clock.pass_by(hours=12)
    assert floor.ask(talk, "request.undo").because == "undo.too_late"
    assert defaults(floor, talk) == ["erika-paypal"]


@pytest.mark.parametrize(
    ("method", "because"),
    [("erika-visa", "payment.is_default"), ("erika-transfer", "payment.not_for_subscriptions")],
)
def test_what_cannot_become_the_default_says_why(floor: ShopFloor, method: str, because: str) -> None:
    talk = stock(floor, *methods())
    answered = floor.ask(talk, "payment.change_default", method=method)
    assert (answered.outcome, answered.because) == ("refused", because)
    assert defaults(floor, talk) == ["erika-visa"]


# --- whose things they are --------------------------------------------------------------------------------------------

EVERY = [
    ("invoice.copy", "RE-1", {}),
    ("invoice.dispute", "RE-1", {}),
    ("invoice.pay_again", "RE-1", {}),
    ("payment.change_default", "", {"method": "erika-paypal"}),
]


@pytest.mark.parametrize(("kind", "subject", "params"), EVERY)
def test_somebody_elses_things_look_like_ones_that_do_not_exist(
    floor: ShopFloor, kind: str, subject: str, params: dict[str, str]
) -> None:
    floor.customer("jonas", street="Mainzer Straße 7")
    stock(floor, invoice(state="failed"), payment("p1"), payment("p2"), *methods(), *methods("jonas"))
    foreign = floor.ask(floor.conversation("jonas"), kind, subject, **params)
    unknown = floor.ask(floor.conversation("jonas"), kind, subject and "RE-99", **(params and {"method": "nobody"}))
    assert foreign.outcome == unknown.outcome == "not_found"
    assert refunds(floor) == []


@pytest.mark.parametrize(("kind", "subject", "params"), EVERY)
def test_without_a_proof_or_under_an_old_version_nothing_happens(
    floor: ShopFloor, kind: str, subject: str, params: dict[str, str]
) -> None:
    stock(floor, invoice(state="failed"), payment("p1"), payment("p2"), *methods())
    assert floor.ask(floor.conversation(trust="claimed"), kind, subject, **params).outcome == "identity_required"
    late = ServiceRequested(context=context(floor.conversation(), 7), kind=kind, subject=subject, params=params)
    assert floor.selfservice.ask(late).outcome == "stale"
    assert refunds(floor) == []
    assert mails(floor) == []
