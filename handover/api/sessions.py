"""Who is logged in here, log-out, and the tickets of agents' sockets."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from handover.api.dependencies import SESSION_COOKIE, OwnAccount, SessionToken, TheDesk
from handover.api.visitor import SocketTicket
from handover.contract.base import Language, Wire
from handover.contract.routing import AgentStatus
from handover.domain.agent import Role
from handover.services.access import ALLOWED, Action

router = APIRouter(prefix="/api")


class AgentView(Wire):
    id: str
    email: str
    name: str
    role: Role
    language: Language
    status: AgentStatus = "off"
    load: int = 0
    load_limit: int = 0
    """0: takes no cases."""
    languages: tuple[Language, ...] = ()
    topics: tuple[str, ...] = ()
    team: str | None = None
    may: tuple[Action, ...] = ()
    """What the page need not hide: the rows of the table of permissions."""


class Me(Wire):
    agent: AgentView


@router.post("/logout", status_code=204)
def log_out(request: Request, response: Response, desk: TheDesk) -> None:
    if token := request.cookies.get(SESSION_COOKIE):
        desk.agents.log_out(token)
        desk.handovers.expire_leases()  # what they had is put back at once
    response.delete_cookie(SESSION_COOKIE)


@router.get("/me")
def me(agent: OwnAccount, desk: TheDesk) -> Me:
    known = {name: getattr(agent, name) for name in ("id", "email", "name", "role", "language", "team")}
    colleague = desk.staff.colleague(agent)
    at_work = colleague.model_dump(exclude={"online", "shift_until"}) if colleague else {}
    return Me(agent=AgentView(**{**known, **at_work, "may": tuple(sorted(ALLOWED[agent.role]))}))


@router.post("/tickets")
def ticket(agent: OwnAccount, token: SessionToken, desk: TheDesk) -> SocketTicket:
    return SocketTicket(ticket=desk.agents.issue_agent_ticket(agent, token))
