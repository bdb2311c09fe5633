"""What customers have done by themselves: actions ask, the desk decides and carries out.

`POST /internal/account` reads, `POST /internal/requests` does; header `X-Kulanz-Secret`. Both speak for the proven
customer of the conversation only, whatever was named.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from handover.contract.base import Wire
from handover.contract.dossier import InvoiceView, OutageView
from handover.contract.events import DocumentRef
from handover.contract.turns import TurnContext

AccountPart = Literal[
    "contact",
    "consents",
    "invoices",
    "payments",
    "payment_methods",
    "subscriptions",
    "outages",
    "refunds",
    "returns",
    "requests",
    "claimable",
]
RequestKind = Literal[
    "order.cancel",
    "order.change_address",
    "order.return",
    "order.return_label",
    "invoice.copy",
    "invoice.dispute",
    "invoice.pay_again",
    "payment.change_default",
    "subscription.change_plan",
    "subscription.cancel",
    "subscription.offer",
    "subscription.pause",
    "subscription.resume",
    "outage.report",
    "contact.change",
    "consent.change",
    "data.export",
    "account.delete",
    "request.undo",
]


class AccountAsked(Wire):
    context: TurnContext
    parts: tuple[AccountPart, ...]


class ContactView(Wire):
    number: str
    name: str
    email: str | None
    phone: str | None
    street: str | None
    postcode: str | None
    city: str | None


class ConsentView(Wire):
    purpose: str
    given: bool
    since: datetime


class BilledInvoice(InvoiceView):
    """An invoice as the customer sees it."""

    subscription: str | None
    """Number of the subscription it is for; none for what is not billed month by month."""
    previous: str | None
    """Number of the one before it for the same subscription: what it is compared with."""


class PaymentView(Wire):
    """Money that moved, or did not: `failed` says why in `reason`."""

    invoice_number: str | None
    order_number: str | None
    cents: int
    currency: str
    method: str
    state: Literal["booked", "failed", "refunded"]
    reason: str | None
    on: date


class PaymentMethodView(Wire):
    id: str
    kind: Literal["card", "paypal", "sepa", "invoice"]
    label: str
    is_default: bool


class PlanView(Wire):
    plan: str
    name: str
    monthly_cents: int
    currency: str
    family: str
    """A customer changes between plans of one family."""
    rank: int
    """Higher is larger, within the family."""
    can_pause: bool


class SubscriptionStatus(Wire):
    number: str
    plan: PlanView
    monthly_cents: int
    currency: str
    state: Literal["active", "paused", "cancelled"]
    started_on: date
    paid_until: date
    """Last day of the month that is paid for."""
    ends_on: date | None
    next_plan: PlanView | None
    next_plan_on: date | None
    paused_from: date | None
    paused_until: date | None


class RefundView(Wire):
    reference: str
    order_number: str | None
    invoice_number: str | None
    cents: int
    currency: str
    reason: Literal["order_cancelled", "item_returned", "double_charge"]
    method: str
    state: Literal["announced", "paid"]
    expected_on: date
    paid_on: date | None
    method_kind: Literal["card", "paypal", "sepa", "invoice"] | None = None
    """Of the way it goes, if the customer still has it."""
    days_until_there: tuple[int, int] | None = None
    """Once it is paid: days until it shows, at least and at most."""
    is_overdue: bool = False


class ReturnView(Wire):
    """Items on their way back. `items` as a request names them, `names` as people do."""

    number: str
    order_number: str
    items: str
    names: str
    reason: str
    state: Literal["announced", "received", "refunded"]
    announced_on: date
    received_on: date | None
    refund_by: date | None
    """Once it has arrived: the day by which it is checked and refunded."""
    is_collected: bool
    is_overdue: bool


class ClaimableView(Wire):
    """Something a claim can be about beside an order. Whether it is worth a credit, only the claim decides."""

    reason: Literal["outage", "billing_error"]
    subject: str
    """Number of the subscription or invoice."""
    outage_id: str | None
    name: str
    """Of the subscription's plan; empty for an invoice without one."""
    day: date
    """On which the outage began or the invoice was issued."""


class RequestView(Wire):
    """Something this customer had done, newest first."""

    reference: str
    kind: RequestKind
    subject: str
    facts: dict[str, str | int | None]
    state: Literal["open", "done", "undone"]
    created_at: datetime
    undo_until: datetime | None


class AccountFound(Wire):
    """Only the parts that were asked for are filled."""

    outcome: Literal["found", "identity_required"]
    contact: ContactView | None = None
    consents: tuple[ConsentView, ...] = ()
    invoices: tuple[BilledInvoice, ...] = ()
    payments: tuple[PaymentView, ...] = ()
    payment_methods: tuple[PaymentMethodView, ...] = ()
    subscriptions: tuple[SubscriptionStatus, ...] = ()
    plans: tuple[PlanView, ...] = ()
    """All plans of the shop, with `subscriptions`."""
    outages: tuple[OutageView, ...] = ()
    """Those that touch this customer and go on, or ended within the last days; without proof, those for everybody."""
    refunds: tuple[RefundView, ...] = ()
    returns: tuple[ReturnView, ...] = ()
    requests: tuple[RequestView, ...] = ()
    claimable: tuple[ClaimableView, ...] = ()
    """Outages of the last months that touched a subscription, and invoices with an error; newest first."""


class ServiceRequested(Wire):
    """`preview`: decide and say what would happen, but change nothing."""

    context: TurnContext
    kind: RequestKind
    subject: str
    """Number of the order, invoice or subscription it is about; of `request.undo` the reference; else empty."""
    params: dict[str, str] = {}
    preview: bool = False


class ServiceAnswered(Wire):
    """What became of a request.

    `offered`: a preview of what could be done. `done`: written, with its reference. `already_done`: the same, from
    before. `refused`: see `because`, a key of the texts. `not_found` is also the answer for somebody else's things.
    """

    outcome: Literal["offered", "done", "already_done", "refused", "identity_required", "not_found", "stale"]
    because: str = ""
    facts: dict[str, str | int | None] = {}
    """Numbers, ISO days, cents: what the sentence about it needs."""
    reference: str | None = None
    undo_until: datetime | None = None
    documents: tuple[DocumentRef, ...] = ()
