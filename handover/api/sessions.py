"""Log-in and log-out of agents, and the tickets of their sockets."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import Field

from handover.api.dependencies import SESSION_COOKIE, LoggedIn, SessionToken, TheDesk, TheSettings
from handover.api.visitor import SocketTicket
from handover.contract.base import Language, Wire
from handover.domain.agent import Role
from handover.services.agents import SESSION_LIFE

router = APIRouter(prefix="/api")


class LogIn(Wire):
    email: str = Field(max_length=254)
    password: str = Field(max_length=200)


class AgentView(Wire):
    id: str
    email: str
    name: str
    role: Role
    language: Language


class Me(Wire):
    agent: AgentView


@router.post("/login")
def log_in(body: LogIn, request: Request, response: Response, desk: TheDesk, settings: TheSettings) -> Me:
    address = request.client.host if request.client else ""
    token, agent = desk.agents.log_in(email=body.email, password=body.password, address=address)
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=int(SESSION_LIFE.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=settings.secure_cookies,
    )
    return me(agent)


@router.post("/logout", status_code=204)
def log_out(request: Request, response: Response, desk: TheDesk) -> None:
    if token := request.cookies.get(SESSION_COOKIE):
        desk.agents.log_out(token)
    response.delete_cookie(SESSION_COOKIE)


@router.get("/me")
def me(agent: LoggedIn) -> Me:
    return Me(agent=AgentView.model_validate(agent, from_attributes=True))


@router.post("/tickets")
def ticket(agent: LoggedIn, token: SessionToken, desk: TheDesk) -> SocketTicket:
    return SocketTicket(ticket=desk.agents.issue_agent_ticket(agent, token))
