"""Reads the demo shop's files. Days and hours in them count back from the moment of seeding."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import yaml
from babel.dates import format_date

from handover.domain.customer import Consent
from handover.domain.errors import InvalidInput
from handover.domain.money import Money
from handover.domain.shop import (
    Invoice,
    InvoiceLine,
    Item,
    Order,
    Outage,
    Parcel,
    PaymentMethod,
    Plan,
    ShopCustomer,
    Subscription,
)
from handover.domain.subscription import Month, pause

T = TypeVar("T")
Row = dict[str, str]
ITEM = re.compile(r"([0-9]+) ([A-Z0-9-]+)(?: (open|shipped|delivered|returned|missing))?")
ITEM_STATE = {
    "processing": "open",
    "cancelled": "open",
    "shipped": "shipped",
    "lost": "shipped",
    "returned": "returned",
}
"""What items are if the file says nothing; otherwise delivered."""


class DemoFiles:
    """The records of a folder, dated for a moment."""

    def __init__(self, folder: Path, now: datetime, zone: ZoneInfo) -> None:
        self.folder = folder
        self.now = now
        self.zone = zone
        self.today = now.astimezone(zone).date()

    def customers(self) -> list[ShopCustomer]:
        return self.read("customers.csv", self._customer)

    def orders(self) -> list[Order]:
        return self.read("orders.csv", self._order)

    def plans(self) -> list[Plan]:
        return self.read("plans.csv", self._plan)

    def subscriptions(self) -> list[Subscription]:
        return self.read("subscriptions.csv", self._subscription)

    def invoices(self) -> list[Invoice]:
        return self.read("invoices.csv", self._invoice)

    def payment_methods(self) -> list[PaymentMethod]:
        rows = self.read("payment_methods.csv", lambda row: row)
        return [
            PaymentMethod(f"payment-{place}", row["customer"], row["kind"], row["label"], row["default"] == "yes")
            for place, row in enumerate(rows, start=1)
        ]

    def consents(self) -> list[tuple[str, Consent]]:
        """Customer and what they said to one purpose."""
        return self.read("consents.csv", self._consent)

    def outages(self) -> list[Outage]:
        listed = yaml.safe_load((self.folder / "outages.yaml").read_text("utf-8"))
        return [
            Outage(
                id=row["id"],
                service=row["service"],
                plans=tuple(row["plans"]),
                postcodes=tuple(row["postcodes"]),
                text_de=row["text_de"],
                text_en=row["text_en"],
                started_at=self.now - timedelta(hours=row["started_hours_ago"]),
                ended_at=None if row["ended_hours_ago"] is None else self.now - timedelta(hours=row["ended_hours_ago"]),
            )
            for row in listed
        ]

    def _customer(self, row: Row) -> ShopCustomer:
        return ShopCustomer(
            id=row["number"],
            number=row["number"],
            name=row["name"],
            email=row["email"],
            language=row["language"],
            phone=row["phone"] or None,
            street=row["street"],
            postcode=row["postcode"],
            city=row["city"],
            blocked=row["blocked"] == "yes",
            created_at=self.at(row["since_days_ago"], hour=9),
        )

    def _consent(self, row: Row) -> tuple[str, Consent]:
        since = self.at(row["days_ago"], hour=11)
        return row["customer"], Consent(row["purpose"], row["given"] == "yes", since, row["source"])

    def _order(self, row: Row) -> Order:
        items = tuple(self._item(written, row["state"]) for written in row["items"].split(", "))
        return Order(
            id=f"order-{row['number']}",
            number=row["number"],
            customer_id=row["customer"],
            state=row["state"],
            ordered_at=self.at(row["ordered"], hour=10),
            promised_on=self.day(row["promised"]),
            shipped_at=self.at(row["shipped"], hour=12) if row["shipped"] else None,
            delivered_at=self.at(row["delivered"], hour=14) if row["delivered"] else None,
            carrier=row["carrier"] or None,
            tracking_code=row["tracking_code"] or None,
            total_cents=sum(item.quantity * item.unit_cents for item in items),
            currency=row["currency"],
            items=items,
            parcels=tuple(self._parcels[row["number"]]),
        )

    def _parcel(self, row: Row) -> tuple[str, Parcel]:
        """Order and one of its parcels."""
        return row["order"], Parcel(
            carrier=row["carrier"],
            tracking_code=row["tracking_code"],
            state=row["state"],
            shipped_on=self.day(row["shipped"]),
            delivered_on=self.day(row["delivered"]) if row["delivered"] else None,
            skus=tuple(row["items"].split()),
        )

    def _item(self, written: str, order_state: str) -> Item:
        match = ITEM.fullmatch(written)
        if match is None:
            raise ValueError(f"an item is written like `2 NL-LB-2`, not `{written}`")
        quantity, sku, state = match.groups()
        product = self._products[sku]
        return Item(
            sku=sku,
            name_de=product["name_de"],
            name_en=product["name_en"],
            quantity=int(quantity),
            unit_cents=Money.parse(product["price"]).cents,
            state=state or ITEM_STATE.get(order_state, "delivered"),
        )

    def _plan(self, row: Row) -> Plan:
        monthly = Money.parse(row["monthly"])
        return Plan(
            plan=row["plan"],
            name_de=row["name_de"],
            name_en=row["name_en"],
            monthly_cents=monthly.cents,
            currency=monthly.currency,
            family=row["family"],
            rank=int(row["rank"]),
            can_pause=row["can_pause"] == "yes",
        )

    def _subscription(self, row: Row) -> Subscription:
        plan = self._plans[row["plan"]]
        ends_on = self.today + timedelta(days=int(row["ends_in_days"])) if row["ends_in_days"] else None
        paused = self._pause(row)
        next_month = self._first_of_month(-1)
        unpaid_from = paused.first if paused and row["state"] == "paused" else next_month
        return Subscription(
            id=row["number"],
            number=row["number"],
            customer_id=row["customer"],
            plan=plan.plan,
            monthly_cents=plan.monthly_cents,
            currency=plan.currency,
            state=row["state"],
            started_on=self.day(row["started_days_ago"]),
            paid_until=ends_on or unpaid_from - timedelta(days=1),
            ends_on=ends_on,
            next_plan=row["next_plan"] or None,
            next_plan_on=next_month if row["next_plan"] else None,
            paused_from=paused and paused.first,
            paused_until=paused and paused.last,
        )

    def _pause(self, row: Row) -> Month | None:
        if not row["pause_months"]:
            return None
        return pause(self._first_of_month(int(row["pause_months_ago"])), int(row["pause_months"]))

    def _invoice(self, row: Row) -> Invoice:
        issued_on = self._first_of_month(int(row["months_ago"]))
        return Invoice(
            id=row["number"],
            number=row["number"],
            customer_id=self._holders[row["subscription"]],
            subscription_id=row["subscription"],
            issued_on=issued_on,
            due_on=issued_on + timedelta(days=14),
            state=row["state"],
            currency="EUR",
            lines=tuple(self._line(line, issued_on) for line in self._lines[row["number"]]),
        )

    def _line(self, row: Row, issued_on: date) -> InvoiceLine:
        named = (plan.plan for plan in self._plans.values() if row["text_de"].startswith(f"{plan.name_de},"))
        return InvoiceLine(
            kind=row["kind"],
            text_de=row["text_de"].replace("{month}", format_date(issued_on, "LLLL yyyy", locale="de")),
            text_en=row["text_en"].replace("{month}", format_date(issued_on, "LLLL yyyy", locale="en")),
            cents=Money.parse(row["amount"]).cents,
            plan=next(named, None) if row["kind"] == "plan" else None,
        )

    @cached_property
    def _parcels(self) -> dict[str, list[Parcel]]:
        parcels = defaultdict(list)
        for number, parcel in self.read("parcels.csv", self._parcel):
            parcels[number].append(parcel)
        return parcels

    @cached_property
    def _products(self) -> dict[str, Row]:
        return {row["sku"]: row for row in self.read("products.csv", lambda row: row)}

    @cached_property
    def _plans(self) -> dict[str, Plan]:
        return {plan.plan: plan for plan in self.plans()}

    @cached_property
    def _holders(self) -> dict[str, str]:
        return {one.id: one.customer_id for one in self.subscriptions()}

    @cached_property
    def _lines(self) -> dict[str, list[Row]]:
        lines = defaultdict(list)
        for row in self.read("invoice_lines.csv", lambda row: row):
            lines[row["invoice"]].append(row)
        return lines

    def read(self, name: str, record: Callable[[Row], T]) -> list[T]:
        """One record per line. Raises `InvalidInput` that names file and line."""
        records = []
        with (self.folder / name).open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            for row in reader:
                try:
                    records.append(record(row))
                except (KeyError, ValueError, InvalidInput) as error:
                    raise InvalidInput(f"{name}, line {reader.line_num}: {error}") from None
        return records

    def day(self, days_ago: str) -> date:
        return self.today - timedelta(days=int(days_ago))

    def at(self, days_ago: str, *, hour: int) -> datetime:
        """That hour of the shop's day, but never later than now."""
        return min(self.now, datetime.combine(self.day(days_ago), time(hour), self.zone))

    def _first_of_month(self, months_ago: int) -> date:
        months = self.today.year * 12 + self.today.month - 1 - months_ago
        return date(months // 12, months % 12 + 1, 1)
