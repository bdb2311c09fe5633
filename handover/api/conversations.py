"""The desk's conversations: lists, logs, dossiers, and what an agent does in them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import Field, StringConstraints

from handover.api.dependencies import PageSize, Reads, Serves, ServesQuietly, TheDesk, TheThrottle
from handover.api.downloads import download
from handover.api.uploads import UPLOAD_LIMIT, FileName, received
from handover.contract.base import DraftKind, Language, Number, Wire
from handover.contract.dossier import Dossier
from handover.contract.events import Event, FileRef, Outcome
from handover.contract.frames import FILES_LIMIT, MESSAGE_LIMIT, ClientId, ConversationSummary, EventPage, FileId
from handover.contract.suggestions import DraftUsed, Suggestions
from handover.contract.wrap_up import WrapUp
from handover.services.desk import Desk
from handover.services.logs import PAGE
from handover.services.ports import ListView

router = APIRouter(prefix="/api/conversations")

Text = Annotated[str, StringConstraints(min_length=1, max_length=MESSAGE_LIMIT)]
AgentId = Annotated[str, StringConstraints(min_length=1, max_length=40)]
MENTIONS_LIMIT = 20
"""Colleagues whom one note names."""


class Conversations(Wire):
    conversations: tuple[ConversationSummary, ...]


class Opened(Wire):
    """Events as in a visitor's `Snapshot`: those after `cursor`, or the newest if it is 0."""

    summary: ConversationSummary
    events: tuple[Event, ...]
    cursor: int
    earlier: bool
    drafts: dict[DraftKind, str]
    """What this agent has begun to write here."""


class Changed(Wire):
    summary: ConversationSummary


class Draft(Wire):
    kind: DraftKind
    text: str = Field(max_length=MESSAGE_LIMIT)


class Numbered(Wire):
    number: int


class Message(Wire):
    """A text, files that were uploaded to this conversation, or both."""

    client_id: ClientId
    ownership_version: int
    text: str = Field(default="", max_length=MESSAGE_LIMIT)
    file_ids: tuple[FileId, ...] = Field(default=(), max_length=FILES_LIMIT)
    drafted: DraftUsed | None = None
    """The suggestion that it began as."""


class Note(Wire):
    client_id: ClientId
    text: Text
    mentions: tuple[AgentId, ...] = Field(default=(), max_length=MENTIONS_LIMIT)
    whisper_to: AgentId | None = None


class Wish(Wire):
    wish: str


class Claim(Wire):
    force: bool = False
    """Although the agent has as much as they should."""


class Release(Wire):
    ownership_version: int


class Close(Release):
    outcome: Outcome
    wrap_up: WrapUp | None = None
    """None: not judged."""


class Return(Close):
    summary: str = Field(max_length=2000)


@router.get("")
def listed(agent: Reads, desk: TheDesk, view: ListView = "all", limit: PageSize = 50) -> Conversations:
    summaries = desk.handovers.listed(agent, view, limit)
    return Conversations(conversations=tuple(with_presence(desk, summary) for summary in summaries))


@router.get("/{conversation_id}")
def opened(conversation_id: str, agent: Reads, desk: TheDesk, cursor: int = 0) -> Opened:
    """Any cursor is answered: one that cannot be resumed with the newest events."""
    summary, log = desk.handovers.opened(agent, conversation_id, cursor)
    return Opened(
        summary=with_presence(desk, summary),
        events=log.events,
        cursor=log.cursor,
        earlier=log.earlier,
        drafts=desk.drafts.of(agent, conversation_id),
    )


@router.get("/{conversation_id}/events")
def events(conversation_id: str, agent: Reads, desk: TheDesk, before: Number, limit: PageSize = PAGE) -> EventPage:
    return desk.handovers.page(agent, conversation_id, before, limit)


@router.put("/{conversation_id}/draft", status_code=204)
def keep_draft(conversation_id: str, body: Draft, agent: ServesQuietly, desk: TheDesk) -> None:
    desk.drafts.keep(agent, conversation_id, body.kind, body.text)


