"""What a customer may read of their own account."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Any

from handover.contract.base import Language
from handover.contract.dossier import OutageView
from handover.contract.selfservice import AccountAsked, AccountFound, AccountPart, RequestView
from handover.domain.agent import Agent
from handover.domain.conversation import Conversation
from handover.services.access import Action, require
from handover.services.outages import outage_view
from handover.services.ports import UnitOfWork, Units
from handover.services.shop_rules import ShopRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads, in which language."""

    unit: UnitOfWork
    customer_id: str
    language: Language
    zone: tzinfo
    rules: ShopRules

    @property
    def today(self) -> date:
        return self.unit.now.astimezone(self.zone).date()


Part = Callable[[Reader], dict[str, Any]]
"""Fields of `AccountFound`."""
TO_ACT: tuple[AccountPart, ...] = (
    "contact",
    "invoices",
    "payment_methods",
    "subscriptions",
    "refunds",
    "returns",
    "requests",
    "claimable",
)


class Account:
    """`parts`: what can be asked for, by its name in the contract."""

    def __init__(self, unit: Units, zone: tzinfo, parts: dict[str, Part], rules: ShopRules) -> None:
        self._unit, self._zone, self._rules = unit, zone, rules
        self._parts = {"requests": requests, **parts}

    def find(self, asked: AccountAsked) -> AccountFound:
        with self._unit(write=False) as unit:
            conversation = unit.conversations.get(asked.context.conversation_id)
            if conversation.proven_customer is None:
                return AccountFound(
                    outcome="identity_required", outages=_for_everybody(unit, asked, conversation, self._zone)
                )
            return self._read(unit, conversation.proven_customer, asked.parts, conversation.language)

    def find_for(self, agent: Agent, conversation_id: str, language: Language) -> AccountFound:
        """What an agent needs to act for the customer, in the words of the agent's page."""
        require(agent, Action.READ_CONVERSATIONS)
        with self._unit(write=False) as unit:
            customer_id = unit.conversations.get(conversation_id).proven_customer
            if customer_id is None:
                return AccountFound(outcome="identity_required")
            return self._read(unit, customer_id, TO_ACT, language)

    def _read(
        self, unit: UnitOfWork, customer_id: str, parts: Sequence[AccountPart], language: Language
    ) -> AccountFound:
        reader = Reader(unit=unit, customer_id=customer_id, language=language, zone=self._zone, rules=self._rules)
        found: dict[str, Any] = {}
        for part in parts:
            found |= self._parts[part](reader)
        return AccountFound(outcome="found", **found)


def _for_everybody(
    unit: UnitOfWork, asked: AccountAsked, conversation: Conversation, zone: tzinfo
) -> tuple[OutageView, ...]:
    """What needs no proof."""
    if "outages" not in asked.parts:
        return ()
    return tuple(outage_view(one, conversation.language, zone) for one in unit.shop.outages_everywhere())


def requests(reader: Reader) -> dict[str, Any]:
    made = reader.unit.selfservice.requests_of(reader.customer_id)
    views = (
        RequestView(
            reference=one.reference,
            kind=one.kind,
            subject=one.subject,
            facts=one.facts,
            state=one.state,
            created_at=one.created_at,
            undo_until=one.undo_until,
        )
        for one in made
    )
    return {"requests": tuple(views)}
