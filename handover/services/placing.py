"""Who could take a waiting case: the facts out of the store, put through the rules, and kept as a decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from handover.contract.base import Actor
from handover.contract.events import BotUnderstood, HandoverReason, HandoverRequested
from handover.contract.routing import CandidateView, RoutingDecisionView
from handover.domain.conversation import Conversation
from handover.domain.routing import Candidate, Case, Placing, available_for, rank
from handover.services.desk_rules import CurrentRules, DeskRules
from handover.services.ports import OpenWait, UnitOfWork
from handover.services.steps import move

KNOWN_FOR = timedelta(days=90)
"""How long a customer counts as known to the agent who served them."""
READ_BACK = 10
"""Understood messages that are looked at for the topic; the last one is often just "a person, please"."""


@dataclass(frozen=True, slots=True)
class Intake:
    """How cases get into the queue, and who is there for them. `lease`: how long ago an agent was heard at most."""

    kept_rules: CurrentRules = field(default_factory=DeskRules)
    lease: timedelta = timedelta(seconds=60)

    @property
    def rules(self) -> DeskRules:
        """Those of this moment: supervisors change them while the desk runs."""
        return self.kept_rules.now

    def call_person(self, unit: UnitOfWork, conversation: Conversation, actor: Actor, reason: HandoverReason) -> int:
        """From the bot into the queue; answers the number of the call. Nobody is ever turned away."""
        topic = self._topic(unit, conversation.id)
        after = move(unit, conversation, conversation.call_human(reason, unit.now, topic, self.rules.team_of(topic)))
        closed = not self.rules.hours.open_at(unit.now)
        called = HandoverRequested(reason=reason, topic=topic, after_hours=closed)
        number = unit.append(conversation.id, actor, called).number
        self.begin_wait(unit, after, number)
        return number

    def begin_wait(self, unit: UnitOfWork, after: Conversation, call: int) -> None:
        contact = unit.contacts.of(after.id)
        wait = OpenWait(
            conversation_id=after.id,
            call=call,
            started_at=unit.now,
            place_at_start=unit.conversations.queue().index(after.id) + 1,
            language=after.language,
            topic=after.topic,
            after_hours=not self.rules.hours.open_at(unit.now),
            has_contact=contact is not None and contact.outcome is None,
        )
        unit.waits.begin(wait, self.available(unit, case_of(wait)))

    def staff(self, unit: UnitOfWork) -> list[Candidate]:
        return unit.staff.candidates(unit.now - self.lease)

    def available(self, unit: UnitOfWork, case: Case) -> int:
        return available_for(case, self.staff(unit), self.rules.patience, unit.now)

    def ranked(self, unit: UnitOfWork, waits: Sequence[OpenWait]) -> dict[str, list[Placing]]:
        """Everybody for each waiting conversation, best first."""
        staff, found = self.staff(unit), cases(unit, waits)
        return {name: rank(case, staff, self.rules.patience, unit.now) for name, case in found.items()}

    def _topic(self, unit: UnitOfWork, conversation_id: str) -> str | None:
        """The group of the last thing the bot understood that belongs to one."""
        for event in reversed(unit.log.of_types(conversation_id, ("bot.understood",), limit=READ_BACK)):
            if isinstance(read := event.data, BotUnderstood) and read.intents:
                likeliest = max(read.intents, key=lambda guess: guess.confidence)
                if group := self.rules.topic_of(likeliest.name):
                    return group
        return None


def cases(unit: UnitOfWork, waits: Sequence[OpenWait]) -> dict[str, Case]:
    """What is known of waiting conversations, by their id."""
    ids = [wait.conversation_id for wait in waits]
    last, known = unit.waits.last_agents(ids), unit.waits.customers_agents(ids, unit.now - KNOWN_FOR)
    refusals = unit.offers.refusals(ids)
    return {
        wait.conversation_id: Case(
            language=wait.language,
            topic=wait.topic,
            waiting_since=wait.started_at,
            last_agent=last.get(wait.conversation_id),
            customers_agent=known.get(wait.conversation_id),
            refusals=refusals.get((wait.conversation_id, wait.call), {}),
        )
        for wait in waits
    }


def decided(
    wait: OpenWait,
    how: Literal["offer", "nobody", "claim"],
    chosen: str | None,
    ranked: Sequence[Placing],
    at: datetime,
) -> RoutingDecisionView:
    """With everybody who was considered, and why."""
    candidates = tuple(
        CandidateView.model_validate(
            {
                "agent_id": placing.candidate.id,
                "agent_name": placing.candidate.name,
                "eligible": placing.eligible,
                "because": [str(reason) for reason in placing.because],
            }
        )
        for placing in ranked
    )
    return RoutingDecisionView(at=at, call=wait.call, how=how, chosen=chosen, candidates=candidates)


def case_of(wait: OpenWait) -> Case:
    """What a wait itself tells, without its history."""
    return Case(language=wait.language, topic=wait.topic, waiting_since=wait.started_at)
