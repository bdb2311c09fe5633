"""Files that visitors and agents send each other."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, text

from handover.store.tables.base import UtcTime, metadata

files = Table(
    "files",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False, index=True),
    Column("agent_id", ForeignKey("agents.id")),  # who uploaded it; empty: the visitor
    Column("message_number", Integer),  # it went with this message; empty: not yet, and deleted after a day
    Column("name", String(120), nullable=False),
    Column("media_type", String(40), nullable=False),
    Column("size", Integer, nullable=False),  # bytes
    Column("width", Integer),
    Column("height", Integer),
    Column("created_at", UtcTime, nullable=False),
    Column("content", LargeBinary, nullable=False),  # last: what stands before it is read without it
)


Index(
    "ix_files_unsent",
    files.c.created_at,
    sqlite_where=text("message_number IS NULL"),
    postgresql_where=text("message_number IS NULL"),
)
