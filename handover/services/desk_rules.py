"""How the desk routes: one YAML file (`KULANZ_DESK_RULES`), read once at start and strictly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta, tzinfo
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from handover.contract.routing import RoutingMode
from handover.domain.hours import MIDNIGHT, Hours, Span
from handover.domain.routing import Patience
from handover.services.rule_files import read_rules

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Group = Annotated[str, Field(pattern=r"^[a-z_]{1,30}$")]
Seconds = Annotated[int, Field(ge=1, le=86_400)]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$")]


@dataclass(frozen=True, slots=True)
class DeskRules:
    """Without a file: always open, agents help themselves, every case is everybody's."""

    mode: RoutingMode = "manual"
    offer_for: timedelta = timedelta(seconds=30)
    patience: Patience = field(default_factory=Patience)
    leave_after: timedelta = timedelta(minutes=15)
    """A visitor who is gone for so long, and left no contact, waits no more."""
    queue_limit: int | None = None
    """Beyond this place visitors are told at once that they had better leave a contact."""
    phone_region: str = "DE"
    """How telephone numbers without a country code are read."""
    hours: Hours = field(default_factory=Hours)
    topics: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Groups of skills, and the intents that belong to them."""

    teams: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Who share their cases and see no others', and the topics that are theirs."""

    def team_of(self, topic: str | None) -> str | None:
        return next((team for team, topics in self.teams.items() if topic in topics), None)

    def topic_of(self, intent: str) -> str | None:
        return next((group for group, intents in self.topics.items() if intent in intents), None)


def load_desk_rules(path: Path) -> DeskRules:
    """Raises `InvalidInput` for anything that is not exactly such a file."""
    return read_rules(path, _File.model_validate).rules()


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Holidays(_Strict):
    country: str
    subdivision: str | None = None

    @model_validator(mode="after")
    def is_known(self) -> _Holidays:
        known = holidays.list_supported_countries()
        if self.country not in known or (self.subdivision and self.subdivision not in known[self.country]):
            raise ValueError("no calendar of holidays for this country and subdivision")
        return self


class _Hours(_Strict):
    time_zone: str
    always: bool = False
    week: dict[Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], list[Clock]] = {}
    holidays: _Holidays | None = None
    closed: list[date] = []

    @field_validator("time_zone")
    @classmethod
    def is_a_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError("no such time zone") from None
        return name

    @model_validator(mode="after")
    def fits_together(self) -> _Hours:
        if self.always and (self.week or self.holidays or self.closed):
            raise ValueError("always open leaves nothing else to say")
        self.hours()
        return self

    def hours(self) -> Hours:
        if self.always:
            return Hours()
        calendar = self.holidays and holidays.country_holidays(self.holidays.country, subdiv=self.holidays.subdivision)
        closed = frozenset(self.closed)

        def is_holiday(day: date) -> bool:
            return day in closed or (calendar is not None and day in calendar)

        week = {DAYS.index(day): tuple(_span(clock) for clock in clocks) for day, clocks in self.week.items()}
        zone: tzinfo = ZoneInfo(self.time_zone)
        return Hours(zone, week, is_holiday)


class _Offers(_Strict):
    answer_within: Seconds = 30
    relax_topic_after: Seconds | None = 120
    relax_language_after: Seconds | None = None
    ask_again_after: Seconds = 60


class _File(_Strict):
    mode: RoutingMode
    offers: _Offers = _Offers()
    leave_after: Annotated[int, Field(ge=60, le=86_400)] = 900  # less than a minute would take who is there for gone
    queue_limit: Annotated[int, Field(ge=1)] | None = None
    phone_region: Annotated[str, Field(pattern="^[A-Z]{2}$")] = "DE"
    hours: _Hours
    topics: dict[Group, list[str]] = {}
    teams: dict[Group, list[str]] = {}

    @field_validator("topics", "teams")
    @classmethod
    def is_of_one_group(cls, groups: dict[str, list[str]]) -> dict[str, list[str]]:
        named = [one for members in groups.values() for one in members]
        if twice := sorted({one for one in named if named.count(one) > 1}):
            raise ValueError(f"in two groups: {', '.join(twice)}")
        return groups

    @model_validator(mode="after")
    def teams_take_known_topics(self) -> _File:
        named = {topic for topics in self.teams.values() for topic in topics}
        if unknown := sorted(named - set(self.topics)):
            raise ValueError(f"teams: no topic {', '.join(unknown)}")
        return self

    def rules(self) -> DeskRules:
        offers = self.offers
        return DeskRules(
            mode=self.mode,
            offer_for=timedelta(seconds=offers.answer_within),
            patience=Patience(
                topic=_span_of(offers.relax_topic_after),
                language=_span_of(offers.relax_language_after),
                again=timedelta(seconds=offers.ask_again_after),
            ),
            leave_after=timedelta(seconds=self.leave_after),
            queue_limit=self.queue_limit,
            phone_region=self.phone_region,
            hours=self.hours.hours(),
            topics={group: tuple(intents) for group, intents in self.topics.items()},
            teams={team: tuple(topics) for team, topics in self.teams.items()},
        )


def _span_of(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _span(clock: str) -> Span:
    """`08:00-17:30`; `24:00` is the end of the day."""
    opens, closes = clock.split("-")
    return Span(time.fromisoformat(opens), MIDNIGHT if closes == "24:00" else time.fromisoformat(closes))
