"""Cases that are handed on, taken over and given to somebody; conversations of one customer that are joined or divided."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from handover.api.conversations import Changed, changed, with_presence
from handover.api.dependencies import Reads, Serves, Supervises, TheDesk
from handover.contract.base import Number, Wire
from handover.contract.frames import ClientId, ConversationId, ConversationSummary
from handover.services.joining import QUOTED_MOST
from handover.services.transfers import REASON_MOST

router = APIRouter(prefix="/api/conversations/{conversation_id}")

Why = Annotated[str, StringConstraints(min_length=1, max_length=REASON_MOST)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class Transfer(Wire):
    ownership_version: int
    to_kind: Literal["person", "team", "topic"]
    to_id: Id
    reason: Why


class TakeOver(Wire):
    ownership_version: int
    """As the case was seen: it is taken out of these hands alone."""
    reason: Why


class Assign(Wire):
    agent_id: Id
    reason: str = Field(default="", max_length=REASON_MOST)
    ownership_version: int | None = None


class Merge(Wire):
    into: ConversationId


class Split(Wire):
    client_id: ClientId
    ownership_version: int
    numbers: tuple[Number, ...] = Field(min_length=1, max_length=QUOTED_MOST)
    """Of the messages that are about the other concern."""
    topic: Id | None = None


class Siblings(Wire):
    conversations: tuple[ConversationSummary, ...]


class Merged(Changed):
    """`summary` is that of the conversation which goes on."""

    ended: ConversationSummary


class Divided(Changed):
    """`summary` is that of the new case."""


@router.post("/transfer")
def transfer(conversation_id: str, body: Transfer, agent: Serves, desk: TheDesk) -> Changed:
    return changed(desk, desk.transfers.transfer(agent, conversation_id, **body.model_dump()))


@router.post("/take-over")
def take_over(conversation_id: str, body: TakeOver, agent: Serves, desk: TheDesk) -> Changed:
    return changed(desk, desk.transfers.take_over(agent, conversation_id, **body.model_dump()))


@router.post("/assign")
def assign(conversation_id: str, body: Assign, agent: Supervises, desk: TheDesk) -> Changed:
    return changed(desk, desk.transfers.assign(agent, conversation_id, **body.model_dump()))


@router.get("/siblings")
def siblings(conversation_id: str, agent: Reads, desk: TheDesk) -> Siblings:
    """Other open conversations of the same proven customer that this agent may see."""
    found = desk.joining.siblings(agent, conversation_id)
    return Siblings(conversations=tuple(with_presence(desk, summary) for summary in found))


@router.post("/merge")
def merge(conversation_id: str, body: Merge, agent: Serves, desk: TheDesk) -> Merged:
    """It is ended and goes on in `into`."""
    kept, ended = desk.joining.merge(agent, conversation_id, body.into)
    return Merged(summary=with_presence(desk, kept), ended=with_presence(desk, ended))


@router.post("/split")
def split(conversation_id: str, body: Split, agent: Serves, desk: TheDesk) -> Divided:
    return Divided(summary=with_presence(desk, desk.joining.split(agent, conversation_id, **body.model_dump())))
