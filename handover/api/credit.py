"""Credit proposals, decided by a person; credits, booked back by a supervisor."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from handover.api.dependencies import DecidesCredit, ReversesCredit, TheDesk
from handover.contract.base import Wire
from handover.contract.dossier import CreditDecisionView
from handover.services.credit_views import decision_view

router = APIRouter(prefix="/api/credit")


class Verdict(Wire):
    note: str = Field(default="", max_length=1000)


class Decided(Wire):
    decision: CreditDecisionView


@router.post("/{decision_id}/approve")
def approve(decision_id: str, body: Verdict, agent: DecidesCredit, desk: TheDesk) -> Decided:
    return Decided(decision=decision_view(desk.credits.approve(agent, decision_id, body.note)))


@router.post("/{decision_id}/reject")
def reject(decision_id: str, body: Verdict, agent: DecidesCredit, desk: TheDesk) -> Decided:
    return Decided(decision=decision_view(desk.credits.reject(agent, decision_id, body.note)))


class Reversal(Wire):
    note: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=1000)]
    """Why; it stays in the customer's timeline."""


@router.post("/{decision_id}/reverse")
def reverse(decision_id: str, body: Reversal, agent: ReversesCredit, desk: TheDesk) -> Decided:
    return Decided(decision=decision_view(desk.credits.reverse(agent, decision_id, body.note)))
