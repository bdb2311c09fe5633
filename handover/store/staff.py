"""Agents as routing sees them: skills, status, load."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, Select, func, select, update

from handover.domain.conversation import State
from handover.domain.routing import Candidate, Status
from handover.services.access import ALLOWED, Action
from handover.store.tables import agents, conversations, offers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

SERVING = [role for role, actions in ALLOWED.items() if Action.SERVE_CONVERSATIONS in actions]


class SqlStaffStore:
    """See `ports.StaffStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def candidates(self, heard_since: datetime) -> list[Candidate]:
        rows = self._connection.execute(_with_load().order_by(agents.c.name, agents.c.id))
        return [_candidate(row, heard_since) for row in rows]

    def candidate(self, agent_id: str, heard_since: datetime) -> Candidate | None:
        self._connection.execute(select(agents.c.id).where(agents.c.id == agent_id).with_for_update())
        row = self._connection.execute(_with_load().where(agents.c.id == agent_id)).one_or_none()
        return _candidate(row, heard_since) if row else None

    def status(self, agent_id: str) -> Status:
        return Status(self._connection.execute(select(agents.c.status).where(agents.c.id == agent_id)).scalar_one())

    def set_status(self, agent_id: str, status: Status, at: datetime) -> None:
        other = update(agents).where(agents.c.id == agent_id, agents.c.status != status)
        self._connection.execute(other.values(status=status, status_since=at))

    def set_skills(self, agent_id: str, *, languages: Sequence[str], topics: Sequence[str], load_limit: int) -> None:
        self._set(agent_id, languages=list(languages), topics=list(topics) or None, load_limit=load_limit)

    def set_team(self, agent_id: str, team: str | None) -> None:
        self._set(agent_id, team=team)

    def note_heard(self, agent_id: str, at: datetime) -> None:
        self._set(agent_id, seen_at=at)

    def note_taken(self, agent_id: str, at: datetime) -> None:
        self._set(agent_id, took_at=at)

    def _set(self, agent_id: str, **values: object) -> None:
        self._connection.execute(update(agents).where(agents.c.id == agent_id).values(**values))


def _with_load() -> Select[Any]:
    has = select(func.count()).where(conversations.c.state == State.AGENT, conversations.c.owner_id == agents.c.id)
    is_asked = select(func.count()).where(offers.c.agent_id == agents.c.id, offers.c.ended_at.is_(None))
    load = has.scalar_subquery() + is_asked.scalar_subquery()
    return select(agents, load.label("load")).where(agents.c.active, agents.c.role.in_(SERVING))


def _candidate(row: Row[Any], heard_since: datetime) -> Candidate:
    return Candidate(
        id=row.id,
        name=row.name,
        status=Status(row.status),
        online=row.seen_at is not None and row.seen_at > heard_since,
        load=row.load,
        load_limit=row.load_limit,
        languages=frozenset(row.languages or (row.language,)),
        topics=frozenset(row.topics or ()),
        took_at=row.took_at,
        team=row.team,
    )
