"""When agents are at work."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Integer, String, Table

from handover.store.tables.base import UtcTime, metadata

shifts = Table(
    "shifts",
    metadata,
    Column("agent_id", ForeignKey("agents.id"), primary_key=True),
    Column("zone", String(60), nullable=False),  # IANA name
    Column("week", JSON, nullable=False),  # weekday from Monday, "0": ["09:00-17:00"]
    Column("days", JSON, nullable=False),  # those that are otherwise, "2026-03-04": []
    Column("version", Integer, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
)
