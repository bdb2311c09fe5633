"""Handing on: a case goes from its agent to a person, a team or a topic, is taken over, or is given to somebody.

Each changes the owner, so nothing composed before it can still be sent. What the visitor hears of it names no reason and no
team; `conversation.directed` tells the staff both.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal, NamedTuple

from handover.contract.events import (
    ConversationClaimed,
    ConversationDirected,
    ConversationTakenOver,
    ConversationTransferred,
)
from handover.contract.frames import ConversationSummary
from handover.domain.agent import Agent
from handover.domain.conversation import Conversation, Input, State
from handover.domain.errors import InvalidInput, NotFound, NotThere
from handover.domain.routing import Status
from handover.services.access import Action, may, require, sight_of
from handover.services.placing import Intake
from handover.services.ports import UnitOfWork, Units
from handover.services.steps import acting, clean, move, printable, require_owner
from handover.services.tokens import new_id

REASON_MOST = 500
"""Characters."""
To = Literal["person", "team", "topic"]


class Goal(NamedTuple):
    """Where a case is to go, and what changes of it with that."""

    kind: To
    id: str
    name: str
    change: dict[str, Any]


class Order(NamedTuple):
    """Who decided it, and why."""

    by: Agent
    given: Literal[Input.TAKE_OVER, Input.ASSIGN]
    why: str


class Transfers:
    def __init__(self, unit: Units, intake: Intake) -> None:
        self._unit, self._intake = unit, intake

    def transfer(
        self, agent: Agent, conversation_id: str, *, ownership_version: int, to_kind: To, to_id: str, reason: str
    ) -> ConversationSummary:
        """Back into the queue, ahead of others, for somebody in particular.

        A person who is there is asked first, also where agents help themselves; if they decline, do not answer or are not
        there, it is everybody's who may see it. Raises `InvalidInput` without a reason or for an unknown team or topic, and
        `NotFound` for somebody who takes no cases.
        """
        require(agent, Action.SERVE_CONVERSATIONS)
        why = told_reason(reason)
        with self._unit() as unit:
            before = unit.conversations.locked(conversation_id)
            before.require_version(ownership_version)
            require_owner(agent, before)
            goal = self._goal(unit, agent, before, to_kind, to_id)
            after = move(unit, before, replace(before.requeue(Input.TRANSFER, unit.now), **goal.change))
            call = unit.append(conversation_id, acting(agent), ConversationTransferred()).number
            directed = _directed(before, "transfer", goal, why, agent.name)
            unit.append(conversation_id, acting(agent), directed)
            self._intake.begin_wait(unit, after, call)
            unit.offers.add_release(conversation_id, call, agent.id, new_id(), unit.now)
            if goal.kind == "person":
                self._intake.offer_to(unit, conversation_id, goal.id)
            return unit.conversations.summary(conversation_id)

    def take_over(
        self, agent: Agent, conversation_id: str, *, ownership_version: int, reason: str
    ) -> ConversationSummary:
        """Go on in a colleague's place. Raises `StaleOwnership` if it is no longer in the hands it was seen in."""
        require(agent, Action.SERVE_CONVERSATIONS)
        why = told_reason(reason)
        with self._unit() as unit:
            before = unit.conversations.locked(conversation_id)
            if before.owner_id != agent.id:
                before.require_version(ownership_version)
                self._hand(unit, before, agent, Order(agent, Input.TAKE_OVER, why))
            return unit.conversations.summary(conversation_id)

    def assign(
        self,
        agent: Agent,
        conversation_id: str,
        agent_id: str,
        *,
        reason: str = "",
        ownership_version: int | None = None,
    ) -> ConversationSummary:
        """Give a waiting case, or somebody's, to an agent who did not ask for it.

        Raises `NotFound` for somebody who takes no cases, and `NotThere` for an agent who may not see this one, or of whom no
        page was heard: their lease would end at once.
        """
        require(agent, Action.SUPERVISE)
        with self._unit() as unit:
            before = unit.conversations.locked(conversation_id)
            if ownership_version is not None:
                before.require_version(ownership_version)
            if before.owner_id != agent_id:
                to = self._taker(unit, before, agent_id)
                self._hand(unit, before, to, Order(agent, Input.ASSIGN, printable(reason).strip()[:REASON_MOST]))
            return unit.conversations.summary(conversation_id)

    # --- steps ---

    def _goal(self, unit: UnitOfWork, agent: Agent, before: Conversation, kind: To, to_id: str) -> Goal:
        rules = self._intake.rules
        if kind == "person":
            if to_id == agent.id:
                raise InvalidInput("It is yours already.")
            return Goal(kind, to_id, _server(unit, to_id).name, {})
        if kind == "team":
            if to_id not in rules.teams:
                raise InvalidInput("The desk's rules know no such team.")
            return Goal(kind, to_id, to_id, {"team": to_id, "topic": _if_theirs(before.topic, rules.teams[to_id])})
        if to_id not in rules.topics:
            raise InvalidInput("The desk's rules know no such topic.")
        return Goal(kind, to_id, to_id, {"topic": to_id, "team": rules.team_of(to_id) or before.team})

    def _taker(self, unit: UnitOfWork, before: Conversation, agent_id: str) -> Agent:
        one = _server(unit, agent_id)
        offer = unit.offers.open_one(before.id)
        sees = sight_of(one).covers(
            owner_id=before.owner_id, team=before.team, offered_to=offer.agent_id if offer else None
        )
        now = unit.staff.candidate(agent_id, unit.now - self._intake.lease)
        if not sees or now is None or not now.online or now.status is Status.OFF:
            raise NotThere("This agent cannot be given the case right now.", agent_name=one.name)
        return one

    def _hand(self, unit: UnitOfWork, before: Conversation, to: Agent, order: Order) -> None:
        """The case is `to`'s; what the visitor hears of it comes from whoever answers them from now on."""
        after = before.hand_to(order.given, to.id, unit.now + self._intake.lease, to.team)
        if (wait := unit.waits.open_one(before.id)) is not None:
            self._intake.note_given(unit, wait, to.id, "assign")
        from_name = unit.conversations.view(before.id).agent_name
        move(unit, before, after)
        unit.staff.note_taken(to.id, unit.now)
        told = ConversationTakenOver if before.state is State.AGENT else ConversationClaimed
        unit.append(before.id, acting(to), told(agent_id=to.id, agent_name=to.name))
        how: Literal["take_over", "assign"] = "take_over" if order.given is Input.TAKE_OVER else "assign"
        directed = _directed(before, how, Goal("person", to.id, to.name, {}), order.why, from_name)
        unit.append(before.id, acting(order.by), directed)


def told_reason(reason: str) -> str:
    """Raises `InvalidInput` unless it is one."""
    why = clean(reason)
    if len(why) > REASON_MOST:
        raise InvalidInput(f"A reason has at most {REASON_MOST} characters.")
    return why


def _server(unit: UnitOfWork, agent_id: str) -> Agent:
    account = unit.agents.account(agent_id)
    if account is None or not account.active or not may(account.agent, Action.SERVE_CONVERSATIONS):
        raise NotFound("Nobody of this name takes cases.")
    return account.agent


def _if_theirs(topic: str | None, topics: tuple[str, ...]) -> str | None:
    return topic if topic in topics else None


def _directed(
    before: Conversation, how: Literal["transfer", "take_over", "assign"], goal: Goal, why: str, from_name: str | None
) -> ConversationDirected:
    return ConversationDirected(
        how=how,
        to_kind=goal.kind,
        to_id=goal.id,
        to_name=goal.name,
        from_id=before.owner_id,
        from_name=from_name,
        reason=why,
    )
