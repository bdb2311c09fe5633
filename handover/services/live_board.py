"""The live board: who waits, who does what, how today went. Counted anew at each look, of every team."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from handover.contract.frames import ConversationSummary
from handover.contract.live import AgentAtWork, BotNow, HeldCase, LiveView, Today, WaitingCase, WaitingGroup
from handover.domain.agent import Agent, Sight
from handover.domain.routing import Candidate
from handover.domain.tone import tone
from handover.services.access import Action, require
from handover.services.next_steps import STILL_UPSET
from handover.services.placing import Intake
from handover.services.ports import EndedWait, HeldTalk, OpenWait, UnitOfWork, Units

SHOWN, HELD = 100, 1000
"""Cases on the board: waiting ones, and those that somebody has."""
LATELY = timedelta(hours=1)
EVERYTHING = Sight(agent_id="", team=None, everything=True)


class LiveBoard:
    def __init__(self, unit: Units, intake: Intake, zone: ZoneInfo) -> None:
        self._unit, self._intake, self._zone = unit, intake, zone

    def view(self, agent: Agent) -> LiveView:
        require(agent, Action.SUPERVISE)
        rules = self._intake.rules
        with self._unit(write=False) as unit:
            waits = unit.waits.open_ones()
            is_open = rules.hours.open_at(unit.now)
            return LiveView(
                at=unit.now,
                mode=rules.mode,
                open=is_open,
                opens_at=None if is_open else rules.hours.next_opening(unit.now),
                service_level=rules.service_level,
                waiting_count=len(waits),
                longest_since=min((wait.started_at for wait in waits), default=None),
                groups=_groups(waits),
                waiting=_waiting(unit, waits),
                today=self._today(unit),
                agents=self._agents(unit),
                proposals=unit.credits.open_count(),
                bot=BotNow(
                    conversations=unit.board.with_bot(unit.now - LATELY),
                    failed=unit.board.bot_failures(unit.now - LATELY),
                ),
            )

    def _today(self, unit: UnitOfWork) -> Today:
        midnight = datetime.combine(unit.now.astimezone(self._zone).date(), time(0), self._zone)
        ended = unit.board.ended_since(midnight)
        answered = sorted(one.seconds for one in ended if one.result == "claimed")
        return Today(
            called=unit.board.called_since(midnight),
            answered=len(answered),
            abandoned=sum(map(_is_abandoned, ended)),
            median_seconds=_rounded(_quantile(answered, 0.5)),
            p90_seconds=_rounded(_quantile(answered, 0.9)),
        )

    def _agents(self, unit: UnitOfWork) -> tuple[AgentAtWork, ...]:
        held: defaultdict[str, list[ConversationSummary]] = defaultdict(list)
        for summary in unit.conversations.listed("colleagues", EVERYTHING, HELD):
            held[summary.owner_id or ""].append(summary)
        talks = unit.board.talks([one.id for several in held.values() for one in several])
        since = unit.board.status_since()
        return tuple(
            AgentAtWork.model_validate(
                {
                    "id": one.id,
                    "name": one.name,
                    "status": str(one.status),
                    "status_since": since.get(one.id),
                    "online": one.online,
                    "team": one.team,
                    "shift_until": one.shift_until,
                    "load": one.load,
                    "load_limit": one.load_limit,
                    "cases": tuple(sorted((_held(case, talks[case.id]) for case in held[one.id]), key=_urgency)),
                }
            )
            for one in sorted(self._intake.staff(unit), key=_presence)
        )


def _presence(one: Candidate) -> tuple[object, ...]:
    """Who is away and has cases needs a look first; then who is there."""
    return not (one.load and not one.online), not one.present, not one.online, one.name


def _groups(waits: Sequence[OpenWait]) -> tuple[WaitingGroup, ...]:
    alike: defaultdict[tuple[str | None, str], list[datetime]] = defaultdict(list)
    for wait in waits:
        alike[wait.topic, wait.language].append(wait.started_at)
    groups = [
        WaitingGroup.model_validate(
            {"topic": topic, "language": language, "count": len(started), "since": min(started)}
        )
        for (topic, language), started in alike.items()
    ]
    return tuple(sorted(groups, key=lambda group: (-group.count, group.since)))


def _waiting(unit: UnitOfWork, waits: Sequence[OpenWait]) -> tuple[WaitingCase, ...]:
    shown = waits[:SHOWN]
    summaries = unit.conversations.summaries([wait.conversation_id for wait in shown])
    return tuple(
        WaitingCase(
            summary=summary,
            since=wait.started_at,
            place=place,
        )
        for place, wait in enumerate(shown, 1)
        if (summary := summaries.get(wait.conversation_id))
    )


def _held(case: ConversationSummary, talk: HeldTalk) -> HeldCase:
    since = talk.since or datetime.fromisoformat(case.updated_at)
    return HeldCase(
        summary=case,
        since=since,
        unanswered_since=talk.unanswered_at and max(talk.unanswered_at, since),
        upset=any(tone(words) <= STILL_UPSET for words in talk.last_words),
    )


def _urgency(case: HeldCase) -> tuple[bool, datetime]:
    return case.unanswered_since is None, case.unanswered_since or case.since


def _is_abandoned(wait: EndedWait) -> bool:
    return wait.result != "claimed" and not wait.left_contact


def _quantile(ordered: Sequence[float], share: float) -> float | None:
    """What this share of them does not exceed; a value that came about, none in between."""
    return ordered[ceil(share * len(ordered)) - 1] if ordered else None


def _rounded(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds)
