"""Accounts of the desk: log-in, sessions, and the single-use tickets that open sockets."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cached_property
from typing import Protocol

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from handover.contract.base import Language
from handover.domain.agent import Agent, Role
from handover.domain.errors import InvalidInput, NotFound, NotLoggedIn, TooMany
from handover.services.ports import AgentAccount, Ticket, Units
from handover.services.tokens import fingerprint, new_id, new_secret

SESSION_LIFE = timedelta(hours=12)
TICKET_LIFE = timedelta(seconds=30)
FAILURES_IN = timedelta(minutes=15)
FAILURES_PER_EMAIL = 5
FAILURES_PER_ADDRESS = 30
PASSWORD_LENGTH = 12


class SessionWatch(Protocol):
    """Knows the sessions of the open sockets, and is told when one ends, so that they close."""

    def open_sessions(self) -> frozenset[str]: ...
    def session_ended(self, session_hash: str) -> None: ...


class Agents:
    """Passwords are argon2id; sessions and tickets are kept as fingerprints only.

    A log-in fails alike, in words and in time, whether the account is unknown, disabled or the password wrong.
    """

    def __init__(
        self, unit: Units, sessions: SessionWatch, *, demo: bool, hasher: PasswordHasher | None = None
    ) -> None:
        """Demo accounts, whose passwords everybody knows, work only with `demo`."""
        self._unit, self._sessions, self._demo = unit, sessions, demo
        self._hasher = hasher or PasswordHasher()

    # --- accounts ---

    def add(self, *, email: str, name: str, password: str, role: Role, language: Language, demo: bool = False) -> Agent:
        """Raises `InvalidInput` for a bad address, a taken one, an empty name or a short password."""
        agent = Agent(new_id(), normal_email(email), name.strip(), role, language)
        if not agent.name:
            raise InvalidInput("An agent needs a name; visitors read it.")
        if len(password) < PASSWORD_LENGTH:
            raise InvalidInput(f"A password has at least {PASSWORD_LENGTH} characters.")
        password_hash = self._hasher.hash(password)
        with self._unit() as unit:
            if unit.agents.account_of(agent.email):
                raise InvalidInput("There is an account with this address already.")
            unit.agents.add(agent, password_hash, demo=demo, at=unit.now)
            unit.audit.note(unit.now, None, "agent.added", agent.id, allowed=True)
        return agent

    def accounts(self) -> list[AgentAccount]:
        with self._unit(write=False) as unit:
            return unit.agents.accounts()

    def set_active(self, agent_id: str, *, active: bool) -> None:
        """Disabling ends every session and every lease. The running desk, often another process, soon sees both."""
        with self._unit() as unit:
            if unit.agents.account(agent_id) is None:
                raise NotFound("No such account.")
            unit.agents.set_active(agent_id, active)
            if not active:
                unit.agents.end_sessions(agent_id)
                unit.conversations.renew_leases(agent_id, unit.now)
            unit.audit.note(unit.now, None, "agent.enabled" if active else "agent.disabled", agent_id, allowed=True)

    # --- sessions ---

    def log_in(self, *, email: str, password: str, address: str) -> tuple[str, Agent]:
        """A new session's secret and whose it is. Raises `TooMany` after repeated failures, else `NotLoggedIn`."""
        account = self._begin_log_in(email, address)
        matches = self._matches(account.password_hash if account else self._nobodys_hash, password)
        if not (account and matches and self._works(account)):
            self._note_failure(account, address)
            raise NotLoggedIn("Mail address or password is wrong.")
        return self._open_session(account.agent), account.agent

    def authenticate(self, session_token: str) -> Agent:
        return self.of_session(fingerprint(session_token))

    def of_session(self, session_hash: str) -> Agent:
        with self._unit(write=False) as unit:
            agent = unit.agents.session_agent(session_hash, unit.now)
            account = agent and unit.agents.account(agent.id)
        if not (account and self._works(account)):
            raise NotLoggedIn("Please log in.")
        return account.agent

    def log_out(self, session_token: str) -> None:
        session_hash = fingerprint(session_token)
        with self._unit() as unit:
            unit.agents.end_session(session_hash)
        self._sessions.session_ended(session_hash)

    def hang_up_on_ended(self) -> None:
        """Closes the sockets of sessions that ran out, or were ended by another process."""
        if seated := self._sessions.open_sessions():
            with self._unit(write=False) as unit:
                living = unit.agents.living_sessions(unit.now)
            for session_hash in seated - living:
                self._sessions.session_ended(session_hash)

    def forget_expired(self) -> None:
        """Deletes what opens nothing and counts for nothing any more."""
        with self._unit() as unit:
            unit.agents.forget(expired_at=unit.now, failed_before=unit.now - FAILURES_IN)

    def note_refusal(self, agent: Agent, action: str) -> None:
        """Somebody tried what their role may not."""
        with self._unit() as unit:
            unit.audit.note(unit.now, agent.id, action[:60], None, allowed=False)

    # --- tickets ---

    def issue_agent_ticket(self, agent: Agent, session_token: str) -> str:
        return self._issue("agent", agent.id, fingerprint(session_token))

    def issue_visitor_ticket(self, conversation_id: str) -> str:
        return self._issue("visitor", conversation_id, None)

    def redeem_ticket(self, ticket: str, kind: str) -> Ticket:
        """Uses a ticket up. Raises `NotLoggedIn` if it is unknown, expired, used, or of the other kind."""
        with self._unit() as unit:
            redeemed = unit.agents.take_ticket(fingerprint(ticket), kind, unit.now)
        if redeemed is None:
            raise NotLoggedIn("This ticket opens nothing.")
        return redeemed

    # --- steps of a log-in ---

    def _begin_log_in(self, email: str, address: str) -> AgentAccount | None:
        """Counts the try before it is checked, so that parallel guesses count too."""
        known = email.strip().lower()
        by_email, by_address = fingerprint("email", known), fingerprint("address", address)
        with self._unit() as unit:
            since = unit.now - FAILURES_IN
            locked = (
                unit.agents.failures_since(by_email, since) >= FAILURES_PER_EMAIL
                or unit.agents.failures_since(by_address, since) >= FAILURES_PER_ADDRESS
            )
            if not locked:
                unit.agents.add_failure(by_email, unit.now)
            account = unit.agents.account_of(known)
        if locked:
            raise TooMany("Too many failed log-ins. Please wait a quarter of an hour.")
        return account

    def _note_failure(self, account: AgentAccount | None, address: str) -> None:
        with self._unit() as unit:
            unit.agents.add_failure(fingerprint("address", address), unit.now)
            unit.audit.note(unit.now, account.agent.id if account else None, "log_in", None, allowed=False)

    def _open_session(self, agent: Agent) -> str:
        token = new_secret()
        with self._unit() as unit:
            unit.agents.forget_failures(fingerprint("email", agent.email))
            unit.agents.add_session(fingerprint(token), agent.id, unit.now, unit.now + SESSION_LIFE)
            unit.audit.note(unit.now, agent.id, "log_in", None, allowed=True)
        return token

    def _issue(self, kind: str, subject: str, session_hash: str | None) -> str:
        ticket = new_secret()
        with self._unit() as unit:
            unit.agents.add_ticket(fingerprint(ticket), kind, subject, session_hash, unit.now + TICKET_LIFE)
        return ticket

    def _works(self, account: AgentAccount) -> bool:
        return account.active and (self._demo or not account.demo)

    def _matches(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    @cached_property
    def _nobodys_hash(self) -> str:
        return self._hasher.hash(new_secret())


def normal_email(email: str) -> str:
    """Lower case, no blanks around. Raises `InvalidInput` if it cannot be a mail address."""
    normal = email.strip().lower()
    if not re.fullmatch(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,185}\.[^@\s\x00-\x1f.]{2,}", normal):
        raise InvalidInput("This is no mail address.")
    return normal
