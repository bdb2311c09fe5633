"""The store: conversations, their logs, turns and codes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol

from handover.contract.base import Actor, ActorKind, DraftKind
from handover.contract.events import AnyPayload, Choice, ChoiceTaken, Event
from handover.contract.frames import ConversationSummary, ConversationView
from handover.contract.turns import Signal
from handover.domain.agent import Sight
from handover.domain.conversation import Conversation
from handover.services.ports.publishing import StoredEvent

ListView = Literal["mine", "colleagues", "waiting", "bot", "closed", "all"]


Reader = Literal["visitor", "staff"]


class ConversationStore(Protocol):
    """Conversations as rows: state, queue, leases, read marks. Unknown ids raise `NotFound`."""

    def add(self, conversation: Conversation, visitor_token_hash: str) -> bool:
        """False, and nothing added: there is a conversation with this secret already."""

    def get(self, conversation_id: str) -> Conversation: ...
    def locked(self, conversation_id: str) -> Conversation:
        """The same; nobody else can change it until this unit ends. Lock a conversation before a customer."""

    def save(self, before: Conversation, after: Conversation) -> None:
        """One statement that holds only if state and ownership version are still those of `before`.

        Raises `StaleOwnership` otherwise.
        """

    def id_of_visitor(self, token_hash: str) -> str | None: ...
    def renew_token(self, conversation_id: str, token_hash: str) -> None:
        """The visitor's secret is another one from now on."""

    def view(self, conversation_id: str) -> ConversationView: ...
    def summary(self, conversation_id: str) -> ConversationSummary: ...
    def listed(self, view: ListView, sight: Sight, limit: int) -> list[ConversationSummary]:
        """Those in sight."""

    def summaries(self, conversation_ids: Sequence[str]) -> dict[str, ConversationSummary]:
        """By id, of those that are there."""

    def siblings(self, conversation: Conversation, sight: Sight) -> list[ConversationSummary]:
        """Others of the same proven customer that are in sight and not closed, the newest first."""

    def in_sight(self, conversation_id: str, sight: Sight) -> Conversation:
        """Raises `NotFound`, for one that is out of sight just as for an unknown one."""

    def queue(self) -> list[str]:
        """Waiting conversations, the next one first."""

    def set_read(self, conversation_id: str, by: Reader, number: int) -> bool:
        """Marks only ever rise; answers whether this one did."""

    def renew_leases(self, agent_id: str, until: datetime) -> None: ...
    def with_expired_lease(self, now: datetime) -> list[str]: ...
    def changed_since(self, moment: datetime) -> dict[str, int]:
        """Conversations in which something happened since, each with its last number."""


class EventLog(Protocol):
    """The numbered events of conversations, and the client ids that caused some of them."""

    def append(self, conversation_id: str, actor: Actor, payload: AnyPayload, at: datetime) -> StoredEvent: ...
    def after(
        self, conversation_id: str, number: int, *, public: bool = False, limit: int | None = None
    ) -> list[StoredEvent]:
        """What follows `number`, the oldest first; at most `limit`. `public`: only what the visitor may see."""

    def before(
        self, conversation_id: str, number: int | None, *, public: bool = False, limit: int
    ) -> list[StoredEvent]:
        """The last `limit` events before `number` (none: the end of the log), the oldest first."""

    def of_types(self, conversation_id: str, types: Collection[str], *, limit: int) -> list[Event]:
        """The last `limit` events of these types, the oldest first."""

    def feedback_on(self, conversation_id: str, message_number: int) -> Event | None:
        """The latest that the visitor said of this message."""

    def rating_of(self, conversation_id: str, about: Literal["bot", "human"]) -> Event | None:
        """The latest rating of one side."""

    def took_part(self, conversation_id: str, kind: ActorKind) -> bool:
        """Somebody of this kind said something that the visitor may see, or took the conversation over."""

    def get(self, conversation_id: str, number: int) -> Event | None: ...
    def last_public(self, conversation_id: str) -> int: ...
    def number_for(self, conversation_id: str, client_id: str, body_hash: str) -> int | None:
        """The number this client id got before. Raises `ClientIdReused` if it came with another body."""

    def remember(self, conversation_id: str, client_id: str, body_hash: str, number: int) -> None: ...


class DraftStore(Protocol):
    """What agents have begun to write."""

    def keep(self, agent_id: str, conversation_id: str, kind: DraftKind, text: str, at: datetime) -> None:
        """Replaces what was there; an empty text takes it away."""

    def of(self, agent_id: str, conversation_id: str) -> dict[DraftKind, str]: ...


class OfferedSignal(NamedTuple):
    """What a press on a choice means."""

    choice: Choice
    signal: Signal


class OwedInput(NamedTuple):
    """What the bot must answer next, and the event that caused it: a signal or a visitor's text."""

    number: int
    text: str | None
    signal: Signal | None
    files: int = 0
    """How many came with the text."""


class TurnStore(Protocol):
    """What the bot owes, what it has in mind, and what its buttons mean."""

    def in_mind(self, conversation_id: str) -> dict[str, Any]:
        """The slots after the last turn that was written: the bot's memory of this conversation."""

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
