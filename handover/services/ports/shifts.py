"""The store: when agents are at work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple, Protocol

from handover.domain.shifts import ShiftPlan


class KeptShifts(NamedTuple):
    plan: ShiftPlan
    version: int


class ShiftStore(Protocol):
    """One plan an agent."""

    def of(self, agent_id: str) -> KeptShifts | None: ...
    def plans(self) -> Mapping[str, ShiftPlan]:
        """By agent."""

    def save(self, agent_id: str, plan: ShiftPlan, version: int, at: datetime) -> bool:
        """As the version after this one; False, and nothing changed: what is kept has another version."""
