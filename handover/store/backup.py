"""A backup: one file that any database can be made from again, SQLite or PostgreSQL, whichever it was taken from.

A zip with `manifest.json` (format, revision of the tables, time, and of each table its rows and the sha256 of its part) and
one part a table, `tables/NAME.jsonl`: a row a line, times in UTC, bytes in base64. It is read in one transaction, so it shows one
moment of a house that goes on working, and row by row, so it needs no more memory for a large one.
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from pydantic import BaseModel, ValidationError
from sqlalchemy import Connection, Engine, LargeBinary, MetaData, Table, select

from handover.domain.errors import Conflict, InvalidInput
from handover.store import migrate, personal_data
from handover.store.engine import open_connection
from handover.store.tables import metadata

FORMAT = 1
MANIFEST = "manifest.json"
AT_ONCE = 500
"""Rows in memory; one, if a row may hold a whole file."""


class Part(BaseModel):
    """One table."""

    table: str
    rows: int
    sha256: str

    @property
    def name(self) -> str:
        return f"tables/{self.table}.jsonl"


class Manifest(BaseModel):
    format: int
    revision: str
    made_at: datetime
    parts: list[Part]

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.parts)


def write_backup(engine: Engine, file: Path) -> Manifest:
    """Readable by its owner alone, and whole or not there. Raises `Conflict` if the file exists or there are no tables."""
    if file.exists():
        raise Conflict(f"{file} exists already; nothing was written.")
    with _draft(file) as draft, ZipFile(draft, "w", ZIP_DEFLATED) as archive:
        with open_connection(engine, write=False) as connection, connection.begin():
            revision = migrate.revision_of(connection)
            if revision is None:
                raise Conflict("This database has no tables of Kulanz.")
            parts = [_write_table(archive, connection, table) for table in _saved(connection)]
        manifest = Manifest(format=FORMAT, revision=revision, made_at=datetime.now(UTC), parts=parts)
        archive.writestr(MANIFEST, manifest.model_dump_json(indent=1))
    return manifest


def verify(file: Path) -> Manifest:
    """Reads all of it. Raises `InvalidInput`, in one sentence, if it is not exactly what was written."""
    with opened(file) as (archive, manifest):
        if {part.name for part in manifest.parts} | {MANIFEST} != set(archive.namelist()):
            raise InvalidInput(f"{file.name} is damaged: its parts are not those it tells of.")
        for part in manifest.parts:
            seen = _Sums()
            with archive.open(part.name) as lines:
                seen.add(lines)
            if (seen.rows, seen.sha256) != (part.rows, part.sha256):
                raise InvalidInput(f"{file.name} is damaged: {part.table} is not what was written.")
    return manifest


@contextmanager
def opened(file: Path) -> Iterator[tuple[ZipFile, Manifest]]:
    """Raises `InvalidInput` for anything that is no backup, or one of a format of tomorrow."""
    try:
        with ZipFile(file) as archive:
            manifest = Manifest.model_validate_json(archive.read(MANIFEST))
            if manifest.format != FORMAT:
                raise InvalidInput(f"{file.name} was written by a newer version of Kulanz; update first.")
            yield archive, manifest
    except (OSError, EOFError, BadZipFile, KeyError, ValidationError, zlib.error) as error:
        raise InvalidInput(f"{file.name} is no backup, or a damaged one: {error}") from None


def rows_of(archive: ZipFile, part: Part) -> Iterator[dict[str, Any]]:
    with archive.open(part.name) as lines:
        yield from map(json.loads, lines)


def tables_there(connection: Connection) -> list[Table]:
    """Ours, as they are in this database, which may be of an older revision; in an order that rows can be written in."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name in metadata.tables)
    return found.sorted_tables


def at_once(table: Table) -> int:
    return 1 if any(isinstance(column.type, LargeBinary) for column in table.columns) else AT_ONCE


class _Sums:
    """Counts and sums up lines."""

    def __init__(self) -> None:
        self.rows, self._hash = 0, hashlib.sha256()

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def add(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            self.rows += 1
            self._hash.update(line)


def _saved(connection: Connection) -> list[Table]:
    passing = {table.name for table in personal_data.PASSING}
    return [table for table in tables_there(connection) if table.name not in passing]


def _write_table(archive: ZipFile, connection: Connection, table: Table) -> Part:
    seen = _Sums()
    query = select(table).order_by(*table.primary_key.columns)
    rows = connection.execute(query, execution_options={"yield_per": at_once(table)}).mappings()
    with archive.open(Part(table=table.name, rows=0, sha256="").name, "w", force_zip64=True) as part:
        for row in rows:
            line = json.dumps(dict(row), default=_plain, separators=(",", ":")).encode() + b"\n"
            seen.add([line])
            part.write(line)
    return Part(table=table.name, rows=seen.rows, sha256=seen.sha256)


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} has no place in a backup")


@contextmanager
def _draft(file: Path) -> Iterator[IO[bytes]]:
    """Written beside its place, through to the disk, and put there only when it is whole."""
    path = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as draft:
            yield draft
            draft.flush()
            os.fsync(draft.fileno())
        path.rename(file)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    _sync_folder(file.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
