"""Decisions, the ledger and the switches."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from handover.store.tables.base import UtcTime, metadata

credit_decisions = Table(  # every claim that was decided, with what it was decided from
    "credit_decisions",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("key", String(64), unique=True),  # sha256 of customer, subject, reason, item or outage; empty for refusals
    Column("conversation_id", ForeignKey("conversations.id")),
    Column("customer_id", ForeignKey("customers.id"), nullable=False, index=True),
    Column("order_id", ForeignKey("orders.id"), index=True),
    Column("item_sku", String(40)),
    Column("subscription_id", ForeignKey("subscriptions.id")),
    Column("outage_id", ForeignKey("outages.id")),
    Column("invoice_id", ForeignKey("invoices.id")),
    Column("reason", String(30), nullable=False),
    Column("outcome", String(20), nullable=False),  # granted | proposed | approved | rejected | refused
    Column("because", String(60), nullable=False),  # rule that decided
    Column("policy_version", String(64), nullable=False),
    Column("inputs", JSON, nullable=False),  # the facts the rule saw
    Column("amount_cents", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("reference", String(20), unique=True),
    Column("author", String(40), nullable=False),  # "bot" or an agent id
    Column("decided_by", String(40)),  # agent id, for proposals
    Column("note", Text),
    Column("created_at", UtcTime, nullable=False),
    Column("decided_at", UtcTime),
    Index("ix_credit_decisions_outcome", "outcome", "created_at"),  # open proposals; what the shop granted lately
    Index("ix_credit_decisions_author", "author", "created_at"),
    CheckConstraint("amount_cents > 0 or outcome = 'refused'", name="positive"),
    CheckConstraint(  # exactly one subject
        "(order_id is not null and subscription_id is null and outage_id is null and invoice_id is null)"
        " or (order_id is null and subscription_id is not null and outage_id is not null and invoice_id is null)"
        " or (order_id is null and subscription_id is null and outage_id is null and invoice_id is not null)",
        name="subject",
    ),
)


ledger_entries = Table(  # double entry, append-only (triggers), hash-chained
    "ledger_entries",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("booking", String(40), nullable=False, index=True),  # the entries of one booking add up to 0
    Column("decision_id", ForeignKey("credit_decisions.id"), nullable=False),
    Column("account", String(80), nullable=False, index=True),  # "goodwill" | "customer:{id}"
    Column("amount_cents", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("kind", String(10), nullable=False),  # credit | reversal
    Column("at", UtcTime, nullable=False),
    Column("previous_hash", String(64), nullable=False, unique=True),
    Column("hash", String(64), nullable=False, unique=True),
    UniqueConstraint("decision_id", "kind", "account", name="uq_ledger_entries_once"),
)


switches = Table(  # the credit kill switch and other on/off facts that all workers must see at once
    "switches",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("on", Boolean, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
)
