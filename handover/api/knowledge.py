"""What the index holds, for editors."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from handover.api.dependencies import ReadsKnowledge, TheDesk

router = APIRouter(prefix="/api")


@router.get("/knowledge")
def knowledge(_agent: ReadsKnowledge, desk: TheDesk) -> dict[str, Any]:
    return desk.knowledge()
