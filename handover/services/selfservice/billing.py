"""Invoices and payment: shown, handed out, paid again, paid otherwise; disputed in `disputes.py`."""

from __future__ import annotations

from functools import partial
from typing import Any

from handover.contract.selfservice import BilledInvoice, PaymentMethodView, PaymentView
from handover.domain.billing import invoice_before
from handover.domain.selfservice import Facts, ServiceRequest
from handover.domain.shop import Invoice, Payment, PaymentMethod, method_name
from handover.services.selfservice import billing_mails
from handover.services.selfservice.account import change_key
from handover.services.selfservice.disputes import DISPUTE, dispute
from handover.services.selfservice.kinds import ALL, Answer, Case, Kind, Plan, Refused, Unknown
from handover.services.selfservice.reading import Part, Reader
from handover.services.selfservice.undo import Undo
from handover.services.shop import invoice_view

CHANGE_DEFAULT = "payment.change_default"
SHOWN = 24
FILE_NAMES = {"de": "Rechnung-{number}.pdf", "en": "Invoice-{number}.pdf"}


# --- to read ----------------------------------------------------------------------------------------------------------


def invoices(reader: Reader) -> dict[str, Any]:
    found = reader.unit.shop.invoices_of(reader.customer_id, ALL)
    subscriptions = {one.id: one.number for one in reader.unit.shop.subscriptions_of(reader.customer_id)}
    return {"invoices": tuple(_billed(reader, one, found, subscriptions) for one in found[:SHOWN])}


def _billed(reader: Reader, invoice: Invoice, others: list[Invoice], subscriptions: dict[str, str]) -> BilledInvoice:
    previous = invoice_before(invoice, others)
    return BilledInvoice(
        **dict(invoice_view(invoice, reader.language, reader.today)),
        subscription=subscriptions.get(invoice.subscription_id or ""),
        previous=previous.number if previous else None,
    )


def payments(reader: Reader) -> dict[str, Any]:
    shop = reader.unit.shop
    numbers = {one.id: one.number for one in shop.invoices_of(reader.customer_id, ALL)}
    orders = {one.id: one.number for one in shop.orders_of(reader.customer_id, ALL)}
    methods = shop.payment_methods_of(reader.customer_id)
    views = (
        PaymentView(
            invoice_number=numbers.get(one.invoice_id or ""),
            order_number=orders.get(one.order_id or ""),
            cents=one.cents,
            currency=one.currency,
            method=method_name(one.method, methods, reader.language),
            state=one.state,
            reason=one.reason,
            on=one.on,
        )
        for one in shop.payments_of(reader.customer_id)
    )
    return {"payments": tuple(views)}


def payment_methods(reader: Reader) -> dict[str, Any]:
    views = (
        PaymentMethodView(id=one.id, kind=one.kind, label=one.name(reader.language), is_default=one.is_default)
        for one in reader.unit.shop.payment_methods_of(reader.customer_id)
    )
    return {"payment_methods": tuple(views)}


# --- a copy of an invoice ---------------------------------------------------------------------------------------------


def copy(case: Case) -> Answer:
    """The invoice as a file, as often as it is asked for."""
    invoice = case.unit.shop.invoice_of(case.customer_id, case.subject)
    if invoice is None:
        return Unknown()
    name = FILE_NAMES[case.language].format(number=invoice.number)
    return Plan(
        key=(invoice.id,),
        facts={"number": invoice.number},
        document=("invoice", invoice.number, name),
    )


# --- paid again, paid otherwise ---------------------------------------------------------------------------------------


def pay_again(case: Case) -> Answer:
    """The failed payment of an invoice is tried once more. `method`: id of a stored one; none: the default."""
    invoice, method = case.unit.shop.invoice_of(case.customer_id, case.subject), _method(case)
    if invoice is None or method is None:
        return Unknown()
    payments = case.unit.shop.payments_of(case.customer_id)
    failed = next((one for one in payments if one.invoice_id == invoice.id and one.state == "failed"), None)
    refused = _not_again(invoice, failed) or _not_with(method, failed)
    return refused or _try_again(case, invoice, method, failed.id if failed else "")


def _not_again(invoice: Invoice, failed: Payment | None) -> Refused | None:
    if invoice.state == "paid":
        return Refused("invoice.is_paid", {"number": invoice.number})
    if invoice.state != "failed" and failed is None:
        return Refused("invoice.not_failed", {"number": invoice.number, "due_on": invoice.due_on.isoformat()})
    return None


def _not_with(method: PaymentMethod, failed: Payment | None) -> Refused | None:
    if method.kind == "invoice":
        return Refused("payment.not_for_subscriptions", {"method": method.label})
    if failed and failed.reason == "card_expired" and failed.method == method.label:
        return Refused("payment.card_expired", {"method": method.label})
    return None


def _try_again(case: Case, invoice: Invoice, method: PaymentMethod, failed_id: str) -> Plan:
    facts: Facts = {
        "number": invoice.number,
        "cents": invoice.total_cents,
        "currency": invoice.currency,
        "method": method.label,
    }

    def apply(_: ServiceRequest) -> None:
        if invoice.state == "failed":
            case.unit.shop.set_invoice_state(invoice, "open")

    return Plan(
        key=(invoice.id, failed_id),
        facts=facts,
        apply=apply,
        mail=partial(billing_mails.paid_again, case),
        is_open=True,
    )


def change_default(case: Case) -> Answer:
    """`method`: id of the stored one that is used from now on."""
    method = _method(case)
    if method is None or "method" not in case.params:
        return Unknown()
    if method.kind == "invoice" and _has_subscription(case):
        return Refused("payment.not_for_subscriptions", {"method": method.label})
    before = next((one for one in case.unit.shop.payment_methods_of(case.customer_id) if one.is_default), None)
    facts: Facts = {
        "what": "default",
        "before": before.id if before else None,
        "after": method.id,
        "method": method.name(case.language),
        "method_before": before.name(case.language) if before else None,
    }
    key = change_key(case, CHANGE_DEFAULT, "what", facts, is_so=method.is_default)
    if key is None:
        return Refused("payment.is_default", {"method": method.label})
    return Plan(
        key=key,
        facts=facts,
        apply=lambda _: case.unit.shop.set_default_method(case.customer_id, method.id),
        mail=partial(billing_mails.default_changed, case),
        undo_until=case.end_of_day,
    )


def undo_change_default(case: Case, request: ServiceRequest) -> None:
    if before := request.facts["before"]:
        case.unit.shop.set_default_method(case.customer_id, str(before))


def _method(case: Case) -> PaymentMethod | None:
    """The one that is named, or else the default."""
    methods = case.unit.shop.payment_methods_of(case.customer_id)
    named = case.params.get("method")
    return next((one for one in methods if (one.id == named if named else one.is_default)), None)


def _has_subscription(case: Case) -> bool:
    held = case.unit.shop.subscriptions_of(case.customer_id)
    return any(one.ends_on is None or one.ends_on >= case.today for one in held)


KINDS: dict[str, Kind] = {
    "invoice.copy": copy,
    DISPUTE: dispute,
    "invoice.pay_again": pay_again,
    CHANGE_DEFAULT: change_default,
}
UNDOS: dict[str, Undo] = {CHANGE_DEFAULT: undo_change_default}
PARTS: dict[str, Part] = {"invoices": invoices, "payments": payments, "payment_methods": payment_methods}
