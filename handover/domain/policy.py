"""The credit policy: what claims are worth, who decides up to which amount, and what is spent in all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from handover.domain.money import Money

Reason = Literal["late_delivery", "damaged_item", "missing_item", "outage", "billing_error"]
Per = Literal["order", "customer", "household", "shop"]
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
    outage: OutageRule
    caps: tuple[Cap, ...]
