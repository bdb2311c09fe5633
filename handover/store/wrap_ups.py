"""How cases ended, and what was judged of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, and_, func, insert, select, update

from handover.contract.wrap_up import WrapUp
from handover.domain.conversation import State
from handover.services.ports import CaseEnd, EndFigures, OpenEnd
from handover.store.sight import in_sight
from handover.store.tables import conversations, customers, wrap_ups

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Column

    from handover.domain.agent import Sight

_JUDGEMENT = tuple(WrapUp.model_fields)


class SqlWrapUpStore:
    """See `ports.WrapUpStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, end: CaseEnd) -> None:
        self._connection.execute(
            insert(wrap_ups).values(
                conversation_id=end.conversation_id,
                ownership_version=end.ownership_version,
                agent_id=end.agent_id,
                ended_at=end.ended_at,
                case_topic=end.topic,
                case_reason=end.reason,
                skipped=end.skipped,
                remark="",
            )
        )

    def last(self, conversation_id: str) -> CaseEnd | None:
        newest = select(wrap_ups).where(wrap_ups.c.conversation_id == conversation_id)
        row = self._connection.execute(newest.order_by(wrap_ups.c.ownership_version.desc()).limit(1)).one_or_none()
        return _end(row) if row else None

    def skip(self, conversation_id: str) -> None:
        end = self.last(conversation_id)
        if end is not None and end.wrap_up is None:
            self._connection.execute(update(wrap_ups).where(_this(end)).values(skipped=True))

    def judge(self, end: CaseEnd, wrap_up: WrapUp, number: int, by: str, at: datetime) -> None:
        judged = {"judged_by": by, "judged_at": at, "number": number, "skipped": False}
        self._connection.execute(update(wrap_ups).where(_this(end)).values(**judged, **wrap_up.model_dump()))

    def open_of(self, sight: Sight, since: datetime, limit: int) -> list[OpenEnd]:
        newest = wrap_ups.alias("newest")
        last = (
            select(func.max(newest.c.ownership_version))
            .where(newest.c.conversation_id == wrap_ups.c.conversation_id)
            .scalar_subquery()
        )
        is_open = and_(wrap_ups.c.judged_at.is_(None), wrap_ups.c.skipped.is_(False), wrap_ups.c.ended_at >= since)
        at_rest = conversations.c.state.in_((State.CLOSED, State.BOT))
        query = (
            select(wrap_ups.c.conversation_id, customers.c.name, wrap_ups.c.ended_at)
            .join_from(wrap_ups, conversations, conversations.c.id == wrap_ups.c.conversation_id)
            .outerjoin(customers, customers.c.id == conversations.c.customer_id)
            .where(wrap_ups.c.agent_id == sight.agent_id, in_sight(sight), is_open, at_rest)
            .where(wrap_ups.c.ownership_version == last)
            .order_by(wrap_ups.c.ended_at.desc(), wrap_ups.c.conversation_id)
            .limit(limit)
        )
        return [OpenEnd(*row) for row in self._connection.execute(query)]

    def figures(self, since: datetime) -> EndFigures:
        ended = select(func.count(), func.count(wrap_ups.c.judged_at)).where(wrap_ups.c.ended_at >= since)
        all_, judged = self._connection.execute(ended).one()
        return EndFigures(
            all_, judged, self._count(wrap_ups.c.bot_could, since), self._count(wrap_ups.c.root_cause, since)
        )

    def _count(self, column: Column[Any], since: datetime) -> dict[str, int]:
        named = select(column, func.count()).where(wrap_ups.c.ended_at >= since, column.is_not(None)).group_by(column)
        return {row[0]: row[1] for row in self._connection.execute(named)}


def _this(end: CaseEnd) -> Any:
    return and_(
        wrap_ups.c.conversation_id == end.conversation_id, wrap_ups.c.ownership_version == end.ownership_version
    )


def _end(row: Row[Any]) -> CaseEnd:
    judged = {name: getattr(row, name) for name in _JUDGEMENT}
    return CaseEnd(
        conversation_id=row.conversation_id,
        ownership_version=row.ownership_version,
        agent_id=row.agent_id,
        ended_at=row.ended_at,
        topic=row.case_topic,
        reason=row.case_reason,
        skipped=row.skipped,
        wrap_up=WrapUp(**judged) if row.judged_at is not None else None,
        judged_by=row.judged_by,
        judged_at=row.judged_at,
    )
