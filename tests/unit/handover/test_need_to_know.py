"""Who may do what and know whom: every route, every row of the table, every refusal; and the log of it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError

from handover.api.dependencies import Allowed
from handover.contract.events import ConversationDirected
from handover.contract.frames import PostMessage
from handover.domain.agent import Agent, Role, Sight
from handover.domain.errors import InvalidInput, NotFound, ReasonNeeded
from handover.realtime.agent_socket import ACTIONS
from handover.services.access import ALLOWED, Action, may, sight_of
from handover.services.audit import AuditQuery, neutral
from handover.services.desk import Desk
from handover.services.need_to_know import CASE_FOR, ONE_LOOK, OPEN_FOR, NeedToKnow
from handover.services.steps import SYSTEM
from handover.settings import Settings
from handover.store.tables import audit
from tests.edges import PASSWORD, House
from tests.unit.handover.front_desk import ANNA, BEN, FrontDesk

PUBLIC = re.compile(r"/api/(login|logout|visitor)\b")
"""Who is asked for nothing, or for the visitor's secret."""
OF_SERVICES = {Action.READ_ALL_CONVERSATIONS, Action.KEEP_SHARED_ANSWERS}
"""Rows that no route of its own stands for."""
IN_BILLING = Agent("cleo", "cleo@nordlicht.example", "Cleo", Role.AGENT, "de", team="billing")
SOPHIE = Agent("sophie", "sophie@nordlicht.example", "Sophie Lang", Role.SUPERVISOR, "de")
WHY = "Rückruf wegen Bestellung"


def desk_routes(app: FastAPI) -> list[APIRoute]:
    """Of every router, as it was written."""
    routers = [getattr(one, "original_router", None) for one in app.routes]
    found = [route for router in routers if router for route in router.routes if isinstance(route, APIRoute)]
    return [route for route in found if route.path.startswith("/api/") and not PUBLIC.match(route.path)]


def asked_of(route: APIRoute) -> set[Action]:
    return {one.call.action for one in route.dependant.dependencies if isinstance(one.call, Allowed)}


def call(client: TestClient, route: APIRoute, **known: str) -> Any:
    path = re.sub(r"\{(\w+)\}", lambda name: known.get(name[1], "unknown"), route.path)
    [method] = route.methods
    return client.request(method, path, json={})


@pytest.fixture
def client(app: FastAPI, settings: Settings) -> Iterator[TestClient]:
    with TestClient(app, base_url=settings.url) as client:
        client.headers["Origin"] = settings.url
        yield client


@pytest.fixture
def whole(app: FastAPI) -> Desk:
    desk: Desk = app.state.desk
    return desk


def log_in(client: TestClient, whole: Desk, role: Role) -> str:
    email = f"{role}@shop.example"
    agent = whole.agents.add(email=email, name=str(role), password=PASSWORD, role=role, language="en")
    assert client.post("/api/login", json={"email": email, "password": PASSWORD}).status_code == 200
    return agent.id


def test_every_route_of_the_desk_names_its_row_of_the_table(app: FastAPI) -> None:
    assert len(desk_routes(app)) > 20
    assert [route.path for route in desk_routes(app) if len(asked_of(route)) != 1] == []


def test_every_row_of_the_table_stands_for_something_and_somebody_may_do_it(app: FastAPI) -> None:
    used = set().union(*map(asked_of, desk_routes(app))) | set(ACTIONS.values()) | OF_SERVICES
    assert used | {Action.KEEP_ACCOUNTS} == set(Action) == set().union(*ALLOWED.values())


@pytest.mark.parametrize("role", list(Role))
def test_f82_each_route_refuses_each_role_that_may_not_and_the_refusal_is_logged(
    role: Role, client: TestClient, app: FastAPI, whole: Desk
) -> None:
    agent_id = log_in(client, whole, role)
    refused = [route for route in desk_routes(app) if not asked_of(route) <= ALLOWED[role]]
    for route in refused:
        answer = call(client, route)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_allowed"), route.path
    with app.state.engine.connect() as connection:
        logged = select(audit.c.action).where(audit.c.agent_id == agent_id, audit.c.allowed.is_(False))
        noted = set(connection.execute(logged).scalars())
    assert noted == {f"{next(iter(route.methods))} {route.path}"[:60] for route in refused}


