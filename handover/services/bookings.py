"""What every credit has in common: the locks, the two ledger entries, the reference, and who is told.

Locks are taken in one order (conversation, customer, ledger), so that no two units ever wait for each other.
"""

from __future__ import annotations

import secrets
from typing import NamedTuple

from handover.contract.base import Actor
from handover.contract.events import CreditGranted, CreditProposalDecided, CreditProposed, CreditRefused
from handover.domain import ledger
from handover.domain.agent import Agent
from handover.domain.credit import StoredDecision
from handover.domain.errors import Conflict
from handover.services.ports import UnitOfWork
from handover.services.steps import acting
from handover.services.tokens import new_id

REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without what is easily misread: 0 O, 1 I L, U."""


class Locked(NamedTuple):
    """What was read under the locks, and so stays true until the commit."""

    blocked: bool
    stopped: bool


def lock(unit: UnitOfWork, customer_id: str) -> Locked:
    blocked = unit.credits.lock_customer(customer_id)
    return Locked(blocked, unit.credits.lock_ledger())


def open_proposal(unit: UnitOfWork, decision_id: str) -> tuple[StoredDecision, Locked]:
    """The proposal, locked. Raises `NotFound`, or `Conflict` if it was decided already."""
    seen = unit.credits.decision(decision_id)
    if seen.conversation_id:
        unit.conversations.locked(seen.conversation_id)
    locked = lock(unit, seen.customer_id)
    proposal = unit.credits.decision(decision_id)  # again: now nobody else can decide it
    if proposal.outcome != "proposed":
        raise Conflict("This proposal was decided already.", outcome=proposal.outcome)
    return proposal, locked


def book(unit: UnitOfWork, decision: StoredDecision, kind: ledger.Kind) -> None:
    unit.credits.book(
        ledger.booking(
            booking_id=new_id(),
            decision_id=decision.id,
            customer_id=decision.customer_id,
            amount=decision.amount,
            kind=kind,
            at=unit.now,
            previous_hash=unit.credits.last_hash(),
        )
    )


def new_reference(unit: UnitOfWork) -> str:
    """What the visitor can name later, like `G-7K3Q9M`."""
    while True:
        reference = "G-" + "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(6))
        if not unit.credits.reference_is_taken(reference):
            return reference


def tell_granted(unit: UnitOfWork, decision: StoredDecision, actor: Actor) -> None:
    if decision.reference is None:
        raise ValueError("a granted credit has a reference")
    told = CreditGranted(
        reference=decision.reference,
        amount_cents=decision.amount.cents,
        currency=decision.amount.currency,
        reason=decision.reason,
        subject=decision.subject,
    )
    unit.append(_conversation_of(decision), actor, told)


def tell_proposed(unit: UnitOfWork, decision: StoredDecision, actor: Actor) -> None:
    told = CreditProposed(
        decision_id=decision.id,
        amount_cents=decision.amount.cents,
        currency=decision.amount.currency,
        reason=decision.reason,
        subject=decision.subject,
        because=decision.because,
    )
    unit.append(_conversation_of(decision), actor, told)


def tell_refused(unit: UnitOfWork, decision: StoredDecision, actor: Actor) -> None:
    told = CreditRefused(
        decision_id=decision.id,
        reason=decision.reason,
        subject=decision.subject,
        because=decision.because,
    )
    unit.append(_conversation_of(decision), actor, told)


def tell_decided(unit: UnitOfWork, decision: StoredDecision, agent: Agent) -> None:
    approved = decision.outcome == "approved"
    told = CreditProposalDecided(decision_id=decision.id, approved=approved, note=decision.note or "")
    unit.append(_conversation_of(decision), acting(agent), told)


def _conversation_of(decision: StoredDecision) -> str:
    if decision.conversation_id is None:
        raise ValueError("a credit is told in the conversation it was claimed in")
    return decision.conversation_id
