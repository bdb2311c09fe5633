"""What the services need from outside, as small interfaces. Real ones: `store`, `realtime`, `gateways`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal, NamedTuple, Protocol, Self

from handover.contract.base import Actor
from handover.contract.dossier import TimelineEntry
from handover.contract.events import AnyPayload, Choice, ChoiceTaken, CreditGranted, Event
from handover.contract.frames import ConversationSummary, ConversationView
from handover.contract.turns import Signal, TurnReply, TurnRequest
from handover.domain.agent import Agent
from handover.domain.conversation import Conversation
from handover.domain.credit import Cap, Reason, Spent, StoredDecision
from handover.domain.customer import Customer
from handover.domain.ledger import Entry
from handover.domain.shop import Invoice, Order, Outage, PaymentMethod, ShopCustomer, Subscription


class StoredEvent(NamedTuple):
    """One line of the log as the staff sees it, and what the visitor's view of it needs."""

    event: Event
    after_public: int
    """Number of the event before this one that the visitor may see."""

    @property
    def public(self) -> Event | None:
        """The same event for the visitor, or nothing if it is not for them."""
        if self.event.data.audience != "all":
            return None
        return self.event.model_copy(update={"after": self.after_public})


class Publication(NamedTuple):
    """What one committed transaction did to one conversation, ready to be sent."""

    conversation_id: str
    events: tuple[StoredEvent, ...]
    """In the order of their numbers."""
    view: ConversationView
    summary: ConversationSummary
    bot_is_asked: bool
    """The bot owes this conversation a turn."""


class Publisher(Protocol):
    """Told of every commit, in commit order per conversation, from whatever thread committed. Never raises."""

    def publish(self, publication: Publication) -> None: ...


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware UTC."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class BotGateway(Protocol):
    async def take_turn(self, request: TurnRequest) -> TurnReply:
        """Raises `BotUnavailable` when the bot is down, late, or says nothing usable."""


class BotUnavailable(Exception):
    """The bot gave no usable answer; the message says why, for the log only."""


class Mail(NamedTuple):
    to: str
    subject: str
    body: str


class MailGateway(Protocol):
    def send(self, mail: Mail) -> None:
        """Raises `MailNotSent`; the outbox tries again later."""


class MailNotSent(Exception):
    """The mail server refused or could not be reached."""


# --- the store: conversations -------------------------------------------------------------------------------------

ListView = Literal["mine", "colleagues", "waiting", "bot", "closed", "all"]
Reader = Literal["visitor", "staff"]


class ConversationStore(Protocol):
    """Conversations as rows: state, queue, leases, read marks. Unknown ids raise `NotFound`."""

    def add(self, conversation: Conversation, visitor_token_hash: str) -> None: ...
    def get(self, conversation_id: str) -> Conversation: ...
    def locked(self, conversation_id: str) -> Conversation:
        """The same; nobody else can change it until this unit ends. Lock a conversation before a customer."""

    def save(self, before: Conversation, after: Conversation) -> None:
        """One statement that holds only if state and ownership version are still those of `before`.

        Raises `StaleOwnership` otherwise.
        """

    def id_of_visitor(self, token_hash: str) -> str | None: ...
    def view(self, conversation_id: str) -> ConversationView: ...
    def summary(self, conversation_id: str) -> ConversationSummary: ...
    def listed(self, view: ListView, agent_id: str, limit: int) -> list[ConversationSummary]: ...
    def queue(self) -> list[str]:
        """Waiting conversations, the next one first."""

    def set_read(self, conversation_id: str, by: Reader, number: int) -> bool:
        """Marks only ever rise; answers whether this one did."""

    def renew_leases(self, agent_id: str, until: datetime) -> None: ...
    def with_expired_lease(self, now: datetime) -> list[str]: ...


class EventLog(Protocol):
    """The numbered events of conversations, and the client ids that caused some of them."""

    def append(self, conversation_id: str, actor: Actor, payload: AnyPayload, at: datetime) -> StoredEvent: ...
    def after(self, conversation_id: str, number: int) -> list[StoredEvent]: ...
    def get(self, conversation_id: str, number: int) -> Event | None: ...
    def last_public(self, conversation_id: str) -> int: ...
    def number_for(self, conversation_id: str, client_id: str, body_hash: str) -> int | None:
        """The number this client id got before. Raises `ClientIdReused` if it came with another body."""

    def remember(self, conversation_id: str, client_id: str, body_hash: str, number: int) -> None: ...


