"""The event list: everything that can happen in a conversation, one class each.

Names read `noun.past_participle`. An event is stored in the same transaction as the change it tells of,
gets the next number of its conversation and is sent to sockets only after the commit. `audience` says who may
ever see it: `all` (the visitor and the staff) or `staff`. Clients turn events into sentences in their own
language; the log holds no interface texts.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from handover.contract.base import Actor, ActorKind, Language, Number, TrustLevel, Wire

Audience = Literal["all", "staff"]
HandoverReason = Literal[
    "visitor_wish",  # the visitor asked for a person
    "credit_over_limit",  # a claim is worth more than the bot may grant
    "credit_unclear",  # evidence unclear or a cap reached: a person decides
    "no_answer",  # the bot found no answer twice, or was told that its answer did not help
    "bot_failure",  # a part of the bot did not answer in time
    "visitor_upset",  # the visitor is angry, and stayed so
    "needs_person",  # the bot may not do it, or cannot
    "split",  # an agent made a second concern a case of its own
]
Outcome = Literal["solved", "partly_solved", "unsolved", "duplicate", "spam"]
RequeueReason = Literal[
    "lease_expired",  # the agent's desk fell silent
    "released",  # put back for somebody else
    "agent_disabled",
    "agent_left",  # logged out
]
ContactKind = Literal["callback", "mail"]
"""How somebody wants to be reached who does not wait in the chat: by telephone or by mail."""
ContactOutcome = Literal[
    "reached",
    "not_reached",
    "not_needed",  # an agent says so
    "case_ended",  # the conversation was closed, handed back or no longer waits; nobody judged the wish itself
]
RoutingReason = Literal[
    # why an agent is asked first
    "transferred",  # a colleague hands it to them
    "last_agent",  # had this conversation before
    "knows_customer",  # served this proven customer within the last 90 days
    "specialist",  # this topic is among the few they take
    "least_load",  # the most room left of all
    "longest_idle",  # as much room as another, and took nothing for longer
    "topic_relaxed",  # somebody else's topic, but it has waited long enough
    "language_relaxed",
    "asked_again",  # said no before, as did everybody who can take it
    # why not
    "offline",
    "busy",
    "away",
    "off",
    "load_full",
    "shift_ends",  # or has just ended
    "language",
    "topic",
    "declined_before",
    "expired_before",
]
CreditReason = Literal["late_delivery", "damaged_item", "missing_item", "outage", "billing_error"]
RootCause = Literal[
    "delivery",  # late, lost, to the wrong place
    "product_fault",
    "invoice",  # not understood, wrong or missing
    "payment",
    "contract",  # a subscription and its terms
    "account",  # log-in and data
    "unclear_information",  # what we wrote was wrong or could not be understood
    "bot_misunderstood",
    "our_mistake",
    "customer_wish",  # nothing was wrong
    "other",
]
"""Why somebody had to write to us at all, as the agent sees it at the end of a case."""
BotVerdict = Literal[
    "article_exists",  # there is an article that answers it
    "article_missing",
    "needs_person",  # no bot should do this
    "misread",  # it took the question for another one
]
"""Whether the bot could have solved it by itself."""
TaskKind = Literal["callback", "follow_up"]


class Choice(Wire):
    """A button under a message. What it means is known to the server alone; it works once."""

    id: str
    label: str


class ChoiceTaken(Wire):
    """Which button of which message the visitor pressed."""

    message_number: Number
    choice_id: str


class DocumentRef(Wire):
    """A file that goes with a message. The visitor may fetch it while the conversation is theirs; so may the staff."""

    id: str
    kind: Literal["invoice", "return_label", "confirmation", "data_export"]
    name: str
    """File name, in the visitor's language."""


class FileRef(Wire):
    """A file that the visitor or an agent sent along. Its bytes were checked against `media_type` when it came in."""

    id: str
    name: str
    """As the sender called it, without a path; shown as text and never trusted."""
    media_type: str
    size: int
    """Bytes."""
    width: int | None = None
    height: int | None = None
    """Pixels, of a picture."""


class CardLine(Wire):
    """One article of an order, or one line of an invoice."""

    text: str
    quantity: int | None = None
    amount_cents: int | None = None


