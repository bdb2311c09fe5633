"""The event list: everything that can happen in a conversation, one class each.

Names read `noun.past_participle`. An event is stored in the same transaction as the change it tells of,
gets the next number of its conversation and is sent to sockets only after the commit. `audience` says who may
ever see it: `all` (the visitor and the staff) or `staff`. Clients turn events into sentences in their own
language; the log holds no interface texts.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from handover.contract.base import Actor, Language, TrustLevel, Wire

Audience = Literal["all", "staff"]
HandoverReason = Literal[
    "visitor_wish",  # the visitor asked for a person
    "credit_over_limit",  # a claim is worth more than the bot may grant
    "credit_unclear",  # evidence unclear or a cap reached: a person decides
    "no_answer",  # the bot found no answer twice, or was told that its answer did not help
    "bot_failure",  # a part of the bot did not answer in time
]
Outcome = Literal["solved", "partly_solved", "unsolved", "duplicate", "spam"]
CreditReason = Literal["late_delivery", "damaged_item", "missing_item"]


class Choice(Wire):
    """A button under a message. What it means is known to the server alone; it works once."""

    id: str
    label: str


class ChoiceTaken(Wire):
    """Which button of which message the visitor pressed."""

    message_number: int
    choice_id: str


class Receipt(Wire):
    """Where an answer comes from: article, its version (content hash), passage number, score 0..1."""

    article_id: str
    language: Language
    title: str
    version: str
    passage: int
    score: float


class IntentGuess(Wire):
    name: str
    confidence: float


class EntityFound(Wire):
    entity: str
    value: str
    confidence: float | None = None


class SearchRecord(Wire):
    """What became of a question that was put to the knowledge base; for the agent and for editors' statistics."""

    decision: Literal["answer", "choices", "none"]
    confidence: float
    """0 to 1: how likely the best article is the right one."""
    index_version: str | None
    """Version of the index that was asked; none while there is no index."""
    language: Language
    """The language asked in; an answer's receipt says which one it was found in."""


class PassageTried(Wire):
    article_id: str
    title: str
    score: float
    used: bool


class Payload(Wire):
    """Base of all event payloads."""

    audience: ClassVar[Audience] = "all"


class ConversationStarted(Payload):
    type: Literal["conversation.started"] = "conversation.started"
    language: Language
    page: str | None = None


class LanguageChanged(Payload):
    type: Literal["conversation.language_changed"] = "conversation.language_changed"
    language: Language


class MessagePosted(Payload):
    """Somebody said something. Bot and agent texts are Markdown (safe subset); visitor texts are plain."""

    type: Literal["message.posted"] = "message.posted"
    message_id: str
    text: str
    choices: tuple[Choice, ...] = ()
    choice_taken: ChoiceTaken | None = None
    receipt: Receipt | None = None
    wants_feedback: bool = False
    client_id: str | None = None
    masked: bool = False
    """The visitor typed an address or a code for the desk alone; the text shows neither."""


class FeedbackGiven(Payload):
    type: Literal["message.feedback_given"] = "message.feedback_given"
    message_number: int
    helpful: bool


class BotUnderstood(Payload):
    """What the bot read in a visitor's message, and what its search for an answer came to."""

    audience: ClassVar[Audience] = "staff"
    type: Literal["bot.understood"] = "bot.understood"
    message_number: int
    intents: tuple[IntentGuess, ...] = ()
    entities: tuple[EntityFound, ...] = ()
    slots: dict[str, Any] = {}
    passages: tuple[PassageTried, ...] = ()
    search: SearchRecord | None = None
    """Only if the knowledge base was asked."""
    milliseconds: int | None = None


class BotFailed(Payload):
    """The bot gave no usable answer in time. The visitor is told so honestly and offered a human."""

    type: Literal["bot.failed"] = "bot.failed"
    message_number: int


