"""What a shop promises beside its prices: one YAML file (`KULANZ_SHOP_RULES`), read once at start and strictly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, field_validator

from handover.domain.address import Country
from handover.domain.returns import RefundRules, ReturnRules, Season
from handover.services.rule_files import read_rules

Days = Annotated[int, Field(ge=0, le=365)]
MonthDay = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]


@dataclass(frozen=True, slots=True)
class ShopRules:
    returns: ReturnRules = field(default_factory=ReturnRules)
    refunds: RefundRules = field(default_factory=RefundRules)
    carriers: Mapping[str, str] = field(default_factory=dict)
    """The address of a parcel's page, by carrier; `{code}` stands for the tracking number."""

    def tracking_url(self, carrier: str | None, code: str | None) -> str | None:
        template = self.carriers.get(carrier or "")
        return template.replace("{code}", quote(code, safe="")) if template and code else None


def load_shop_rules(path: Path) -> ShopRules:
    """Raises `InvalidInput` for anything that is not exactly such a file."""
    parsed = read_rules(path, _File.model_validate)
    return ShopRules(parsed.returns.rules(), parsed.refunds.rules(), parsed.carriers)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Season(_Strict):
    ordered_from: MonthDay
    ordered_until: MonthDay
    return_until: MonthDay

    def season(self) -> Season:
        return Season(_month_day(self.ordered_from), _month_day(self.ordered_until), _month_day(self.return_until))


class _Returns(_Strict):
    days: Days
    days_if_our_fault: Days
    seasons: list[_Season]
    collected: list[str]
    sealed_only: list[str]
    free_from: list[Country]
    collection_days: list[Days] = Field(min_length=2, max_length=2)
    checked_within: Days

    def rules(self) -> ReturnRules:
        return ReturnRules(
            days=self.days,
            days_if_our_fault=self.days_if_our_fault,
            seasons=tuple(season.season() for season in self.seasons),
            collected=frozenset(self.collected),
            sealed_only=frozenset(self.sealed_only),
            free_from=frozenset(self.free_from),
            collection_days=_pair(self.collection_days),
            checked_within=self.checked_within,
        )


class _Refunds(_Strict):
    cancelled: list[Days] = Field(min_length=2, max_length=2)
    by_method: dict[
        Literal["card", "paypal", "sepa", "invoice"], Annotated[list[Days], Field(min_length=2, max_length=2)]
    ]

    def rules(self) -> RefundRules:
        by_method: dict[str, tuple[int, int]] = {kind: _pair(days) for kind, days in self.by_method.items()}
        return RefundRules(cancelled=_pair(self.cancelled), by_method=by_method)


class _File(_Strict):
    returns: _Returns
    refunds: _Refunds
    carriers: dict[str, str]

    @field_validator("carriers")
    @classmethod
    def leads_to_the_parcel(cls, carriers: dict[str, str]) -> dict[str, str]:
        for carrier, template in carriers.items():
            if not template.startswith("https://") or "{code}" not in template:
                raise ValueError(f"the address of {carrier} begins with https:// and holds {{code}}")
        return carriers


def _month_day(written: str) -> tuple[int, int]:
    month, day = written.split("-")
    return int(month), int(day)


def _pair(days: list[int]) -> tuple[int, int]:
    first, last = days
    return first, last
