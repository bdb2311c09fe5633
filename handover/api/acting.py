"""What agents do for the customer they serve: the account to read, requests, credit, and the question who writes."""

from __future__ import annotations

from fastapi import APIRouter

from handover.api.conversations import Changed, changed
from handover.api.dependencies import ActsForCustomers, Reads, Serves, TheDesk
from handover.contract.acting import CreditWished, Owned, RequestWished
from handover.contract.base import Language
from handover.contract.selfservice import AccountFound, ServiceAnswered
from handover.contract.turns import CreditDecided

router = APIRouter(prefix="/api/conversations")


@router.get("/{conversation_id}/account")
def account(conversation_id: str, agent: Reads, desk: TheDesk, language: Language | None = None) -> AccountFound:
    """`language`: of the page, where it is not the agent's own."""
    return desk.account.find_for(agent, conversation_id, language or agent.language)


@router.post("/{conversation_id}/requests")
def act_for_customer(
    conversation_id: str, body: RequestWished, agent: ActsForCustomers, desk: TheDesk
) -> ServiceAnswered:
    return desk.selfservice.ask_for(agent, conversation_id, body)


@router.post("/{conversation_id}/credit")
def grant_credit(conversation_id: str, body: CreditWished, agent: ActsForCustomers, desk: TheDesk) -> CreditDecided:
    return desk.credits.grant(agent, conversation_id, body)


@router.post("/{conversation_id}/identity")
def ask_for_proof(conversation_id: str, body: Owned, agent: Serves, desk: TheDesk) -> Changed:
    return changed(desk, desk.identities.ask_for_proof(agent, conversation_id, **body.model_dump()))
