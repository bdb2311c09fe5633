"""What supervisors see of the desk at this moment."""

from __future__ import annotations

from fastapi import APIRouter

from handover.api.dependencies import DecidesCredit, Supervises, TheDesk
from handover.contract.live import LiveView, Proposals

router = APIRouter(prefix="/api")


@router.get("/live")
def live(agent: Supervises, desk: TheDesk) -> LiveView:
    view = desk.live_board.view(agent)
    waiting = tuple(one.model_copy(update={"visitor_online": _online(desk, one.id)}) for one in view.waiting)
    agents = tuple(
        one.model_copy(
            update={
                "cases": tuple(case.model_copy(update={"visitor_online": _online(desk, case.id)}) for case in one.cases)
            }
        )
        for one in view.agents
    )
    return view.model_copy(update={"waiting": waiting, "agents": agents})


@router.get("/credit/proposals")
def proposals(agent: DecidesCredit, desk: TheDesk) -> Proposals:
    desk.need_to_know.note_look_around(agent, "conversations")
    return desk.approvals.open_ones(agent)


def _online(desk: TheDesk, conversation_id: str) -> bool:
    return desk.presence.visitor_online(conversation_id)
