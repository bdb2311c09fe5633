"""The store: what helps agents write."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from handover.contract.writing import WritingSettings
from handover.domain.agent import Sight


class KeptAnswer(NamedTuple):
    """A canned answer as it is kept."""

    id: str
    agent_id: str | None
    """Whose it is; none: everybody's."""
    name: str
    text_de: str
    text_en: str
    version: int
    updated_at: datetime
    deleted_at: datetime | None = None
    """It can be brought back for a while."""


class KeptMention(NamedTuple):
    """A note that names somebody."""

    conversation_id: str
    number: int
    at: datetime
    by_name: str
    text: str
    whisper: bool


class MentionStore(Protocol):
    """Notes that name somebody, until they were looked at."""

    def add(self, conversation_id: str, number: int, at: datetime, *, named: Sequence[str], whisper: bool) -> None: ...
    def open_ones(self, sight: Sight, limit: int) -> list[KeptMention]:
        """What somebody has not looked at and may still see, the newest first."""

    def see(self, agent_id: str, conversation_id: str, number: int, at: datetime) -> None:
        """They have looked at this conversation up to this event."""


class CannedStore(Protocol):
    """Canned answers, the deleted ones included where nothing else is said."""

    def add(self, answer: KeptAnswer) -> None: ...
    def get(self, answer_id: str) -> KeptAnswer:
        """Raises `NotFound`."""

    def listed(self, agent_id: str) -> list[KeptAnswer]:
        """Somebody's own and the shared ones, by name; no deleted ones."""

    def count(self, agent_id: str | None) -> int:
        """Of one owner, the deleted ones left out."""

    def save(self, answer: KeptAnswer, version: int) -> bool:
        """The new state; False, and nothing changed: what is kept has another version than this."""

    def delete_old(self, before: datetime) -> None:
        """For good what was deleted before."""


class WritingStore(Protocol):
    def settings_of(self, agent_id: str) -> WritingSettings | None:
        """None: never chosen."""

    def keep(self, agent_id: str, settings: WritingSettings) -> None: ...
