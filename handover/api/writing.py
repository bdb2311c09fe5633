"""How I want to write."""

from __future__ import annotations

from fastapi import APIRouter

from handover.api.dependencies import Serves, TheDesk
from handover.contract.writing import WritingSettings

router = APIRouter(prefix="/api/me/writing")


@router.get("")
def writing_settings(agent: Serves, desk: TheDesk) -> WritingSettings:
    return desk.writing.settings_of(agent)


@router.put("", status_code=204)
def keep_writing_settings(body: WritingSettings, agent: Serves, desk: TheDesk) -> None:
    desk.writing.keep(agent, body)