class OfferedSignal(NamedTuple):
    """What a press on a choice means."""

    choice: Choice
    signal: Signal


class OwedInput(NamedTuple):
    """What the bot must answer next, and the event that caused it: a signal or a visitor's text."""

    number: int
    text: str | None
    signal: Signal | None


class TurnStore(Protocol):
    """What the bot owes and what its buttons mean."""

    def offer(self, conversation_id: str, message_number: int, offered: Sequence[OfferedSignal]) -> None: ...
    def press(self, conversation_id: str, taken: ChoiceTaken, at: datetime) -> OfferedSignal:
        """Take a choice and, with it, all of its message. Raises `NotFound`, or `Conflict` if one was taken."""

    def add_signal(self, conversation_id: str, number: int, signal: Signal) -> None: ...
    def drop_signal(self, conversation_id: str, number: int) -> bool:
        """The one caused by event `number`; answers whether it was still there."""

    def drop_signals(self, conversation_id: str) -> None: ...
    def owed_by_bot(self) -> list[str]: ...
    def next_owed(self, conversation_id: str) -> OwedInput | None:
        """Signals first, then texts, each in the order of their numbers; nothing unless the bot has the word."""


class Challenge(NamedTuple):
    """One code that was asked for. Without a customer the address was unknown and no code can be right."""

    id: str
    conversation_id: str
    customer_id: str | None
    identity_id: str | None
    code_hash: str
    tries_left: int
    created_at: datetime
    expires_at: datetime


class ChallengeStore(Protocol):
    def add(self, challenge: Challenge) -> None: ...
    def open_one(self, conversation_id: str) -> Challenge | None: ...
    def set_tries(self, challenge_id: str, tries_left: int) -> None: ...
    def end_open(self, conversation_id: str, at: datetime) -> None: ...
    def asked_since(self, conversation_id: str, since: datetime) -> int: ...
    def sent_since(self, customer_id: str, since: datetime) -> int: ...


# --- the store: people --------------------------------------------------------------------------------------------


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

    def search(self, query: str, limit: int) -> list[Customer]:
        """By part of a name, mail address or phone, by number, or by the number of an order."""

    def timeline(self, customer_id: str, before: TimelinePlace | None, limit: int) -> list[TimelineLine]:
        """Newest first."""

    def find_by_email(self, email: str) -> CustomerFound | None: ...
    def prove_identity(self, identity_id: str, trust: str, at: datetime) -> None: ...
    def add_event(self, customer_id: str, type_: str, data: dict[str, object], at: datetime) -> None:
        """A line of the timeline that belongs to no conversation."""


class AgentAccount(NamedTuple):
    agent: Agent
    password_hash: str
    active: bool
    demo: bool


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
    def add_session(self, token_hash: str, agent_id: str, created_at: datetime, expires_at: datetime) -> None: ...
    def session_agent(self, token_hash: str, now: datetime) -> Agent | None:
        """Whose live session this is, if the account is active."""

    def living_sessions(self, now: datetime) -> frozenset[str]:
        """Of active accounts."""

    def end_session(self, token_hash: str) -> None: ...
    def end_sessions(self, agent_id: str) -> None: ...
    def add_failure(self, subject: str, at: datetime) -> None: ...
    def failures_since(self, subject: str, since: datetime) -> int: ...
    def forget_failures(self, subject: str) -> None: ...
    def add_ticket(
        self, token_hash: str, kind: str, subject: str, session_hash: str | None, expires_at: datetime
    ) -> None: ...
    def take_ticket(self, token_hash: str, kind: str, now: datetime) -> Ticket | None:
        """Use a ticket up, in one statement; nothing if it is unknown, expired or used."""

    def forget(self, *, expired_at: datetime, failed_before: datetime) -> None:
        """Deletes sessions and tickets that have expired, and failed log-ins that count no more."""


