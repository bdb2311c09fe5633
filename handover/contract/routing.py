"""The desk's view of queue and routing: who waits, who is there, and why a case went where it went."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from handover.contract.base import Language, Wire
from handover.contract.events import ContactKind, ContactOutcome, RoutingReason
from handover.contract.frames import ConversationSummary

AgentStatus = Literal["available", "busy", "away", "off"]
"""What an agent says of themselves; cases are offered to those who are available. Log-out says `off`."""
RoutingMode = Literal["manual", "offer"]
"""Agents help themselves from the queue, or are asked one by one."""


class Colleague(Wire):
    """Somebody who may take cases."""

    id: str
    name: str
    status: AgentStatus
    online: bool
    """A page of theirs was heard of within the lease."""
    load: int
    """Conversations they have, and offers they have not answered."""
    load_limit: int
    languages: tuple[Language, ...]
    topics: tuple[str, ...]
    """None named: they take all."""
    team: str | None = None
    """Whose cases they share; none: those that are no team's."""
    shift_until: datetime | None = None
    """When the shift ends that they are in; none: they are in none, or nobody planned any."""


class OfferView(Wire):
    offer_id: str
    agent_id: str
    agent_name: str
    expires_at: datetime
    because: tuple[RoutingReason, ...]
    from_name: str | None = None
    """The colleague who hands the case to this very agent."""
    reason: str = ""
    """And why."""


class QueuedCase(Wire):
    summary: ConversationSummary
    place: int
    waited_seconds: int
    offer: OfferView | None


class ServiceLevel(Wire):
    """What the desk promises itself, in seconds. None: nothing."""

    accept_within: int | None = None
    """From the call for a person until somebody takes the case."""
    answer_within: int | None = None
    """From the visitor's first unanswered word to an agent until the agent's answer."""


class QueueView(Wire):
    """Answer to `GET /api/queue`."""

    mode: RoutingMode
    open: bool
    opens_at: datetime | None
    topics: tuple[str, ...]
    """All groups the desk's rules know."""
    teams: tuple[str, ...] = ()
    """All teams the desk's rules know; none: every case is everybody's."""
    service_level: ServiceLevel = ServiceLevel()
    waiting: tuple[QueuedCase, ...]
    agents: tuple[Colleague, ...]


class CandidateView(Wire):
    """Somebody who was considered, best first. `because` says why they were put there, or why they could not."""

    agent_id: str
    agent_name: str
    eligible: bool
    because: tuple[RoutingReason, ...]


class RoutingDecisionView(Wire):
    """One decision: who got the case, or that nobody could, with everybody who was considered."""

    at: datetime
    call: int
    """Number of the event that put the case into the queue."""
    how: Literal["offer", "nobody", "claim", "assign"]
    """Offered; nobody could take it; an agent helped themselves; or a supervisor decided."""
    chosen: str | None
    """Agent id."""
    candidates: tuple[CandidateView, ...]


class RoutingView(Wire):
    """Answer to `GET /api/conversations/{id}/routing`, newest first."""

    decisions: tuple[RoutingDecisionView, ...]


class ContactView(Wire):
    """A wish to be called or written to, in full: for the staff alone."""

    kind: ContactKind
    value: str
    """E.164 or a mail address."""
    shown: str
    """As people read it."""
    note: str
    created_at: datetime
    settled: ContactOutcome | None = None
