"""When agents are at work, as the desk's page writes and reads it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, Field

from handover.contract.base import Number, Wire

ClockSpan = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$")]
"""`09:00-17:30`; `24:00` is the end of the day."""
DaySpans = Annotated[tuple[ClockSpan, ...], Field(max_length=10)]


class ShiftDay(Wire):
    """A day that is otherwise than its weekday."""

    day: date
    spans: DaySpans
    """None: free."""


class ShiftPlanView(Wire):
    zone: str = Field(max_length=60)
    """IANA name of the time zone that the clock times are of."""
    week: tuple[DaySpans, DaySpans, DaySpans, DaySpans, DaySpans, DaySpans, DaySpans]
    """From Monday."""
    days: Annotated[tuple[ShiftDay, ...], Field(max_length=200)] = ()


class ShiftPlanBase(Wire):
    plan: ShiftPlanView
    version: Number
    """What the change is based on; 0: nothing was planned."""


class ShiftView(Wire):
    begins: AwareDatetime
    ends: AwareDatetime


class ShiftsView(Wire):
    """Somebody's plan, and what it says of now."""

    plan: ShiftPlanView | None
    version: int
    current: ShiftView | None
    following: ShiftView | None
    ending: bool
    """No new case is offered to them: their shift ends, or has just ended."""
