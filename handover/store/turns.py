"""What the bot owes, and what its buttons mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, exists, insert, or_, select, update

from handover.contract.events import Choice, ChoiceTaken
from handover.contract.turns import Signal
from handover.domain.conversation import State
from handover.domain.errors import Conflict, NotFound
from handover.services.ports import OfferedSignal, OwedInput
from handover.store.tables import choices, conversations, events, pending_signals

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


def owed_text() -> ColumnElement[bool]:
    """Visitor texts the bot has not answered. Presses and mere files arrive as signals, a masked text was for the desk."""
    return and_(
        events.c.conversation_id == conversations.c.id,
        events.c.number > conversations.c.answered_number,
        events.c.type == "message.posted",
        events.c.actor_kind == "visitor",
        events.c.data["choice_taken"].as_string().is_(None),
        events.c.data["masked"].as_string().is_(None),
        events.c.data["text"].as_string() != "",
    )


# What each message needs is built once: SQLAlchemy takes longer to build a statement than to run it.
_WITH_THE_BOT = and_(conversations.c.id == bindparam("id"), conversations.c.state == State.BOT)
_NEXT_SIGNAL = (
    select(pending_signals.c.number, pending_signals.c.signal)
    .join(conversations)
    .where(_WITH_THE_BOT)
    .order_by(pending_signals.c.number)
    .limit(1)
)
_NEXT_TEXT = select(events.c.number, events.c.data).where(_WITH_THE_BOT, owed_text()).order_by(events.c.number).limit(1)


class SqlTurnStore:
    """See `ports.TurnStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def in_mind(self, conversation_id: str) -> dict[str, Any]:
        last = self._connection.execute(
            select(events.c.data)
            .where(events.c.conversation_id == conversation_id, events.c.type == "bot.understood")
            .order_by(events.c.number.desc())
            .limit(1)
        ).one_or_none()
        return dict(last.data.get("slots") or {}) if last else {}

    def offer(self, conversation_id: str, message_number: int, offered: Sequence[OfferedSignal]) -> None:
        rows = [
            {
                "conversation_id": conversation_id,
                "message_number": message_number,
                "choice_id": choice.id,
                "label": choice.label,
                "signal": signal.model_dump(mode="json"),
            }
            for choice, signal in offered
        ]
        if rows:
            self._connection.execute(insert(choices), rows)

    def press(self, conversation_id: str, taken: ChoiceTaken, at: datetime) -> OfferedSignal:
        of_message = and_(
            choices.c.conversation_id == conversation_id, choices.c.message_number == taken.message_number
        )
        row = self._connection.execute(
            select(choices).where(of_message, choices.c.choice_id == taken.choice_id)
        ).one_or_none()
        if row is None:
            raise NotFound("There is no such choice.")
        marked = self._connection.execute(
            update(choices).where(of_message, choices.c.taken_at.is_(None)).values(taken_at=at)
        )
        if marked.rowcount == 0:
            raise Conflict("This choice was already taken.")
        return OfferedSignal(Choice(id=row.choice_id, label=row.label), Signal.model_validate(row.signal))

    def add_signal(self, conversation_id: str, number: int, signal: Signal) -> None:
        self._connection.execute(
            insert(pending_signals).values(
                conversation_id=conversation_id, number=number, signal=signal.model_dump(mode="json")
            )
        )

    def drop_signal(self, conversation_id: str, number: int) -> bool:
        dropped = delete(pending_signals).where(
            pending_signals.c.conversation_id == conversation_id, pending_signals.c.number == number
        )
        return self._connection.execute(dropped).rowcount == 1

    def drop_signals(self, conversation_id: str) -> None:
        self._connection.execute(delete(pending_signals).where(pending_signals.c.conversation_id == conversation_id))

    def owed_by_bot(self) -> list[str]:
        has_signal = exists().where(pending_signals.c.conversation_id == conversations.c.id)
        query = (
            select(conversations.c.id)
            .where(conversations.c.state == State.BOT, or_(has_signal, exists().where(owed_text())))
            .order_by(conversations.c.updated_at)
        )
        return list(self._connection.execute(query).scalars())

    def next_owed(self, conversation_id: str) -> OwedInput | None:
        signal = self._connection.execute(_NEXT_SIGNAL, {"id": conversation_id}).one_or_none()
        if signal is not None:
            return OwedInput(signal.number, None, Signal.model_validate(signal.signal))
        text = self._connection.execute(_NEXT_TEXT, {"id": conversation_id}).one_or_none()
        return OwedInput(text.number, text.data["text"], None, len(text.data.get("files", ()))) if text else None
