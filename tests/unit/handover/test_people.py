"""The staff is kept at the desk: skills by supervisors, accounts by admins, and nobody locks everybody out."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import select

from handover.domain.agent import Role
from handover.domain.errors import LastAdmin
from handover.store.tables import audit
from tests.edges import AgentAtWork, House
from tests.unit.handover.front_desk import at_once
from tests.unit.handover.test_sockets import wait_closed

SKILLS = {"languages": ["de"], "topics": ["billing"], "load_limit": 7, "team": None}
NEW = {"email": " Nora@Shop.example ", "name": "Nora  Winter", "role": "agent", "language": "de"}
TEAMS = {"contracts": ["billing"]}


def noted(house: House, about: str) -> list[tuple[str | None, str]]:
    with house.app.state.engine.connect() as connection:
        rows = connection.execute(
            select(audit.c.agent_id, audit.c.action).where(audit.c.subject == about).order_by(audit.c.id)
        )
        return [tuple(row) for row in rows]


def a_waiting_case(house: House) -> str:
    conversation_id: str = house.desk.conversations.start("de", "https://shop.example/").conversation_id
    house.desk.conversations.request_human(conversation_id, "client-call-1")
    return conversation_id


def with_teams(supervisor: AgentAtWork) -> None:
    rules = supervisor.http.get("/api/desk-rules").json()
    body = {"document": rules["document"] | {"teams": TEAMS}, "version": rules["version"]}
    assert supervisor.http.put("/api/desk-rules", json=body).status_code == 200


@pytest.fixture
def sophie(house: House) -> AgentAtWork:
    return house.agent("sophie", Role.SUPERVISOR)


@pytest.fixture
def ada(house: House) -> AgentAtWork:
    return house.agent("ada", Role.ADMIN)


def person(keeper: AgentAtWork, agent_id: str) -> dict[str, object]:
    people = keeper.http.get("/api/people").json()["people"]
    return next(one for one in people if one["id"] == agent_id)


# --- skills ---------------------------------------------------------------------------------------------------------


def test_a_supervisor_says_what_somebody_may_be_asked_for(house: House, sophie: AgentAtWork) -> None:
    anna = house.agent()
    assert sophie.http.put(f"/api/people/{anna.id}/skills", json=SKILLS).status_code == 204
    row = person(sophie, anna.id)
    assert {name: row[name] for name in SKILLS} == SKILLS
    assert (row["serves"], row["online"], row["load"]) == (True, True, 0)
    assert noted(house, anna.id) == [(None, "agent.added"), (sophie.id, "agent.skills")]


@pytest.mark.parametrize(
    "wrong", [{"topics": ["nope"]}, {"team": "nope"}, {"languages": []}, {"load_limit": 0}, {"load_limit": 51}]
)
def test_what_the_rules_do_not_know_is_refused(house: House, sophie: AgentAtWork, wrong: dict[str, object]) -> None:
    anna = house.agent()
    assert sophie.http.put(f"/api/people/{anna.id}/skills", json=SKILLS | wrong).status_code == 422
    assert person(sophie, anna.id)["load_limit"] == 4


def test_who_takes_no_cases_has_no_skills(house: House, sophie: AgentAtWork) -> None:
    emil = house.agent("emil", Role.EDITOR)
    for agent_id in (emil.id, "nobody"):
        assert sophie.http.put(f"/api/people/{agent_id}/skills", json=SKILLS).status_code == 404


def test_an_open_page_comes_back_with_the_new_team_and_the_session_lives(house: House, sophie: AgentAtWork) -> None:
    with_teams(sophie)
    anna = house.agent()
    assert sophie.http.put(f"/api/people/{anna.id}/skills", json=SKILLS | {"team": "contracts"}).status_code == 204
    wait_closed(anna.socket)
    assert anna.http.get("/api/me").json()["agent"]["team"] == "contracts"


# --- accounts -------------------------------------------------------------------------------------------------------


def test_an_admin_adds_somebody_who_logs_in_with_what_was_shown_once(house: House, ada: AgentAtWork) -> None:
    answer = ada.http.post("/api/accounts", json=NEW)
    assert answer.status_code == 201
    handed = answer.json()
    assert handed["email"] == "nora@shop.example"
    assert len(handed["password"]) == 19
    with httpx.Client(base_url=house.url, headers={"Origin": house.url}) as nora:
        entered = nora.post("/api/login", json={"email": handed["email"], "password": handed["password"]})
        assert entered.json()["agent"]["name"] == "Nora Winter"
    assert noted(house, handed["id"]) == [(ada.id, "agent.added")]
    assert handed["password"] not in ada.http.get("/api/accounts").text + ada.http.get("/api/people").text


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"email": "ada@shop.example"}, "address_taken"),
        ({"email": "nora"}, "invalid_input"),
        ({"name": " \u0000"}, "invalid_input"),
        ({"role": "king"}, "invalid_input"),
    ],
)
def test_an_account_that_cannot_be_is_refused(ada: AgentAtWork, wrong: dict[str, str], code: str) -> None:
    answer = ada.http.post("/api/accounts", json=NEW | wrong)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)


def test_f80_a_lowered_role_loses_its_sockets_at_once_and_its_cases_wait_again(house: House, ada: AgentAtWork) -> None:
    anna, case = house.agent(), a_waiting_case(house)
    anna.do(case, "claim").raise_for_status()
    assert ada.http.put(f"/api/accounts/{anna.id}/role", json={"role": "editor"}).status_code == 204
    wait_closed(anna.socket)
    assert anna.http.get("/api/me").status_code == 401
    assert ada.http.get(f"/api/conversations/{case}").json()["summary"]["state"] == "waiting"


def test_f80_a_disabled_account_loses_its_sockets_at_once_and_can_be_enabled_again(
    house: House, ada: AgentAtWork
) -> None:
    anna, case = house.agent(), a_waiting_case(house)
    anna.do(case, "claim").raise_for_status()
    assert ada.http.post(f"/api/accounts/{anna.id}/disable").status_code == 204
    wait_closed(anna.socket)
    assert ada.http.get(f"/api/conversations/{case}").json()["summary"]["state"] == "waiting"
    assert person(ada, anna.id)["active"] is False
    assert ada.http.post(f"/api/accounts/{anna.id}/enable").status_code == 204
    house.agent()  # logs in
    assert [action for by, action in noted(house, anna.id) if by == ada.id] == ["agent.disabled", "agent.enabled"]
    told = ada.http.get("/api/audit").json()["entries"]
    assert {one["subject_name"] for one in told if one["subject"] == anna.id} == {person(ada, anna.id)["name"]}


def test_f80_what_the_command_line_disables_loses_its_sockets_within_a_second(house: House) -> None:
    anna = house.agent()
    with house.desk.units() as unit:  # as another process does
        unit.agents.set_active(anna.id, False)
    wait_closed(anna.socket)


def test_a_new_name_is_what_the_page_comes_back_with(house: House, ada: AgentAtWork) -> None:
    anna = house.agent()
    assert ada.http.put(f"/api/accounts/{anna.id}/name", json={"name": "Anna Neu"}).status_code == 204
    wait_closed(anna.socket)
    assert anna.http.get("/api/me").json()["agent"]["name"] == "Anna Neu"
    assert ada.http.put(f"/api/accounts/{anna.id}/name", json={"name": " "}).status_code == 422


def test_a_reset_password_replaces_the_old_one_and_ends_the_sessions(house: House, ada: AgentAtWork) -> None:
    anna = house.agent()
    handed = ada.http.post(f"/api/accounts/{anna.id}/password").json()
    wait_closed(anna.socket)
    with httpx.Client(base_url=house.url, headers={"Origin": house.url}) as client:
        assert (
            client.post("/api/login", json={"email": handed["email"], "password": "twelve letters"}).status_code == 401
        )
        assert client.post("/api/login", json={"email": handed["email"], "password": handed["password"]}).is_success


def test_nobody_does_any_of_it_to_themselves(ada: AgentAtWork, house: House) -> None:
    house.agent("otto", Role.ADMIN)
    for method, path, body in (
        ("PUT", "role", {"role": "agent"}),
        ("POST", "disable", None),
        ("POST", "password", None),
    ):
        answer = ada.http.request(method, f"/api/accounts/{ada.id}/{path}", json=body)
        assert answer.status_code == 403, path
    assert ada.http.get("/api/me").status_code == 200


def test_the_last_admin_stays_one(house: House, ada: AgentAtWork) -> None:
    for attempt in (
        lambda: house.desk.agents.set_role(ada.id, Role.AGENT),
        lambda: house.desk.agents.set_active(ada.id, active=False),
    ):
        with pytest.raises(LastAdmin):
            attempt()
    assert person(ada, ada.id)["role"] == "admin"


def test_two_admins_who_lower_each_other_at_once_leave_one(house: House, ada: AgentAtWork) -> None:
    otto = house.agent("otto", Role.ADMIN)
    lowered: list[Callable[[], None]] = [
        lambda: house.desk.agents.set_role(ada.id, Role.AGENT),
        lambda: house.desk.agents.set_role(otto.id, Role.AGENT),
    ]
    outcomes = at_once(lowered)
    assert sorted(type(one).__name__ for one in outcomes) == ["LastAdmin", "NoneType"]


def test_supervisors_keep_skills_and_no_accounts_and_agents_neither(house: House, sophie: AgentAtWork) -> None:
    anna = house.agent()
    for method, path in (
        ("POST", "/api/accounts"),
        ("PUT", f"/api/accounts/{anna.id}/name"),
        ("PUT", f"/api/accounts/{anna.id}/role"),
        ("POST", f"/api/accounts/{anna.id}/disable"),
        ("POST", f"/api/accounts/{anna.id}/enable"),
        ("POST", f"/api/accounts/{anna.id}/password"),
    ):
        assert sophie.http.request(method, path, json={}).status_code == 403, path
    assert anna.http.get("/api/people").status_code == 403
    assert anna.http.put(f"/api/people/{anna.id}/skills", json=SKILLS).status_code == 403
