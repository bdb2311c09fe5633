"""The versions of the desk's rules."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select

from handover.domain.conversation import State
from handover.domain.errors import NotFound
from handover.services.ports import KeptRules, RulesInUse
from handover.store.tables import agents, conversations, desk_rules
from handover.store.upserts import insert_into

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy import ColumnElement, Select

_FIELDS = [desk_rules.c[name] for name in KeptRules._fields]


class SqlRulesStore:
    """See `ports.RulesStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def newest_version(self) -> int:
        newest = select(func.coalesce(func.max(desk_rules.c.version), 0))
        return int(self._connection.execute(newest).scalar_one())

    def get(self, version: int) -> KeptRules:
        row = self._connection.execute(select(*_FIELDS).where(desk_rules.c.version == version)).one_or_none()
        if row is None:
            raise NotFound("There is no such version of the rules.")
        return KeptRules(*row)

    def newest(self, limit: int, before: int | None = None) -> list[KeptRules]:
        query = select(*_FIELDS).order_by(desk_rules.c.version.desc()).limit(limit)
        if before is not None:
            query = query.where(desk_rules.c.version < before)
        return [KeptRules(*row) for row in self._connection.execute(query)]

    def add(self, rules: KeptRules) -> bool:
        added = insert_into(self._connection, desk_rules).values(**rules._asdict())
        once = added.on_conflict_do_nothing(index_elements=["version"]).returning(desk_rules.c.version)
        return self._connection.execute(once).one_or_none() is not None

    def in_use(self) -> RulesInUse:
        topics: Counter[str] = Counter()
        skilled = select(agents.c.topics).where(agents.c.active, agents.c.topics.is_not(None))
        for named in self._connection.execute(skilled).scalars():
            topics.update(named)
        is_open = conversations.c.state.in_((State.WAITING, State.AGENT))
        return RulesInUse(
            topics, self._counted(agents.c.team, agents.c.active), self._counted(conversations.c.team, is_open)
        )

    def _counted(self, team: ColumnElement[Any], among: ColumnElement[bool]) -> dict[str, int]:
        query: Select[Any] = select(team, func.count()).where(team.is_not(None), among).group_by(team)
        return dict(self._connection.execute(query).tuples().all())
