"""Decided claims as the desk shows them: with the people behind them, and what else the customer was given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from handover.contract.dossier import CreditDecisionView, CreditHistory
from handover.domain.credit import StoredDecision
from handover.services.ports import UnitOfWork

REMEMBERED = timedelta(days=365)
"""For so long a credit counts in the history beside a proposal."""


def credit_views(unit: UnitOfWork, decisions: Sequence[StoredDecision]) -> tuple[CreditDecisionView, ...]:
    """In their order. Whatever is told beside them is read once, however many there are."""
    names = _names(unit, decisions)
    reversed_ones = unit.credits.reversed_among([one.id for one in decisions if one.reference])
    customers = {one.customer_id for one in decisions if one.outcome == "proposed"}
    granted = {each: unit.credits.decisions_of(each) for each in customers}
    return tuple(
        decision_view(one).model_copy(
            update={
                "author_name": names.get(one.author),
                "decided_by_name": names.get(one.decided_by or ""),
                "is_reversed": one.id in reversed_ones,
                "history": _history(one, granted[one.customer_id]) if one.outcome == "proposed" else None,
            }
        )
        for one in decisions
    )


def decision_view(decision: StoredDecision) -> CreditDecisionView:
    return CreditDecisionView(
        id=decision.id,
        conversation_id=decision.conversation_id,
        outcome=decision.outcome,
        reason=decision.reason,
        subject=decision.subject,
        item_sku=decision.item_sku,
        amount_cents=decision.amount.cents,
        currency=decision.amount.currency,
        because=decision.because,
        policy_version=decision.policy_version,
        inputs=dict(decision.inputs),
        reference=decision.reference,
        author=decision.author,
        decided_by=decision.decided_by,
        note=decision.note,
        created_at=decision.created_at,
        decided_at=decision.decided_at,
    )


def _names(unit: UnitOfWork, decisions: Iterable[StoredDecision]) -> Mapping[str, str]:
    people = {who for one in decisions for who in (one.author, one.decided_by) if who and who != "bot"}
    if not people:
        return {}
    return {account.agent.id: account.agent.name for account in unit.agents.accounts() if account.agent.id in people}


def _history(proposal: StoredDecision, decisions: Iterable[StoredDecision]) -> CreditHistory:
    booked = [
        one
        for one in decisions
        if one.outcome in ("granted", "approved")
        and one.amount.currency == proposal.amount.currency
        and proposal.created_at - REMEMBERED < one.created_at <= proposal.created_at
    ]
    return CreditHistory(credits=len(booked), cents=sum(one.amount.cents for one in booked))
