"""The handover dossier: everything an agent needs within the first second, out of the log and the database."""

from __future__ import annotations

from datetime import timedelta, tzinfo
from typing import Any

from handover.contract.base import Language
from handover.contract.dossier import (
    CreditDecisionView,
    Dossier,
    InvoiceLineView,
    InvoiceView,
    OutageView,
    SubscriptionView,
)
from handover.contract.events import MessagePosted, NotePosted
from handover.domain.agent import Agent
from handover.domain.credit import StoredDecision
from handover.domain.shop import Invoice, Outage, Subscription
from handover.services import reading
from handover.services.access import Action, require
from handover.services.customers import record_view
from handover.services.ports import UnitOfWork, Units
from handover.services.shop import order_view

OUTAGES_FOR = timedelta(days=30)
"""An outage that ended longer ago does not matter any more."""


class Dossiers:
    def __init__(self, unit: Units, zone: tzinfo) -> None:
        self._unit, self._zone = unit, zone

    def build(self, agent: Agent, conversation_id: str) -> Dossier:
        """Texts of the shop come in the agent's language. Customer data only if the visitor has proven who they are."""
        require(agent, Action.READ_CONVERSATIONS)
        with self._unit(write=False) as unit:
            conversation = unit.conversations.get(conversation_id)
            summary = unit.conversations.summary(conversation_id)
            events = [stored.event for stored in unit.log.after(conversation_id, 0)]
            facts = (
                self._facts(unit, conversation.proven_customer, agent.language) if conversation.proven_customer else {}
            )
        return Dossier(
            summary=summary,
            wish=reading.wish(events),
            stopped=reading.stopped(events) if summary.reason else None,
            transcript=tuple(event for event in events if isinstance(event.data, MessagePosted | NotePosted)),
            understood=reading.understood(events),
            promises=reading.promises(summary, events),
            tone=reading.tone_curve(events),
            next_steps=reading.next_steps(summary, events, facts.get("outages", ())),
            **facts,
        )

    def _facts(self, unit: UnitOfWork, customer_id: str, language: Language) -> dict[str, Any]:
        orders, subscriptions = unit.shop.orders_of(customer_id), unit.shop.subscriptions_of(customer_id)
        return {
            "customer": record_view(unit.customers.record(customer_id)),
            "orders": tuple(order_view(order, language, unit.now, self._zone) for order in orders),
            "invoices": tuple(_invoice(invoice, language) for invoice in unit.shop.invoices_of(customer_id)),
            "subscriptions": tuple(_subscription(subscription) for subscription in subscriptions),
            "outages": tuple(
                _outage(outage, language) for outage in unit.shop.outages_touching(customer_id, unit.now - OUTAGES_FOR)
            ),
            "credits": tuple(decision_view(decision) for decision in unit.credits.decisions_of(customer_id)),
        }


def decision_view(decision: StoredDecision) -> CreditDecisionView:
    return CreditDecisionView(
        id=decision.id,
        conversation_id=decision.conversation_id,
        outcome=decision.outcome,
        reason=decision.reason,
        order_number=decision.order_number,
        item_sku=decision.item_sku,
        amount_cents=decision.amount.cents,
        currency=decision.amount.currency,
        because=decision.because,
        policy_version=decision.policy_version,
        inputs=dict(decision.inputs),
        reference=decision.reference,
        author=decision.author,
        decided_by=decision.decided_by,
        note=decision.note,
        created_at=decision.created_at,
        decided_at=decision.decided_at,
    )


def _invoice(invoice: Invoice, language: Language) -> InvoiceView:
    return InvoiceView(
        number=invoice.number,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        state=invoice.state,
        total_cents=invoice.total_cents,
        currency=invoice.currency,
        lines=tuple(
            InvoiceLineView(kind=line.kind, text=line.text_en if language == "en" else line.text_de, cents=line.cents)
            for line in invoice.lines
        ),
    )


def _subscription(subscription: Subscription) -> SubscriptionView:
    return SubscriptionView(
        number=subscription.number,
        plan=subscription.plan,
        monthly_cents=subscription.monthly_cents,
        currency=subscription.currency,
        state=subscription.state,
        started_on=subscription.started_on,
        ends_on=subscription.ends_on,
    )


def _outage(outage: Outage, language: Language) -> OutageView:
    return OutageView(
        id=outage.id,
        service=outage.service,
        text=outage.text_en if language == "en" else outage.text_de,
        started_at=outage.started_at,
        ended_at=outage.ended_at,
    )
