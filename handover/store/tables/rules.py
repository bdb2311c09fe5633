"""The rules of the desk, as supervisors change them."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Integer, String, Table

from handover.store.tables.base import UtcTime, metadata

desk_rules = Table(  # every version that ever counted; the newest counts now, and the file while there is none
    "desk_rules",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),  # from 1, without gaps
    Column("document", JSON(none_as_null=True)),  # services/desk_rules.py RulesDocument; empty: the file counts again
    Column("agent_id", ForeignKey("agents.id")),  # empty: the command line
    Column("at", UtcTime, nullable=False),
    Column("note", String(500), nullable=False),
    Column("brought_back", Integer),  # the version that this one repeats; 0 is the file
)
