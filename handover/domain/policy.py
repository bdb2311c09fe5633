"""The credit policy: what claims are worth, who decides up to which amount, and what is spent in all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from handover.domain.money import Money

Reason = Literal["late_delivery", "damaged_item", "missing_item", "outage", "billing_error"]
Per = Literal["order", "customer", "household", "shop", "granter"]
Granter = Literal["bot", "agent", "supervisor"]
"""Who grants: the bot by itself, or somebody of the staff in this role."""
CountedOf = Literal["bot", "staff", "everybody"]
"""Whose grants use up a cap."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LateDelivery:
    """Paid per whole day late, from a number of days on, never less and never more than."""

    from_days: int
    per_day: Money
    at_least: Money
    at_most: Money


@dataclass(frozen=True, slots=True)
class OutageRule:
    """Paid per day begun, once a service was gone for longer than some hours at a stretch."""

    longer_than: timedelta
    days_per_month: int
    """One day begun is worth this part of the monthly price; a month is the most."""

    def days(self, lasted: timedelta) -> int:
        """Days begun that are paid for."""
        return min(-(-lasted // _DAY), self.days_per_month) if lasted > self.longer_than else 0

    def worth(self, lasted: timedelta, monthly: Money) -> Money:
        return monthly.part(self.days(lasted), self.days_per_month)


@dataclass(frozen=True, slots=True)
class Cap:
    """What may be granted in all without a second person, within a rolling window.

    Per order, customer, household, shop, or per granter: the bot, or each of the staff by themselves.
    """

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
    outage: OutageRule
    caps: tuple[Cap, ...]
    """What the bot may grant in all."""
    staff_caps: tuple[Cap, ...] = ()
    """The same for agents and supervisors; without any, theirs are the bot's."""

    def caps_of(self, granter: Granter) -> tuple[Cap, ...]:
        return self.caps if granter == "bot" else self.staff_caps or self.caps

    def counted_of(self, granter: Granter) -> CountedOf:
        """Whose grants use up the caps of `granter`: those who have them in common."""
        if not self.staff_caps:
            return "everybody"
        return "bot" if granter == "bot" else "staff"
