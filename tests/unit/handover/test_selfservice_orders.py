"""Orders before they are sent: cancelled, sent elsewhere, and both taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handover.domain.shop import Order, Payment, Refund
from tests.unit.handover.shop_floor import NOW, ShopFloor, item, order

ZEIL = {"street": "Zeil 101", "postcode": "60313", "city": "Frankfurt am Main"}
RING = {"street": "Ring 3", "postcode": "04109", "city": "Leipzig"}
SENT = ("shipped", "delivered", "partly_delivered", "lost", "returned")


def waiting(number: str = "10001", **facts: object) -> Order:
    """Not sent yet."""
    made = order(number, state="processing", arrived=None, late=-3, items=[item("KM", 8900, "open")])
    return replace(made, shipped_at=None, carrier=None, tracking_code=None, **facts)


def payment(cents: int = 8900, method: str = "Visa •••• 4242", number: str = "10001", **facts: object) -> Payment:
    base = Payment(
        id=f"pay-{method}-{cents}",
        customer_id="erika",
        invoice_id=None,
        order_id=f"order-{number}",
        cents=cents,
        currency="EUR",
        method=method,
        state="booked",
        reason=None,
        on=NOW.date(),
    )
    return replace(base, **facts)


def pay(floor: ShopFloor, *payments: Payment) -> None:
    with floor.unit() as unit:
        for one in payments:
            unit.shop.add_payment(one)


def stored(floor: ShopFloor, number: str = "10001") -> Order:
    with floor.unit(write=False) as unit:
        found = unit.shop.order_of("erika", number)
    assert found
    return found


def refunds(floor: ShopFloor) -> list[Refund]:
    with floor.unit(write=False) as unit:
        return unit.refunds.refunds_of("erika")


def mails(floor: ShopFloor) -> list[str]:
    with floor.unit(write=False) as unit:
        return [f"{one.mail.subject}\n{one.mail.body}" for one in unit.mails.latest(10)]


# --- cancelling ---------------------------------------------------------------------------------------------------


def test_a_preview_says_what_would_happen_and_changes_nothing(floor: ShopFloor) -> None:
    floor.add(waiting())
    pay(floor, payment())
    answered = floor.ask(floor.conversation(), "order.cancel", "10001", preview=True)
    assert answered.outcome == "offered"
    assert answered.facts["refund_cents"] == 8900
    assert (answered.facts["refund_from"], answered.facts["refund_until"]) == ("2026-03-12", "2026-03-15")
    assert stored(floor).state == "processing"
    assert refunds(floor) == []


def test_cancelled_once_the_money_goes_back_the_way_it_came(floor: ShopFloor) -> None:
    floor.add(waiting())
    pay(floor, payment())
    conversation = floor.conversation()
    answered = floor.ask(conversation, "order.cancel", "10001")
    again = floor.ask(conversation, "order.cancel", "10001")
    assert (answered.outcome, again.outcome) == ("done", "already_done")
    assert again.reference == answered.reference
    assert stored(floor).state == "cancelled"
    [refund] = refunds(floor)
    assert (refund.cents, refund.method, refund.state, refund.expected_on) == (
        8900,
        "Visa •••• 4242",
        "announced",
        date(2026, 3, 15),
    )
    assert refund.reference == str(answered.reference).replace("V-", "E-")
    assert floor.events(conversation).count("service.request_made") == 1


def test_what_was_not_booked_or_has_gone_back_is_not_refunded(floor: ShopFloor) -> None:
    floor.add(waiting(), waiting("10002"))
    pay(
        floor,
        payment(5000),
        payment(3900, "PayPal"),
        payment(8900, "Rechnung", state="failed"),
        payment(700, "Karte", number="10002"),
    )
    earlier = Refund(
        reference="E-EARLY",
        customer_id="erika",
        order_id="order-10001",
        invoice_id=None,
        cents=1000,
        currency="EUR",
        reason="item_returned",
        method="PayPal",
        state="paid",
        expected_on=NOW.date(),
        paid_on=NOW.date(),
        created_at=NOW,
    )
    with floor.unit() as unit:
        unit.refunds.add_refund(earlier)
    answered = floor.ask(floor.conversation(), "order.cancel", "10001")
    made = [one for one in refunds(floor) if one.reference != "E-EARLY"]
    assert sorted((one.method, one.cents) for one in made) == [("PayPal", 2900), ("Visa •••• 4242", 5000)]
    assert answered.facts["refund_cents"] == 7900
    assert len({one.reference for one in made}) == 2


def test_an_unpaid_order_is_cancelled_without_a_refund(floor: ShopFloor) -> None:
    floor.add(waiting())
    assert floor.ask(floor.conversation(), "order.cancel", "10001").facts["refund_cents"] == 0
    assert refunds(floor) == []


@pytest.mark.parametrize("state", [*SENT, "cancelled"])
def test_what_is_sent_or_was_cancelled_by_the_shop_cannot_be_cancelled(floor: ShopFloor, state: str) -> None:
    floor.add(order(state=state))
    answered = floor.ask(floor.conversation(), "order.cancel", "10001")
    assert (answered.outcome, answered.because) == ("refused", f"order.cancel.{state}")


@pytest.mark.parametrize("kind", ["order.cancel", "order.change_address"])
def test_somebody_elses_order_is_unknown_and_without_proof_nothing_is_done(floor: ShopFloor, kind: str) -> None:
    floor.customer("jonas")
    floor.add(waiting())
    assert floor.ask(floor.conversation("jonas"), kind, "10001", **ZEIL).outcome == "not_found"
    assert floor.ask(floor.conversation(), kind, "99999", **ZEIL).outcome == "not_found"
    assert floor.ask(floor.conversation(trust="claimed"), kind, "10001", **ZEIL).outcome == "identity_required"
    assert stored(floor) == waiting()


@pytest.mark.parametrize(("language", "words"), [("de", "storniert"), ("en", "cancelled order 10001")])
def test_the_confirmation_tells_day_and_time_money_and_reference(floor: ShopFloor, language: str, words: str) -> None:
    floor.add(waiting())
    pay(floor, payment())
    answered = floor.ask(floor.conversation(language=language), "order.cancel", "10001")
    [mail] = mails(floor)
    assert words in mail
    assert "13:00" in mail  # 12:00 UTC, the shop's clock
    assert "89" in mail
    assert str(answered.reference) in mail


def test_cancelling_can_be_taken_back_on_the_same_day_and_done_again(floor: ShopFloor) -> None:
    floor.add(waiting())
    pay(floor, payment())
    conversation = floor.conversation()
    first = floor.ask(conversation, "order.cancel", "10001")
    assert floor.ask(conversation, "request.undo").outcome == "done"
    assert stored(floor) == waiting()
    assert refunds(floor) == []
    second = floor.ask(conversation, "order.cancel", "10001")
    assert second.outcome == "done"
    assert second.reference != first.reference
    assert len(refunds(floor)) == 1


def test_the_next_day_or_once_the_money_is_paid_it_is_too_late_to_take_it_back(floor: ShopFloor) -> None:
    floor.add(waiting(), waiting("10002"))
    pay(floor, payment(), payment(number="10002", method="PayPal"))
    conversation = floor.conversation()
    floor.ask(conversation, "order.cancel", "10001")
    with floor.unit() as unit:
        [refund] = unit.refunds.refunds_of("erika")
        unit.refunds.drop_refund(refund.reference)
        unit.refunds.add_refund(replace(refund, state="paid", paid_on=NOW.date()))
    assert floor.ask(conversation, "request.undo").because == "undo.too_late"
    floor.ask(conversation, "order.cancel", "10002")
    floor.clock.pass_by(days=1)
    assert floor.ask(conversation, "request.undo").because == "undo.too_late"
    assert stored(floor, "10002").state == "cancelled"


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.integers(1, 100_000), max_size=4))
def test_never_more_goes_back_than_was_paid(cents: list[int]) -> None:
    """The plan alone: no database is needed to see that sums agree."""
    from handover.services.selfservice.orders import _paid

    class Unit:
        class shop:  # noqa: N801
            @staticmethod
            def payments_of(_: str) -> list[Payment]:
                return [payment(one, f"way {place % 2}", id=str(place)) for place, one in enumerate(cents)]

        class refunds:  # noqa: N801
            @staticmethod
            def refunds_of(_: str) -> list[Refund]:
                return []

    class Case:
        unit, customer_id = Unit, "erika"

    assert sum(_paid(Case, waiting()).values()) == sum(cents)  # type: ignore[arg-type]


# --- another address ----------------------------------------------------------------------------------------------


def test_another_address_is_written_once_and_said_again_it_is_known(floor: ShopFloor) -> None:
    floor.add(waiting())
    conversation = floor.conversation()
    assert floor.ask(conversation, "order.change_address", "10001", preview=True, **ZEIL).outcome == "offered"
    assert stored(floor).delivery_street is None
    answered = floor.ask(conversation, "order.change_address", "10001", **ZEIL)
    again = floor.ask(conversation, "order.change_address", "10001", **ZEIL)
    assert (answered.outcome, again.outcome, again.reference) == ("done", "already_done", answered.reference)
    assert stored(floor).deliver_to == "Zeil 101, 60313 Frankfurt am Main"
    [mail] = mails(floor)
    assert "Birkenweg 12, 22301 Hamburg" in mail
    assert "Zeil 101, 60313 Frankfurt am Main" in mail


def test_back_and_forth_is_a_change_each_time(floor: ShopFloor) -> None:
    floor.add(waiting())
    conversation = floor.conversation()
    outcomes = [floor.ask(conversation, "order.change_address", "10001", **to).outcome for to in (ZEIL, RING, ZEIL)]
    assert outcomes == ["done", "done", "done"]
    assert stored(floor).delivery_city == "Frankfurt am Main"


def test_each_change_is_taken_back_to_the_address_before_it(floor: ShopFloor) -> None:
    floor.add(waiting())
    conversation = floor.conversation()
    first = floor.ask(conversation, "order.change_address", "10001", **ZEIL)
    floor.clock.pass_by(minutes=1)
    floor.ask(conversation, "order.change_address", "10001", **RING)
    assert floor.ask(conversation, "request.undo", str(first.reference)).because == "undo.too_late"
    assert floor.ask(conversation, "request.undo").outcome == "done"
    assert stored(floor).delivery_city == "Frankfurt am Main"
    assert floor.ask(conversation, "request.undo").outcome == "done"
    assert stored(floor) == waiting()


def test_once_it_is_sent_the_address_stays_and_a_change_is_not_taken_back(floor: ShopFloor) -> None:
    floor.add(waiting())
    conversation = floor.conversation()
    floor.ask(conversation, "order.change_address", "10001", **ZEIL)
    with floor.unit() as unit:
        now = unit.shop.order_of("erika", "10001")
        assert now
        unit.shop.save_order(now, replace(now, state="shipped"))
    assert floor.ask(conversation, "request.undo").because == "undo.too_late"
    assert floor.ask(conversation, "order.change_address", "10001", **RING).because == "order.address.shipped"
    assert stored(floor).delivery_city == "Frankfurt am Main"


@pytest.mark.parametrize(
    ("wrong", "because"),
    [
        ({"street": "Zeil"}, "no_street"),
        ({"postcode": "00000"}, "no_postcode"),
        ({"city": ""}, "no_city"),
        ({"postcode": "1010", "city": "Wien"}, "abroad"),
        ({"postcode": "8008", "city": "Zürich", "country": "CH"}, "abroad"),
        ({"street": "Birkenweg 12", "postcode": "22301", "city": "Hamburg"}, "same"),
    ],
)
def test_an_address_that_cannot_be_right_is_refused_with_its_reason(floor, wrong, because) -> None:
    floor.add(waiting())
    answered = floor.ask(floor.conversation(), "order.change_address", "10001", **{**ZEIL, **wrong})
    assert (answered.outcome, answered.because) == ("refused", f"order.address.{because}")
    assert stored(floor) == waiting()


# --- what is told of an order -------------------------------------------------------------------------------------


def test_an_order_is_told_with_its_links_and_its_return_period(floor: ShopFloor) -> None:
    floor.add(order("10001", arrived=3))
    [told] = floor.orders(floor.conversation(), "10001").orders
    assert told.tracking_url == "https://nordpost.example.org/sendung/NP1"
    assert (told.return_until, told.return_is_open) == ("2026-04-06", True)
    floor.clock.time = datetime(2026, 4, 7, 12, tzinfo=UTC)
    assert not floor.orders(floor.conversation(), "10001").orders[0].return_is_open
