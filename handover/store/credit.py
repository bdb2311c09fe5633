"""Credit decisions, the ledger and the kill switch.

Ledger rows are only ever inserted; triggers of the first migration refuse everything else.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, false, func, insert, select, true, update

from handover.contract.events import CreditGranted
from handover.domain.credit import Spent, StoredDecision
from handover.domain.errors import NotFound
from handover.domain.ledger import GENESIS, Entry
from handover.domain.money import Money
from handover.domain.policy import Cap, CountedOf, Reason
from handover.domain.shop import household
from handover.store.sight import in_sight
from handover.store.tables import (
    conversations,
    credit_decisions,
    customers,
    events,
    invoices,
    ledger_entries,
    orders,
    subscriptions,
    switches,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from handover.domain.agent import Sight

STOPPED = "credit_stopped"
_SUBJECT = func.coalesce(orders.c.number, subscriptions.c.number, invoices.c.number).label("subject")
_DECISIONS = (
    select(credit_decisions, _SUBJECT)
    .outerjoin(orders, credit_decisions.c.order_id == orders.c.id)
    .outerjoin(subscriptions, credit_decisions.c.subscription_id == subscriptions.c.id)
    .outerjoin(invoices, credit_decisions.c.invoice_id == invoices.c.id)
)

_counted: dict[CountedOf, ColumnElement[bool]] = {
    "bot": credit_decisions.c.author == "bot",
    "staff": credit_decisions.c.author != "bot",
    "everybody": true(),
}


class SqlCreditStore:
    """See `ports.CreditStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock_customer(self, customer_id: str) -> bool:
        query = select(customers.c.blocked).where(customers.c.id == customer_id).with_for_update()
        return bool(self._connection.execute(query).scalar_one())

    def lock_ledger(self) -> bool:
        query = select(switches.c.on).where(switches.c.name == STOPPED).with_for_update()
        return bool(self._connection.execute(query).scalar_one())

    def is_stopped(self) -> bool:
        return bool(self._connection.execute(select(switches.c.on).where(switches.c.name == STOPPED)).scalar_one())

    def set_stopped(self, at: datetime, *, stopped: bool) -> None:
        self._connection.execute(update(switches).where(switches.c.name == STOPPED).values(on=stopped, changed_at=at))

    def spent(
        self, cap: Cap, *, order_id: str | None, customer_id: str, granter: str, of: CountedOf, now: datetime
    ) -> Spent:
        amount = credit_decisions.c.amount_cents
        query = select(func.count(), func.coalesce(func.sum(amount), 0)).where(
            credit_decisions.c.outcome == "granted", _counted[of], self._within(cap, order_id, customer_id, granter)
        )
        if cap.window:
            query = query.where(credit_decisions.c.created_at > now - cap.window)
        count, cents = self._connection.execute(query).one()
        return Spent(int(count), int(cents))

    def _within(self, cap: Cap, order_id: str | None, customer_id: str, granter: str) -> ColumnElement[bool]:
        match cap.per:
            case "order":
                return false() if order_id is None else credit_decisions.c.order_id == order_id
            case "customer":
                return credit_decisions.c.customer_id == customer_id
            case "household":
                return credit_decisions.c.customer_id.in_(self._household(customer_id))
            case "granter":
                return credit_decisions.c.author == granter
            case "shop":
                return true()

    def _household(self, customer_id: str) -> list[str]:
        """Everybody at the customer's address, however it is spelled; at least the customer."""
        columns = customers.c.id, customers.c.street, customers.c.postcode
        own = self._connection.execute(select(*columns).where(customers.c.id == customer_id)).one()
        neighbours = self._connection.execute(select(*columns).where(customers.c.postcode == own.postcode))
        home = household(own.street, own.postcode)
        same = {row.id for row in neighbours if home and household(row.street, row.postcode) == home}
        return sorted(same | {customer_id})

    def claimed_skus(self, order_id: str, reason: Reason) -> frozenset[str]:
        query = select(credit_decisions.c.item_sku).where(
            credit_decisions.c.order_id == order_id,
            credit_decisions.c.reason != reason,
            credit_decisions.c.item_sku.is_not(None),
            credit_decisions.c.outcome.in_(("granted", "proposed", "approved")),
        )
        return frozenset(self._connection.execute(query).scalars())

    def reference_is_taken(self, reference: str) -> bool:
        query = select(credit_decisions.c.id).where(credit_decisions.c.reference == reference)
        return self._connection.execute(query).first() is not None

    def add(self, decision: StoredDecision) -> None:
        self._connection.execute(insert(credit_decisions).values(**_columns(decision)))

    def close_proposal(self, decision: StoredDecision) -> None:
        changed = {"outcome", "reference", "decided_by", "note", "decided_at"}
        values = {name: value for name, value in _columns(decision).items() if name in changed}
        self._connection.execute(update(credit_decisions).where(credit_decisions.c.id == decision.id).values(**values))

    def decision(self, decision_id: str) -> StoredDecision:
        found = self._decisions(_DECISIONS.where(credit_decisions.c.id == decision_id))
        if not found:
            raise NotFound("There is no such credit decision.")
        return found[0]

    def decision_for(self, key: str) -> StoredDecision | None:
        found = self._decisions(_DECISIONS.where(credit_decisions.c.key == key))
        return found[0] if found else None

    def decisions_of(self, customer_id: str) -> list[StoredDecision]:
        newest_first = credit_decisions.c.created_at.desc(), credit_decisions.c.id
        return self._decisions(_DECISIONS.where(credit_decisions.c.customer_id == customer_id).order_by(*newest_first))

    def open_proposals(self, sight: Sight, limit: int) -> list[StoredDecision]:
        seen = _DECISIONS.join(conversations, credit_decisions.c.conversation_id == conversations.c.id).where(
            credit_decisions.c.outcome == "proposed", in_sight(sight)
        )
        return self._decisions(seen.order_by(credit_decisions.c.created_at, credit_decisions.c.id).limit(limit))

    def open_count(self) -> int:
        proposed = select(func.count()).where(credit_decisions.c.outcome == "proposed")
        return int(self._connection.execute(proposed).scalar_one())

    def reversed_among(self, decision_ids: Sequence[str]) -> frozenset[str]:
        back = select(ledger_entries.c.decision_id).where(
            ledger_entries.c.kind == "reversal", ledger_entries.c.decision_id.in_(decision_ids)
        )
        return frozenset(self._connection.execute(back).scalars()) if decision_ids else frozenset()

    def last_hash(self) -> str:
        newest = select(ledger_entries.c.hash).order_by(ledger_entries.c.id.desc()).limit(1)
        return self._connection.execute(newest).scalar_one_or_none() or GENESIS

    def book(self, entries: Sequence[Entry]) -> None:
        for entry in entries:  # one by one: the chain follows the ids
            self._connection.execute(insert(ledger_entries).values(**asdict(entry)))

    def entries(self, decision_id: str | None = None) -> list[Entry]:
        query = select(*(ledger_entries.c[name] for name in Entry.__slots__)).order_by(ledger_entries.c.id)
        if decision_id:
            query = query.where(ledger_entries.c.decision_id == decision_id)
        return [Entry(*row) for row in self._connection.execute(query)]

    def booked_decisions(self) -> list[StoredDecision]:
        return self._decisions(_DECISIONS.where(credit_decisions.c.outcome.in_(("granted", "approved"))))

    def told(self) -> list[CreditGranted]:
        rows = self._connection.execute(select(events.c.data).where(events.c.type == "credit.granted"))
        return [CreditGranted(**row.data) for row in rows]

    def _decisions(self, query: Select[Any]) -> list[StoredDecision]:
        return [_decision(row) for row in self._connection.execute(query).mappings()]


def _columns(decision: StoredDecision) -> dict[str, Any]:
    values = asdict(decision)
    del values["subject"], values["amount"]
    return {**values, "amount_cents": decision.amount.cents, "currency": decision.amount.currency}


def _decision(row: RowMapping) -> StoredDecision:
    fields = dict(row)
    amount = Money(fields.pop("amount_cents"), fields.pop("currency"))
    return StoredDecision(**fields, amount=amount)
