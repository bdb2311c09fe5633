"""Billing: what was paid too often, and which invoice another one is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from handover.domain.shop import Invoice, Order, Payment, Refund

DOUBLE_CHARGE: Final = "double_charge"


@dataclass(frozen=True, slots=True)
class Overpaid:
    """An invoice or order for which more money was booked than it costs."""

    about: Invoice | Order
    payments: tuple[Payment, ...]
    """All that were booked for it, the newest first."""
    cents: int
    """Too much in all, whatever is on its way back already."""
    refunded_cents: int
    """Of it, what was announced or paid back before, for whatever reason."""

    @property
    def open_cents(self) -> int:
        return max(0, self.cents - self.refunded_cents)


def overpaid(
    things: Sequence[Invoice | Order], payments: Sequence[Payment], refunds: Sequence[Refund]
) -> list[Overpaid]:
    """Those of the things that were overpaid, in their order. `payments`: newest first, of the same customer.

    Parts of a price may come one by one: only what exceeds the price is too much. No more goes back than was kept: a
    cancelled order may have been paid back in whole.
    """
    found = []
    for thing in things:
        booked = tuple(one for one in payments if one.state == "booked" and _is_for(one, thing))
        too_much = sum(one.cents for one in booked) - thing.total_cents
        if len(booked) > 1 and too_much > 0:
            back = [one for one in refunds if _is_for(one, thing)]
            kept = sum(one.cents for one in booked) - sum(one.cents for one in back)
            twice = sum(one.cents for one in back if one.reason == DOUBLE_CHARGE)
            found.append(Overpaid(thing, booked, too_much, max(twice, too_much - kept)))
    return found


def look_alikes(invoices: Sequence[Invoice]) -> tuple[Invoice, Invoice] | None:
    """The newest two invoices of one day and one amount: each is due, though they look like one charged twice."""
    for place, one in enumerate(invoices):
        for other in invoices[place + 1 :]:
            if (one.issued_on, one.total_cents) == (other.issued_on, other.total_cents):
                return one, other
    return None


def invoice_before(invoice: Invoice, others: Sequence[Invoice]) -> Invoice | None:
    """The last earlier one for the same subscription."""
    earlier = [
        one
        for one in others
        if invoice.subscription_id and one.subscription_id == invoice.subscription_id
        if one.issued_on < invoice.issued_on
    ]
    return max(earlier, key=lambda one: one.issued_on, default=None)


def _is_for(money: Payment | Refund, thing: Invoice | Order) -> bool:
    return thing.id == (money.invoice_id if isinstance(thing, Invoice) else money.order_id)
