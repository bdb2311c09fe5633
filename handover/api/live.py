"""What supervisors see of the desk at this moment, and the credits that wait."""

from __future__ import annotations

from typing import TypeVar

from fastapi import APIRouter

from handover.api.conversations import with_presence
from handover.api.dependencies import DecidesCredit, Supervises, TheDesk
from handover.contract.live import HeldCase, LiveView, Proposals, WaitingCase

router = APIRouter(prefix="/api")
C = TypeVar("C", WaitingCase, HeldCase)


@router.get("/live")
def live(agent: Supervises, desk: TheDesk) -> LiveView:
    view = desk.live_board.view(agent)
    agents = tuple(one.model_copy(update={"cases": _present(desk, one.cases)}) for one in view.agents)
    return view.model_copy(update={"waiting": _present(desk, view.waiting), "agents": agents})


@router.get("/credit/proposals")
def proposals(agent: DecidesCredit, desk: TheDesk) -> Proposals:
    desk.need_to_know.note_look_around(agent, "conversations")
    return desk.approvals.open_ones(agent)


def _present(desk: TheDesk, cases: tuple[C, ...]) -> tuple[C, ...]:
    """With whether each visitor is there."""
    return tuple(one.model_copy(update={"summary": with_presence(desk, one.summary)}) for one in cases)
