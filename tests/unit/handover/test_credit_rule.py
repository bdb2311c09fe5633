from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.domain.credit import RULES, Facts, Outcome, Spent, decide
from handover.domain.evidence import Evidence, InvoiceEvidence, OrderEvidence, OutageEvidence
from handover.domain.policy import Reason
from tests.unit.handover.shop_floor import NOW, POLICY, item, order
from tests.unit.handover.subscribers import invoice, line, outage, subscription

NOTHING_SPENT = {cap.name: Spent(0, 0) for cap in POLICY.caps}


def about(evidence: Evidence, **changes) -> Facts:
    plain = Facts(
        policy=POLICY,
        customer_id="erika",
        evidence=evidence,
        at=NOW,
        customer_blocked=False,
        stopped=False,
        spent=NOTHING_SPENT,
    )
    return replace(plain, **changes)


def facts(reason: Reason = "late_delivery", **changes) -> Facts:
    """About an order."""
    named = {name: changes.pop(name) for name in ("item_sku", "claimed_skus") if name in changes}
    return about(OrderEvidence(reason, changes.pop("order", None) or order(late=5), **named), **changes)


def about_item(cents: int = 990, state: str = "delivered", **changes) -> Facts:
    bought = changes.pop("order", None) or order(items=[item(cents=cents, state=state)])
    return facts(reason="damaged_item", order=bought, **changes)


def decided(given_facts: Facts) -> tuple[str, str, int]:
    decision = decide(given_facts)
    return decision.outcome, decision.because, decision.amount.cents


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0, ("refused", "late_delivery.on_time", 0)),
        (1, ("refused", "late_delivery.within_grace", 0)),
        (2, ("granted", "late_delivery.granted", 300)),
        (3, ("granted", "late_delivery.granted", 300)),
        (4, ("granted", "late_delivery.granted", 400)),
        (10, ("granted", "late_delivery.granted", 1000)),
        (11, ("granted", "late_delivery.granted", 1000)),
        (45, ("granted", "late_delivery.granted", 1000)),
    ],
)
@pytest.mark.parametrize("arrived", [3, None])
def test_lateness_pays_by_the_day_from_the_second_day_up_to_a_maximum(days, expected, arrived) -> None:
    state = "delivered" if arrived else "shipped"
    assert decided(facts(order=order(late=days, arrived=arrived, state=state))) == expected


@pytest.mark.parametrize(
    ("cents", "expected"),
    [
        (1499, ("granted", "damaged_item.granted", 1499)),
        (1500, ("granted", "damaged_item.granted", 1500)),
        (1501, ("proposed", "limit.bot", 1501)),
    ],
)
def test_f64_a_cent_below_the_limit_and_the_limit_are_granted_and_a_cent_more_is_proposed(cents, expected) -> None:
    assert decided(about_item(cents)) == expected


@pytest.mark.parametrize(
    ("case", "because"),
    [
        (facts(order=order(late=5, currency="CHF")), "currency.other"),
        (facts(order=order(late=5, state="cancelled", arrived=None)), "order.cancelled"),
        (facts(order=order(late=5, state="returned")), "order.returned"),
        (about_item(order=order(items=[item("A"), item("B")])), "item.needed"),
        (about_item(item_sku="elsewhere"), "item.not_in_order"),
        (about_item(order=order(state="processing", arrived=None)), "order.not_delivered"),
        (about_item(order=order(state="shipped", arrived=None)), "order.not_delivered"),
        (about_item(state="returned"), "item.returned"),
        (about_item(order=order(state="partly_delivered", items=[item(state="open")])), "item.on_its_way"),
        (about_item(order=order(arrived=61)), "window.closed"),
        (facts(order=order(late=5, arrived=61)), "window.closed"),
        (about_item(cents=0), "amount.nothing"),
    ],
)
def test_the_facts_can_rule_a_claim_out(case: Facts, because: str) -> None:
    assert decided(case) == ("refused", because, 0)


