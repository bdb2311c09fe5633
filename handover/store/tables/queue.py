"""Who waits, who is asked, and how somebody is reached who does not wait."""

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
    text,
)

from handover.store.tables.base import UtcTime, metadata

waits = Table(  # each stay in the queue: what estimates are read from
    "waits",
    metadata,
    Column("conversation_id", ForeignKey("conversations.id"), primary_key=True),
    Column("call", Integer, primary_key=True, autoincrement=False),  # number of the event that put it there
    Column("started_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("result", String(12)),  # claimed | given_up | closed | visitor_gone
    Column("claimed_by", String(40)),  # agent id
    Column("place_at_start", Integer, nullable=False),
    Column("agents_at_start", Integer, nullable=False),  # available for it
    Column("language", String(2), nullable=False),
    Column("topic", String(30)),
    Column("after_hours", Boolean, nullable=False),
    Column("left_contact", Boolean, nullable=False, default=False),  # then nobody waits in the chat any more
    Index("ix_waits_started_at", "started_at"),
)


offers = Table(  # a waiting case put before one agent
    "offers",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False),
    Column("call", Integer, nullable=False),
    Column("agent_id", String(40), nullable=False),
    Column("because", JSON, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("result", String(10)),  # accepted | declined | expired | withdrawn | released
    Column("reason", String(200)),  # why it was declined, in the agent's words
    Index("ix_offers_call", "conversation_id", "call"),
    Index(
        "uq_offers_open",
        "conversation_id",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)


routing_decisions = Table(  # who was considered, and why it went where it went
    "routing_decisions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False, index=True),
    Column("call", Integer, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("how", String(10), nullable=False),  # offer | nobody | claim
    Column("chosen", String(40)),  # agent id
    Column("candidates", JSON, nullable=False),  # contract CandidateView, best first
)


contacts = Table(  # how somebody is reached who does not wait in the chat; the newest one counts
    "contacts",
    metadata,
    Column("conversation_id", ForeignKey("conversations.id"), primary_key=True),
    Column("kind", String(10), nullable=False),  # callback | mail
    Column("value", String(254), nullable=False),  # E.164 or a mail address
    Column("note", String(500), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("outcome", String(12)),  # contract ContactOutcome; empty: open
    Column("settled_at", UtcTime),
    Column("settled_by", String(40)),  # agent id
    Index("ix_contacts_open", "outcome", "created_at"),
)


letters = Table(  # an agent's words that go out by mail too, unless they are read before `due_at`
    "letters",
    metadata,
    Column("conversation_id", ForeignKey("conversations.id"), primary_key=True),
    Column("number", Integer, nullable=False),  # the first message it tells of
    Column("due_at", UtcTime, nullable=False, index=True),
)
