"""The store: customers, agents, the audit trail, mails."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from handover.contract.audit import AuditEntry, AuditKind
from handover.contract.dossier import TimelineEntry
from handover.domain.agent import Agent, Role, Sight
from handover.domain.customer import Consent, Customer
from handover.services.ports.gateways import Mail


class CustomerFound(NamedTuple):
    """A customer known by an identity."""

    customer_id: str
    identity_id: str
    name: str


class TimelinePlace(NamedTuple):
    """Where a line stands in a timeline; unique, so that pages have no gaps and no doubles."""

    at: datetime
    conversation_id: str
    """Empty for what the shop told."""
    number: int


class TimelineLine(NamedTuple):
    place: TimelinePlace
    entry: TimelineEntry


class CustomerStore(Protocol):
    """Customer records, their identities and their one timeline."""

    def record(self, customer_id: str) -> Customer:
        """Raises `NotFound`."""

    def has_case(self, customer_id: str, sight: Sight, since: datetime) -> bool:
        """Whether a person was called in a conversation of theirs that is in sight, and it is open or was since then."""

    def search(self, query: str, limit: int) -> list[Customer]:
        """By part of a name, mail address or phone, by number, or by the number of an order."""

    def timeline(self, customer_id: str, before: TimelinePlace | None, limit: int, sight: Sight) -> list[TimelineLine]:
        """Newest first; of conversations only those in sight."""

    def find_by_email(self, email: str) -> CustomerFound | None: ...
    def id_of_number(self, number: str) -> str | None: ...
    def prove_identity(self, identity_id: str, trust: str, at: datetime) -> None: ...
    def set_phone(self, customer_id: str, phone: str | None) -> None:
        """In E.164."""

    def set_address(self, customer_id: str, street: str | None, postcode: str | None, city: str | None) -> None: ...
    def consents_of(self, customer_id: str) -> list[Consent]: ...
    def set_consent(self, customer_id: str, consent: Consent) -> None:
        """One for each purpose: the last word counts."""

    def everything_about(self, customer_id: str) -> dict[str, list[dict[str, Any]]]:
        """What is kept about them and nobody else, by table; without secrets and without names of the staff."""

    def add_event(self, customer_id: str, type_: str, data: dict[str, object], at: datetime) -> None:
        """A line of the timeline that belongs to no conversation."""


class AgentAccount(NamedTuple):
    agent: Agent
    password_hash: str
    """Empty: whoever it is logs in through their company."""
    active: bool
    demo: bool
    company_id: str | None = None
    """Fingerprint of whom the company's log-in names."""


class AgentSession(NamedTuple):
    token_hash: str
    agent_id: str
    created_at: datetime
    seen_at: datetime
    """Within a minute."""
    browser: str
    system: str


class Ticket(NamedTuple):
    subject: str
    session_hash: str | None


class AgentStore(Protocol):
    """Accounts, sessions, socket tickets and failed log-ins."""

    def add(self, agent: Agent, password_hash: str, *, demo: bool, at: datetime) -> None: ...
    def account(self, agent_id: str) -> AgentAccount | None: ...
    def account_of(self, email: str) -> AgentAccount | None: ...
    def accounts(self) -> list[AgentAccount]: ...
    def set_active(self, agent_id: str, active: bool) -> None: ...  # noqa: FBT001
    def set_role(self, agent_id: str, role: Role) -> None: ...
    def set_name(self, agent_id: str, name: str) -> None: ...
    def locked_admins(self) -> list[str]:
        """Ids of active admins; nobody else disables or lowers one of them until the unit ends."""

    def account_of_company(self, company_id: str) -> AgentAccount | None: ...
    def set_company(self, agent_id: str, company_id: str | None) -> None: ...
    def set_password(self, agent_id: str, password_hash: str) -> None: ...
    def add_session(
        self, token_hash: str, agent_id: str, created_at: datetime, expires_at: datetime, *, browser: str, system: str
    ) -> None: ...
    def sessions(self, now: datetime, agent_id: str | None = None) -> list[AgentSession]:
        """Those that live, of everybody or of one; who was seen last comes first."""

    def session_seen(self, token_hash: str, at: datetime) -> None: ...
    def session_agent(self, token_hash: str, now: datetime) -> Agent | None:
        """Whose live session this is, if the account is active."""

    def living_sessions(self, now: datetime) -> frozenset[str]:
        """Of active accounts."""

    def end_session(self, token_hash: str) -> None: ...
    def end_sessions(self, agent_id: str) -> None: ...
    def add_device(self, token_hash: str, agent_id: str, at: datetime) -> None: ...
    def knows_device(self, token_hash: str, agent_id: str) -> bool: ...
    def device_seen(self, token_hash: str, at: datetime) -> None: ...
    def forget_devices(self, agent_id: str) -> None: ...
    def add_failure(self, subject: str, at: datetime) -> None: ...
    def failures_since(self, subject: str, since: datetime) -> int: ...
    def forget_failures(self, subject: str) -> None: ...
    def add_ticket(
        self, token_hash: str, kind: str, subject: str, session_hash: str | None, expires_at: datetime
    ) -> None: ...
    def ticket_subject(self, token_hash: str, kind: str, now: datetime) -> str | None:
        """Of one that could still be used, without using it."""

    def take_ticket(self, token_hash: str, kind: str, now: datetime) -> Ticket | None:
        """Use a ticket up, in one statement; nothing if it is unknown, expired or used."""

    def forget(self, *, expired_at: datetime, failed_before: datetime, unseen_since: datetime) -> None:
        """Deletes sessions and tickets that have expired, failed log-ins that count no more, and old devices."""


