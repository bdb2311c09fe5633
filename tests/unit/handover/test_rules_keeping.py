"""The rules of the desk are changed at the desk: as versions, by whom they concern, for every process at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from sqlalchemy import Engine, select

from handover.domain.agent import Agent, Role
from handover.domain.errors import InvalidRules, NotAllowed, NotFound, StaleVersion
from handover.services.rules_keeping import RulesKeeping
from handover.settings import ROOT
from handover.store.tables import audit
from tests.edges import House
from tests.unit.handover.front_desk import ANNA, BEN, FrontDesk, at_once

SOPHIE = Agent("sophie", "sophie@nordlicht.example", "Sophie Lang", Role.SUPERVISOR, "de")
ADA = replace(SOPHIE, id="ada", email="ada@nordlicht.example", name="Ada", role=Role.ADMIN)
FILE = """
mode: manual
hours: {time_zone: Europe/Berlin, always: true}
topics: {billing: [dunning], technical: [repair, warranty]}
teams: {contracts: [billing]}
"""


class Told(list[int]):
    """The versions that were told of."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "desk.yaml"
    path.write_text(FILE)
    return path


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def keeping(desk: FrontDesk, path: Path, told: Told) -> RulesKeeping:
    with desk.units() as unit:
        for agent in (SOPHIE, ADA):
            unit.agents.add(agent, "hash", demo=False, at=unit.now)
    return RulesKeeping(desk.units, path, told.append)


def document(keeping: RulesKeeping, **change: Any) -> dict[str, Any]:
    return keeping.view(SOPHIE).document | change


def test_the_file_counts_until_somebody_changes_the_rules_at_the_desk(keeping: RulesKeeping, told: Told) -> None:
    assert keeping.now.mode == "manual"
    before = keeping.view(SOPHIE)
    assert (before.version, before.of_file, before.file_name) == (0, True, "desk.yaml")
    after = keeping.change(SOPHIE, document(keeping, mode="offer"), base=0, note="Probe\u0000")
    assert (after.version, after.of_file, keeping.now.mode) == (1, False, "offer")
    assert told == [1]
    newest, file = after.history
    assert (newest.agent_name, newest.note, file.of_file) == ("Sophie Lang", "Probe", True)
    assert [(one.place, one.before, one.after) for one in newest.changes] == [("mode", "manual", "offer")]


def test_what_would_change_is_told_before_it_does(keeping: RulesKeeping) -> None:
    hours = {"time_zone": "Europe/Berlin", "week": {"monday": ["08:00-12:00"]}, "closed": ["2026-12-24"]}
    changes = keeping.preview(ADA, document(keeping, hours=hours)).changes
    assert {one.place: (one.before, one.after) for one in changes} == {
        "hours.always": (True, False),
        "hours.week.monday": (None, ["08:00-12:00"]),
        "hours.closed": ([], ["2026-12-24"]),
    }
    assert keeping.view(ADA).version == 0


def test_rules_that_are_wrong_are_refused_at_each_place_and_nothing_changes(keeping: RulesKeeping) -> None:
    wrong = document(keeping, leave_after=5, queue_limit=0, hours={"time_zone": "Nowhere", "week": {"friday": ["9"]}})
    for attempt in (keeping.preview, lambda agent, wish: keeping.change(agent, wish, base=0)):
        with pytest.raises(InvalidRules) as refused:
            attempt(SOPHIE, wrong)
        assert refused.value.data == {
            "leave_after": "range",
            "queue_limit": "range",
            "hours.time_zone": "zone",
            "hours.week.friday.0": "format",
        }
    assert keeping.view(SOPHIE).version == 0


def test_nobodys_change_is_overwritten_silently(keeping: RulesKeeping) -> None:
    mine, theirs = document(keeping, mode="offer"), document(keeping, queue_limit=3)
    keeping.change(SOPHIE, mine, base=0)
    with pytest.raises(StaleVersion):
        keeping.change(ADA, theirs, base=0)
    assert keeping.now.queue_limit is None


def test_of_two_who_save_at_the_same_moment_one_is_told(keeping: RulesKeeping) -> None:
    wishes = [document(keeping, queue_limit=limit) for limit in range(1, 5)]
    outcomes = at_once([lambda wish=wish: keeping.change(SOPHIE, wish, base=0) for wish in wishes])  # type: ignore[misc]
    assert sorted(type(one).__name__ for one in outcomes) == ["RulesView"] + ["StaleVersion"] * 3
    assert keeping.view(SOPHIE).version == 1


def test_every_process_follows_within_its_next_look(
    keeping: RulesKeeping, desk: FrontDesk, path: Path, told: Told
) -> None:
    heard = Told()
    elsewhere = RulesKeeping(desk.units, path, heard.append)
    assert elsewhere.now.mode == "manual"
    keeping.change(SOPHIE, document(keeping, mode="offer"), base=0)
    assert elsewhere.now.mode == "manual"
    elsewhere.look()
    elsewhere.look()
    assert (elsewhere.now.mode, heard) == ("offer", [1])
    assert RulesKeeping(desk.units, path).now.mode == "offer"  # started later, and the file is older


