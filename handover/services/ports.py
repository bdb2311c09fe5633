"""What the services need from outside, as small interfaces. Real ones: `store`, `realtime`, `gateways`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple, Protocol

from handover.contract.events import Event
from handover.contract.frames import ConversationSummary, ConversationView
from handover.contract.turns import TurnReply, TurnRequest


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
