"""What the index holds, for editors."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from handover.api.dependencies import LoggedIn, TheDesk
from handover.services.access import Action, require

router = APIRouter(prefix="/api")


@router.get("/knowledge")
def knowledge(agent: LoggedIn, desk: TheDesk) -> dict[str, Any]:
    require(agent, Action.READ_KNOWLEDGE)
    return desk.knowledge()
