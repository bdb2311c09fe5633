"""Everything the edges may call, put together once in `app.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol

from handover.services.account_care import AccountCare
from handover.services.agents import Agents
from handover.services.approvals import Approvals
from handover.services.articles import Articles
from handover.services.audit import AuditLog
from handover.services.canned import CannedAnswers
from handover.services.company_log_in import CompanyLogIn
from handover.services.contacts import Contacts
from handover.services.conversations import Conversations
from handover.services.credit import Credits
from handover.services.customers import Customers
from handover.services.documents.fetching import Documents
from handover.services.dossier import Dossiers
from handover.services.drafts import Drafts
from handover.services.duty import Duty
from handover.services.entering import LogIns
from handover.services.erasure import Erasures
from handover.services.files import Files
from handover.services.following import Following
from handover.services.gaps import Gaps
from handover.services.identity import Identities
from handover.services.joining import Joining
from handover.services.listening import Listening
from handover.services.live_board import LiveBoard
from handover.services.my_account import MyAccount
from handover.services.need_to_know import NeedToKnow
from handover.services.notes import Notes
from handover.services.offers import Offers
from handover.services.outbox import Outbox
from handover.services.ports import Units
from handover.services.queue import Queue
from handover.services.ratings import Ratings
from handover.services.retention import Retention
from handover.services.routing import Handovers
from handover.services.rules_keeping import RulesKeeping
from handover.services.search import Search
from handover.services.selfservice.reading import Account
from handover.services.selfservice.service import SelfService
from handover.services.shifts import Shifts
from handover.services.shop import Shop
from handover.services.staff import Staff
from handover.services.suggestions import SuggestedDrafts
from handover.services.tasks import Tasks
from handover.services.transcript import Transcripts
from handover.services.transfers import Transfers
from handover.services.turns import Turns
from handover.services.wrap_up import WrapUps
from handover.services.writing import Writing


class Presence(Protocol):
    """Who is there right now."""

    def visitor_online(self, conversation_id: str) -> bool: ...


class Part(NamedTuple):
    """One part of the house and how it is. `stale`: it works, with something older than it should be."""

    name: str
    state: Literal["up", "stale", "down"]
    detail: str = ""


class Readiness(Protocol):
    """The parts without which a visitor gets no answer, as they were at the last look."""

    def __call__(self) -> list[Part]: ...
    def look(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    units: Units
    conversations: Conversations
    handovers: Handovers
    transfers: Transfers
    joining: Joining
    queue: Queue
    offers: Offers
    contacts: Contacts
    wrap_ups: WrapUps
    tasks: Tasks
    gaps: Gaps
    ratings: Ratings
    transcripts: Transcripts
    staff: Staff
    shifts: Shifts
    rules: RulesKeeping
    live_board: LiveBoard
    approvals: Approvals
    turns: Turns
    identities: Identities
    dossiers: Dossiers
    suggestions: SuggestedDrafts
    listening: Listening
    drafts: Drafts
    notes: Notes
    canned: CannedAnswers
    writing: Writing
    files: Files
    customers: Customers
    agents: Agents
    log_ins: LogIns
    company_log_in: CompanyLogIn | None
    """None: people log in here alone."""
    my_account: MyAccount
    account_care: AccountCare
    need_to_know: NeedToKnow
    audit: AuditLog
    search: Search
    shop: Shop
    account: Account
    selfservice: SelfService
    documents: Documents
    articles: Articles
    credits: Credits
    outbox: Outbox
    retention: Retention
    erasures: Erasures
    presence: Presence
    following: Following
    duty: Duty
    knowledge: Callable[[], dict[str, Any]]
    """What the index holds and what is wrong with the articles: `status.json`."""
    readiness: Readiness
