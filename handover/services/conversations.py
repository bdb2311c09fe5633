"""What visitors do. Every call is one transaction, every change an event."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from handover.contract.base import Language
from handover.contract.events import (
    ChoiceTaken,
    ConversationClosed,
    ConversationStarted,
    Event,
    FeedbackGiven,
    HandoverRequested,
    LanguageChanged,
    MessagePosted,
    WaitingGivenUp,
)
from handover.contract.frames import GiveFeedback, PostMessage, QueuePlace, SetLanguage, Snapshot
from handover.domain.conversation import Conversation, State
from handover.domain.errors import Conflict, InvalidInput, NotLoggedIn
from handover.services.identity import form_input, take_form_input
from handover.services.language import detect
from handover.services.ports import Reader, UnitOfWork, Units
from handover.services.steps import SYSTEM, VISITOR, clean, move, once, reopened
from handover.services.tokens import fingerprint, new_id, new_secret

PAGE_LIMIT = 500


class Started(NamedTuple):
    conversation_id: str
    visitor_token: str
    """The visitor's secret; the database keeps its fingerprint."""


class Conversations:
    """The visitor's side of conversations."""

    def __init__(self, unit: Units) -> None:
        self._unit = unit

    # --- to begin and to read ---

    def start(self, language: Language, page: str | None) -> Started:
        started = Started(new_id(), new_secret())
        with self._unit() as unit:
            conversation = Conversation(id=started.conversation_id, language=language, started_at=unit.now)
            unit.conversations.add(conversation, fingerprint(started.visitor_token))
            first = ConversationStarted(language=language, page=page and page[:PAGE_LIMIT])
            unit.append(conversation.id, VISITOR, first)
        return started

    def visitor_of(self, token: str) -> str:
        """The conversation a visitor's secret belongs to. Raises `NotLoggedIn`."""
        with self._unit(write=False) as unit:
            conversation_id = unit.conversations.id_of_visitor(fingerprint(token))
        if conversation_id is None:
            raise NotLoggedIn("This conversation is unknown.")
        return conversation_id

    def snapshot(self, conversation_id: str, cursor: int) -> tuple[bool, Snapshot]:
        """State, and the events after `cursor`. A cursor that cannot be is answered with True and everything."""
        with self._unit(write=False) as unit:
            resync = not 0 <= cursor <= unit.log.last_public(conversation_id)
            start = 0 if resync else cursor
            view = unit.conversations.view(conversation_id)
            events = tuple(_public(unit, conversation_id, start))
        return resync, Snapshot(conversation=view, events=events, cursor=start)

    def public_events(self, conversation_id: str, after: int) -> list[Event]:
        with self._unit(write=False) as unit:
            return _public(unit, conversation_id, after)

    def queue_places(self) -> dict[str, QueuePlace]:
        with self._unit(write=False) as unit:
            queue = unit.conversations.queue()
        return {
            conversation_id: QueuePlace(place=place, waiting=len(queue))
            for place, conversation_id in enumerate(queue, 1)
        }

    def mark_read(self, conversation_id: str, by: Reader, number: int) -> int | None:
        """The new mark, or nothing if it stays where it was."""
        with self._unit() as unit:
            mark = min(number, unit.conversations.get(conversation_id).last_number)
            return mark if unit.conversations.set_read(conversation_id, by, mark) else None

    # --- to write ---

    def post_visitor_message(self, conversation_id: str, frame: PostMessage) -> int:
        if (frame.text is None) == (frame.choice is None):
            raise InvalidInput("A message is either a text or a choice.")
        return once(
            self._unit,
            conversation_id,
            frame.client_id,
            (frame.type, frame.model_dump_json(include={"text", "choice"})),
            lambda unit, conversation: _post(unit, conversation, frame),
        )

    def request_human(self, conversation_id: str, client_id: str) -> int:
        def act(unit: UnitOfWork, conversation: Conversation) -> int:
            open_one = reopened(unit, conversation)
            move(unit, open_one, open_one.call_human("visitor_wish", unit.now))
            return unit.append(conversation_id, VISITOR, HandoverRequested(reason="visitor_wish")).number

        return once(self._unit, conversation_id, client_id, ("request_human",), act)

    def give_up_waiting(self, conversation_id: str, client_id: str) -> int:
        def act(unit: UnitOfWork, conversation: Conversation) -> int:
            move(unit, conversation, conversation.give_up_waiting())
            return unit.append(conversation_id, VISITOR, WaitingGivenUp()).number

        return once(self._unit, conversation_id, client_id, ("give_up_waiting",), act)

    def end(self, conversation_id: str, client_id: str) -> int:
        def act(unit: UnitOfWork, conversation: Conversation) -> int:
            move(unit, conversation, conversation.close(outcome=None))
            return unit.append(conversation_id, VISITOR, ConversationClosed()).number

        return once(self._unit, conversation_id, client_id, ("end",), act)

    def set_language(self, conversation_id: str, frame: SetLanguage) -> int:
        return once(
            self._unit,
            conversation_id,
            frame.client_id,
            (frame.type, frame.language),
            lambda unit, conversation: _speak(unit, conversation, frame.language, by_visitor=True),
        )

    def give_feedback(self, conversation_id: str, frame: GiveFeedback) -> int:
        """Whether an answer helped: once for each answer that asked."""
        return once(
            self._unit,
            conversation_id,
            frame.client_id,
            (frame.type, str(frame.message_number), str(frame.helpful)),
            lambda unit, _: _judge(unit, conversation_id, frame),
        )


