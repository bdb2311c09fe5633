"""What helps agents write."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, Text

from handover.store.tables.base import UtcTime, metadata

canned_answers = Table(
    "canned_answers",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("agent_id", ForeignKey("agents.id"), index=True),  # whose it is; empty: everybody's
    Column("name", String(60), nullable=False),
    Column("text_de", Text, nullable=False),  # empty: none in this language
    Column("text_en", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("deleted_at", UtcTime),  # can be brought back for a day
)


mentions = Table(  # notes that name somebody; those without `seen_at` they have not looked at
    "mentions",
    metadata,
    Column("agent_id", ForeignKey("agents.id"), primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id"), primary_key=True, index=True),
    Column("number", Integer, primary_key=True, autoincrement=False),  # of the note
    Column("at", UtcTime, nullable=False),
    Column("whisper", Boolean, nullable=False),  # said into the ear of the one who had the case
    Column("seen_at", UtcTime),
)


writing_settings = Table(
    "writing_settings",
    metadata,
    Column("agent_id", ForeignKey("agents.id"), primary_key=True),
    Column("send_by", String(10), nullable=False),  # enter | ctrl_enter
    Column("undo", Boolean, nullable=False),
)
