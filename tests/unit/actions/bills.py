"""Invoices and what belongs to them, as the desk would answer."""

from __future__ import annotations

from datetime import date
from typing import Any

from handover.contract.dossier import InvoiceLineView
from handover.contract.selfservice import AccountFound, BilledInvoice, PaymentMethodView, PaymentView

VISA = PaymentMethodView(id="m-visa", kind="card", label="Visa •••• 4000", is_default=True)
PAYPAL = PaymentMethodView(id="m-paypal", kind="paypal", label="PayPal", is_default=False)
TRANSFER = PaymentMethodView(id="m-transfer", kind="invoice", label="Kauf auf Rechnung", is_default=False)


def line(kind: str = "plan", text: str = "Nordlicht Plus, November 2026", cents: int = 999) -> InvoiceLineView:
    return InvoiceLineView(kind=kind, text=text, cents=cents)


def bill(number: str = "RE-2", *lines: InvoiceLineView, month: int = 11, **facts: Any) -> BilledInvoice:
    lines = lines or (line(),)
    base: dict[str, Any] = {
        "number": number,
        "issued_on": date(2026, month, 1),
        "due_on": date(2026, month, 15),
        "state": "open",
        "total_cents": sum(one.cents for one in lines),
        "currency": "EUR",
        "lines": lines,
        "is_overdue": False,
        "subscription": "A-1",
        "previous": None,
    }
    return BilledInvoice(**(base | facts))


def failure(number: str = "RE-2", reason: str | None = "limit", method: str = VISA.label) -> PaymentView:
    return PaymentView(
        invoice_number=number,
        order_number=None,
        cents=999,
        currency="EUR",
        method=method,
        state="failed",
        reason=reason,
        on=date(2026, 11, 3),
    )


def found(*invoices: BilledInvoice, **more: Any) -> AccountFound:
    return AccountFound(outcome="found", invoices=invoices, **more)
