"""Canned answers: whose they are, who may change them, and what becomes of two who do so at once."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, func, insert, select

from handover.domain.agent import Agent, Role
from handover.domain.errors import InvalidInput, NotAllowed, NotFound, StaleVersion, TooMany, UnknownVariable
from handover.services.canned import OWN_LIMIT, REGRET, CannedAnswers, Wording
from handover.services.demo import demo_answers
from handover.store.tables import audit, canned_answers
from tests.edges import House
from tests.unit.handover.front_desk import ANNA, BEN, EMIL, FrontDesk
from tests.unit.handover.shop_floor import DEMO

SOPHIE = Agent("sophie", "sophie@nordlicht.example", "Sophie Lang", Role.SUPERVISOR, "de")
HELLO = Wording("Gruß", "Guten Tag {customer.name}", "Hello {customer.first_name}")


@pytest.fixture
def canned(desk: FrontDesk) -> CannedAnswers:
    with desk.units() as unit:
        unit.agents.add(SOPHIE, "", demo=False, at=unit.now)
    return CannedAnswers(desk.units)


def names(canned: CannedAnswers, agent: Agent) -> list[str]:
    return [one.name for one in canned.of(agent)]


def test_agents_see_their_own_and_the_shared_answers_by_name(canned: CannedAnswers) -> None:
    canned.add(ANNA, HELLO._replace(name="ärger"), shared=False)
    canned.add(BEN, HELLO._replace(name="Ben's"), shared=False)
    canned.add(SOPHIE, HELLO._replace(name="Abschied"), shared=True)
    assert set(names(canned, ANNA)) == {"Abschied", "ärger"}
    assert names(canned, ANNA)[0] == "Abschied"
    assert names(canned, BEN) == ["Abschied", "Ben's"]
    assert [one.shared for one in canned.of(BEN)] == [True, False]


def test_only_supervisors_change_what_everybody_sends_and_the_log_knows_it(
    canned: CannedAnswers, engine: Engine
) -> None:
    shared = canned.add(SOPHIE, HELLO, shared=True)
    for refused in (
        lambda: canned.add(ANNA, HELLO, shared=True),
        lambda: canned.change(ANNA, shared.id, HELLO, 1),
        lambda: canned.delete(ANNA, shared.id, 1),
        lambda: canned.restore(ANNA, shared.id, 1),
        lambda: canned.of(EMIL),
        lambda: canned.add(EMIL, HELLO, shared=False),
    ):
        with pytest.raises(NotAllowed):
            refused()
    canned.change(SOPHIE, shared.id, HELLO._replace(name="Hallo"), 1)
    canned.add(ANNA, HELLO, shared=False)
    with engine.connect() as connection:
        noted = connection.execute(select(audit.c.action, audit.c.agent_id).order_by(audit.c.id)).all()
    assert list(map(tuple, noted)) == [("canned_answer.added", "sophie"), ("canned_answer.changed", "sophie")]


def test_a_colleagues_own_answer_is_not_there_for_anybody_else_not_even_a_supervisor(canned: CannedAnswers) -> None:
    annas = canned.add(ANNA, HELLO, shared=False)
    for other in (BEN, SOPHIE):
        for refused in (
            lambda who=other: canned.change(who, annas.id, HELLO, 1),
            lambda who=other: canned.delete(who, annas.id, 1),
            lambda who=other: canned.restore(who, annas.id, 1),
        ):
            with pytest.raises(NotFound):
                refused()
    assert names(canned, ANNA) == ["Gruß"]


def test_who_changes_what_was_changed_meanwhile_is_told_and_overwrites_nothing(canned: CannedAnswers) -> None:
    first = canned.add(SOPHIE, HELLO, shared=True)
    newer = canned.change(SOPHIE, first.id, HELLO._replace(text_de="Neu"), first.version)
    with pytest.raises(StaleVersion):
        canned.change(SOPHIE, first.id, HELLO._replace(text_de="Alt"), first.version)
    with pytest.raises(StaleVersion):
        canned.delete(SOPHIE, first.id, first.version)
    assert canned.of(ANNA) == [newer]


def test_a_deleted_answer_is_back_as_it_was_when_restored_within_a_day(canned: CannedAnswers, desk: FrontDesk) -> None:
    kept = canned.add(ANNA, HELLO, shared=False)
    deleted = canned.delete(ANNA, kept.id, kept.version)
    assert canned.of(ANNA) == []
    with pytest.raises(NotFound):
        canned.change(ANNA, kept.id, HELLO, deleted.version)
    desk.clock.turn(hours=23)
    canned.restore(ANNA, kept.id, deleted.version)
    assert names(canned, ANNA) == ["Gruß"]


def test_what_was_deleted_a_day_ago_is_gone_for_good_with_the_next_deletion(
    canned: CannedAnswers, desk: FrontDesk, engine: Engine
) -> None:
    first, second = (canned.add(ANNA, HELLO, shared=False) for _ in range(2))
    canned.delete(ANNA, first.id, 1)
    desk.clock.turn(seconds=REGRET.total_seconds() + 1)
    canned.delete(ANNA, second.id, 1)
    with engine.connect() as connection:
        assert connection.execute(select(canned_answers.c.id)).scalars().all() == [second.id]


@pytest.mark.parametrize(
    "wrong",
    [HELLO._replace(name=" \0 "), HELLO._replace(text_de=" ", text_en="\n")],
)
def test_an_answer_needs_a_name_and_one_text(canned: CannedAnswers, wrong: Wording) -> None:
    with pytest.raises(InvalidInput):
        canned.add(ANNA, wrong, shared=False)


@pytest.mark.parametrize("name", ["slot", "customer.__class__", "order_number", "0.name", "customer.password"])
def test_f54_nothing_but_the_known_variables_may_stand_in_braces(canned: CannedAnswers, name: str) -> None:
    for wording in (HELLO._replace(text_de=f"a {{{name}}}"), HELLO._replace(text_en=f"a {{{name}}}")):
        with pytest.raises(UnknownVariable) as refused:
            canned.add(ANNA, wording, shared=False)
        assert refused.value.data == {"variable": name}


def test_nobody_keeps_more_than_the_limit_and_a_deleted_one_makes_room(canned: CannedAnswers, desk: FrontDesk) -> None:
    last = canned.add(ANNA, HELLO, shared=False)
    row: dict[str, Any] = {"agent_id": "anna", "name": "x", "text_de": "x", "text_en": "", "version": 1}
    with desk.units.engine.begin() as connection:
        many = [{**row, "id": str(number), "updated_at": desk.clock.now()} for number in range(OWN_LIMIT - 1)]
        connection.execute(insert(canned_answers), many)
    with pytest.raises(TooMany):
        canned.add(ANNA, HELLO, shared=False)
    canned.add(SOPHIE, HELLO, shared=True)  # counted by themselves
    deleted = canned.delete(ANNA, last.id, 1)
    canned.add(ANNA, HELLO, shared=False)
    with pytest.raises(TooMany):
        canned.restore(ANNA, last.id, deleted.version)
    with desk.units.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(canned_answers)).scalar_one() == OWN_LIMIT + 2


def test_the_demo_shop_has_answers_in_both_languages() -> None:
    answers = demo_answers(DEMO)
    assert len(answers) >= 8
    assert all(one.text_de and one.text_en and len(one.name) <= 60 for one in answers)


def test_over_http_an_answer_is_made_changed_deleted_and_brought_back(house: House) -> None:
    anna, sophie = house.agent().http, house.agent("sophie", Role.SUPERVISOR).http
    path, form = "/api/canned-answers", {"name": "Gruß", "text_de": "Guten Tag"}
    made = anna.post(path, json=form)
    assert (made.status_code, made.json()["version"], made.json()["text_en"]) == (201, 1, "")
    mine = f"{path}/{made.json()['id']}"
    changed = anna.put(mine, json=form | {"text_en": "Hello", "version": 1}).json()
    assert anna.get(path).json() == {"answers": [changed]}
    assert anna.put(mine, json=form | {"version": 1}).json()["error"]["code"] == "stale_version"
    assert sophie.get(path).json() == {"answers": []}
    assert sophie.put(mine, json=form | {"version": 2}).status_code == 404
    assert anna.post(f"{mine}/delete", json={"version": 2}).status_code == 200
    assert anna.get(path).json() == {"answers": []}
    assert anna.post(f"{mine}/restore", json={"version": 3}).json()["version"] == 4
    assert anna.post(path, json=form | {"shared": True}).json()["error"]["code"] == "not_allowed"
    shared = sophie.post(path, json=form | {"shared": True}).json()
    assert shared in anna.get(path).json()["answers"]
    missing = anna.put(f"{path}/{uuid4().hex}", json=form | {"version": 1})
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "not_found")
    for wrong in ({"name": "x" * 61}, {"text_de": "x" * 4001}, {"owner": "ben"}, {"shared": "maybe"}):
        assert anna.post(path, json=form | wrong).status_code == 422