def test_f82_a_frame_of_a_role_that_may_not_is_refused_and_logged(house: House) -> None:
    emil = house.agent("emil", Role.EDITOR)
    emil.send(type="typing", conversation_id="unknown", on=True)
    assert emil.receive("error")["code"] == "not_allowed"
    with house.app.state.engine.connect() as connection:
        logged = select(audit.c.action).where(audit.c.agent_id == emil.id, audit.c.allowed.is_(False))
        assert list(connection.execute(logged).scalars()) == ["socket typing"]


def test_the_page_is_told_exactly_the_rows_of_its_agent(client: TestClient, whole: Desk) -> None:
    log_in(client, whole, Role.SUPERVISOR)
    assert set(client.get("/api/me").json()["agent"]["may"]) == ALLOWED[Role.SUPERVISOR]


# --- conversations ------------------------------------------------------------------------------------------------


def theirs(whole: Desk) -> str:
    """A conversation that waits for another team."""
    started = whole.conversations.start("de", None).conversation_id
    whole.conversations.post_visitor_message(started, PostMessage(client_id=uuid4().hex, text="Geheimnis Kolibri"))
    whole.conversations.request_human(started, uuid4().hex)
    with whole.units() as unit:
        before = unit.conversations.locked(started)
        unit.conversations.save(before, before.__class__(**{**_fields(before), "team": "workshop"}))
        directed = ConversationDirected(how="transfer", to_kind="team", to_id="workshop", to_name="workshop")
        unit.append(started, SYSTEM, directed)  # a case never changes its team without one: sockets go by it
    return started


def _fields(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__slots__}


def test_f81_every_route_answers_a_foreign_conversation_like_an_unknown_one(
    client: TestClient, app: FastAPI, whole: Desk
) -> None:
    foreign = theirs(whole)
    log_in(client, whole, Role.AGENT)
    about_one = [route for route in desk_routes(app) if "{conversation_id}" in route.path]
    assert len(about_one) > 12
    for route in about_one:
        known, unknown = call(client, route, conversation_id=foreign), call(client, route)
        refusal = 404 if asked_of(route) <= ALLOWED[Role.AGENT] else 403  # of a row that is not theirs, both alike
        assert known.status_code == unknown.status_code == refusal, route.path
        assert known.content == unknown.content, route.path
    for view in ("waiting", "all"):
        assert client.get("/api/conversations", params={"view": view}).json()["conversations"] == []
    assert client.get("/api/queue").json()["waiting"] == []
    assert client.get("/api/search", params={"query": "Kolibri"}).json()["conversations"] == []


def test_f81_frames_about_a_foreign_conversation_are_answered_like_those_about_an_unknown_one(house: House) -> None:
    foreign, anna = theirs(house.desk), house.agent("anna")
    for frame in ({"type": "typing", "on": True}, {"type": "read", "number": 1}):
        answers = []
        for conversation_id in (foreign, "unknown"):
            anna.send(**frame, conversation_id=conversation_id)
            answers.append(anna.receive("error"))
        assert answers[0] == answers[1]
        assert answers[0]["code"] == "not_found"


def test_a_supervisor_sees_the_conversations_of_every_team(client: TestClient, whole: Desk) -> None:
    foreign = theirs(whole)
    log_in(client, whole, Role.SUPERVISOR)
    assert client.get(f"/api/conversations/{foreign}").status_code == 200


@pytest.mark.parametrize("viewer", [ANNA, BEN, IN_BILLING, SOPHIE])
def test_lists_and_sockets_agree_on_who_sees_what(desk: FrontDesk, viewer: Agent) -> None:
    for team in (None, "billing", "workshop"):
        for owner in (None, ANNA, IN_BILLING):
            talk = desk.visit()
            with desk.units() as unit:
                before = unit.conversations.locked(talk)
                state = "agent" if owner else "bot"
                changed = {"team": team, "owner_id": owner and owner.id, "state": state}
                unit.conversations.save(before, before.__class__(**{**_fields(before), **changed}))
    sight = sight_of(viewer)
    with desk.units(write=False) as unit:
        every = unit.conversations.listed("all", Sight("", None, everything=True), 50)
        seen = {row.id for row in unit.conversations.listed("all", sight, 50)}
    covered = {row.id for row in every if sight.covers(owner_id=row.owner_id, team=row.team, offered_to=row.offered_to)}
    assert seen == covered
    assert (len(every), len(seen)) == (9, {ANNA.id: 5, BEN.id: 3, IN_BILLING.id: 7, SOPHIE.id: 9}[viewer.id])


