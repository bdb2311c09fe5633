"""Sending back: what, until when, once; the label; and what is told of the money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from handover.domain.errors import NotFound
from handover.domain.returns import ReturnRules
from handover.domain.shop import Item, Order, PaymentMethod, Refund, Return
from handover.domain.workdays import after_working_days, easter_sunday, is_working_day
from handover.services.documents.fetching import Documents
from handover.services.documents.letterhead import load_letterhead
from tests.unit.handover.shop_floor import DEMO, NOW, POLICY, RULES, ShopFloor, item, order
from tests.unit.handover.test_selfservice_orders import mails

LETTERHEAD = load_letterhead(DEMO / "sender.yaml", POLICY.zone)
LAMP, BULBS, ROBOT, FILTERS = (
    item("NL-LA-1", 3990),
    item("NL-LB-2", 1290, quantity=2),
    item("NL-SR-1", 39900),
    item("NL-FS-3", 990),
)


def arrived(*items: Item, days_ago: int = 3, number: str = "10001") -> Order:
    return order(number, arrived=days_ago, items=items or (LAMP, BULBS))


def send_back(floor: ShopFloor, conversation: str, items: str = "NL-LA-1", reason: str = "not_wanted", **more):
    return floor.ask(conversation, "order.return", "10001", items=items, reason=reason, **more)


def returns(floor: ShopFloor) -> list[Return]:
    with floor.unit(write=False) as unit:
        return unit.refunds.returns_of("erika")


def test_a_return_is_announced_once_with_a_label_and_a_mail(floor: ShopFloor) -> None:
    floor.add(arrived())
    conversation = floor.conversation()
    preview = send_back(floor, conversation, preview=True)
    assert (preview.outcome, returns(floor)) == ("offered", [])
    answered, again = send_back(floor, conversation), send_back(floor, conversation)
    assert (answered.outcome, again.outcome, again.reference) == ("done", "already_done", answered.reference)
    [made] = returns(floor)
    assert (made.number, made.items, made.state) == (answered.reference, (("NL-LA-1", 1),), "announced")
    assert [one.documents[0].kind for one in (answered, again)] == ["return_label", "return_label"]
    [mail] = mails(floor)
    assert str(answered.reference) in mail
    assert "Ding NL-LA-1" in mail
    assert "9. April 2026" not in mail
    assert "6. April 2026" in mail


def test_of_one_order_different_items_go_back_one_after_the_other_but_none_twice(floor: ShopFloor) -> None:
    floor.add(arrived())
    conversation = floor.conversation()
    send_back(floor, conversation)
    assert send_back(floor, conversation, "NL-LB-2").outcome == "done"
    both = send_back(floor, conversation, "NL-LA-1,NL-LB-2")
    assert (both.outcome, both.because) == ("refused", "return.announced")
    assert len(returns(floor)) == 2


def test_everything_is_what_has_not_been_announced_yet(floor: ShopFloor) -> None:
    floor.add(arrived(LAMP, BULBS, item("GIFT", 0), item("GONE", 500, "returned")))
    conversation = floor.conversation()
    send_back(floor, conversation)
    send_back(floor, conversation, "all")
    assert sorted(one.items for one in returns(floor)) == [(("NL-LA-1", 1),), (("NL-LB-2", 2),)]


@pytest.mark.parametrize("items", ["", "NL-XX-9", "NL-LA-1,NL-XX-9", "GONE"])
def test_what_is_not_there_cannot_go_back(floor: ShopFloor, items: str) -> None:
    floor.add(arrived(LAMP, item("GONE", 500, "returned")))
    answered = send_back(floor, floor.conversation(), items)
    assert (answered.outcome, answered.because) == ("refused", "return.not_here")


@pytest.mark.parametrize("state", ["processing", "shipped", "lost", "returned", "cancelled"])
def test_an_order_that_has_not_arrived_says_why_it_cannot_go_back(floor: ShopFloor, state: str) -> None:
    floor.add(replace(arrived(), state=state))
    assert send_back(floor, floor.conversation()).because == f"return.{state}"


@pytest.mark.parametrize(
    ("days_ago", "reason", "outcome"),
    [
        (30, "not_wanted", "done"),
        (31, "not_wanted", "refused"),
        (31, "wrong_item", "done"),
        (60, "damaged", "done"),
        (61, "wrong_item", "refused"),
    ],
)
def test_the_last_day_of_the_period_still_counts(floor, days_ago, reason, outcome) -> None:
    floor.add(arrived(LAMP, days_ago=days_ago))
    answered = send_back(floor, floor.conversation(), reason=reason)
    assert answered.outcome == outcome
    if outcome == "refused":
        assert answered.because == "return.too_late"


def test_somebody_elses_order_is_unknown_and_nothing_goes_back_without_proof(floor: ShopFloor) -> None:
    floor.customer("jonas")
    floor.add(arrived())
    assert send_back(floor, floor.conversation("jonas")).outcome == "not_found"
    assert send_back(floor, floor.conversation(trust="claimed")).outcome == "identity_required"
    assert returns(floor) == []


def test_a_large_device_is_collected_on_a_working_day_of_the_customers_choice(floor: ShopFloor) -> None:
    floor.add(arrived(ROBOT))
    conversation = floor.conversation()
    asked = send_back(floor, conversation, "NL-SR-1", preview=True)
    assert asked.because == "return.choose_day"
    days = str(asked.facts["days"]).split(",")
    assert days == ["2026-03-12", "2026-03-13", "2026-03-16", "2026-03-17", "2026-03-18", "2026-03-19"]
    assert send_back(floor, conversation, "NL-SR-1", collect_on="2026-03-14").because == "return.choose_day"
    done = send_back(floor, conversation, "NL-SR-1", collect_on=days[0])
    assert (done.outcome, done.documents, done.facts["collect_on"]) == ("done", (), days[0])


def test_abroad_the_postage_is_free_only_if_it_was_our_fault(floor: ShopFloor) -> None:
    swiss = replace(
        arrived(), currency="CHF", delivery_street="Ring 1", delivery_postcode="8008", delivery_city="Zürich"
    )
    floor.add(swiss)
    conversation = floor.conversation()
    free = [
        send_back(floor, conversation, reason=reason, preview=True).facts["free"]
        for reason in ("not_wanted", "wrong_item")
    ]
    assert free == [0, 1]


def test_what_is_taken_back_unopened_only_is_named(floor: ShopFloor) -> None:
    floor.add(arrived(LAMP, FILTERS))
    facts = send_back(floor, floor.conversation(), "all", preview=True).facts
    assert facts["sealed_de"] == "Ding NL-FS-3"
    assert facts["price_cents"] == 3990 + 990


def test_the_label_can_be_had_again_and_is_nobody_elses(floor: ShopFloor) -> None:
    floor.customer("jonas")
    floor.add(arrived())
    number = str(send_back(floor, floor.conversation()).reference)
    later = floor.conversation()
    for outcome in ("done", "already_done"):
        answered = floor.ask(later, "order.return_label", number)
        assert (answered.outcome, len(answered.documents)) == (outcome, 1)
    assert floor.ask(floor.conversation("jonas"), "order.return_label", number).outcome == "not_found"
    assert floor.ask(later, "order.return_label", "V-222222").outcome == "not_found"


def test_a_return_can_be_taken_back_today_unless_it_has_arrived(floor: ShopFloor) -> None:
    floor.add(arrived())
    conversation = floor.conversation()
    send_back(floor, conversation)
    assert floor.ask(conversation, "request.undo").outcome == "done"
    assert returns(floor) == []
    send_back(floor, conversation)
    [made] = returns(floor)
    with floor.unit() as unit:
        unit.refunds.drop_return(made.number)
        unit.refunds.add_return(replace(made, state="received", received_at=NOW))
    assert floor.ask(conversation, "request.undo").because == "undo.too_late"
    assert floor.ask(conversation, "order.return_label", made.number).because == "return.arrived"


@pytest.mark.parametrize(
    ("language", "currency", "words"),
    [
        ("de", "EUR", ["Rücksendung V-", "Retouren", "Speicherweg 4", "Ding NL-LA-1", "Porto bezahlt der Empfänger"]),
        ("en", "EUR", ["Return V-", "Returns", "Thing NL-LA-1", "Postage paid by the recipient"]),
        ("de", "CHF", ["Bitte ausreichend frankieren"]),
    ],
)
def test_the_label_says_where_to_and_who_pays(floor: ShopFloor, language, currency, words) -> None:
    swiss = {"delivery_street": "Ring 1", "delivery_postcode": "8008", "delivery_city": "Zürich"}
    floor.add(replace(arrived(LAMP), currency=currency, **(swiss if currency == "CHF" else {})))
    conversation = floor.conversation(language=language)
    [label] = send_back(floor, conversation).documents
    file = Documents(floor.unit, LETTERHEAD).for_visitor(conversation, label.id)
    assert (file.name, file.media_type) == (label.name, "application/pdf")
    text = " ".join(PdfReader(BytesIO(file.content)).pages[0].extract_text().split())
    assert [word for word in words if word not in text] == []
    floor.ask(conversation, "request.undo")
    with pytest.raises(NotFound):
        Documents(floor.unit, LETTERHEAD).for_visitor(conversation, label.id)


# --- days ---------------------------------------------------------------------------------------------------------


@given(st.dates(date(2020, 1, 1), date(2100, 1, 1)), st.integers(0, 40))
def test_the_period_is_never_shorter_than_promised(ordered: date, travels: int) -> None:
    delivered = ordered + timedelta(days=travels)
    last = RULES.returns.until(ordered, delivered)
    assert last >= delivered + timedelta(days=30)
    if (11, 15) <= (ordered.month, ordered.day) <= (12, 24):
        assert last >= date(ordered.year + 1, 1, 31)
    else:
        assert last == delivered + timedelta(days=30)
    assert RULES.returns.until(ordered, delivered, "wrong_item") >= last


@given(st.dates(date(2020, 1, 1), date(2100, 1, 1)), st.integers(1, 12))
def test_working_days_leave_out_weekends_and_holidays(start: date, count: int) -> None:
    end = after_working_days(start, count)
    between = [start + timedelta(days=place) for place in range(1, (end - start).days + 1)]
    assert sum(map(is_working_day, between)) == count
    assert is_working_day(end)
    assert all(is_working_day(day) for day in ReturnRules().collection(start))


@pytest.mark.parametrize(
    ("year", "month", "day"), [(2024, 3, 31), (2026, 4, 5), (2027, 3, 28), (2038, 4, 25), (2049, 4, 18), (2076, 4, 19)]
)
def test_easter_is_when_it_is(year: int, month: int, day: int) -> None:
    assert easter_sunday(year) == date(year, month, day)
    assert not is_working_day(date(year, month, day) + timedelta(days=1))


# --- reading ------------------------------------------------------------------------------------------------------


def refund(reference: str = "E-1", **facts: object) -> Refund:
    base = Refund(
        reference=reference,
        customer_id="erika",
        order_id="order-10001",
        invoice_id=None,
        cents=3990,
        currency="EUR",
        reason="item_returned",
        method="PayPal",
        state="announced",
        expected_on=date(2026, 3, 12),
        paid_on=None,
        created_at=NOW,
    )
    return replace(base, **facts)


def sent_back(number: str = "R-1", received: int | None = None, items: Sequence[Item] = (LAMP,)) -> Return:
    return Return(
        number=number,
        order_id="order-10001",
        customer_id="erika",
        items=tuple((one.sku, one.quantity) for one in items),
        reason="not_wanted",
        state="announced" if received is None else "received",
        created_at=NOW - timedelta(days=20),
        received_at=None if received is None else NOW - timedelta(days=received),
    )


def test_refunds_are_told_with_their_way_and_whether_they_are_late(floor: ShopFloor) -> None:
    floor.add(arrived())
    with floor.unit() as unit:
        unit.shop.add_payment_method(PaymentMethod("m", "erika", "paypal", "PayPal", True))
        unit.refunds.add_refund(refund())
        unit.refunds.add_refund(refund("E-2", method="Alte Karte", expected_on=date(2026, 3, 9)))
    found = {one.reference: one for one in floor.read(floor.conversation(), "refunds").refunds}
    assert (found["E-1"].order_number, found["E-1"].method_kind) == ("10001", "paypal")
    assert (found["E-1"].days_until_there, found["E-1"].is_overdue) == ((0, 0), False)
    assert (found["E-2"].method_kind, found["E-2"].is_overdue) == (None, True)


def test_returns_are_told_with_the_day_by_which_they_are_refunded(floor: ShopFloor) -> None:
    floor.add(arrived(LAMP, BULBS, ROBOT))
    with floor.unit() as unit:
        unit.refunds.add_return(sent_back())
        unit.refunds.add_return(sent_back("R-2", received=1, items=[BULBS]))
        unit.refunds.add_return(sent_back("R-3", received=17, items=[ROBOT]))
    found = {one.number: one for one in floor.read(floor.conversation(), "returns").returns}
    assert (found["R-1"].received_on, found["R-1"].refund_by) == (None, None)
    assert (found["R-2"].names, found["R-2"].refund_by, found["R-2"].is_overdue) == (
        "2 × Ding NL-LB-2",
        date(2026, 3, 16),
        False,
    )
    assert (found["R-3"].is_collected, found["R-3"].is_overdue) == (True, True)


def test_nobody_reads_anothers_refunds_or_any_without_proof(floor: ShopFloor) -> None:
    floor.customer("jonas")
    floor.add(arrived())
    with floor.unit() as unit:
        unit.refunds.add_refund(refund())
        unit.refunds.add_return(sent_back())
    other = floor.read(floor.conversation("jonas"), "refunds", "returns")
    assert (other.refunds, other.returns) == ((), ())
    assert floor.read(floor.conversation(trust="claimed"), "refunds").outcome == "identity_required"


def test_at_christmas_there_is_time_until_the_end_of_january(floor: ShopFloor) -> None:
    floor.clock.time = datetime(2026, 1, 31, 22, tzinfo=UTC)
    bought = replace(
        arrived(LAMP),
        ordered_at=datetime(2025, 11, 15, 9, tzinfo=UTC),
        delivered_at=datetime(2025, 11, 20, 9, tzinfo=UTC),
    )
    floor.add(bought)
    assert send_back(floor, floor.conversation(), preview=True).outcome == "offered"
    floor.clock.pass_by(hours=2)
    assert send_back(floor, floor.conversation(), preview=True).because == "return.too_late"
