"""Leases as rows: a name, who holds it, and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, or_

from handover.store.tables import leases
from handover.store.upserts import insert_into

if TYPE_CHECKING:
    from datetime import datetime


class SqlLeaseStore:
    """See `ports.LeaseStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        row = {"holder": holder, "until": until}
        taken = insert_into(self._connection, leases).values(name=name, **row)
        free = or_(leases.c.holder == holder, leases.c.until <= now)
        renewed = taken.on_conflict_do_update(index_elements=["name"], set_=row, where=free)
        return self._connection.execute(renewed.returning(leases.c.name)).first() is not None

    def give_back(self, holder: str, name: str | None = None) -> None:
        held = delete(leases).where(leases.c.holder == holder)
        self._connection.execute(held if name is None else held.where(leases.c.name == name))
