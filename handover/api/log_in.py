"""Every way into the desk: password, second step, the company's own log-in. A session is a cookie, and so is each step before it."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field
from starlette.responses import RedirectResponse

from handover.api.dependencies import SESSION_COOKIE, TheDesk, TheHost, TheSettings, TheThrottle
from handover.api.sessions import Me, me
from handover.contract.accounts import EnrolmentView, LogInStep, LogInWays, RecoveryCodes
from handover.contract.base import Wire
from handover.domain.agent import Role
from handover.domain.errors import CompanyRefused, NotFound, TooMany
from handover.services.agents import DEVICE_LIFE, SESSION_LIFE
from handover.services.company_log_in import ROUND_TRIP, CompanyLogIn
from handover.services.desk import Desk
from handover.services.devices import device_of
from handover.services.entering import STEP_LIFE, Caller, Entered, Halfway
from handover.settings import Settings

PATH = "/api/login"
COMPANY_CALLBACK = f"{PATH}/company/callback"
router = APIRouter(prefix=PATH)

DEVICE_COOKIE = "kulanz_device"
"""Opens nothing: it only says that this browser has logged in before."""
STEP_COOKIE = "kulanz_step"
"""Between two steps of a log-in."""
COMPANY_COOKIE = "kulanz_company"
"""Between leaving for the company's log-in and coming back from it."""


class LogIn(Wire):
    email: str = Field(max_length=254)
    password: str = Field(max_length=200)


class Code(Wire):
    code: str = Field(max_length=40)


class NextStep(Wire):
    """The password was right, and something else is asked for."""

    next: LogInStep


async def the_caller(request: Request, host: TheHost) -> Caller:
    return Caller(host, request.cookies.get(DEVICE_COOKIE), device_of(request.headers.get("user-agent", "")))


TheCaller = Annotated[Caller, Depends(the_caller)]


@router.get("")
def ways(desk: TheDesk) -> LogInWays:
    everybody = desk.log_ins.rules.password_for == frozenset(Role)
    return LogInWays(password="everybody" if everybody else "admins", company=desk.company_log_in is not None)


@router.post("")
def log_in(
    *, body: LogIn, response: Response, desk: TheDesk, settings: TheSettings, caller: TheCaller
) -> Me | NextStep:
    outcome = desk.log_ins.log_in(email=body.email, password=body.password, caller=caller)
    if isinstance(outcome, Entered):
        return _let_in(response, settings, outcome, desk)
    return _ask_on(response, settings, outcome)


@router.post("/code")
def pass_code(
    *, body: Code, request: Request, response: Response, desk: TheDesk, settings: TheSettings, caller: TheCaller
) -> Me:
    entered = desk.log_ins.pass_code(token=_step_of(request), code=body.code, caller=caller)
    return _let_in(response, settings, entered, desk)


@router.post("/second-step")
def begin_set_up(request: Request, desk: TheDesk) -> EnrolmentView:
    return EnrolmentView(**desk.log_ins.begin_set_up(_step_of(request))._asdict())


@router.post("/second-step/confirm")
def set_up(
    *, body: Code, request: Request, response: Response, desk: TheDesk, settings: TheSettings, caller: TheCaller
) -> RecoveryCodes:
    done = desk.log_ins.set_up(token=_step_of(request), code=body.code, caller=caller)
    _let_in(response, settings, done.entered, desk)
    return RecoveryCodes(codes=tuple(done.recovery_codes))


@router.get("/company")
def leave_for_company(
    *, desk: TheDesk, settings: TheSettings, throttle: TheThrottle, host: TheHost
) -> RedirectResponse:
    company = _company(desk)
    try:
        throttle.company_log_in(host)
        started = company.begin()
    except TooMany:
        return _back("busy")
    except CompanyRefused as refusal:
        return _back(str(refusal.data["because"]))
    answer = RedirectResponse(started.address, 303)
    answer.set_cookie(  # lax: the provider's website leads back here, and a strict cookie would stay away
        COMPANY_COOKIE,
        started.secret,
        max_age=int(ROUND_TRIP.total_seconds()),
        path=PATH,
        httponly=True,
        samesite="lax",
        secure=settings.secure_cookies,
    )
    return answer


@router.get("/company/callback")
def come_back(
    *, request: Request, desk: TheDesk, settings: TheSettings, caller: TheCaller,
    state: str = "", code: str = "", iss: str | None = None,
) -> RedirectResponse:  # fmt: skip
    """What the provider's website sent a browser here with. Whatever comes of it, the desk's page tells it."""
    company = _company(desk)
    try:
        session = company.finish(
            secret=request.cookies.get(COMPANY_COOKIE, ""), state=state, code=code, issuer=iss, kind=caller.kind
        )
    except CompanyRefused as refusal:
        answer = _back(str(refusal.data["because"]))
    else:
        answer = RedirectResponse("/desk/", 303)
        _keep_session(answer, settings, session)
    answer.delete_cookie(COMPANY_COOKIE, path=PATH)
    return answer


def _company(desk: Desk) -> CompanyLogIn:
    if desk.company_log_in is None:
        raise NotFound("There is no such log-in here.")
    return desk.company_log_in


def _back(because: str) -> RedirectResponse:
    return RedirectResponse(f"/desk/?company={because}", 303)


def _step_of(request: Request) -> str:
    return request.cookies.get(STEP_COOKIE, "")


def _ask_on(response: Response, settings: Settings, outcome: Halfway) -> NextStep:
    keep = _keeper(response, settings)
    keep(STEP_COOKIE, outcome.token, max_age=int(STEP_LIFE[outcome.step].total_seconds()), path=PATH)
    return NextStep(next=outcome.step)


def _let_in(response: Response, settings: Settings, entered: Entered, desk: Desk) -> Me:
    _keep_session(response, settings, entered.session)
    keep = _keeper(response, settings)
    keep(DEVICE_COOKIE, entered.device, max_age=int(DEVICE_LIFE.total_seconds()), path=PATH)
    response.delete_cookie(STEP_COOKIE, path=PATH)
    return me(entered.agent, desk)


def _keep_session(response: Response, settings: Settings, secret: str) -> None:
    _keeper(response, settings)(SESSION_COOKIE, secret, max_age=int(SESSION_LIFE.total_seconds()))


def _keeper(response: Response, settings: Settings) -> partial[None]:
    return partial(response.set_cookie, httponly=True, samesite="strict", secure=settings.secure_cookies)
