"""The store: what the live board counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from handover.services.ports.queue import WaitResult


class EndedWait(NamedTuple):
    seconds: float
    result: WaitResult
    left_contact: bool


class HeldTalk(NamedTuple):
    """What was said in a case that somebody has."""

    since: datetime | None
    """When its owner took it; none: the log says nothing of it."""
    unanswered_at: datetime | None
    """When the visitor wrote the first message that nobody has answered."""
    last_words: tuple[str, ...]
    """The visitor's newest texts, the newest last."""


class BoardStore(Protocol):
    def called_since(self, at: datetime) -> int:
        """How often a person was called."""

    def ended_since(self, at: datetime) -> list[EndedWait]: ...
    def talks(self, conversation_ids: Sequence[str]) -> dict[str, HeldTalk]: ...
    def status_since(self) -> dict[str, datetime]:
        """By agent id, where it is known."""

    def with_bot(self, since: datetime) -> int:
        """Conversations of the bot in which something happened since then."""

    def bot_failures(self, since: datetime) -> int: ...
