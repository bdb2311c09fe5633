"""Half-written texts of agents, one of each kind for each conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, and_, delete, select

from handover.store.tables import drafts
from handover.store.upserts import insert_into

if TYPE_CHECKING:
    from datetime import datetime

    from handover.contract.base import DraftKind


class SqlDraftStore:
    """See `ports.DraftStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, agent_id: str, conversation_id: str, kind: DraftKind, text: str, at: datetime) -> None:
        key = {"agent_id": agent_id, "conversation_id": conversation_id, "kind": kind}
        if not text:
            this = and_(*(drafts.c[name] == value for name, value in key.items()))
            self._connection.execute(delete(drafts).where(this))
            return
        written = {"text": text, "updated_at": at}
        kept = insert_into(self._connection, drafts).values(**key, **written)
        self._connection.execute(kept.on_conflict_do_update(index_elements=list(key), set_=written))

    def of(self, agent_id: str, conversation_id: str) -> dict[DraftKind, str]:
        mine = and_(drafts.c.agent_id == agent_id, drafts.c.conversation_id == conversation_id)
        return {
            row.kind: row.text for row in self._connection.execute(select(drafts.c.kind, drafts.c.text).where(mine))
        }
