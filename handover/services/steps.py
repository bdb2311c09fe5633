"""What several services do with a conversation inside a unit of work."""

from __future__ import annotations

import re
from collections.abc import Callable

from handover.contract.base import Actor
from handover.contract.events import ConversationReopened
from handover.domain.agent import Agent
from handover.domain.conversation import Conversation, State
from handover.domain.errors import InvalidInput
from handover.services.ports import UnitOfWork, Units
from handover.services.tokens import fingerprint

VISITOR = Actor(kind="visitor")
BOT = Actor(kind="bot")
SYSTEM = Actor(kind="system")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def acting(agent: Agent) -> Actor:
    return Actor(kind="agent", id=agent.id, name=agent.name)


def move(unit: UnitOfWork, before: Conversation, after: Conversation) -> Conversation:
    """Write a step of the state table. When the owner changes, the bot need hear of nothing from before."""
    unit.conversations.save(before, after)
    if after.ownership_version != before.ownership_version:
        unit.turns.drop_signals(after.id)
    return after


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
    cleaned = _CONTROL.sub("", text).strip()
    if not cleaned:
        raise InvalidInput("A message needs a text.")
    return cleaned