def test_a_file_that_is_edited_later_counts_only_when_it_is_brought_back(
    keeping: RulesKeeping, desk: FrontDesk, path: Path
) -> None:
    keeping.change(SOPHIE, document(keeping, queue_limit=3), base=0)
    path.write_text(FILE.replace("manual", "offer"))
    restarted = RulesKeeping(desk.units, path)
    assert (restarted.now.mode, restarted.now.queue_limit) == ("manual", 3)
    view = restarted.bring_back(SOPHIE, 0, base=1, note="wieder die Datei")
    assert (view.version, view.of_file, view.history[0].brought_back) == (2, True, 0)
    assert (restarted.now.mode, restarted.now.queue_limit) == ("offer", None)


def test_any_earlier_version_can_be_brought_back(keeping: RulesKeeping) -> None:
    keeping.change(SOPHIE, document(keeping, queue_limit=3), base=0)
    keeping.change(SOPHIE, document(keeping, queue_limit=9), base=1)
    view = keeping.bring_back(ADA, 1, base=2)
    assert (view.version, keeping.now.queue_limit, view.history[0].brought_back) == (3, 3, 1)
    with pytest.raises(NotFound):
        keeping.bring_back(ADA, 17, base=3)
    with pytest.raises(StaleVersion):
        keeping.bring_back(ADA, 1, base=2)


def test_names_that_people_or_open_cases_stand_by_cannot_go(keeping: RulesKeeping, desk: FrontDesk) -> None:
    with desk.units() as unit:
        unit.staff.set_team(ANNA.id, "contracts")
        unit.staff.set_skills(BEN.id, languages=["en"], topics=["technical"], load_limit=2)
    less = document(keeping, topics={"billing": ["dunning"]}, teams={})
    with pytest.raises(InvalidRules) as refused:
        keeping.change(SOPHIE, less, base=0)
    assert refused.value.data == {"topics.technical": "in_use:1", "teams.contracts": "in_use:1"}
    with desk.units() as unit:
        unit.staff.set_team(ANNA.id, None)
        unit.staff.set_skills(BEN.id, languages=["en"], topics=[], load_limit=2)
    assert keeping.change(SOPHIE, less, base=0).version == 1


@pytest.mark.parametrize("agent", [ANNA, replace(ANNA, role=Role.EDITOR)], ids=["agent", "editor"])
def test_who_may_not_keep_the_rules_neither_sees_nor_changes_them(keeping: RulesKeeping, agent: Agent) -> None:
    wish = document(keeping, mode="offer")
    for attempt in (
        lambda: keeping.view(agent),
        lambda: keeping.preview(agent, wish),
        lambda: keeping.change(agent, wish, base=0),
        lambda: keeping.bring_back(agent, 0, base=0),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_each_change_stands_in_the_audit_log(keeping: RulesKeeping, engine: Engine) -> None:
    keeping.change(SOPHIE, document(keeping, mode="offer"), base=0)
    keeping.reset()
    with engine.connect() as connection:
        rows = connection.execute(select(audit.c.agent_id, audit.c.action, audit.c.subject).order_by(audit.c.id)).all()
    assert [tuple(row) for row in rows] == [("sophie", "desk_rules.changed", "1"), (None, "desk_rules.changed", "2")]


def test_what_is_exported_can_be_taken_in_again(keeping: RulesKeeping, tmp_path: Path) -> None:
    keeping.change(SOPHIE, document(keeping, queue_limit=7), base=0)
    file = tmp_path / "exported.yaml"
    file.write_text(keeping.exported())
    assert yaml.safe_load(file.read_text())["queue_limit"] == 7
    keeping.reset()
    assert keeping.now.queue_limit is None
    assert keeping.take_in(file) == 3
    assert keeping.now.queue_limit == 7


def test_the_demos_rules_come_out_as_they_went_in(desk: FrontDesk, tmp_path: Path) -> None:
    demo = RulesKeeping(desk.units, ROOT / "data" / "demo" / "desk.yaml")
    file = tmp_path / "exported.yaml"
    file.write_text(demo.exported())
    again = RulesKeeping(desk.units, file)
    assert again.view(ADA).document == demo.view(ADA).document


# --- by HTTP --------------------------------------------------------------------------------------------------------


def test_a_change_by_http_reaches_every_open_page_and_the_routing_without_a_restart(house: House) -> None:
    sophie, anna = house.agent("sophie", Role.SUPERVISOR), house.agent()
    rules = sophie.http.get("/api/desk-rules").json()
    rules["document"]["hours"] |= {"closed": [], "always": False, "week": {}}
    body = {"document": rules["document"], "version": rules["version"]}
    assert anna.http.put("/api/desk-rules", json=body).status_code == 403
    assert sophie.http.put("/api/desk-rules", json=body).json()["version"] == 1
    assert anna.receive("rules_changed")["version"] == 1
    assert anna.http.get("/api/queue").json()["open"] is False
    stale = sophie.http.put("/api/desk-rules", json=body)
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "stale_version")


def test_a_wrong_place_is_named_over_http(house: House) -> None:
    sophie = house.agent("sophie", Role.SUPERVISOR)
    document = sophie.http.get("/api/desk-rules").json()["document"] | {"mode": "sometimes"}
    answer: httpx.Response = sophie.http.post("/api/desk-rules/preview", json={"document": document})
    assert answer.status_code == 422
    assert answer.json()["error"] == {
        "code": "invalid_rules",
        "text": "These rules are not right.",
        "data": {"mode": "choice"},
    }