@pytest.mark.parametrize(
    ("case", "because"),
    [
        (facts(stopped=True), "switch.off"),
        (facts(customer_blocked=True), "customer.blocked"),
        (facts(order=order(late=5, state="lost", arrived=None)), "order.lost"),
        (about_item(order=order(state="lost", arrived=None, items=[item(state="shipped")])), "order.lost"),
        (about_item(claimed_skus=frozenset({"SKU-1"})), "item.claimed_before"),
    ],
)
def test_unclear_cases_go_to_a_person(case: Facts, because: str) -> None:
    decision = decide(case)
    assert (decision.outcome, decision.because) == ("proposed", because)
    assert decision.amount.cents > 0


def test_the_last_day_of_the_claim_window_still_counts() -> None:
    assert decide(about_item(order=order(arrived=60))).outcome == "granted"


def test_a_missing_part_of_a_partly_delivered_order_is_granted() -> None:
    bought = order(state="partly_delivered", items=[item("A", state="missing"), item("B")])
    assert decided(facts(reason="missing_item", order=bought, item_sku="A")) == ("granted", "missing_item.granted", 990)


CAP_EDGES = [
    ("order", Spent(1, 1010), Spent(1, 1011)),
    ("customer_30_days", Spent(2, 2010), Spent(2, 2011)),
    ("customer_30_days", Spent(2, 0), Spent(3, 0)),
    ("customer_365_days", Spent(9, 5010), Spent(9, 5011)),
    ("household_30_days", Spent(9, 3010), Spent(9, 3011)),
    ("shop_24_hours", Spent(99, 49010), Spent(99, 49011)),
]


@pytest.mark.parametrize(("cap", "still", "full"), CAP_EDGES)
def test_a_cap_may_be_reached_but_not_broken(cap: str, still: Spent, full: Spent) -> None:
    assert decide(about_item(spent={**NOTHING_SPENT, cap: still})).outcome == "granted"
    assert decided(about_item(spent={**NOTHING_SPENT, cap: full})) == ("proposed", f"cap.{cap}", 990)


def test_the_day_of_arrival_is_the_shops_day_and_not_utc() -> None:
    """23:30 UTC on the second day is already the third day in Berlin."""
    parcel = order(arrived=0, late=0, now=datetime(2026, 7, 1, 23, 30, tzinfo=UTC))
    assert parcel.days_late(NOW, POLICY.zone) == 0
    assert replace(parcel, promised_on=parcel.promised_on - timedelta(days=1)).days_late(NOW, POLICY.zone) == 1
    assert parcel.promised_on.day == 2


def test_a_claim_about_lateness_is_about_the_order_whatever_item_was_named() -> None:
    assert OrderEvidence("late_delivery", order(), "SKU-1").item is None


def test_the_only_item_of_an_order_need_not_be_named() -> None:
    unnamed, named = OrderEvidence("damaged_item", order()), OrderEvidence("damaged_item", order(), "SKU-1")
    assert unnamed.key == named.key == ("order-10001", "SKU-1")


def test_the_last_rule_always_applies_and_no_key_stands_twice() -> None:
    keys = [rule.because for rule in RULES]
    assert RULES[-1].applies(facts())
    assert len(keys) == len(set(keys))


OUTAGE_WORTH = [
    (timedelta(hours=24), ("refused", "outage.too_short", 0)),
    (timedelta(hours=24, seconds=1), ("granted", "outage.granted", 47)),
    (timedelta(hours=48), ("granted", "outage.granted", 47)),
    (timedelta(hours=48, seconds=1), ("granted", "outage.granted", 70)),
    (timedelta(days=30), ("granted", "outage.granted", 699)),
    (timedelta(days=31), ("granted", "outage.granted", 699)),
]


@pytest.mark.parametrize(("lasted", "expected"), OUTAGE_WORTH)
def test_an_outage_pays_a_thirtieth_of_the_month_for_each_day_begun_and_never_more_than_the_month(
    lasted, expected
) -> None:
    began_at = NOW - lasted - timedelta(days=10)
    bill = invoice("RE-3", issued_on=NOW.date())
    evidence = OutageEvidence(outage(lasted=lasted, started_at=began_at), subscription(), "22301", (bill,))
    assert decided(about(evidence)) == expected