class SecondStepStore(Protocol):
    """Authenticator apps and recovery codes."""

    def begin(self, agent_id: str, sealed: str, at: datetime) -> None:
        """Puts it in the place of one that was never confirmed."""

    def sealed(self, agent_id: str) -> str | None:
        """The app's secret, confirmed or not."""

    def is_on(self, agent_id: str) -> bool:
        """Whether it was confirmed."""

    def on_since(self) -> dict[str, datetime]:
        """When it was confirmed, by account."""

    def confirm(self, agent_id: str, at: datetime) -> None: ...
    def use_step(self, agent_id: str, step: int) -> bool:
        """In one statement: False if this time, or a later one, was used before."""

    def remove(self, agent_id: str) -> None:
        """With the recovery codes."""

    def set_recovery_codes(self, agent_id: str, hashes: Sequence[str]) -> None: ...
    def use_recovery_code(self, agent_id: str, code_hash: str) -> bool:
        """In one statement: False if there is none such, or it was used before."""

    def recovery_codes_left(self, agent_id: str) -> int: ...


class AuditFilter(NamedTuple):
    """None: any."""

    agent_id: str | None = None
    conversation: str | None = None
    customer: str | None = None
    """Id or number."""
    kind: AuditKind | None = None
    since: datetime | None = None
    until: datetime | None = None


class AuditStore(Protocol):
    """Only added to. `conversation` and `customer` are ids of whose data it was; no message text ever stands here."""

    def note(
        self,
        at: datetime,
        agent_id: str | None,
        action: str,
        subject: str | None,
        *,
        allowed: bool,
        conversation: str | None = None,
        customer: str | None = None,
        why: str | None = None,
    ) -> None: ...
    def noted_since(
        self,
        agent_id: str,
        action: str,
        since: datetime,
        *,
        conversation: str | None = None,
        customer: str | None = None,
    ) -> bool:
        """Whether they did this with it since: with the conversation, else with the customer; with neither, with nothing."""

    def page(self, wanted: AuditFilter, before: int | None, limit: int) -> list[AuditEntry]:
        """Newest first; `before`: entries older than the one with this id."""


class StoredMail(NamedTuple):
    id: int
    mail: Mail
    created_at: datetime
    sent_at: datetime | None
    tries: int
    error: str | None


class MailStore(Protocol):
    """The outbox: written in the transaction, sent after it."""

    def add(self, mail: Mail, at: datetime) -> int: ...
    def unsent(self, limit: int) -> list[StoredMail]: ...
    def latest(self, limit: int) -> list[StoredMail]: ...
    def begin(self, mail_id: int, now: datetime, until: datetime) -> bool:
        """Take an unsent mail for sending, in one statement; False if it was sent, or another process sends it."""

    def mark_sent(self, mail_id: int, at: datetime) -> None: ...
    def mark_failed(self, mail_id: int, error: str) -> None: ...
