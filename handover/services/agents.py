"""Accounts of the desk, their sessions, and the single-use tickets that open sockets. How one gets in: `entering.py`."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Protocol

from handover.contract.base import Language
from handover.domain.agent import Agent, Role
from handover.domain.errors import AddressTaken, InvalidInput, LastAdmin, NotFound, NotLoggedIn, Unavailable
from handover.domain.routing import Status
from handover.services.devices import Device
from handover.services.log_ins import WINDOW
from handover.services.passwords import Passwords
from handover.services.ports import AgentAccount, Ticket, UnitOfWork, Units
from handover.services.steps import printable
from handover.services.tokens import fingerprint, new_id, new_secret

SESSION_LIFE = timedelta(hours=12)
TICKET_LIFE = timedelta(seconds=30)
DEVICE_LIFE = timedelta(days=180)
"""After the last log-in, a browser is a stranger again."""
NAME_MOST = 100
"""Characters."""
SEEN = timedelta(minutes=1)
"""So often at most it is noted that a session is in use."""


class SessionWatch(Protocol):
    """Knows the sessions of the open sockets, and is told when one ends, so that they close."""

    def open_sessions(self) -> frozenset[str]: ...
    def session_ended(self, session_hash: str) -> None: ...


class Agents:
    """Sessions and tickets are kept as fingerprints only."""

    def __init__(self, unit: Units, sessions: SessionWatch, *, demo: bool, passwords: Passwords | None = None) -> None:
        """Demo accounts, whose passwords everybody knows, work only with `demo`."""
        self._unit, self._sessions, self._demo = unit, sessions, demo
        self._passwords = passwords or Passwords()
        self._seen: dict[str, datetime] = {}

    # --- accounts ---

    def add(
        self,
        *,
        email: str,
        name: str,
        password: str,
        role: Role,
        language: Language,
        demo: bool = False,
        by: Agent | None = None,
    ) -> Agent:
        """Raises `InvalidInput` for a bad address, a taken one, an empty name or a weak password."""
        agent = Agent(new_id(), normal_email(email), readable_name(name), role, language)
        password_hash = self._passwords.hash(password, agent.email)
        with self._unit() as unit:
            if unit.agents.account_of(agent.email):
                raise AddressTaken("There is an account with this address already.")
            unit.agents.add(agent, password_hash, demo=demo, at=unit.now)
            unit.audit.note(unit.now, by.id if by else None, "agent.added", agent.id, allowed=True)
        return agent

    def accounts(self) -> list[AgentAccount]:
        with self._unit(write=False) as unit:
            return unit.agents.accounts()

    def set_active(self, agent_id: str, *, active: bool, by: Agent | None = None) -> None:
        """Disabling ends every session and every lease. The running desk, often another process, soon sees both.

        Without `by` it is the command line. Raises `NotFound`, `LastAdmin`.
        """
        with self._unit() as unit:
            if not active:
                _require_another_admin(unit, agent_id)
            if unit.agents.account(agent_id) is None:
                raise NotFound("No such account.")
            unit.agents.set_active(agent_id, active)
            ended = [] if active else show_out(unit, agent_id)
            if not active:
                unit.agents.forget_devices(agent_id)
            action = "agent.enabled" if active else "agent.disabled"
            unit.audit.note(unit.now, by.id if by else None, action, agent_id, allowed=True)
        self._hang_up(ended)

    def set_role(self, agent_id: str, role: Role, *, by: Agent | None = None) -> None:
        """What the account may do from now on. Its sessions end, so that no open page keeps what it could do before.

        Raises `NotFound`, `LastAdmin`.
        """
        with self._unit() as unit:
            if role is not Role.ADMIN:
                _require_another_admin(unit, agent_id)
            if unit.agents.account(agent_id) is None:
                raise NotFound("No such account.")
            unit.agents.set_role(agent_id, role)
            ended = show_out(unit, agent_id)
            unit.audit.note(unit.now, by.id if by else None, f"agent.role {role}", agent_id, allowed=True)
        self._hang_up(ended)

    def _hang_up(self, ended: list[str]) -> None:
        for session_hash in ended:
            self._sessions.session_ended(session_hash)

    # --- sessions ---

    def authenticate(self, session_token: str) -> Agent:
        return self.of_session(fingerprint(session_token))

    def of_session(self, session_hash: str) -> Agent:
        with self._unit(write=False) as unit:
            now = unit.now
            agent = unit.agents.session_agent(session_hash, now)
            account = agent and unit.agents.account(agent.id)
        if not (account and self.works(account)):
            raise NotLoggedIn("Please log in.")
        self._note_seen(session_hash, now)
        return account.agent

    def open_session(self, unit: UnitOfWork, agent: Agent, kind: Device) -> str:
        """The secret of a new session: the last step of every log-in."""
        secret = new_secret()
        unit.agents.add_session(
            fingerprint(secret), agent.id, unit.now, unit.now + SESSION_LIFE, browser=kind.browser, system=kind.system
        )
        unit.staff.set_status(agent.id, Status.AVAILABLE, unit.now)
        unit.audit.note(unit.now, agent.id, "log_in", None, allowed=True)
        return secret

    def log_out(self, session_token: str) -> None:
        """Whoever logs out leaves: their cases are due to go back into the queue (`Handovers.expire_leases`)."""
        session_hash = fingerprint(session_token)
        with self._unit() as unit:
            if agent := unit.agents.session_agent(session_hash, unit.now):
                unit.conversations.renew_leases(agent.id, unit.now)
                unit.staff.set_status(agent.id, Status.OFF, unit.now)
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
            self._seen = {one: at for one, at in self._seen.items() if at > unit.now - SEEN}
            unit.agents.forget(
                expired_at=unit.now, failed_before=unit.now - WINDOW, unseen_since=unit.now - DEVICE_LIFE
            )

    def note_refusal(self, agent: Agent, action: str) -> None:
        """Somebody tried what their role may not."""
        with self._unit() as unit:
            unit.audit.note(unit.now, agent.id, action[:60], None, allowed=False)

    # --- tickets ---

    def issue_agent_ticket(self, agent: Agent, session_token: str) -> str:
        return self._issue("agent", agent.id, fingerprint(session_token))

    def issue_visitor_ticket(self, conversation_id: str, token: str) -> str:
        return self._issue("visitor", conversation_id, fingerprint(token))

    def redeem_ticket(self, ticket: str, kind: str) -> Ticket:
        """Uses a ticket up. Raises `NotLoggedIn` if it is unknown, expired, used, or of the other kind."""
        with self._unit() as unit:
            redeemed = unit.agents.take_ticket(fingerprint(ticket), kind, unit.now)
        if redeemed is None:
            raise NotLoggedIn("This ticket opens nothing.")
        return redeemed

    def _issue(self, kind: str, subject: str, session_hash: str | None) -> str:
        ticket = new_secret()
        with self._unit() as unit:
            unit.agents.add_ticket(fingerprint(ticket), kind, subject, session_hash, unit.now + TICKET_LIFE)
        return ticket

    def _note_seen(self, session_hash: str, now: datetime) -> None:
        """A request is not refused because this cannot be written."""
        if session_hash in self._seen and self._seen[session_hash] > now - SEEN:
            return
        self._seen[session_hash] = now
        with suppress(Unavailable), self._unit() as unit:
            unit.agents.session_seen(session_hash, now)

    def works(self, account: AgentAccount) -> bool:
        """Whether anybody may log in with it at all."""
        return account.active and (self._demo or not account.demo)


def show_out(unit: UnitOfWork, agent_id: str) -> list[str]:
    """Ends an agent's sessions and leases. The running desk, often another process, soon sees both.

    Answers which sessions ended, for whoever hangs up on their sockets.
    """
    ended = [one.token_hash for one in unit.agents.sessions(unit.now, agent_id)]
    unit.agents.end_sessions(agent_id)
    unit.conversations.renew_leases(agent_id, unit.now)
    return ended


def _require_another_admin(unit: UnitOfWork, agent_id: str) -> None:
    """An installation that nobody may keep could only be mended at the command line."""
    if unit.agents.locked_admins() == [agent_id]:
        raise LastAdmin("The last admin stays one.")


def readable_name(name: str) -> str:
    """As visitors read it. Raises `InvalidInput` if there is none, or it is no line."""
    normal = " ".join(printable(name).split())
    if not 0 < len(normal) <= NAME_MOST:
        raise InvalidInput("An agent needs a name; visitors read it.")
    return normal


def normal_email(email: str) -> str:
    """Lower case, no blanks around. Raises `InvalidInput` if it cannot be a mail address."""
    normal = email.strip().lower()
    if not re.fullmatch(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,185}\.[^@\s\x00-\x1f.]{2,}", normal):
        raise InvalidInput("This is no mail address.")
    return normal
