"""Gathers what a claim is about from the database, for the customer it belongs to and for nobody else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta, tzinfo
from typing import NamedTuple

from handover.domain.evidence import Evidence, InvoiceEvidence, OrderEvidence, OutageEvidence
from handover.domain.policy import Reason
from handover.domain.selfservice import ServiceRequest
from handover.domain.shop import Invoice, Outage, Plan, Subscription
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
    outage, subscriptions = unit.shop.outage(outage_id), unit.shop.subscriptions_of(customer_id)
    subscription = next((one for one in subscriptions if one.number == number), None)
    if outage is None or subscription is None:
        return None
    return _about_outage(_background(unit, customer_id), outage, subscription, zone)


class _Background(NamedTuple):
    """What outages are held against, read once for however many of them and of a customer's subscriptions."""

    postcode: str
    bills: Sequence[Invoice]
    changes: Sequence[ServiceRequest]
    plans: Mapping[str, Plan]


def _background(unit: UnitOfWork, customer_id: str) -> _Background:
    requests = unit.selfservice.requests_of(customer_id)
    return _Background(
        postcode=unit.customers.record(customer_id).postcode or "",
        bills=unit.shop.invoices_of(customer_id, MOST_INVOICES),
        changes=[one for one in requests if one.kind in _CHANGES and one.state != "undone"],
        plans=unit.shop.plans(),
    )


def _about_outage(known: _Background, outage: Outage, subscription: Subscription, zone: tzinfo) -> OutageEvidence:
    then = as_of(subscription, outage.started_at.astimezone(zone).date(), known.plans)
    return OutageEvidence(
        outage=outage,
        subscription=replace(subscription, plan=then.plan, monthly_cents=then.monthly_cents),
        postcode=known.postcode,
        bills=tuple(bill for bill in known.bills if bill.subscription_id == subscription.id),
        changed_since=any(one.created_at > outage.started_at for one in known.changes),
    )


def _invoice(unit: UnitOfWork, customer_id: str, number: str) -> InvoiceEvidence | None:
    invoice = unit.shop.invoice_of(customer_id, number)
    return next(_about_invoices(unit, customer_id, [invoice]), None) if invoice else None


def _about_invoices(unit: UnitOfWork, customer_id: str, invoices: Iterable[Invoice]) -> Iterator[InvoiceEvidence]:
    """Invoices of the customer, with what each is held against."""
    subscriptions = {one.id: one for one in unit.shop.subscriptions_of(customer_id)}
    disputes = unit.selfservice.requests_of(customer_id, "invoice.dispute")
    disputed = {one.subject for one in disputes if one.state == "open"}
    for invoice in invoices:
        yield InvoiceEvidence(
            invoice=invoice,
            subscription=subscriptions.get(invoice.subscription_id or ""),
            prices=unit.shop.plan_prices(invoice.issued_on),
            disputed=invoice.number in disputed,
        )


def outages_of(unit: UnitOfWork, customer_id: str, zone: tzinfo) -> Iterable[OutageEvidence]:
    """Outages of the last months with the subscriptions they touched, newest first."""
    subscriptions, known = unit.shop.subscriptions_of(customer_id), _background(unit, customer_id)
    for outage in unit.shop.outages_since(unit.now - LOOK_BACK):
        for subscription in subscriptions:
            found = _about_outage(known, outage, subscription, zone)
            if found.touched(zone):
                yield found


def wrong_invoices_of(unit: UnitOfWork, customer_id: str) -> Iterable[InvoiceEvidence]:
    """Invoices with an error, newest first."""
    for found in _about_invoices(unit, customer_id, unit.shop.invoices_of(customer_id, MOST_INVOICES)):
        if found.overcharged_cents:
            yield found