def test_a_case_becomes_its_agents_teams(desk: FrontDesk) -> None:
    with desk.units() as unit:
        unit.agents.add(IN_BILLING, "hash", demo=False, at=unit.now)
    talk, _ = desk.claimed(IN_BILLING)
    with desk.units(write=False) as unit:
        assert unit.conversations.get(talk).team == "billing"
        with pytest.raises(NotFound):
            unit.conversations.in_sight(talk, sight_of(BEN))


# --- customers ----------------------------------------------------------------------------------------------------


def case_of_erika(desk: FrontDesk) -> str:
    desk.add_customer()
    talk = desk.visit()
    desk.prove_as(talk, "erika.lindner@example.org")
    desk.ask_for_human(talk)
    return talk


def test_a_record_opens_with_a_case_and_for_a_month_after_its_last_word(desk: FrontDesk) -> None:
    case_of_erika(desk)
    known = NeedToKnow(desk.units)
    known.customer(ANNA, "erika")
    with desk.units() as unit:
        before = unit.conversations.locked(desk.queue.view(ANNA).waiting[0].summary.id)
        unit.conversations.save(before, before.close(None))
    desk.clock.turn(days=CASE_FOR.days - 1)
    known.customer(ANNA, "erika")
    desk.clock.turn(days=2)
    with pytest.raises(ReasonNeeded):
        known.customer(ANNA, "erika")


def test_a_talk_with_the_bot_alone_is_no_case(desk: FrontDesk) -> None:
    desk.add_customer()
    desk.prove_as(desk.visit(), "erika.lindner@example.org")
    with pytest.raises(ReasonNeeded):
        NeedToKnow(desk.units).customer(ANNA, "erika")


def test_a_reason_opens_the_record_to_whoever_gave_it_for_half_an_hour_and_is_logged(desk: FrontDesk) -> None:
    desk.add_customer()
    known = NeedToKnow(desk.units)
    assert known.open(ANNA, "erika", WHY).until == desk.clock.now() + OPEN_FOR
    known.customer(ANNA, "erika")
    with pytest.raises(ReasonNeeded):
        known.customer(BEN, "erika")
    desk.clock.turn(minutes=31)
    with pytest.raises(ReasonNeeded):
        known.customer(ANNA, "erika")
    [entry, *_] = entries(desk, kind="openings")
    assert (entry.agent_name, entry.customer, entry.why) == (ANNA.name, "erika", WHY)


@pytest.mark.parametrize("reason", ["", "zu kurz", "          \x00\x01          ", "x" * 501])
def test_what_is_no_reason_opens_nothing(desk: FrontDesk, reason: str) -> None:
    desk.add_customer()
    with pytest.raises(InvalidInput):
        NeedToKnow(desk.units).open(ANNA, "erika", reason)
    assert entries(desk) == ()


def test_the_record_asks_for_a_reason_by_http_and_tells_little_in_lists(client: TestClient, whole: Desk) -> None:
    from tests.unit.handover.front_desk import FrontDesk as Front

    Front.add_customer(whole, "erika")  # type: ignore[arg-type] -- it needs no more of a desk than its units
    log_in(client, whole, Role.AGENT)
    [row] = client.get("/api/customers", params={"query": "lindner"}).json()["customers"]
    assert (row["name"], row["opens"]) == ("Erika Lindner", False)
    assert "email" not in row
    for path in ("/api/customers/erika", "/api/customers/erika/timeline"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "reason_needed")
    assert client.post("/api/customers/erika/openings", json={"reason": WHY}).status_code == 201
    assert client.get("/api/customers/erika").json()["email"] == "erika.lindner@example.org"
    assert client.get("/api/customers/nobody").status_code == 404


