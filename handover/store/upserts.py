"""INSERT … ON CONFLICT: both databases know it, each by a statement of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Upsert = sqlite.Insert | postgresql.Insert
INSERTS: Mapping[str, Callable[[Table], Upsert]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
"""By the name of the dialect."""


def insert_into(connection: Connection, table: Table) -> Upsert:
    return INSERTS[connection.dialect.name](table)
