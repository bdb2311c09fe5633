"""The queue: who waits, who is asked, who is there; and the agent's answer to it."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import Field

from handover.api.conversations import Changed, changed, with_presence
from handover.api.dependencies import Reads, Serves, TheDesk
from handover.api.sessions import Me, me
from handover.contract.base import Wire
from handover.contract.routing import AgentStatus, QueueView, RoutingView

router = APIRouter(prefix="/api")


class NewStatus(Wire):
    status: AgentStatus


class Answered(Wire):
    offer_id: str = Field(max_length=40)


class Declined(Answered):
    reason: str = Field(default="", max_length=200)


class Settled(Wire):
    outcome: Literal["reached", "not_reached", "not_needed"]


@router.get("/queue")
def queue(agent: Reads, desk: TheDesk) -> QueueView:
    view = desk.queue.view(agent)
    shown = (case.model_copy(update={"summary": with_presence(desk, case.summary)}) for case in view.waiting)
    return view.model_copy(update={"waiting": tuple(shown)})


@router.put("/me/status")
def set_status(body: NewStatus, agent: Serves, desk: TheDesk) -> Me:
    desk.staff.set_status(agent, body.status)
    return me(agent, desk)


@router.get("/conversations/{conversation_id}/routing")
def routing(conversation_id: str, agent: Reads, desk: TheDesk) -> RoutingView:
    return desk.offers.routing(agent, conversation_id)


@router.post("/conversations/{conversation_id}/offer/accept")
def accept(conversation_id: str, body: Answered, agent: Serves, desk: TheDesk) -> Changed:
    return changed(desk, desk.offers.accept(agent, conversation_id, body.offer_id))


@router.post("/conversations/{conversation_id}/offer/decline", status_code=204)
def decline(conversation_id: str, body: Declined, agent: Serves, desk: TheDesk) -> None:
    desk.offers.decline(agent, conversation_id, body.offer_id, body.reason)


@router.post("/conversations/{conversation_id}/contact/settle")
def settle(conversation_id: str, body: Settled, agent: Serves, desk: TheDesk) -> Changed:
    return changed(desk, desk.contacts.settle(agent, conversation_id, body.outcome))
