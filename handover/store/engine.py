"""Opens the database: SQLite in one file, or PostgreSQL by the same code."""

from __future__ import annotations

import sqlite3

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import ConnectionPoolEntry

WRITE = "kulanz_write"
"""Execution option of connections that are going to write."""

QUIET = {"hide_parameters": True}
"""Errors name the statement, never the values: they are people's names and addresses."""
POOL = {"pool_size": 16, "max_overflow": 48}
"""More than the threads that serve one process (anyio: 40), so that nobody waits for a connection."""
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",  # what is erased is gone from the file, not only from the tables
    "busy_timeout=5000",
    "recursive_triggers=ON",  # or INSERT OR REPLACE would delete from the ledger past its trigger
)


def make_engine(url: str) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://…` (psycopg 3)."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        engine = create_engine(address, **POOL, **QUIET)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    return create_engine(address, **POOL, **QUIET, pool_pre_ping=True)


def open_connection(engine: Engine, *, write: bool) -> Connection:
    """A connection for one unit of work. A reading one sees one consistent state on both databases."""
    if write:
        return engine.connect().execution_options(**{WRITE: True})
    if engine.dialect.name == "sqlite":
        return engine.connect()
    return engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _prepare_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.create_function("lower", 1, _lower, deterministic=True)  # SQLite's own knows no "Ö"
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _lower(text: str | None) -> str | None:
    return None if text is None else text.lower()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that turns into a writer later fails at once instead of waiting for its turn.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(WRITE) else "BEGIN")