class OrderCard(Wire):
    """An order as it stood when it was told. Filled by the desk from the shop's data, never from a text."""

    kind: Literal["order"]  # no default: the log leaves defaults out, and a card is told from another by this
    number: str
    state: str
    """`OrderState` of contract/turns.py; clients word it."""
    ordered_on: str
    promised_on: str | None = None
    delivered_on: str | None = None
    """ISO days."""
    days_late: int = 0
    carrier: str | None = None
    tracking_code: str | None = None
    tracking_url: str | None = None
    total_cents: int
    currency: str
    lines: tuple[CardLine, ...] = ()


class InvoiceCard(Wire):
    """An invoice as it stood when it was told. Filled by the desk from the shop's data, never from a text."""

    kind: Literal["invoice"]
    number: str
    state: str
    """`paid`, `open`, `overdue` …: the shop's word; clients word it."""
    issued_on: str
    due_on: str | None = None
    total_cents: int
    open_cents: int = 0
    currency: str
    lines: tuple[CardLine, ...] = ()
    document: DocumentRef | None = None


Card = Annotated[OrderCard | InvoiceCard, Field(discriminator="kind")]
FeedbackReason = Literal["wrong", "unclear", "incomplete", "outdated", "other"]


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
    topics: tuple[str, ...] = ()


class Payload(Wire):
    """Base of all event payloads."""

    audience: ClassVar[Audience] = "all"


class ConversationStarted(Payload):
    type: Literal["conversation.started"] = "conversation.started"
    language: Language
    page: str | None = None
    consent: str | None = None
    """Version of the privacy note that the visitor agreed to before anything was stored, where the website asks."""


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
    documents: tuple[DocumentRef, ...] = ()
    files: tuple[FileRef, ...] = ()
    cards: tuple[Card, ...] = ()
    client_id: str | None = None
    masked: bool = False
    """The visitor typed an address or a code for the desk alone; the text shows neither."""


class FeedbackGiven(Payload):
    type: Literal["message.feedback_given"] = "message.feedback_given"
    message_number: int
    helpful: bool
    reason: FeedbackReason | None = None
    """Why it did not help. A later feedback on the same message replaces the earlier one."""
    comment: str = ""


class ConversationRated(Payload):
    """At the end, what the visitor thought of the bot and of the people, each by itself. A later one replaces the earlier."""

    type: Literal["conversation.rated"] = "conversation.rated"
    about: Literal["bot", "human"]
    score: int = Field(ge=1, le=5)
    comment: str = ""


class TranscriptSent(Payload):
    """The visitor had the conversation sent to the proven address; `masked_email` tells which."""

    type: Literal["transcript.sent"] = "transcript.sent"
    masked_email: str


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
    aside: bool = False
    """Read while a person had the word: nobody was answered, and passages are what could be said."""


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
    topic: str | None = None
    """Group of skills that is asked for, out of the desk's rules; none if nothing was understood."""
    after_hours: bool = False
    """The desk was closed at that moment; the case waits all the same."""


class ConversationClaimed(Payload):
    type: Literal["conversation.claimed"] = "conversation.claimed"
    agent_id: str
    agent_name: str


class ConversationRequeued(Payload):
    type: Literal["conversation.requeued"] = "conversation.requeued"
    reason: RequeueReason


class ConversationTransferred(Payload):
    """The agent hands the visitor on; a colleague will go on. Where to and why, `conversation.directed` tells the staff."""

    type: Literal["conversation.transferred"] = "conversation.transferred"


class ConversationTakenOver(Payload):
    """Another agent goes on in the place of the one who had it; `conversation.directed` says why."""

    type: Literal["conversation.taken_over"] = "conversation.taken_over"
    agent_id: str
    agent_name: str


class ConversationDirected(Payload):
    """Somebody of the staff moved the case: to whom, and why. It follows the event that the visitor sees of it."""

    audience: ClassVar[Audience] = "staff"
    type: Literal["conversation.directed"] = "conversation.directed"
    how: Literal["transfer", "take_over", "assign"]
    to_kind: Literal["person", "team", "topic"]
    to_id: str
    to_name: str
    from_id: str | None = None
    """Agent id of whoever had it; none: it was waiting."""
    from_name: str | None = None
    reason: str = ""


