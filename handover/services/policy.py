"""The credit policy file: read strictly, so that a slip of the pen never becomes money.

The file is YAML; `data/demo/credit-policy.yaml` explains every key. Unknown, missing and repeated keys, wrong types and
mixed currencies are refused with the path of the key. The sha256 of the file is the version decisions are stored with.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from handover.domain.errors import InvalidInput, KulanzError
from handover.domain.money import Money
from handover.domain.policy import Cap, LateDelivery, OutageRule, Per, Policy


class PolicyError(KulanzError):
    """The policy file cannot be used; the text names the file, the key and what is wrong with it."""

    code = "policy_error"


def load_policy(path: Path) -> Policy:
    """Raises `PolicyError` for anything that is not exactly a policy."""
    try:
        raw = path.read_bytes()
        parsed = _PolicyFile.model_validate(yaml.load(raw, _StrictLoader))  # noqa: S506 -- it is a SafeLoader
    except ValidationError as error:
        wrong = error.errors()[0]
        where = ".".join(str(part) for part in wrong["loc"] if part != "[key]") or "the file"
        raise PolicyError(f"{path.name}: {where}: {wrong['msg'].removeprefix('Value error, ')}") from None
    except (OSError, yaml.YAMLError) as error:
        raise PolicyError(f"{path.name}: {error}") from None
    policy = parsed.policy(version=hashlib.sha256(raw).hexdigest())
    _refuse_mixed_currencies(policy, path)
    return policy


def _refuse_mixed_currencies(policy: Policy, path: Path) -> None:
    late = policy.late_delivery
    amounts = [*policy.limits.values(), late.per_day, late.at_least, late.at_most]
    amounts += [cap.amount for cap in (*policy.caps, *policy.staff_caps) if cap.amount]
    if foreign := [amount for amount in amounts if amount.currency != policy.currency]:
        raise PolicyError(f"{path.name}: currency: is {policy.currency}, but an amount is {foreign[0]}")


def _money(written: object) -> Money:
    try:
        amount = Money.parse(written)
    except InvalidInput as error:
        raise ValueError(error.text) from None
    if amount.cents <= 0:
        raise ValueError("must be more than nothing")
    return amount


def _zone(name: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(name))
    except (KeyError, ValueError, OSError):
        raise ValueError("is not a time zone like Europe/Berlin") from None


def _currency(code: str) -> str:
    try:
        return Money(0, code).currency
    except InvalidInput as error:
        raise ValueError(error.text) from None


Amount = Annotated[Money, BeforeValidator(_money)]
Count = Annotated[int, Field(strict=True, ge=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class _Limits(_Part):
    bot: Amount
    agent: Amount
    supervisor: Amount


class _LateDelivery(_Part):
    from_days: Count
    per_day: Amount
    at_least: Amount
    at_most: Amount


class _AboutItem(_Part):
    percent_of_price: Annotated[int, Field(strict=True, ge=1, le=100)]


class _Outage(_Part):
    longer_than_hours: Count
    days_per_month: Annotated[int, Field(strict=True, ge=28, le=31)]


class _Reasons(_Part):
    late_delivery: _LateDelivery
    damaged_item: _AboutItem
    missing_item: _AboutItem
    outage: _Outage


class _Cap(_Part):
    per: Per
    days: Count | None = None
    hours: Count | None = None
    credits: Count | None = None
    amount: Amount | None = None

    def cap(self, name: str) -> Cap:
        window = timedelta(days=self.days or 0, hours=self.hours or 0) or None
        return Cap(name, self.per, window, self.credits, self.amount)


def _limiting(cap: _Cap) -> _Cap:
    if cap.credits is None and cap.amount is None:
        raise ValueError("limits neither credits nor amount")
    return cap


_Caps = dict[Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")], Annotated[_Cap, AfterValidator(_limiting)]]


class _PolicyFile(_Part):
    currency: Annotated[str, AfterValidator(_currency)]
    time_zone: Annotated[ZoneInfo, BeforeValidator(_zone)]
    claim_window_days: Count
    limits: _Limits
    reasons: _Reasons
    caps: _Caps
    staff_caps: _Caps = {}

    def policy(self, version: str) -> Policy:
        late, outage = self.reasons.late_delivery, self.reasons.outage
        return Policy(
            version=version,
            currency=self.currency,
            zone=self.time_zone,
            claim_window_days=self.claim_window_days,
            limits={"bot": self.limits.bot, "agent": self.limits.agent, "supervisor": self.limits.supervisor},
            late_delivery=LateDelivery(late.from_days, late.per_day, late.at_least, late.at_most),
            percent_of_price={
                "damaged_item": self.reasons.damaged_item.percent_of_price,
                "missing_item": self.reasons.missing_item.percent_of_price,
            },
            outage=OutageRule(timedelta(hours=outage.longer_than_hours), outage.days_per_month),
            caps=tuple(cap.cap(name) for name, cap in self.caps.items()),
            staff_caps=tuple(cap.cap(name) for name, cap in self.staff_caps.items()),
        )


class _StrictLoader(yaml.SafeLoader):
    """Refuses repeated keys, of which YAML would quietly take the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002
        keys = [self.construct_object(key) for key, _ in node.value]
        if repeated := [key for key in keys if keys.count(key) > 1]:
            raise yaml.constructor.ConstructorError(None, None, f"repeated key: {repeated[0]}", node.start_mark)
        return super().construct_mapping(node, deep=deep)
