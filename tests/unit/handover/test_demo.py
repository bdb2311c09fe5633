from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copy, copytree

import pytest
from sqlalchemy import Engine, delete, func, select

from handover.domain.billing import overpaid
from handover.domain.errors import InvalidInput
from handover.domain.money import Money
from handover.domain.shop import Invoice
from handover.services.demo import demo_agents, seed
from handover.services.demo_files import DemoFiles
from handover.store.engine import make_engine
from handover.store.tables import (
    customer_events,
    customers,
    identities,
    invoices,
    order_items,
    orders,
    outages,
    payment_methods,
    plans,
    subscriptions,
)
from tests.unit.handover.shop_floor import DEMO, NOW, POLICY, Clock, ShopFloor

FILES = DemoFiles(DEMO, NOW, POLICY.zone)
CLAIM = re.compile(r"\| ([a-z.]+) \| ([A-Z0-9-]+) \| (\w+) \| ([\w-]*) ?\| (\w+) ?([\d.]+ EUR)? \| ([\w.]*) ?\|")


@pytest.fixture
def bare(migrated: Path, tmp_path: Path) -> Iterator[ShopFloor]:
    """A shop without a single customer."""
    engine = make_engine(f"sqlite:///{copy(migrated, tmp_path / 'demo.db')}")
    yield ShopFloor(engine)
    engine.dispose()


@pytest.fixture
def demo(bare: ShopFloor) -> ShopFloor:
    assert seed(bare.unit, DEMO, bare.clock)
    return bare


def rows(engine: Engine) -> dict[str, int]:
    tables = (customers, identities, customer_events, orders, order_items, subscriptions, invoices)
    with engine.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (*tables, payment_methods, outages)
        }


def test_every_claim_of_the_readme_is_answered_as_it_says(demo: ShopFloor) -> None:
    table = CLAIM.findall((DEMO / "README.md").read_text("utf-8"))
    assert len(table) > 50
    said, done = [], []
    for mail, number, reason, part, outcome, amount, rule in table:
        with demo.unit(write=False) as unit:
            known = unit.customers.find_by_email(f"{mail}@example.org")
        assert known is not None, mail
        decided = demo.claim(demo.conversation(known.customer_id), number, reason, part or None)
        said.append((mail, number, reason, part, outcome, Money.parse(amount or "0.00 EUR").cents, rule))
        done.append((mail, number, reason, part, decided.outcome, decided.amount_cents, decided.because))
    assert done == said
    assert demo.credits.reconcile() == []


def test_seeding_again_changes_nothing(demo: ShopFloor) -> None:
    before = rows(demo.engine)
    demo.clock.pass_by(days=3)
    assert not seed(demo.unit, DEMO, demo.clock)
    assert rows(demo.engine) == before


def test_a_shop_that_has_customers_is_left_alone(floor: ShopFloor) -> None:
    assert not seed(floor.unit, DEMO, floor.clock)
    assert rows(floor.engine)["customers"] == 1


def test_a_demo_shop_of_an_earlier_version_gets_the_plans_it_did_not_know(demo: ShopFloor) -> None:
    with demo.unit(write=False) as unit:
        listed = unit.shop.plans()
    with demo.engine.begin() as connection:
        connection.execute(delete(plans))
    with demo.unit(write=False) as unit:
        held = unit.shop.plans()
    assert held["kamera"].monthly_cents == listed["kamera"].monthly_cents
    assert not any(plan.rank for plan in held.values())
    assert not seed(demo.unit, DEMO, demo.clock)
    assert not seed(demo.unit, DEMO, demo.clock)
    with demo.unit(write=False) as unit:
        assert unit.shop.plans() == listed


def test_a_broken_file_seeds_nothing_and_is_named_with_its_line(bare: ShopFloor, tmp_path: Path) -> None:
    folder = copytree(DEMO, tmp_path / "demo")
    broken = (folder / "orders.csv").read_text("utf-8").replace("1 NL-WK-2", "one NL-WK-2", 1)
    (folder / "orders.csv").write_text(broken, "utf-8")
    with pytest.raises(InvalidInput, match=r"orders\.csv, line \d+: an item is written like"):
        seed(bare.unit, folder, bare.clock)
    assert set(rows(bare.engine).values()) == {0}


def test_the_shop_is_as_large_as_it_says(demo: ShopFloor) -> None:
    assert rows(demo.engine) | {"customer_events": 0, "order_items": 0} == {
        "customers": 40,
        "identities": 40,
        "orders": 125,
        "subscriptions": 28,
        "invoices": 156,
        "payment_methods": 55,
        "outages": 4,
        "customer_events": 0,
        "order_items": 0,
    }


def test_orders_of_every_state_are_there() -> None:
    states = Counter(order.state for order in FILES.orders())
    wanted = {"processing", "shipped", "delivered", "partly_delivered", "lost", "returned", "cancelled"}
    assert set(states) == wanted
    assert min(states.values()) >= 2


