"""What the desk shows beside a conversation: the handover dossier and the customer's record.

It holds facts and keys, no interface sentences: the desk page puts `Phrase` keys into the agent's language.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from handover.contract.base import Actor, Language, TrustLevel, Wire
from handover.contract.events import (
    CreditReason,
    EntityFound,
    FileRef,
    HandoverReason,
    IntentGuess,
    PassageTried,
    SearchRecord,
)
from handover.contract.frames import ConversationSummary
from handover.contract.routing import ContactView
from handover.contract.turns import OrderView


class CreditHistory(Wire):
    """What a customer was given in the 365 days before a proposal."""

    credits: int
    cents: int


class CreditDecisionView(Wire):
    """One decided claim, with the rule that decided and the facts it saw."""

    id: str
    conversation_id: str | None
    outcome: Literal["granted", "proposed", "refused", "approved", "rejected"]
    reason: CreditReason
    subject: str
    """Number of the order, subscription or invoice, as the reason says."""
    item_sku: str | None
    amount_cents: int
    currency: str
    because: str
    """Rule that decided, e.g. `late_delivery.on_time`, `cap.customer_30_days`, `limit.bot`."""
    policy_version: str
    inputs: dict[str, Any]
    reference: str | None
    author: str
    """`bot` or the id of the agent who proposed it."""
    decided_by: str | None
    note: str | None
    created_at: datetime
    decided_at: datetime | None
    author_name: str | None = None
    decided_by_name: str | None = None
    """None: the bot, or nobody yet."""
    is_reversed: bool = False
    history: CreditHistory | None = None
    """Beside an open proposal."""


class InvoiceLineView(Wire):
    kind: str
    text: str
    cents: int


class InvoiceView(Wire):
    number: str
    issued_on: date
    due_on: date
    state: str
    is_overdue: bool
    """Not paid, and its day has passed."""
    total_cents: int
    currency: str
    lines: tuple[InvoiceLineView, ...]


class SubscriptionView(Wire):
    number: str
    plan: str
    monthly_cents: int
    currency: str
    state: str
    started_on: date
    ends_on: date | None


class OutageView(Wire):
    id: str
    service: str
    text: str
    started_at: datetime
    ended_at: datetime | None


class IdentityView(Wire):
    kind: str
    value: str
    trust: TrustLevel
    """The best level this identity was ever proven with."""
    proven_at: datetime | None


class Completeness(Wire):
    """How much of a record is filled: the share of name, mail, phone and address that is there."""

    score: float
    missing: tuple[Literal["name", "email", "phone", "address"], ...]


class CustomerRecord(Wire):
    """The golden record of one person."""

    id: str
    number: str
    name: str
    language: Language
    email: str | None
    phone: str | None
    street: str | None
    postcode: str | None
    city: str | None
    blocked: bool
    """No credit without a person's decision."""
    trust: TrustLevel
    """The best level any identity of this customer was proven with."""
    identities: tuple[IdentityView, ...]
    completeness: Completeness
    created_at: datetime


class TimelineEntry(Wire):
    """One line of a customer's one timeline: an event of a conversation, or something the shop told."""

    source: Literal["conversation", "shop"]
    at: datetime
    type: str
    """Name of the event, see `contract/events.py`; of the shop: `order.delivered`, `invoice.issued`, …"""
    data: dict[str, Any]
    conversation_id: str | None = None
    number: int | None = None
    actor: Actor | None = None


class Phrase(Wire):
    """A sentence as a key and what goes into it."""

    key: str
    params: dict[str, str | int] = {}


class StepAct(Wire):
    """How a step is begun with one key: see the message, open a part of the dossier, put a draft into the field."""

    kind: Literal["jump", "section", "draft"]
    target: str = ""
    """Number of the message; name of the section, with `#` and the number of what to open in it."""


class NextStep(Wire):
    """What could be done next, a sentence as a key, and what it comes from."""

    key: str
    params: dict[str, str | int] = {}
    because: Phrase
    """A rule, a message, an order, an article."""
    act: StepAct | None = None


class BotStopped(Wire):
    """Why the bot no longer has the word, and the visitor's message it stopped at."""

    reason: HandoverReason
    at: datetime
    message_number: int | None
    because: str | None = None
    """The credit rule behind it, where there is one."""


class MessageUnderstood(Wire):
    """A visitor's message and what the bot read in it."""

    message_number: int
    text: str
    intents: tuple[IntentGuess, ...]
    """Ranked, the likeliest first."""
    entities: tuple[EntityFound, ...]
    slots: dict[str, Any]
    passages: tuple[PassageTried, ...]
    search: SearchRecord | None
    """Nothing if the knowledge base was not asked."""
    helped: bool | None
    """What the visitor said about the answer; nothing if they were not asked or did not say."""
    milliseconds: int | None
    aside: bool
    """Read while a person had the word: what stands here was told to nobody."""


class TonePoint(Wire):
    """Tone of one visitor message, -1 (angry) to 1 (glad). See `domain/tone.py` for how it is measured."""

    message_number: int
    score: float


class FileSent(Wire):
    """A file of this conversation, with the message it went with."""

    file: FileRef
    message_number: int
    from_visitor: bool


class Dossier(Wire):
    """Everything an agent needs within the first second."""

    summary: ConversationSummary
    wish: str
    """The visitor's own words, cut to one line; empty if they wrote nothing yet."""
    stopped: BotStopped | None
    understood: tuple[MessageUnderstood, ...]
    """Of the latest messages, oldest first."""
    files: tuple[FileSent, ...] = ()
    """All of the conversation, from both sides, oldest first."""
    contact: ContactView | None = None
    """How the visitor wants to be reached, newest wish, settled or not. The topic stands in the summary."""
    customer: CustomerRecord | None = None
    """Only for a conversation whose visitor has proven who they are."""
    orders: tuple[OrderView, ...] = ()
    invoices: tuple[InvoiceView, ...] = ()
    subscriptions: tuple[SubscriptionView, ...] = ()
    outages: tuple[OutageView, ...] = ()
    credits: tuple[CreditDecisionView, ...] = ()
    """All of the customer's, newest first."""
    promises: tuple[Phrase, ...] = ()
    tone: tuple[TonePoint, ...] = ()
    next_steps: tuple[NextStep, ...] = ()
    """Three at most, the most urgent first; never none."""
