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
