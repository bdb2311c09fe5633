"""How visitors are reached who do not wait in the chat, and the letters that follow an agent's words to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Insert, and_, bindparam, delete, exists, insert, or_, select, update

from handover.services.ports import Contact, Letter, UnreadWords
from handover.store.tables import contacts, conversations, events, identities, letters

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from handover.contract.events import ContactOutcome

PROVEN = ("code", "login")


class SqlContactStore:
    """See `ports.ContactStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, conversation_id: str, contact: Contact) -> None:
        self._connection.execute(delete(contacts).where(contacts.c.conversation_id == conversation_id))
        self._connection.execute(insert(contacts).values(conversation_id=conversation_id, **contact._asdict()))

    def of(self, conversation_id: str) -> Contact | None:
        row = self._connection.execute(
            select(contacts).where(contacts.c.conversation_id == conversation_id)
        ).one_or_none()
        return Contact(row.kind, row.value, row.note, row.created_at, row.outcome) if row else None

    def settle(self, conversation_id: str, outcome: ContactOutcome, at: datetime, by: str | None) -> Contact | None:
        is_open = and_(contacts.c.conversation_id == conversation_id, contacts.c.outcome.is_(None))
        settled = update(contacts).where(is_open).values(outcome=outcome, settled_at=at, settled_by=by)
        return self.of(conversation_id) if self._connection.execute(settled).rowcount else None

    def add_letter(self, letter: Letter) -> None:
        self._connection.execute(_ADD_LETTER, letter._asdict())

    def due_letters(self, now: datetime, away_for: timedelta) -> list[Letter]:
        away = or_(conversations.c.visitor_seen_at.is_(None), conversations.c.visitor_seen_at <= now - away_for)
        query = (
            select(letters)
            .join(conversations, conversations.c.id == letters.c.conversation_id)
            .where(letters.c.due_at <= now, away)
        )
        return [Letter(*row) for row in self._connection.execute(query)]

    def drop_letter(self, letter: Letter) -> bool:
        this_one = and_(letters.c.conversation_id == letter.conversation_id, letters.c.number == letter.number)
        return self._connection.execute(delete(letters).where(this_one)).rowcount == 1

    def read_letters(self) -> list[Letter]:
        everything = conversations.c.visitor_read >= conversations.c.last_public_number
        query = select(letters).join(conversations, conversations.c.id == letters.c.conversation_id).where(everything)
        return [Letter(*row) for row in self._connection.execute(query)]

    def unread(self, letter: Letter) -> list[UnreadWords]:
        query = (
            select(events.c.data)
            .join(conversations, conversations.c.id == events.c.conversation_id)
            .where(
                events.c.conversation_id == letter.conversation_id,
                events.c.number >= letter.number,
                events.c.number > conversations.c.visitor_read,
                events.c.type == "message.posted",
                events.c.actor_kind == "agent",
            )
            .order_by(events.c.number)
        )
        return [
            UnreadWords(row.data["text"], tuple(file["name"] for file in row.data.get("files", ())))
            for row in self._connection.execute(query)
        ]

    def address(self, conversation_id: str) -> str | None:
        contact = self.of(conversation_id)
        if contact and contact.kind == "mail":
            return contact.value
        query = (
            select(identities.c.value)
            .join(conversations, conversations.c.customer_id == identities.c.customer_id)
            .where(
                conversations.c.id == conversation_id,
                conversations.c.trust.in_(PROVEN),
                identities.c.kind == "email",
                identities.c.trust.in_(PROVEN),
            )
            .order_by(identities.c.proven_at.desc())
            .limit(1)
        )
        return self._connection.execute(query).scalar_one_or_none()


def _reachable_by_mail() -> ColumnElement[bool]:
    left_mail: Any = exists().where(contacts.c.conversation_id == conversations.c.id, contacts.c.kind == "mail")
    return or_(left_mail, conversations.c.trust.in_(PROVEN))


def _add_letter() -> Insert:
    wanted = select(
        bindparam("conversation_id", type_=letters.c.conversation_id.type),
        bindparam("number", type_=letters.c.number.type),
        bindparam("due_at", type_=letters.c.due_at.type),
    ).where(
        ~exists().where(letters.c.conversation_id == bindparam("conversation_id")),
        exists().where(conversations.c.id == bindparam("conversation_id"), _reachable_by_mail()),
    )
    return insert(letters).from_select(list(Letter._fields), wanted)


_ADD_LETTER = _add_letter()
"""Built once: it runs with each message of an agent."""
