"""What a page with the widget asks for before its socket opens."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Header
from pydantic import Field, field_validator

from handover.api.dependencies import TheDesk, TheSettings
from handover.contract.base import Language, Wire
from handover.domain.errors import NotLoggedIn

router = APIRouter(prefix="/api/visitor")


class StartConversation(Wire):
    language: Language
    page: str | None = Field(default=None, max_length=2000)

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
    languages: tuple[Language, ...] = ("de", "en")


@router.get("/config")
def config(settings: TheSettings) -> VisitorConfig:
    return VisitorConfig(shop=settings.shop_name, privacy_url=settings.privacy)


@router.post("/conversations", status_code=201)
def start(body: StartConversation, desk: TheDesk) -> Started:
    started = desk.conversations.start(body.language, body.page)
    return Started(conversation_id=started.conversation_id, visitor_token=started.visitor_token)


@router.post("/tickets")
def ticket(desk: TheDesk, authorization: Annotated[str, Header()] = "") -> SocketTicket:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotLoggedIn("A visitor's token is needed.")
    conversation_id = desk.conversations.visitor_of(token)
    return SocketTicket(ticket=desk.agents.issue_visitor_ticket(conversation_id))
