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
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    kind: str
    text_de: str
    text_en: str
    cents: int


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


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    id: str
    customer_id: str
    kind: str
    label: str
    is_default: bool


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
