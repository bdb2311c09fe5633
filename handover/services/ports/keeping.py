"""The store: how long things are kept, and who was erased."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, Protocol

from handover.domain.retention import Kept


class RetentionStore(Protocol):
    """Deletes what was kept long enough. `before`: whatever has been at rest since then."""

    def count(self, kept: Kept, before: datetime) -> int:
        """Conversations or rows that are due."""

    def take(self, kept: Kept, before: datetime, limit: int) -> list[str]:
        """Conversations that are due, the oldest first; nobody else changes them until this unit ends."""

    def delete_rows(self, kept: Kept, before: datetime, limit: int) -> int:
        """Of a class that is no part of a conversation; answers how many."""

    def forget(self, conversation_id: str, number: int) -> None:
        """Delete the log before event `number` and all that belongs to it, but for the cards of granted credits."""

    def empty(self, conversation_id: str) -> None:
        """Delete what the bot understood; that it read a message stays, so that the numbers have no gaps."""

    def drop(self, conversation_id: str) -> None:
        """Delete a forgotten conversation altogether; the books must not need it."""


class Erasure(NamedTuple):
    """That somebody was erased, told without a name: only who holds a customer's id can find theirs."""

    hash: str
    """HMAC-SHA256 of the customer's id."""
    key: str
    """Of this one entry, so that two entries cannot be compared."""
    at: datetime


class ErasureJournal(Protocol):
    """The erasures once more, outside the database, so that a restored backup can be held against them."""

    def add(self, erasure: Erasure) -> None:
        """Written through to the disk before this returns."""

    def all(self) -> list[Erasure]: ...


class ErasureStore(Protocol):
    """Takes a person out of every table, and remembers that it was done."""

    def find(self, wanted: str) -> list[str]:
        """Ids of customers with this number, id or mail address."""

    def known_before(self, at: datetime) -> list[str]:
        """Ids of all customers that were there at this time."""

    def conversations_of(self, customer_id: str) -> list[str]: ...
    def erase(self, customer_id: str, number: str) -> dict[str, int]:
        """Everything but the log of their conversations; `number` takes the place of theirs. Rows touched, by table."""

    def note(self, erasure: Erasure) -> None:
        """Nothing happens if it stands there already."""

    def noted(self) -> list[Erasure]: ...