def _public(unit: UnitOfWork, conversation_id: str, after: int) -> list[Event]:
    return [event for stored in unit.log.after(conversation_id, after) if (event := stored.public)]


def _post(unit: UnitOfWork, conversation: Conversation, frame: PostMessage) -> int:
    open_one = reopened(unit, conversation)
    if frame.choice is not None:
        return _post_choice(unit, open_one, frame.client_id, frame.choice)
    return _post_text(unit, open_one, frame.client_id, clean(frame.text or ""))


def _post_choice(unit: UnitOfWork, conversation: Conversation, client_id: str, taken: ChoiceTaken) -> int:
    choice, signal = unit.turns.press(conversation.id, taken, unit.now)
    message = MessagePosted(message_id=new_id(), text=choice.label, choice_taken=taken, client_id=client_id)
    number = unit.append(conversation.id, VISITOR, message).number
    if conversation.state is State.BOT:  # to a person the label says enough, and the bot need not hear of it later
        unit.turns.add_signal(conversation.id, number, signal)
    return number


def _post_text(unit: UnitOfWork, conversation: Conversation, client_id: str, text: str) -> int:
    given = form_input(unit.conversations.view(conversation.id).identity_step, text)
    if given is not None:
        masked = MessagePosted(message_id=new_id(), text=given.masked, client_id=client_id, masked=True)
        number = unit.append(conversation.id, VISITOR, masked).number
        take_form_input(unit, conversation, given)
        return number
    if language := detect(text):
        _speak(unit, conversation, language, by_visitor=False)
    return unit.append(
        conversation.id, VISITOR, MessagePosted(message_id=new_id(), text=text, client_id=client_id)
    ).number


def _speak(unit: UnitOfWork, conversation: Conversation, language: Language, *, by_visitor: bool) -> int:
    """Go on in a language. One that is spoken already needs no event."""
    if language == conversation.language:
        return conversation.last_number
    unit.conversations.save(conversation, replace(conversation, language=language))
    changed = LanguageChanged(language=language)
    return unit.append(conversation.id, VISITOR if by_visitor else SYSTEM, changed).number


def _judge(unit: UnitOfWork, conversation_id: str, frame: GiveFeedback) -> int:
    answer = unit.log.get(conversation_id, frame.message_number)
    if answer is None or not isinstance(answer.data, MessagePosted) or not answer.data.wants_feedback:
        raise InvalidInput("Nobody asked whether this helped.")
    given = FeedbackGiven(message_number=frame.message_number, helpful=frame.helpful)
    for later in unit.log.after(conversation_id, frame.message_number):
        earlier = later.event.data
        if isinstance(earlier, FeedbackGiven) and earlier.message_number == frame.message_number:
            raise Conflict("This answer has its feedback already.")
    return unit.append(conversation_id, VISITOR, given).number
