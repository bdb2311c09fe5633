"""When agents are at work: one's own shifts, and those of the staff."""

from __future__ import annotations

from fastapi import APIRouter

from handover.api.dependencies import KeepsStaff, Serves, TheDesk
from handover.contract.shifts import ShiftPlanBase, ShiftsView

router = APIRouter(prefix="/api")


@router.get("/me/shifts")
def my_shifts(agent: Serves, desk: TheDesk) -> ShiftsView:
    return desk.shifts.of(agent)


@router.put("/me/shifts")
def keep_my_shifts(body: ShiftPlanBase, agent: Serves, desk: TheDesk) -> ShiftsView:
    return desk.shifts.keep(agent, body.plan, body.version)


@router.post("/me/shifts/stay")
def stay(agent: Serves, desk: TheDesk) -> ShiftsView:
    return desk.shifts.stay(agent)


@router.get("/staff/{agent_id}/shifts")
def shifts(agent_id: str, agent: KeepsStaff, desk: TheDesk) -> ShiftsView:
    return desk.shifts.of(agent, agent_id)


@router.put("/staff/{agent_id}/shifts")
def keep_shifts(agent_id: str, body: ShiftPlanBase, agent: KeepsStaff, desk: TheDesk) -> ShiftsView:
    return desk.shifts.keep(agent, body.plan, body.version, agent_id)
