"""Files that visitors and agents send each other, bytes and all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, insert, or_, select, update

from handover.contract.events import FileRef
from handover.services.ports import KeptFile, NewFile, SentFile
from handover.store.tables import files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_ABOUT = [column for column in files.c if column is not files.c.content]
"""All but the bytes, which nobody reads who does not want them."""


class SqlFileStore:
    """See `ports.FileStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, conversation_id: str, file: NewFile, at: datetime) -> None:
        row = file.ref.model_dump() | {"agent_id": file.agent_id, "content": file.content}
        self._connection.execute(insert(files).values(**row, conversation_id=conversation_id, created_at=at))

    def bytes_in(self, conversation_id: str) -> int:
        held = select(func.coalesce(func.sum(files.c.size), 0)).where(files.c.conversation_id == conversation_id)
        return int(self._connection.execute(held).scalar_one())

    def unsent(self, conversation_id: str, agent_id: str | None, file_ids: Sequence[str]) -> dict[str, FileRef]:
        theirs = _of(conversation_id, files.c.id.in_(file_ids), _by(agent_id), files.c.message_number.is_(None))
        return {row.id: _ref(row) for row in self._connection.execute(select(*_ABOUT).where(theirs))}

    def mark_sent(self, conversation_id: str, file_ids: Sequence[str], number: int) -> None:
        sent = _of(conversation_id, files.c.id.in_(file_ids))
        self._connection.execute(update(files).where(sent).values(message_number=number))

    def read(self, conversation_id: str, agent_id: str | None, file_id: str) -> KeptFile | None:
        seen = _of(conversation_id, files.c.id == file_id, or_(files.c.message_number.is_not(None), _by(agent_id)))
        row = self._connection.execute(select(files).where(seen)).one_or_none()
        return KeptFile(_ref(row), bytes(row.content)) if row else None

    def sent_in(self, conversation_id: str) -> list[SentFile]:
        sent = _of(conversation_id, files.c.message_number.is_not(None))
        rows = self._connection.execute(select(*_ABOUT).where(sent).order_by(files.c.message_number, files.c.id))
        return [SentFile(_ref(row), row.message_number, row.agent_id is None) for row in rows]

    def delete_unsent(self, before: datetime, limit: int) -> int:
        old = select(files.c.id).where(files.c.message_number.is_(None), files.c.created_at < before).limit(limit)
        return self._connection.execute(delete(files).where(files.c.id.in_(old))).rowcount


def _of(conversation_id: str, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(files.c.conversation_id == conversation_id, *more)


def _by(agent_id: str | None) -> ColumnElement[bool]:
    """Uploaded by this agent; by the visitor, if none."""
    return files.c.agent_id.is_(None) if agent_id is None else files.c.agent_id == agent_id


def _ref(row: Row[tuple[object, ...]]) -> FileRef:
    return FileRef(**{name: getattr(row, name) for name in FileRef.model_fields})
