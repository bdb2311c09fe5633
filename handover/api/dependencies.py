"""What routes ask for: the desk, and who is asking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Protocol, TypeVar

from fastapi import Depends, Query, Request

from handover.domain.agent import Agent
from handover.domain.errors import NotLoggedIn
from handover.services.access import Action, require
from handover.services.desk import Desk
from handover.services.limits import Throttle
from handover.settings import Settings

T = TypeVar("T")
SESSION_COOKIE = "kulanz_session"

# Those that do not wait are coroutines, because FastAPI runs plain functions in a thread each.


class Scribe(Protocol):
    """Commits what many ask for together (`realtime/scribe.py`)."""

    async def do(self, deed: Callable[[], T]) -> T: ...


async def the_desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


async def the_settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def the_scribe(request: Request) -> Scribe:
    scribe: Scribe = request.app.state.scribe
    return scribe


async def the_throttle(request: Request) -> Throttle:
    throttle: Throttle = request.app.state.throttle
    return throttle


async def the_host(request: Request) -> str:
    """The network address of whoever asks; a trusted proxy has said so."""
    return request.client.host if request.client else ""


async def session_token(request: Request) -> str:
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
TheScribe = Annotated[Scribe, Depends(the_scribe)]
TheThrottle = Annotated[Throttle, Depends(the_throttle)]
TheHost = Annotated[str, Depends(the_host)]
SessionToken = Annotated[str, Depends(session_token)]
LoggedIn = Annotated[Agent, Depends(logged_in)]


class Allowed:
    """What every route of the desk asks first: whether this role may do this, and this person know whom it is about.

    A `{conversation_id}` out of sight is answered like an unknown one, a `{customer_id}` opens with a case or a reason, and
    the audit log hears of each change and each look. `quietly`: of what tells nothing about anybody, it does not.
    `foreseeing`: most of what is asked is a preview, and so a look; the service notes what is done, together with the deed.
    """

    def __init__(self, action: Action, *, quietly: bool = False, foreseeing: bool = False) -> None:
        self.action, self._quietly, self._foreseeing = action, quietly, foreseeing

    def __call__(self, request: Request, agent: LoggedIn, desk: TheDesk) -> Agent:
        require(agent, self.action)
        if conversation_id := request.path_params.get("conversation_id"):
            self._enter_conversation(request, agent, desk, conversation_id)
        elif self._quietly:
            pass
        elif customer_id := request.path_params.get("customer_id"):
            desk.need_to_know.customer(agent, customer_id)
        elif self.action in LOOKS_AROUND:
            desk.need_to_know.note_look_around(agent, LOOKS_AROUND[self.action])
        return agent

    def _enter_conversation(self, request: Request, agent: Agent, desk: Desk, conversation_id: str) -> None:
        if self._quietly:
            desk.need_to_know.sees(agent, conversation_id)
        else:
            looks = request.method == "GET" or self._foreseeing
            changes = None if looks else request.scope["route"].name
            desk.need_to_know.conversation(agent, conversation_id, changes)


LOOKS_AROUND = {
    Action.READ_CONVERSATIONS: "conversations",
    Action.SUPERVISE: "conversations",
    Action.READ_CUSTOMERS: "customers",
}
"""Lists and findings, by what their routes ask."""
OwnAccount = Annotated[Agent, Depends(Allowed(Action.OWN_ACCOUNT))]
KeepsAccounts = Annotated[Agent, Depends(Allowed(Action.KEEP_ACCOUNTS))]
Reads = Annotated[Agent, Depends(Allowed(Action.READ_CONVERSATIONS))]
Serves = Annotated[Agent, Depends(Allowed(Action.SERVE_CONVERSATIONS))]
ReadsQuietly = Annotated[Agent, Depends(Allowed(Action.READ_CONVERSATIONS, quietly=True))]
ServesQuietly = Annotated[Agent, Depends(Allowed(Action.SERVE_CONVERSATIONS, quietly=True))]
ReadsCustomers = Annotated[Agent, Depends(Allowed(Action.READ_CUSTOMERS))]
OpensCustomers = Annotated[Agent, Depends(Allowed(Action.READ_CUSTOMERS, quietly=True))]
ActsForCustomers = Annotated[Agent, Depends(Allowed(Action.ACT_FOR_CUSTOMERS, foreseeing=True))]
DecidesCredit = Annotated[Agent, Depends(Allowed(Action.DECIDE_CREDIT))]
ReversesCredit = Annotated[Agent, Depends(Allowed(Action.REVERSE_CREDIT))]
SettlesGaps = Annotated[Agent, Depends(Allowed(Action.SETTLE_GAPS))]
ReadsKnowledge = Annotated[Agent, Depends(Allowed(Action.READ_KNOWLEDGE))]
KeepsDeskRules = Annotated[Agent, Depends(Allowed(Action.KEEP_DESK_RULES))]
KeepsStaff = Annotated[Agent, Depends(Allowed(Action.KEEP_STAFF))]
ReadsAudit = Annotated[Agent, Depends(Allowed(Action.READ_AUDIT))]
Supervises = Annotated[Agent, Depends(Allowed(Action.SUPERVISE))]
PageSize = Annotated[int, Query(ge=1, le=200)]
AnyId = Annotated[str | None, Query(max_length=40)]
"""Of a filter: none is all."""
