"""The steps of a log-in: the password, and where it is on or required a second step.

Every step fails alike, in words and in time, whatever is wrong. Between two steps a browser holds a secret of its own, good
for minutes and for nothing else; a session begins only with the last step.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

from handover.contract.accounts import LogInStep
from handover.domain.agent import Agent, Role
from handover.domain.errors import NotLoggedIn, WrongCode
from handover.services.agents import Agents
from handover.services.devices import Device
from handover.services.log_ins import Doorman, Try
from handover.services.passwords import Passwords
from handover.services.ports import AgentAccount, UnitOfWork, Units
from handover.services.second_step import Enrolment, SecondStep
from handover.services.tokens import fingerprint, new_secret

STEP_LIFE: dict[LogInStep, timedelta] = {"code": timedelta(minutes=5), "enrol": timedelta(minutes=20)}


class Caller(NamedTuple):
    """Who tries to log in, as far as that can be seen."""

    host: str
    device: str | None = None
    """What this browser was given at an earlier log-in."""
    kind: Device = Device()


class Entered(NamedTuple):
    """A log-in that went well: secrets for two cookies, and whose they are."""

    session: str
    device: str
    agent: Agent


class Halfway(NamedTuple):
    """The password was right, and something else is asked for."""

    step: LogInStep
    token: str


class SetUp(NamedTuple):
    """A log-in that ended with a new second step."""

    entered: Entered
    recovery_codes: list[str]


@dataclass(frozen=True, slots=True)
class LogInRules:
    password_for: frozenset[Role] = field(default=frozenset(Role))
    """Who may log in with a password; everybody else through the company."""
    second_step_for: frozenset[Role] = field(default=frozenset())
    """Who may not do without a second step after it."""


class LogIns:
    def __init__(
        self, unit: Units, agents: Agents, passwords: Passwords, second_step: SecondStep, rules: LogInRules
    ) -> None:
        self._unit, self._agents, self._passwords = unit, agents, passwords
        self._second_step, self.rules, self._doorman = second_step, rules, Doorman()

    def log_in(self, *, email: str, password: str, caller: Caller) -> Entered | Halfway:
        """Raises `TooMany` after repeated failures, else `NotLoggedIn`."""
        email = email.strip().lower()
        with self._unit() as unit:
            account = unit.agents.account_of(email)
            this_try, device = self._try_of(unit, account, email, caller)
            this_try.begin(unit)
        matches = self._passwords.matches(account.password_hash if account else "", password)
        if not (account and matches and self._may_enter(account)):
            self._note_failure(account, this_try, "log_in")
            raise NotLoggedIn("Mail address or password is wrong.")
        with self._unit() as unit:
            if step := self._step_after_password(unit, account.agent):
                return self._wait_for(unit, step, account.agent)
            return self._enter(unit, account.agent, this_try, device, caller)

    def pass_code(self, *, token: str, code: str, caller: Caller) -> Entered:
        """Raises `NotLoggedIn` when the password is to be given anew, `TooMany`, else `WrongCode`."""
        with self._unit() as unit:
            account = self._halfway(unit, "code", token)
            this_try, device = self._try_of(unit, account, account.agent.email, caller)
            this_try = this_try.of_code(account.agent.id)
            this_try.begin(unit)
        with self._unit() as unit:
            right = self._second_step.passes(unit, account.agent, code)
            if right and unit.agents.take_ticket(fingerprint(token), "code", unit.now):
                return self._enter(unit, account.agent, this_try, device, caller)
        self._note_failure(account, this_try, "log_in.code")
        raise WrongCode("This code is not right.")

    def begin_set_up(self, token: str) -> Enrolment:
        """For who may not do without a second step. Raises `NotLoggedIn` when the password is to be given anew."""
        with self._unit() as unit:
            return self._second_step.begin(unit, self._halfway(unit, "enrol", token).agent)

    def set_up(self, *, token: str, code: str, caller: Caller) -> SetUp:
        """Raises `NotLoggedIn` when the password is to be given anew, and `WrongCode`."""
        with self._unit() as unit:
            account = self._halfway(unit, "enrol", token)
            this_try, device = self._try_of(unit, account, account.agent.email, caller)
            codes = self._second_step.confirm(unit, account.agent, code)
            if not unit.agents.take_ticket(fingerprint(token), "enrol", unit.now):
                raise _too_late()
            return SetUp(self._enter(unit, account.agent, this_try, device, caller), codes)

    def _try_of(
        self, unit: UnitOfWork, account: AgentAccount | None, email: str, caller: Caller
    ) -> tuple[Try, str | None]:
        """And the browser's own secret, if it is known with this account."""
        device_hash = fingerprint(caller.device or "")
        if account is not None and unit.agents.knows_device(device_hash, account.agent.id):
            return self._doorman.known(device_hash), caller.device
        return self._doorman.stranger(email, caller.host), None

    def _may_enter(self, account: AgentAccount) -> bool:
        return self._agents.works(account) and account.agent.role in self.rules.password_for

    def _step_after_password(self, unit: UnitOfWork, agent: Agent) -> LogInStep | None:
        if unit.second_steps.is_on(agent.id):
            return "code"
        return "enrol" if agent.role in self.rules.second_step_for else None

    def _wait_for(self, unit: UnitOfWork, step: LogInStep, agent: Agent) -> Halfway:
        token = new_secret()
        unit.agents.add_ticket(fingerprint(token), step, agent.id, None, unit.now + STEP_LIFE[step])
        return Halfway(step, token)

    def _halfway(self, unit: UnitOfWork, step: LogInStep, token: str) -> AgentAccount:
        agent_id = unit.agents.ticket_subject(fingerprint(token), step, unit.now)
        account = unit.agents.account(agent_id) if agent_id else None
        if account is None or not self._may_enter(account):
            raise _too_late()
        return account

    def _enter(self, unit: UnitOfWork, agent: Agent, this_try: Try, device: str | None, caller: Caller) -> Entered:
        this_try.succeeded(unit)
        known_as = device or new_secret()
        if device:
            unit.agents.device_seen(fingerprint(device), unit.now)
        else:
            unit.agents.add_device(fingerprint(known_as), agent.id, unit.now)
        return Entered(self._agents.open_session(unit, agent, caller.kind), known_as, agent)

    def _note_failure(self, account: AgentAccount | None, this_try: Try, action: str) -> None:
        with self._unit() as unit:
            this_try.failed(unit)
            unit.audit.note(unit.now, account.agent.id if account else None, action, None, allowed=False)


def _too_late() -> NotLoggedIn:
    return NotLoggedIn("Please log in again from the beginning.")
