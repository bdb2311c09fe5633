"""The bot's turns: what it owes, and what becomes of its proposals.

What is owed stands in the database: a text of the visitor above `answered_number`, or a pending signal. A turn is
settled in the transaction that writes its answer, so a turn is answered once, however often it was begun. Where
several processes serve one database, a lease keeps all but one of them from asking the bot at the same time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple

from handover.contract.events import (
    BotFailed,
    BotUnderstood,
    Card,
    Choice,
    IdentityRequested,
    MessagePosted,
)
from handover.contract.turns import BotMessage, TurnContext, TurnReply, TurnRequest
from handover.domain.conversation import Conversation
from handover.domain.errors import StaleOwnership
from handover.domain.tone import tone
from handover.services.cards import Cards
from handover.services.placing import Intake
from handover.services.ports import OfferedSignal, OwedInput, UnitOfWork, Units
from handover.services.steps import BOT, SYSTEM
from handover.services.tokens import new_id

LABEL_LIMIT = 300


class TurnElsewhere(Exception):
    """Another process takes the turns of this conversation just now."""


class Tenure(NamedTuple):
    """Who takes turns, and how long a turn may take before its taker counts as dead."""

    holder: str
    lasts: timedelta


@dataclass(frozen=True, slots=True)
class OwedTurn:
    """One turn the bot is asked for."""

    request: TurnRequest
    answers: int
    """Number of the event it answers: a visitor's text, or what caused the signal."""


class Turns:
    def __init__(
        self, unit: Units, tenure: Tenure | None = None, intake: Intake | None = None, cards: Cards | None = None
    ) -> None:
        """Without `tenure` no other process serves this database; without `intake` every case is everybody's.

        Without `cards` the shop's days are those of UTC, and parcels have no page.
        """
        self._unit, self._tenure, self._intake, self._cards = unit, tenure, intake or Intake(), cards or Cards()

    def owed(self) -> list[str]:
        """Conversations in which the bot owes a turn; read at start, so that none is lost."""
        with self._unit(write=False) as unit:
            return unit.turns.owed_by_bot()

    def next(self, conversation_id: str) -> OwedTurn | None:
        """Raises `TurnElsewhere` while another process is at it."""
        if self._tenure is None:
            with self._unit(write=False) as unit:
                return _next(unit, conversation_id)
        with self._unit() as unit:  # first the lease, then what is owed: its last holder may just have answered it
            name, (holder, lasts) = f"turn:{conversation_id}", self._tenure
            if not unit.leases.take(name, holder, unit.now, unit.now + lasts):
                raise TurnElsewhere
            turn = _next(unit, conversation_id)
            if turn is None:
                unit.leases.give_back(holder, name)
            return turn

    def drop_all(self) -> None:
        """The process ends: the turns that it began, and whatever else it held, are free for the others at once."""
        if self._tenure is not None:
            with self._unit() as unit:
                unit.leases.give_back(self._tenure.holder)

    def accept(self, turn: OwedTurn, reply: TurnReply, milliseconds: int) -> None:
        """Write what the bot proposes. Raises `StaleOwnership` if it comes too late; then nothing is written."""
        conversation_id = turn.request.context.conversation_id
        with self._unit() as unit:
            conversation = _settle(unit, turn)
            unit.append(conversation_id, BOT, _understood(turn, reply, milliseconds))
            for message in reply.messages:
                _say(unit, conversation, message, self._cards.fill(unit, conversation, message.cards))
            reason = next((message.handover for message in reply.messages if message.handover), None)
            if reason is not None:
                self._intake.call_person(unit, unit.conversations.locked(conversation_id), BOT, reason)

    def fail(self, turn: OwedTurn) -> None:
        """The bot gave no usable answer. Says so, unless somebody else has the word by now."""
        with self._unit() as unit:
            try:
                conversation = _settle(unit, turn)
            except StaleOwnership:
                return
            unit.append(conversation.id, SYSTEM, BotFailed(message_number=turn.answers))


def _next(unit: UnitOfWork, conversation_id: str) -> OwedTurn | None:
    owed = unit.turns.next_owed(conversation_id)
    if owed is None:
        return None
    context = _context(unit.conversations.get(conversation_id), owed)
    slots = unit.turns.in_mind(conversation_id)
    return OwedTurn(TurnRequest(context=context, text=owed.text, signal=owed.signal, slots=slots), owed.number)


def _context(conversation: Conversation, owed: OwedInput) -> TurnContext:
    return TurnContext(
        conversation_id=conversation.id,
        turn_id=f"{conversation.id}-{owed.number}",
        ownership_version=conversation.ownership_version,
        language=conversation.language,
        trust=conversation.trust,
        angry=max(0.0, -tone(owed.text or "")),
        last_outcome=conversation.outcome_summary,
        files=owed.files,
    )


def _settle(unit: UnitOfWork, turn: OwedTurn) -> Conversation:
    """Mark a turn as answered, under the version it was composed under."""
    before = unit.conversations.locked(turn.request.context.conversation_id)
    before.require_version(turn.request.context.ownership_version)
    if turn.request.signal is not None:
        if not unit.turns.drop_signal(before.id, turn.answers):
            raise StaleOwnership("This signal was answered already.")
        return before
    if turn.answers <= before.answered_number:
        raise StaleOwnership("This message was answered already.")
    after = replace(before, answered_number=turn.answers)
    unit.conversations.save(before, after)
    return after


def _understood(turn: OwedTurn, reply: TurnReply, milliseconds: int) -> BotUnderstood:
    read = reply.understanding
    return BotUnderstood(
        message_number=turn.answers,
        intents=read.intents,
        entities=read.entities,
        slots=read.slots,
        passages=tuple(passage for message in reply.messages for passage in message.passages),
        search=next((message.search for message in reply.messages if message.search), None),
        milliseconds=milliseconds,
    )


def _say(unit: UnitOfWork, conversation: Conversation, message: BotMessage, cards: tuple[Card, ...]) -> None:
    if message.text.strip() or message.choices or message.documents or cards:
        offered = [
            OfferedSignal(Choice(id=str(place), label=choice.label[:LABEL_LIMIT]), choice.signal)
            for place, choice in enumerate(message.choices, 1)
        ]
        posted = MessagePosted(
            message_id=new_id(),
            text=message.text.replace("\0", ""),
            choices=tuple(choice for choice, _ in offered),
            receipt=message.receipt,
            wants_feedback=message.wants_feedback,
            documents=message.documents,
            cards=cards,
        )
        number = unit.append(conversation.id, BOT, posted).number
        unit.turns.offer(conversation.id, number, offered)
    if message.request_identity and not conversation.proven_customer:
        unit.append(conversation.id, BOT, IdentityRequested())
