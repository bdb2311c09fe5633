"""What admins do for the accounts of others: add, disable, name, change roles; see how they are secured and help who is locked out."""

from __future__ import annotations

from handover.contract.accounts import AccountRow
from handover.contract.base import Language
from handover.contract.people import Handed
from handover.domain.agent import Agent, Role
from handover.domain.errors import NotAllowed, NotFound
from handover.services.access import Action, require
from handover.services.agents import Agents, SessionWatch, readable_name, show_out
from handover.services.passwords import Passwords, handed_password
from handover.services.ports import AgentSession, UnitOfWork, Units
from handover.services.second_step import SecondStep


class AccountCare:
    """Nobody changes their own role, disables themselves or resets their own password here."""

    def __init__(
        self, unit: Units, watch: SessionWatch, second_step: SecondStep, agents: Agents, passwords: Passwords
    ) -> None:
        self._unit, self._watch, self._second_step = unit, watch, second_step
        self._agents, self._passwords = agents, passwords

    def accounts(self, admin: Agent) -> list[AccountRow]:
        require(admin, Action.KEEP_ACCOUNTS)
        with self._unit(write=False) as unit:
            on_since, living = unit.second_steps.on_since(), unit.agents.sessions(unit.now)
            accounts = unit.agents.accounts()
        sessions: dict[str, list[AgentSession]] = {}
        for one in living:
            sessions.setdefault(one.agent_id, []).append(one)
        return [
            AccountRow(
                id=account.agent.id,
                name=account.agent.name,
                email=account.agent.email,
                role=account.agent.role.value,
                active=account.active,
                has_password=bool(account.password_hash),
                second_step_since=on_since.get(account.agent.id),
                sessions=len(sessions.get(account.agent.id, ())),
                seen_at=max((one.seen_at for one in sessions.get(account.agent.id, ())), default=None),
            )
            for account in accounts
        ]

    # --- who has one ---

    def add(self, admin: Agent, *, email: str, name: str, role: Role, language: Language) -> Handed:
        """With a password that is shown once. Raises `InvalidInput`, `AddressTaken`."""
        require(admin, Action.KEEP_ACCOUNTS)
        password = handed_password()
        added = self._agents.add(email=email, name=name, password=password, role=role, language=language, by=admin)
        return Handed(id=added.id, email=added.email, password=password)

    def rename(self, admin: Agent, agent_id: str, name: str) -> None:
        """What visitors read from now on; what they have read keeps the old name. Raises `InvalidInput`, `NotFound`."""
        require(admin, Action.KEEP_ACCOUNTS)
        wanted = readable_name(name)
        with self._unit() as unit:
            account = unit.agents.account(agent_id)
            if account is None:
                raise NotFound("There is no such account.")
            unit.agents.set_name(agent_id, wanted)
            unit.audit.note(unit.now, admin.id, "agent.renamed", agent_id, allowed=True)
            sessions = [one.token_hash for one in unit.agents.sessions(unit.now, agent_id)]
        self._hang_up(sessions)  # their pages come back with the new name

    def set_role(self, admin: Agent, agent_id: str, role: Role) -> None:
        """Their cases go back into the queue. Raises `NotFound`, `LastAdmin`."""
        _require_other(admin, agent_id, "Somebody else has to change your role.")
        self._agents.set_role(agent_id, role, by=admin)

    def set_active(self, admin: Agent, agent_id: str, *, active: bool) -> None:
        """Their cases go back into the queue. Raises `NotFound`, `LastAdmin`."""
        _require_other(admin, agent_id, "Somebody else has to disable your account.")
        self._agents.set_active(agent_id, active=active, by=admin)

    def reset_password(self, admin: Agent, agent_id: str) -> Handed:
        """A new one that is shown once; ends their sessions, since whoever knew the old one may sit in one. Raises `NotFound`."""
        _require_other(admin, agent_id, "Your own password is changed in your account.")
        with self._unit() as unit:
            ended = _end_all(unit, agent_id)
            account = unit.agents.account(agent_id)
            assert account is not None
            password = handed_password()
            unit.agents.set_password(agent_id, self._passwords.hash(password, account.agent.email))
            unit.agents.forget_devices(agent_id)
            unit.audit.note(unit.now, admin.id, "account.password_reset", agent_id, allowed=True)
        self._hang_up(ended)
        return Handed(id=agent_id, email=account.agent.email, password=password)

    # --- how they are secured ---

    def end_sessions(self, admin: Agent, agent_id: str) -> None:
        """And puts the agent's conversations back into the queue. Raises `NotFound`."""
        require(admin, Action.KEEP_ACCOUNTS)
        with self._unit() as unit:
            ended = _end_all(unit, agent_id)
            unit.audit.note(unit.now, admin.id, "account.sessions_ended", agent_id, allowed=True)
        self._hang_up(ended)

    def reset_second_step(self, agent_id: str, *, admin: Agent | None = None) -> None:
        """For who has lost phone and recovery codes. Ends their sessions: who took the phone may sit in one.

        Without `admin` it is the command line. Nobody does it for themselves: that would be a way around the password.
        """
        if admin is not None:
            require(admin, Action.KEEP_ACCOUNTS)
            if admin.id == agent_id:
                raise NotAllowed("Your own second step is turned off in your account.")
        with self._unit() as unit:
            ended = _end_all(unit, agent_id)
            unit.agents.forget_devices(agent_id)
            self._second_step.turn_off(unit, agent_id, by=admin.id if admin else None)
        self._hang_up(ended)

    def unlink_company(self, agent_id: str) -> None:
        """The next log-in through the company with this mail address counts anew. Raises `NotFound`."""
        with self._unit() as unit:
            ended = _end_all(unit, agent_id)
            unit.agents.set_company(agent_id, None)
            unit.audit.note(unit.now, None, "account.company_unlinked", agent_id, allowed=True)
        self._hang_up(ended)

    def _hang_up(self, ended: list[str]) -> None:
        for session_hash in ended:
            self._watch.session_ended(session_hash)


def _require_other(admin: Agent, agent_id: str, otherwise: str) -> None:
    require(admin, Action.KEEP_ACCOUNTS)
    if admin.id == agent_id:
        raise NotAllowed(otherwise)


def _end_all(unit: UnitOfWork, agent_id: str) -> list[str]:
    if unit.agents.account(agent_id) is None:
        raise NotFound("There is no such account.")
    return show_out(unit, agent_id)
