"""The desk's conversations: lists, logs, dossiers, and what an agent does in them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints

from handover.api.dependencies import LoggedIn, TheDesk
from handover.contract.base import Wire
from handover.contract.dossier import Dossier
from handover.contract.events import Event, Outcome
from handover.contract.frames import MESSAGE_LIMIT, ClientId, ConversationSummary
from handover.services.desk import Desk
from handover.services.ports import ListView

router = APIRouter(prefix="/api/conversations")

Text = Annotated[str, StringConstraints(min_length=1, max_length=MESSAGE_LIMIT)]


class Conversations(Wire):
    conversations: tuple[ConversationSummary, ...]


class Opened(Wire):
    summary: ConversationSummary
    events: tuple[Event, ...]


class Events(Wire):
    events: tuple[Event, ...]


class Changed(Wire):
    summary: ConversationSummary


class Numbered(Wire):
    number: int


class Message(Wire):
    client_id: ClientId
    ownership_version: int
    text: Text


class Note(Wire):
    client_id: ClientId
    text: Text


class Release(Wire):
    ownership_version: int


class Close(Release):
    outcome: Outcome


class Return(Close):
    summary: str = Field(max_length=2000)


@router.get("")
def listed(
    agent: LoggedIn, desk: TheDesk, view: ListView = "all", limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> Conversations:
    summaries = desk.handovers.listed(agent, view, limit)
    return Conversations(conversations=tuple(_with_presence(desk, summary) for summary in summaries))


@router.get("/{conversation_id}")
def opened(conversation_id: str, agent: LoggedIn, desk: TheDesk) -> Opened:
    summary, events = desk.handovers.opened(agent, conversation_id)
    return Opened(summary=_with_presence(desk, summary), events=tuple(events))


@router.get("/{conversation_id}/events")
def events(
    conversation_id: str, agent: LoggedIn, desk: TheDesk, after: Annotated[int, Query(ge=0, le=2**31)] = 0
) -> Events:
    return Events(events=tuple(desk.handovers.events_after(agent, conversation_id, after)))


@router.get("/{conversation_id}/dossier")
def dossier(conversation_id: str, agent: LoggedIn, desk: TheDesk) -> Dossier:
    return desk.dossiers.build(agent, conversation_id)


@router.post("/{conversation_id}/claim")
def claim(conversation_id: str, agent: LoggedIn, desk: TheDesk) -> Changed:
    return _changed(desk, desk.handovers.claim(agent, conversation_id))


@router.post("/{conversation_id}/messages")
def post_message(conversation_id: str, body: Message, agent: LoggedIn, desk: TheDesk) -> Numbered:
    number = desk.handovers.post_message(agent, conversation_id, **body.model_dump())
    return Numbered(number=number)


@router.post("/{conversation_id}/notes")
def post_note(conversation_id: str, body: Note, agent: LoggedIn, desk: TheDesk) -> Numbered:
    return Numbered(number=desk.handovers.post_note(agent, conversation_id, **body.model_dump()))


@router.post("/{conversation_id}/return")
def return_to_bot(conversation_id: str, body: Return, agent: LoggedIn, desk: TheDesk) -> Changed:
    return _changed(desk, desk.handovers.return_to_bot(agent, conversation_id, **body.model_dump()))


@router.post("/{conversation_id}/close")
def close(conversation_id: str, body: Close, agent: LoggedIn, desk: TheDesk) -> Changed:
    return _changed(desk, desk.handovers.close(agent, conversation_id, **body.model_dump()))


@router.post("/{conversation_id}/release")
def release(conversation_id: str, body: Release, agent: LoggedIn, desk: TheDesk) -> Changed:
    return _changed(desk, desk.handovers.release(agent, conversation_id, **body.model_dump()))


def _changed(desk: Desk, summary: ConversationSummary) -> Changed:
    return Changed(summary=_with_presence(desk, summary))


def _with_presence(desk: Desk, summary: ConversationSummary) -> ConversationSummary:
    return summary.model_copy(update={"visitor_online": desk.presence.visitor_online(summary.id)})
