"""Who is there, and for what: the status, the skills and the load of agents."""

from __future__ import annotations

from collections.abc import Sequence

from handover.contract.base import Language
from handover.contract.routing import AgentStatus, Colleague
from handover.domain.agent import Agent
from handover.domain.errors import InvalidInput, NotFound
from handover.domain.routing import Status
from handover.services.access import Action, require
from handover.services.placing import Intake
from handover.services.ports import Units
from handover.services.queue import colleague

LOAD, LOAD_MOST = 4, 50
"""Conversations somebody has at once: unless said otherwise, and at most."""


class Staff:
    def __init__(self, unit: Units, intake: Intake) -> None:
        self._unit, self._intake = unit, intake

    @property
    def topics(self) -> tuple[str, ...]:
        """All groups of skills that the rules know."""
        return tuple(self._intake.rules.topics)

    def colleague(self, agent: Agent) -> Colleague | None:
        """How routing sees somebody; nothing for those who take no cases."""
        with self._unit(write=False) as unit:
            return next((colleague(one) for one in self._intake.staff(unit) if one.id == agent.id), None)

    def set_status(self, agent: Agent, status: AgentStatus) -> None:
        require(agent, Action.SERVE_CONVERSATIONS)
        with self._unit() as unit:
            unit.staff.set_status(agent.id, Status(status), unit.now)
            unit.audit.note(unit.now, agent.id, f"status.{status}", agent.id, allowed=True)

    @property
    def teams(self) -> tuple[str, ...]:
        return tuple(self._intake.rules.teams)

    def set_team(self, email: str, team: str | None) -> Agent:
        """Whose cases they share. Raises `NotFound` for an unknown address, `InvalidInput` for a team the rules do not know."""
        if team is not None and team not in self.teams:
            raise InvalidInput(f"The desk's rules know no team {team}.")
        with self._unit() as unit:
            account = unit.agents.account_of(email.strip().lower())
            if account is None:
                raise NotFound("There is no account with this address.")
            unit.staff.set_team(account.agent.id, team)
            unit.audit.note(unit.now, None, "agent.team", account.agent.id, allowed=True)
        return account.agent

    def set_skills(
        self, email: str, *, languages: Sequence[Language], topics: Sequence[str], load_limit: int = LOAD
    ) -> Agent:
        """No topics: all. Raises `NotFound` for an unknown address, `InvalidInput` for what the rules do not know."""
        if unknown := sorted(set(topics) - set(self.topics)):
            raise InvalidInput(f"The desk's rules know no topic {', '.join(unknown)}.")
        if not languages or not 1 <= load_limit <= LOAD_MOST:
            raise InvalidInput(f"At least one language, and a load from 1 to {LOAD_MOST}.")
        with self._unit() as unit:
            account = unit.agents.account_of(email.strip().lower())
            if account is None:
                raise NotFound("There is no account with this address.")
            unit.staff.set_skills(account.agent.id, languages=languages, topics=topics, load_limit=load_limit)
            unit.audit.note(unit.now, None, "agent.skills", account.agent.id, allowed=True)
        return account.agent
