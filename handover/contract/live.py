"""What supervisors see of the desk at this moment, and the proposals that wait for somebody."""

from __future__ import annotations

from datetime import datetime

from handover.contract.base import Language, Wire
from handover.contract.dossier import CreditDecisionView
from handover.contract.frames import ConversationSummary
from handover.contract.routing import AgentStatus, RoutingMode, ServiceLevel


class WaitingGroup(Wire):
    """Waiting cases that ask for the same."""

    topic: str | None
    language: Language
    count: int
    since: datetime
    """Of the one that has waited longest."""


class WaitingCase(Wire):
    summary: ConversationSummary
    since: datetime
    place: int


class HeldCase(Wire):
    """A case that somebody has."""

    summary: ConversationSummary
    since: datetime
    """They have had it since then."""
    unanswered_since: datetime | None
    """The visitor waits for an answer since then; none: the agent had the last word."""
    upset: bool
    """Their last words show displeasure, as `domain/tone.py` reads them."""


class AgentAtWork(Wire):
    id: str
    name: str
    status: AgentStatus
    status_since: datetime | None
    online: bool
    """A page of theirs was heard of within the lease."""
    team: str | None
    shift_until: datetime | None
    load: int
    load_limit: int
    cases: tuple[HeldCase, ...]
    """Who waits longest for an answer first."""


class Today(Wire):
    """Since midnight, in the shop's time zone."""

    called: int
    """Calls for a person."""
    answered: int
    abandoned: int
    """Waits that ended without an agent, and with nothing left to come back to."""
    median_seconds: int | None
    """Of the waits that were answered; none: there was none."""
    p90_seconds: int | None


class BotNow(Wire):
    conversations: int
    """With the bot, and something happened in them within the hour."""
    failed: int
    """Turns within the hour to which it had no usable answer in time."""


class LiveView(Wire):
    """Answer to `GET /api/live`."""

    at: datetime
    mode: RoutingMode
    open: bool
    opens_at: datetime | None
    service_level: ServiceLevel
    waiting_count: int
    longest_since: datetime | None
    groups: tuple[WaitingGroup, ...]
    """The largest first."""
    waiting: tuple[WaitingCase, ...]
    """In the order of the queue; no more than fit a board."""
    today: Today
    agents: tuple[AgentAtWork, ...]
    proposals: int
    bot: BotNow


class OpenProposal(Wire):
    """A credit that waits for somebody to decide."""

    decision: CreditDecisionView
    customer_name: str
    customer_id: str
    author_name: str | None
    """None: the bot."""
    mine: bool
    """It is my own: somebody else decides."""
    within_limit: bool
    """No more than my role may approve."""
    decided_by_roles: tuple[str, ...]
    """Roles that may approve as much."""


class Proposals(Wire):
    """Answer to `GET /api/credit/proposals`, oldest first."""

    proposals: tuple[OpenProposal, ...]
