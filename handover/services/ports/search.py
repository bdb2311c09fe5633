"""The store: the search over what was said."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, Protocol

from handover.contract.base import Language
from handover.contract.events import Event
from handover.contract.frames import State
from handover.domain.agent import Sight


class SearchFilter(NamedTuple):
    """None: any."""

    state: State | None = None
    agent_id: str | None = None
    """Who has it, or has had it."""
    language: Language | None = None
    customer_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Something happened in it since, and it began before."""


class SearchStore(Protocol):
    """Kept up to date by the transaction that writes a message; gone with its conversation."""

    def add(self, conversation_id: str, number: int, words: set[str]) -> None:
        """`words` as `domain/words.py` folds them."""

    def conversations(self, words: set[str], wanted: SearchFilter, sight: Sight, limit: int) -> list[str]:
        """Ids of conversations in which something begins like each of the words; the newest first."""

    def hits(self, conversation_ids: list[str], words: set[str]) -> dict[str, Event]:
        """The newest message of each conversation that says one of the words."""