def test_a_timeline_leaves_out_what_another_team_talked_about(desk: FrontDesk) -> None:
    talk = case_of_erika(desk)
    with desk.units() as unit:
        before = unit.conversations.locked(talk)
        unit.conversations.save(before, before.__class__(**{**_fields(before), "team": "workshop"}))
    assert desk.customers.timeline(ANNA, "erika", None, 50)[0] == []
    assert desk.customers.timeline(SOPHIE, "erika", None, 50)[0] != []


# --- the log ------------------------------------------------------------------------------------------------------


def entries(desk: FrontDesk, **wanted: Any) -> Any:
    from zoneinfo import ZoneInfo

    from handover.services.audit import AuditLog

    return AuditLog(desk.units, ZoneInfo("Europe/Berlin")).page(SOPHIE, AuditQuery(**wanted), None, 50).entries


def test_looks_of_one_person_at_one_record_are_one_entry_for_ten_minutes(desk: FrontDesk) -> None:
    talk = case_of_erika(desk)
    known = NeedToKnow(desk.units)
    for _ in range(5):
        known.conversation(ANNA, talk)
    NeedToKnow(desk.units).conversation(ANNA, talk)  # another process
    known.conversation(BEN, talk)
    desk.clock.turn(seconds=ONE_LOOK.total_seconds() + 1)
    known.conversation(ANNA, talk)
    known.conversation(ANNA, talk, "claim")
    found = [(entry.agent_name, entry.action, entry.customer) for entry in entries(desk)]
    assert found == [
        (ANNA.name, "conversation.claim", "erika"),
        (ANNA.name, "conversation.read", "erika"),
        (BEN.name, "conversation.read", "erika"),
        (ANNA.name, "conversation.read", "erika"),
    ]


def test_the_log_is_found_by_person_record_kind_and_day(desk: FrontDesk) -> None:
    talk = case_of_erika(desk)
    known = NeedToKnow(desk.units)
    known.conversation(ANNA, talk)
    known.conversation(BEN, talk, "post_note")
    today = desk.clock.now().date()
    assert len(entries(desk, agent_id=ANNA.id)) == 1
    assert len(entries(desk, customer="K-erika")) == len(entries(desk, customer="erika")) == 2
    assert len(entries(desk, conversation=talk, kind="writes")) == 1
    assert len(entries(desk, first_day=today, last_day=today)) == 2
    assert entries(desk, last_day=today - timedelta(days=1)) == ()
    assert entries(desk, customer="%") == ()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET agent_id = 'somebody else'",
        "UPDATE audit SET why = 'another reason'",
        "DELETE FROM audit",
    ],
)
def test_what_stands_in_the_log_can_neither_be_changed_nor_deleted(engine: Engine, change: str) -> None:
    desk = FrontDesk(engine)
    desk.add_customer()
    NeedToKnow(desk.units).open(ANNA, "erika", WHY)
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(change))
    with engine.begin() as connection:
        connection.execute(text("UPDATE audit SET why = NULL"))  # an erasure may
    assert entries(desk)[0].why is None


def test_f85_a_cell_that_a_spreadsheet_would_run_is_neutralised(client: TestClient, whole: Desk) -> None:
    log_in(client, whole, Role.SUPERVISOR)
    evil = '=HYPERLINK("https://evil.example")'
    with whole.units() as unit:
        for why in (evil, "+1", "-1", "@x", "\tx", "\rx", 'a, "quoted"\nline'):
            unit.audit.note(unit.now, None, "customer.opened", None, allowed=True, customer="c", why=why)
    answer = client.get("/api/audit/export")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="audit.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"), newline="")))
    reasons = [row["why"] for row in rows if row["why"]]
    assert reasons == ['a, "quoted"\nline', "'\rx", "'\tx", "'@x", "'-1", "'+1", f"'{evil}"]
    assert rows[0]["action"] == "audit.exported"
    assert neutral("=1") == "'=1"


def test_a_role_without_the_row_reads_no_log(desk: FrontDesk) -> None:
    assert [role for role in Role if may(Agent("x", "x@x.example", "X", role, "de"), Action.READ_AUDIT)] == [
        Role.SUPERVISOR,
        Role.ADMIN,
    ]
    assert entries(desk) == ()
