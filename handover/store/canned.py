"""Canned answers, personal and shared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from handover.domain.errors import NotFound
from handover.services.ports import KeptAnswer
from handover.store.tables import canned_answers

if TYPE_CHECKING:
    from datetime import datetime

_FIELDS = [canned_answers.c[name] for name in KeptAnswer._fields]
_owner, _deleted = canned_answers.c.agent_id, canned_answers.c.deleted_at


class SqlCannedStore:
    """See `ports.CannedStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, answer: KeptAnswer) -> None:
        self._connection.execute(insert(canned_answers).values(**answer._asdict()))

    def get(self, answer_id: str) -> KeptAnswer:
        row = self._connection.execute(select(*_FIELDS).where(canned_answers.c.id == answer_id)).one_or_none()
        if row is None:
            raise NotFound("There is no such canned answer.")
        return KeptAnswer(*row)

    def listed(self, agent_id: str) -> list[KeptAnswer]:
        theirs = select(*_FIELDS).where(or_(_owner == agent_id, _owner.is_(None)), _deleted.is_(None))
        by_name = theirs.order_by(func.lower(canned_answers.c.name), canned_answers.c.id)
        return [KeptAnswer(*row) for row in self._connection.execute(by_name)]

    def count(self, agent_id: str | None) -> int:
        whose = _owner.is_(None) if agent_id is None else _owner == agent_id
        counted = select(func.count()).select_from(canned_answers).where(whose, _deleted.is_(None))
        return int(self._connection.execute(counted).scalar_one())

    def save(self, answer: KeptAnswer, version: int) -> bool:
        this = (canned_answers.c.id == answer.id, canned_answers.c.version == version)
        saved = self._connection.execute(update(canned_answers).where(*this).values(**answer._asdict()))
        return saved.rowcount == 1

    def delete_old(self, before: datetime) -> None:
        self._connection.execute(delete(canned_answers).where(_deleted < before))
