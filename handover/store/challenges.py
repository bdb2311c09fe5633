"""Codes sent by mail to prove an identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, insert, select, update

from handover.services.ports import Challenge
from handover.store.tables import challenges

if TYPE_CHECKING:
    from datetime import datetime

_FIELDS = [challenges.c[name] for name in Challenge._fields]


class SqlChallengeStore:
    """See `ports.ChallengeStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, challenge: Challenge) -> None:
        self._connection.execute(insert(challenges).values(**challenge._asdict()))

    def open_one(self, conversation_id: str) -> Challenge | None:
        query = select(*_FIELDS).where(challenges.c.conversation_id == conversation_id, challenges.c.ended_at.is_(None))
        row = self._connection.execute(query).one_or_none()
        return Challenge(*row) if row else None

    def set_tries(self, challenge_id: str, tries_left: int) -> None:
        self._connection.execute(
            update(challenges).where(challenges.c.id == challenge_id).values(tries_left=tries_left)
        )

    def end_open(self, conversation_id: str, at: datetime) -> None:
        self._connection.execute(
            update(challenges)
            .where(challenges.c.conversation_id == conversation_id, challenges.c.ended_at.is_(None))
            .values(ended_at=at)
        )

    def asked_since(self, conversation_id: str, since: datetime) -> int:
        asked = select(func.count()).where(
            challenges.c.conversation_id == conversation_id, challenges.c.created_at > since
        )
        return self._connection.execute(asked).scalar_one()

    def sent_since(self, customer_id: str, since: datetime) -> int:
        sent = select(func.count()).where(challenges.c.customer_id == customer_id, challenges.c.created_at > since)
        return self._connection.execute(sent).scalar_one()
