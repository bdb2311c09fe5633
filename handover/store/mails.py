"""The outbox of mails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, Select, and_, insert, or_, select, update

from handover.services.documents.transcript_lines import readable
from handover.services.ports import Mail, StoredMail
from handover.store.tables import mails

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

ERROR_LIMIT = 300


class SqlMailStore:
    """See `ports.MailStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, mail: Mail, at: datetime) -> int:
        """Names and quoted words stand in mails: nothing in them turns the writing round."""
        shown = {"to": mail.to, "subject": readable(mail.subject), "body": readable(mail.body)}
        written = insert(mails).values(**shown, created_at=at, tries=0).returning(mails.c.id)
        return int(self._connection.execute(written).scalar_one())

    def unsent(self, limit: int) -> list[StoredMail]:
        return self._read(
            select(mails).where(mails.c.sent_at.is_(None)).order_by(mails.c.tries, mails.c.id).limit(limit)
        )

    def latest(self, limit: int) -> list[StoredMail]:
        return self._read(select(mails).order_by(mails.c.id.desc()).limit(limit))

    def begin(self, mail_id: int, now: datetime, until: datetime) -> bool:
        free = and_(mails.c.sent_at.is_(None), or_(mails.c.busy_until.is_(None), mails.c.busy_until <= now))
        taken = update(mails).where(mails.c.id == mail_id, free).values(busy_until=until)
        return self._connection.execute(taken).rowcount == 1

    def mark_sent(self, mail_id: int, at: datetime) -> None:
        self._connection.execute(update(mails).where(mails.c.id == mail_id).values(sent_at=at, error=None))

    def mark_failed(self, mail_id: int, error: str) -> None:
        failed = {"tries": mails.c.tries + 1, "error": error[:ERROR_LIMIT], "busy_until": None}
        self._connection.execute(update(mails).where(mails.c.id == mail_id).values(**failed))

    def _read(self, query: Select[Any]) -> list[StoredMail]:
        return [
            StoredMail(row.id, Mail(row.to, row.subject, row.body), row.created_at, row.sent_at, row.tries, row.error)
            for row in self._connection.execute(query)
        ]
