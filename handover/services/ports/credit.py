"""The store: credit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from handover.contract.events import CreditGranted
from handover.domain.agent import Sight
from handover.domain.credit import Spent, StoredDecision
from handover.domain.ledger import Entry
from handover.domain.policy import Cap, CountedOf, Reason


class CreditStore(Protocol):
    """Decisions, the ledger, the kill switch."""

    def lock_customer(self, customer_id: str) -> bool:
        """Nobody changes this customer until the unit ends. Answers whether credit is blocked for them."""

    def lock_ledger(self) -> bool:
        """One booking at a time in the whole shop: shop-wide caps and the hash chain need it.

        Answers whether the kill switch is pulled. Lock the conversation and the customer first.
        """

    def set_stopped(self, at: datetime, *, stopped: bool) -> None: ...
    def is_stopped(self) -> bool:
        """Whether the kill switch is pulled, as of now: to tell what would happen, never to book by."""

    def spent(
        self, cap: Cap, *, order_id: str | None, customer_id: str, granter: str, of: CountedOf, now: datetime
    ) -> Spent:
        """`granter`: `bot` or the id of an agent, for a cap per granter. Without an order, nothing of a cap per order."""

    def claimed_skus(self, order_id: str, reason: Reason) -> frozenset[str]:
        """Items of the order with a credit or an open proposal for another reason."""

    def reference_is_taken(self, reference: str) -> bool: ...
    def add(self, decision: StoredDecision) -> None: ...
    def close_proposal(self, decision: StoredDecision) -> None: ...
    def decision(self, decision_id: str) -> StoredDecision:
        """Raises `NotFound`."""

    def decision_for(self, key: str) -> StoredDecision | None: ...
    def decisions_of(self, customer_id: str) -> list[StoredDecision]:
        """Newest first."""

    def open_proposals(self, sight: Sight, limit: int) -> list[StoredDecision]:
        """Of conversations in sight, oldest first."""

    def open_count(self) -> int:
        """Proposals of all conversations."""

    def reversed_among(self, decision_ids: Sequence[str]) -> frozenset[str]:
        """Those of them that were booked back."""

    def last_hash(self) -> str: ...
    def book(self, entries: Sequence[Entry]) -> None: ...
    def entries(self, decision_id: str | None = None) -> list[Entry]:
        """In the order they were booked: of one decision, or all."""

    def booked_decisions(self) -> list[StoredDecision]:
        """Those that must have a booking: granted and approved ones."""

    def told(self) -> list[CreditGranted]:
        """What visitors were told of, in all conversations."""
