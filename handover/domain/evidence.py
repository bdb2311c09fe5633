"""What a claim is about, as the database has it: an order, an outage of a subscription, or an invoice.

Each kind says what it is worth by the policy, since when the claim window counts, and the facts a decision is kept
with. Whether a claim is granted is decided in `credit.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import NamedTuple

from handover.domain.money import Money
from handover.domain.policy import Policy, Reason
from handover.domain.shop import Invoice, Item, Order, Outage, Subscription
from handover.domain.subscription import is_over, is_paused

Inputs = dict[str, str | int | bool | None]
OF_SUBSCRIPTION = frozenset({"plan", "discount"})
"""Invoice lines that charge for a subscription's month."""


class Subject(NamedTuple):
    """What a claim is about, by its number and its ids."""

    number: str
    order_id: str | None = None
    item_sku: str | None = None
    subscription_id: str | None = None
    outage_id: str | None = None
    invoice_id: str | None = None


@dataclass(frozen=True, slots=True)
class OrderEvidence:
    """An order, or one of its items."""

    reason: Reason
    order: Order
    item_sku: str | None = None
    """As it was named; none or empty: the only one."""
    claimed_skus: frozenset[str] = frozenset()
    """Items of this order with a credit or proposal for another reason."""

    @property
    def key(self) -> tuple[str, str]:
        """Id of the subject and its part: one claim per reason and key."""
        return self.order.id, self.item.sku if self.item else ""

    @property
    def subject(self) -> Subject:
        sku = self.item.sku if self.item else None
        return Subject(self.order.number, order_id=self.order.id, item_sku=sku)

    @property
    def currency(self) -> str:
        return self.order.currency

    @property
    def about_item(self) -> bool:
        return self.reason != "late_delivery"

    @property
    def item(self) -> Item | None:
        """The one named, or the only one. Lateness is about the order, whatever was named."""
        items = self.order.items
        if not self.about_item:
            return None
        if not self.item_sku:
            return items[0] if len(items) == 1 else None
        return next((item for item in items if item.sku == self.item_sku), None)

    @property
    def item_state(self) -> str | None:
        return self.item.state if self.item else None

    @property
    def claimed_before(self) -> bool:
        return self.item is not None and self.item.sku in self.claimed_skus

    def happened_on(self, zone: tzinfo) -> date | None:
        return self.order.delivered_at.astimezone(zone).date() if self.order.delivered_at else None

    def worth(self, policy: Policy, at: datetime) -> Money:
        """Nothing if it names no item."""
        if not self.about_item:
            late = policy.late_delivery
            return max(late.at_least, min(late.at_most, late.per_day * self.order.days_late(at, policy.zone)))
        price = Money(self.item.unit_cents if self.item else 0, policy.currency)
        return price.percent(policy.percent_of_price[self.reason])

    def inputs(self, policy: Policy, at: datetime) -> Inputs:
        return {
            "order_number": self.order.number,
            "order_state": self.order.state,
            "promised_on": self.order.promised_on.isoformat(),
            "delivered_at": self.order.delivered_at.isoformat() if self.order.delivered_at else None,
            "days_late": self.order.days_late(at, policy.zone),
            "item_sku": self.item.sku if self.item else self.item_sku,
            "item_state": self.item_state,
            "item_claimed_before": self.claimed_before,
            "unit_cents": self.item.unit_cents if self.item else None,
        }


