"""Tasks with a date: whose they are, who sees them, and that they outlive the end of their case."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from handover.contract.events import TaskMade
from handover.contract.frames import LeaveContact
from handover.contract.tasks import NewTask, TaskView
from handover.domain.agent import Agent, Role
from handover.domain.errors import ClientIdReused, InvalidInput, NotAllowed, NotFound, TooMany
from handover.services.desk_rules import DeskRules
from handover.services.retention import forget
from handover.services.tasks import FURTHEST, OPEN_AT_MOST
from tests.edges import House
from tests.unit.handover.front_desk import ANNA, BEN, EMIL, FrontDesk, fresh_id

SOPHIE = Agent("sophie", "sophie@nordlicht.example", "Sophie Vogt", Role.SUPERVISOR, "de")
WORKSHOP = Agent("ben", BEN.email, BEN.name, BEN.role, "en", team="workshop")


@pytest.fixture
def desk(engine: Engine) -> FrontDesk:
    desk = FrontDesk(engine, rules=DeskRules(topics={"technical": ("repair",)}, teams={"contracts": ("billing",)}))
    with desk.units() as unit:
        unit.agents.add(SOPHIE, "hash", demo=False, at=unit.now)
    return desk


def made(desk: FrontDesk, conversation_id: str, by: Agent = ANNA, *, hours: float = 24, **more: object) -> TaskView:
    new = NewTask.model_validate({"kind": "callback", "due_at": desk.clock.now() + timedelta(hours=hours), **more})
    number = desk.tasks.make(by, conversation_id, fresh_id(), new)
    told = desk.events(conversation_id)[number - 1].data
    assert isinstance(told, TaskMade)
    return next(task for task in desk.tasks.of(by, conversation_id) if task.id == told.task_id)


def names(desk: FrontDesk, agent: Agent) -> list[str]:
    return [task.note for task in desk.tasks.listed(agent, "open").tasks]


def test_a_task_outlives_the_end_of_its_case_and_is_listed_by_its_time(desk: FrontDesk) -> None:
    conversation_id, version = desk.claimed(ANNA)
    made(desk, conversation_id, hours=48, note="später", agent_id=ANNA.id)
    made(desk, conversation_id, hours=2, note="  bald\x00 ", agent_id=ANNA.id)
    desk.handovers.close(ANNA, conversation_id, ownership_version=version, outcome="solved")
    assert names(desk, ANNA) == ["bald", "später"]


def test_it_is_told_to_the_staff_and_never_to_the_visitor(desk: FrontDesk) -> None:
    conversation_id, _ = desk.claimed(ANNA)
    made(desk, conversation_id, note="Rabatt besprechen")
    public = [event.model_dump_json() for event in desk.conversations.public_events(conversation_id, 0)]
    assert not any("Rabatt" in event for event in public)
    assert desk.types(conversation_id)[-1] == "task.made"


def test_a_colleagues_task_is_theirs_and_everybodys_is_everybodys(desk: FrontDesk) -> None:
    conversation_id, _ = desk.claimed(ANNA)
    made(desk, conversation_id, note="für Ben", agent_id=BEN.id)
    made(desk, conversation_id, note="für alle", hours=30)
    own = made(desk, conversation_id, note="für mich", hours=40, agent_id=ANNA.id)
    assert names(desk, BEN) == ["für Ben", "für alle"]
    assert names(desk, ANNA) == ["für Ben", "für alle", "für mich"]
    assert names(desk, SOPHIE) == ["für Ben", "für alle", "für mich"]
    with pytest.raises(NotAllowed):
        desk.tasks.done(BEN, own.id, is_done=True)
    assert desk.tasks.done(SOPHIE, own.id, is_done=True).done_by == "Sophie Vogt"


def test_nobody_gets_a_task_of_a_case_that_they_may_not_see_nor_one_who_serves_nobody(desk: FrontDesk) -> None:
    conversation_id, _ = desk.claimed(ANNA)
    _give_to_team(desk, conversation_id, "contracts")
    for whom in (BEN.id, EMIL.id, "nobody"):
        with pytest.raises(InvalidInput):
            made(desk, conversation_id, agent_id=whom)
    shared = made(desk, conversation_id, note="Vertrag")
    assert names(desk, WORKSHOP) == []
    with pytest.raises(NotFound):
        desk.tasks.done(WORKSHOP, shared.id, is_done=True)


def test_a_task_of_ones_own_stays_in_sight_when_its_case_became_another_teams(desk: FrontDesk) -> None:
    conversation_id, _ = desk.claimed(ANNA)
    task = made(desk, conversation_id, note="Zusage halten", agent_id=BEN.id)
    _give_to_team(desk, conversation_id, "contracts")
    assert names(desk, WORKSHOP) == ["Zusage halten"]
    assert desk.tasks.done(WORKSHOP, task.id, is_done=True).done_at == desk.clock.now()


def test_it_is_done_once_and_can_be_opened_again(desk: FrontDesk) -> None:
    conversation_id, _ = desk.claimed(ANNA)
    task = made(desk, conversation_id, agent_id=ANNA.id)
    for _ in range(2):
        desk.tasks.done(ANNA, task.id, is_done=True)
    assert desk.types(conversation_id).count("task.done") == 1
    assert [one.id for one in desk.tasks.listed(ANNA, "done").tasks] == [task.id]
    assert desk.tasks.done(ANNA, task.id, is_done=False).done_at is None
    assert desk.types(conversation_id)[-1] == "task.reopened"


def test_its_time_lies_ahead_and_within_a_year(desk: FrontDesk) -> None:
    conversation_id, _ = desk.claimed(ANNA)
    for hours in (-1, FURTHEST / timedelta(hours=1) + 1):
        with pytest.raises(InvalidInput):
            made(desk, conversation_id, hours=hours)


def test_the_same_request_makes_one_task_and_another_under_its_id_is_refused(desk: FrontDesk) -> None:
    conversation_id, _ = desk.claimed(ANNA)
    new = NewTask(kind="follow_up", due_at=desk.clock.now() + timedelta(hours=1))
    first = desk.tasks.make(ANNA, conversation_id, "client-task-1", new)
    assert desk.tasks.make(ANNA, conversation_id, "client-task-1", new) == first
    assert len(desk.tasks.of(ANNA, conversation_id)) == 1
    with pytest.raises(ClientIdReused):
        desk.tasks.make(ANNA, conversation_id, "client-task-1", new.model_copy(update={"note": "anders"}))


def test_a_case_has_so_many_open_tasks_at_most(desk: FrontDesk) -> None:
    conversation_id, _ = desk.claimed(ANNA)
    tasks = [made(desk, conversation_id) for _ in range(OPEN_AT_MOST)]
    with pytest.raises(TooMany):
        made(desk, conversation_id)
    desk.tasks.done(ANNA, tasks[0].id, is_done=True)
    made(desk, conversation_id)


def test_a_wish_that_a_visitor_left_stands_beside_the_tasks_and_is_settled_not_doubled(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    desk.ask_for_human(conversation_id)
    wish = LeaveContact(client_id=fresh_id(), kind="callback", value="040 1234567", note="ab 17 Uhr")
    desk.contacts.leave(conversation_id, wish)
    listed = desk.tasks.listed(ANNA, "open")
    assert listed.tasks == ()
    [found] = listed.contacts
    assert (found.contact.value, found.contact.note, found.may_settle) == ("+49401234567", "ab 17 Uhr", True)
    desk.handovers.claim(BEN, conversation_id)
    assert [one.may_settle for one in desk.tasks.listed(ANNA, "open").contacts] == [False]
    desk.contacts.settle(BEN, conversation_id, "reached")
    assert desk.tasks.listed(ANNA, "open").contacts == ()


def test_what_is_forgotten_with_its_conversation_is_no_task_any_more(desk: FrontDesk) -> None:
    conversation_id, version = desk.claimed(ANNA)
    made(desk, conversation_id, note="Erika zurückrufen")
    desk.handovers.close(ANNA, conversation_id, ownership_version=version, outcome="solved")
    with desk.units() as unit:
        forget(unit, unit.conversations.locked(conversation_id), "retention")
    assert names(desk, ANNA) == []
    with desk.units(write=False) as unit:
        assert unit.wrap_ups.last(conversation_id) is None


def test_by_the_api_a_task_is_made_listed_and_done_and_the_audit_log_hears_of_it(house: House) -> None:
    started = house.desk.conversations.start("de", None)
    house.desk.conversations.request_human(started.conversation_id, "client-0001")
    anna, emil, sophie = house.agent("anna"), house.agent("emil", Role.EDITOR), house.agent("sophie", Role.SUPERVISOR)
    body = {"client_id": "client-task", "kind": "callback", "due_at": "2027-01-01T09:00:00+01:00", "note": "x" * 1001}
    assert anna.do(started.conversation_id, "tasks", **body).status_code == 422
    assert anna.do(started.conversation_id, "tasks", **{**body, "due_at": "2027-01-01T09:00:00"}).status_code == 422
    fine = {**body, "note": "bitte", "due_at": _tomorrow(house)}
    assert emil.do(started.conversation_id, "tasks", **fine).status_code == 403
    assert anna.do("unknown", "tasks", **fine).status_code == 404
    assert anna.do(started.conversation_id, "tasks", **fine).status_code == 201
    assert anna.receive("event", lambda frame: frame["event"]["data"]["type"] == "task.made")
    [task] = anna.http.get("/api/tasks").json()["tasks"]
    assert anna.http.get(f"/api/conversations/{started.conversation_id}/tasks").json()["tasks"] == [task]
    assert emil.http.get("/api/tasks").status_code == 403
    assert anna.http.post("/api/tasks/unknown/done", json={}).status_code == 404
    assert anna.http.post(f"/api/tasks/{task['id']}/done", json={}).json()["done_by"] == "Anna"
    noted = sophie.http.get("/api/audit", params={"limit": 50}).json()["entries"]
    assert {"conversation.make_task", "conversation.task_done"} <= {entry["action"] for entry in noted}


def _tomorrow(house: House) -> str:
    with house.desk.units(write=False) as unit:
        return (unit.now + timedelta(days=1)).isoformat()


def _give_to_team(desk: FrontDesk, conversation_id: str, team: str) -> None:
    with desk.units() as unit:
        before = unit.conversations.locked(conversation_id)
        unit.conversations.save(before, replace(before, team=team))
