"""Making a database from a backup: all of it or nothing, in one transaction.

The tables are made as they were when the backup was written, filled, and brought to the newest from there, so that a backup
of last year is worth as much as one of today.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile

from sqlalchemy import JSON, Connection, Date, DateTime, Engine, Integer, LargeBinary, Table, func, select, text, update
from sqlalchemy.exc import DBAPIError

from handover.domain.errors import Conflict, InvalidInput
from handover.services.ports import ErasureJournal
from handover.store.backup import Manifest, Part, at_once, opened, rows_of, tables_there, verify
from handover.store.engine import open_connection
from handover.store.erasures import SqlErasureStore
from handover.store.migrate import foreign_keys_unchecked, knows, require_whole, upgrade_within
from handover.store.tables import erasures, ledger_entries, mails, switches

HELD_BACK = "held back: it waited to be sent when the backup was made"
"""Stands as the error of such a mail. It has most likely gone out since, and a customer must not get it twice."""


class Restored(NamedTuple):
    manifest: Manifest
    held_back: int
    """Mails that were about to be sent when the backup was made, and now are not."""


def restore(engine: Engine, file: Path, journal: ErasureJournal, *, replace: bool) -> Restored:
    """Fill an empty database, or with `replace` any; who was erased in it is told to the journal first.

    Raises `InvalidInput` for a file that is damaged or of newer tables, `Conflict` for a database that is not empty or in use;
    then nothing has changed.
    """
    manifest = verify(file)
    if not knows(manifest.revision):
        raise InvalidInput(f"{file.name} is of a newer version of Kulanz (tables {manifest.revision}); update first.")
    engine.dispose()  # the idle connections of this process are nobody's use of the database
    try:
        with open_connection(engine, write=True) as connection, foreign_keys_unchecked(connection), connection.begin():
            _require_unused(connection)
            _require_empty(connection, replace=replace)
            _keep_erasures(connection, journal)
            _make(connection, file, manifest)
            held_back = _hold_mails(connection, manifest.made_at)
            require_whole(connection)
    except DBAPIError as error:
        raise Conflict(f"The backup does not fit this database, nothing was changed: {error.orig}") from None
    return Restored(manifest, held_back)


def _require_unused(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        return  # its file says nothing about who has it open; the command looks for a running house
    others = connection.execute(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
    ).scalar_one()
    if others:
        raise Conflict(f"The database is in use ({others} other connections); end what uses it first.")


def _require_empty(connection: Connection, *, replace: bool) -> None:
    filled = (table for table in tables_there(connection) if table.name != switches.name)
    if not replace and any(_has_rows(connection, table) for table in filled):
        raise Conflict("The database is not empty; to give up all that is in it, say --replace.")


def _keep_erasures(connection: Connection, journal: ErasureJournal) -> None:
    if erasures.name not in {table.name for table in tables_there(connection)}:
        return
    known = {erasure.hash for erasure in journal.all()}
    for erasure in SqlErasureStore(connection).noted():
        if erasure.hash not in known:
            journal.add(erasure)


def _make(connection: Connection, file: Path, manifest: Manifest) -> None:
    _drop(connection)
    upgrade_within(connection, manifest.revision)
    with opened(file) as (archive, _):
        tables = {table.name: table for table in tables_there(connection)}
        for part in manifest.parts:
            _fill(connection, tables[part.table], archive, part)
    upgrade_within(connection)


def _drop(connection: Connection) -> None:
    """Of PostgreSQL's schema only what is ours: somebody may keep other tables beside it."""
    for table in reversed(tables_there(connection)):
        table.drop(connection)
    connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
    if connection.dialect.name != "sqlite":
        connection.execute(text("DROP FUNCTION IF EXISTS refuse_ledger_change()"))


def _fill(connection: Connection, table: Table, archive: ZipFile, part: Part) -> None:
    if table.name != ledger_entries.name:  # which refuses it, even if there is nothing to delete
        connection.execute(table.delete())  # rows that the migrations put there
    reading = {column.name: _reader(column.type) for column in table.columns}
    for column in table.columns:
        if isinstance(column.type, JSON):
            column.type.none_as_null = True
    for rows in _batches(rows_of(archive, part), at_once(table)):
        connection.execute(table.insert(), [{name: reading[name](row[name]) for name in row} for row in rows])
    _set_sequence(connection, table)


def _set_sequence(connection: Connection, table: Table) -> None:
    """PostgreSQL would give the numbers of restored rows out once more; SQLite looks at the rows."""
    [key, *more] = table.primary_key.columns
    if connection.dialect.name == "sqlite" or more or not isinstance(key.type, Integer):
        return
    named = {"table": table.name, "key": key.name}
    sequence = connection.execute(text("SELECT pg_get_serial_sequence(:table, :key)"), named).scalar_one()
    highest = connection.execute(select(func.max(key))).scalar_one()
    if sequence and highest:
        connection.execute(text("SELECT setval(:sequence, :highest)"), {"sequence": sequence, "highest": highest})


def _hold_mails(connection: Connection, at: datetime) -> int:
    waiting = update(mails).where(mails.c.sent_at.is_(None)).values(sent_at=at, error=HELD_BACK)
    return connection.execute(waiting).rowcount


def _has_rows(connection: Connection, table: Table) -> bool:
    return connection.execute(select(*table.primary_key.columns).limit(1)).first() is not None


def _batches(rows: Iterable[dict[str, Any]], most: int) -> Iterator[list[dict[str, Any]]]:
    source = iter(rows)
    while batch := list(islice(source, most)):
        yield batch


def _reader(kind: object) -> Callable[[Any], Any]:
    """From what JSON holds to what the column does."""
    if isinstance(kind, DateTime):
        return lambda value: value and datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return lambda value: value and date.fromisoformat(value)
    if isinstance(kind, LargeBinary):
        return b64decode
    return lambda value: value
