"""Handovers: what agents do with conversations, the queue and the leases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Literal

from handover.contract.events import (
    ConversationClaimed,
    ConversationClosed,
    ConversationRequeued,
    ConversationReturned,
    Event,
    MessagePosted,
    NotePosted,
    Outcome,
)
from handover.contract.frames import ConversationSummary
from handover.contract.turns import Signal
from handover.domain.agent import Agent
from handover.domain.conversation import Conversation, Input, State
from handover.domain.errors import AlreadyClaimed, NotAllowed
from handover.services.access import Action, require
from handover.services.ports import ListView, UnitOfWork, Units
from handover.services.steps import SYSTEM, acting, clean, move, once
from handover.services.tokens import new_id


class Handovers:
    """The agents' side of conversations. A claim lasts for `lease` and is renewed by the heartbeat of the desk page."""

    def __init__(self, unit: Units, lease: timedelta) -> None:
        self._unit, self._lease = unit, lease

    # --- to read ---

    def listed(self, agent: Agent, view: ListView, limit: int) -> list[ConversationSummary]:
        require(agent, Action.READ_CONVERSATIONS)
        with self._unit(write=False) as unit:
            return unit.conversations.listed(view, agent.id, limit)

    def opened(self, agent: Agent, conversation_id: str) -> tuple[ConversationSummary, list[Event]]:
        require(agent, Action.READ_CONVERSATIONS)
        with self._unit(write=False) as unit:
            return unit.conversations.summary(conversation_id), _events(unit, conversation_id, 0)

    def events_after(self, agent: Agent, conversation_id: str, after: int) -> list[Event]:
        require(agent, Action.READ_CONVERSATIONS)
        with self._unit(write=False) as unit:
            unit.conversations.get(conversation_id)
            return _events(unit, conversation_id, after)

    def mark_read(self, agent: Agent, conversation_id: str, number: int) -> int | None:
        """The new mark of the staff. Only the agent who answers moves it: a look over the shoulder is not a reading."""
        require(agent, Action.SERVE_CONVERSATIONS)
        with self._unit() as unit:
            conversation = unit.conversations.get(conversation_id)
            if conversation.owner_id != agent.id:
                return None
            mark = min(number, conversation.last_number)
            return mark if unit.conversations.set_read(conversation_id, "staff", mark) else None

    # --- to take and to give back ---

    def claim(self, agent: Agent, conversation_id: str) -> ConversationSummary:
        """Take a waiting conversation. Raises `AlreadyClaimed` with the name of whoever was first."""
        require(agent, Action.SERVE_CONVERSATIONS)
        with self._unit() as unit:
            before = unit.conversations.locked(conversation_id)
            if before.owner_id == agent.id:
                return unit.conversations.summary(conversation_id)
            if before.state is State.AGENT:
                owner = unit.conversations.view(conversation_id).agent_name
                raise AlreadyClaimed("Somebody else was first.", agent_name=owner or "")
            move(unit, before, before.claim(agent.id, unit.now + self._lease))
            unit.append(conversation_id, acting(agent), ConversationClaimed(agent_id=agent.id, agent_name=agent.name))
            return unit.conversations.summary(conversation_id)

    def return_to_bot(
        self, agent: Agent, conversation_id: str, *, ownership_version: int, outcome: Outcome, summary: str
    ) -> ConversationSummary:
        """Hand back with an outcome; the bot hears of it as its next turn."""

        def act(unit: UnitOfWork, before: Conversation) -> None:
            told = summary.strip()
            move(unit, before, before.return_to_bot(outcome, told))
            returned = ConversationReturned(outcome=outcome, summary=told)
            number = unit.append(conversation_id, acting(agent), returned).number
            signal = Signal(name="handover_returned", data={"outcome": outcome, "summary": told})
            unit.turns.add_signal(conversation_id, number, signal)

        return self._change(agent, conversation_id, ownership_version, act)

    def close(
        self, agent: Agent, conversation_id: str, *, ownership_version: int, outcome: Outcome
    ) -> ConversationSummary:
        def act(unit: UnitOfWork, before: Conversation) -> None:
            move(unit, before, before.close(outcome))
            unit.append(conversation_id, acting(agent), ConversationClosed(outcome=outcome))

        return self._change(agent, conversation_id, ownership_version, act)

    def release(self, agent: Agent, conversation_id: str, *, ownership_version: int) -> ConversationSummary:
        """Back into the queue, for another agent."""

        def act(unit: UnitOfWork, before: Conversation) -> None:
            _requeue(unit, before, Input.TRANSFER, "released")

        return self._change(agent, conversation_id, ownership_version, act)

    # --- to write ---

    def post_message(
        self, agent: Agent, conversation_id: str, *, client_id: str, ownership_version: int, text: str
    ) -> int:
        def act(unit: UnitOfWork, conversation: Conversation) -> int:
            _require_owner(agent, conversation, ownership_version)
            message = MessagePosted(message_id=new_id(), text=clean(text), client_id=client_id)
            return unit.append(conversation_id, acting(agent), message).number

        require(agent, Action.SERVE_CONVERSATIONS)
        return once(self._unit, conversation_id, client_id, ("agent_message", agent.id, text), act)

    def post_note(self, agent: Agent, conversation_id: str, *, client_id: str, text: str) -> int:
        """A word among the staff; no visitor ever sees it, and it needs no ownership."""

        def act(unit: UnitOfWork, _: Conversation) -> int:
            return unit.append(conversation_id, acting(agent), NotePosted(text=clean(text))).number

        require(agent, Action.SERVE_CONVERSATIONS)
        return once(self._unit, conversation_id, client_id, ("note", agent.id, text), act)

    # --- leases ---

    def renew_leases(self, agent_id: str) -> None:
        with self._unit() as unit:
            unit.conversations.renew_leases(agent_id, unit.now + self._lease)

    def expire_leases(self) -> int:
        """Puts back what agents with a silent desk or a disabled account hold. Answers how many conversations."""
        with self._unit() as unit:
            silent = unit.conversations.with_expired_lease(unit.now)
            return sum(_requeue_silent(unit, conversation_id) for conversation_id in silent)

    def _change(
        self, agent: Agent, conversation_id: str, version: int, act: Callable[[UnitOfWork, Conversation], None]
    ) -> ConversationSummary:
        require(agent, Action.SERVE_CONVERSATIONS)
        with self._unit() as unit:
            before = unit.conversations.locked(conversation_id)
            _require_owner(agent, before, version)
            act(unit, before)
            return unit.conversations.summary(conversation_id)


def _require_owner(agent: Agent, conversation: Conversation, version: int) -> None:
    conversation.require_version(version)
    if conversation.owner_id != agent.id:
        raise NotAllowed("Only the agent who has this conversation may do this.")


def _requeue_silent(unit: UnitOfWork, conversation_id: str) -> bool:
    """Looks again under the lock: the agent may have come back in the meantime."""
    before = unit.conversations.locked(conversation_id)
    if before.lease_expires_at is None or before.lease_expires_at > unit.now:
        return False
    owner = unit.agents.account(before.owner_id or "")
    _requeue(unit, before, Input.LEASE_EXPIRED, "lease_expired" if owner and owner.active else "agent_disabled")
    return True


def _requeue(
    unit: UnitOfWork, before: Conversation, given: Input, reason: Literal["lease_expired", "released", "agent_disabled"]
) -> None:
    move(unit, before, before.requeue(given, unit.now))
    unit.append(before.id, SYSTEM, ConversationRequeued(reason=reason))


def _events(unit: UnitOfWork, conversation_id: str, after: int) -> list[Event]:
    return [stored.event for stored in unit.log.after(conversation_id, after)]
