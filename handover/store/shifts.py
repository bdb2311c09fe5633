"""When agents are at work."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select, update

from handover.domain.shifts import ShiftPlan, span_of, text_of
from handover.services.ports import KeptShifts
from handover.store.tables import shifts
from handover.store.upserts import insert_into

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from handover.domain.hours import Span


class SqlShiftStore:
    """See `ports.ShiftStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, agent_id: str) -> KeptShifts | None:
        row = self._connection.execute(select(shifts).where(shifts.c.agent_id == agent_id)).one_or_none()
        return KeptShifts(_plan(row), row.version) if row else None

    def plans(self) -> Mapping[str, ShiftPlan]:
        return {row.agent_id: _plan(row) for row in self._connection.execute(select(shifts))}

    def save(self, agent_id: str, plan: ShiftPlan, version: int, at: datetime) -> bool:
        values = {
            "zone": plan.zone.key,
            "week": {str(day): _texts(spans) for day, spans in plan.week.items() if spans},
            "days": {day.isoformat(): _texts(spans) for day, spans in plan.days.items()},
            "version": version + 1,
            "updated_at": at,
        }
        if version == 0:
            first = insert_into(self._connection, shifts).values(agent_id=agent_id, **values).on_conflict_do_nothing()
            return self._connection.execute(first.returning(shifts.c.agent_id)).one_or_none() is not None
        this = (shifts.c.agent_id == agent_id, shifts.c.version == version)
        return self._connection.execute(update(shifts).where(*this).values(**values)).rowcount == 1


def _texts(spans: Iterable[Span]) -> list[str]:
    return [text_of(span) for span in spans]


def _plan(row: Row[Any]) -> ShiftPlan:
    return ShiftPlan(
        zone=ZoneInfo(row.zone),
        week={int(day): tuple(map(span_of, texts)) for day, texts in row.week.items()},
        days={date.fromisoformat(day): tuple(map(span_of, texts)) for day, texts in row.days.items()},
    )
