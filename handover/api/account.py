"""One's own account, and for admins the accounts of others."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import Field

from handover.api.dependencies import KeepsAccounts, OwnAccount, SessionToken, TheDesk
from handover.contract.accounts import AccountRow, AccountView, EnrolmentView, RecoveryCodes
from handover.contract.base import Wire

router = APIRouter(prefix="/api")


class Password(Wire):
    password: str = Field(max_length=200)


class NewPassword(Wire):
    old: str = Field(max_length=200)
    new: str = Field(max_length=200)


class Code(Wire):
    code: str = Field(max_length=40)


class Both(Password, Code):
    """What a stolen session does not have."""


class Accounts(Wire):
    accounts: tuple[AccountRow, ...]


@router.get("/account")
def account(agent: OwnAccount, session: SessionToken, desk: TheDesk) -> AccountView:
    return desk.my_account.view(agent, session)


@router.post("/account/password", status_code=204)
def change_password(body: NewPassword, agent: OwnAccount, session: SessionToken, desk: TheDesk) -> None:
    desk.my_account.change_password(agent, session, old=body.old, new=body.new)


@router.post("/account/second-step")
def begin_second_step(body: Password, agent: OwnAccount, desk: TheDesk) -> EnrolmentView:
    return EnrolmentView(**desk.my_account.begin_second_step(agent, password=body.password)._asdict())


@router.post("/account/second-step/confirm")
def confirm_second_step(body: Code, agent: OwnAccount, desk: TheDesk) -> RecoveryCodes:
    return RecoveryCodes(codes=tuple(desk.my_account.confirm_second_step(agent, body.code)))


@router.post("/account/second-step/off", status_code=204)
def turn_second_step_off(body: Both, agent: OwnAccount, desk: TheDesk) -> None:
    desk.my_account.turn_second_step_off(agent, password=body.password, code=body.code)


@router.post("/account/second-step/codes")
def renew_recovery_codes(body: Both, agent: OwnAccount, desk: TheDesk) -> RecoveryCodes:
    codes = desk.my_account.renew_recovery_codes(agent, password=body.password, code=body.code)
    return RecoveryCodes(codes=tuple(codes))


@router.post("/account/sessions/end-others", status_code=204)
def end_other_sessions(agent: OwnAccount, session: SessionToken, desk: TheDesk) -> None:
    desk.my_account.end_other_sessions(agent, session)


@router.post("/account/sessions/{session_id}/end", status_code=204)
def end_session(session_id: str, agent: OwnAccount, desk: TheDesk) -> None:
    desk.my_account.end_session(agent, session_id)


@router.get("/accounts")
def accounts(agent: KeepsAccounts, desk: TheDesk) -> Accounts:
    return Accounts(accounts=tuple(desk.account_care.accounts(agent)))


@router.post("/accounts/{agent_id}/sessions/end", status_code=204)
def end_sessions(agent_id: str, agent: KeepsAccounts, desk: TheDesk) -> None:
    desk.account_care.end_sessions(agent, agent_id)
    desk.handovers.expire_leases()  # what they had is put back at once


@router.post("/accounts/{agent_id}/second-step/reset", status_code=204)
def reset_second_step(agent_id: str, agent: KeepsAccounts, desk: TheDesk) -> None:
    desk.account_care.reset_second_step(agent_id, admin=agent)
    desk.handovers.expire_leases()
