"""Checks that decisions, ledger and the visitors' cards tell the same story."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from handover.contract.events import CreditGranted
from handover.domain.credit import StoredDecision
from handover.domain.ledger import Entry

_Booked = tuple[str, str, int, str]
"""Decision, account, cents, currency."""
_Told = tuple[str, int, str]
"""Reference, cents, currency."""


def unmatched(
    decisions: Iterable[StoredDecision], entries: Iterable[Entry], told: Iterable[CreditGranted]
) -> list[str]:
    """One sentence for every credit without its booking or card, and for every booking or card without its credit."""
    decisions = list(decisions)
    due = Counter(_due(decision) for decision in decisions)
    booked = Counter(_booked(entry) for entry in entries if entry.account.startswith("customer:"))
    granted = Counter({key: count for (kind, key), count in booked.items() if kind == "credit"})
    reversals = Counter({key: count for (kind, key), count in booked.items() if kind == "reversal"})
    owed = Counter(_card(decision) for decision in decisions)
    cards = Counter((card.reference, card.amount_cents, card.currency) for card in told)
    return [
        *(f"Credit {decision} has no booking of {cents} {currency}." for decision, _, cents, currency in due - granted),
        *(
            f"A booking of {cents} {currency} has no credit {decision}."
            for decision, _, cents, currency in granted - due
        ),
        *(f"A booking back of credit {decision} has no credit." for decision, *_ in reversals - granted),
        *(f"The visitor was never told of credit {reference}." for reference, *_ in owed - cards),
        *(f"The visitor was told of credit {reference}, which does not exist." for reference, *_ in cards - owed),
    ]


def _due(decision: StoredDecision) -> _Booked:
    amount = decision.amount
    return decision.id, f"customer:{decision.customer_id}", amount.cents, amount.currency


def _booked(entry: Entry) -> tuple[str, _Booked]:
    cents = entry.amount_cents if entry.kind == "credit" else -entry.amount_cents
    return entry.kind, (entry.decision_id, entry.account, cents, entry.currency)


def _card(decision: StoredDecision) -> _Told:
    return decision.reference or "", decision.amount.cents, decision.amount.currency
