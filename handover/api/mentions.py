"""Notes that name me, and who may be named."""

from __future__ import annotations

from fastapi import APIRouter

from handover.api.conversations import with_presence
from handover.api.dependencies import Reads, ReadsQuietly, TheDesk
from handover.contract.base import Number, Wire
from handover.contract.mentions import CaseColleagues, MentionList

router = APIRouter(prefix="/api")


class Seen(Wire):
    number: Number
    """The last event that was in sight."""


@router.get("/mentions")
def mentions(agent: Reads, desk: TheDesk) -> MentionList:
    found = desk.notes.mentions(agent)
    shown = (one.model_copy(update={"summary": with_presence(desk, one.summary)}) for one in found)
    return MentionList(mentions=tuple(shown))


@router.post("/conversations/{conversation_id}/mentions/seen", status_code=204)
def see_mentions(conversation_id: str, body: Seen, agent: ReadsQuietly, desk: TheDesk) -> None:
    desk.notes.see(agent, conversation_id, body.number)


@router.get("/conversations/{conversation_id}/colleagues")
def case_colleagues(conversation_id: str, agent: ReadsQuietly, desk: TheDesk) -> CaseColleagues:
    return CaseColleagues(colleagues=tuple(desk.notes.colleagues(agent, conversation_id)))
