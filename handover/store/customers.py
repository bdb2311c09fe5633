"""Customer records, their identities, and their one timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, select, update

from handover.domain.errors import NotFound
from handover.services.ports import CustomerFound
from handover.store.tables import customer_events, customers, identities

if TYPE_CHECKING:
    from datetime import datetime


class SqlCustomerStore:
    """See `ports.CustomerStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find_by_email(self, email: str) -> CustomerFound | None:
        row = self._connection.execute(
            select(identities.c.customer_id, identities.c.id, customers.c.name)
            .join(customers)
            .where(identities.c.kind == "email", identities.c.value == email)
        ).one_or_none()
        return CustomerFound(*row) if row else None

    def name_of(self, customer_id: str) -> str:
        name = self._connection.execute(
            select(customers.c.name).where(customers.c.id == customer_id)
        ).scalar_one_or_none()
        if name is None:
            raise NotFound("There is no such customer.")
        return str(name)

    def prove_identity(self, identity_id: str, trust: str, at: datetime) -> None:
        self._connection.execute(
            update(identities).where(identities.c.id == identity_id).values(trust=trust, proven_at=at)
        )

    def add_event(self, customer_id: str, type_: str, data: dict[str, object], at: datetime) -> None:
        self._connection.execute(insert(customer_events).values(customer_id=customer_id, type=type_, data=data, at=at))
