"""The credit rule: one table. A claim is decided from database facts and the policy, and from nothing else.

The rows of `RULES` are read from the top; the first one that applies decides, for the bot and for people alike. `{reason}`,
`{cap}` and `{granter}` stand for the claimed reason, the cap that was reached and whose limit it is. Texts, slots, buttons and
articles never reach this module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, NamedTuple

from handover.domain.evidence import Evidence, InvoiceEvidence, OrderEvidence, OutageEvidence
from handover.domain.money import Money
from handover.domain.policy import Cap, Granter, Policy, Reason


class Outcome(StrEnum):
    GRANTED = "granted"  # it is booked at once
    PROPOSED = "proposed"  # another person decides
    REFUSED = "refused"  # the facts speak against it


@dataclass(frozen=True, slots=True)
class Spent:
    """What was already granted within the window of a cap."""

    credits: int
    cents: int


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a decision is made from, read inside the transaction that books it."""

    policy: Policy
    customer_id: str
    evidence: Evidence
    at: datetime
    customer_blocked: bool
    stopped: bool
    spent: Mapping[str, Spent]
    """By name of the cap, one for each cap of whoever grants."""
    granter: Granter = "bot"

    @property
    def day(self) -> date:
        """The shop's day of the claim."""
        return self.at.astimezone(self.policy.zone).date()

    @property
    def window_closed(self) -> bool:
        happened_on = self.evidence.happened_on(self.policy.zone)
        if happened_on is None:
            return False
        return (self.day - happened_on).days > self.policy.claim_window_days

    @property
    def amount(self) -> Money:
        """What the claim is worth by the policy."""
        return self.evidence.worth(self.policy, self.at)

    @property
    def cap(self) -> Cap | None:
        """The first cap that this credit would break."""
        return next((cap for cap in self.policy.caps_of(self.granter) if self._breaks(cap)), None)

    def _breaks(self, cap: Cap) -> bool:
        spent = self.spent[cap.name]
        too_many = cap.credits is not None and spent.credits >= cap.credits
        return too_many or (cap.amount is not None and spent.cents + self.amount.cents > cap.amount.cents)

    def as_inputs(self) -> dict[str, object]:
        """The facts in plain JSON, kept with the decision."""
        return {
            "at": self.at.isoformat(),
            **self.evidence.inputs(self.policy, self.at),
            "customer_blocked": self.customer_blocked,
            "stopped": self.stopped,
            "granter": self.granter,
            "limit_cents": self.policy.limits[self.granter].cents,
            "spent": {name: {"credits": spent.credits, "cents": spent.cents} for name, spent in self.spent.items()},
        }


Applies = Callable[[Facts], bool]


class Rule(NamedTuple):
    outcome: Outcome
    because: str
    applies: Applies


def _order(applies: Callable[[OrderEvidence, Facts], bool]) -> Applies:
    return lambda f: isinstance(f.evidence, OrderEvidence) and applies(f.evidence, f)


def _late(applies: Callable[[int, Facts], bool]) -> Applies:
    """Whole days late, of claims about lateness."""
    return _order(lambda o, f: not o.about_item and applies(o.order.days_late(f.at, f.policy.zone), f))


def _item(applies: Callable[[OrderEvidence], bool]) -> Applies:
    return _order(lambda o, _: o.about_item and applies(o))


def _outage(applies: Callable[[OutageEvidence, Facts], bool]) -> Applies:
    return lambda f: isinstance(f.evidence, OutageEvidence) and applies(f.evidence, f)


def _invoice(applies: Callable[[InvoiceEvidence], bool]) -> Applies:
    return lambda f: isinstance(f.evidence, InvoiceEvidence) and applies(f.evidence)


