"""Fills an empty database with the demo shop Nordlicht (`data/demo`), all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from handover.contract.base import Language
from handover.domain.agent import Role
from handover.domain.shop import Invoice, Order
from handover.services import demo_back, demo_payments
from handover.services.canned import Wording
from handover.services.demo_files import DemoFiles
from handover.services.policy import load_policy
from handover.services.ports import Clock, KeptAnswer, UnitOfWork, Units
from handover.services.tokens import new_id


class DemoAgent(NamedTuple):
    """An account of the demo; the password of all is in `data/demo/README.md`."""

    name: str
    email: str
    role: Role
    language: Language
    languages: tuple[Language, ...]
    topics: tuple[str, ...]


class Happening(NamedTuple):
    """A line of a customer's timeline."""

    type: str
    at: datetime | None


def seed(unit: Units, folder: Path, clock: Clock) -> bool:
    """Answers whether the shop was filled in: one that knows customers only gets the plans that it does not know yet."""
    zone = load_policy(folder / "credit-policy.yaml").zone
    with unit() as work:
        files = DemoFiles(folder, clock.now(), zone)
        if not work.shop.is_empty():
            _top_up(files, work)
            return False
        for records, add in _contents(files, work):
            for record in records:
                add(record)
        _tell(files, work)
        for wording in demo_answers(folder):
            work.canned.add(KeptAnswer(new_id(), None, *wording, version=1, updated_at=work.now))
        return True


def _top_up(files: DemoFiles, work: UnitOfWork) -> None:
    """A demo shop filled in by an earlier version had no table of plans."""
    if not any(plan.rank for plan in work.shop.plans().values()):
        for plan in files.plans():
            work.shop.add_plan(plan)


def _contents(files: DemoFiles, work: UnitOfWork) -> Iterator[tuple[Iterable[Any], Callable[[Any], None]]]:
    """Every record of the shop and where it goes, in an order in which each finds what it refers to."""
    yield files.customers(), work.shop.add_customer
    yield files.consents(), lambda given: work.customers.set_consent(*given)
    yield files.orders(), work.shop.add_order
    yield files.plans(), work.shop.add_plan
    yield files.subscriptions(), work.shop.add_subscription
    yield files.invoices(), work.shop.add_invoice
    yield files.payment_methods(), work.shop.add_payment_method
    yield demo_back.order_payments(files), work.shop.add_payment
    yield demo_payments.invoice_payments(files), work.shop.add_payment
    yield demo_payments.more_payments(files), work.shop.add_payment
    yield demo_back.refunds(files), work.refunds.add_refund
    yield demo_back.returns(files), work.refunds.add_return
    yield files.outages(), work.shop.add_outage


def _tell(files: DemoFiles, work: UnitOfWork) -> None:
    for order in files.orders():
        _tell_order(work, order, files.now)
    for invoice in files.invoices():
        _tell_invoice(work, invoice, files)


def demo_agents(folder: Path) -> list[DemoAgent]:
    listed = yaml.safe_load((folder / "agents.yaml").read_text("utf-8"))
    return [
        DemoAgent(
            name=row["name"],
            email=row["email"],
            role=Role(row["role"]),
            language=row["language"],
            languages=tuple(row.get("languages", [row["language"]])),
            topics=tuple(row.get("topics", [])),
        )
        for row in listed
    ]


def demo_answers(folder: Path) -> list[Wording]:
    """Canned answers for everybody."""
    listed = yaml.safe_load((folder / "answers.yaml").read_text("utf-8"))
    return [Wording(row["name"], row["de"], row["en"]).checked() for row in listed]


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
