"""Credits: a claim is decided, booked and told in one transaction, or nothing happens at all.

The rule is `domain/credit.py`. This module gathers its facts under the locks that keep them true until the commit,
and carries out what was decided with `bookings.py`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from handover.contract.acting import CreditWished
from handover.contract.base import Actor
from handover.contract.turns import CreditClaimed, CreditDecided
from handover.domain import ledger
from handover.domain.agent import Agent, Role
from handover.domain.conversation import Conversation, State
from handover.domain.credit import Decision, Facts, Outcome, StoredDecision, decide
from handover.domain.errors import Conflict, NotAllowed, NotFound
from handover.domain.evidence import Evidence
from handover.domain.money import Money
from handover.domain.policy import Granter, Policy
from handover.services.access import Action, require, sight_of
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
from handover.services.evidence import find_evidence
from handover.services.ports import UnitOfWork, Units
from handover.services.reconciliation import unmatched
from handover.services.steps import BOT, acting, require_owner
from handover.services.tokens import fingerprint, new_id


class _By(NamedTuple):
    """Who grants: `id` is `bot` or that of an agent."""

    id: str
    granter: Granter
    actor: Actor


_THE_BOT = _By("bot", "bot", BOT)


class Credits:
    """Claims come from the bot and from agents; proposals are decided by agents, never by their own author."""

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
            return self._decide(unit, conversation, claim, _THE_BOT)

    def grant(self, agent: Agent, conversation_id: str, wish: CreditWished) -> CreditDecided:
        """What an agent wishes for the customer of their own case: by the same rule, up to the limit of their role.

        Above it, or where the rule asks for a person, it becomes a proposal, which somebody else decides. With `preview`
        nothing is written. Raises `NotAllowed`, `StaleOwnership`.
        """
        require(agent, Action.ACT_FOR_CUSTOMERS)
        by = _By(agent.id, self._granter(agent), acting(agent))
        with self.unit(write=not wish.preview) as unit:
            read = unit.conversations.get if wish.preview else unit.conversations.locked
            conversation = read(conversation_id)
            conversation.require_version(wish.ownership_version)
            require_owner(agent, conversation)
            answer = self._decide(unit, conversation, wish, by)
            if not wish.preview:
                about = {"conversation": conversation.id, "customer": conversation.proven_customer}
                subject = f"{answer.outcome} {answer.reference or wish.subject}"[:60]
                unit.audit.note(unit.now, agent.id, "credit.grant", subject, allowed=True, **about)
            return answer

    def _decide(
        self, unit: UnitOfWork, conversation: Conversation, claim: CreditClaimed | CreditWished, by: _By
    ) -> CreditDecided:
        customer_id = conversation.proven_customer
        if customer_id is None:
            return CreditDecided(outcome="identity_required")
        is_preview = isinstance(claim, CreditWished) and claim.preview
        locked = _as_of_now(unit, customer_id) if is_preview else lock(unit, customer_id)
        evidence = find_evidence(
            unit,
            customer_id,
            claim.reason,
            claim.subject.strip(),
            zone=self.policy.zone,
            item_sku=claim.item_sku,
            outage_id=claim.outage_id,
        )
        if evidence is None:
            return CreditDecided(outcome="not_found")
        about = evidence.inputs(self.policy, unit.now)
        subject, part = evidence.key
        key = fingerprint(customer_id, subject, claim.reason, part)
        if known := unit.credits.decision_for(key):
            return _answer_again(known).model_copy(update={"facts": about})
        facts = self._facts(unit, customer_id, evidence, at=unit.now, locked=locked, by=by)
        decision = decide(facts)
        if is_preview:
            return _foreseen(decision).model_copy(update={"facts": {**about, **_limit(facts)}})
        stored = self._write(unit, conversation.id, key, facts, decision, by=by)
        return _answer(stored, stored.outcome).model_copy(update={"facts": about})

    def _facts(
        self, unit: UnitOfWork, customer_id: str, evidence: Evidence, *, at: datetime, locked: Locked, by: _By
    ) -> Facts:
        order_id = evidence.subject.order_id
        return Facts(
            policy=self.policy,
            customer_id=customer_id,
            evidence=evidence,
            at=at,
            customer_blocked=locked.blocked,
            stopped=locked.stopped,
            spent={
                cap.name: unit.credits.spent(
                    cap,
                    order_id=order_id,
                    customer_id=customer_id,
                    granter=by.id,
                    of=self.policy.counted_of(by.granter),
                    now=unit.now,
                )
                for cap in self.policy.caps_of(by.granter)
            },
            granter=by.granter,
        )

    def _write(
        self, unit: UnitOfWork, conversation_id: str, key: str, facts: Facts, decision: Decision, *, by: _By
    ) -> StoredDecision:
        subject = facts.evidence.subject
        granted, refused = decision.outcome is Outcome.GRANTED, decision.outcome is Outcome.REFUSED
        stored = StoredDecision(
            id=new_id(),
            key=None if refused else key,
            conversation_id=conversation_id,
            customer_id=facts.customer_id,
            reason=facts.evidence.reason,
            subject=subject.number,
            order_id=subject.order_id,
            item_sku=subject.item_sku,
            subscription_id=subject.subscription_id,
            outage_id=subject.outage_id,
            invoice_id=subject.invoice_id,
            outcome=decision.outcome.value,
            because=decision.because,
            policy_version=self.policy.version,
            inputs=decision.inputs,
            amount=decision.amount,
            reference=new_reference(unit) if granted else None,
            author=by.id,
            created_at=unit.now,
        )
        unit.credits.add(stored)
        if granted:
            book(unit, stored, "credit")
            tell_granted(unit, stored, by.actor)
        elif refused:
            tell_refused(unit, stored, by.actor)
        else:
            tell_proposed(unit, stored, by.actor)
        return stored

    # --- proposals ------------------------------------------------------------------------------------------------

    def approve(self, agent: Agent, decision_id: str, note: str = "") -> StoredDecision:
        """Book a proposal. Raises `NotAllowed` or `Conflict` if this person may not or the facts moved on."""
        limit = self._limit_of(agent)
        with self.unit() as unit:
            _see(unit, agent, decision_id)
            proposal, locked = open_proposal(unit, decision_id)
            if proposal.author == agent.id:
                raise NotAllowed("Somebody else has to approve your own proposal.")
            _require_within(limit, proposal.amount)
            self._recheck(unit, proposal, locked, agent)
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
            _note(unit, agent, "credit.approve", approved)
            return approved

    def reject(self, agent: Agent, decision_id: str, note: str = "") -> StoredDecision:
        """Close a proposal without a booking."""
        self._limit_of(agent)
        with self.unit() as unit:
            _see(unit, agent, decision_id)
            proposal, _ = open_proposal(unit, decision_id)
            rejected = replace(proposal, outcome="rejected", decided_by=agent.id, note=note, decided_at=unit.now)
            unit.credits.close_proposal(rejected)
            tell_decided(unit, rejected, agent)
            _note(unit, agent, "credit.reject", rejected)
            return rejected

    def reverse(self, agent: Agent, decision_id: str, note: str) -> StoredDecision:
        """Book a credit back, once. Nothing is edited; caps stay used up."""
        require(agent, Action.REVERSE_CREDIT)
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
            _note(unit, agent, "credit.reverse", decision)
            return decision

    def _limit_of(self, agent: Agent) -> Money:
        return self.policy.limits[self._granter(agent)]

    @staticmethod
    def _granter(agent: Agent) -> Granter:
        require(agent, Action.DECIDE_CREDIT)
        match agent.role:
            case Role.AGENT:
                return "agent"
            case Role.SUPERVISOR:
                return "supervisor"
            case _:
                raise NotAllowed("Your role does not decide about credits.")

    def _recheck(self, unit: UnitOfWork, proposal: StoredDecision, locked: Locked, agent: Agent) -> None:
        """Whatever may have changed between the proposal and its approval."""
        if locked.stopped:
            raise Conflict("Credit is switched off; nothing can be booked.")
        if locked.blocked and not proposal.inputs["customer_blocked"]:
            raise Conflict("The customer has been blocked since the claim.")
        evidence = find_evidence(
            unit,
            proposal.customer_id,
            proposal.reason,
            proposal.subject,
            zone=self.policy.zone,
            item_sku=proposal.item_sku,
            outage_id=proposal.outage_id,
        )
        if evidence is None:
            raise Conflict("What was claimed for no longer belongs to this customer.")
        by = _By(agent.id, self._granter(agent), acting(agent))
        facts = self._facts(unit, proposal.customer_id, evidence, at=proposal.created_at, locked=locked, by=by)
        decision = decide(facts)
        if decision.outcome is Outcome.REFUSED:
            raise Conflict("The facts have changed since the claim.", because=decision.because)
        if decision.amount < proposal.amount:
            raise Conflict("The claim is worth less by now.", amount_cents=decision.amount.cents)

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


def _see(unit: UnitOfWork, agent: Agent, decision_id: str) -> None:
    """A proposal of a conversation out of sight is like an unknown one. Raises `NotFound`."""
    if talk := unit.credits.decision(decision_id).conversation_id:
        try:
            unit.conversations.in_sight(talk, sight_of(agent))
        except NotFound:
            raise NotFound("There is no such credit decision.") from None


def _note(unit: UnitOfWork, agent: Agent, action: str, decided: StoredDecision) -> None:
    about = {"conversation": decided.conversation_id, "customer": decided.customer_id}
    unit.audit.note(unit.now, agent.id, action, decided.id, allowed=True, **about)


def _as_of_now(unit: UnitOfWork, customer_id: str) -> Locked:
    """What a booking would read under its locks, for somebody who only wants to know."""
    return Locked(unit.customers.record(customer_id).blocked, unit.credits.is_stopped())


def _limit(facts: Facts) -> dict[str, str | int]:
    return {"granter": facts.granter, "limit_cents": facts.policy.limits[facts.granter].cents}


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


def _foreseen(decision: Decision) -> CreditDecided:
    """What would become of a claim."""
    return CreditDecided(
        outcome=decision.outcome.value,
        amount_cents=decision.amount.cents,
        currency=decision.amount.currency,
        because=decision.because,
    )


def _answer_again(known: StoredDecision) -> CreditDecided:
    match known.outcome:
        case "granted" | "approved":
            return _answer(known, "already_granted")
        case "proposed":
            return _answer(known, "already_proposed")
        case _:
            return CreditDecided(outcome="refused", currency=known.amount.currency, because="proposal.rejected")
