"""Conversations, their log, and what hangs on them."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from handover.store.tables.base import UtcTime, metadata

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
    Column("emptied_number", Integer, nullable=False, default=0),  # up to here it is forgotten what the bot understood
    Column("forgotten_number", Integer, nullable=False, default=0),  # the event that tells of a deleted log; 0: none
    Column("visitor_read", Integer, nullable=False, default=0),
    Column("staff_read", Integer, nullable=False, default=0),
    Column("customer_id", ForeignKey("customers.id"), index=True),
    Column("trust", String(10), nullable=False, default="none"),
    Column("priority", Integer, nullable=False, default=0),  # higher first; an expired lease goes to the head
    Column("reason", String(30)),  # HandoverReason while it waits or is with an agent
    Column("topic", String(30)),  # group of skills it asks for, while it waits or is with an agent
    Column("team", String(30)),  # whose case it is; empty: everybody's
    Column("waiting_since", UtcTime),
    Column("lease_expires_at", UtcTime),
    Column("visitor_seen_at", UtcTime),  # kept up only while it waits or is with an agent
    Column("outcome", String(20)),
    Column("outcome_summary", Text),
    Column("started_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False, index=True),
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


ABOUT_IDENTITY = text("events.type LIKE 'identity.%'")
"""As text, so that the index of these few is found: which step of the form is open is asked with each message."""


Index(
    "ix_events_identity",
    events.c.conversation_id,
    events.c.number,
    sqlite_where=text("type LIKE 'identity.%'"),
    postgresql_where=text("type LIKE 'identity.%'"),
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
    Column("busy_until", UtcTime),  # a process is sending it; after that time it is taken to have died
)


leases = Table(  # what only one process at a time may do, and which one
    "leases",
    metadata,
    Column("name", String(80), primary_key=True),  # "turn:{conversation}" | "duty"
    Column("holder", String(40), nullable=False),
    Column("until", UtcTime, nullable=False),
)


drafts = Table(
    "drafts",
    metadata,
    Column("agent_id", ForeignKey("agents.id"), primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id"), primary_key=True, index=True),
    Column("kind", String(10), primary_key=True),  # message | note | whisper | return
    Column("text", Text, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
)
