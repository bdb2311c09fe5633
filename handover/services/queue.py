"""The queue: what waiting visitors are told, what the desk sees of it, and who does not wait any more."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from handover.contract.events import ConversationDirected, WaitingGivenUp
from handover.contract.frames import QueuePlace, WaitRange
from handover.contract.routing import Colleague, OfferView, QueuedCase, QueueView
from handover.domain.agent import Agent
from handover.domain.conversation import State
from handover.domain.routing import Candidate, Reason, available_for
from handover.domain.waits import NEWEST, SINCE, Estimate, Waits
from handover.services.access import Action, require, sight_of
from handover.services.placing import Intake, case_of
from handover.services.ports import Offer, OpenWait, UnitOfWork, Units
from handover.services.steps import SYSTEM, move

READ = NEWEST * 5
"""Past waits that are read: enough for `NEWEST` of each kind on ordinary days."""
SHOWN = 200
"""Waiting cases that the desk is shown."""


class _Now(NamedTuple):
    """One look at the queue: what all visitors are told alike, and what each one's share is read from."""

    told: QueuePlace
    staff: Sequence[Candidate]
    past: Waits
    at: datetime


class Queue:
    def __init__(self, unit: Units, intake: Intake) -> None:
        self._unit, self._intake = unit, intake

    # --- to read ---

    def places(self) -> dict[str, QueuePlace]:
        """How each waiting conversation stands, by its id."""
        with self._unit(write=False) as unit:
            waiting = unit.waits.open_ones()
            if not waiting:
                return {}
            staff, past = self._intake.staff(unit), Waits(unit.waits.past(unit.now - SINCE, READ))
        is_open, opens_at = self._intake.rules.hours.open_at(unit.now), self._opens_at(unit.now)
        told = QueuePlace(place=0, waiting=len(waiting), open=is_open, opens_at=opens_at)
        now = _Now(told, staff, past, unit.now)
        return {wait.conversation_id: self._place(wait, place, now) for place, wait in enumerate(waiting, 1)}

    def view(self, agent: Agent) -> QueueView:
        """The whole of it, for the desk."""
        require(agent, Action.READ_CONVERSATIONS)
        rules = self._intake.rules
        with self._unit(write=False) as unit:
            offers = unit.offers.open_ones()
            summaries = unit.conversations.listed("waiting", sight_of(agent), SHOWN)
            places = {name: place for place, name in enumerate(unit.conversations.queue(), 1)}
            started = {wait.conversation_id: wait.started_at for wait in unit.waits.open_ones()}
            staff = self._intake.staff(unit)
            offered = {summary.id: _offer_view(unit, offers.get(summary.id)) for summary in summaries}
        return QueueView(
            mode=rules.mode,
            open=rules.hours.open_at(unit.now),
            opens_at=self._opens_at(unit.now),
            topics=tuple(rules.topics),
            teams=tuple(rules.teams),
            service_level=rules.service_level,
            waiting=tuple(
                QueuedCase(
                    summary=summary,
                    place=places[summary.id],
                    waited_seconds=_seconds(started.get(summary.id, unit.now), unit.now),
                    offer=offered[summary.id],
                )
                for summary in summaries
            ),
            agents=tuple(colleague(one) for one in staff),
        )

    # --- who is there ---

    def visitors_seen(self, online: Collection[str]) -> None:
        """These are there right now; kept only where somebody waits for a person or is with one."""
        with self._unit(write=False) as unit:
            seen = [one for one in unit.waits.with_people() if one in online]
        if seen:
            with self._unit() as unit:
                unit.waits.note_visitors(seen, unit.now)

    def leave_gone(self) -> int:
        """Ends the wait of visitors who have gone and left no contact. Answers how many."""
        with self._unit(write=False) as unit:
            gone = unit.waits.left_alone(unit.now - self._intake.rules.leave_after)
        return sum(self._leave(conversation_id) for conversation_id in gone)

    def _leave(self, conversation_id: str) -> bool:
        with self._unit() as unit:
            before = unit.conversations.locked(conversation_id)
            if conversation_id not in unit.waits.left_alone(unit.now - self._intake.rules.leave_after):
                return False  # they came back in the meantime, or somebody took it
            assert before.state is State.WAITING
            unit.waits.end(conversation_id, "visitor_gone", unit.now)
            move(unit, before, before.give_up_waiting())
            unit.append(conversation_id, SYSTEM, WaitingGivenUp(by="system"))
            return True

    # --- steps ---

    def _opens_at(self, now: datetime) -> datetime | None:
        hours = self._intake.rules.hours
        return None if hours.open_at(now) else hours.next_opening(now)

    def _place(self, wait: OpenWait, place: int, now: _Now) -> QueuePlace:
        rules, case = self._intake.rules, case_of(wait)
        waited = (now.at - wait.started_at).total_seconds()
        estimate = now.past.estimate(place=wait.place_at_start, waited=waited, closed=not now.told.open)
        return now.told.model_copy(
            update={
                "place": place,
                "agents": available_for(case, now.staff, rules.patience, now.at),
                "full": rules.queue_limit is not None and place > rules.queue_limit,
                "wait": estimate and _range(estimate),
                "contact": wait.has_contact,
            }
        )


def _range(estimate: Estimate) -> WaitRange:
    return WaitRange(from_seconds=estimate.low, to_seconds=estimate.high, sample=estimate.sample)


def colleague(one: Candidate) -> Colleague:
    return Colleague.model_validate(
        {
            "id": one.id,
            "name": one.name,
            "status": str(one.status),
            "online": one.online,
            "load": one.load,
            "load_limit": one.load_limit,
            "languages": sorted(one.languages),
            "topics": sorted(one.topics),
            "team": one.team,
            "shift_until": one.shift_until,
        }
    )


def _offer_view(unit: UnitOfWork, offer: Offer | None) -> OfferView | None:
    if offer is None:
        return None
    handed = _handed_on(unit, offer) if Reason.TRANSFERRED in offer.because else None
    return OfferView.model_validate(
        {
            "offer_id": offer.id,
            "agent_id": offer.agent_id,
            "agent_name": offer.agent_name,
            "expires_at": offer.expires_at,
            "because": offer.because,
            "from_name": handed and handed.from_name,
            "reason": handed.reason if handed else "",
        }
    )


def _handed_on(unit: UnitOfWork, offer: Offer) -> ConversationDirected | None:
    """What a colleague said who handed the case to this agent."""
    for event in unit.log.of_types(offer.conversation_id, ("conversation.directed",), limit=1):
        if isinstance(event.data, ConversationDirected) and event.number > offer.call:
            return event.data
    return None


def _seconds(start: datetime, now: datetime) -> int:
    return max(0, int((now - start).total_seconds()))
