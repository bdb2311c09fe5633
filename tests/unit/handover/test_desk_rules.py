"""The desk's rules: the demo's file, and files that are wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from handover.domain.errors import InvalidInput
from handover.services.desk_rules import load_desk_rules
from handover.settings import ROOT

DEMO = ROOT / "data" / "demo" / "desk.yaml"
OFFICE = """
mode: offer
hours:
  time_zone: Europe/Berlin
  week: {monday: ["08:00-12:30", "13:00-18:00"], friday: ["08:00-24:00"]}
  holidays: {country: DE, subdivision: HH}
  closed: [2026-11-02]
"""


def intents_of_the_bot() -> set[str]:
    return set(yaml.safe_load((ROOT / "bot" / "domain" / "understanding.yml").read_text("utf-8"))["intents"])


def test_the_demo_is_always_open_and_agents_help_themselves() -> None:
    rules = load_desk_rules(DEMO)
    assert rules.mode == "manual"
    assert rules.hours.open_at(datetime(2026, 12, 25, 3, tzinfo=UTC))
    assert rules.topic_of("repair") == "technical"
    assert rules.topic_of("talk_to_human") is None


def test_the_demos_topics_are_things_the_bot_understands() -> None:
    named = {intent for intents in load_desk_rules(DEMO).topics.values() for intent in intents}
    assert named <= intents_of_the_bot()


def test_hours_come_with_the_holidays_of_the_state_and_the_days_of_the_house(tmp_path: Path) -> None:
    path = tmp_path / "desk.yaml"
    path.write_text(OFFICE)
    hours = load_desk_rules(path).hours
    assert hours.open_at(datetime(2026, 3, 9, 9, tzinfo=UTC))
    assert not hours.open_at(datetime(2026, 3, 9, 11, 45, tzinfo=UTC))  # lunch
    assert hours.open_at(datetime(2026, 3, 13, 22, 59, tzinfo=UTC))  # until midnight
    assert not hours.open_at(datetime(2026, 4, 6, 9, tzinfo=UTC))  # Easter Monday
    assert not hours.open_at(datetime(2026, 11, 2, 9, tzinfo=UTC))  # a day of the house
    assert hours.next_opening(datetime(2026, 4, 4, 9, tzinfo=UTC)) == datetime(2026, 4, 10, 6, tzinfo=UTC)


def test_a_desk_that_is_always_open_keeps_its_closed_days(tmp_path: Path) -> None:
    path = tmp_path / "desk.yaml"
    path.write_text("mode: manual\nhours: {time_zone: Europe/Berlin, always: true, closed: [2026-11-02]}")
    hours = load_desk_rules(path).hours
    assert hours.open_at(datetime(2026, 11, 1, 22, 59, tzinfo=UTC))
    assert not hours.open_at(datetime(2026, 11, 1, 23, tzinfo=UTC))  # midnight in Berlin
    assert hours.next_opening(datetime(2026, 11, 2, 9, tzinfo=UTC)) == datetime(2026, 11, 2, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ("mode: sometimes\nhours: {time_zone: Europe/Berlin}", "mode"),
        ("mode: manual\nhours: {time_zone: Europe/Atlantis}", "no such time zone"),
        ("mode: manual\nhours: {time_zone: Europe/Berlin, week: {monday: ['17:00-08:00']}}", "closes after"),
        ("mode: manual\nhours: {time_zone: Europe/Berlin, week: {monday: ['8-17']}}", "monday"),
        ("mode: manual\nhours: {time_zone: UTC, always: true, week: {monday: ['08:00-09:00']}}", "nothing else"),
        ("mode: manual\nhours: {time_zone: UTC, holidays: {country: DE, subdivision: XX}}", "no calendar"),
        ("mode: manual\nhours: {time_zone: UTC}\ntopics: {a: [repair], b: [repair]}", "in two groups: repair"),
        ("mode: manual\nhours: {time_zone: UTC}\nsurprise: 1", "surprise"),
        ("mode: manual\nhours: {time_zone: UTC}\nleave_after: 59", "leave_after"),
        ("[", "desk.yaml"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_the_place(tmp_path: Path, wrong: str, named: str) -> None:
    path = tmp_path / "desk.yaml"
    path.write_text(wrong)
    with pytest.raises(InvalidInput, match=named):
        load_desk_rules(path)


def test_a_file_that_is_missing_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="missing"):
        load_desk_rules(tmp_path / "missing.yaml")
