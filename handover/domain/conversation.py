"""The life of a conversation: one table of states, inputs and what they lead to.

An input that the table does not list raises `IllegalTransition` and changes nothing. Every step that changes the
owner raises the ownership version, so that whatever was composed before it can no longer be written.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal, NamedTuple

from handover.domain.errors import IllegalTransition, StaleOwnership


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
    TRANSFER = "transfer"  # the agent puts it back into the queue, for anybody or for somebody
    TAKE_OVER = "take_over"  # a colleague goes on with it in the agent's place
    ASSIGN = "assign"  # a supervisor gives it to an agent
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
    (State.WAITING, Input.ASSIGN): Step(State.AGENT, changes_owner=True),
    (State.WAITING, Input.GIVE_UP_WAITING): Step(State.BOT, changes_owner=True),
    (State.WAITING, Input.CLOSE): Step(State.CLOSED, changes_owner=True),
    (State.AGENT, Input.VISITOR_MESSAGE): Step(State.AGENT, changes_owner=False),
    (State.AGENT, Input.LEASE_EXPIRED): Step(State.WAITING, changes_owner=True),
    (State.AGENT, Input.TRANSFER): Step(State.WAITING, changes_owner=True),
    (State.AGENT, Input.TAKE_OVER): Step(State.AGENT, changes_owner=True),
    (State.AGENT, Input.ASSIGN): Step(State.AGENT, changes_owner=True),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """What the state table and its inputs work on. Each method answers the conversation after the step."""

    id: str
    language: Literal["de", "en"]
    state: State = State.BOT
    owner_id: str | None = None  # agent id while state is agent
    ownership_version: int = 1
    last_number: int = 0
    answered_number: int = 0
    customer_id: str | None = None
    trust: Literal["none", "claimed", "code", "login"] = "none"
    priority: int = 0
    reason: str | None = None
    topic: str | None = None  # group of skills that is asked for
    team: str | None = None  # whose case it is; none: everybody's
    waiting_since: datetime | None = None
    lease_expires_at: datetime | None = None
    outcome: str | None = None
    outcome_summary: str | None = None
    started_at: datetime

    @property
    def proven_customer(self) -> str | None:
        """Who the visitor has proven to be; a claimed name or address opens nothing."""
        return self.customer_id if self.trust in ("code", "login") else None

    def require_version(self, version: int) -> None:
        """Raises `StaleOwnership` if words were composed under another version than the current one."""
        if version != self.ownership_version:
            raise StaleOwnership("The conversation has changed hands.", ownership_version=self.ownership_version)

    def call_human(self, reason: str, now: datetime, topic: str | None = None, team: str | None = None) -> Conversation:
        """`team`: whose the topic is; without one it stays whose it was."""
        called = replace(self._step(Input.REQUEST_HUMAN), reason=reason, topic=topic, waiting_since=now, priority=0)
        return replace(called, team=team or self.team)

    def claim(self, agent_id: str, lease_until: datetime, team: str | None = None) -> Conversation:
        """Of an agent of this `team`, whose case it becomes."""
        claimed = self._step(Input.CLAIM)
        return replace(
            claimed, owner_id=agent_id, team=team or self.team, lease_expires_at=lease_until, waiting_since=None
        )

    def hand_to(self, given: Input, agent_id: str, lease_until: datetime, team: str | None = None) -> Conversation:
        """By a take-over or an assignment. A case that has an agent stays its team's: whoever had it goes on seeing it."""
        handed = replace(self._step(given), owner_id=agent_id, lease_expires_at=lease_until)
        return handed if self.state is State.AGENT else replace(handed, team=team or self.team)

    def requeue(self, given: Input, now: datetime) -> Conversation:
        """Back into the queue, ahead of everybody who has not been with an agent yet."""
        return replace(self._step(given), waiting_since=now, priority=self.priority + 1)

    def return_to_bot(self, outcome: str, summary: str) -> Conversation:
        return replace(self._step(Input.RETURN_TO_BOT), outcome=outcome, outcome_summary=summary)

    def give_up_waiting(self) -> Conversation:
        return self._step(Input.GIVE_UP_WAITING)

    def close(self, outcome: str | None) -> Conversation:
        return replace(self._step(Input.CLOSE), outcome=outcome)

    def visitor_writes(self) -> Conversation:
        return self._step(Input.VISITOR_MESSAGE)

    def _step(self, given: Input) -> Conversation:
        to, changes_owner = step(self.state, given)
        if not changes_owner:
            return self
        return replace(
            self,
            state=to,
            ownership_version=self.ownership_version + 1,
            # Whoever had the word before owes nothing any more.
            answered_number=self.last_number,
            owner_id=None,
            lease_expires_at=None,
            waiting_since=None,
            reason=self.reason if to in (State.WAITING, State.AGENT) else None,
            topic=self.topic if to in (State.WAITING, State.AGENT) else None,
            outcome=None,
        )


def diagram() -> str:
    """The table as a Mermaid state diagram, for `handover/README.md` (kept equal by a test)."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.BOT}"]
    lines += [f"    {source} --> {row.to}: {given}" for (source, given), row in TRANSITIONS.items()]
    return "\n".join(lines)
