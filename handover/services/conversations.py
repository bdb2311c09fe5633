"""What visitors do. Every call is one transaction, every change an event."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import NamedTuple

from handover.contract.base import Language
from handover.contract.events import (
    ChoiceTaken,
    ConversationClosed,
    ConversationStarted,
    Event,
    FileRef,
    LanguageChanged,
    MessagePosted,
    WaitingGivenUp,
)
from handover.contract.frames import EventPage, PostMessage, SetLanguage, Snapshot
from handover.contract.turns import Signal
from handover.domain.conversation import Conversation, State
from handover.domain.errors import InvalidInput, NotLoggedIn
from handover.services.files import note_sent, to_send
from handover.services.identity import form_input, take_form_input
from handover.services.language import detect
from handover.services.logs import CATCH_UP, page_before, resume
from handover.services.outages import notice
from handover.services.placing import Intake
from handover.services.ports import Reader, UnitOfWork, Units
from handover.services.steps import SYSTEM, VISITOR, clean, move, once, printable, reopened
from handover.services.tokens import fingerprint, new_id, new_secret

PAGE_LIMIT = 500


class Started(NamedTuple):
    conversation_id: str
    visitor_token: str
    """The visitor's secret; the database keeps its fingerprint."""


SignIn = Callable[[UnitOfWork, Conversation, str], object]


class Conversations:
    """The visitor's side of conversations."""

    def __init__(self, unit: Units, intake: Intake | None = None) -> None:
        """Without `intake` every case is everybody's, at any hour."""
        self._unit, self._intake = unit, intake or Intake()

    # --- to begin and to read ---

    def start(
        self,
        language: Language,
        page: str | None,
        token: str | None = None,
        sign_in: SignIn | None = None,
        consent: str | None = None,
    ) -> Started:
        """The bot has nothing to say before the visitor does, unless something is disturbed for everybody.

        Visitors may bring their secret. Who brings it again gets the conversation of the first time: its answer was
        lost, or two tabs asked at once. `sign_in` says in the same breath who they are; what it raises undoes all.
        `consent` is the version of the privacy note that they agreed to.
        """
        token = token or new_secret()
        with self._unit() as unit:
            conversation = Conversation(id=new_id(), language=language, started_at=unit.now)
            if not unit.conversations.add(conversation, fingerprint(token)):
                return Started(unit.conversations.id_of_visitor(fingerprint(token)) or "", token)
            first = ConversationStarted(language=language, page=page and page[:PAGE_LIMIT], consent=consent)
            number = unit.append(conversation.id, VISITOR, first).number
            if known := notice(unit.shop.outages_everywhere(), language):
                unit.turns.add_signal(conversation.id, number, known)
            if sign_in:
                sign_in(unit, unit.conversations.get(conversation.id), token)
        return Started(conversation.id, token)

    def visitor_of(self, token: str) -> str:
        """The conversation a visitor's secret belongs to. Raises `NotLoggedIn`."""
        with self._unit(write=False) as unit:
            conversation_id = unit.conversations.id_of_visitor(fingerprint(token))
        if conversation_id is None:
            raise NotLoggedIn("This conversation is unknown.")
        return conversation_id

    def belongs_to(self, conversation_id: str, token_hashes: Iterable[str]) -> bool:
        """Whether one of these fingerprints is that of the visitor's secret now."""
        with self._unit(write=False) as unit:
            return any(unit.conversations.id_of_visitor(known) == conversation_id for known in token_hashes)

    def snapshot(self, conversation_id: str, cursor: int) -> tuple[bool, Snapshot]:
        """State, and what a visitor with this cursor missed. True: the cursor cannot be resumed (see `logs.resume`)."""
        with self._unit(write=False) as unit:
            missed = resume(unit, conversation_id, cursor, public=True)
            snapshot = Snapshot(
                conversation=unit.conversations.view(conversation_id),
                events=missed.events,
                cursor=missed.cursor,
                earlier=missed.earlier,
                last_number=unit.log.last_public(conversation_id),
            )
        return missed.resync, snapshot

    def page(self, conversation_id: str, before: int, limit: int) -> EventPage:
        """Older events than `before`, as the visitor may see them."""
        with self._unit(write=False) as unit:
            return page_before(unit, conversation_id, before, limit, public=True)

    def public_events(self, conversation_id: str, after: int, limit: int = CATCH_UP) -> list[Event]:
        """The first ones after a number, as the visitor may see them."""
        with self._unit(write=False) as unit:
            stored = unit.log.after(conversation_id, after, public=True, limit=limit)
        return [event for each in stored if (event := each.public)]

    def staff_events(self, conversation_id: str, after: int, limit: int = CATCH_UP) -> list[Event]:
        """The first ones after a number, also what the visitor may not see."""
        with self._unit(write=False) as unit:
            return [stored.event for stored in unit.log.after(conversation_id, after, limit=limit)]

    def mark_read(self, conversation_id: str, by: Reader, number: int) -> int | None:
        """The new mark, or nothing if it stays where it was."""
        with self._unit() as unit:
            mark = min(number, unit.conversations.get(conversation_id).last_number)
            return mark if unit.conversations.set_read(conversation_id, by, mark) else None

    # --- to write ---

    def post_visitor_message(self, conversation_id: str, frame: PostMessage, next_token: str | None = None) -> int:
        """`next_token` counts if the text holds the code that proves who the visitor is: see `Hello`.

        Raises `UnknownFile` for a file that is not theirs to send; then nothing is posted.
        """
        says = frame.text is not None or bool(frame.file_ids)
        if says == (frame.choice is not None):
            raise InvalidInput("A message is a text, files or both, or else a choice.")
        return once(
            self._unit,
            conversation_id,
            frame.client_id,
            (frame.type, frame.model_dump_json(include={"text", "choice"}), *frame.file_ids),
            lambda unit, conversation: _post(unit, conversation, frame, next_token),
        )

    def request_human(self, conversation_id: str, client_id: str) -> int:
        def act(unit: UnitOfWork, conversation: Conversation) -> int:
            open_one = reopened(unit, conversation)
            return self._intake.call_person(unit, open_one, VISITOR, "visitor_wish")

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


