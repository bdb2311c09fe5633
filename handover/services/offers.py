"""Offers: a waiting case is put before the best agent, then before the next.

Every step looks again under the lock of the conversation, so that two processes at it do no harm; an offer stands in
the database and so does its end.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from handover.contract.frames import ConversationSummary
from handover.contract.routing import RoutingDecisionView, RoutingView
from handover.domain.agent import Agent
from handover.domain.conversation import State
from handover.domain.errors import NotFound, OfferEnded
from handover.domain.routing import Placing
from handover.services.access import Action, require
from handover.services.placing import Intake, decided
from handover.services.ports import Offer, OpenWait, UnitOfWork, Units
from handover.services.steps import end_offer, take

AT_ONCE = 50
"""Waiting cases that one look tries to place, the next in the queue first."""
DECISIONS_SHOWN = 50


class Offers:
    def __init__(self, unit: Units, intake: Intake) -> None:
        self._unit, self._intake = unit, intake

    # --- what agents do ---

    def accept(self, agent: Agent, conversation_id: str, offer_id: str) -> ConversationSummary:
        """Take what one was offered. Raises `OfferEnded` if it is too late; doing it twice is fine."""
        require(agent, Action.SERVE_CONVERSATIONS)
        with self._unit() as unit:
            before = unit.conversations.locked(conversation_id)
            offer = _own_offer(unit, agent, conversation_id, offer_id)
            if offer.result is None:
                end_offer(unit, offer, "accepted")
                take(unit, agent, before, unit.now + self._intake.lease)
            elif before.owner_id != agent.id:
                faster = unit.conversations.view(conversation_id).agent_name
                raise OfferEnded("This case is no longer offered to you.", agent_name=faster or "")
            return unit.conversations.summary(conversation_id)

    def decline(self, agent: Agent, conversation_id: str, offer_id: str, reason: str = "") -> None:
        """Leave it to somebody else. Raises `OfferEnded` if it was answered otherwise."""
        require(agent, Action.SERVE_CONVERSATIONS)
        with self._unit() as unit:
            unit.conversations.locked(conversation_id)
            offer = _own_offer(unit, agent, conversation_id, offer_id)
            if offer.result is None:
                end_offer(unit, offer, "declined", reason)
            elif offer.result != "declined":
                raise OfferEnded("This case is no longer offered to you.")

    def routing(self, agent: Agent, conversation_id: str) -> RoutingView:
        """Every decision on a conversation with its reasons, the newest first."""
        require(agent, Action.READ_CONVERSATIONS)
        with self._unit(write=False) as unit:
            unit.conversations.get(conversation_id)
            return RoutingView(decisions=tuple(unit.offers.decisions(conversation_id, DECISIONS_SHOWN)))

    # --- what happens by itself ---

    def look(self) -> int:
        """Ends what nobody answers, and offers what waits. Answers how many steps were taken."""
        ended = sum(self._end(conversation_id) for conversation_id in self._overdue())
        if self._intake.rules.mode == "manual":
            return ended
        return ended + sum(self._offer(conversation_id) for conversation_id in self._placeable())

    def _overdue(self) -> list[str]:
        with self._unit(write=False) as unit:
            offers = unit.offers.open_ones()
            present = self._present(unit) if offers else frozenset()
            return [name for name, offer in offers.items() if _end_of(offer, present, unit.now)]

    def _end(self, conversation_id: str) -> bool:
        with self._unit() as unit:
            unit.conversations.locked(conversation_id)
            offer = unit.offers.open_one(conversation_id)
            result = offer and _end_of(offer, self._present(unit), unit.now)
            if offer is None or result is None:
                return False  # answered in the meantime
            end_offer(unit, offer, result)
            return True

    def _present(self, unit: UnitOfWork) -> frozenset[str]:
        return frozenset(one.id for one in self._intake.staff(unit) if one.present)

    def _placeable(self) -> list[str]:
        """Cases that can be offered, and those of which something new is to be noted."""
        with self._unit(write=False) as unit:
            offered = unit.offers.open_ones()
            free = [wait for wait in unit.waits.open_ones() if wait.conversation_id not in offered][:AT_ONCE]
            if not free:
                return []
            ranked, now = self._intake.ranked(unit, free), unit.now
            known = unit.offers.last_decisions(list(ranked))
        return [
            wait.conversation_id
            for wait in free
            if _best(ranked[wait.conversation_id])
            or _is_news(
                known.get(wait.conversation_id), decided(wait, "nobody", None, ranked[wait.conversation_id], now)
            )
        ]

    def _offer(self, conversation_id: str) -> bool:
        with self._unit() as unit:
            before = unit.conversations.locked(conversation_id)
            wait = unit.waits.open_one(conversation_id)
            if before.state is not State.WAITING or wait is None or unit.offers.open_one(conversation_id):
                return False  # somebody was quicker
            ranked = self._intake.ranked(unit, [wait])[conversation_id]
            best = _best(ranked)
            if best is None:
                return _note_nobody(unit, wait, ranked)
            if not self._has_room(unit, best):
                return False  # they just took something else; the next look finds another
            self._intake.put_before(unit, wait, best, ranked)
            return True

    def _has_room(self, unit: UnitOfWork, best: Placing) -> bool:
        """Under the lock of the agent, because other cases may be offered to them at this very moment."""
        now = unit.staff.candidate(best.candidate.id, unit.now - self._intake.lease)
        return now is not None and now.present and now.load < now.load_limit


def _own_offer(unit: UnitOfWork, agent: Agent, conversation_id: str, offer_id: str) -> Offer:
    offer = unit.offers.get(conversation_id, offer_id)
    if offer is None or offer.agent_id != agent.id:
        raise NotFound("There is no such offer.")
    return offer


def _end_of(offer: Offer, present: frozenset[str], now: datetime) -> Literal["expired", "withdrawn"] | None:
    """An offer is nobody's once its time is over, or once its agent cannot answer."""
    if offer.agent_id not in present:
        return "withdrawn"
    return "expired" if offer.expires_at <= now else None


def _best(ranked: list[Placing]) -> Placing | None:
    return ranked[0] if ranked and ranked[0].eligible else None


def _is_news(last: RoutingDecisionView | None, now: RoutingDecisionView) -> bool:
    return last is None or last.model_copy(update={"at": now.at}) != now


def _note_nobody(unit: UnitOfWork, wait: OpenWait, ranked: list[Placing]) -> bool:
    """That nobody can take it is noted once, and again when the reasons are others."""
    decision = decided(wait, "nobody", None, ranked, unit.now)
    is_news = _is_news(unit.offers.last_decisions([wait.conversation_id]).get(wait.conversation_id), decision)
    if is_news:
        unit.offers.decide(wait.conversation_id, decision)
    return is_news
