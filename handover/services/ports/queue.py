"""The store: who waits, who is asked, how somebody is reached."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, Protocol

from handover.contract.events import ContactKind, ContactOutcome
from handover.contract.routing import RoutingDecisionView
from handover.domain.routing import Candidate, Refusal, Status
from handover.domain.waits import PastWait

WaitResult = Literal["claimed", "given_up", "closed", "visitor_gone"]


OfferResult = Literal["accepted", "declined", "expired", "withdrawn", "released"]
"""`released`: they had it and put it back, which is a no to this very case."""


class StaffStore(Protocol):
    """Who may take cases, and how they are."""

    def candidates(self, heard_since: datetime) -> list[Candidate]:
        """Active accounts that serve conversations, by name. Online: a page of theirs was heard since then."""

    def candidate(self, agent_id: str, heard_since: datetime) -> Candidate | None:
        """One of them; nobody else changes or counts their load until this unit ends."""

    def status(self, agent_id: str) -> Status: ...
    def set_status(self, agent_id: str, status: Status, at: datetime) -> None:
        """`at`: since when, unless it is theirs already."""

    def set_skills(
        self, agent_id: str, *, languages: Sequence[str], topics: Sequence[str], load_limit: int
    ) -> None: ...
    def set_team(self, agent_id: str, team: str | None) -> None: ...
    def note_heard(self, agent_id: str, at: datetime) -> None: ...
    def note_taken(self, agent_id: str, at: datetime) -> None: ...


class OpenWait(NamedTuple):
    """One stay in the queue that goes on."""

    conversation_id: str
    call: int
    """Number of the event that began it."""
    started_at: datetime
    place_at_start: int
    language: str
    topic: str | None
    after_hours: bool
    has_contact: bool
    """A contact was left and nobody settled it."""


class WaitStore(Protocol):
    """Stays in the queue, begun and ended with the steps of the state table."""

    def begin(self, wait: OpenWait, agents: int) -> None: ...
    def end(self, conversation_id: str, result: WaitResult, at: datetime, claimed_by: str | None = None) -> None:
        """The open one, if there is one."""

    def open_one(self, conversation_id: str) -> OpenWait | None: ...
    def open_ones(self) -> list[OpenWait]:
        """In the order of the queue."""

    def mark_contact(self, conversation_id: str) -> None: ...
    def past(self, since: datetime, limit: int) -> list[PastWait]:
        """Ended ones without a contact, the newest first."""

    def last_agents(self, conversation_ids: Sequence[str]) -> dict[str, str]:
        """Who had each conversation last."""

    def customers_agents(self, conversation_ids: Sequence[str], since: datetime) -> dict[str, str]:
        """Who served the proven customer of each last, in any conversation."""

    def with_people(self) -> list[str]:
        """Conversations that wait or are with an agent: where it matters whether the visitor is there."""

    def note_visitors(self, conversation_ids: Sequence[str], at: datetime) -> None:
        """They are there; noted only for conversations that wait or are with an agent."""

    def left_alone(self, gone_since: datetime) -> list[str]:
        """Waiting conversations without an open contact whose visitor was last seen, and called, before that."""


class Offer(NamedTuple):
    id: str
    conversation_id: str
    call: int
    agent_id: str
    agent_name: str
    because: tuple[str, ...]
    expires_at: datetime
    result: OfferResult | None = None


class OfferStore(Protocol):
    """Offers and decisions. One offer a conversation is open at most."""

    def add(self, offer: Offer, at: datetime) -> None: ...
    def get(self, conversation_id: str, offer_id: str) -> Offer | None: ...
    def open_one(self, conversation_id: str) -> Offer | None: ...
    def open_ones(self) -> dict[str, Offer]:
        """By conversation."""

    def end(self, offer_id: str, result: OfferResult, at: datetime, reason: str | None = None) -> None: ...
    def add_release(self, conversation_id: str, call: int, agent_id: str, offer_id: str, at: datetime) -> None:
        """A no to a case that never was an offer."""

    def refusals(self, conversation_ids: Sequence[str]) -> dict[tuple[str, int], dict[str, Refusal]]:
        """By conversation and call: the last no of each agent."""

    def decide(self, conversation_id: str, decision: RoutingDecisionView) -> None: ...
    def decisions(self, conversation_id: str, limit: int) -> list[RoutingDecisionView]:
        """Newest first."""

    def last_decisions(self, conversation_ids: Sequence[str]) -> dict[str, RoutingDecisionView]: ...


class Contact(NamedTuple):
    kind: ContactKind
    value: str
    note: str
    created_at: datetime
    outcome: ContactOutcome | None = None


class UnreadWords(NamedTuple):
    """One message of an agent: its text, and the names of the files that went with it."""

    text: str
    files: tuple[str, ...] = ()


class Letter(NamedTuple):
    """An agent's unread words on their way out by mail."""

    conversation_id: str
    number: int
    """The first message it tells of."""
    due_at: datetime


class ContactStore(Protocol):
    def put(self, conversation_id: str, contact: Contact) -> None:
        """In the place of an earlier one."""

    def of(self, conversation_id: str) -> Contact | None:
        """The last one left, settled or not."""

    def settle(self, conversation_id: str, outcome: ContactOutcome, at: datetime, by: str | None) -> Contact | None:
        """The open one; answers what it was, or nothing."""

    def add_letter(self, letter: Letter) -> None:
        """If there is an address to write to and none is on its way yet: a mail contact, or a proven customer."""

    def due_letters(self, now: datetime, away_for: timedelta) -> list[Letter]:
        """Of visitors who have not been seen for so long."""

    def drop_letter(self, letter: Letter) -> bool:
        """Answers whether it was still there."""

    def read_letters(self) -> list[Letter]:
        """Those whose visitor has read everything in the chat."""

    def unread(self, letter: Letter) -> list[UnreadWords]:
        """The agents' words since then that the visitor has not read, oldest first."""

    def address(self, conversation_id: str) -> str | None:
        """Where to write: the mail contact, else the proven customer's address."""
