"""Credits: a claim is decided, booked and told in one transaction, or nothing happens at all.

The rule is `domain/credit.py`. This module gathers its facts under the locks that keep them true until the commit,
and carries out what was decided with `bookings.py`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handover.contract.turns import CreditClaimed, CreditDecided
from handover.domain import ledger
from handover.domain.agent import Agent, Role
from handover.domain.conversation import State
from handover.domain.credit import Decision, Facts, Outcome, Policy, Reason, StoredDecision, claimed_item, decide
from handover.domain.errors import Conflict, NotAllowed
from handover.domain.money import Money
from handover.domain.shop import Order
from handover.services.access import Action, require
from handover.services.bookings import (
    Locked,
    book,
    lock,
    new_reference,
    open_proposal,
    tell_decided,
    tell_granted,
    tell_proposed,
    tell_refused,
)
from handover.services.ports import UnitOfWork, Units
from handover.services.reconciliation import unmatched
from handover.services.steps import BOT, acting
from handover.services.tokens import fingerprint, new_id


class Credits:
    """Claims come from the bot; proposals are decided by agents, never by their own author."""

    def __init__(self, unit: Units, policy: Policy) -> None:
        self.unit = unit
        self.policy = policy

    # --- claims ---------------------------------------------------------------------------------------------------

    def claim(self, claim: CreditClaimed) -> CreditDecided:
        """Decide a claim once: said again, in parallel or from elsewhere, it gets the first answer."""
        with self.unit() as unit:
            conversation = unit.conversations.locked(claim.context.conversation_id)
            current = conversation.ownership_version == claim.context.ownership_version
            if conversation.state is not State.BOT or not current:
                return CreditDecided(outcome="stale")
            customer_id = conversation.proven_customer
            if customer_id is None:
                return CreditDecided(outcome="identity_required")
            locked = lock(unit, customer_id)
            order = unit.shop.order_of(customer_id, claim.order_number.strip())
            if order is None:
                return CreditDecided(outcome="order_not_found")
            item = claimed_item(claim.reason, order, claim.item_sku)
            key = fingerprint(customer_id, order.id, claim.reason, item.sku if item else "")
            if known := unit.credits.decision_for(key):
                return _answer_again(known)
            facts = self._facts(unit, order, claim.reason, claim.item_sku, at=unit.now, locked=locked)
            return self._write(unit, conversation.id, key, facts, decide(facts))

    def _facts(
        self, unit: UnitOfWork, order: Order, reason: Reason, item_sku: str | None, *, at: datetime, locked: Locked
    ) -> Facts:
        return Facts(
            policy=self.policy,
            reason=reason,
            order=order,
            item_sku=item_sku,
            at=at,
            customer_blocked=locked.blocked,
            stopped=locked.stopped,
            spent={
                cap.name: unit.credits.spent(cap, order_id=order.id, customer_id=order.customer_id, now=unit.now)
                for cap in self.policy.caps
            },
            claimed_skus=unit.credits.claimed_skus(order.id, reason),
        )

    def _write(
        self, unit: UnitOfWork, conversation_id: str, key: str, facts: Facts, decision: Decision
    ) -> CreditDecided:
        granted, refused = decision.outcome is Outcome.GRANTED, decision.outcome is Outcome.REFUSED
        stored = StoredDecision(
            id=new_id(),
            key=None if refused else key,
            conversation_id=conversation_id,
            customer_id=facts.order.customer_id,
            order_id=facts.order.id,
            order_number=facts.order.number,
            item_sku=facts.item.sku if facts.item else None,
            reason=facts.reason,
            outcome=decision.outcome.value,
            because=decision.because,
            policy_version=self.policy.version,
            inputs=decision.inputs,
            amount=decision.amount,
            reference=new_reference(unit) if granted else None,
            author="bot",
            created_at=unit.now,
        )
        unit.credits.add(stored)
        if granted:
            book(unit, stored, "credit")
            tell_granted(unit, stored, BOT)
        elif refused:
            tell_refused(unit, stored)
        else:
            tell_proposed(unit, stored)
        return _answer(stored, decision.outcome.value)

    # --- proposals ------------------------------------------------------------------------------------------------

    def approve(self, agent: Agent, decision_id: str, note: str = "") -> StoredDecision:
        """Book a proposal. Raises `NotAllowed` or `Conflict` if this person may not or the facts moved on."""
        limit = self._limit_of(agent)
        with self.unit() as unit:
            proposal, locked = open_proposal(unit, decision_id)
            if proposal.author == agent.id:
                raise NotAllowed("Somebody else has to approve your own proposal.")
            _require_within(limit, proposal.amount)
            self._recheck(unit, proposal, locked)
            approved = replace(
                proposal,
                outcome="approved",
                reference=new_reference(unit),
                decided_by=agent.id,
                note=note,
                decided_at=unit.now,
            )
            unit.credits.close_proposal(approved)
            book(unit, approved, "credit")
            tell_decided(unit, approved, agent)
            tell_granted(unit, approved, acting(agent))
            unit.audit.note(unit.now, agent.id, "credit.approve", approved.id, allowed=True)
            return approved

    def reject(self, agent: Agent, decision_id: str, note: str = "") -> StoredDecision:
        """Close a proposal without a booking."""
        self._limit_of(agent)
        with self.unit() as unit:
            proposal, _ = open_proposal(unit, decision_id)
            rejected = replace(proposal, outcome="rejected", decided_by=agent.id, note=note, decided_at=unit.now)
            unit.credits.close_proposal(rejected)
            tell_decided(unit, rejected, agent)
            unit.audit.note(unit.now, agent.id, "credit.reject", rejected.id, allowed=True)
            return rejected

    def reverse(self, agent: Agent, decision_id: str, note: str) -> StoredDecision:
        """Book a credit back, once. Nothing is edited; caps stay used up."""
        if agent.role is not Role.SUPERVISOR:
            raise NotAllowed("Only a supervisor may book a credit back.")
        with self.unit() as unit:
            unit.credits.lock_ledger()
            decision = unit.credits.decision(decision_id)
            kinds = {entry.kind for entry in unit.credits.entries(decision_id)}
            if kinds != {"credit"}:
                raise Conflict("This credit was booked back already." if kinds else "Nothing was booked for this.")
            book(unit, decision, "reversal")
            told: dict[str, object] = {
                "reference": decision.reference,
                "amount_cents": decision.amount.cents,
                "currency": decision.amount.currency,
                "note": note,
            }
            unit.customers.add_event(decision.customer_id, "credit.reversed", told, unit.now)
            unit.audit.note(unit.now, agent.id, "credit.reverse", decision.id, allowed=True)
            return decision

    def _limit_of(self, agent: Agent) -> Money:
        require(agent, Action.DECIDE_CREDIT)
        limit = self.policy.limits.get(agent.role)
        if limit is None:
            raise NotAllowed("Your role does not decide about credits.")
        return limit

    def _recheck(self, unit: UnitOfWork, proposal: StoredDecision, locked: Locked) -> None:
        """Whatever may have changed between the proposal and its approval."""
        if locked.stopped:
            raise Conflict("Credit is switched off; nothing can be booked.")
        if locked.blocked and not proposal.inputs["customer_blocked"]:
            raise Conflict("The customer has been blocked since the claim.")
        order = unit.shop.order_of(proposal.customer_id, proposal.order_number)
        if order is None:
            raise Conflict("The order no longer belongs to this customer.")
        facts = self._facts(unit, order, proposal.reason, proposal.item_sku, at=proposal.created_at, locked=locked)
        decision = decide(facts)
        if decision.outcome is Outcome.REFUSED:
            raise Conflict("The order has changed since the claim.", because=decision.because)

    # --- the whole shop -------------------------------------------------------------------------------------------

    def set_kill_switch(self, on: bool) -> None:  # noqa: FBT001 -- a switch
        """Pulled, it stops every booking from the next transaction on; claims become proposals."""
        with self.unit() as unit:
            unit.credits.lock_ledger()
            unit.credits.set_stopped(unit.now, stopped=on)

    def reconcile(self) -> list[str]:
        """What is wrong between decisions, ledger and what visitors were told; nothing, if all is well."""
        with self.unit(write=False) as unit:
            entries = unit.credits.entries()
            found = unmatched(unit.credits.booked_decisions(), entries, unit.credits.told())
        return [*ledger.problems(entries), *found]


def _require_within(limit: Money, amount: Money) -> None:
    if amount > limit:
        text = f"You may approve up to {limit}; this proposal is {amount}."
        raise NotAllowed(text, limit_cents=limit.cents, amount_cents=amount.cents)


def _answer(stored: StoredDecision, outcome: str) -> CreditDecided:
    return CreditDecided(
        outcome=outcome,
        amount_cents=stored.amount.cents,
        currency=stored.amount.currency,
        reference=stored.reference,
        because=stored.because,
    )


def _answer_again(known: StoredDecision) -> CreditDecided:
    match known.outcome:
        case "granted" | "approved":
            return _answer(known, "already_granted")
        case "proposed":
            return _answer(known, "already_proposed")
        case _:
            return CreditDecided(outcome="refused", currency=known.amount.currency, because="proposal.rejected")
