"""Orders, subscriptions, invoices, payment methods and outages, as the shop delivered them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, RowMapping, Select, func, insert, or_, select, update

from handover.domain.errors import Conflict
from handover.domain.shop import (
    Invoice,
    InvoiceLine,
    Item,
    Order,
    Outage,
    Parcel,
    Payment,
    PaymentMethod,
    Plan,
    ShopCustomer,
    Subscription,
)
from handover.domain.subscription import is_over
from handover.store.tables import (
    customers,
    identities,
    invoices,
    order_items,
    orders,
    outages,
    payment_methods,
    payments,
    plan_prices,
    plans,
    subscriptions,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


_CHANGING = ("state", "delivery_name", "delivery_street", "delivery_postcode", "delivery_city")
"""What a customer may change of an order."""


class SqlShopStore:
    """See `ports.ShopStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def order_of(self, customer_id: str, number: str) -> Order | None:
        found = self._orders(select(orders).where(orders.c.customer_id == customer_id, orders.c.number == number))
        return found[0] if found else None

    def orders_of(self, customer_id: str, limit: int = 10) -> list[Order]:
        newest_first = orders.c.ordered_at.desc(), orders.c.number.desc()
        return self._orders(
            select(orders).where(orders.c.customer_id == customer_id).order_by(*newest_first).limit(limit)
        )

    def save_order(self, before: Order, after: Order) -> None:
        changed = {name: getattr(after, name) for name in _CHANGING}
        stands = update(orders).where(orders.c.id == before.id, orders.c.state == before.state)
        if self._connection.execute(stands.values(**changed)).rowcount != 1:
            raise Conflict("The order has changed.")

    def payments_of(self, customer_id: str) -> list[Payment]:
        rows = self._connection.execute(
            select(payments)
            .where(payments.c.customer_id == customer_id)
            .order_by(payments.c.on.desc(), payments.c.id.desc())
        ).mappings()
        return [Payment(**row) for row in rows]

    def subscriptions_of(self, customer_id: str) -> list[Subscription]:
        rows = self._connection.execute(
            select(subscriptions)
            .where(subscriptions.c.customer_id == customer_id)
            .order_by(subscriptions.c.started_on.desc(), subscriptions.c.number)
        ).mappings()
        return [Subscription(**row) for row in rows]

    def save_subscription(self, subscription: Subscription) -> None:
        changed = update(subscriptions).where(subscriptions.c.id == subscription.id)
        self._connection.execute(changed.values(**asdict(subscription)))

    def plans(self) -> dict[str, Plan]:
        rows = self._connection.execute(select(plans).order_by(plans.c.family, plans.c.rank)).mappings()
        listed = {row["plan"]: Plan(**row) for row in rows}
        return listed | self._unlisted_plans(listed)

    def _unlisted_plans(self, listed: Iterable[str]) -> dict[str, Plan]:
        """Plans that somebody has and the shop no longer lists, or never did: as they are, with nothing to change to."""
        held = subscriptions.c.plan, func.max(subscriptions.c.monthly_cents), func.max(subscriptions.c.currency)
        unlisted = select(*held).where(subscriptions.c.plan.not_in(list(listed))).group_by(subscriptions.c.plan)
        return {
            plan: Plan(plan, plan.title(), plan.title(), cents, currency, family=plan, rank=0, can_pause=False)
            for plan, cents, currency in self._connection.execute(unlisted)
        }

    def invoices_of(self, customer_id: str, limit: int = 6) -> list[Invoice]:
        rows = self._connection.execute(
            select(invoices)
            .where(invoices.c.customer_id == customer_id)
            .order_by(invoices.c.issued_on.desc(), invoices.c.number.desc())
            .limit(limit)
        ).mappings()
        return [_invoice(row) for row in rows]

    def invoice_of(self, customer_id: str, number: str) -> Invoice | None:
        row = (
            self._connection.execute(
                select(invoices).where(invoices.c.customer_id == customer_id, invoices.c.number == number)
            )
            .mappings()
            .first()
        )
        return _invoice(row) if row else None

    def set_invoice_state(self, before: Invoice, state: str) -> None:
        stands = update(invoices).where(invoices.c.id == before.id, invoices.c.state == before.state)
        if self._connection.execute(stands.values(state=state)).rowcount != 1:
            raise Conflict("The invoice has changed.")

    def set_default_method(self, customer_id: str, method_id: str) -> None:
        mine = update(payment_methods).where(payment_methods.c.customer_id == customer_id)
        self._connection.execute(mine.values(is_default=payment_methods.c.id == method_id))

    def payment_methods_of(self, customer_id: str) -> list[PaymentMethod]:
        rows = self._connection.execute(
            select(payment_methods)
            .where(payment_methods.c.customer_id == customer_id)
            .order_by(payment_methods.c.is_default.desc(), payment_methods.c.id)
        ).mappings()
        return [PaymentMethod(**row) for row in rows]

    def outages_touching(self, customer_id: str, since: datetime) -> list[Outage]:
        postcode = self._connection.execute(
            select(customers.c.postcode).where(customers.c.id == customer_id)
        ).scalar_one_or_none()
        held = {one.plan for one in self.subscriptions_of(customer_id) if not is_over(one, since.date())}
        return [found for found in self.outages_since(since) if found.touches(held, postcode or "")]

    def outages_everywhere(self) -> list[Outage]:
        going_on = select(outages).where(outages.c.ended_at.is_(None)).order_by(outages.c.started_at.desc())
        rows = self._connection.execute(going_on).mappings()
        return [found for found in map(_outage, rows) if not found.postcodes]

    def outage(self, outage_id: str) -> Outage | None:
        row = self._connection.execute(select(outages).where(outages.c.id == outage_id)).mappings().one_or_none()
        return _outage(row) if row else None

    def outages_since(self, since: datetime) -> list[Outage]:
        rows = self._connection.execute(
            select(outages)
            .where(or_(outages.c.ended_at.is_(None), outages.c.ended_at > since))
            .order_by(outages.c.started_at.desc(), outages.c.id)
        ).mappings()
        return [_outage(row) for row in rows]

    def plan_prices(self, day: date) -> dict[str, int]:
        prices = {plan.plan: plan.monthly_cents for plan in self.plans().values()}
        earlier = select(plan_prices).where(plan_prices.c.until >= day).order_by(plan_prices.c.until.desc())
        return prices | {row.plan: row.monthly_cents for row in self._connection.execute(earlier)}

    def is_empty(self) -> bool:
        return self._connection.execute(select(customers.c.id).limit(1)).first() is None

    def add_customer(self, customer: ShopCustomer) -> None:
        values = asdict(customer)
        email = values.pop("email")
        self._connection.execute(insert(customers).values(**values))
        self._connection.execute(
            insert(identities).values(
                id=f"{customer.id}-email", customer_id=customer.id, kind="email", value=email, trust="claimed"
            )
        )

    def add_order(self, order: Order) -> None:
        values = asdict(order)
        items = values.pop("items")
        values["parcels"] = [_parcel_row(parcel) for parcel in order.parcels]
        self._connection.execute(insert(orders).values(**values))
        self._connection.execute(insert(order_items), [{"order_id": order.id, **item} for item in items])

    def add_plan(self, plan: Plan) -> None:
        self._connection.execute(insert(plans).values(**asdict(plan)))

    def add_subscription(self, subscription: Subscription) -> None:
        self._connection.execute(insert(subscriptions).values(**asdict(subscription)))

    def add_invoice(self, invoice: Invoice) -> None:
        self._connection.execute(insert(invoices).values(**asdict(invoice), total_cents=invoice.total_cents))

    def add_payment_method(self, method: PaymentMethod) -> None:
        self._connection.execute(insert(payment_methods).values(**asdict(method)))

    def add_payment(self, payment: Payment) -> None:
        self._connection.execute(insert(payments).values(**asdict(payment)))

    def add_outage(self, outage: Outage) -> None:
        self._connection.execute(insert(outages).values(**asdict(outage)))

    def add_plan_price(self, plan: str, until: date, monthly_cents: int) -> None:
        self._connection.execute(insert(plan_prices).values(plan=plan, until=until, monthly_cents=monthly_cents))

    def _orders(self, query: Select[Any]) -> list[Order]:
        rows = self._connection.execute(query).mappings().all()
        items: dict[str, list[Item]] = {row["id"]: [] for row in rows}
        contained = select(order_items).where(order_items.c.order_id.in_(items)).order_by(order_items.c.sku)
        for item in self._connection.execute(contained).mappings():
            fields = dict(item)
            items[fields.pop("order_id")].append(Item(**fields))
        return [_order(row, items[row["id"]]) for row in rows]


def _order(row: RowMapping, items: list[Item]) -> Order:
    parcels = tuple(_parcel(parcel) for parcel in row["parcels"] or ())
    return Order(**{**row, "parcels": parcels, "items": tuple(items)})


def _parcel(row: dict[str, Any]) -> Parcel:
    days = {name: row[name] and date.fromisoformat(row[name]) for name in ("shipped_on", "delivered_on")}
    return Parcel(**{**row, **days, "skus": tuple(row["skus"])})


def _parcel_row(parcel: Parcel) -> dict[str, Any]:
    row = asdict(parcel)
    days = {name: row[name] and row[name].isoformat() for name in ("shipped_on", "delivered_on")}
    return {**row, **days, "skus": list(parcel.skus)}


def _invoice(row: RowMapping) -> Invoice:
    fields = dict(row)
    del fields["total_cents"]  # the sum of the lines
    return Invoice(**{**fields, "lines": tuple(InvoiceLine(**line) for line in row["lines"])})


def _outage(row: RowMapping) -> Outage:
    return Outage(**{**row, "plans": tuple(row["plans"]), "postcodes": tuple(row["postcodes"])})
