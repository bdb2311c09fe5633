"""What the search of the desk finds."""

from __future__ import annotations

from datetime import datetime

from handover.contract.base import Actor, Language, Number, TrustLevel, Wire
from handover.contract.frames import ConversationSummary


class HitPart(Wire):
    """A piece of what was said. Joined, the pieces are the text; clients mark those that were looked for."""

    text: str
    hit: bool


class SearchHit(Wire):
    """The newest message that says what was looked for."""

    number: Number
    at: datetime
    actor: Actor
    parts: tuple[HitPart, ...]


class ConversationFound(Wire):
    summary: ConversationSummary
    hit: SearchHit | None
    """None: nothing was looked for but by filters."""


class CustomerRow(Wire):
    """So much of a customer as it takes to tell them apart; the record opens with a case or a reason."""

    id: str
    number: str
    name: str
    city: str | None
    language: Language
    trust: TrustLevel
    opens: bool
    """Whoever asks may open the record without giving a reason."""


class SearchResults(Wire):
    conversations: tuple[ConversationFound, ...]
    """Newest first."""
    more: bool
    """There are more than were asked for."""
    customers: tuple[CustomerRow, ...]
