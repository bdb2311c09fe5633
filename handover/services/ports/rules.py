"""The store: the versions of the desk's rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol


class KeptRules(NamedTuple):
    """One version that counts, or has counted."""

    version: int
    document: dict[str, Any] | None
    """As JSON; none: from then on the file counts."""
    agent_id: str | None
    """Who wrote it; none: somebody at the command line."""
    at: datetime
    note: str
    brought_back: int | None = None
    """The version that this one repeats; 0 is the file."""


class RulesInUse(NamedTuple):
    """What rules must not lose without a word: how many people, and how many open cases, stand by each name."""

    topics_of_people: Mapping[str, int]
    teams_of_people: Mapping[str, int]
    teams_of_cases: Mapping[str, int]


class RulesStore(Protocol):
    def newest_version(self) -> int:
        """0: there is none but the file."""

    def get(self, version: int) -> KeptRules:
        """Raises `NotFound`."""

    def newest(self, limit: int, before: int | None = None) -> list[KeptRules]:
        """Newest first."""

    def add(self, rules: KeptRules) -> bool:
        """False, and nothing is added: there is one of this number already."""

    def in_use(self) -> RulesInUse: ...
