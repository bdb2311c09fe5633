"""Subscribers for tests: plans, subscriptions, their invoices, and outages that touch them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from handover.domain.shop import Invoice, InvoiceLine, Outage, Plan, Subscription
from tests.unit.handover.shop_floor import NOW, ShopFloor

MARCH = date(2026, 3, 1)
FEBRUARY = date(2026, 2, 1)
PLUS = Plan("plus", "Nordlicht Plus", "Nordlicht Plus", 999, "EUR", "nordlicht", 2, can_pause=True)
CAMERA = Plan("kamera", "Kamera-Speicher", "Camera storage", 699, "EUR", "kamera", 1, can_pause=True)
DURING = datetime(2026, 2, 20, 6, tzinfo=NOW.tzinfo)
"""When the outage of these tests begins: before the invoice of March."""


def subscription(number: str = "A-502", *, customer: str = "erika", plan: Plan = CAMERA, **facts) -> Subscription:
    plain = {
        "id": f"sub-{number}",
        "number": number,
        "customer_id": customer,
        "plan": plan.plan,
        "monthly_cents": plan.monthly_cents,
        "currency": plan.currency,
        "state": "active",
        "started_on": date(2025, 1, 1),
        "paid_until": date(2026, 3, 31),
    }
    return Subscription(**(plain | facts))


def line(kind: str = "plan", cents: int = 699, plan: str | None = "kamera", text: str = "Posten") -> InvoiceLine:
    return InvoiceLine(kind, text, f"{text} (en)", cents, plan if kind == "plan" else None)


def invoice(
    number: str = "RE-3",
    *lines: InvoiceLine,
    customer: str = "erika",
    subscription: str | None = "A-502",
    issued_on: date = MARCH,
    state: str = "paid",
) -> Invoice:
    return Invoice(
        id=f"inv-{number}",
        number=number,
        customer_id=customer,
        subscription_id=f"sub-{subscription}" if subscription else None,
        issued_on=issued_on,
        due_on=issued_on + timedelta(days=14),
        state=state,
        currency="EUR",
        lines=lines or (line(),),
    )


def outage(
    name: str = "camera",
    *,
    lasted: timedelta | None = timedelta(hours=60),
    started_at: datetime = DURING,
    plans: tuple[str, ...] = ("kamera",),
    postcodes: tuple[str, ...] = (),
) -> Outage:
    return Outage(
        id=name,
        service="Ausguck Cloud",
        plans=plans,
        postcodes=postcodes,
        text_de="Gestört.",
        text_en="Disturbed.",
        started_at=started_at,
        ended_at=None if lasted is None else started_at + lasted,
    )


def settle(floor: ShopFloor, *things: Plan | Subscription | Invoice | Outage) -> None:
    """The shop delivers them, in this order."""
    with floor.unit() as unit:
        for thing in things:
            match thing:
                case Plan():
                    unit.shop.add_plan(thing)
                case Subscription():
                    unit.shop.add_subscription(thing)
                case Invoice():
                    unit.shop.add_invoice(thing)
                case Outage():
                    unit.shop.add_outage(thing)
