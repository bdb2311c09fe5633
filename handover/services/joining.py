"""Two conversations of one customer made one, and one with two concerns made two. All that is joined is proven to be theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from handover.contract.base import Actor
from handover.contract.events import (
    ContactLeft,
    ConversationClosed,
    ConversationLinked,
    ConversationMerged,
    ConversationStarted,
    HandoverRequested,
    MessagePosted,
    QuotedMessage,
)
from handover.contract.frames import ConversationSummary
from handover.domain.agent import Agent
from handover.domain.conversation import Conversation, State
from handover.domain.errors import IdentityRequired, InvalidInput, NoAddress, NotAllowed, NotTheSame, NotWaiting
from handover.services.access import Action, require, sight_of
from handover.services.identity import masked_email
from handover.services.phones import masked_phone
from handover.services.placing import Intake
from handover.services.ports import Contact, UnitOfWork, Units
from handover.services.steps import VISITOR, acting, move, once, require_owner, take
from handover.services.tokens import fingerprint, new_id, new_secret

QUOTED_MOST = 50
"""Messages of a concern that becomes a case of its own."""


class Joined(NamedTuple):
    kept: ConversationSummary
    ended: ConversationSummary


class Joining:
    def __init__(self, unit: Units, intake: Intake) -> None:
        self._unit, self._intake = unit, intake

    def siblings(self, agent: Agent, conversation_id: str) -> list[ConversationSummary]:
        """Other open conversations of the same proven customer, as far as this agent may know of them."""
        require(agent, Action.READ_CONVERSATIONS)
        with self._unit(write=False) as unit:
            conversation = unit.conversations.get(conversation_id)
            if conversation.proven_customer is None:
                return []
            return unit.conversations.siblings(conversation, sight_of(agent))

    def merge(self, agent: Agent, conversation_id: str, into: str) -> Joined:
        """The conversation ends as a duplicate and goes on in `into`, with the agent.

        One of them is theirs; the other too, or nobody's yet. One that goes on and waits becomes theirs. Said again, nothing
        happens. Raises `NotTheSame`
        unless both are of one proven customer, `NotAllowed` while a colleague has one, and `NotWaiting` if `into` is with the
        bot: its visitor has called nobody there.
        """
        require(agent, Action.SERVE_CONVERSATIONS)
        if conversation_id == into:
            raise InvalidInput("A conversation goes on in another one.")
        with self._unit() as unit:
            unit.conversations.in_sight(into, sight_of(agent))
            found = {name: unit.conversations.locked(name) for name in sorted((conversation_id, into))}
            ended, kept = found[conversation_id], found[into]
            if ended.outcome == "duplicate" and _went_on_in(unit, ended) == kept.id:
                return Joined(unit.conversations.summary(kept.id), unit.conversations.summary(ended.id))
            _require_same_customer(ended, kept)
            _require_hers_or_nobodys(agent, ended, kept)
            contact = _open_contact(unit, ended.id)
            self._end(unit, agent, ended, kept)
            if kept.state is State.WAITING:
                self._take(unit, agent, kept)
            unit.append(kept.id, acting(agent), ConversationLinked(link="merged_from", conversation_id=ended.id))
            if contact and _open_contact(unit, kept.id) is None:
                _leave(unit, kept.id, contact, VISITOR)
            return Joined(unit.conversations.summary(kept.id), unit.conversations.summary(ended.id))

    def split(
        self,
        agent: Agent,
        conversation_id: str,
        *,
        client_id: str,
        ownership_version: int,
        numbers: Sequence[int],
        topic: str | None = None,
    ) -> ConversationSummary:
        """What these messages are about becomes a case of its own, which waits for an agent and answers by mail.

        Raises `IdentityRequired` for a customer who has not proven who they are, `NoAddress` without a mail address of
        theirs, and `InvalidInput` for what is no message or for an unknown topic.
        """

        def act(unit: UnitOfWork, before: Conversation) -> int:
            before.require_version(ownership_version)
            require_owner(agent, before)
            quoted = _quoted(unit, conversation_id, numbers)
            new = self._begin(unit, agent, before, topic, quoted)
            return unit.append(
                conversation_id, acting(agent), ConversationLinked(link="split_into", conversation_id=new)
            ).number

        require(agent, Action.SERVE_CONVERSATIONS)
        if topic is not None and topic not in self._intake.rules.topics:
            raise InvalidInput("The desk's rules know no such topic.")
        asked = (agent.id, topic or "", *map(str, sorted(set(numbers))))
        number = once(self._unit, conversation_id, client_id, ("split", *asked), act)
        with self._unit(write=False) as unit:
            event = unit.log.get(conversation_id, number)
            assert event is not None
            assert isinstance(event.data, ConversationLinked)
            return unit.conversations.summary(event.data.conversation_id)

    # --- steps ---

    def _end(self, unit: UnitOfWork, agent: Agent, ended: Conversation, kept: Conversation) -> None:
        """Whoever sees the one that goes on sees this one, too."""
        move(unit, ended, replace(ended.close("duplicate"), team=kept.team))
        if ended.owner_id:
            unit.wrap_ups.skip(ended.id)  # how the case ends is judged where it goes on
        unit.append(ended.id, acting(agent), ConversationClosed(outcome="duplicate"))
        unit.append(ended.id, acting(agent), ConversationMerged())
        unit.append(ended.id, acting(agent), ConversationLinked(link="merged_into", conversation_id=kept.id))

    def _take(self, unit: UnitOfWork, agent: Agent, kept: Conversation) -> None:
        if (wait := unit.waits.open_one(kept.id)) is not None:
            self._intake.note_given(unit, wait, agent.id, "claim")
        take(unit, agent, kept, unit.now + self._intake.lease)

    def _begin(
        self, unit: UnitOfWork, agent: Agent, before: Conversation, topic: str | None, quoted: tuple[QuotedMessage, ...]
    ) -> str:
        """Nobody holds the secret of the new conversation: its customer reads the answers in their mail."""
        if before.proven_customer is None:
            raise IdentityRequired("The customer has not proven who they are.")
        new = Conversation(
            id=new_id(),
            language=before.language,
            customer_id=before.customer_id,
            trust=before.trust,
            team=before.team,
            started_at=unit.now,
        )
        unit.conversations.add(new, fingerprint(new_secret()))
        if (address := unit.contacts.address(new.id)) is None:
            raise NoAddress("There is no mail address of this customer.")
        unit.append(new.id, acting(agent), ConversationStarted(language=new.language))
        origin = ConversationLinked(link="split_from", conversation_id=before.id, quoted=quoted)
        unit.append(new.id, acting(agent), origin)
        self._call(unit, agent, new.id, topic, Contact("mail", address, "", unit.now))
        return new.id

    def _call(self, unit: UnitOfWork, agent: Agent, new: str, topic: str | None, contact: Contact) -> None:
        rules, bot_has_it = self._intake.rules, unit.conversations.locked(new)
        after = move(unit, bot_has_it, bot_has_it.call_human("split", unit.now, topic, rules.team_of(topic)))
        called = HandoverRequested(reason="split", topic=topic, after_hours=not rules.hours.open_at(unit.now))
        call = unit.append(new, acting(agent), called).number
        _leave(unit, new, contact, acting(agent))
        self._intake.begin_wait(unit, after, call)


def _require_same_customer(one: Conversation, other: Conversation) -> None:
    if one.proven_customer is None or one.proven_customer != other.proven_customer:
        raise NotTheSame("These conversations are not of one proven customer.")


def _require_hers_or_nobodys(agent: Agent, ended: Conversation, kept: Conversation) -> None:
    owners = {ended.owner_id, kept.owner_id}
    if agent.id not in owners or not owners <= {agent.id, None}:
        raise NotAllowed("Only the agent who has these conversations may do this.")
    if kept.state not in (State.AGENT, State.WAITING):
        raise NotWaiting("Nobody waits for a person there.")


def _went_on_in(unit: UnitOfWork, ended: Conversation) -> str | None:
    """Where a closed conversation went on, if that was the last that was done with it."""
    if ended.state is not State.CLOSED:
        return None
    links = [event.data for event in unit.log.of_types(ended.id, ("conversation.linked",), limit=1)]
    return next(
        (one.conversation_id for one in links if isinstance(one, ConversationLinked) and one.link == "merged_into"),
        None,
    )


def _open_contact(unit: UnitOfWork, conversation_id: str) -> Contact | None:
    contact = unit.contacts.of(conversation_id)
    return contact if contact and contact.outcome is None else None


def _leave(unit: UnitOfWork, conversation_id: str, contact: Contact, by: Actor) -> None:
    unit.contacts.put(conversation_id, contact)
    unit.waits.mark_contact(conversation_id)
    masked = masked_email(contact.value) if contact.kind == "mail" else masked_phone(contact.value)
    unit.append(conversation_id, by, ContactLeft(kind=contact.kind, masked=masked, note=contact.note))


def _quoted(unit: UnitOfWork, conversation_id: str, numbers: Sequence[int]) -> tuple[QuotedMessage, ...]:
    """In the order in which they were said. Raises `InvalidInput` if one is no message."""
    chosen = sorted(set(numbers))
    if not 1 <= len(chosen) <= QUOTED_MOST:
        raise InvalidInput(f"Choose 1 to {QUOTED_MOST} messages.")
    return tuple(_quote(unit, conversation_id, number) for number in chosen)


def _quote(unit: UnitOfWork, conversation_id: str, number: int) -> QuotedMessage:
    event = unit.log.get(conversation_id, number)
    if event is None or not isinstance(event.data, MessagePosted):
        raise InvalidInput("One of these is no message.")
    files = tuple(file.name for file in event.data.files)
    actor = event.actor
    return QuotedMessage(number=number, at=event.at, by=actor.kind, name=actor.name, text=event.data.text, files=files)