class AuditStore(Protocol):
    def note(self, at: datetime, agent_id: str | None, action: str, subject: str | None, *, allowed: bool) -> None: ...


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
    def mark_sent(self, mail_id: int, at: datetime) -> None: ...
    def mark_failed(self, mail_id: int, error: str) -> None: ...


# --- the store: the shop's data -----------------------------------------------------------------------------------


class ShopStore(Protocol):
    """What the shop delivered: orders, subscriptions, invoices, payment methods, outages."""

    def order_of(self, customer_id: str, number: str) -> Order | None:
        """Nothing for an unknown number and for somebody else's order alike."""

    def orders_of(self, customer_id: str, limit: int = 10) -> list[Order]:
        """Newest first, like all lists here."""

    def subscriptions_of(self, customer_id: str) -> list[Subscription]: ...
    def invoices_of(self, customer_id: str, limit: int = 6) -> list[Invoice]: ...
    def payment_methods_of(self, customer_id: str) -> list[PaymentMethod]: ...
    def outages_touching(self, customer_id: str, since: datetime) -> list[Outage]:
        """Outages of the customer's plans at their post code that ended after `since` or go on."""

    def is_empty(self) -> bool: ...
    def add_customer(self, customer: ShopCustomer) -> None: ...
    def add_order(self, order: Order) -> None: ...
    def add_subscription(self, subscription: Subscription) -> None: ...
    def add_invoice(self, invoice: Invoice) -> None: ...
    def add_payment_method(self, method: PaymentMethod) -> None: ...
    def add_outage(self, outage: Outage) -> None: ...


# --- the store: credit --------------------------------------------------------------------------------------------


class CreditStore(Protocol):
    """Decisions, the ledger, the kill switch."""

    def lock_customer(self, customer_id: str) -> bool:
        """Nobody changes this customer until the unit ends. Answers whether credit is blocked for them."""

    def lock_ledger(self) -> bool:
        """One booking at a time in the whole shop: shop-wide caps and the hash chain need it.

        Answers whether the kill switch is pulled. Lock the conversation and the customer first.
        """

    def set_stopped(self, at: datetime, *, stopped: bool) -> None: ...
    def spent(self, cap: Cap, *, order_id: str, customer_id: str, now: datetime) -> Spent: ...
    def claimed_skus(self, order_id: str, reason: Reason) -> frozenset[str]:
        """Items of the order with a credit or an open proposal for another reason."""

    def reference_is_taken(self, reference: str) -> bool: ...
    def add(self, decision: StoredDecision) -> None: ...
    def close_proposal(self, decision: StoredDecision) -> None: ...
    def decision(self, decision_id: str) -> StoredDecision:
        """Raises `NotFound`."""

    def decision_for(self, key: str) -> StoredDecision | None: ...
    def decisions_of(self, customer_id: str) -> list[StoredDecision]:
        """Newest first."""

    def last_hash(self) -> str: ...
    def book(self, entries: Sequence[Entry]) -> None: ...
    def entries(self, decision_id: str | None = None) -> list[Entry]:
        """In the order they were booked: of one decision, or all."""

    def booked_decisions(self) -> list[StoredDecision]:
        """Those that must have a booking: granted and approved ones."""

    def told(self) -> list[CreditGranted]:
        """What visitors were told of, in all conversations."""


# --- one transaction ----------------------------------------------------------------------------------------------


class UnitOfWork(Protocol):
    """One transaction. Commits when its block ends without exception, then publishes what it appended."""

    conversations: ConversationStore
    log: EventLog
    turns: TurnStore
    challenges: ChallengeStore
    customers: CustomerStore
    agents: AgentStore
    audit: AuditStore
    mails: MailStore
    shop: ShopStore
    credits: CreditStore
    now: datetime
    """The one time of everything this unit writes."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def append(self, conversation_id: str, actor: Actor, payload: AnyPayload) -> Event:
        """Write the next event of a conversation; it is published after the commit."""


class Units(Protocol):
    """Opens units of work. With `write=False` the unit reads one consistent state and must not write."""

    def __call__(self, *, write: bool = True) -> UnitOfWork: ...
