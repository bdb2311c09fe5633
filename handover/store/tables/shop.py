"""The shop's data: orders, subscriptions, invoices, payments, outages."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
)

from handover.store.tables.base import UtcTime, metadata

orders = Table(
    "orders",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("number", String(20), nullable=False, unique=True),
    Column("customer_id", ForeignKey("customers.id"), nullable=False, index=True),
    Column("state", String(20), nullable=False),  # contract OrderState
    Column("ordered_at", UtcTime, nullable=False),
    Column("promised_on", Date, nullable=False),
    Column("shipped_at", UtcTime),
    Column("delivered_at", UtcTime),
    Column("carrier", String(40)),
    Column("tracking_code", String(60)),
    Column("total_cents", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("delivery_name", String(200)),  # where it goes, if not to the customer's own address
    Column("delivery_street", String(200)),
    Column("delivery_postcode", String(12)),
    Column("delivery_city", String(100)),
    Column(
        "parcels", JSON
    ),  # [{"carrier", "tracking_code", "state", "shipped_on", "delivered_on", "skus"}]; empty: one
)


order_items = Table(
    "order_items",
    metadata,
    Column("order_id", ForeignKey("orders.id"), primary_key=True),
    Column("sku", String(40), primary_key=True),
    Column("name_de", String(200), nullable=False),
    Column("name_en", String(200), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("unit_cents", Integer, nullable=False),
    Column("state", String(20), nullable=False),  # open | shipped | delivered | returned | missing
)


subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("number", String(20), nullable=False, unique=True),
    Column("customer_id", ForeignKey("customers.id"), nullable=False, index=True),
    Column("plan", String(40), nullable=False),
    Column("monthly_cents", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("state", String(20), nullable=False),  # active | paused | cancelled
    Column("started_on", Date, nullable=False),
    Column("paid_until", Date, nullable=False),  # last day of the month that is paid for
    Column("ends_on", Date),
    Column("next_plan", String(40)),
    Column("next_plan_on", Date),
    Column("paused_from", Date),
    Column("paused_until", Date),
)


plans = Table(
    "plans",
    metadata,
    Column("plan", String(40), primary_key=True),
    Column("name_de", String(100), nullable=False),
    Column("name_en", String(100), nullable=False),
    Column("monthly_cents", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("family", String(40), nullable=False),  # plans one can change between
    Column("rank", Integer, nullable=False),  # higher is larger, within the family
    Column("can_pause", Boolean, nullable=False),
)


invoices = Table(
    "invoices",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("number", String(20), nullable=False, unique=True),
    Column("customer_id", ForeignKey("customers.id"), nullable=False, index=True),
    Column("subscription_id", ForeignKey("subscriptions.id")),
    Column("issued_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("state", String(20), nullable=False),  # open | paid | failed
    Column("total_cents", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("lines", JSON, nullable=False),  # [{"kind", "text_de", "text_en", "cents"}]
)


plan_prices = Table(  # what plans used to cost; today's price stands in `plans`
    "plan_prices",
    metadata,
    Column("plan", ForeignKey("plans.plan"), primary_key=True),
    Column("until", Date, primary_key=True),  # last day of this price
    Column("monthly_cents", Integer, nullable=False),
)


payment_methods = Table(
    "payment_methods",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("customer_id", ForeignKey("customers.id"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),  # card | paypal | sepa | invoice
    Column("label", String(60), nullable=False),  # masked: "Visa •••• 4242"
    Column("is_default", Boolean, nullable=False),
)


payments = Table(  # money that moved, or failed to
    "payments",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("customer_id", ForeignKey("customers.id"), nullable=False, index=True),
    Column("invoice_id", ForeignKey("invoices.id")),
    Column("order_id", ForeignKey("orders.id")),
    Column("cents", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("method", String(60), nullable=False),  # masked label
    Column("state", String(20), nullable=False),  # booked | failed | refunded
    Column("reason", String(40)),  # of a failed one: card_expired | limit | no_funds | not_confirmed | returned
    Column("on", Date, nullable=False),
)


refunds = Table(
    "refunds",
    metadata,
    Column("reference", String(20), primary_key=True),
    Column("customer_id", ForeignKey("customers.id"), nullable=False, index=True),
    Column("order_id", ForeignKey("orders.id")),
    Column("invoice_id", ForeignKey("invoices.id")),
    Column("cents", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("reason", String(30), nullable=False),  # order_cancelled | item_returned | double_charge
    Column("method", String(60), nullable=False),  # masked label
    Column("state", String(20), nullable=False),  # announced | paid
    Column("expected_on", Date, nullable=False),
    Column("paid_on", Date),
    Column("created_at", UtcTime, nullable=False),
    CheckConstraint("cents > 0", name="positive"),
)


returns = Table(
    "returns",
    metadata,
    Column("number", String(20), primary_key=True),
    Column("order_id", ForeignKey("orders.id"), nullable=False, index=True),
    Column("customer_id", ForeignKey("customers.id"), nullable=False, index=True),
    Column("items", JSON, nullable=False),  # [{"sku", "quantity"}]
    Column("reason", String(30), nullable=False),  # not_wanted | wrong_item | damaged | other
    Column("state", String(20), nullable=False),  # announced | received | refunded
    Column("created_at", UtcTime, nullable=False),
    Column("received_at", UtcTime),
)


outages = Table(
    "outages",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("service", String(60), nullable=False),
    Column("plans", JSON, nullable=False),  # touched subscription plans
    Column("postcodes", JSON, nullable=False),  # touched prefixes; empty list: everywhere
    Column("text_de", Text, nullable=False),
    Column("text_en", Text, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
)
