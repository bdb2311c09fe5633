"""Customers, agents, their sessions, and the audit trail."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from handover.store.tables.base import UtcTime, metadata

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
    Column("status", String(10), nullable=False, default="off", server_default="off"),  # domain/routing.py Status
    Column("status_since", UtcTime),
    Column("load_limit", Integer, nullable=False, default=4, server_default="4"),
    Column("languages", JSON(none_as_null=True)),  # empty: the account's own
    Column("topics", JSON(none_as_null=True)),  # empty: all
    Column("team", String(30)),  # whose cases they share; empty: only those of no team
    Column("seen_at", UtcTime),  # when a page of theirs was last heard of
    Column("took_at", UtcTime),  # when they last took a case
    Column("company_id", String(64), unique=True, index=True),  # sha256 of issuer and subject at a company's log-in
)


agent_sessions = Table(
    "agent_sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),  # sha256 of the cookie's value
    Column("agent_id", ForeignKey("agents.id"), nullable=False, index=True),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime),  # within a minute; none: not since it began
    Column("browser", String(20)),  # services/devices.py
    Column("system", String(20)),
)


second_steps = Table(  # authenticator apps
    "second_steps",
    metadata,
    Column("agent_id", ForeignKey("agents.id"), primary_key=True),
    Column("secret", String(200), nullable=False),  # sealed: services/sealing.py
    Column("begun_at", UtcTime, nullable=False),
    Column("confirmed_at", UtcTime),  # from then on it is asked for
    Column("last_step", Integer, nullable=False, default=0),  # time of the last code that was used, in half minutes
)


recovery_codes = Table(  # those that are left
    "recovery_codes",
    metadata,
    Column("agent_id", ForeignKey("agents.id"), primary_key=True),
    Column("code_hash", String(64), primary_key=True),  # sha256
)


agent_devices = Table(  # browsers somebody has logged in with: strangers cannot lock them out
    "agent_devices",
    metadata,
    Column("token_hash", String(64), primary_key=True),  # sha256 of the cookie's value
    Column("agent_id", ForeignKey("agents.id"), nullable=False, index=True),
    Column("seen_at", UtcTime, nullable=False),
)


login_failures = Table(
    "login_failures",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("subject", String(64), nullable=False, index=True),  # sha256 of who tried what; see `services/log_ins.py`
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


audit = Table(  # append-only (triggers): only a reason can be blanked, and only what is older than a month be deleted
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcTime, nullable=False, index=True),
    Column("agent_id", String(40), index=True),
    Column("action", String(60), nullable=False),
    Column("subject", String(60)),  # what else it was about: a decision, an account, a document
    Column("allowed", Boolean, nullable=False),
    Column("conversation", String(40), index=True),  # ids without a reference: the log outlives what it tells of
    Column("customer", String(40), index=True),
    Column("why", String(500)),  # the reason that was asked for; an erasure blanks it
)


erasures = Table(  # persons who were erased; no name, so that a restored backup can be held against it
    "erasures",
    metadata,
    Column("hash", String(64), primary_key=True),  # HMAC-SHA256 of the customer's id
    Column("key", String(64), nullable=False),  # of this one entry
    Column("at", UtcTime, nullable=False),
)


consents = Table(
    "consents",
    metadata,
    Column("customer_id", ForeignKey("customers.id"), primary_key=True),
    Column("purpose", String(30), primary_key=True),
    Column("given", Boolean, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("source", String(30), nullable=False),  # shop | chat | desk
)
