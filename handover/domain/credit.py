"""The credit rule: one table. A claim is decided from database facts and the policy, and from nothing else.

The rows of `RULES` are read from the top; the first one that applies decides. `{reason}` and `{cap}` stand for the
claimed reason and the cap that was reached. Texts, slots, buttons and articles never reach this module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from handover.domain.money import Money
from handover.domain.shop import Item, Order

Reason = Literal["late_delivery", "damaged_item", "missing_item"]
Per = Literal["order", "customer", "household", "shop"]


class Outcome(StrEnum):
    GRANTED = "granted"  # the bot books it at once
    PROPOSED = "proposed"  # a person decides
    REFUSED = "refused"  # the facts speak against it


@dataclass(frozen=True, slots=True)
class LateDelivery:
    """Paid per whole day late, from a number of days on, never less and never more than."""

    from_days: int
    per_day: Money
    at_least: Money
    at_most: Money


@dataclass(frozen=True, slots=True)
class Cap:
    """What the bot may grant in all, per order, customer, household or shop, within a rolling window."""

    name: str
    per: Per
    window: timedelta | None = None
    credits: int | None = None
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    version: str
    """sha256 of the policy file."""
    currency: str
    zone: ZoneInfo
    claim_window_days: int
    limits: Mapping[str, Money]
    """The most that one credit may be worth, by who decides: bot, agent, supervisor."""
    late_delivery: LateDelivery
    percent_of_price: Mapping[str, int]
    """Reasons about an item: the share of its unit price."""
    caps: tuple[Cap, ...]


@dataclass(frozen=True, slots=True)
class Spent:
    """What the bot has already granted within the window of a cap."""

    credits: int
    cents: int


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a decision is made from, read inside the transaction that books it."""

    policy: Policy
    reason: Reason
    order: Order
    item_sku: str | None
    at: datetime
    customer_blocked: bool
    stopped: bool
    spent: Mapping[str, Spent]
    """By name of the cap, one for each cap of the policy."""
    claimed_skus: frozenset[str] = frozenset()
    """Items of this order with a credit or proposal for another reason."""

    @property
    def about_item(self) -> bool:
        return self.reason != "late_delivery"

    @property
    def item(self) -> Item | None:
        return claimed_item(self.reason, self.order, self.item_sku)

    @property
    def item_state(self) -> str | None:
        return self.item.state if self.item else None

    @property
    def days_late(self) -> int:
        return self.order.days_late(self.at, self.policy.zone)

    @property
    def window_closed(self) -> bool:
        if self.order.delivered_at is None:
            return False
        zone = self.policy.zone
        open_for = self.at.astimezone(zone).date() - self.order.delivered_at.astimezone(zone).date()
        return open_for.days > self.policy.claim_window_days

    @property
    def amount(self) -> Money:
        """What the claim is worth by the policy; nothing if it names no item."""
        if not self.about_item:
            late = self.policy.late_delivery
            return max(late.at_least, min(late.at_most, late.per_day * self.days_late))
        price = Money(self.item.unit_cents if self.item else 0, self.policy.currency)
        return price.percent(self.policy.percent_of_price[self.reason])

    @property
    def cap(self) -> Cap | None:
        """The first cap that this credit would break."""
        return next((cap for cap in self.policy.caps if self._breaks(cap)), None)

    def _breaks(self, cap: Cap) -> bool:
        spent = self.spent[cap.name]
        too_many = cap.credits is not None and spent.credits >= cap.credits
        return too_many or (cap.amount is not None and spent.cents + self.amount.cents > cap.amount.cents)

    def as_inputs(self) -> dict[str, object]:
        """The facts in plain JSON, kept with the decision."""
        return {
            "at": self.at.isoformat(),
            "order_number": self.order.number,
            "order_state": self.order.state,
            "promised_on": self.order.promised_on.isoformat(),
            "delivered_at": self.order.delivered_at.isoformat() if self.order.delivered_at else None,
            "days_late": self.days_late,
            "item_sku": self.item.sku if self.item else self.item_sku,
            "item_state": self.item_state,
            "item_claimed_before": self.item_claimed_before,
            "unit_cents": self.item.unit_cents if self.item else None,
            "customer_blocked": self.customer_blocked,
            "stopped": self.stopped,
            "limit_cents": self.policy.limits["bot"].cents,
            "spent": {name: {"credits": spent.credits, "cents": spent.cents} for name, spent in self.spent.items()},
        }

    @property
    def item_claimed_before(self) -> bool:
        return self.item is not None and self.item.sku in self.claimed_skus