@dataclass(frozen=True, slots=True)
class OutageEvidence:
    """An outage and the subscription it may have touched."""

    outage: Outage
    subscription: Subscription
    """With plan and price of the day the outage began."""
    postcode: str
    """Where the customer lives."""
    bills: tuple[Invoice, ...] = ()
    """All invoices of the subscription."""
    changed_since: bool = False
    """Address or plan were changed after the outage began: what holds today need not have held then."""

    @property
    def reason(self) -> Reason:
        return "outage"

    @property
    def key(self) -> tuple[str, str]:
        return self.subscription.id, self.outage.id

    @property
    def subject(self) -> Subject:
        return Subject(self.subscription.number, subscription_id=self.subscription.id, outage_id=self.outage.id)

    @property
    def currency(self) -> str:
        return self.subscription.currency

    @property
    def lasted(self) -> timedelta:
        """Nothing while it goes on."""
        return self.outage.ended_at - self.outage.started_at if self.outage.ended_at else timedelta()

    def touched(self, zone: tzinfo) -> bool:
        """Whether it is an outage of a plan that was paid for, at the customer's place, on the day it began."""
        began_on, one = self.outage.started_at.astimezone(zone).date(), self.subscription
        had_service = one.started_on <= began_on and not is_over(one, began_on) and not is_paused(one, began_on)
        return had_service and self.outage.touches({one.plan}, self.postcode)

    def bills_since(self, zone: tzinfo) -> list[Invoice]:
        """Invoices after the outage: the first of them has its deduction."""
        ended_on = self.happened_on(zone)
        return [bill for bill in self.bills if ended_on is not None and bill.issued_on > ended_on]

    def is_billed_again(self, day: date) -> bool:
        """Whether an invoice will follow the month that is paid for."""
        ends_on = self.subscription.ends_on
        return ends_on is None or ends_on > max(day, self.subscription.paid_until)

    def deducted_on(self, zone: tzinfo) -> str | None:
        """Number of the invoice that has a deduction already."""
        has_credit = (bill for bill in self.bills_since(zone) if any(line.kind == "credit" for line in bill.lines))
        return next((bill.number for bill in has_credit), None)

    def happened_on(self, zone: tzinfo) -> date | None:
        return self.outage.ended_at.astimezone(zone).date() if self.outage.ended_at else None

    def worth(self, policy: Policy, at: datetime) -> Money:  # noqa: ARG002 -- an outage is worth the same every day
        return policy.outage.worth(self.lasted, Money(self.subscription.monthly_cents, policy.currency))

    def inputs(self, policy: Policy, at: datetime) -> Inputs:
        outage, subscription = self.outage, self.subscription
        ended_on = self.happened_on(policy.zone)
        return {
            "subscription_number": subscription.number,
            "plan": subscription.plan,
            "monthly_cents": subscription.monthly_cents,
            "outage_id": outage.id,
            "service": outage.service,
            "outage_started_at": outage.started_at.isoformat(),
            "outage_ended_at": outage.ended_at.isoformat() if outage.ended_at else None,
            "outage_started_on": outage.started_at.astimezone(policy.zone).date().isoformat(),
            "outage_ended_on": ended_on.isoformat() if ended_on else None,
            "outage_hours": self.lasted // timedelta(hours=1),
            "outage_days": policy.outage.days(self.lasted),
            "longer_than_hours": policy.outage.longer_than // timedelta(hours=1),
            "worth_cents": self.worth(policy, at).cents,
            "deducted_on": self.deducted_on(policy.zone),
            "changed_since": self.changed_since,
        }


@dataclass(frozen=True, slots=True)
class InvoiceEvidence:
    """An invoice, and what it charges without ground."""

    invoice: Invoice
    subscription: Subscription | None = None
    prices: Mapping[str, int] | None = None
    """What a month of each plan cost on the day of the invoice, in cents."""
    disputed: bool = False
    """A person is checking this invoice already."""

    @property
    def reason(self) -> Reason:
        return "billing_error"

    @property
    def key(self) -> tuple[str, str]:
        return self.invoice.id, ""

    @property
    def subject(self) -> Subject:
        return Subject(self.invoice.number, invoice_id=self.invoice.id)

    @property
    def currency(self) -> str:
        return self.invoice.currency

    @property
    def after_end_cents(self) -> int:
        """Charged for a month that began after the subscription's end, less what was discounted from it."""
        if not self._is_after_end:
            return 0
        return max(0, sum(line.cents for line in self.invoice.lines if line.kind in OF_SUBSCRIPTION))

    @property
    def too_dear_cents(self) -> int:
        """Charged for a plan beyond its price at that time. A month that is not owed at all counts above."""
        if self._is_after_end:
            return 0
        prices = self.prices or {}
        plans = [line for line in self.invoice.lines if line.kind == "plan" and line.plan in prices]
        return sum(max(0, line.cents - prices[line.plan or ""]) for line in plans)

    @property
    def twice_cents(self) -> int:
        """Charged by one-off lines that stand on the invoice before."""
        lines = Counter(line for line in self.invoice.lines if line.kind == "one_off")
        return sum(max(0, line.cents) * (count - 1) for line, count in lines.items())

    @property
    def overcharged_cents(self) -> int:
        """Never more than the whole invoice."""
        wrong = self.after_end_cents + self.too_dear_cents + self.twice_cents
        return max(0, min(wrong, self.invoice.total_cents))

    @property
    def _is_after_end(self) -> bool:
        ends_on = self.subscription.ends_on if self.subscription else None
        return ends_on is not None and self.invoice.issued_on > ends_on

    def happened_on(self, zone: tzinfo) -> date | None:  # noqa: ARG002
        """Never: what was charged wrongly is owed back, however late it is found."""
        return None

    def worth(self, policy: Policy, at: datetime) -> Money:  # noqa: ARG002
        return Money(self.overcharged_cents, policy.currency)

    def inputs(self, policy: Policy, at: datetime) -> Inputs:  # noqa: ARG002
        ends_on = self.subscription.ends_on if self.subscription else None
        return {
            "invoice_number": self.invoice.number,
            "invoice_state": self.invoice.state,
            "issued_on": self.invoice.issued_on.isoformat(),
            "total_cents": self.invoice.total_cents,
            "subscription_number": self.subscription.number if self.subscription else None,
            "subscription_ends_on": ends_on.isoformat() if ends_on else None,
            "after_end_cents": self.after_end_cents,
            "too_dear_cents": self.too_dear_cents,
            "twice_cents": self.twice_cents,
            "disputed": self.disputed,
        }


Evidence = OrderEvidence | OutageEvidence | InvoiceEvidence
