"""Who is asked to take a waiting case: everybody is considered, and everybody gets a reason.

Order of preference: whoever had this conversation last; whoever served this customer last; somebody for whom the
topic is one of few; the most room left; the longest without a new case; the id, so that the order is total. Whoever
only fits because the case has waited long stands behind all who simply fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Literal, NamedTuple


class Status(StrEnum):
    """What agents say of themselves."""

    AVAILABLE = "available"  # may be asked
    BUSY = "busy"  # at work, but not to be asked right now
    AWAY = "away"  # back soon
    OFF = "off"  # not at work; log-out says so


class Reason(StrEnum):
    """Why somebody is asked first, or cannot be."""

    TRANSFERRED = "transferred"
    LAST_AGENT = "last_agent"
    KNOWS_CUSTOMER = "knows_customer"
    SPECIALIST = "specialist"
    LEAST_LOAD = "least_load"
    LONGEST_IDLE = "longest_idle"
    TOPIC_RELAXED = "topic_relaxed"
    LANGUAGE_RELAXED = "language_relaxed"
    ASKED_AGAIN = "asked_again"
    OFFLINE = "offline"
    BUSY = "busy"
    AWAY = "away"
    OFF = "off"
    LOAD_FULL = "load_full"
    SHIFT_ENDS = "shift_ends"
    LANGUAGE = "language"
    TOPIC = "topic"
    DECLINED_BEFORE = "declined_before"
    EXPIRED_BEFORE = "expired_before"


Refused = Literal["declined", "expired"]
_REFUSALS: dict[Refused, Reason] = {"declined": Reason.DECLINED_BEFORE, "expired": Reason.EXPIRED_BEFORE}
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a case waits for somebody who fits. None: for ever."""

    topic: timedelta | None = timedelta(seconds=120)
    language: timedelta | None = None
    again: timedelta = timedelta(seconds=60)
    """Nobody is asked about the same case twice within this."""


class Refusal(NamedTuple):
    kind: Refused
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is to be placed. A topic of None is everybody's."""

    language: str
    topic: str | None = None
    waiting_since: datetime
    last_agent: str | None = None
    customers_agent: str | None = None
    refusals: Mapping[str, Refusal] = field(default_factory=dict)
    """The last of each agent, since the case was put into the queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    id: str
    name: str
    status: Status = Status.AVAILABLE
    online: bool = True
    load: int = 0
    """Conversations they have, and offers they have not answered."""
    load_limit: int = 4
    languages: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    """None named: all."""
    took_at: datetime | None = None
    """When they last took a case."""
    team: str | None = None
    shift_until: datetime | None = None
    """When the shift ends that is on; none: there is none, or nothing is known of shifts."""
    shift_ends: bool = False
    """Their shift ends, or has just ended (`domain/shifts.py`)."""

    @property
    def present(self) -> bool:
        return self.online and self.status is Status.AVAILABLE

    def speaks(self, case: Case) -> bool:
        return case.language in self.languages

    def knows(self, case: Case) -> bool:
        return case.topic is None or not self.topics or case.topic in self.topics

    @property
    def fullness(self) -> float:
        return self.load / self.load_limit if self.load_limit else 1.0


class Placing(NamedTuple):
    """One candidate's place: `because` holds what speaks for them if they are eligible, else what is in the way."""

    candidate: Candidate
    eligible: bool
    because: tuple[Reason, ...]


def rank(case: Case, candidates: Iterable[Candidate], patience: Patience, now: datetime) -> list[Placing]:
    """Everybody, best first; who cannot take the case stands behind who can.

    Who refused this call is passed over, unless everybody who could take it has; then they are asked again, and
    none sooner than `patience.again` after their own refusal.
    """
    waited = now - case.waiting_since
    hindered = {one: tuple(_hindrances(case, one, patience, waited)) for one in candidates}
    able = [one for one, hindrances in hindered.items() if not hindrances]
    fresh = [one for one in able if one.id not in case.refusals]
    asked = fresh or [one for one in able if now - case.refusals[one.id].at >= patience.again]
    eligible = sorted(asked, key=lambda one: _preference(case, one))
    rest = sorted((one for one in hindered if one not in asked), key=lambda one: one.id)
    return [Placing(one, eligible=True, because=tuple(_merits(case, one, eligible))) for one in eligible] + [
        Placing(one, eligible=False, because=hindered[one] or (_REFUSALS[case.refusals[one.id].kind],)) for one in rest
    ]


def available_for(case: Case, candidates: Iterable[Candidate], patience: Patience, now: datetime) -> int:
    """How many are there and may take the case, however much they have to do."""
    waited = now - case.waiting_since
    hindrances = (set(_hindrances(case, one, patience, waited)) for one in candidates)
    return sum(not found - {Reason.LOAD_FULL} for found in hindrances)


def _hindrances(case: Case, one: Candidate, patience: Patience, waited: timedelta) -> Iterator[Reason]:
    if not one.online:
        yield Reason.OFFLINE
    if one.status is not Status.AVAILABLE:
        yield Reason(one.status)
    if one.load >= one.load_limit:
        yield Reason.LOAD_FULL
    if one.shift_ends:
        yield Reason.SHIFT_ENDS
    if not one.speaks(case) and not _is_over(patience.language, waited):
        yield Reason.LANGUAGE
    if not one.knows(case) and not _is_over(patience.topic, waited):
        yield Reason.TOPIC


def _is_over(patience: timedelta | None, waited: timedelta) -> bool:
    return patience is not None and waited >= patience


def _preference(case: Case, one: Candidate) -> tuple[object, ...]:
    """Smaller is better. Whoever only fits because the case has waited stands behind whoever simply fits."""
    return (
        not one.speaks(case),
        not one.knows(case),
        one.id != case.last_agent,
        one.id != case.customers_agent,
        not _is_specialist(case, one),
        one.fullness,
        one.took_at or LONG_AGO,
        one.id,
    )


def _is_specialist(case: Case, one: Candidate) -> bool:
    return case.topic is not None and case.topic in one.topics


def _merits(case: Case, one: Candidate, eligible: list[Candidate]) -> Iterator[Reason]:
    if one.id in case.refusals:
        yield Reason.ASKED_AGAIN
    if not one.speaks(case):
        yield Reason.LANGUAGE_RELAXED
    if not one.knows(case):
        yield Reason.TOPIC_RELAXED
    if one.id == case.last_agent:
        yield Reason.LAST_AGENT
    if one.id == case.customers_agent:
        yield Reason.KNOWS_CUSTOMER
    if _is_specialist(case, one):
        yield Reason.SPECIALIST
    others = [other for other in eligible if other is not one]
    if others and all(one.fullness < other.fullness for other in others):
        yield Reason.LEAST_LOAD
    if others and all((one.took_at or LONG_AGO) < (other.took_at or LONG_AGO) for other in others):
        yield Reason.LONGEST_IDLE
