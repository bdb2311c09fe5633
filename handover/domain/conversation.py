"""The life of a conversation: one table of states, inputs and what they lead to.

An input that the table does not list raises `IllegalTransition` and changes nothing. Every step that changes the
owner raises the ownership version, so that whatever was composed before it can no longer be written.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from handover.domain.errors import IllegalTransition


class State(StrEnum):
    """Who owns the next word."""

    BOT = "bot"  # the bot answers
    WAITING = "waiting"  # a person is called; nobody answers yet
    AGENT = "agent"  # an agent has claimed it and answers under a lease
    CLOSED = "closed"  # finished; a new message of the visitor reopens it with the bot


class Input(StrEnum):
    """What can happen to a conversation."""

    REQUEST_HUMAN = "request_human"  # visitor, bot rule or bot failure, each with a reason
    CLAIM = "claim"  # an agent takes it from the queue
    LEASE_EXPIRED = "lease_expired"  # the agent's desk fell silent
    TRANSFER = "transfer"  # the agent puts it back into the queue
    RETURN_TO_BOT = "return_to_bot"  # the agent hands back with an outcome
    GIVE_UP_WAITING = "give_up_waiting"  # the visitor goes on with the bot
    CLOSE = "close"  # visitor or agent ends it
    VISITOR_MESSAGE = "visitor_message"  # the visitor writes


class Step(NamedTuple):
    to: State
    changes_owner: bool


TRANSITIONS: dict[tuple[State, Input], Step] = {
    (State.BOT, Input.VISITOR_MESSAGE): Step(State.BOT, changes_owner=False),
    (State.BOT, Input.REQUEST_HUMAN): Step(State.WAITING, changes_owner=True),
    (State.BOT, Input.CLOSE): Step(State.CLOSED, changes_owner=True),
    (State.WAITING, Input.VISITOR_MESSAGE): Step(State.WAITING, changes_owner=False),
    (State.WAITING, Input.CLAIM): Step(State.AGENT, changes_owner=True),
    (State.WAITING, Input.GIVE_UP_WAITING): Step(State.BOT, changes_owner=True),
    (State.WAITING, Input.CLOSE): Step(State.CLOSED, changes_owner=True),
    (State.AGENT, Input.VISITOR_MESSAGE): Step(State.AGENT, changes_owner=False),
    (State.AGENT, Input.LEASE_EXPIRED): Step(State.WAITING, changes_owner=True),
    (State.AGENT, Input.TRANSFER): Step(State.WAITING, changes_owner=True),
    (State.AGENT, Input.RETURN_TO_BOT): Step(State.BOT, changes_owner=True),
    (State.AGENT, Input.CLOSE): Step(State.CLOSED, changes_owner=True),
    (State.CLOSED, Input.VISITOR_MESSAGE): Step(State.BOT, changes_owner=True),
}


def step(state: State, given: Input) -> Step:
    """Where `given` leads from `state`. Raises `IllegalTransition` when the table has no such row."""
    try:
        return TRANSITIONS[state, given]
    except KeyError:
        raise IllegalTransition(
            f"A conversation in state '{state}' cannot take '{given}'.", state=state, input=given
        ) from None


def diagram() -> str:
    """The table as a Mermaid state diagram, for `handover/README.md` (kept equal by a test)."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.BOT}"]
    lines += [f"    {source} --> {row.to}: {given}" for (source, given), row in TRANSITIONS.items()]
    return "\n".join(lines)