class ConversationMerged(Payload):
    """It is over because it goes on in another conversation of the same visitor."""

    type: Literal["conversation.merged"] = "conversation.merged"


class QuotedMessage(Wire):
    """What was said in another conversation."""

    number: Number
    at: datetime
    by: ActorKind
    name: str | None = None
    text: str
    files: tuple[str, ...] = ()
    """Their names; the files themselves stay where they were sent."""


class ConversationLinked(Payload):
    """Two conversations belong together; both tell of it."""

    audience: ClassVar[Audience] = "staff"
    type: Literal["conversation.linked"] = "conversation.linked"
    link: Literal[
        "merged_into",  # this one was ended and goes on there
        "merged_from",  # that one was ended and goes on here
        "split_into",  # a concern of this one became that one
        "split_from",  # this one began as a concern of that one
    ]
    conversation_id: str
    quoted: tuple[QuotedMessage, ...] = ()
    """Of `split_from`: what was said there about this concern."""


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


class ConversationForgotten(Payload):
    """All before it was deleted, but for cards of granted credits, and the conversation is over. Readers drop the rest."""

    type: Literal["conversation.forgotten"] = "conversation.forgotten"
    reason: Literal["retention", "erasure"]


class WaitingGivenUp(Payload):
    """Nobody waits for a person any more; the bot goes on.

    By the visitor: they chose so. By the system: they were gone for long and left no way to reach them.
    """

    type: Literal["handover.given_up"] = "handover.given_up"
    by: Literal["visitor", "system"] = "visitor"


class ContactLeft(Payload):
    """How the visitor is reached if they do not wait. The number or address itself stands in no event."""

    type: Literal["contact.left"] = "contact.left"
    kind: ContactKind
    masked: str
    note: str = ""


class ContactSettled(Payload):
    audience: ClassVar[Audience] = "staff"
    type: Literal["contact.settled"] = "contact.settled"
    kind: ContactKind
    outcome: ContactOutcome


class RoutingOffered(Payload):
    """A waiting case is put before one agent, who has until `expires_at` to take it."""

    audience: ClassVar[Audience] = "staff"
    type: Literal["routing.offered"] = "routing.offered"
    offer_id: str
    agent_id: str
    agent_name: str
    expires_at: datetime
    because: tuple[RoutingReason, ...] = ()


class RoutingOfferEnded(Payload):
    """`withdrawn`: somebody else took it, the visitor no longer waits, or the agent cannot take it any more."""

    audience: ClassVar[Audience] = "staff"
    type: Literal["routing.offer_ended"] = "routing.offer_ended"
    offer_id: str
    agent_id: str
    result: Literal["accepted", "declined", "expired", "withdrawn"]


class AboutCredit(Payload):
    """Base of what is told of a claim."""

    reason: CreditReason
    subject: str
    """Number of the order, subscription or invoice, as the reason says."""

    @model_validator(mode="before")
    @classmethod
    def _read_older(cls, data: Any) -> Any:
        """Claims used to be about orders only, and the log of that time says `order_number`."""
        if not isinstance(data, dict) or "order_number" not in data:
            return data
        return {"subject" if name == "order_number" else name: value for name, value in data.items()}


class CreditGranted(AboutCredit):
    """Money was booked. Written in the transaction of the ledger entry: one never exists without the other."""

    type: Literal["credit.granted"] = "credit.granted"
    reference: str
    amount_cents: int
    currency: str


class CreditProposed(AboutCredit):
    audience: ClassVar[Audience] = "staff"
    type: Literal["credit.proposed"] = "credit.proposed"
    decision_id: str
    amount_cents: int
    currency: str
    because: str


class CreditRefused(AboutCredit):
    audience: ClassVar[Audience] = "staff"
    type: Literal["credit.refused"] = "credit.refused"
    decision_id: str
    because: str


class CreditProposalDecided(Payload):
    audience: ClassVar[Audience] = "staff"
    type: Literal["credit.proposal_decided"] = "credit.proposal_decided"
    decision_id: str
    approved: bool
    note: str = ""


