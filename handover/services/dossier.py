"""The handover dossier: everything an agent needs within the first second, out of the log and the database."""

from __future__ import annotations

from datetime import timedelta, tzinfo
from typing import Any

from handover.contract.base import Language
from handover.contract.dossier import (
    Dossier,
    FileSent,
    SubscriptionView,
)
from handover.contract.events import Event
from handover.domain.agent import Agent
from handover.domain.shop import Subscription
from handover.services import reading
from handover.services.access import Action, require
from handover.services.contacts import contact_view
from handover.services.credit_views import credit_views
from handover.services.customers import record_view
from handover.services.next_steps import Case, next_steps
from handover.services.outages import outage_view
from handover.services.ports import UnitOfWork, Units
from handover.services.shop import invoice_view, order_view
from handover.services.shop_rules import ShopRules

OUTAGES_FOR = timedelta(days=30)
"""An outage that ended longer ago does not matter any more."""
RECENT = 300
"""Events of a long conversation that are read for its tone, its wish and what the bot understood."""
READINGS = 40
"""What the bot understood is shown of so many messages; the log holds the rest."""
NEVER_FORGOTTEN = frozenset(
    {
        "handover.requested",
        "credit.granted",
        "credit.proposed",
        "credit.refused",
        "credit.proposal_decided",
    }
)
"""Promises and what became of them, however long ago."""


TELLS_THE_WISH = frozenset({"message.posted", "bot.understood", "handover.requested", "conversation.linked"})


class Dossiers:
    def __init__(self, unit: Units, zone: tzinfo, rules: ShopRules) -> None:
        self._unit, self._zone, self._rules = unit, zone, rules

    def build(self, agent: Agent, conversation_id: str, language: Language | None = None) -> Dossier:
        """Texts of the shop come in this language, or else the agent's own. Customer data only if the visitor has proven who they are."""
        require(agent, Action.READ_CONVERSATIONS)
        with self._unit(write=False) as unit:
            conversation = unit.conversations.get(conversation_id)
            summary = unit.conversations.summary(conversation_id)
            contact = contact_view(unit.contacts.of(conversation_id))
            files = unit.files.sent_in(conversation_id)
            events = _telling(unit, conversation_id)
            facts = (
                self._facts(unit, conversation.proven_customer, language or agent.language)
                if conversation.proven_customer
                else {}
            )
        return Dossier(
            summary=summary,
            wish=reading.wish(events),
            stopped=reading.stopped(events) if summary.reason else None,
            understood=reading.understood(events, READINGS),
            promises=reading.promises(summary, events),
            tone=reading.tone_curve(events),
            files=tuple(
                FileSent(file=sent.ref, message_number=sent.message_number, from_visitor=sent.from_visitor)
                for sent in files
            ),
            contact=contact,
            next_steps=next_steps(Case(summary, events, facts.get("orders", ()), facts.get("outages", ()))),
            **facts,
        )

    def wish(self, agent: Agent, conversation_id: str) -> str:
        """The one line of it that an offer shows."""
        require(agent, Action.READ_CONVERSATIONS)
        with self._unit(write=False) as unit:
            unit.conversations.get(conversation_id)
            return reading.wish(unit.log.of_types(conversation_id, TELLS_THE_WISH, limit=RECENT))

    def _facts(self, unit: UnitOfWork, customer_id: str, language: Language) -> dict[str, Any]:
        orders, subscriptions = unit.shop.orders_of(customer_id), unit.shop.subscriptions_of(customer_id)
        today = unit.now.astimezone(self._zone).date()
        return {
            "customer": record_view(unit.customers.record(customer_id)),
            "orders": tuple(order_view(order, language, unit.now, self._zone, self._rules) for order in orders),
            "invoices": tuple(invoice_view(one, language, today) for one in unit.shop.invoices_of(customer_id)),
            "subscriptions": tuple(_subscription(subscription) for subscription in subscriptions),
            "outages": tuple(
                outage_view(outage, language, self._zone)
                for outage in unit.shop.outages_touching(customer_id, unit.now - OUTAGES_FOR)
            ),
            "credits": credit_views(unit, unit.credits.decisions_of(customer_id)),
        }


def _telling(unit: UnitOfWork, conversation_id: str) -> list[Event]:
    """The end of the log, and of all before it what binds us; in order."""
    recent = [stored.event for stored in unit.log.before(conversation_id, None, limit=RECENT)]
    if len(recent) < RECENT:
        return recent
    binding = unit.log.of_types(conversation_id, NEVER_FORGOTTEN, limit=RECENT)
    return [event for event in binding if event.number < recent[0].number] + recent


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
