"""One's own account: password, second step, sessions. What others could use to keep a stolen account asks for the password."""

from __future__ import annotations

from handover.contract.accounts import AccountView, SecondStepView, SessionView
from handover.domain.agent import Agent
from handover.domain.errors import NotFound, SecondStepRequired, WrongCode, WrongPassword
from handover.services.agents import SessionWatch
from handover.services.entering import LogInRules
from handover.services.log_ins import Try
from handover.services.passwords import Passwords
from handover.services.ports import AgentAccount, UnitOfWork, Units
from handover.services.second_step import Enrolment, SecondStep
from handover.services.tokens import fingerprint


class MyAccount:
    def __init__(
        self, unit: Units, watch: SessionWatch, passwords: Passwords, second_step: SecondStep, rules: LogInRules
    ) -> None:
        self._unit, self._watch, self._passwords = unit, watch, passwords
        self._second_step, self._rules = second_step, rules

    def view(self, agent: Agent, session: str) -> AccountView:
        """`session`: the secret of the one that asks."""
        this = fingerprint(session)
        with self._unit(write=False) as unit:
            second_step = SecondStepView(
                since=unit.second_steps.on_since().get(agent.id),
                required=agent.role in self._rules.second_step_for,
                codes_left=unit.second_steps.recovery_codes_left(agent.id),
            )
            sessions = tuple(
                SessionView(
                    id=_id_of(one.token_hash),
                    since=one.created_at,
                    seen_at=one.seen_at,
                    browser=one.browser,
                    system=one.system,
                    this=one.token_hash == this,
                )
                for one in unit.agents.sessions(unit.now, agent.id)
            )
            account = _account(unit, agent)
        return AccountView(has_password=bool(account.password_hash), second_step=second_step, sessions=sessions)

    # --- password ---

    def change_password(self, agent: Agent, session: str, *, old: str, new: str) -> None:
        """Ends all other sessions. Raises `WrongPassword`, `TooMany`, `WeakPassword`, and then changes nothing."""
        self._ask_password(agent, old)
        password_hash = self._passwords.hash(new, agent.email)
        with self._unit() as unit:
            unit.agents.set_password(agent.id, password_hash)
            unit.agents.forget_devices(agent.id)
            unit.audit.note(unit.now, agent.id, "password.changed", agent.id, allowed=True)
            ended = _end_sessions(unit, agent, spare=fingerprint(session))
        self._hang_up(ended)

    # --- second step ---

    def begin_second_step(self, agent: Agent, *, password: str) -> Enrolment:
        """Raises `WrongPassword`, `TooMany`, and `Conflict` where it is on already."""
        self._ask_password(agent, password)
        with self._unit() as unit:
            return self._second_step.begin(unit, agent)

    def confirm_second_step(self, agent: Agent, code: str) -> list[str]:
        """The recovery codes. Raises `WrongCode`."""
        with self._unit() as unit:
            return self._second_step.confirm(unit, agent, code)

    def turn_second_step_off(self, agent: Agent, *, password: str, code: str) -> None:
        """Raises `SecondStepRequired` where the role may not do without, `WrongPassword`, `WrongCode`, `TooMany`."""
        if agent.role in self._rules.second_step_for:
            raise SecondStepRequired("Your role logs in with a second step.")
        self._ask_both(agent, password, code)
        with self._unit() as unit:
            self._second_step.turn_off(unit, agent.id, by=agent.id)

    def renew_recovery_codes(self, agent: Agent, *, password: str, code: str) -> list[str]:
        """Raises `WrongPassword`, `WrongCode`, `TooMany`."""
        self._ask_both(agent, password, code)
        with self._unit() as unit:
            return self._second_step.renew_recovery_codes(unit, agent)

    # --- sessions ---

    def end_session(self, agent: Agent, session_id: str) -> None:
        """Raises `NotFound` for one that is not theirs, or has ended."""
        with self._unit() as unit:
            mine = [one.token_hash for one in unit.agents.sessions(unit.now, agent.id)]
            ended = [one for one in mine if _id_of(one) == session_id]
            if not ended:
                raise NotFound("There is no such session.")
            unit.agents.end_session(ended[0])
            unit.audit.note(unit.now, agent.id, "session.ended", agent.id, allowed=True)
        self._hang_up(ended)

    def end_other_sessions(self, agent: Agent, session: str) -> None:
        with self._unit() as unit:
            ended = _end_sessions(unit, agent, spare=fingerprint(session))
        self._hang_up(ended)

    # --- steps ---

    def _ask_password(self, agent: Agent, password: str) -> None:
        this_try = Try(fingerprint("own password", agent.id), ())
        with self._unit() as unit:
            this_try.begin(unit)
            account = _account(unit, agent)
        if not self._passwords.matches(account.password_hash, password):
            self._note_failure(agent, "account.password")
            raise WrongPassword("This is not your password.")
        with self._unit() as unit:
            this_try.succeeded(unit)

    def _ask_both(self, agent: Agent, password: str, code: str) -> None:
        self._ask_password(agent, password)
        this_try = Try(fingerprint("own code", agent.id), ())
        with self._unit() as unit:
            this_try.begin(unit)
        with self._unit() as unit:
            right = self._second_step.passes(unit, agent, code)
            if right:
                this_try.succeeded(unit)
        if not right:
            self._note_failure(agent, "account.code")
            raise WrongCode("This code is not right.")

    def _note_failure(self, agent: Agent, action: str) -> None:
        with self._unit() as unit:
            unit.audit.note(unit.now, agent.id, action, agent.id, allowed=False)

    def _hang_up(self, ended: list[str]) -> None:
        for session_hash in ended:
            self._watch.session_ended(session_hash)


def _account(unit: UnitOfWork, agent: Agent) -> AgentAccount:
    account = unit.agents.account(agent.id)
    if account is None:
        raise NotFound("There is no such account.")
    return account


def _end_sessions(unit: UnitOfWork, agent: Agent, *, spare: str) -> list[str]:
    """All but one; their hashes."""
    ended = [one.token_hash for one in unit.agents.sessions(unit.now, agent.id) if one.token_hash != spare]
    for token_hash in ended:
        unit.agents.end_session(token_hash)
    if ended:
        unit.audit.note(unit.now, agent.id, "session.others_ended", agent.id, allowed=True)
    return ended


def _id_of(token_hash: str) -> str:
    """What a page may know a session by: nothing that the database finds one with."""
    return fingerprint("session", token_hash)[:32]