RULES: tuple[Rule, ...] = (
    # The facts speak against it.
    Rule(Outcome.REFUSED, "currency.other", lambda f: f.evidence.currency != f.policy.currency),
    Rule(Outcome.REFUSED, "order.cancelled", _order(lambda o, _: o.order.state == "cancelled")),
    Rule(Outcome.REFUSED, "order.returned", _order(lambda o, _: o.order.state == "returned")),
    Rule(Outcome.REFUSED, "late_delivery.on_time", _late(lambda days, _: days == 0)),
    Rule(Outcome.REFUSED, "late_delivery.within_grace", _late(lambda days, f: days < f.policy.late_delivery.from_days)),
    Rule(Outcome.REFUSED, "item.needed", _item(lambda o: not o.item_sku and len(o.order.items) > 1)),
    Rule(Outcome.REFUSED, "item.not_in_order", _item(lambda o: o.item is None)),
    Rule(Outcome.REFUSED, "order.not_delivered", _item(lambda o: o.order.state in {"processing", "shipped"})),
    Rule(Outcome.REFUSED, "item.returned", _item(lambda o: o.item_state == "returned")),
    Rule(
        Outcome.REFUSED,
        "item.on_its_way",
        _item(lambda o: o.order.state == "partly_delivered" and o.item_state in {"open", "shipped"}),
    ),
    Rule(Outcome.REFUSED, "outage.not_touched", _outage(lambda o, f: not o.touched(f.policy.zone))),
    Rule(Outcome.REFUSED, "outage.goes_on", _outage(lambda o, _: o.outage.ended_at is None)),
    Rule(Outcome.REFUSED, "outage.too_short", _outage(lambda o, f: o.lasted <= f.policy.outage.longer_than)),
    Rule(Outcome.REFUSED, "outage.deducted", _outage(lambda o, f: o.deducted_on(f.policy.zone) is not None)),
    Rule(
        Outcome.REFUSED,
        "outage.next_invoice",
        _outage(lambda o, f: o.is_billed_again(f.day) and not o.bills_since(f.policy.zone)),
    ),
    Rule(Outcome.REFUSED, "invoice.correct", _invoice(lambda i: i.overcharged_cents == 0)),
    Rule(Outcome.REFUSED, "window.closed", lambda f: f.window_closed),
    Rule(Outcome.REFUSED, "amount.nothing", lambda f: f.amount.cents <= 0),
    # Another person decides.
    Rule(Outcome.PROPOSED, "switch.off", lambda f: f.stopped),
    Rule(Outcome.PROPOSED, "customer.blocked", lambda f: f.customer_blocked),
    Rule(Outcome.PROPOSED, "order.lost", _order(lambda o, _: o.order.state == "lost")),
    Rule(Outcome.PROPOSED, "item.claimed_before", _order(lambda o, _: o.claimed_before)),
    Rule(Outcome.PROPOSED, "outage.changed_since", _outage(lambda o, _: o.changed_since)),
    Rule(Outcome.PROPOSED, "invoice.unpaid", _invoice(lambda i: i.invoice.state != "paid")),
    Rule(Outcome.PROPOSED, "invoice.disputed", _invoice(lambda i: i.disputed)),
    Rule(Outcome.PROPOSED, "limit.{granter}", lambda f: f.amount > f.policy.limits[f.granter]),
    Rule(Outcome.PROPOSED, "cap.{cap}", lambda f: f.cap is not None),
    # Whoever grants may.
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
        because=rule.because.format(reason=facts.evidence.reason, cap=cap, granter=facts.granter),
        inputs=facts.as_inputs(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDecision:
    """A decision as it is kept. A proposal waits for a person and then becomes `approved` or `rejected`."""

    id: str
    key: str | None
    """The claim it answers, so that a claim is answered once; refusals have none and may be claimed again."""
    conversation_id: str | None
    customer_id: str
    reason: Reason
    subject: str
    """Number of the order, subscription or invoice it is about."""
    order_id: str | None = None
    item_sku: str | None = None
    subscription_id: str | None = None
    outage_id: str | None = None
    invoice_id: str | None = None
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
