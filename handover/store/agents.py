"""Accounts, sessions, socket tickets, failed log-ins, and the audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from handover.domain.agent import Agent, Role
from handover.services.ports import AgentAccount, Ticket
from handover.store.tables import agent_sessions, agents, audit, login_failures, tickets

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any


class SqlAgentStore:
    """See `ports.AgentStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, agent: Agent, password_hash: str, *, demo: bool, at: datetime) -> None:
        self._connection.execute(
            insert(agents).values(
                id=agent.id,
                email=agent.email,
                name=agent.name,
                role=agent.role,
                language=agent.language,
                password_hash=password_hash,
                active=True,
                demo=demo,
                created_at=at,
            )
        )

    def account(self, agent_id: str) -> AgentAccount | None:
        row = self._connection.execute(select(agents).where(agents.c.id == agent_id)).one_or_none()
        return _account(row) if row else None

    def account_of(self, email: str) -> AgentAccount | None:
        row = self._connection.execute(select(agents).where(agents.c.email == email)).one_or_none()
        return _account(row) if row else None

    def accounts(self) -> list[AgentAccount]:
        return [_account(row) for row in self._connection.execute(select(agents).order_by(agents.c.email))]

    def set_active(self, agent_id: str, active: bool) -> None:  # noqa: FBT001
        self._connection.execute(update(agents).where(agents.c.id == agent_id).values(active=active))

    def add_session(self, token_hash: str, agent_id: str, created_at: datetime, expires_at: datetime) -> None:
        self._connection.execute(
            insert(agent_sessions).values(
                token_hash=token_hash, agent_id=agent_id, created_at=created_at, expires_at=expires_at
            )
        )

    def session_agent(self, token_hash: str, now: datetime) -> Agent | None:
        row = self._connection.execute(
            select(agents)
            .join(agent_sessions)
            .where(agent_sessions.c.token_hash == token_hash, agent_sessions.c.expires_at > now, agents.c.active)
        ).one_or_none()
        return _account(row).agent if row else None

    def living_sessions(self, now: datetime) -> frozenset[str]:
        query = (
            select(agent_sessions.c.token_hash).join(agents).where(agent_sessions.c.expires_at > now, agents.c.active)
        )
        return frozenset(self._connection.execute(query).scalars())

    def end_session(self, token_hash: str) -> None:
        self._connection.execute(delete(agent_sessions).where(agent_sessions.c.token_hash == token_hash))

    def end_sessions(self, agent_id: str) -> None:
        self._connection.execute(delete(agent_sessions).where(agent_sessions.c.agent_id == agent_id))

    def add_failure(self, subject: str, at: datetime) -> None:
        self._connection.execute(insert(login_failures).values(subject=subject, at=at))

    def failures_since(self, subject: str, since: datetime) -> int:
        failures = select(func.count()).where(login_failures.c.subject == subject, login_failures.c.at >= since)
        return self._connection.execute(failures).scalar_one()

    def forget_failures(self, subject: str) -> None:
        self._connection.execute(delete(login_failures).where(login_failures.c.subject == subject))

    def add_ticket(
        self, token_hash: str, kind: str, subject: str, session_hash: str | None, expires_at: datetime
    ) -> None:
        self._connection.execute(
            insert(tickets).values(
                token_hash=token_hash, kind=kind, subject=subject, session_hash=session_hash, expires_at=expires_at
            )
        )

    def take_ticket(self, token_hash: str, kind: str, now: datetime) -> Ticket | None:
        row = self._connection.execute(
            update(tickets)
            .where(
                tickets.c.token_hash == token_hash,
                tickets.c.kind == kind,
                tickets.c.used_at.is_(None),
                tickets.c.expires_at > now,
            )
            .values(used_at=now)
            .returning(tickets.c.subject, tickets.c.session_hash)
        ).one_or_none()
        return Ticket(row.subject, row.session_hash) if row else None

    def forget(self, *, expired_at: datetime, failed_before: datetime) -> None:
        self._connection.execute(delete(agent_sessions).where(agent_sessions.c.expires_at <= expired_at))
        self._connection.execute(delete(tickets).where(tickets.c.expires_at <= expired_at))
        self._connection.execute(delete(login_failures).where(login_failures.c.at < failed_before))


class SqlAuditStore:
    """See `ports.AuditStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, at: datetime, agent_id: str | None, action: str, subject: str | None, *, allowed: bool) -> None:
        self._connection.execute(
            insert(audit).values(at=at, agent_id=agent_id, action=action, subject=subject, allowed=allowed)
        )


def _account(row: Row[Any]) -> AgentAccount:
    agent = Agent(row.id, row.email, row.name, Role(row.role), row.language)
    return AgentAccount(agent, row.password_hash, row.active, row.demo)