some_items = st.builds(
    item,
    sku=st.sampled_from(["A", "B", "C"]),
    cents=st.integers(min_value=0, max_value=70_000),
    state=st.sampled_from(["open", "shipped", "delivered", "returned", "missing"]),
)
some_orders = st.builds(
    order,
    state=st.sampled_from(["processing", "shipped", "delivered", "partly_delivered", "lost", "returned", "cancelled"]),
    late=st.integers(min_value=0, max_value=400),
    arrived=st.none() | st.integers(min_value=0, max_value=120),
    items=st.lists(some_items, min_size=1, max_size=3, unique_by=lambda one: one.sku),
    currency=st.sampled_from(["EUR", "CHF"]),
)
some_order_claims = st.builds(
    OrderEvidence,
    reason=st.sampled_from(["late_delivery", "damaged_item", "missing_item"]),
    order=some_orders,
    item_sku=st.sampled_from([None, "", "A", "B", "X"]),
    claimed_skus=st.frozensets(st.sampled_from(["A", "B"])),
)
some_days = st.dates(NOW.date() - timedelta(days=120), NOW.date())
some_lines = st.builds(
    line,
    kind=st.sampled_from(["plan", "one_off", "credit", "discount"]),
    cents=st.integers(-1_000, 60_000),
    text=st.sampled_from(["A", "B"]),
)
some_invoices = st.builds(
    lambda lines, **facts: invoice("RE-3", *lines, **facts),
    st.lists(some_lines, max_size=4),
    issued_on=some_days,
    state=st.sampled_from(["paid", "open", "failed"]),
)
some_subscriptions = st.builds(
    subscription,
    monthly_cents=st.integers(0, 60_000),
    currency=st.sampled_from(["EUR", "CHF"]),
    state=st.sampled_from(["active", "paused", "cancelled"]),
    started_on=some_days,
    ends_on=st.none() | some_days,
)
some_outage_claims = st.builds(
    OutageEvidence,
    outage=st.builds(
        outage,
        lasted=st.none() | st.timedeltas(timedelta(), timedelta(days=60)),
        started_at=st.integers(0, 120).map(lambda days: NOW - timedelta(days=days)),
        postcodes=st.sampled_from([(), ("22",), ("80",)]),
    ),
    subscription=some_subscriptions,
    postcode=st.sampled_from(["22301", ""]),
    bills=st.lists(some_invoices, max_size=3).map(tuple),
    changed_since=st.booleans(),
)
some_billing_claims = st.builds(
    InvoiceEvidence,
    invoice=some_invoices,
    subscription=st.none() | some_subscriptions,
    prices=st.fixed_dictionaries({"kamera": st.integers(0, 1_000)}),
    disputed=st.booleans(),
)
some_facts = st.builds(
    about,
    some_order_claims | some_outage_claims | some_billing_claims,
    customer_blocked=st.booleans(),
    stopped=st.booleans(),
    spent=st.fixed_dictionaries(
        {cap.name: st.builds(Spent, st.integers(0, 5), st.integers(0, 60_000)) for cap in POLICY.caps}
    ),
)


@given(some_facts)
def test_nothing_is_granted_above_the_limit_or_a_cap_whatever_the_facts(case: Facts) -> None:
    decision = decide(case)
    assert type(decision.amount.cents) is int
    json.dumps(decision.inputs, allow_nan=False)
    if decision.outcome is Outcome.REFUSED:
        assert decision.amount.cents == 0
        return
    assert decision.amount.cents > 0
    if decision.outcome is Outcome.GRANTED:
        assert decision.amount <= POLICY.limits["bot"]
        assert (case.stopped, case.customer_blocked) == (False, False)
        for cap in POLICY.caps:
            spent = case.spent[cap.name]
            assert cap.amount is None or spent.cents + decision.amount.cents <= cap.amount.cents
            assert cap.credits is None or spent.credits < cap.credits


@given(some_outage_claims)
def test_no_outage_is_worth_more_than_the_month_it_fell_into(evidence: OutageEvidence) -> None:
    assert 0 <= evidence.worth(POLICY, NOW).cents <= evidence.subscription.monthly_cents


@given(some_facts)
def test_the_same_facts_always_give_the_same_decision(case: Facts) -> None:
    assert decide(case) == decide(case)
