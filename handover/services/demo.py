"""Fills an empty database with the demo shop Nordlicht (`data/demo`), all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

import yaml

from handover.domain.agent import Role
from handover.domain.shop import Invoice, Order
from handover.services.demo_files import DemoFiles
from handover.services.policy import load_policy
from handover.services.ports import Clock, UnitOfWork, Units


class DemoAgent(NamedTuple):
    """An account of the demo; the password of all is in `data/demo/README.md`."""

    name: str
    email: str
    role: Role
    language: str


class Happening(NamedTuple):
    """A line of a customer's timeline."""

    type: str
    at: datetime | None


def seed(unit: Units, folder: Path, clock: Clock) -> bool:
    """Answers whether anything was written: a database that knows customers is left alone."""
    zone = load_policy(folder / "credit-policy.yaml").zone
    with unit() as work:
        if not work.shop.is_empty():
            return False
        files = DemoFiles(folder, clock.now(), zone)
        for customer in files.customers():
            work.shop.add_customer(customer)
        for order in files.orders():
            work.shop.add_order(order)
            _tell_order(work, order, files.now)
        for subscription in files.subscriptions():
            work.shop.add_subscription(subscription)
        for invoice in files.invoices():
            work.shop.add_invoice(invoice)
            _tell_invoice(work, invoice, files)
        for method in files.payment_methods():
            work.shop.add_payment_method(method)
        for outage in files.outages():
            work.shop.add_outage(outage)
        return True


def demo_agents(folder: Path) -> list[DemoAgent]:
    listed = yaml.safe_load((folder / "agents.yaml").read_text("utf-8"))
    return [DemoAgent(row["name"], row["email"], Role(row["role"]), row["language"]) for row in listed]


def _tell_order(work: UnitOfWork, order: Order, now: datetime) -> None:
    for happening in _happenings(order):
        if happening.at is not None:
            at = min(happening.at, now)
            work.customers.add_event(order.customer_id, happening.type, {"order_number": order.number}, at)


def _happenings(order: Order) -> Iterator[Happening]:
    yield Happening("order.placed", order.ordered_at)
    yield Happening("order.shipped", order.shipped_at)
    yield Happening("order.delivered", order.delivered_at)
    if order.state == "cancelled":
        yield Happening("order.cancelled", order.ordered_at + timedelta(hours=20))
    if order.state == "returned" and order.delivered_at:
        yield Happening("order.returned", order.delivered_at + timedelta(days=4))
    if order.state == "lost" and order.shipped_at:
        yield Happening("order.lost", order.shipped_at + timedelta(days=7))


def _tell_invoice(work: UnitOfWork, invoice: Invoice, files: DemoFiles) -> None:
    at = datetime.combine(invoice.issued_on, time(6), files.zone)
    told: dict[str, object] = {
        "invoice_number": invoice.number,
        "total_cents": invoice.total_cents,
        "currency": invoice.currency,
    }
    work.customers.add_event(invoice.customer_id, "invoice.issued", told, min(at, files.now))
