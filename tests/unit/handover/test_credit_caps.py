"""Random lives of a small shop: whatever is claimed, in whatever order, the caps hold and the books balance."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handover.domain.credit import StoredDecision
from handover.domain.shop import Invoice, Plan
from handover.store.engine import make_engine
from tests.unit.handover.shop_floor import NOW, POLICY, ShopFloor, item, order
from tests.unit.handover.subscribers import invoice, line, outage, settle, subscription

CUSTOMERS = {"maria": "Hauptstraße 5", "peter": "Hauptstr. 5", "nina": "Am Markt 1"}
PRICEY = Plan("pricey", "Teuer", "Dear", 1_499, "EUR", "pricey", 1, can_pause=False)
LONG_AGO = NOW - timedelta(days=40)
ORDERS = {
    f"{place}000{number}": customer for place, customer in enumerate(CUSTOMERS, start=1) for number in range(1, 6)
}
HOURS = st.sampled_from([0, 0, 0, 1, 24, 200, 700])
OUTAGES = {f"outage-{days}": timedelta(days=days) for days in (2, 15, 20, 30)}
about_orders = st.tuples(
    st.sampled_from(sorted(ORDERS)),
    st.sampled_from(["late_delivery", "damaged_item", "missing_item"]),
    st.sampled_from([None, "A", "B", "C", "D"]),
    HOURS,
)
about_outages = st.tuples(
    st.sampled_from([f"A-{customer}" for customer in CUSTOMERS]),
    st.just("outage"),
    st.sampled_from(sorted(OUTAGES)),
    HOURS,
)
about_invoices = st.tuples(
    st.sampled_from([f"RE-{customer}-{number}" for customer in CUSTOMERS for number in range(3)]),
    st.just("billing_error"),
    st.none(),
    HOURS,
)
claims = about_orders | about_outages | about_invoices


@pytest.fixture(scope="module")
def template(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database with the shop in it, to be copied."""
    folder = tmp_path_factory.mktemp("caps")
    with copied(migrated, folder) as floor:
        things = [item("A", 990), item("B", 1499), item("C", 1500), item("D", 1501)]
        for customer, street in CUSTOMERS.items():
            floor.customer(customer, street=street)
        floor.add(*(order(number, customer=customer, late=8, items=things) for number, customer in ORDERS.items()))
        settle(
            floor,
            PRICEY,
            *(outage(name, lasted=lasted, started_at=LONG_AGO, plans=("pricey",)) for name, lasted in OUTAGES.items()),
        )
        for customer in CUSTOMERS:
            settle(floor, subscription(f"A-{customer}", customer=customer, plan=PRICEY), *wrong_invoices(customer))
        with floor.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder / "kulanz.db"


@settings(max_examples=40, deadline=None)
@given(st.lists(claims, min_size=1, max_size=25))
def test_no_sequence_of_claims_ever_breaks_a_cap_and_the_books_balance(template: Path, wishes: list) -> None:
    with tempfile.TemporaryDirectory() as folder, copied(template, Path(folder)) as floor:
        conversations = {customer: floor.conversation(customer) for customer in CUSTOMERS}
        for number, reason, sku, hours in wishes:
            floor.clock.pass_by(hours=hours)
            floor.claim(conversations[whose(number)], number, reason, sku)
        decisions = [one for customer in CUSTOMERS for one in floor.decisions(customer)]
        granted = [one for one in decisions if one.outcome == "granted"]
        assert_caps_hold(granted)
        assert all(one.amount <= POLICY.limits["bot"] for one in granted)
        assert len({one.key for one in granted}) == len(granted)
        assert sum(entry.amount_cents for entry in floor.entries()) == 0
        assert floor.credits.reconcile() == []


def wrong_invoices(customer: str) -> list[Invoice]:
    """Each with a month at its price and a line that stands twice."""
    amounts = enumerate([100, 1_400, 1_501])
    return [
        invoice(
            f"RE-{customer}-{number}",
            line(cents=1_499, plan="pricey"),
            *[line("one_off", cents)] * 2,
            customer=customer,
            subscription=f"A-{customer}",
        )
        for number, cents in amounts
    ]


def whose(number: str) -> str:
    return ORDERS.get(number) or number.split("-")[1]


@contextmanager
def copied(template: Path, folder: Path) -> Iterator[ShopFloor]:
    """A shop on a copy of this database."""
    engine = make_engine(f"sqlite:///{shutil.copy(template, folder / 'kulanz.db')}")
    yield ShopFloor(engine)
    engine.dispose()


def assert_caps_hold(granted: list[StoredDecision]) -> None:
    """Counted anew, by brute force: for every window that ends with a credit."""
    homes = {"maria": "home", "peter": "home", "nina": "other"}
    for cap in POLICY.caps:
        per = {
            "order": lambda one: one.order_id or one.id,
            "customer": lambda one: one.customer_id,
            "household": lambda one: homes[one.customer_id],
            "shop": lambda _: "shop",
        }[cap.per]
        for last in granted:
            since = last.created_at - (cap.window or timedelta(days=100_000))
            window = [one for one in granted if since < one.created_at <= last.created_at and per(one) == per(last)]
            cents = sum(one.amount.cents for one in window)
            assert cap.amount is None or cents <= cap.amount.cents
            assert cap.credits is None or len(window) <= cap.credits
