"""What was paid for the demo shop's invoices, and what was charged too often or failed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from handover.domain.money import Money
from handover.domain.shop import Invoice, Order, Payment
from handover.services.demo_files import DemoFiles, Row


def invoice_payments(files: DemoFiles) -> Iterator[Payment]:
    """Each paid invoice was paid once, on its day, the customer's usual way."""
    usual = {method.customer_id: method.label for method in files.payment_methods() if method.is_default}
    for invoice in files.invoices():
        if invoice.state == "paid":
            amount, method = Money(invoice.total_cents, invoice.currency), usual[invoice.customer_id]
            yield _payment(f"paid-{invoice.number}", invoice, amount, method=method, on=invoice.issued_on)


def more_payments(files: DemoFiles) -> list[Payment]:
    """Those of the file: charged twice, or failed. Their days count from that of the invoice or order."""
    things: dict[str, tuple[Invoice | Order, date]] = {one.number: (one, one.issued_on) for one in files.invoices()}
    things |= {one.number: (one, one.ordered_at.astimezone(files.zone).date()) for one in files.orders()}

    def listed(row: Row) -> Payment:
        thing, first = things[row["about"]]
        return _payment(
            f"{row['state']}-{thing.number}",
            thing,
            Money.parse(row["amount"]),
            method=row["method"],
            on=min(first + timedelta(days=int(row["days_after"])), files.today),
            state=row["state"],
            reason=row["reason"] or None,
        )

    return files.read("payments.csv", listed)


def _payment(
    payment_id: str,
    thing: Invoice | Order,
    amount: Money,
    *,
    method: str,
    on: date,
    state: str = "booked",
    reason: str | None = None,
) -> Payment:
    return Payment(
        id=payment_id,
        customer_id=thing.customer_id,
        invoice_id=thing.id if isinstance(thing, Invoice) else None,
        order_id=thing.id if isinstance(thing, Order) else None,
        cents=amount.cents,
        currency=amount.currency,
        method=method,
        state=state,
        reason=reason,
        on=on,
    )
