"""What admins do for the accounts of others: see how they are secured, end their sessions, let them set up a new second step."""

from __future__ import annotations

from handover.contract.accounts import AccountRow
from handover.domain.agent import Agent
from handover.domain.errors import NotAllowed, NotFound
from handover.services.access import Action, require
from handover.services.agents import SessionWatch, show_out
from handover.services.ports import AgentSession, UnitOfWork, Units
from handover.services.second_step import SecondStep


class AccountCare:
    def __init__(self, unit: Units, watch: SessionWatch, second_step: SecondStep) -> None:
        self._unit, self._watch, self._second_step = unit, watch, second_step

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


def _end_all(unit: UnitOfWork, agent_id: str) -> list[str]:
    if unit.agents.account(agent_id) is None:
        raise NotFound("There is no such account.")
    ended = [one.token_hash for one in unit.agents.sessions(unit.now, agent_id)]
    show_out(unit, agent_id)
    return ended