class ServiceRequestMade(Payload):
    """The customer had something done by themselves; the bot's message tells them of it."""

    audience: ClassVar[Audience] = "staff"
    type: Literal["service.request_made"] = "service.request_made"
    kind: str
    """`RequestKind` of contract/selfservice.py."""
    reference: str
    subject: str
    facts: dict[str, str | int | None] = {}


class ConversationWrappedUp(Payload):
    """An agent judged how a case ended; a later one of the same end replaces the earlier. What is none was not judged."""

    audience: ClassVar[Audience] = "staff"
    type: Literal["conversation.wrapped_up"] = "conversation.wrapped_up"
    ended_number: int
    """The event that ended it."""
    outcome: Outcome
    topic: str | None = None
    root_cause: RootCause | None = None
    bot_could: BotVerdict | None = None
    article_id: str | None = None
    remark: str = ""


class TaskMade(Payload):
    """Something is to be done at a time: call back, or look again."""

    audience: ClassVar[Audience] = "staff"
    type: Literal["task.made"] = "task.made"
    task_id: str
    kind: TaskKind
    due_at: datetime
    note: str = ""
    agent_id: str | None = None
    agent_name: str | None = None
    """Whose it is; none: that of everybody who may see the conversation."""


class TaskDone(Payload):
    audience: ClassVar[Audience] = "staff"
    type: Literal["task.done"] = "task.done"
    task_id: str
    kind: TaskKind


class TaskReopened(Payload):
    """It was called done by mistake."""

    audience: ClassVar[Audience] = "staff"
    type: Literal["task.reopened"] = "task.reopened"
    task_id: str
    kind: TaskKind


class GapProposed(Payload):
    """A question that the bot could not answer went to the editors, with an agent's answer."""

    audience: ClassVar[Audience] = "staff"
    type: Literal["gap.proposed"] = "gap.proposed"
    gap_id: str
    question: str
    """As the editors get it: without personal data."""


class ServiceRendered(Payload):
    """An agent did something for the customer, by the same rules as the bot; the visitor sees it as a card."""

    type: Literal["service.rendered"] = "service.rendered"
    kind: str
    """`AgentRequestKind` of contract/acting.py."""
    reference: str
    subject: str
    documents: tuple[DocumentRef, ...] = ()


class SuggestionUsed(Payload):
    """An agent's message began as a draft that the desk had suggested."""

    audience: ClassVar[Audience] = "staff"
    type: Literal["suggestion.used"] = "suggestion.used"
    message_number: int
    """Of the agent's message."""
    source: str
    """`DraftSourceKind` of contract/suggestions.py."""
    source_id: str
    changed: bool
    """Its words are no longer all there as they were."""


class NotePosted(Payload):
    """A word among the staff. Those it is meant for are told of it wherever they are; all who see the case may read it."""

    audience: ClassVar[Audience] = "staff"
    type: Literal["note.posted"] = "note.posted"
    text: str
    mentions: tuple[str, ...] = ()
    """Ids of the agents it names."""
    whisper_to: str | None = None
    """Id of the agent who had the case: a supervisor's word into their ear."""


AnyPayload = Annotated[
    ConversationStarted
    | LanguageChanged
    | MessagePosted
    | FeedbackGiven
    | ConversationRated
    | TranscriptSent
    | BotUnderstood
    | BotFailed
    | IdentityRequested
    | IdentityCodeSent
    | IdentityRefused
    | IdentityProven
    | HandoverRequested
    | WaitingGivenUp
    | ContactLeft
    | ContactSettled
    | RoutingOffered
    | RoutingOfferEnded
    | ConversationClaimed
    | ConversationRequeued
    | ConversationTransferred
    | ConversationTakenOver
    | ConversationDirected
    | ConversationMerged
    | ConversationLinked
    | ConversationReturned
    | ConversationClosed
    | ConversationReopened
    | ConversationForgotten
    | CreditGranted
    | CreditProposed
    | CreditRefused
    | CreditProposalDecided
    | ServiceRequestMade
    | SuggestionUsed
    | ServiceRendered
    | ConversationWrappedUp
    | TaskMade
    | TaskDone
    | TaskReopened
    | GapProposed
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
