"""What a page with the widget asks for before its socket opens."""

from __future__ import annotations

from functools import partial
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import Field, field_validator

from handover.api.dependencies import PageSize, TheDesk, TheHost, TheScribe, TheSettings, TheThrottle
from handover.api.downloads import OUTGOING, download
from handover.api.uploads import UPLOAD_LIMIT, FileName, announced, received
from handover.contract.articles import Article
from handover.contract.base import Language, Number, Wire
from handover.contract.events import FileRef
from handover.contract.frames import TOKEN_LIMIT, EventPage
from handover.domain.errors import IdentityRequired, NotLoggedIn
from handover.services.logs import PAGE

router = APIRouter(prefix="/api/visitor")


class StartConversation(Wire):
    language: Language
    page: str | None = Field(default=None, max_length=2000)
    visitor_token: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_-]{43,128}$")
    """The visitor's secret, of 256 random bits, if the page makes it: then asking again is the same conversation."""

    identity_token: str | None = Field(default=None, max_length=TOKEN_LIMIT)
    """The website's word on who is logged in there."""

    consent: str | None = Field(default=None, min_length=1, max_length=100)
    """Version of the privacy note that the visitor agreed to, where the website asks."""

    @field_validator("page")
    @classmethod
    def only_web_pages(cls, page: str | None) -> str | None:
        """Keeps the address without query and fragment, which may hold secrets; anything but a website is dropped."""
        try:
            parts = urlsplit(page or "")
        except ValueError:
            return None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return None
        return parts._replace(query="", fragment="", netloc=parts.netloc.rpartition("@")[2]).geturl()


class Started(Wire):
    conversation_id: str
    visitor_token: str


class SocketTicket(Wire):
    ticket: str


class VisitorConfig(Wire):
    shop: str
    privacy_url: str
    service_mail: str
    """For the time when nobody can be reached here: the widget keeps it in memory."""
    languages: tuple[Language, ...] = ("de", "en")
    file_bytes: int
    """The largest file that may be sent."""


@router.get("/config")
def config(settings: TheSettings) -> VisitorConfig:
    return VisitorConfig(
        shop=settings.shop_name,
        privacy_url=settings.privacy,
        service_mail=settings.service_address,
        file_bytes=settings.file_bytes,
    )


@router.post("/conversations", status_code=201)
def start(
    *, body: StartConversation, desk: TheDesk, settings: TheSettings, throttle: TheThrottle, host: TheHost
) -> Started:
    throttle.open(host)
    if settings.identity_required and body.identity_token is None:
        raise IdentityRequired("Please log in at the shop first.")
    sign_in = desk.identities.by_token(body.identity_token) if body.identity_token else None
    started = desk.conversations.start(body.language, body.page, body.visitor_token, sign_in, body.consent)
    return Started(conversation_id=started.conversation_id, visitor_token=started.visitor_token)


async def visitor_token(authorization: Annotated[str, Header()] = "") -> str:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotLoggedIn("A visitor's token is needed.")
    return token


VisitorsToken = Annotated[str, Depends(visitor_token)]


def own_conversation(desk: TheDesk, settings: TheSettings, token: VisitorsToken) -> str:
    """The conversation whose secret the visitor sends."""
    conversation_id = desk.conversations.visitor_of(token)
    if settings.identity_required and not desk.identities.is_signed_in(conversation_id):
        raise IdentityRequired("Please log in at the shop first.")
    return conversation_id


OwnConversation = Annotated[str, Depends(own_conversation)]


@router.post("/tickets")
async def ticket(
    desk: TheDesk, scribe: TheScribe, throttle: TheThrottle, conversation_id: OwnConversation, token: VisitorsToken
) -> SocketTicket:
    throttle.ticket(conversation_id)
    issued = await scribe.do(partial(desk.agents.issue_visitor_ticket, conversation_id, token))
    return SocketTicket(ticket=issued)


@router.get("/events")
def events(desk: TheDesk, conversation_id: OwnConversation, before: Number, limit: PageSize = PAGE) -> EventPage:
    return desk.conversations.page(conversation_id, before, limit)


@router.post("/files", status_code=201, max_body_size=UPLOAD_LIMIT)
async def upload(
    *, name: FileName, request: Request, desk: TheDesk, throttle: TheThrottle, host: TheHost, own: OwnConversation
) -> FileRef:
    """The bytes of one file as the body. It is seen by nobody else until a message takes it along."""
    limit = desk.files.limits.one
    throttle.upload(own, host, announced(request, limit))
    content = await received(request, limit)
    return await run_in_threadpool(desk.files.from_visitor, own, name, content)


@router.get("/files/{file_id}")
def file(file_id: str, desk: TheDesk, conversation_id: OwnConversation) -> Response:
    return download(desk.files.for_visitor(conversation_id, file_id), OUTGOING)


@router.get("/transcript")
def transcript(
    desk: TheDesk, throttle: TheThrottle, conversation_id: OwnConversation, language: Language = "de"
) -> Response:
    throttle.transcript(conversation_id)
    return download(desk.transcripts.file(conversation_id, language), OUTGOING)


@router.get("/articles/{language}/{article_id}", dependencies=[Depends(own_conversation)])
def article(language: Language, article_id: str, desk: TheDesk) -> Article:
    """Whoever talks with us may read what our answers come from."""
    return desk.articles.for_visitor(language, article_id)


@router.get("/documents/{document_id}")
def document(document_id: str, desk: TheDesk, conversation_id: OwnConversation) -> Response:
    return download(desk.documents.for_visitor(conversation_id, document_id), OUTGOING)
