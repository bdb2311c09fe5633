"""What the shop tells us: its customers, orders, subscriptions, invoices and outages, as plain records."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

UNDER_WAY = frozenset({"processing", "shipped", "partly_delivered", "lost"})
"""Order states in which something is still to come, so that the delay goes on growing."""


@dataclass(frozen=True, slots=True)
class Item:
    sku: str
    name_de: str
    name_en: str
    quantity: int
    unit_cents: int
    state: str

    def name(self, language: str) -> str:
        return self.name_en if language == "en" else self.name_de


@dataclass(frozen=True, slots=True)
class Parcel:
    """One of several parcels of an order."""

    carrier: str
    tracking_code: str
    state: str
    """shipped | delivered | lost."""
    shipped_on: date
    delivered_on: date | None
    skus: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Order:
    id: str
    number: str
    customer_id: str
    state: str
    ordered_at: datetime
    promised_on: date
    shipped_at: datetime | None
    delivered_at: datetime | None
    """When the last parcel so far arrived; a partly delivered order is still under way."""
    carrier: str | None
    tracking_code: str | None
    total_cents: int
    currency: str
    items: tuple[Item, ...]
    delivery_name: str | None = None
    delivery_street: str | None = None
    """Where it goes; none: to the customer's own address."""
    delivery_postcode: str | None = None
    delivery_city: str | None = None
    parcels: tuple[Parcel, ...] = ()
    """Empty: everything in one, by the carrier above."""

    @property
    def deliver_to(self) -> str | None:
        """In one line; None if it goes to the customer's own address."""
        if self.delivery_street is None:
            return None
        town = f"{self.delivery_postcode or ''} {self.delivery_city or ''}".strip()
        return ", ".join(part for part in (self.delivery_name, self.delivery_street, town) if part)

    def days_late(self, now: datetime, zone: tzinfo) -> int:
        """Whole days after the promised day in the shop's time zone, up to the arrival or else to today."""
        arrived = now if self.state in UNDER_WAY else self.delivered_at
        return 0 if arrived is None else max(0, (arrived.astimezone(zone).date() - self.promised_on).days)


@dataclass(frozen=True, slots=True)
class Subscription:
    id: str
    number: str
    customer_id: str
    plan: str
    monthly_cents: int
    currency: str
    state: str
    started_on: date
    paid_until: date
    """Last day of the month that is paid for."""
    ends_on: date | None = None
    next_plan: str | None = None
    next_plan_on: date | None = None
    paused_from: date | None = None
    paused_until: date | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What one can subscribe to. `rank`: higher is larger, within the `family` one can change in."""

    plan: str
    name_de: str
    name_en: str
    monthly_cents: int
    currency: str
    family: str
    rank: int
    can_pause: bool

    def name(self, language: str) -> str:
        return self.name_en if language == "en" else self.name_de


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    kind: str
    text_de: str
    text_en: str
    cents: int
    plan: str | None = None
    """Of a line of kind `plan`: the plan it charges for, where the shop says so."""

    def text(self, language: str) -> str:
        return self.text_en if language == "en" else self.text_de


@dataclass(frozen=True, slots=True)
class Invoice:
    id: str
    number: str
    customer_id: str
    subscription_id: str | None
    issued_on: date
    due_on: date
    state: str
    currency: str
    lines: tuple[InvoiceLine, ...]

    @property
    def total_cents(self) -> int:
        return sum(line.cents for line in self.lines)

    def is_overdue(self, today: date) -> bool:
        """Not paid, and its day has passed."""
        return self.state != "paid" and self.due_on < today


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    id: str
    customer_id: str
    kind: str
    label: str
    is_default: bool

    def name(self, language: str) -> str:
        """Brands and digits are the same in every language; buying on invoice is words."""
        return "Buying on invoice" if self.kind == "invoice" and language == "en" else self.label


def method_name(label: str, methods: list[PaymentMethod], language: str) -> str:
    """How customers read a method that was written down by its label. One that is stored no more keeps it."""
    return next((one.name(language) for one in methods if one.label == label), label)


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that moved for an invoice or an order, or failed to."""

    id: str
    customer_id: str
    invoice_id: str | None
    order_id: str | None
    cents: int
    currency: str
    method: str
    state: str
    reason: str | None
    on: date


@dataclass(frozen=True, slots=True)
class Refund:
    """Money on its way back. `reference` is what the customer can name."""

    reference: str
    customer_id: str
    order_id: str | None
    invoice_id: str | None
    cents: int
    currency: str
    reason: str
    method: str
    state: str
    expected_on: date
    paid_on: date | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Return:
    """Items a customer sends back."""

    number: str
    order_id: str
    customer_id: str
    items: tuple[tuple[str, int], ...]
    """(sku, quantity)"""
    reason: str
    state: str
    created_at: datetime
    received_at: datetime | None


@dataclass(frozen=True, slots=True)
class Outage:
    id: str
    service: str
    plans: tuple[str, ...]
    postcodes: tuple[str, ...]
    """Prefixes; none: everywhere."""
    text_de: str
    text_en: str
    started_at: datetime
    ended_at: datetime | None

    def touches(self, plans: set[str], postcode: str) -> bool:
        return bool(plans & set(self.plans)) and (not self.postcodes or postcode.startswith(self.postcodes))


@dataclass(frozen=True, slots=True)
class ShopCustomer:
    """A customer as the shop delivers one: known by mail address, not yet proven by anybody."""

    id: str
    number: str
    name: str
    email: str
    language: str
    phone: str | None
    street: str
    postcode: str
    city: str
    blocked: bool
    created_at: datetime


def household(street: str | None, postcode: str | None) -> str | None:
    """One spelling per address, so that `Hauptstr. 5` and `HAUPTSTRASSE 5` are the same home; None if unknown."""
    if not street or not postcode:
        return None
    plain = street.casefold().translate(_UMLAUTS).replace("strasse", "str")
    return f"{postcode.strip()} {re.sub(r'[^a-z0-9]', '', plain)}"


_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
