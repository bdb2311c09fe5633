"""Questions that the bot could not answer, and what agents answered."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, literal_column, select, update
from sqlalchemy.exc import IntegrityError

from handover.domain.errors import Conflict, NotFound
from handover.services.ports import Gap, ProposedAnswer
from handover.store.tables import gap_answers, gaps
from handover.store.upserts import insert_into

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handover.contract.base import Language
    from handover.contract.gaps import GapState

_FIELDS = [gaps.c[name] for name in Gap._fields]
_ANSWER = [gap_answers.c[name] for name in ProposedAnswer._fields]


class SqlGapStore:
    """See `ports.GapStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open_or_add(self, gap: Gap) -> Gap:
        while (kept := self.open_one(gap.language, gap.question_key)) is None:
            added = insert_into(self._connection, gaps).values(**gap._asdict())
            self._connection.execute(
                added.on_conflict_do_nothing(
                    index_elements=["language", "question_key"], index_where=gaps.c.state == literal_column("'open'")
                )
            )
        return kept

    def open_one(self, language: Language, question_key: str) -> Gap | None:
        same = (gaps.c.language == language, gaps.c.question_key == question_key, gaps.c.state == "open")
        row = self._connection.execute(select(*_FIELDS).where(*same).with_for_update()).one_or_none()
        return Gap(*row) if row else None

    def add_answer(self, answer: ProposedAnswer) -> None:
        self._connection.execute(insert(gap_answers).values(**answer._asdict()))

    def get(self, gap_id: str) -> Gap:
        row = self._connection.execute(select(*_FIELDS).where(gaps.c.id == gap_id)).one_or_none()
        if row is None:
            raise NotFound("There is no such proposal.")
        return Gap(*row)

    def save(self, gap: Gap, version: int) -> bool:
        this = (gaps.c.id == gap.id, gaps.c.version == version)
        try:
            return self._connection.execute(update(gaps).where(*this).values(**gap._asdict())).rowcount == 1
        except IntegrityError:
            raise Conflict("This question is open again already.") from None

    def listed(self, state: GapState, agent_id: str | None, limit: int) -> list[Gap]:
        query = select(*_FIELDS).where(gaps.c.state == state).order_by(gaps.c.made_at.desc(), gaps.c.id).limit(limit)
        if agent_id is not None:
            query = query.where(gaps.c.id.in_(select(gap_answers.c.gap_id).where(gap_answers.c.agent_id == agent_id)))
        return [Gap(*row) for row in self._connection.execute(query)]

    def answers(self, gap_ids: Sequence[str]) -> dict[str, list[ProposedAnswer]]:
        found: dict[str, list[ProposedAnswer]] = defaultdict(list)
        query = select(*_ANSWER).where(gap_answers.c.gap_id.in_(gap_ids))
        for row in self._connection.execute(query.order_by(gap_answers.c.at.desc(), gap_answers.c.id)):
            found[row.gap_id].append(ProposedAnswer(*row))
        return found
