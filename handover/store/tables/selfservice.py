"""What customers have done by themselves."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    String,
    Table,
)

from handover.store.tables.base import UtcTime, metadata

service_requests = Table(
    "service_requests",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("reference", String(20), nullable=False, unique=True),
    Column("key", String(64), nullable=False, unique=True),  # sha256 of what may happen only once
    Column("customer_id", ForeignKey("customers.id"), nullable=False, index=True),
    Column("conversation_id", ForeignKey("conversations.id")),
    Column("kind", String(40), nullable=False),  # contract RequestKind
    Column("subject", String(60), nullable=False),
    Column("params", JSON, nullable=False),
    Column("facts", JSON, nullable=False),  # what the customer was told
    Column("state", String(10), nullable=False),  # open | done | undone
    Column("created_at", UtcTime, nullable=False),
    Column("undo_until", UtcTime),
    Column("undone_at", UtcTime),
)


documents = Table(  # files a visitor may fetch; made anew each time from what the database says
    "documents",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False, index=True),
    Column("customer_id", ForeignKey("customers.id"), nullable=False),
    Column("kind", String(20), nullable=False),  # contract DocumentKind
    Column("subject", String(60), nullable=False),
    Column("language", String(2), nullable=False),
    Column("name", String(120), nullable=False),
    Column("created_at", UtcTime, nullable=False),
)
