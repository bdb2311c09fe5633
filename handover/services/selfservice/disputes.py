"""Charged twice: what was booked beyond the price goes back, once, without a human."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from handover.domain.billing import DOUBLE_CHARGE, Overpaid, look_alikes, overpaid
from handover.domain.selfservice import Facts, ServiceRequest
from handover.domain.shop import Invoice, Order
from handover.services.selfservice import billing_mails
from handover.services.selfservice.kinds import ALL, Answer, Case, Plan, Refused, Unknown
from handover.services.selfservice.refunding import announced
from handover.services.tokens import fingerprint

DISPUTE = "invoice.dispute"


def dispute(case: Case) -> Answer:
    """Whatever was booked beyond the price goes back at once. `subject`: an invoice or order; empty: look at all."""
    things = _things(case)
    if not things:
        return Unknown() if case.subject else Refused("invoice.no_double_charge")
    payments, refunds = case.unit.shop.payments_of(case.customer_id), case.unit.refunds.refunds_of(case.customer_id)
    found = overpaid(things, payments, refunds)
    if not found:
        return _nothing_too_much(case, things)
    for one in sorted(found, key=lambda one: not one.open_cents):
        plan = _pay_back(case, one)
        if one.open_cents or _was_done(case, plan):
            return plan
    return Refused("invoice.refunded", {"number": found[0].about.number})


def _was_done(case: Case, plan: Plan) -> bool:
    return case.unit.selfservice.request_for(fingerprint(case.customer_id, DISPUTE, *plan.key)) is not None


def _things(case: Case) -> list[Invoice | Order]:
    shop = case.unit.shop
    if not case.subject:
        return [*shop.invoices_of(case.customer_id, ALL), *shop.orders_of(case.customer_id, ALL)]
    named = shop.invoice_of(case.customer_id, case.subject), shop.order_of(case.customer_id, case.subject)
    return [one for one in named if one]


def _nothing_too_much(case: Case, things: list[Invoice | Order]) -> Refused:
    pair = look_alikes([one for one in things if isinstance(one, Invoice)])
    if pair is None:
        return Refused("invoice.no_double_charge")
    one, other = pair
    facts: Facts = {
        "number": one.number,
        "text": _what_for(one, case.language),
        "other": other.number,
        "other_text": _what_for(other, case.language),
        "cents": one.total_cents,
        "currency": one.currency,
        "issued_on": one.issued_on.isoformat(),
    }
    return Refused("invoice.look_alike", facts)


def _what_for(invoice: Invoice, language: str) -> str:
    """The line it is mostly about."""
    return max(invoice.lines, key=lambda one: one.cents).text(language)


def _pay_back(case: Case, found: Overpaid) -> Plan:
    newest = found.payments[0]
    days = case.rules.refunds.by_method.get(_kind_of(case, newest.method), case.rules.refunds.cancelled)
    facts: Facts = {
        "about": "invoice" if isinstance(found.about, Invoice) else "order",
        "number": found.about.number,
        "cents": found.open_cents or found.cents,
        "currency": newest.currency,
        "method": newest.method,
        "times": len(found.payments),
        "first_on": found.payments[-1].on.isoformat(),
        "last_on": newest.on.isoformat(),
        "expected_on": (case.today + timedelta(days=days[1])).isoformat(),
    }

    def apply(request: ServiceRequest) -> None:
        refund = announced(
            case,
            found.about,
            reason=DOUBLE_CHARGE,
            reference=_refund_reference(request),
            method=newest.method,
            cents=found.open_cents,
            within=days[1],
        )
        case.unit.refunds.add_refund(refund)

    return Plan(
        key=(found.about.id, *(one.id for one in found.payments)),
        facts=facts,
        apply=apply,
        mail=partial(billing_mails.double_charge, case),
    )


def _refund_reference(request: ServiceRequest) -> str:
    return f"E-{request.reference.removeprefix('V-')}"


def _kind_of(case: Case, label: str) -> str:
    methods = case.unit.shop.payment_methods_of(case.customer_id)
    return next((one.kind for one in methods if one.label == label), "")
