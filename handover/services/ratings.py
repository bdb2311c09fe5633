"""What visitors think: of one answer, and at the end of the bot and of the people.

Everything is said by an event, and the latest one counts: a judgement may be changed as often as its author likes.
What was asked to be written twice, by a second tab or a lost answer, is written once.
"""

from __future__ import annotations

from handover.contract.events import ConversationRated, Event, FeedbackGiven, MessagePosted
from handover.contract.frames import GiveFeedback, RateConversation
from handover.domain.errors import InvalidInput, NothingToRate
from handover.masking import masked
from handover.services.ports import UnitOfWork, Units
from handover.services.steps import VISITOR, once, printable


class Ratings:
    def __init__(self, unit: Units) -> None:
        self._unit = unit

    def give_feedback(self, conversation_id: str, frame: GiveFeedback) -> int:
        """Whether an answer that asked for it helped, and why not. Raises `InvalidInput`."""
        return once(
            self._unit,
            conversation_id,
            frame.client_id,
            _body(frame),
            lambda unit, _: _judge(unit, conversation_id, frame),
        )

    def rate(self, conversation_id: str, frame: RateConversation) -> int:
        """At any time, and nothing else changes by it. Raises `NothingToRate` for somebody who was never there."""
        return once(
            self._unit,
            conversation_id,
            frame.client_id,
            _body(frame),
            lambda unit, _: _rate(unit, conversation_id, frame),
        )


def _body(frame: GiveFeedback | RateConversation) -> tuple[str, str]:
    return frame.type, frame.model_dump_json(exclude={"type", "client_id"})


def _judge(unit: UnitOfWork, conversation_id: str, frame: GiveFeedback) -> int:
    answer = unit.log.get(conversation_id, frame.message_number)
    if answer is None or not isinstance(answer.data, MessagePosted) or not answer.data.wants_feedback:
        raise InvalidInput("Nobody asked whether this helped.")
    if frame.helpful and frame.reason:
        raise InvalidInput("A reason goes with an answer that did not help.")
    given = FeedbackGiven(
        message_number=frame.message_number,
        helpful=frame.helpful,
        reason=frame.reason,
        comment=_comment(frame.comment),
    )
    return _say(unit, conversation_id, given, unit.log.feedback_on(conversation_id, frame.message_number))


def _rate(unit: UnitOfWork, conversation_id: str, frame: RateConversation) -> int:
    if not unit.log.took_part(conversation_id, "bot" if frame.about == "bot" else "agent"):
        raise NothingToRate("Nobody of that kind took part in this conversation.")
    rated = ConversationRated(about=frame.about, score=frame.score, comment=_comment(frame.comment))
    return _say(unit, conversation_id, rated, unit.log.rating_of(conversation_id, frame.about))


def _say(unit: UnitOfWork, conversation_id: str, said: FeedbackGiven | ConversationRated, before: Event | None) -> int:
    """The number of what counts now: of the last one, if it said the same."""
    if before is not None and before.data == said:
        return before.number
    return unit.append(conversation_id, VISITOR, said).number


def _comment(text: str) -> str:
    """An opinion needs no address and no account number, and more people read it than the conversation."""
    return masked(printable(text).strip())
