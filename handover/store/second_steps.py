"""Authenticator apps and recovery codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, func, insert, select, update

from handover.store.tables import recovery_codes, second_steps
from handover.store.upserts import insert_into

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


class SqlSecondStepStore:
    """See `ports.SecondStepStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, agent_id: str, sealed: str, at: datetime) -> None:
        new = insert_into(self._connection, second_steps).values(
            agent_id=agent_id, secret=sealed, begun_at=at, last_step=0
        )
        again = {"secret": sealed, "begun_at": at, "last_step": 0}
        never_confirmed = second_steps.c.confirmed_at.is_(None)
        self._connection.execute(
            new.on_conflict_do_update(index_elements=["agent_id"], set_=again, where=never_confirmed)
        )

    def sealed(self, agent_id: str) -> str | None:
        query = select(second_steps.c.secret).where(second_steps.c.agent_id == agent_id)
        return self._connection.execute(query).scalar_one_or_none()

    def is_on(self, agent_id: str) -> bool:
        query = select(second_steps.c.confirmed_at).where(second_steps.c.agent_id == agent_id)
        return self._connection.execute(query).scalar_one_or_none() is not None

    def on_since(self) -> dict[str, datetime]:
        query = select(second_steps.c.agent_id, second_steps.c.confirmed_at)
        rows = self._connection.execute(query.where(second_steps.c.confirmed_at.is_not(None)))
        return {row.agent_id: row.confirmed_at for row in rows}

    def confirm(self, agent_id: str, at: datetime) -> None:
        self._connection.execute(
            update(second_steps).where(second_steps.c.agent_id == agent_id).values(confirmed_at=at)
        )

    def use_step(self, agent_id: str, step: int) -> bool:
        unused = update(second_steps).where(second_steps.c.agent_id == agent_id, second_steps.c.last_step < step)
        return self._connection.execute(unused.values(last_step=step)).rowcount == 1

    def remove(self, agent_id: str) -> None:
        self._connection.execute(delete(second_steps).where(second_steps.c.agent_id == agent_id))
        self.set_recovery_codes(agent_id, ())

    def set_recovery_codes(self, agent_id: str, hashes: Sequence[str]) -> None:
        self._connection.execute(delete(recovery_codes).where(recovery_codes.c.agent_id == agent_id))
        if hashes:
            self._connection.execute(
                insert(recovery_codes), [{"agent_id": agent_id, "code_hash": one} for one in hashes]
            )

    def use_recovery_code(self, agent_id: str, code_hash: str) -> bool:
        known = delete(recovery_codes).where(
            recovery_codes.c.agent_id == agent_id, recovery_codes.c.code_hash == code_hash
        )
        return self._connection.execute(known).rowcount == 1

    def recovery_codes_left(self, agent_id: str) -> int:
        query = select(func.count()).where(recovery_codes.c.agent_id == agent_id)
        return self._connection.execute(query).scalar_one()
