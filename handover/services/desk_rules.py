"""How the desk routes: what the rules say, and the one strict model that every set of them passes.

They come from a YAML file (`KULANZ_DESK_RULES`), read once at start, until somebody changes them at the desk
(`rules_keeping.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta, tzinfo
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from handover.contract.routing import RoutingMode, ServiceLevel
from handover.domain.errors import InvalidRules
from handover.domain.hours import MIDNIGHT, Hours, Span
from handover.domain.routing import Patience
from handover.services.rule_files import read_rules

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
GROUPS_MOST, MEMBERS_MOST, CLOSED_MOST = 50, 500, 400
Group = Annotated[str, Field(pattern=r"^[a-z_]{1,30}$")]
Intent = Annotated[str, Field(pattern=r"^[a-zA-Z0-9_/-]{1,60}$")]
Seconds = Annotated[int, Field(ge=1, le=86_400)]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$")]


def _in_order(clocks: list[str]) -> list[str]:
    """As `domain/hours.py` wants the spans of a day, told where it is wrong."""
    try:
        Hours(week={0: tuple(map(_span, clocks))})
    except ValueError:
        text = "a span closes after it opens, and the spans of a day follow each other"
        raise PydanticCustomError("span_order", text) from None
    return clocks


DayHours = Annotated[list[Clock], Field(max_length=10), AfterValidator(_in_order)]
Groups = Annotated[dict[Group, Annotated[list[Intent], Field(max_length=MEMBERS_MOST)]], Field(max_length=GROUPS_MOST)]


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

    service_level: ServiceLevel = field(default_factory=ServiceLevel)
    """What is promised of the time until somebody takes a case, and until they answer."""

    @property
    def now(self) -> DeskRules:
        """Rules that never change are their own keeper."""
        return self

    def team_of(self, topic: str | None) -> str | None:
        return next((team for team, topics in self.teams.items() if topic in topics), None)

    def topic_of(self, intent: str) -> str | None:
        return next((group for group, intents in self.topics.items() if intent in intents), None)


class CurrentRules(Protocol):
    """Rules that may be others the next time somebody asks."""

    @property
    def now(self) -> DeskRules: ...


def load_desk_rules(path: Path) -> DeskRules:
    """Raises `InvalidInput` for anything that is not exactly such a file."""
    return load_rules_document(path).rules()


def load_rules_document(path: Path) -> RulesDocument:
    """Raises `InvalidInput` for anything that is not exactly such a file."""
    return read_rules(path, RulesDocument.model_validate)


def checked(document: object) -> RulesDocument:
    """Rules as JSON carries them. Raises `InvalidRules`, which names every place that is wrong."""
    try:
        return RulesDocument.model_validate_json(_json.dump_json(document))
    except ValidationError as error:
        raise InvalidRules("These rules are not right.", **dict(map(_problem, error.errors()))) from None


_json: TypeAdapter[Any] = TypeAdapter(Any)
_PROBLEMS = {
    "string_pattern_mismatch": "format",
    "greater_than_equal": "range",
    "less_than_equal": "range",
    "int_type": "number",
    "int_from_float": "number",
    "missing": "missing",
    "extra_forbidden": "unknown",
    "literal_error": "choice",
    "too_long": "too_many",
}
"""What the page has words for, by what pydantic calls it. Our own validators name theirs themselves."""
_OURS = frozenset({"span_order", "zone", "calendar", "always", "in_two", "no_topic"})


def _problem(error: ErrorDetails) -> tuple[str, str]:
    """The place, and what is wrong there; after a colon what it is about."""
    place = ".".join(str(step) for step in error["loc"])[:120] or "rules"
    kind = error["type"]
    if kind.startswith("date"):
        return place, "date"
    what = kind if kind in _OURS else _PROBLEMS.get(kind, "wrong")
    about = error.get("ctx", {}).get("about", "") if kind in _OURS else ""
    return place, f"{what}:{about}" if about else what


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Holidays(_Strict):
    country: str
    subdivision: str | None = None

    @model_validator(mode="after")
    def is_known(self) -> _Holidays:
        known = holidays.list_supported_countries()
        if self.country not in known or (self.subdivision and self.subdivision not in known[self.country]):
            raise PydanticCustomError("calendar", "no calendar of holidays for this country and subdivision")
        return self


class _Hours(_Strict):
    time_zone: str
    always: bool = False
    """Day and night; days that are closed are closed all the same."""
    week: dict[Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], DayHours] = {}
    holidays: _Holidays | None = None
    closed: Annotated[list[date], Field(max_length=CLOSED_MOST)] = []

    @field_validator("time_zone")
    @classmethod
    def is_a_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise PydanticCustomError("zone", "no such time zone") from None
        return name

    @model_validator(mode="after")
    def fits_together(self) -> _Hours:
        if self.always and self.week:
            raise PydanticCustomError("always", "always open leaves nothing else to say of the week")
        return self

    def hours(self) -> Hours:
        if self.always and not (self.holidays or self.closed):
            return Hours()
        calendar = self.holidays and holidays.country_holidays(self.holidays.country, subdiv=self.holidays.subdivision)
        closed = frozenset(self.closed)

        def is_holiday(day: date) -> bool:
            return day in closed or (calendar is not None and day in calendar)

        open_on = {day: ["00:00-24:00"] for day in DAYS} if self.always else self.week
        week = {DAYS.index(day): tuple(_span(clock) for clock in clocks) for day, clocks in open_on.items()}
        zone: tzinfo = ZoneInfo(self.time_zone)
        return Hours(zone, week, is_holiday)


class _Offers(_Strict):
    answer_within: Seconds = 30
    relax_topic_after: Seconds | None = 120
    relax_language_after: Seconds | None = None
    ask_again_after: Seconds = 60


class _ServiceLevel(_Strict):
    accept_within: Seconds | None = None
    answer_within: Seconds | None = None


class RulesDocument(_Strict):
    """All that the rules say, as a file and the desk's page write it."""

    mode: RoutingMode
    offers: _Offers = _Offers()
    leave_after: Annotated[int, Field(ge=60, le=86_400)] = 900  # less than a minute would take who is there for gone
    queue_limit: Annotated[int, Field(ge=1)] | None = None
    phone_region: Annotated[str, Field(pattern="^[A-Z]{2}$")] = "DE"
    service_level: _ServiceLevel = _ServiceLevel()
    hours: _Hours
    topics: Groups = {}
    teams: Groups = {}

    @field_validator("topics", "teams")
    @classmethod
    def is_of_one_group(cls, groups: dict[str, list[str]]) -> dict[str, list[str]]:
        named = [one for members in groups.values() for one in members]
        if twice := sorted({one for one in named if named.count(one) > 1}):
            raise PydanticCustomError("in_two", "in two groups: {about}", {"about": ", ".join(twice)})
        return groups

    @model_validator(mode="after")
    def teams_take_known_topics(self) -> RulesDocument:
        named = {topic for topics in self.teams.values() for topic in topics}
        if unknown := sorted(named - set(self.topics)):
            raise PydanticCustomError("no_topic", "teams: no topic {about}", {"about": ", ".join(unknown)})
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
            service_level=ServiceLevel(**self.service_level.model_dump()),
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
