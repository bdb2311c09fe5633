"""What routes ask for: the desk, and who is asking."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from handover.domain.agent import Agent
from handover.domain.errors import NotLoggedIn
from handover.services.desk import Desk
from handover.settings import Settings

SESSION_COOKIE = "kulanz_session"


def the_desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def the_settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def session_token(request: Request) -> str:
    token = request.cookies.get(SESSION_COOKIE)
    if not token:
        raise NotLoggedIn("Please log in.")
    return token


def logged_in(
    request: Request, desk: Annotated[Desk, Depends(the_desk)], token: Annotated[str, Depends(session_token)]
) -> Agent:
    agent = desk.agents.authenticate(token)
    request.state.agent = agent  # so that a refusal can be noted with a name
    return agent


TheDesk = Annotated[Desk, Depends(the_desk)]
TheSettings = Annotated[Settings, Depends(the_settings)]
SessionToken = Annotated[str, Depends(session_token)]
LoggedIn = Annotated[Agent, Depends(logged_in)]