class Rule(NamedTuple):
    outcome: Outcome
    because: str
    applies: Callable[[Facts], bool]


RULES: tuple[Rule, ...] = (
    # The facts speak against it.
    Rule(Outcome.REFUSED, "currency.other", lambda f: f.order.currency != f.policy.currency),
    Rule(Outcome.REFUSED, "order.cancelled", lambda f: f.order.state == "cancelled"),
    Rule(Outcome.REFUSED, "order.returned", lambda f: f.order.state == "returned"),
    Rule(Outcome.REFUSED, "late_delivery.on_time", lambda f: not f.about_item and f.days_late == 0),
    Rule(
        Outcome.REFUSED,
        "late_delivery.within_grace",
        lambda f: not f.about_item and f.days_late < f.policy.late_delivery.from_days,
    ),
    Rule(Outcome.REFUSED, "item.needed", lambda f: f.about_item and not f.item_sku and len(f.order.items) > 1),
    Rule(Outcome.REFUSED, "item.not_in_order", lambda f: f.about_item and f.item is None),
    Rule(Outcome.REFUSED, "order.not_delivered", lambda f: f.about_item and f.order.state in {"processing", "shipped"}),
    Rule(Outcome.REFUSED, "item.returned", lambda f: f.item_state == "returned"),
    Rule(
        Outcome.REFUSED,
        "item.on_its_way",
        lambda f: f.order.state == "partly_delivered" and f.item_state in {"open", "shipped"},
    ),
    Rule(Outcome.REFUSED, "window.closed", lambda f: f.window_closed),
    Rule(Outcome.REFUSED, "amount.nothing", lambda f: f.amount.cents <= 0),
    # A person decides.
    Rule(Outcome.PROPOSED, "switch.off", lambda f: f.stopped),
    Rule(Outcome.PROPOSED, "customer.blocked", lambda f: f.customer_blocked),
    Rule(Outcome.PROPOSED, "order.lost", lambda f: f.order.state == "lost"),
    Rule(Outcome.PROPOSED, "item.claimed_before", lambda f: f.item_claimed_before),
    Rule(Outcome.PROPOSED, "limit.bot", lambda f: f.amount > f.policy.limits["bot"]),
    Rule(Outcome.PROPOSED, "cap.{cap}", lambda f: f.cap is not None),
    # The bot may.
    Rule(Outcome.GRANTED, "{reason}.granted", lambda _: True),
)


@dataclass(frozen=True, slots=True)
class Decision:
    outcome: Outcome
    amount: Money
    because: str
    inputs: Mapping[str, object]


def decide(facts: Facts) -> Decision:
    """The first rule that applies. A refusal is worth nothing."""
    rule = next(rule for rule in RULES if rule.applies(facts))
    cap = facts.cap.name if rule.because == "cap.{cap}" and facts.cap else ""
    nothing = Money(0, facts.policy.currency)
    return Decision(
        outcome=rule.outcome,
        amount=nothing if rule.outcome is Outcome.REFUSED else facts.amount,
        because=rule.because.format(reason=facts.reason, cap=cap),
        inputs=facts.as_inputs(),
    )


def claimed_item(reason: Reason, order: Order, sku: str | None) -> Item | None:
    """The item a claim is about: the one named, or the only one. Lateness is about the order, whatever was named."""
    if reason == "late_delivery":
        return None
    if not sku:
        return order.items[0] if len(order.items) == 1 else None
    return next((item for item in order.items if item.sku == sku), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDecision:
    """A decision as it is kept. A proposal waits for a person and then becomes `approved` or `rejected`."""

    id: str
    key: str | None
    """The claim it answers, so that a claim is answered once; refusals have none and may be claimed again."""
    conversation_id: str | None
    customer_id: str
    order_id: str
    order_number: str
    item_sku: str | None
    reason: Reason
    outcome: Literal["granted", "proposed", "refused", "approved", "rejected"]
    because: str
    policy_version: str
    inputs: Mapping[str, object]
    amount: Money
    reference: str | None
    author: str
    """`bot`, or the id of the agent who proposed it."""
    created_at: datetime
    decided_by: str | None = None
    note: str | None = None
    decided_at: datetime | None = None
