"""Reaching visitors who do not wait in the chat: the number or address they left, and letters with an agent's words."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from handover.contract.events import ContactLeft, ConversationLinked
from handover.contract.frames import ConversationSummary, LeaveContact
from handover.contract.routing import ContactView
from handover.domain.agent import Agent
from handover.domain.conversation import Conversation, State
from handover.domain.errors import InvalidEmail, InvalidInput, InvalidPhone, NotAllowed, NotWaiting
from handover.services.access import Action, require
from handover.services.agents import normal_email
from handover.services.desk_rules import CurrentRules
from handover.services.identity import masked_email
from handover.services.phones import callable_phone, masked_phone, shown_phone
from handover.services.ports import Contact, Letter, UnitOfWork, Units
from handover.services.steps import VISITOR, acting, once, printable, settle_contact
from handover.services.texts import words_mail

LETTER_AFTER = timedelta(seconds=60)
"""An agent's words that nobody has read by then go out by mail too."""
LINKS_MOST = 100
"""Links of one conversation that are looked through."""
AWAY_FOR = timedelta(seconds=45)
"""A visitor who is there is noted more often than this."""


class Contacts:
    def __init__(self, unit: Units, rules: CurrentRules) -> None:
        self._unit, self._rules = unit, rules

    def leave(self, conversation_id: str, frame: LeaveContact) -> int:
        """Raises `NotWaiting`, `InvalidPhone` or `InvalidEmail`. A second contact replaces the first."""
        return once(
            self._unit,
            conversation_id,
            frame.client_id,
            (frame.type, frame.kind, frame.value, frame.note),
            lambda unit, conversation: self._leave(unit, conversation, frame),
        )

    def settle(
        self, agent: Agent, conversation_id: str, outcome: Literal["reached", "not_reached", "not_needed"]
    ) -> ConversationSummary:
        """The wish is done with. Settling what is settled changes nothing.

        Raises `NotAllowed` while a colleague has the case: they know best whether anybody was reached.
        """
        require(agent, Action.SERVE_CONVERSATIONS)
        with self._unit() as unit:
            if unit.conversations.locked(conversation_id).owner_id not in (None, agent.id):
                raise NotAllowed("Only the agent who has this conversation may do this.")
            settle_contact(unit, conversation_id, outcome, acting(agent))
            return unit.conversations.summary(conversation_id)

    def send_letters(self) -> int:
        """Turns unread words to visitors who have gone into mails. Answers how many."""
        with self._unit(write=False) as unit:
            to_see_to = {*unit.contacts.due_letters(unit.now, AWAY_FOR), *unit.contacts.read_letters()}
        return sum(self._send(letter) for letter in to_see_to)

    def _leave(self, unit: UnitOfWork, conversation: Conversation, frame: LeaveContact) -> int:
        if conversation.state not in (State.WAITING, State.AGENT):
            raise NotWaiting("Nobody waits for a person here.")
        value, masked = self._checked(frame)
        note = printable(frame.note).strip()
        unit.contacts.put(conversation.id, Contact(frame.kind, value, note, unit.now))
        unit.waits.mark_contact(conversation.id)
        return unit.append(conversation.id, VISITOR, ContactLeft(kind=frame.kind, masked=masked, note=note)).number

    def _checked(self, frame: LeaveContact) -> tuple[str, str]:
        if frame.kind == "mail":
            try:
                address = normal_email(frame.value)
            except InvalidInput:
                raise InvalidEmail("This is no mail address.") from None
            return address, masked_email(address)
        phone = callable_phone(frame.value, self._rules.now.phone_region)
        if phone is None:
            raise InvalidPhone("This number cannot be called.")
        return phone, masked_phone(phone)

    def _send(self, letter: Letter) -> bool:
        with self._unit() as unit:
            conversation = unit.conversations.locked(letter.conversation_id)
            words, address = unit.contacts.unread(letter), unit.contacts.address(letter.conversation_id)
            if words and letter not in unit.contacts.due_letters(unit.now, AWAY_FOR):
                return False  # the visitor came back, or there is something new that has its time yet
            if not unit.contacts.drop_letter(letter) or not words or address is None:
                return False  # another process was quicker, or nothing is left to be told
            mail = words_mail(conversation.language, address, words, has_chat=not is_split_off(unit, conversation.id))
            unit.mails.add(mail, unit.now)
            return True


def is_split_off(unit: UnitOfWork, conversation_id: str) -> bool:
    """Whether the conversation began as a concern of another one; then no visitor holds its secret."""
    links = unit.log.of_types(conversation_id, ("conversation.linked",), limit=LINKS_MOST)
    return any(isinstance(event.data, ConversationLinked) and event.data.link == "split_from" for event in links)


def contact_view(contact: Contact | None) -> ContactView | None:
    """In full: for the staff alone."""
    if contact is None:
        return None
    return ContactView(
        kind=contact.kind,
        value=contact.value,
        shown=shown_phone(contact.value) if contact.kind == "callback" else contact.value,
        note=contact.note,
        created_at=contact.created_at,
        settled=contact.outcome,
    )
