"""The ledger: double entry, append-only, hash-chained. Mistakes are booked back, never edited.

Each entry's hash is the sha256 of this JSON (keys sorted, no blanks, ASCII), which holds the hash of the entry before:
`{"account", "amount_cents", "at", "booking", "currency", "decision_id", "kind", "previous_hash"}`, `at` being ISO 8601
in UTC with microseconds. The first entry follows `GENESIS`.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from handover.domain.money import Money

GENESIS = "0" * 64
GOODWILL = "goodwill"
"""The shop's account that every credit is taken from."""
Kind = Literal["credit", "reversal"]


@dataclass(frozen=True, slots=True)
class Entry:
    booking: str
    decision_id: str
    account: str
    amount_cents: int
    currency: str
    kind: Kind
    at: datetime
    previous_hash: str
    hash: str = ""

    def computed_hash(self) -> str:
        fields = {
            "account": self.account,
            "amount_cents": self.amount_cents,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "booking": self.booking,
            "currency": self.currency,
            "decision_id": self.decision_id,
            "kind": self.kind,
            "previous_hash": self.previous_hash,
        }
        return hashlib.sha256(json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def booking(
    *, booking_id: str, decision_id: str, customer_id: str, amount: Money, kind: Kind, at: datetime, previous_hash: str
) -> tuple[Entry, Entry]:
    """The two entries of one credit (goodwill -x, customer +x) or of its reversal, chained after `previous_hash`."""
    moved = amount if kind == "credit" else -amount

    def entry(account: str, change: Money, after: str) -> Entry:
        plain = Entry(booking_id, decision_id, account, change.cents, change.currency, kind, at, after)
        return Entry(
            booking_id, decision_id, account, change.cents, change.currency, kind, at, after, plain.computed_hash()
        )

    from_goodwill = entry(GOODWILL, -moved, previous_hash)
    return from_goodwill, entry(f"customer:{customer_id}", moved, from_goodwill.hash)


def problems(entries: Iterable[Entry]) -> list[str]:
    """What is wrong with the books, in plain sentences; entries in the order they were booked."""
    return [*_chain_problems(entries := list(entries)), *_balance_problems(entries)]


def _chain_problems(entries: list[Entry]) -> list[str]:
    found, previous = [], GENESIS
    for place, entry in enumerate(entries, start=1):
        if entry.previous_hash != previous:
            found.append(f"Entry {place} does not follow the entry before it.")
        if entry.hash != entry.computed_hash():
            found.append(f"Entry {place} was changed after it was booked.")
        previous = entry.hash
    return found


def _balance_problems(entries: list[Entry]) -> list[str]:
    sums: Counter[tuple[str, str]] = Counter()
    sizes: dict[str, int] = defaultdict(int)
    for entry in entries:
        sums[entry.booking, entry.currency] += entry.amount_cents
        sizes[entry.booking] += 1
    found = [f"Booking {name} does not add up to zero {currency}." for (name, currency), total in sums.items() if total]
    return found + [f"Booking {name} has {size} entries instead of two." for name, size in sizes.items() if size != 2]
