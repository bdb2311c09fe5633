"""Accounts, sessions, socket tickets and failed log-ins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from handover.domain.agent import Agent, Role
from handover.services.ports import AgentAccount, AgentSession, Ticket
from handover.store.tables import agent_devices, agent_sessions, agents, login_failures, tickets
from handover.store.tables.base import UtcTime

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

# What each request and each socket needs is built once: SQLAlchemy takes longer to build a statement than to run it.
_ACCOUNT = select(agents).where(agents.c.id == bindparam("id"))
_OF_SESSION = (
    select(agents)
    .join(agent_sessions)
    .where(
        agent_sessions.c.token_hash == bindparam("token_hash"),
        agent_sessions.c.expires_at > bindparam("now"),
        agents.c.active,
    )
)
_ADD_TICKET = insert(tickets)
_TAKE_TICKET = (
    update(tickets)
    .where(
        tickets.c.token_hash == bindparam("hash"),
        tickets.c.kind == bindparam("its_kind"),
        tickets.c.used_at.is_(None),
        tickets.c.expires_at > bindparam("now"),
    )
    .values(used_at=bindparam("now"))
    .returning(tickets.c.subject, tickets.c.session_hash)
)


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
                team=agent.team,
                password_hash=password_hash,
                active=True,
                demo=demo,
                created_at=at,
            )
        )

    def account(self, agent_id: str) -> AgentAccount | None:
        row = self._connection.execute(_ACCOUNT, {"id": agent_id}).one_or_none()
        return _account(row) if row else None

    def account_of(self, email: str) -> AgentAccount | None:
        row = self._connection.execute(select(agents).where(agents.c.email == email)).one_or_none()
        return _account(row) if row else None

    def accounts(self) -> list[AgentAccount]:
        return [_account(row) for row in self._connection.execute(select(agents).order_by(agents.c.email))]

    def set_active(self, agent_id: str, active: bool) -> None:  # noqa: FBT001
        self._connection.execute(update(agents).where(agents.c.id == agent_id).values(active=active))

    def set_role(self, agent_id: str, role: Role) -> None:
        self._connection.execute(update(agents).where(agents.c.id == agent_id).values(role=role))

    def set_name(self, agent_id: str, name: str) -> None:
        self._connection.execute(update(agents).where(agents.c.id == agent_id).values(name=name))

    def locked_admins(self) -> list[str]:
        admins = select(agents.c.id).where(agents.c.active, agents.c.role == Role.ADMIN).order_by(agents.c.id)
        locked = admins.with_for_update(
            key_share=True
        )  # whoever refers to one of them, as a mention does, need not wait
        return list(self._connection.execute(locked).scalars())

    def account_of_company(self, company_id: str) -> AgentAccount | None:
        row = self._connection.execute(select(agents).where(agents.c.company_id == company_id)).one_or_none()
        return _account(row) if row else None

    def set_company(self, agent_id: str, company_id: str | None) -> None:
        self._connection.execute(update(agents).where(agents.c.id == agent_id).values(company_id=company_id))

    def set_password(self, agent_id: str, password_hash: str) -> None:
        self._connection.execute(update(agents).where(agents.c.id == agent_id).values(password_hash=password_hash))

    def add_session(
        self, token_hash: str, agent_id: str, created_at: datetime, expires_at: datetime, *, browser: str, system: str
    ) -> None:
        self._connection.execute(
            insert(agent_sessions).values(
                token_hash=token_hash,
                agent_id=agent_id,
                created_at=created_at,
                expires_at=expires_at,
                browser=browser,
                system=system,
            )
        )

    def sessions(self, now: datetime, agent_id: str | None = None) -> list[AgentSession]:
        seen_at = func.coalesce(agent_sessions.c.seen_at, agent_sessions.c.created_at, type_=UtcTime)
        living = select(agent_sessions, seen_at.label("last")).where(agent_sessions.c.expires_at > now)
        if agent_id is not None:
            living = living.where(agent_sessions.c.agent_id == agent_id)
        rows = self._connection.execute(living.order_by(seen_at.desc(), agent_sessions.c.token_hash))
        return [_session(row) for row in rows]

    def session_seen(self, token_hash: str, at: datetime) -> None:
        seen = update(agent_sessions).where(agent_sessions.c.token_hash == token_hash)
        self._connection.execute(seen.values(seen_at=at))

    def session_agent(self, token_hash: str, now: datetime) -> Agent | None:
        row = self._connection.execute(_OF_SESSION, {"token_hash": token_hash, "now": now}).one_or_none()
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

    def add_device(self, token_hash: str, agent_id: str, at: datetime) -> None:
        self._connection.execute(insert(agent_devices).values(token_hash=token_hash, agent_id=agent_id, seen_at=at))

    def knows_device(self, token_hash: str, agent_id: str) -> bool:
        known = select(agent_devices).where(
            agent_devices.c.token_hash == token_hash, agent_devices.c.agent_id == agent_id
        )
        return self._connection.execute(known).one_or_none() is not None

    def device_seen(self, token_hash: str, at: datetime) -> None:
        seen = update(agent_devices).where(agent_devices.c.token_hash == token_hash)
        self._connection.execute(seen.values(seen_at=at))

    def forget_devices(self, agent_id: str) -> None:
        self._connection.execute(delete(agent_devices).where(agent_devices.c.agent_id == agent_id))

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
        ticket = {"token_hash": token_hash, "kind": kind, "subject": subject, "session_hash": session_hash}
        self._connection.execute(_ADD_TICKET, {**ticket, "expires_at": expires_at})

    def ticket_subject(self, token_hash: str, kind: str, now: datetime) -> str | None:
        open_ones = select(tickets.c.subject).where(
            tickets.c.token_hash == token_hash,
            tickets.c.kind == kind,
            tickets.c.used_at.is_(None),
            tickets.c.expires_at > now,
        )
        return self._connection.execute(open_ones).scalar_one_or_none()

    def take_ticket(self, token_hash: str, kind: str, now: datetime) -> Ticket | None:
        row = self._connection.execute(_TAKE_TICKET, {"hash": token_hash, "its_kind": kind, "now": now}).one_or_none()
        return Ticket(row.subject, row.session_hash) if row else None

    def forget(self, *, expired_at: datetime, failed_before: datetime, unseen_since: datetime) -> None:
        self._connection.execute(delete(agent_sessions).where(agent_sessions.c.expires_at <= expired_at))
        self._connection.execute(delete(tickets).where(tickets.c.expires_at <= expired_at))
        self._connection.execute(delete(login_failures).where(login_failures.c.at < failed_before))
        self._connection.execute(delete(agent_devices).where(agent_devices.c.seen_at < unseen_since))


def _account(row: Row[Any]) -> AgentAccount:
    agent = Agent(row.id, row.email, row.name, Role(row.role), row.language, row.team)
    return AgentAccount(agent, row.password_hash, row.active, row.demo, row.company_id)


def _session(row: Row[Any]) -> AgentSession:
    return AgentSession(
        row.token_hash, row.agent_id, row.created_at, row.last, row.browser or "other", row.system or "other"
    )