@router.get("/{conversation_id}/dossier")
def dossier(conversation_id: str, agent: Reads, desk: TheDesk, language: Language | None = None) -> Dossier:
    """`language`: of the page, where it is not the agent's own."""
    return desk.dossiers.build(agent, conversation_id, language)


@router.get("/{conversation_id}/wish")
def wish(conversation_id: str, agent: Reads, desk: TheDesk) -> Wish:
    """What an offer says before the dossier is opened."""
    return Wish(wish=desk.dossiers.wish(agent, conversation_id))


@router.get("/{conversation_id}/suggestions")
def suggestions(conversation_id: str, agent: Serves, desk: TheDesk) -> Suggestions:
    return desk.suggestions.of(agent, conversation_id)


@router.post("/{conversation_id}/files", status_code=201, max_body_size=UPLOAD_LIMIT)
async def upload(
    *, conversation_id: str, name: FileName, request: Request, agent: Serves, desk: TheDesk, throttle: TheThrottle
) -> FileRef:
    """The bytes of one file as the body, from the agent who has the conversation."""
    throttle.agent_upload(agent.id)
    await run_in_threadpool(desk.files.require_room, agent, conversation_id)
    content = await received(request, desk.files.limits.one)
    return await run_in_threadpool(desk.files.from_agent, agent, conversation_id, name, content)


@router.get("/{conversation_id}/files/{file_id}")
def file(conversation_id: str, file_id: str, agent: Reads, desk: TheDesk) -> Response:
    return download(desk.files.for_agent(agent, conversation_id, file_id))


@router.get("/{conversation_id}/documents/{document_id}")
def document(conversation_id: str, document_id: str, agent: Reads, desk: TheDesk) -> Response:
    return download(desk.documents.for_agent(agent, conversation_id, document_id))


@router.post("/{conversation_id}/claim")
def claim(conversation_id: str, agent: Serves, desk: TheDesk, body: Claim | None = None) -> Changed:
    return changed(desk, desk.handovers.claim(agent, conversation_id, force=body is not None and body.force))


@router.post("/{conversation_id}/messages")
def post_message(conversation_id: str, body: Message, agent: Serves, desk: TheDesk) -> Numbered:
    number = desk.handovers.post_message(agent, conversation_id, **dict(body))
    return Numbered(number=number)


@router.post("/{conversation_id}/notes")
def post_note(conversation_id: str, body: Note, agent: Serves, desk: TheDesk) -> Numbered:
    return Numbered(number=desk.notes.post(agent, conversation_id, **body.model_dump()))


@router.post("/{conversation_id}/return")
def return_to_bot(conversation_id: str, body: Return, agent: Serves, desk: TheDesk) -> Changed:
    return changed(desk, desk.handovers.return_to_bot(agent, conversation_id, **dict(body)))


@router.post("/{conversation_id}/close")
def close(conversation_id: str, body: Close, agent: Serves, desk: TheDesk) -> Changed:
    return changed(desk, desk.handovers.close(agent, conversation_id, **dict(body)))


@router.post("/{conversation_id}/transcript")
def mail_transcript(conversation_id: str, agent: Serves, desk: TheDesk) -> Changed:
    return changed(desk, desk.transcripts.mail_for(agent, conversation_id))


@router.post("/{conversation_id}/release")
def release(conversation_id: str, body: Release, agent: Serves, desk: TheDesk) -> Changed:
    return changed(desk, desk.handovers.release(agent, conversation_id, **body.model_dump()))


def changed(desk: Desk, summary: ConversationSummary) -> Changed:
    return Changed(summary=with_presence(desk, summary))


def with_presence(desk: Desk, summary: ConversationSummary) -> ConversationSummary:
    return summary.model_copy(update={"visitor_online": desk.presence.visitor_online(summary.id)})