class IdentityRequested(Payload):
    """The visitor is asked to prove who they are; clients show the form (mail address, then code)."""

    type: Literal["identity.requested"] = "identity.requested"


class IdentityCodeSent(Payload):
    """A code is on its way, if the address is known. `masked_email` repeats only what the visitor typed."""

    type: Literal["identity.code_sent"] = "identity.code_sent"
    masked_email: str
    expires_at: datetime


class IdentityRefused(Payload):
    type: Literal["identity.refused"] = "identity.refused"
    reason: Literal["wrong_code", "expired", "too_many_tries", "too_many_codes"]
    tries_left: int = 0


class IdentityProven(Payload):
    type: Literal["identity.proven"] = "identity.proven"
    trust: TrustLevel
    customer_id: str
    customer_name: str


class HandoverRequested(Payload):
    type: Literal["handover.requested"] = "handover.requested"
    reason: HandoverReason


class ConversationClaimed(Payload):
    type: Literal["conversation.claimed"] = "conversation.claimed"
    agent_id: str
    agent_name: str


class ConversationRequeued(Payload):
    type: Literal["conversation.requeued"] = "conversation.requeued"
    reason: Literal["lease_expired", "released", "agent_disabled"]


class ConversationReturned(Payload):
    """An agent handed back to the bot. The summary is for the visitor's eyes too: the bot repeats it."""

    type: Literal["conversation.returned"] = "conversation.returned"
    outcome: Outcome
    summary: str


class ConversationClosed(Payload):
    """Without an outcome the visitor ended it and nobody judged."""

    type: Literal["conversation.closed"] = "conversation.closed"
    outcome: Outcome | None = None


class ConversationReopened(Payload):
    type: Literal["conversation.reopened"] = "conversation.reopened"


class WaitingGivenUp(Payload):
    """The visitor no longer waits for a person and goes on with the bot."""

    type: Literal["handover.given_up"] = "handover.given_up"


class CreditGranted(Payload):
    """Money was booked. Written in the transaction of the ledger entry: one never exists without the other."""

    type: Literal["credit.granted"] = "credit.granted"
    reference: str
    amount_cents: int
    currency: str
    reason: CreditReason
    order_number: str


class CreditProposed(Payload):
    audience: ClassVar[Audience] = "staff"
    type: Literal["credit.proposed"] = "credit.proposed"
    decision_id: str
    amount_cents: int
    currency: str
    reason: CreditReason
    order_number: str
    because: str


class CreditRefused(Payload):
    audience: ClassVar[Audience] = "staff"
    type: Literal["credit.refused"] = "credit.refused"
    decision_id: str
    reason: CreditReason
    order_number: str
    because: str


class CreditProposalDecided(Payload):
    audience: ClassVar[Audience] = "staff"
    type: Literal["credit.proposal_decided"] = "credit.proposal_decided"
    decision_id: str
    approved: bool
    note: str = ""


class NotePosted(Payload):
    audience: ClassVar[Audience] = "staff"
    type: Literal["note.posted"] = "note.posted"
    text: str


AnyPayload = Annotated[
    ConversationStarted
    | LanguageChanged
    | MessagePosted
    | FeedbackGiven
    | BotUnderstood
    | BotFailed
    | IdentityRequested
    | IdentityCodeSent
    | IdentityRefused
    | IdentityProven
    | HandoverRequested
    | WaitingGivenUp
    | ConversationClaimed
    | ConversationRequeued
    | ConversationReturned
    | ConversationClosed
    | ConversationReopened
    | CreditGranted
    | CreditProposed
    | CreditRefused
    | CreditProposalDecided
    | NotePosted,
    Field(discriminator="type"),
]


class Event(Wire):
    """One line of the log.

    `number` counts 1, 2, 3 … within the conversation. `after` is the number of the event before it *that the
    receiver may see*: a reader whose cursor is lower than `after` has missed something and asks again.
    """

    number: int
    after: int
    at: datetime
    actor: Actor
    data: AnyPayload
