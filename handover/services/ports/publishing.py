"""What is told of a commit, and to whom."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from handover.contract.events import Event
from handover.contract.frames import ConversationSummary


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
    summary: ConversationSummary
    bot_is_asked: bool
    """The bot owes this conversation a turn."""


class Publisher(Protocol):
    """Told of every commit, in commit order per conversation, from whatever thread committed. Never raises."""

    def publish(self, publication: Publication) -> None: ...
