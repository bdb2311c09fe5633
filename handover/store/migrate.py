"""Brings a database to the newest version of its tables (Alembic)."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(engine: Engine, to: str = "head") -> None:
    """Run what is missing. Does nothing on a database that is up to date."""
    with engine.connect() as connection, foreign_keys_unchecked(connection), connection.begin():
        upgrade_within(connection, to)
        require_whole(connection)


def upgrade_within(connection: Connection, to: str = "head") -> None:
    """As part of the transaction that is open."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def is_current(engine: Engine) -> bool:
    """Whether the database has the tables this code was written for."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    with engine.connect() as connection:
        return revision_of(connection) == head


def revision_of(connection: Connection) -> str | None:
    """Which tables this database has; nothing if it has none of ours."""
    return MigrationContext.configure(connection).get_current_revision()


def knows(revision: str) -> bool:
    """Whether this code can bring tables of this revision to the newest."""
    return revision in {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


@contextmanager
def foreign_keys_unchecked(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by copying it, and for a moment the others refer to nothing."""
    if connection.dialect.name != "sqlite":
        yield
        return
    sqlite = connection.connection.cursor()
    sqlite.execute("PRAGMA foreign_keys=OFF")  # has no effect within a transaction
    try:
        yield
    finally:
        sqlite.execute("PRAGMA foreign_keys=ON")


def require_whole(connection: Connection) -> None:
    """Raises `RuntimeError`, and with it undoes the transaction, if a row refers to one that is not there."""
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise RuntimeError("a row refers to one that does not exist")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config
