"""The bot's turns: what it owes, and what becomes of its proposals.

What is owed stands in the database: a text of the visitor above `answered_number`, or a pending signal. A turn is
settled in the transaction that writes its answer, so a turn is answered once, however often it was begun.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from handover.contract.events import (
    BotFailed,
    BotUnderstood,
    Choice,
    HandoverRequested,
    IdentityRequested,
    MessagePosted,
)
from handover.contract.turns import BotMessage, TurnContext, TurnReply, TurnRequest
from handover.domain.conversation import Conversation
from handover.domain.errors import StaleOwnership
from handover.services.ports import OfferedSignal, UnitOfWork, Units
from handover.services.steps import BOT, SYSTEM, move
from handover.services.tokens import new_id

LABEL_LIMIT = 300


@dataclass(frozen=True, slots=True)
class OwedTurn:
    """One turn the bot is asked for."""

    request: TurnRequest
    answers: int
    """Number of the event it answers: a visitor's text, or what caused the signal."""


class Turns:
    def __init__(self, unit: Units) -> None:
        self._unit = unit

    def owed(self) -> list[str]:
        """Conversations in which the bot owes a turn; read at start, so that none is lost."""
        with self._unit(write=False) as unit:
            return unit.turns.owed_by_bot()

    def next(self, conversation_id: str) -> OwedTurn | None:
        with self._unit(write=False) as unit:
            owed = unit.turns.next_owed(conversation_id)
            if owed is None:
                return None
            context = _context(unit.conversations.get(conversation_id), owed.number)
        return OwedTurn(TurnRequest(context=context, text=owed.text, signal=owed.signal), owed.number)

    def accept(self, turn: OwedTurn, reply: TurnReply, milliseconds: int) -> None:
        """Write what the bot proposes. Raises `StaleOwnership` if it comes too late; then nothing is written."""
        conversation_id = turn.request.context.conversation_id
        with self._unit() as unit:
            conversation = _settle(unit, turn)
            unit.append(conversation_id, BOT, _understood(turn, reply, milliseconds))
            for message in reply.messages:
                _say(unit, conversation, message)
            reason = next((message.handover for message in reply.messages if message.handover), None)
            if reason is not None:
                now_last = unit.conversations.locked(conversation_id)
                move(unit, now_last, now_last.call_human(reason, unit.now))
                unit.append(conversation_id, BOT, HandoverRequested(reason=reason))

    def fail(self, turn: OwedTurn) -> None:
        """The bot gave no usable answer. Says so, unless somebody else has the word by now."""
        with self._unit() as unit:
            try:
                conversation = _settle(unit, turn)
            except StaleOwnership:
                return
            unit.append(conversation.id, SYSTEM, BotFailed(message_number=turn.answers))


def _context(conversation: Conversation, number: int) -> TurnContext:
    return TurnContext(
        conversation_id=conversation.id,
        turn_id=f"{conversation.id}-{number}",
        ownership_version=conversation.ownership_version,
        language=conversation.language,
        trust=conversation.trust,
        last_outcome=conversation.outcome_summary,
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


def _say(unit: UnitOfWork, conversation: Conversation, message: BotMessage) -> None:
    if message.text.strip() or message.choices:
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
        )
        number = unit.append(conversation.id, BOT, posted).number
        unit.turns.offer(conversation.id, number, offered)
    if message.request_identity and not conversation.proven_customer:
        unit.append(conversation.id, BOT, IdentityRequested())
