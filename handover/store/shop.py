"""Orders, subscriptions, invoices, payment methods and outages, as the shop delivered them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, RowMapping, Select, insert, or_, select

from handover.domain.shop import (
    Invoice,
    InvoiceLine,
    Item,
    Order,
    Outage,
    PaymentMethod,
    ShopCustomer,
    Subscription,
)
from handover.store.tables import (
    customers,
    identities,
    invoices,
    order_items,
    orders,
    outages,
    payment_methods,
    subscriptions,
)

if TYPE_CHECKING:
    from datetime import datetime


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

    def subscriptions_of(self, customer_id: str) -> list[Subscription]:
        rows = self._connection.execute(
            select(subscriptions)
            .where(subscriptions.c.customer_id == customer_id)
            .order_by(subscriptions.c.started_on.desc(), subscriptions.c.number)
        ).mappings()
        return [Subscription(**row) for row in rows]

    def invoices_of(self, customer_id: str, limit: int = 6) -> list[Invoice]:
        rows = self._connection.execute(
            select(invoices)
            .where(invoices.c.customer_id == customer_id)
            .order_by(invoices.c.issued_on.desc(), invoices.c.number.desc())
            .limit(limit)
        ).mappings()
        return [_invoice(row) for row in rows]

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
        plans = {one.plan for one in self.subscriptions_of(customer_id) if one.state != "cancelled"}
        rows = self._connection.execute(
            select(outages)
            .where(or_(outages.c.ended_at.is_(None), outages.c.ended_at > since))
            .order_by(outages.c.started_at.desc())
        ).mappings()
        return [found for found in map(_outage, rows) if found.touches(plans, postcode or "")]

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
        self._connection.execute(insert(orders).values(**values))
        self._connection.execute(insert(order_items), [{"order_id": order.id, **item} for item in items])

    def add_subscription(self, subscription: Subscription) -> None:
        self._connection.execute(insert(subscriptions).values(**asdict(subscription)))

    def add_invoice(self, invoice: Invoice) -> None:
        self._connection.execute(insert(invoices).values(**asdict(invoice), total_cents=invoice.total_cents))

    def add_payment_method(self, method: PaymentMethod) -> None:
        self._connection.execute(insert(payment_methods).values(**asdict(method)))

    def add_outage(self, outage: Outage) -> None:
        self._connection.execute(insert(outages).values(**asdict(outage)))

    def _orders(self, query: Select[Any]) -> list[Order]:
        rows = self._connection.execute(query).mappings().all()
        items: dict[str, list[Item]] = {row["id"]: [] for row in rows}
        contained = select(order_items).where(order_items.c.order_id.in_(items)).order_by(order_items.c.sku)
        for item in self._connection.execute(contained).mappings():
            fields = dict(item)
            items[fields.pop("order_id")].append(Item(**fields))
        return [Order(**row, items=tuple(items[row["id"]])) for row in rows]


def _invoice(row: RowMapping) -> Invoice:
    fields = dict(row)
    del fields["total_cents"]  # the sum of the lines
    return Invoice(**{**fields, "lines": tuple(InvoiceLine(**line) for line in row["lines"])})


def _outage(row: RowMapping) -> Outage:
    return Outage(**{**row, "plans": tuple(row["plans"]), "postcodes": tuple(row["postcodes"])})
