"""A small shop for tests: orders at will, visitors who claim, and the real services on a real database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from handover.contract.acting import AgentRequestKind, CreditWished, RequestWished
from handover.contract.selfservice import (
    AccountAsked,
    AccountFound,
    AccountPart,
    RequestKind,
    ServiceAnswered,
    ServiceRequested,
)
from handover.contract.turns import CreditClaimed, CreditDecided, OrdersAsked, OrdersFound, TurnContext
from handover.domain.agent import Agent, Role
from handover.domain.conversation import Conversation, State
from handover.domain.credit import StoredDecision
from handover.domain.ledger import Entry
from handover.domain.shop import Item, Order, ShopCustomer
from handover.services.credit import Credits
from handover.services.policy import load_policy
from handover.services.ports import Publication
from handover.services.selfservice import everything
from handover.services.selfservice.reading import Account
from handover.services.selfservice.service import SelfService
from handover.services.shop import Shop
from handover.services.shop_rules import load_shop_rules
from handover.services.tokens import new_id
from handover.store.unit_of_work import SqlUnits

DEMO = Path(__file__).resolve().parents[3] / "data" / "demo"
POLICY = load_policy(DEMO / "credit-policy.yaml")
RULES = load_shop_rules(DEMO / "shop.yaml")
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
ANNA = Agent("anna", "anna@nordlicht.example", "Anna Brandt", Role.AGENT, "de")
SOPHIE = Agent("sophie", "sophie@nordlicht.example", "Sophie Lang", Role.SUPERVISOR, "de")
EMIL = Agent("emil", "emil@nordlicht.example", "Emil Fuchs", Role.EDITOR, "de")
ADA = Agent("ada", "ada@nordlicht.example", "Ada Winter", Role.ADMIN, "en")


def item(sku: str = "SKU-1", cents: int = 990, state: str = "delivered", quantity: int = 1) -> Item:
    return Item(sku, f"Ding {sku}", f"Thing {sku}", quantity, cents, state)


def order(
    number: str = "10001",
    *,
    customer: str = "erika",
    state: str = "delivered",
    late: int = 0,
    arrived: int | None = 3,
    items: Sequence[Item] = (item(),),
    currency: str = "EUR",
    now: datetime = NOW,
) -> Order:
    """`arrived` days ago and `late` days after the promise; `arrived=None`: still under way, late until today."""
    delivered_at = None if arrived is None else now - timedelta(days=arrived)
    promised = (delivered_at or now) - timedelta(days=late)
    return Order(
        id=f"order-{number}",
        number=number,
        customer_id=customer,
        state=state,
        ordered_at=promised - timedelta(days=3),
        promised_on=promised.astimezone(POLICY.zone).date(),
        shipped_at=promised - timedelta(days=2),
        delivered_at=delivered_at,
        carrier="Nordpost",
        tracking_code="NP1",
        total_cents=sum(one.unit_cents * one.quantity for one in items),
        currency=currency,
        items=tuple(items),
    )


class Clock:
    """Stands still until it is moved."""

    def __init__(self, time: datetime = NOW) -> None:
        self.time = time

    def now(self) -> datetime:
        return self.time

    def pass_by(self, **time: int) -> None:
        self.time += timedelta(**time)


class Published:
    """Keeps what was published."""

    def __init__(self) -> None:
        self.all: list[Publication] = []

    def publish(self, publication: Publication) -> None:
        self.all.append(publication)


@dataclass
class ShopFloor:
    """Services over a migrated database."""

    engine: Engine
    clock: Clock = field(default_factory=Clock)
    published: Published = field(default_factory=Published)

    def __post_init__(self) -> None:
        self.unit = SqlUnits(self.engine, self.published, self.clock)
        self.credits = Credits(self.unit, POLICY)
        self.shop = Shop(self.unit, POLICY.zone, RULES)
        self.account = Account(self.unit, POLICY.zone, everything.PARTS, RULES)
        self.selfservice = SelfService(self.unit, POLICY.zone, everything.KINDS, RULES)

    def customer(self, name: str = "erika", *, street: str = "Birkenweg 12", blocked: bool = False) -> str:
        known = ShopCustomer(
            id=name,
            number=f"K-{name}",
            name=name.title(),
            email=f"{name}@example.org",
            language="de",
            phone=None,
            street=street,
            postcode="22301",
            city="Hamburg",
            blocked=blocked,
            created_at=NOW,
        )
        with self.unit() as unit:
            unit.shop.add_customer(known)
        return name

    def add(self, *orders: Order) -> None:
        with self.unit() as unit:
            for one in orders:
                unit.shop.add_order(one)

    def conversation(
        self,
        customer: str | None = "erika",
        *,
        trust: str = "code",
        state: State = State.BOT,
        language: str = "de",
    ) -> str:
        conversation_id = new_id()
        with self.unit() as unit:
            unit.conversations.add(
                Conversation(
                    id=conversation_id,
                    language=language,
                    state=state,
                    customer_id=customer,
                    trust=trust,
                    started_at=unit.now,
                ),
                visitor_token_hash=new_id(),
            )
        return conversation_id

    def served(self, customer: str | None = "erika", *, agent: Agent = ANNA, **more: str) -> str:
        """A conversation that this agent has."""
        conversation_id = self.conversation(customer, **more)
        with self.unit() as unit:
            if unit.agents.account(agent.id) is None:
                unit.agents.add(agent, "hash", demo=False, at=unit.now)
            before = unit.conversations.get(conversation_id)
            owned = replace(
                before, state=State.AGENT, owner_id=agent.id, lease_expires_at=unit.now + timedelta(hours=9)
            )
            unit.conversations.save(before, owned)
        return conversation_id

    def act(
        self,
        conversation_id: str,
        kind: AgentRequestKind,
        subject: str = "",
        *,
        agent: Agent = ANNA,
        preview: bool = False,
        version: int = 1,
        **params: str,
    ) -> ServiceAnswered:
        """Have something done, as an agent asks for it."""
        wished = RequestWished(kind=kind, subject=subject, params=params, preview=preview, ownership_version=version)
        return self.selfservice.ask_for(agent, conversation_id, wished)

    def grant(
        self,
        conversation_id: str,
        number: str = "10001",
        reason: str = "late_delivery",
        part: str | None = None,
        *,
        agent: Agent = ANNA,
        preview: bool = False,
        version: int = 1,
    ) -> CreditDecided:
        """An agent's own claim for a customer; `part` as in `claim`."""
        named = {"outage_id": part} if reason == "outage" else {"item_sku": part}
        wish = CreditWished(reason=reason, subject=number, preview=preview, ownership_version=version, **named)
        return self.credits.grant(agent, conversation_id, wish)

    def claim(
        self,
        conversation_id: str,
        number: str = "10001",
        reason: str = "late_delivery",
        part: str | None = None,
        *,
        version: int = 1,
    ) -> CreditDecided:
        """`part`: the item, or of a subscription the outage."""
        named = {"outage_id": part} if reason == "outage" else {"item_sku": part}
        return self.credits.claim(
            CreditClaimed(context=context(conversation_id, version), reason=reason, subject=number, **named)
        )

    def orders(self, conversation_id: str, number: str | None = None) -> OrdersFound:
        return self.shop.orders_for(OrdersAsked(context=context(conversation_id), order_number=number))

    def read(self, conversation_id: str, *parts: AccountPart) -> AccountFound:
        return self.account.find(AccountAsked(context=context(conversation_id), parts=parts))

    def ask(
        self,
        conversation_id: str,
        kind: RequestKind,
        subject: str = "",
        *,
        preview: bool = False,
        version: int = 1,
        **params: str,
    ) -> ServiceAnswered:
        """Have something done, as the bot asks for it."""
        return self.selfservice.ask(
            ServiceRequested(
                context=context(conversation_id, version), kind=kind, subject=subject, params=params, preview=preview
            )
        )

    def entries(self) -> list[Entry]:
        with self.unit(write=False) as unit:
            return unit.credits.entries()

    def decisions(self, customer: str = "erika") -> list[StoredDecision]:
        with self.unit(write=False) as unit:
            return unit.credits.decisions_of(customer)

    def events(self, conversation_id: str) -> list[str]:
        with self.unit(write=False) as unit:
            return [stored.event.data.type for stored in unit.log.after(conversation_id, 0)]


def context(conversation_id: str, version: int = 1) -> TurnContext:
    return TurnContext(
        conversation_id=conversation_id, turn_id="turn", ownership_version=version, language="de", trust="code"
    )
