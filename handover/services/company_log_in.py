"""Log-in through the company: its provider says who somebody is, the desk decides whether and as what they come in.

An account is found by whom the provider named at an earlier log-in, else by a mail address the provider has verified. What
the round trip needs is made from one secret in a cookie, so that the desk keeps nothing but that it is still unused.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

from handover.domain.agent import Agent, Role
from handover.domain.errors import CompanyRefused, InvalidInput
from handover.services.agents import Agents, normal_email, show_out
from handover.services.devices import Device
from handover.services.ports import (
    AgentAccount,
    IdentityProvider,
    Person,
    ProviderDown,
    ProviderRefused,
    UnitOfWork,
    Units,
)
from handover.services.tokens import fingerprint, new_id, new_secret

ROUND_TRIP = timedelta(minutes=10)
NAME_LIMIT = 100
_BY_POWER = (Role.ADMIN, Role.SUPERVISOR, Role.AGENT, Role.EDITOR)
"""Who is in several groups gets the first of these."""


@dataclass(frozen=True, slots=True)
class CompanyRules:
    roles: dict[str, Role] = field(default_factory=dict)
    """By group; empty: the provider says nothing of roles."""
    create: bool = False
    """Accounts for who has none, with the role of their group."""


class Started(NamedTuple):
    secret: str
    """For a cookie."""
    address: str
    """Where the browser goes."""


class CompanyLogIn:
    """Each failure raises `CompanyRefused`, whose `because` says what to tell."""

    def __init__(self, unit: Units, agents: Agents, provider: IdentityProvider, rules: CompanyRules) -> None:
        self._unit, self._agents, self._provider, self._rules = unit, agents, provider, rules

    def begin(self) -> Started:
        secret = new_secret()
        try:
            address = self._provider.address(
                state=_made_of(secret, "state"), nonce=_made_of(secret, "nonce"), verifier=_made_of(secret, "verifier")
            )
        except ProviderDown:
            raise _refused("unavailable") from None
        with self._unit() as unit:
            unit.agents.add_ticket(fingerprint(secret), "company", "", None, unit.now + ROUND_TRIP)
        return Started(secret, address)

    def finish(self, *, secret: str, state: str, code: str, issuer: str | None, kind: Device) -> str:
        """The secret of a session. `issuer`: by whom the browser says it was sent back (RFC 9207), if it does."""
        if issuer not in (None, self._provider.issuer):
            raise self._noted("refused")
        self._use_up(secret, state)
        if not code:
            raise self._noted("refused")  # they said no over there, or somebody said it for them
        try:
            person = self._provider.person(
                code=code, nonce=_made_of(secret, "nonce"), verifier=_made_of(secret, "verifier")
            )
        except ProviderDown:
            raise _refused("unavailable") from None
        except ProviderRefused:
            raise self._noted("refused") from None
        with self._unit() as unit:
            because = "unknown"
            if account := self._account(unit, person):
                if agent := self._in_role(unit, account, person):
                    return self._agents.open_session(unit, agent, kind)
                because = "role"
        raise self._noted(because, account)

    def _use_up(self, secret: str, state: str) -> None:
        if not hmac.compare_digest(_made_of(secret, "state"), state):
            raise self._noted("refused")
        with self._unit() as unit:
            is_unused = unit.agents.take_ticket(fingerprint(secret), "company", unit.now)
        if not is_unused:
            raise self._noted("late")

    def _account(self, unit: UnitOfWork, person: Person) -> AgentAccount | None:
        company_id = fingerprint(self._provider.issuer, person.subject)
        account = unit.agents.account_of_company(company_id)
        if account is None and person.email:
            account = unit.agents.account_of(person.email) or self._new(unit, person)
            if account and account.company_id is not None:
                return None  # the mail address has gone to somebody else
            if account and self._agents.works(account):
                unit.agents.set_company(account.agent.id, company_id)
                unit.audit.note(unit.now, account.agent.id, "account.company_linked", account.agent.id, allowed=True)
        return account if account and self._agents.works(account) else None

    def _new(self, unit: UnitOfWork, person: Person) -> AgentAccount | None:
        role = self._role(person)
        if not (self._rules.create and role):
            return None
        try:
            email = normal_email(person.email or "")
        except InvalidInput:
            return None
        name = re.sub(r"[\x00-\x1f\x7f]", "", person.name).strip()[:NAME_LIMIT] or email.partition("@")[0]
        agent = Agent(new_id(), email, name, role, person.language)
        unit.agents.add(agent, "", demo=False, at=unit.now)
        unit.audit.note(unit.now, None, "agent.added", agent.id, allowed=True)
        return unit.agents.account(agent.id)

    def _in_role(self, unit: UnitOfWork, account: AgentAccount, person: Person) -> Agent | None:
        """Who has a password here is kept here, and so is their role; the others follow their groups."""
        agent = account.agent
        if account.password_hash or not self._rules.roles:
            return agent
        role = self._role(person)
        if role and role is not agent.role:
            show_out(unit, agent.id)
            unit.agents.set_role(agent.id, role)
            unit.audit.note(unit.now, agent.id, f"agent.role {role}", agent.id, allowed=True)
            renamed = unit.agents.account(agent.id)
            return renamed.agent if renamed else None
        return agent if role else None

    def _role(self, person: Person) -> Role | None:
        given = {role for group, role in self._rules.roles.items() if group in person.groups}
        return next((role for role in _BY_POWER if role in given), None)

    def _noted(self, because: str, account: AgentAccount | None = None) -> CompanyRefused:
        with self._unit() as unit:
            who = account.agent.id if account else None
            unit.audit.note(unit.now, who, f"log_in.company {because}", None, allowed=False)
        return _refused(because)


def _made_of(secret: str, purpose: str) -> str:
    """64 hexadecimal digits that tell nothing of the secret: what a state, a nonce and a PKCE verifier may be."""
    return fingerprint("company log-in", purpose, secret)


def _refused(because: str) -> CompanyRefused:
    return CompanyRefused("The log-in through the company did not work.", because=because)