def _post(unit: UnitOfWork, conversation: Conversation, frame: PostMessage, next_token: str | None) -> int:
    open_one = reopened(unit, conversation)
    if frame.choice is not None:
        return _post_choice(unit, open_one, frame.client_id, frame.choice)
    files = to_send(unit, conversation.id, frame.file_ids)
    text = clean(frame.text or "") if not files else printable(frame.text or "").strip()
    number = _post_text(unit, open_one, Said(text, files, frame.client_id), next_token)
    note_sent(unit, conversation.id, files, number)
    if files and not text and open_one.state is State.BOT:
        unit.turns.add_signal(conversation.id, number, Signal(name="files_received"))
    return number


def _post_choice(unit: UnitOfWork, conversation: Conversation, client_id: str, taken: ChoiceTaken) -> int:
    choice, signal = unit.turns.press(conversation.id, taken, unit.now)
    message = MessagePosted(message_id=new_id(), text=choice.label, choice_taken=taken, client_id=client_id)
    number = unit.append(conversation.id, VISITOR, message).number
    if conversation.state is State.BOT:  # to a person the label says enough, and the bot need not hear of it later
        unit.turns.add_signal(conversation.id, number, signal)
    return number


class Said(NamedTuple):
    """A text, files or both."""

    text: str
    files: tuple[FileRef, ...]
    client_id: str


def _post_text(unit: UnitOfWork, conversation: Conversation, said: Said, next_token: str | None) -> int:
    message = MessagePosted(message_id=new_id(), **said._asdict())
    may_be = form_input("code", said.text)  # most texts are none, whichever step of the form is open
    given = may_be and form_input(unit.conversations.view(conversation.id).identity_step, said.text)
    if given is not None:
        masked = message.model_copy(update={"text": given.masked, "masked": True})
        number = unit.append(conversation.id, VISITOR, masked).number
        take_form_input(unit, conversation, given, next_token)
        return number
    if said.text and (language := detect(said.text, spoken=conversation.language)):
        _speak(unit, conversation, language, by_visitor=False)
    return unit.append(conversation.id, VISITOR, message).number


def _speak(unit: UnitOfWork, conversation: Conversation, language: Language, *, by_visitor: bool) -> int:
    """Go on in a language. One that is spoken already needs no event."""
    if language == conversation.language:
        return conversation.last_number
    unit.conversations.save(conversation, replace(conversation, language=language))
    changed = LanguageChanged(language=language)
    return unit.append(conversation.id, VISITOR if by_visitor else SYSTEM, changed).number
