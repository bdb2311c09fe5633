"""The store: the shop's data and what customers did with it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from handover.domain.selfservice import Document, ServiceRequest
from handover.domain.shop import (
    Invoice,
    Order,
    Outage,
    Payment,
    PaymentMethod,
    Plan,
    Refund,
    Return,
    ShopCustomer,
    Subscription,
)


class ShopStore(Protocol):
    """What the shop delivered: orders, subscriptions, invoices, payment methods, outages."""

    def order_of(self, customer_id: str, number: str) -> Order | None:
        """Nothing for an unknown number and for somebody else's order alike."""

    def orders_of(self, customer_id: str, limit: int = 10) -> list[Order]:
        """Newest first, like all lists here."""

    def save_order(self, before: Order, after: Order) -> None:
        """State and delivery address, if its state is still that of `before`; raises `Conflict` otherwise."""

    def payments_of(self, customer_id: str) -> list[Payment]: ...
    def subscriptions_of(self, customer_id: str) -> list[Subscription]: ...
    def save_subscription(self, subscription: Subscription) -> None: ...
    def plans(self) -> dict[str, Plan]:
        """By their key, the small ones first; also those that are not listed and somebody has."""

    def invoices_of(self, customer_id: str, limit: int = 6) -> list[Invoice]: ...
    def invoice_of(self, customer_id: str, number: str) -> Invoice | None:
        """Nothing for an unknown number and for somebody else's invoice alike."""

    def set_invoice_state(self, before: Invoice, state: str) -> None:
        """If its state is still that of `before`; raises `Conflict` otherwise."""

    def payment_methods_of(self, customer_id: str) -> list[PaymentMethod]:
        """The default one first."""

    def set_default_method(self, customer_id: str, method_id: str) -> None:
        """Exactly this one is the default afterwards."""

    def outages_touching(self, customer_id: str, since: datetime) -> list[Outage]:
        """Outages of the customer's plans at their post code that ended after `since` or go on."""

    def outages_everywhere(self) -> list[Outage]:
        """Those that go on and are limited to no region."""

    def outage(self, outage_id: str) -> Outage | None: ...
    def outages_since(self, since: datetime) -> list[Outage]:
        """All that ended after `since` or go on, whoever they touch."""

    def plan_prices(self, day: date) -> dict[str, int]:
        """What a month of each plan cost new customers on this day, in cents."""

    def is_empty(self) -> bool: ...
    def add_customer(self, customer: ShopCustomer) -> None: ...
    def add_order(self, order: Order) -> None: ...
    def add_plan(self, plan: Plan) -> None: ...
    def add_subscription(self, subscription: Subscription) -> None: ...
    def add_invoice(self, invoice: Invoice) -> None: ...
    def add_payment_method(self, method: PaymentMethod) -> None: ...
    def add_payment(self, payment: Payment) -> None: ...
    def add_outage(self, outage: Outage) -> None: ...
    def add_plan_price(self, plan: str, until: date, monthly_cents: int) -> None:
        """What a plan used to cost, up to and including this day."""


class RefundStore(Protocol):
    """Goods and money on their way back; lists newest first."""

    def refunds_of(self, customer_id: str) -> list[Refund]: ...
    def add_refund(self, refund: Refund) -> None: ...
    def drop_refund(self, reference: str) -> None: ...
    def returns_of(self, customer_id: str) -> list[Return]: ...
    def add_return(self, sent_back: Return) -> None: ...
    def drop_return(self, number: str) -> None: ...


class SelfServiceStore(Protocol):
    """What customers have done by themselves, and the documents they may fetch."""

    def add(self, request: ServiceRequest) -> None: ...
    def request_for(self, key: str) -> ServiceRequest | None: ...
    def requests_of(self, customer_id: str, kind: str | None = None) -> list[ServiceRequest]:
        """Newest first."""

    def undo(self, request: ServiceRequest, at: datetime) -> None:
        """Mark it as taken back; the same may then be asked for again."""

    def reference_is_taken(self, reference: str) -> bool: ...
    def add_document(self, document: Document) -> None: ...
    def document(self, conversation_id: str, document_id: str) -> Document:
        """Raises `NotFound`, also for a document of another conversation."""
