"""Handovers: what agents do with conversations, the queue and the leases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import NamedTuple

from handover.contract.events import (
    ConversationClosed,
    ConversationRequeued,
    ConversationReturned,
    MessagePosted,
    Outcome,
    RequeueReason,
    SuggestionUsed,
)
from handover.contract.frames import ConversationSummary, EventPage
from handover.contract.suggestions import DraftUsed
from handover.contract.turns import Signal
from handover.contract.wrap_up import WrapUp
from handover.domain.agent import Agent, Sight
from handover.domain.conversation import Conversation, Input, State
from handover.domain.errors import AlreadyClaimed, LoadFull
from handover.domain.routing import Status
from handover.services.access import Action, require, sight_of
from handover.services.contacts import LETTER_AFTER
from handover.services.desk_rules import CurrentRules, DeskRules
from handover.services.files import note_sent, to_send
from handover.services.logs import Slice, page_before, resume
from handover.services.placing import Intake, decided
from handover.services.ports import Letter, ListView, OpenWait, UnitOfWork, Units
from handover.services.steps import SYSTEM, acting, clean, end_offer, move, once, printable, require_owner, take
from handover.services.tokens import new_id
from handover.services.wrap_up import judge_now

SHOWN_AT_MOST = 200
"""Conversations of each list that the hub learns of at once."""


class Opened(NamedTuple):
    """A conversation as an agent finds it."""

    summary: ConversationSummary
    log: Slice


class Handovers:
    """The agents' side of conversations. A claim lasts for `lease` and is renewed by the heartbeat of the desk page."""

    def __init__(self, unit: Units, lease: timedelta, rules: CurrentRules | None = None) -> None:
        self._unit, self._intake = unit, Intake(rules or DeskRules(), lease)

    # --- to read ---

    def listed(self, agent: Agent, view: ListView, limit: int) -> list[ConversationSummary]:
        require(agent, Action.READ_CONVERSATIONS)
        with self._unit(write=False) as unit:
            return unit.conversations.listed(view, sight_of(agent), limit)

    def with_people(self) -> list[ConversationSummary]:
        """Those that wait for a person or are with one, of every team: for the hub, which tells each agent of theirs."""
        with self._unit(write=False) as unit:
            every = Sight(agent_id="", team=None, everything=True)
            return [
                *unit.conversations.listed("waiting", every, SHOWN_AT_MOST),
                *unit.conversations.listed("colleagues", every, SHOWN_AT_MOST),
            ]

    def opened(self, agent: Agent, conversation_id: str, cursor: int = 0) -> Opened:
        """State, and what a desk with this cursor has missed (`logs.resume`)."""
        require(agent, Action.READ_CONVERSATIONS)
        with self._unit(write=False) as unit:
            summary = unit.conversations.summary(conversation_id)
            return Opened(summary, resume(unit, conversation_id, cursor, public=False))

    def page(self, agent: Agent, conversation_id: str, before: int, limit: int) -> EventPage:
        """Older events than `before`."""
        require(agent, Action.READ_CONVERSATIONS)
        with self._unit(write=False) as unit:
            unit.conversations.get(conversation_id)
            return page_before(unit, conversation_id, before, limit, public=False)

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

    def claim(self, agent: Agent, conversation_id: str, *, force: bool = False) -> ConversationSummary:
        """Take a waiting conversation. Raises `AlreadyClaimed` with the name of whoever was first.

        Raises `LoadFull` if the agent has as much as they should, unless they insist by `force`.
        """
        require(agent, Action.SERVE_CONVERSATIONS)
        with self._unit() as unit:
            before = unit.conversations.locked(conversation_id)
            if before.owner_id == agent.id:
                return unit.conversations.summary(conversation_id)
            if before.state is State.AGENT:
                owner = unit.conversations.view(conversation_id).agent_name
                raise AlreadyClaimed("Somebody else was first.", agent_name=owner or "")
            if (wait := unit.waits.open_one(conversation_id)) is not None:
                self._note_claim(unit, agent, wait, force=force)
            take(unit, agent, before, unit.now + self._intake.lease)
            return unit.conversations.summary(conversation_id)

    def return_to_bot(
        self,
        agent: Agent,
        conversation_id: str,
        *,
        ownership_version: int,
        outcome: Outcome,
        summary: str,
        wrap_up: WrapUp | None = None,
    ) -> ConversationSummary:
        """Hand back with an outcome; the bot hears of it as its next turn."""

        def act(unit: UnitOfWork, before: Conversation) -> None:
            told = summary.strip()
            move(unit, before, before.return_to_bot(outcome, told))
            returned = ConversationReturned(outcome=outcome, summary=told)
            number = unit.append(conversation_id, acting(agent), returned).number
            judge_now(unit, agent, conversation_id, wrap_up, number=number, outcome=outcome)
            signal = Signal(name="handover_returned", data={"outcome": outcome, "summary": told})
            unit.turns.add_signal(conversation_id, number, signal)

        return self._change(agent, conversation_id, ownership_version, act)

    def close(
        self,
        agent: Agent,
        conversation_id: str,
        *,
        ownership_version: int,
        outcome: Outcome,
        wrap_up: WrapUp | None = None,
    ) -> ConversationSummary:
        """Without a wrap-up the case counts as not judged, and its agent is not asked again."""

        def act(unit: UnitOfWork, before: Conversation) -> None:
            move(unit, before, before.close(outcome))
            number = unit.append(conversation_id, acting(agent), ConversationClosed(outcome=outcome)).number
            judge_now(unit, agent, conversation_id, wrap_up, number=number, outcome=outcome)

        return self._change(agent, conversation_id, ownership_version, act)

    def release(self, agent: Agent, conversation_id: str, *, ownership_version: int) -> ConversationSummary:
        """Back into the queue, for another agent."""

        def act(unit: UnitOfWork, before: Conversation) -> None:
            call = self._requeue(unit, before, Input.TRANSFER, "released")
            unit.offers.add_release(conversation_id, call, agent.id, new_id(), unit.now)

        return self._change(agent, conversation_id, ownership_version, act)

    # --- to write ---

    def post_message(
        self,
        agent: Agent,
        conversation_id: str,
        *,
        client_id: str,
        ownership_version: int,
        text: str = "",
        file_ids: Sequence[str] = (),
        drafted: DraftUsed | None = None,
    ) -> int:
        """A text, files that they uploaded there, or both. Raises `UnknownFile` for any other; then nothing is posted.

        `drafted`: the suggestion that it began as.
        """

        def act(unit: UnitOfWork, conversation: Conversation) -> int:
            _require_owner(agent, conversation, ownership_version)
            files = to_send(unit, conversation_id, file_ids, agent)
            words = printable(text).strip() if files else clean(text)
            message = MessagePosted(message_id=new_id(), text=words, files=files, client_id=client_id)
            number = unit.append(conversation_id, acting(agent), message).number
            note_sent(unit, conversation_id, files, number)
            if drafted is not None:
                unit.append(conversation_id, acting(agent), suggestion_used(drafted, number))
            unit.contacts.add_letter(Letter(conversation_id, number, unit.now + LETTER_AFTER))
            return number

        require(agent, Action.SERVE_CONVERSATIONS)
        return once(self._unit, conversation_id, client_id, ("agent_message", agent.id, text, *file_ids), act)

    # --- leases ---

    def renew_leases(self, agent_id: str) -> None:
        """A page of the agent was heard: they are there, and what they have stays theirs."""
        with self._unit() as unit:
            unit.conversations.renew_leases(agent_id, unit.now + self._intake.lease)
            unit.staff.note_heard(agent_id, unit.now)

    def expire_leases(self) -> int:
        """Puts back what agents hold who fell silent, logged out or were disabled. Answers how many conversations."""
        with self._unit(write=False) as unit:
            silent = unit.conversations.with_expired_lease(unit.now)
        return sum(self._requeue_silent(conversation_id) for conversation_id in silent)

    # --- steps ---

    def _change(
        self, agent: Agent, conversation_id: str, version: int, act: Callable[[UnitOfWork, Conversation], None]
    ) -> ConversationSummary:
        require(agent, Action.SERVE_CONVERSATIONS)
        with self._unit() as unit:
            before = unit.conversations.locked(conversation_id)
            _require_owner(agent, before, version)
            act(unit, before)
            return unit.conversations.summary(conversation_id)

    def _note_claim(self, unit: UnitOfWork, agent: Agent, wait: OpenWait, *, force: bool) -> None:
        """Somebody helps themselves: with room for it, and with the others who could have been asked on record."""
        offer = unit.offers.open_one(wait.conversation_id)
        asked = offer is not None and offer.agent_id == agent.id
        ranked = self._intake.ranked(unit, [wait])[wait.conversation_id]
        one = next((placing.candidate for placing in ranked if placing.candidate.id == agent.id), None)
        if one and not (force or asked) and one.load >= one.load_limit:
            raise LoadFull("You have as much as you should.", load=one.load, load_limit=one.load_limit)
        if offer is not None and asked:
            end_offer(unit, offer, "accepted")
        unit.offers.decide(wait.conversation_id, decided(wait, "claim", agent.id, ranked, unit.now))

    def _requeue_silent(self, conversation_id: str) -> bool:
        """Looks again under the lock: the agent may have come back in the meantime."""
        with self._unit() as unit:
            before = unit.conversations.locked(conversation_id)
            if before.lease_expires_at is None or before.lease_expires_at > unit.now:
                return False
            self._requeue(unit, before, Input.LEASE_EXPIRED, _why_silent(unit, before.owner_id or ""))
            return True

    def _requeue(self, unit: UnitOfWork, before: Conversation, given: Input, reason: RequeueReason) -> int:
        after = move(unit, before, before.requeue(given, unit.now))
        number = unit.append(before.id, SYSTEM, ConversationRequeued(reason=reason)).number
        self._intake.begin_wait(unit, after, number)
        return number


def _require_owner(agent: Agent, conversation: Conversation, version: int) -> None:
    conversation.require_version(version)
    require_owner(agent, conversation)


def suggestion_used(drafted: DraftUsed, number: int) -> SuggestionUsed:
    source = drafted.source
    return SuggestionUsed(message_number=number, source=source.kind, source_id=source.id, changed=drafted.changed)


def _why_silent(unit: UnitOfWork, agent_id: str) -> RequeueReason:
    owner = unit.agents.account(agent_id)
    if owner is None or not owner.active:
        return "agent_disabled"
    return "agent_left" if unit.staff.status(agent_id) is Status.OFF else "lease_expired"
