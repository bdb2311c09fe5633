"""What several services do with a conversation inside a unit of work."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Literal

from handover.contract.base import Actor
from handover.contract.events import (
    ContactOutcome,
    ContactSettled,
    ConversationClaimed,
    ConversationReopened,
    RoutingOfferEnded,
)
from handover.domain.agent import Agent
from handover.domain.conversation import Conversation, State
from handover.domain.errors import InvalidInput, NotAllowed
from handover.services.access import Action, require
from handover.services.ports import CaseEnd, Offer, UnitOfWork, Units, WaitResult
from handover.services.tokens import fingerprint

VISITOR = Actor(kind="visitor")
BOT = Actor(kind="bot")
SYSTEM = Actor(kind="system")
_END_OF_WAIT: dict[State, WaitResult] = {State.AGENT: "claimed", State.BOT: "given_up", State.CLOSED: "closed"}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def acting(agent: Agent) -> Actor:
    return Actor(kind="agent", id=agent.id, name=agent.name)


def require_owner(agent: Agent, conversation: Conversation) -> None:
    """Raises `NotAllowed` unless the agent has this conversation."""
    require(agent, Action.SERVE_CONVERSATIONS)
    if conversation.owner_id != agent.id:
        raise NotAllowed("Only the agent who has this conversation may do this.")


def move(unit: UnitOfWork, before: Conversation, after: Conversation) -> Conversation:
    """Write a step of the state table, and what must not outlive the state before it.

    When the owner changes, the bot need hear of nothing from before. Who leaves the queue waits no more and is
    offered to nobody; with the end of a case its contact wish has ended too, and its agent is asked how it ended.
    """
    unit.conversations.save(before, after)
    if after.ownership_version != before.ownership_version:
        unit.turns.drop_signals(after.id)
    if before.state is State.WAITING and after.state is not State.WAITING:
        unit.waits.end(after.id, _END_OF_WAIT[after.state], unit.now, after.owner_id)
        if offer := unit.offers.open_one(after.id):
            end_offer(unit, offer, "withdrawn")
    if before.state in (State.WAITING, State.AGENT) and after.state in (State.BOT, State.CLOSED):
        settle_contact(unit, after.id, "case_ended", SYSTEM)
    if before.owner_id is not None and after.state in (State.BOT, State.CLOSED):
        unit.wrap_ups.add(_end_of(before, before.owner_id, unit.now))
    return after


def _end_of(case: Conversation, owner_id: str, at: datetime) -> CaseEnd:
    """To be judged by whoever had it, now or later."""
    return CaseEnd(case.id, case.ownership_version, owner_id, at, case.topic, case.reason)


def take(unit: UnitOfWork, agent: Agent, before: Conversation, lease_until: datetime) -> None:
    """A waiting case becomes the agent's."""
    move(unit, before, before.claim(agent.id, lease_until, agent.team))
    unit.staff.note_taken(agent.id, unit.now)
    unit.append(before.id, acting(agent), ConversationClaimed(agent_id=agent.id, agent_name=agent.name))


def end_offer(
    unit: UnitOfWork, offer: Offer, result: Literal["accepted", "declined", "expired", "withdrawn"], reason: str = ""
) -> None:
    unit.offers.end(offer.id, result, unit.now, reason or None)
    ended = RoutingOfferEnded(offer_id=offer.id, agent_id=offer.agent_id, result=result)
    unit.append(offer.conversation_id, SYSTEM, ended)


def settle_contact(unit: UnitOfWork, conversation_id: str, outcome: ContactOutcome, by: Actor) -> None:
    """The open wish to be called or written to, if there is one."""
    if contact := unit.contacts.settle(conversation_id, outcome, unit.now, by.id):
        unit.append(conversation_id, by, ContactSettled(kind=contact.kind, outcome=outcome))


def reopened(unit: UnitOfWork, conversation: Conversation) -> Conversation:
    """The conversation as the visitor writes in it again."""
    if conversation.state is not State.CLOSED:
        return conversation
    after = move(unit, conversation, conversation.visitor_writes())
    unit.append(conversation.id, VISITOR, ConversationReopened())
    return after


def once(
    units: Units,
    conversation_id: str,
    client_id: str,
    body: tuple[str, ...],
    act: Callable[[UnitOfWork, Conversation], int],
) -> int:
    """Do what a client may ask again, in one transaction under the lock of the conversation.

    The same id with the same body answers with the number of the first time. Raises `ClientIdReused` if the body is
    another one.
    """
    body_hash = fingerprint(*body)
    with units() as unit:
        conversation = unit.conversations.locked(conversation_id)
        number = unit.log.number_for(conversation_id, client_id, body_hash)
        if number is None:
            number = act(unit, conversation)
            unit.log.remember(conversation_id, client_id, body_hash, number)
        return number


def clean(text: str) -> str:
    """Without control characters, which no database and no page can carry. Raises `InvalidInput` if nothing is left."""
    cleaned = printable(text).strip()
    if not cleaned:
        raise InvalidInput("A message needs a text.")
    return cleaned


def printable(text: str) -> str:
    return _CONTROL.sub("", text)
