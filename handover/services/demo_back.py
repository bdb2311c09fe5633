"""What was paid for the demo shop's orders, and what is on its way back."""

from __future__ import annotations

from collections.abc import Iterator

from handover.domain.money import Money
from handover.domain.shop import Order, Payment, PaymentMethod, Refund, Return
from handover.services.demo_files import DemoFiles, Row


def order_payments(files: DemoFiles) -> Iterator[Payment]:
    """Each order is paid when it is placed, the customer's usual way; on invoice, once it has arrived."""
    methods = _usual_ways(files)
    for order in files.orders():
        method = methods[order.customer_id]
        paid_at = order.ordered_at if method.kind != "invoice" else order.delivered_at
        if paid_at is not None:
            yield Payment(
                id=f"paid-{order.number}",
                customer_id=order.customer_id,
                invoice_id=None,
                order_id=order.id,
                cents=order.total_cents,
                currency=order.currency,
                method=method.label,
                state="booked",
                reason=None,
                on=paid_at.astimezone(files.zone).date(),
            )


def refunds(files: DemoFiles) -> list[Refund]:
    methods, orders = _usual_ways(files), _orders(files)

    def refund(row: Row) -> Refund:
        order, amount = orders[row["order"]], Money.parse(row["amount"])
        return Refund(
            reference=row["reference"],
            customer_id=order.customer_id,
            order_id=order.id,
            invoice_id=None,
            cents=amount.cents,
            currency=amount.currency,
            reason=row["reason"],
            method=methods[order.customer_id].label,
            state="paid" if row["paid"] else "announced",
            expected_on=files.day(row["expected"]),
            paid_on=files.day(row["paid"]) if row["paid"] else None,
            created_at=files.at(row["announced"], hour=11),
        )

    return files.read("refunds.csv", refund)


def returns(files: DemoFiles) -> list[Return]:
    orders = _orders(files)

    def sent_back(row: Row) -> Return:
        order = orders[row["order"]]
        quantities = {item.sku: item.quantity for item in order.items}
        received_at = files.at(row["received"], hour=9) if row["received"] else None
        return Return(
            number=row["number"],
            order_id=order.id,
            customer_id=order.customer_id,
            items=tuple((sku, quantities[sku]) for sku in row["items"].split()),
            reason=row["reason"],
            state="refunded" if row["refunded"] == "yes" else "received" if received_at else "announced",
            created_at=files.at(row["announced"], hour=10),
            received_at=received_at,
        )

    return files.read("returns.csv", sent_back)


def _orders(files: DemoFiles) -> dict[str, Order]:
    return {order.number: order for order in files.orders()}


def _usual_ways(files: DemoFiles) -> dict[str, PaymentMethod]:
    return {method.customer_id: method for method in files.payment_methods() if method.is_default}