@pytest.mark.parametrize(("number", "mail", "late"), [("10023", "erika.lindner", 5), ("10024", "emily.carter", 6)])
def test_the_orders_of_the_story_are_as_the_story_tells(number: str, mail: str, late: int) -> None:
    [order] = [order for order in FILES.orders() if order.number == number]
    [customer] = [customer for customer in FILES.customers() if customer.id == order.customer_id]
    assert customer.email == f"{mail}@example.org"
    assert order.delivered_at is not None
    assert (NOW.date() - order.delivered_at.date()).days == 3
    assert order.days_late(NOW, POLICY.zone) == late
    assert [(item.sku, item.name_de, item.name_en, item.unit_cents) for item in order.items] == [
        ("NL-KM-1", "Kaffeemaschine Polar", "Polar coffee machine", 8_900),
        ("NL-FS-3", "Filterset Polar", "Polar filter set", 990),
    ]


def test_customers_have_one_mail_address_each_and_plausible_contact_data() -> None:
    known = FILES.customers()
    assert len({customer.email for customer in known}) == len(known)
    assert all(customer.email.isascii() and customer.email.endswith("@example.org") for customer in known)
    assert all(customer.phone is None or re.fullmatch(r"\+49[1-9]\d{7,10}", customer.phone) for customer in known)
    assert all(re.fullmatch(r"\d{5}", customer.postcode) for customer in known if customer.city != "Zürich")


def test_every_order_runs_forwards_in_time() -> None:
    for order in FILES.orders():
        days = [day for day in (order.ordered_at, order.shipped_at, order.delivered_at) if day]
        assert days == sorted(days), order.number
        assert order.ordered_at <= NOW
        assert order.promised_on > order.ordered_at.date(), order.number


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 1, 1, 0, 30, tzinfo=UTC),
        datetime(2026, 3, 29, 1, 0, tzinfo=UTC),  # the hour that daylight saving takes
        datetime(2028, 2, 29, 23, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 0, tzinfo=UTC),
    ],
)
def test_on_whatever_day_it_is_seeded_nothing_lies_in_the_future_and_the_story_holds(
    bare: ShopFloor, now: datetime
) -> None:
    assert seed(bare.unit, DEMO, Clock(now))
    with bare.engine.connect() as connection:
        assert connection.execute(select(func.max(customer_events.c.at))).scalar_one() <= now
    [story] = [order for order in DemoFiles(DEMO, now, POLICY.zone).orders() if order.number == "10023"]
    assert story.days_late(now, POLICY.zone) == 5


def test_invoices_are_the_sum_of_lines_that_can_be_read_in_both_languages(demo: ShopFloor) -> None:
    bills: list[Invoice] = FILES.invoices()
    assert all(bill.total_cents > 0 for bill in bills)
    first = bills[0]
    assert (first.lines[0].text_de, first.lines[0].text_en) == (
        "Nordlicht Plus, Oktober 2025",
        "Nordlicht Plus, October 2025",
    )
    assert {bill.issued_on.day for bill in bills} == {1}
    assert Counter(bill.state for bill in bills).keys() == {"paid", "open", "failed"}
    with demo.unit(write=False) as unit:
        newest = unit.shop.invoices_of(first.customer_id)[0]
    assert newest.total_cents == sum(line.cents for line in newest.lines)


def test_an_outage_touches_those_with_the_plan_at_the_place(demo: ShopFloor) -> None:
    with demo.unit(write=False) as unit:
        hamburg, koeln = (
            unit.customers.find_by_email(f"{who}@example.org") for who in ("erika.lindner", "aylin.demir")
        )
        assert hamburg is not None
        assert koeln is not None
        now = {outage.id for outage in unit.shop.outages_touching(hamburg.customer_id, NOW - timedelta(days=1))}
        assert now == {"outage-camera-storage"}
        assert unit.shop.outages_touching(koeln.customer_id, NOW - timedelta(days=1)) == []


def test_every_customer_with_an_order_has_a_timeline(demo: ShopFloor) -> None:
    with demo.engine.connect() as connection:
        told = set(connection.execute(select(customer_events.c.customer_id)).scalars())
        types = set(connection.execute(select(customer_events.c.type)).scalars())
    assert {order.customer_id for order in FILES.orders()} <= told
    assert {"order.placed", "order.shipped", "order.delivered", "order.lost", "invoice.issued"} <= types


def test_the_demo_accounts_cover_every_role() -> None:
    listed = demo_agents(DEMO)
    assert [agent.email.split("@")[0] for agent in listed] == ["anna", "ben", "sophie", "emil", "ada"]
    assert {agent.role.value for agent in listed} == {"agent", "supervisor", "editor", "admin"}


def test_what_was_charged_twice_or_failed_is_as_the_readme_says(demo: ShopFloor) -> None:
    told = (DEMO / "README.md").read_text("utf-8")
    with demo.unit(write=False) as unit:
        for customer in FILES.customers():
            things = [*unit.shop.invoices_of(customer.id, 100), *unit.shop.orders_of(customer.id, 100)]
            paid, refunds = unit.shop.payments_of(customer.id), unit.refunds.refunds_of(customer.id)
            for found in overpaid(things, paid, refunds):
                assert found.cents == found.about.total_cents
                assert re.search(rf"\| {customer.email.split('@')[0]} \|[^\n]*{found.about.number}", told)
            failed = {one.id for one in things if isinstance(one, Invoice) and one.state == "failed"}
            assert failed == {one.invoice_id for one in paid if one.state == "failed"}
            assert {one.on <= NOW.date() for one in paid} <= {True}
