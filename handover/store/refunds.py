"""Goods and money on their way back."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import Connection, delete, insert, select

from handover.domain.shop import Refund, Return
from handover.store.tables import refunds, returns


class SqlRefundStore:
    """See `ports.RefundStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def refunds_of(self, customer_id: str) -> list[Refund]:
        found = select(refunds).where(refunds.c.customer_id == customer_id)
        newest_first = refunds.c.created_at.desc(), refunds.c.reference.desc()
        return [Refund(**row) for row in self._connection.execute(found.order_by(*newest_first)).mappings()]

    def add_refund(self, refund: Refund) -> None:
        self._connection.execute(insert(refunds).values(**asdict(refund)))

    def drop_refund(self, reference: str) -> None:
        self._connection.execute(delete(refunds).where(refunds.c.reference == reference))

    def returns_of(self, customer_id: str) -> list[Return]:
        found = select(returns).where(returns.c.customer_id == customer_id)
        newest_first = returns.c.created_at.desc(), returns.c.number.desc()
        rows = self._connection.execute(found.order_by(*newest_first)).mappings()
        return [Return(**{**row, "items": _items(row["items"])}) for row in rows]

    def add_return(self, sent_back: Return) -> None:
        items = [{"sku": sku, "quantity": quantity} for sku, quantity in sent_back.items]
        self._connection.execute(insert(returns).values(**{**asdict(sent_back), "items": items}))

    def drop_return(self, number: str) -> None:
        self._connection.execute(delete(returns).where(returns.c.number == number))


def _items(rows: list[dict[str, str | int]]) -> tuple[tuple[str, int], ...]:
    return tuple((str(row["sku"]), int(row["quantity"])) for row in rows)
