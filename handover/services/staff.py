"""Who is there, and for what: the status, the skills and the load of agents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from handover.contract.base import Language
from handover.contract.people import People, PersonRow
from handover.contract.routing import AgentStatus, Colleague
from handover.domain.agent import Agent
from handover.domain.errors import InvalidInput, NotFound
from handover.domain.routing import Status
from handover.services.access import Action, may, require
from handover.services.agents import SessionWatch
from handover.services.placing import Intake
from handover.services.ports import AgentAccount, Units
from handover.services.queue import colleague

LOAD, LOAD_MOST = 4, 50
"""Conversations somebody has at once: unless said otherwise, and at most."""


NOT_AT_WORK = {"status": "off", "online": False, "load": 0, "load_limit": 0, "languages": (), "topics": ()}


class Skills(NamedTuple):
    """What somebody may be asked for. No topics: all; no team: only cases of no team."""

    languages: Sequence[Language]
    topics: Sequence[str] = ()
    load_limit: int = LOAD
    team: str | None = None


class Staff:
    def __init__(self, unit: Units, intake: Intake, watch: SessionWatch | None = None) -> None:
        """`watch` hangs up on open pages that know what somebody may see no more; they come back at once."""
        self._unit, self._intake, self._watch = unit, intake, watch

    def people(self, keeper: Agent) -> People:
        """Everybody with an account, and what they may be asked for."""
        require(keeper, Action.KEEP_STAFF)
        with self._unit(write=False) as unit:
            accounts = unit.agents.accounts()
            at_work = {one.id: colleague(one) for one in self._intake.staff(unit)}
        rows = [_person(account, at_work.get(account.agent.id)) for account in accounts]
        return People(
            people=tuple(sorted(rows, key=lambda row: (not row.active, row.name.casefold(), row.id))),
            topics=self.topics,
            teams=self.teams,
            load_most=LOAD_MOST,
        )

    def keep(self, keeper: Agent, agent_id: str, skills: Skills) -> None:
        """Raises `NotFound` for who takes no cases, `InvalidInput` for what the rules do not know."""
        require(keeper, Action.KEEP_STAFF)
        self._require_known(skills)
        with self._unit() as unit:
            account = unit.agents.account(agent_id)
            if account is None or not may(account.agent, Action.SERVE_CONVERSATIONS):
                raise NotFound("There is nobody of this name who takes cases.")
            unit.staff.set_skills(
                agent_id, languages=skills.languages, topics=skills.topics, load_limit=skills.load_limit
            )
            unit.staff.set_team(agent_id, skills.team)
            unit.audit.note(unit.now, keeper.id, "agent.skills", agent_id, allowed=True)
            moved = account.agent.team != skills.team
            sessions = [one.token_hash for one in unit.agents.sessions(unit.now, agent_id)] if moved else []
        for session_hash in sessions:
            if self._watch is not None:
                self._watch.session_ended(session_hash)

    def _require_known(self, skills: Skills) -> None:
        if unknown := sorted(set(skills.topics) - set(self.topics)):
            raise InvalidInput(f"The desk's rules know no topic {', '.join(unknown)}.")
        if skills.team is not None and skills.team not in self.teams:
            raise InvalidInput(f"The desk's rules know no team {skills.team}.")
        if not skills.languages or not 1 <= skills.load_limit <= LOAD_MOST:
            raise InvalidInput(f"At least one language, and a load from 1 to {LOAD_MOST}.")

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
        self._require_known(Skills(languages, topics, load_limit))
        with self._unit() as unit:
            account = unit.agents.account_of(email.strip().lower())
            if account is None:
                raise NotFound("There is no account with this address.")
            unit.staff.set_skills(account.agent.id, languages=languages, topics=topics, load_limit=load_limit)
            unit.audit.note(unit.now, None, "agent.skills", account.agent.id, allowed=True)
        return account.agent


def _person(account: AgentAccount, at_work: Colleague | None) -> PersonRow:
    """Who takes no cases, or may not log in, has nothing that routing looks at."""
    agent = account.agent
    known = {name: getattr(agent, name) for name in ("id", "name", "email", "team")}
    shown = at_work.model_dump(include=set(PersonRow.model_fields) - set(known)) if at_work else NOT_AT_WORK
    return PersonRow.model_validate(
        {
            **known,
            **shown,
            "role": agent.role.value,
            "active": account.active,
            "serves": may(agent, Action.SERVE_CONVERSATIONS),
        }
    )
