"""Money on its way back to a customer, as it is announced."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from handover.domain.shop import Invoice, Order, Refund
from handover.services.selfservice.kinds import Case


def announced(
    case: Case,
    about: Invoice | Order,
    *,
    reason: Literal["order_cancelled", "double_charge"],
    reference: str,
    method: str,
    cents: int,
    within: int,
) -> Refund:
    """`method`: the way it came; `within`: days until it is there."""
    is_invoice = isinstance(about, Invoice)
    return Refund(
        reference=reference,
        customer_id=case.customer_id,
        order_id=None if is_invoice else about.id,
        invoice_id=about.id if is_invoice else None,
        cents=cents,
        currency=about.currency,
        reason=reason,
        method=method,
        state="announced",
        expected_on=case.today + timedelta(days=within),
        paid_on=None,
        created_at=case.now,
    )
