"""Whether the desk is alive, and everything there that a visitor's answer needs."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from handover.api.dependencies import TheDesk

router = APIRouter()


@router.get("/health")
def health(desk: TheDesk) -> dict[str, Any]:
    """Answers 200 as long as the desk itself lives; `ready` says whether the bot can answer."""
    parts = desk.readiness()
    return {
        "alive": True,
        "ready": all(part.state != "down" for part in parts),
        "parts": [part._asdict() for part in parts],
    }
