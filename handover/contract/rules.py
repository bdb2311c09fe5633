"""The rules of the desk as its page shows and changes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from handover.contract.base import Wire


class RulesChange(Wire):
    """One place that became another. None: nothing stood, or stands, there."""

    place: str
    """`offers.answer_within`, `hours.week.monday`, `topics.billing`, …"""
    before: Any
    after: Any


class RulesVersion(Wire):
    version: int
    """0: the file."""
    at: datetime | None
    """None: the file has no time."""
    agent_name: str | None
    """None: the file, or somebody at the command line."""
    note: str
    of_file: bool
    """From then on the file counted."""
    brought_back: int | None
    """The version that it repeats."""
    changes: tuple[RulesChange, ...]
    """Against the version before."""


class NamesInUse(Wire):
    """Names that cannot go while people or open cases stand by them, with how many do."""

    topics: dict[str, int]
    teams: dict[str, int]


class RulesView(Wire):
    """Answer to `GET /api/desk-rules`."""

    version: int
    """What a change is based on; 0: the file, and nobody has changed anything yet."""
    of_file: bool
    """The file counts; otherwise the desk's own version, whatever the file says."""
    file_name: str
    document: dict[str, Any]
    """What counts now, with everything that may be left out filled in."""
    intents: tuple[str, ...]
    """Everything that the file or the rules of now name."""
    in_use: NamesInUse
    history: tuple[RulesVersion, ...]
    """Newest first; the file at the end."""


class RulesPreview(Wire):
    """What would change."""

    changes: tuple[RulesChange, ...]
