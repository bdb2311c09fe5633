"""Gathers what a claim is about from the database, for the customer it belongs to and for nobody else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from handover.domain.evidence import Evidence, InvoiceEvidence, OrderEvidence, OutageEvidence
from handover.domain.policy import Reason
from handover.domain.shop import Subscription
from handover.domain.subscription import as_of
from handover.services.ports import UnitOfWork

LOOK_BACK = timedelta(days=92)
"""Outages that ended longer ago are not offered for a claim; the claim window of any sensible policy is over."""
MOST_INVOICES = 120
"""Of one customer: several years of several subscriptions."""
_CHANGES = frozenset({"contact.change", "subscription.change_plan"})
"""Requests after which an outage may touch somebody whom it did not touch when it was."""


def find_evidence(
    unit: UnitOfWork,
    customer_id: str,
    reason: Reason,
    subject: str,
    *,
    zone: tzinfo,
    item_sku: str | None = None,
    outage_id: str | None = None,
) -> Evidence | None:
    """Nothing for an unknown number and for what is somebody else's alike."""
    match reason:
        case "outage":
            return _outage(unit, customer_id, subject, outage_id or "", zone)
        case "billing_error":
            return _invoice(unit, customer_id, subject)
        case _:
            return _order(unit, customer_id, reason, subject, item_sku)


def _order(unit: UnitOfWork, customer_id: str, reason: Reason, number: str, sku: str | None) -> OrderEvidence | None:
    order = unit.shop.order_of(customer_id, number)
    if order is None:
        return None
    return OrderEvidence(reason, order, sku, unit.credits.claimed_skus(order.id, reason))


def _outage(unit: UnitOfWork, customer_id: str, number: str, outage_id: str, zone: tzinfo) -> OutageEvidence | None:
    outage = unit.shop.outage(outage_id)
    subscription = next((one for one in unit.shop.subscriptions_of(customer_id) if one.number == number), None)
    if outage is None or subscription is None:
        return None
    bills = unit.shop.invoices_of(customer_id, MOST_INVOICES)
    return OutageEvidence(
        outage=outage,
        subscription=_at_the_time(unit, subscription, outage.started_at, zone),
        postcode=unit.customers.record(customer_id).postcode or "",
        bills=tuple(bill for bill in bills if bill.subscription_id == subscription.id),
        changed_since=any(
            one.kind in _CHANGES and one.state != "undone" and one.created_at > outage.started_at
            for one in unit.selfservice.requests_of(customer_id)
        ),
    )


def _at_the_time(unit: UnitOfWork, subscription: Subscription, at: datetime, zone: tzinfo) -> Subscription:
    then = as_of(subscription, at.astimezone(zone).date(), unit.shop.plans())
    return replace(subscription, plan=then.plan, monthly_cents=then.monthly_cents)


def _invoice(unit: UnitOfWork, customer_id: str, number: str) -> InvoiceEvidence | None:
    invoice = unit.shop.invoice_of(customer_id, number)
    if invoice is None:
        return None
    subscriptions = (one for one in unit.shop.subscriptions_of(customer_id) if one.id == invoice.subscription_id)
    return InvoiceEvidence(
        invoice=invoice,
        subscription=next(subscriptions, None),
        prices=unit.shop.plan_prices(invoice.issued_on),
        disputed=any(
            one.subject == invoice.number and one.state == "open"
            for one in unit.selfservice.requests_of(customer_id, "invoice.dispute")
        ),
    )


def outages_of(unit: UnitOfWork, customer_id: str, zone: tzinfo) -> Iterable[OutageEvidence]:
    """Outages of the last months with the subscriptions they touched, newest first."""
    for outage in unit.shop.outages_since(unit.now - LOOK_BACK):
        for subscription in unit.shop.subscriptions_of(customer_id):
            found = _outage(unit, customer_id, subscription.number, outage.id, zone)
            if found and found.touched(zone):
                yield found


def wrong_invoices_of(unit: UnitOfWork, customer_id: str) -> Iterable[InvoiceEvidence]:
    """Invoices with an error, newest first."""
    for invoice in unit.shop.invoices_of(customer_id, MOST_INVOICES):
        found = _invoice(unit, customer_id, invoice.number)
        if found and found.overcharged_cents:
            yield found
