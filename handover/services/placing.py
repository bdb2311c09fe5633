"""Who could take a waiting case: the facts out of the store, put through the rules, and kept as a decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from handover.contract.base import Actor
from handover.contract.events import BotUnderstood, HandoverReason, HandoverRequested, RoutingOffered
from handover.contract.routing import CandidateView, RoutingDecisionView
from handover.domain.conversation import Conversation
from handover.domain.routing import Candidate, Case, Placing, Reason, available_for, rank
from handover.services.desk_rules import CurrentRules, DeskRules
from handover.services.ports import Offer, OpenWait, UnitOfWork
from handover.services.shifts import rostered
from handover.services.steps import SYSTEM, end_offer, move
from handover.services.tokens import new_id

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
        return rostered(unit, unit.staff.candidates(unit.now - self.lease))

    def available(self, unit: UnitOfWork, case: Case) -> int:
        return available_for(case, self.staff(unit), self.rules.patience, unit.now)

    def ranked(self, unit: UnitOfWork, waits: Sequence[OpenWait]) -> dict[str, list[Placing]]:
        """Everybody for each waiting conversation, best first."""
        staff, found = self.staff(unit), cases(unit, waits)
        return {name: rank(case, staff, self.rules.patience, unit.now) for name, case in found.items()}

    def put_before(self, unit: UnitOfWork, wait: OpenWait, best: Placing, ranked: Sequence[Placing]) -> None:
        """Ask one agent to take a case that nobody is asked about."""
        one, because = best.candidate, tuple(str(reason) for reason in best.because)
        until = unit.now + self.rules.offer_for
        offer = Offer(new_id(), wait.conversation_id, wait.call, one.id, one.name, because, until)
        unit.offers.add(offer, unit.now)
        unit.offers.decide(wait.conversation_id, decided(wait, "offer", one.id, ranked, unit.now))
        told = {"offer_id": offer.id, "agent_id": one.id, "agent_name": one.name, "because": because}
        unit.append(wait.conversation_id, SYSTEM, RoutingOffered.model_validate(told | {"expires_at": until}))

    def offer_to(self, unit: UnitOfWork, conversation_id: str, agent_id: str) -> bool:
        """Ask a named agent about a case that has just begun to wait, whatever they have to do and are known for.

        Whoever hands on a case knows why; who is asked may decline. False: they are not there, and nobody was asked.
        """
        wait = unit.waits.open_one(conversation_id)
        one = unit.staff.candidate(agent_id, unit.now - self.lease)
        if wait is None or one is None or not one.present:
            return False
        others = (placing for placing in self.ranked(unit, [wait])[conversation_id] if placing.candidate.id != agent_id)
        asked = Placing(one, eligible=True, because=(Reason.TRANSFERRED,))
        self.put_before(unit, wait, asked, [asked, *others])
        return True

    def note_given(self, unit: UnitOfWork, wait: OpenWait, agent_id: str, how: Literal["claim", "assign"]) -> None:
        """It goes to this agent without their being asked; the others who could have been asked are on record."""
        if (offer := unit.offers.open_one(wait.conversation_id)) and offer.agent_id == agent_id:
            end_offer(unit, offer, "accepted")
        ranked = self.ranked(unit, [wait])[wait.conversation_id]
        unit.offers.decide(wait.conversation_id, decided(wait, how, agent_id, ranked, unit.now))

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
    how: Literal["offer", "nobody", "claim", "assign"],
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
