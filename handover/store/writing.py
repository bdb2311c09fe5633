"""How agents want to write."""

from __future__ import annotations

from sqlalchemy import Connection, select

from handover.contract.writing import WritingSettings
from handover.store.tables import writing_settings
from handover.store.upserts import insert_into


class SqlWritingStore:
    """See `ports.WritingStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def settings_of(self, agent_id: str) -> WritingSettings | None:
        theirs = select(writing_settings.c.send_by, writing_settings.c.undo).where(
            writing_settings.c.agent_id == agent_id
        )
        row = self._connection.execute(theirs).mappings().one_or_none()
        return WritingSettings(**row) if row else None

    def keep(self, agent_id: str, settings: WritingSettings) -> None:
        chosen = settings.model_dump()
        kept = insert_into(self._connection, writing_settings).values(agent_id=agent_id, **chosen)
        self._connection.execute(kept.on_conflict_do_update(index_elements=["agent_id"], set_=chosen))
