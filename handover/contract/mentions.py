"""Notes that name somebody: what the named one is told, and who can be named."""

from __future__ import annotations

from datetime import datetime

from handover.contract.accounts import RoleName
from handover.contract.base import Wire
from handover.contract.frames import ConversationSummary


class CaseColleague(Wire):
    """Somebody who may know of a case, so that a note there may name them."""

    id: str
    name: str
    role: RoleName


class CaseColleagues(Wire):
    """Answer to `GET /api/conversations/{id}/colleagues`, by name."""

    colleagues: tuple[CaseColleague, ...]


class MentionView(Wire):
    """A note that names me and that I have not looked at yet."""

    conversation_id: str
    number: int
    """Of the note."""
    at: datetime
    by_name: str
    text: str
    """The beginning of the note."""
    whisper: bool
    """It was said into my ear, because the case was mine."""
    summary: ConversationSummary


class MentionList(Wire):
    """Answer to `GET /api/mentions`, the newest first."""

    mentions: tuple[MentionView, ...]
