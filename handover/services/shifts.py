"""Shifts: who is at work when. They remind and guide the routing; nobody is ever put off the desk by them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from handover.contract.shifts import ShiftDay, ShiftPlanView, ShiftsView, ShiftView
from handover.domain.agent import Agent
from handover.domain.errors import InvalidInput, NotFound, StaleVersion
from handover.domain.routing import Candidate
from handover.domain.shifts import DAY, Shift, ShiftPlan, span_of, text_of
from handover.services.access import ALLOWED, Action, require
from handover.services.ports import KeptShifts, UnitOfWork, Units

LONGER = timedelta(hours=1)
"""So much longer somebody stays with one press."""
KEPT_FOR = 31 * DAY
"""Days that are otherwise are forgotten so long after they are over."""


class Shifts:
    """Everybody keeps their own; whoever keeps the staff keeps everybody's.

    A change names the version that it is based on: raises `StaleVersion` where somebody was faster.
    """

    def __init__(self, unit: Units) -> None:
        self._unit = unit

    def of(self, agent: Agent, agent_id: str | None = None) -> ShiftsView:
        """One's own, or a colleague's."""
        with self._unit(write=False) as unit:
            whose = _whose(unit, agent, agent_id)
            return _shown(unit.shifts.of(whose), unit.now)

    def keep(self, agent: Agent, plan: ShiftPlanView, version: int, agent_id: str | None = None) -> ShiftsView:
        """Raises `InvalidInput` for spans that do not follow each other, and for an unknown time zone."""
        with self._unit() as unit:
            whose = _whose(unit, agent, agent_id)
            return _save(unit, agent, whose, KeptShifts(_checked(plan), version))

    def stay(self, agent: Agent) -> ShiftsView:
        """An hour longer, today alone; while it is not about to end it stays as it is, so that asking twice adds one hour.

        Raises `NotFound` if no shift is on or has just ended.
        """
        with self._unit() as unit:
            whose = _whose(unit, agent, None)
            kept = unit.shifts.of(whose)
            longer = kept.plan.longer(unit.now, LONGER) if kept else None
            if kept is None or longer is None:
                raise NotFound("There is no shift to make longer.")
            if not kept.plan.is_ending(unit.now):
                return _shown(kept, unit.now)
            return _save(unit, agent, whose, KeptShifts(longer, kept.version))


def rostered(unit: UnitOfWork, staff: list[Candidate]) -> list[Candidate]:
    """The same people, with what their shifts say of now: until when they are at work, and whether that ends soon."""
    plans = unit.shifts.plans()
    return [_on_duty(one, plans[one.id], unit.now) if one.id in plans else one for one in staff]


def _on_duty(one: Candidate, plan: ShiftPlan, now: datetime) -> Candidate:
    shift = plan.at(now)
    return replace(one, shift_until=shift and shift.ends, shift_ends=plan.is_ending(now))


def _whose(unit: UnitOfWork, agent: Agent, agent_id: str | None) -> str:
    require(agent, Action.SERVE_CONVERSATIONS if agent_id in (None, agent.id) else Action.KEEP_STAFF)
    if agent_id is None or agent_id == agent.id:
        return agent.id
    account = unit.agents.account(agent_id)
    if account is None or Action.SERVE_CONVERSATIONS not in ALLOWED[account.agent.role]:
        raise NotFound("Nobody with this id takes cases.")
    return agent_id


def _save(unit: UnitOfWork, agent: Agent, whose: str, kept: KeptShifts) -> ShiftsView:
    oldest = (unit.now - KEPT_FOR).date()
    plan = replace(kept.plan, days={day: spans for day, spans in kept.plan.days.items() if day >= oldest})
    if not unit.shifts.save(whose, plan, kept.version, unit.now):
        raise StaleVersion("Somebody has changed this in the meantime.")
    unit.audit.note(unit.now, agent.id, "agent.shifts", whose, allowed=True)
    return _shown(KeptShifts(plan, kept.version + 1), unit.now)


def _checked(plan: ShiftPlanView) -> ShiftPlan:
    try:
        return ShiftPlan(
            zone=ZoneInfo(plan.zone),
            week={day: tuple(map(span_of, spans)) for day, spans in enumerate(plan.week)},
            days={one.day: tuple(map(span_of, one.spans)) for one in plan.days},
        )
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder's name is no zone either
        raise InvalidInput("A shift ends after it begins, those of a day follow each other, in a known zone.") from None


def _shown(kept: KeptShifts | None, now: datetime) -> ShiftsView:
    if kept is None:
        return ShiftsView(plan=None, version=0, current=None, following=None, ending=False)
    plan, version = kept
    return ShiftsView(
        plan=_plan_view(plan),
        version=version,
        current=_shift_view(plan.at(now)),
        following=_shift_view(plan.following(now)),
        ending=plan.is_ending(now),
    )


def _plan_view(plan: ShiftPlan) -> ShiftPlanView:
    monday, *others = (tuple(text_of(span) for span in plan.week.get(day, ())) for day in range(7))
    tuesday, wednesday, thursday, friday, saturday, sunday = others
    days = (ShiftDay(day=day, spans=tuple(map(text_of, spans))) for day, spans in sorted(plan.days.items()))
    week = (monday, tuesday, wednesday, thursday, friday, saturday, sunday)
    return ShiftPlanView(zone=plan.zone.key, week=week, days=tuple(days))


def _shift_view(shift: Shift | None) -> ShiftView | None:
    return ShiftView(begins=shift.begins, ends=shift.ends) if shift else None
