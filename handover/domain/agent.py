"""The people at the desk."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Role(StrEnum):
    """What somebody may do; the one table of permissions is `services/access.py`."""

    AGENT = "agent"  # takes handovers and answers visitors
    SUPERVISOR = "supervisor"  # an agent who also decides larger credits
    EDITOR = "editor"  # keeps the knowledge files
    ADMIN = "admin"  # keeps the installation and its accounts


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody with an account at the desk. `name` is what visitors read."""

    id: str
    email: str
    name: str
    role: Role
    language: Literal["de", "en"]
    team: str | None = None
    """Whose cases they share beside their own; none: those that are no team's."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Which conversations somebody may know of: theirs, their team's, those of no team, and what they are asked to take.

    `store/sight.py` says the same in SQL.
    """

    agent_id: str
    team: str | None
    everything: bool = False
    """Of every team: supervisors."""

    def covers(self, *, owner_id: str | None, team: str | None, offered_to: str | None) -> bool:
        return self.everything or self.agent_id in (owner_id, offered_to) or team is None or team == self.team
