"""Every table. SQLAlchemy Core: rows are rows, the rules live in `domain` and `services`.

Times are aware UTC in Python and naive UTC in the database. Money is integer cents beside a currency.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class UtcTime(TypeDecorator[datetime]):
    """Aware UTC outside, naive UTC inside; refuses naive values so that no local time slips in."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.replace(tzinfo=UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# --- people -------------------------------------------------------------------------------------------------------

customers = Table(
    "customers",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("number", String(20), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("language", String(2), nullable=False),
    Column("phone", String(30)),
    Column("street", String(200)),
    Column("postcode", String(12)),
    Column("city", String(100)),
    Column("blocked", Boolean, nullable=False, default=False),
    Column("created_at", UtcTime, nullable=False),
)
identities = Table(
    "identities",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("customer_id", ForeignKey("customers.id"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),  # email
    Column("value", String(254), nullable=False),  # normalised: lower case, no blanks
    Column("trust", String(10), nullable=False),  # best level this identity was ever proven with
    Column("proven_at", UtcTime),
    UniqueConstraint("kind", "value"),
)
customer_events = Table(  # the timeline beside conversations: orders, invoices, mails, imports
    "customer_events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("customer_id", ForeignKey("customers.id"), nullable=False),
    Column("type", String(60), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("data", JSON, nullable=False),
    Index("ix_customer_events_timeline", "customer_id", "at"),
)
agents = Table(
    "agents",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("password_hash", String(200), nullable=False),  # argon2id
    Column("role", String(20), nullable=False),  # agent | supervisor | editor | admin
    Column("language", String(2), nullable=False),
    Column("active", Boolean, nullable=False, default=True),
    Column("demo", Boolean, nullable=False, default=False),
    Column("created_at", UtcTime, nullable=False),
)
agent_sessions = Table(
    "agent_sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),  # sha256 of the cookie's value
    Column("agent_id", ForeignKey("agents.id"), nullable=False, index=True),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
)
login_failures = Table(
    "login_failures",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("subject", String(64), nullable=False, index=True),  # sha256 of the mail address or of the address
    Column("at", UtcTime, nullable=False),
)
tickets = Table(  # single-use, 30 s: opens one socket
    "tickets",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("kind", String(10), nullable=False),  # visitor | agent
    Column("subject", String(64), nullable=False),  # conversation id | agent id
    Column("session_hash", String(64)),  # agent tickets: the session that must still live
    Column("expires_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),
)
audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcTime, nullable=False),
    Column("agent_id", String(40)),
    Column("action", String(60), nullable=False),
    Column("subject", String(60)),
    Column("allowed", Boolean, nullable=False),
)

# --- conversations ------------------------------------------------------------------------------------------------

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("visitor_token_hash", String(64), nullable=False, unique=True),  # sha256 of the visitor's secret
    Column("language", String(2), nullable=False),
    Column("state", String(10), nullable=False),
    Column("owner_id", String(40)),  # agent id while state is agent
    Column("ownership_version", Integer, nullable=False, default=1),
    Column("last_number", Integer, nullable=False, default=0),
    Column("last_public_number", Integer, nullable=False, default=0),
    Column("answered_number", Integer, nullable=False, default=0),  # visitor messages up to here had their bot turn
    Column("visitor_read", Integer, nullable=False, default=0),
    Column("staff_read", Integer, nullable=False, default=0),
    Column("customer_id", ForeignKey("customers.id"), index=True),
    Column("trust", String(10), nullable=False, default="none"),
    Column("priority", Integer, nullable=False, default=0),  # higher first; an expired lease goes to the head
    Column("reason", String(30)),  # HandoverReason while it waits or is with an agent
    Column("waiting_since", UtcTime),
    Column("lease_expires_at", UtcTime),
    Column("outcome", String(20)),
    Column("outcome_summary", Text),
    Column("started_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    CheckConstraint("state in ('bot', 'waiting', 'agent', 'closed')", name="state"),
    Index("ix_conversations_queue", "state", "priority", "waiting_since"),
)
events = Table(
    "events",
    metadata,
    Column("conversation_id", ForeignKey("conversations.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("type", String(60), nullable=False),
    Column("audience", String(5), nullable=False),  # all | staff
    Column("after_public", Integer, nullable=False),  # last number the visitor may see before this one
    Column("actor_kind", String(10), nullable=False),
    Column("actor_id", String(40)),
    Column("actor_name", String(200)),
    Column("data", JSON, nullable=False),  # contract payload
    Column("at", UtcTime, nullable=False),
)
client_messages = Table(  # idempotency of everything a client may send again
    "client_messages",
    metadata,
    Column("conversation_id", ForeignKey("conversations.id"), primary_key=True),
    Column("client_id", String(64), primary_key=True),
    Column("body_hash", String(64), nullable=False),
    Column("number", Integer, nullable=False),
)
choices = Table(  # one-time buttons: what a press means
    "choices",
    metadata,
    Column("conversation_id", ForeignKey("conversations.id"), primary_key=True),
    Column("message_number", Integer, primary_key=True, autoincrement=False),
    Column("choice_id", String(20), primary_key=True),
    Column("label", String(300), nullable=False),
    Column("signal", JSON, nullable=False),
    Column("taken_at", UtcTime),  # set on all choices of a message when one is pressed
)
pending_signals = Table(  # things the bot must still hear of: proven identity, returned handover
    "pending_signals",
    metadata,
    Column("conversation_id", ForeignKey("conversations.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),  # the event that caused it
    Column("signal", JSON, nullable=False),
)
challenges = Table(  # proof of identity by a code sent by mail
    "challenges",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False, index=True),
    Column("customer_id", ForeignKey("customers.id")),  # empty: unknown address, no mail, same answers
    Column("identity_id", ForeignKey("identities.id")),
    Column("code_hash", String(64), nullable=False),
    Column("tries_left", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),  # proven, replaced or given up
)
mails = Table(  # outbox: written in the transaction, sent after it
    "mails",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("to", String(254), nullable=False),
    Column("subject", String(300), nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("sent_at", UtcTime),
    Column("tries", Integer, nullable=False, default=0),
    Column("error", String(300)),
)

# --- the shop's data ----------------------------------------------------------------------------------------------

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
    Column("ends_on", Date),
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
payment_methods = Table(
    "payment_methods",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("customer_id", ForeignKey("customers.id"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),  # card | paypal | sepa | invoice
    Column("label", String(60), nullable=False),  # masked: "Visa •••• 4242"
    Column("is_default", Boolean, nullable=False),
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

# --- credit -------------------------------------------------------------------------------------------------------

credit_decisions = Table(  # every claim that was decided, with what it was decided from
    "credit_decisions",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("key", String(64), unique=True),  # sha256 of customer, order, reason, item; empty for refusals
    Column("conversation_id", ForeignKey("conversations.id")),
    Column("customer_id", ForeignKey("customers.id"), nullable=False, index=True),
    Column("order_id", ForeignKey("orders.id"), nullable=False, index=True),
    Column("item_sku", String(40)),
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
    CheckConstraint("amount_cents > 0 or outcome = 'refused'", name="positive"),
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
