"""HTTP: who may ask, what is refused, and how it is said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import jwt
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from handover.api.demo_log_in import identity_secret
from handover.api.dependencies import SESSION_COOKIE
from handover.app import create_app
from handover.contract.frames import PostMessage
from handover.domain.agent import Role
from handover.gateways.rasa import MemoryBot
from handover.services.desk import Desk
from handover.services.ports import Mail
from handover.settings import Settings
from handover.store.tables import audit
from tests.edges import PASSWORD, SECRET

TOO_LONG = "x" * (300 * 1024)


@pytest.fixture
def desk(app: FastAPI) -> Desk:
    desk: Desk = app.state.desk
    return desk


@pytest.fixture
def client(app: FastAPI, settings: Settings) -> Iterator[TestClient]:
    with TestClient(app, base_url=settings.url, raise_server_exceptions=False) as client:
        client.headers["Origin"] = settings.url
        yield client


@pytest.fixture
def start(client: TestClient) -> dict[str, str]:
    answer = client.post("/api/visitor/conversations", json={"language": "en", "page": "https://shop.example/a?s=1#x"})
    assert answer.status_code == 201
    return dict(answer.json())


def test_what_the_visitor_agreed_to_stands_at_the_head_of_the_conversation(client: TestClient, desk: Desk) -> None:
    asked = {"language": "en", "consent": "2026-11"}
    conversation_id = client.post("/api/visitor/conversations", json=asked).json()["conversation_id"]
    first = desk.conversations.page(conversation_id, before=2, limit=1).events[0]
    assert first.data.model_dump()["consent"] == "2026-11"
    for wrong in ("", "x" * 101, 3):
        assert client.post("/api/visitor/conversations", json=asked | {"consent": wrong}).status_code == 422


def test_a_website_that_names_no_privacy_notice_gets_the_desks(client: TestClient, settings: Settings) -> None:
    answer = client.get("/privacy", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, settings.privacy)


def test_only_the_demo_shop_signs_who_its_visitors_say_to_be(
    client: TestClient, settings: Settings, bot: MemoryBot
) -> None:
    told = client.post("/demo/log-in", json={"email": "Erika@Shop.example"}).json()["token"]
    claims = jwt.decode(told, identity_secret(settings), algorithms=["HS256"], audience=settings.url)
    assert claims["email"] == "erika@shop.example"
    real = settings.model_copy(update={"demo": False})
    assert identity_secret(real) == "", "an installation without a key believes no token"
    with TestClient(create_app(real, bot=bot), base_url=settings.url) as other:
        assert other.post("/demo/log-in", json={"email": "erika@shop.example"}).status_code == 404


def log_in(client: TestClient, desk: Desk, role: Role = Role.AGENT) -> str:
    email = f"{role}@shop.example"
    agent = desk.agents.add(email=email, name="Anna", password=PASSWORD, role=role, language="en")
    assert client.post("/api/login", json={"email": email, "password": PASSWORD}).status_code == 200
    return agent.id


def code_of(answer: Any) -> str:
    body = answer.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "text", "data"}
    return str(body["error"]["code"])


# --- visitors -----------------------------------------------------------------------------------------------------


def test_the_configuration_is_read_without_side_effects(client: TestClient) -> None:
    answer = client.get("/api/visitor/config")
    assert answer.json()["shop"] == "Nordlicht"
    assert answer.json()["languages"] == ["de", "en"]
    assert "set-cookie" not in answer.headers


def test_the_configuration_names_the_address_to_write_to_while_the_desk_is_away(
    settings: Settings, bot: MemoryBot, client: TestClient
) -> None:
    from handover.app import create_app

    assert client.get("/api/visitor/config").json()["service_mail"] == "service@nordlicht.example"
    other = settings.model_copy(update={"service_mail": "Hilfe <hilfe@shop.example>"})
    with TestClient(create_app(other, bot=bot), base_url=settings.url) as open_desk:
        assert open_desk.get("/api/visitor/config").json()["service_mail"] == "hilfe@shop.example"


def test_a_conversation_starts_with_a_secret_and_remembers_the_page_without_its_query(
    start: dict[str, str], desk: Desk
) -> None:
    assert len(start["visitor_token"]) >= 43
    first = desk.conversations.public_events(start["conversation_id"], 0)[0]
    assert first.data.model_dump()["page"] == "https://shop.example/a"


@pytest.mark.parametrize("page", ["javascript:alert(1)", "data:text/html,x", "//x", "http://[", "", None])
def test_f83_a_page_that_is_no_website_is_dropped(client: TestClient, desk: Desk, page: str | None) -> None:
    started = client.post("/api/visitor/conversations", json={"language": "de", "page": page}).json()
    first = desk.conversations.public_events(started["conversation_id"], 0)[0]
    assert first.data.model_dump()["page"] is None


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer guess", "Basic {token}", "{token}"])
def test_f78_a_ticket_needs_the_visitors_token(client: TestClient, start: dict[str, str], header: str | None) -> None:
    headers = {"Authorization": header.format(token=start["visitor_token"])} if header is not None else {}
    answer = client.post("/api/visitor/tickets", headers=headers)
    assert answer.status_code == 401
    assert code_of(answer) == "not_logged_in"


def test_other_websites_that_embed_the_widget_may_ask_without_cookies(settings: Settings, bot: MemoryBot) -> None:
    from handover.app import create_app

    shop = "https://shop.example"
    open_to_shop = settings.model_copy(update={"allowed_origins": (shop,)})
    with TestClient(create_app(open_to_shop, bot=bot), base_url=settings.url) as client:
        answer = client.get("/api/visitor/config", headers={"Origin": shop})
        assert answer.headers["access-control-allow-origin"] == shop
        assert "access-control-allow-credentials" not in answer.headers
        asked = {"Origin": shop, "Access-Control-Request-Method": "POST"}
        assert client.options("/api/visitor/tickets", headers=asked).status_code == 200
        assert "access-control-allow-origin" not in client.get("/api/me", headers={"Origin": shop}).headers
        evil = client.get("/api/visitor/config", headers={"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in evil.headers


# --- log-in -------------------------------------------------------------------------------------------------------


def test_a_log_in_gives_a_cookie_that_scripts_and_other_sites_do_not_get(client: TestClient, desk: Desk) -> None:
    log_in(client, desk)
    assert client.get("/api/me").json()["agent"]["name"] == "Anna"
    client.cookies.clear()
    answer = client.post("/api/login", json={"email": "agent@shop.example", "password": PASSWORD})
    session = next(one for one in answer.headers.get_list("set-cookie") if one.startswith(f"{SESSION_COOKIE}="))
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(session.split("; "))
    assert "Secure" not in session  # this house is http on loopback


def test_the_cookie_is_secure_behind_https(settings: Settings, bot: MemoryBot) -> None:
    from handover.app import create_app

    https = settings.model_copy(update={"public_url": "https://help.shop.example"})
    app = create_app(https, bot=bot)
    with TestClient(app, base_url="https://help.shop.example") as client:
        client.headers["Origin"] = "https://help.shop.example"
        log_in(client, app.state.desk)
        answer = client.post("/api/login", json={"email": "agent@shop.example", "password": PASSWORD})
        assert "; Secure" in answer.headers["set-cookie"]
        assert answer.headers["strict-transport-security"]


def test_wrong_log_ins_are_alike_and_then_locked(client: TestClient, desk: Desk) -> None:
    log_in(client, desk)
    answers = [
        client.post("/api/login", json={"email": email, "password": "wrong"})
        for email in ("agent@shop.example", "nobody@shop.example")
    ]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].content == answers[1].content
    for _ in range(4):
        client.post("/api/login", json={"email": "agent@shop.example", "password": "wrong"})
    locked = client.post("/api/login", json={"email": "agent@shop.example", "password": PASSWORD})
    assert (locked.status_code, code_of(locked)) == (429, "too_many")


def test_logging_out_ends_the_session(client: TestClient, desk: Desk) -> None:
    log_in(client, desk)
    cookie = client.cookies["kulanz_session"]
    assert client.post("/api/logout").status_code == 204
    client.cookies["kulanz_session"] = cookie
    assert client.get("/api/me").status_code == 401


CHANGING = ["/api/login", "/api/logout", "/api/tickets", "/api/visitor/conversations", "/api/conversations/x/claim"]


@pytest.mark.parametrize("path", CHANGING)
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_a_foreign_website_changes_nothing(client: TestClient, desk: Desk, path: str, origin: str) -> None:
    log_in(client, desk)
    answer = client.post(path, json={}, headers={"Origin": origin})
    assert (answer.status_code, code_of(answer)) == (403, "wrong_origin")


def test_a_cookie_without_an_origin_needs_the_desks_header(client: TestClient, desk: Desk) -> None:
    log_in(client, desk)
    del client.headers["Origin"]
    assert client.post("/api/tickets").status_code == 403
    assert client.post("/api/tickets", headers={"X-Kulanz": "desk"}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "GET /api/me",
        "POST /api/tickets",
        "GET /api/conversations",
        "GET /api/conversations/x",
        "GET /api/conversations/x/events",
        "GET /api/conversations/x/dossier",
        "POST /api/conversations/x/claim",
        "POST /api/conversations/x/messages",
        "POST /api/conversations/x/notes",
        "POST /api/conversations/x/return",
        "POST /api/conversations/x/close",
        "POST /api/conversations/x/release",
        "POST /api/credit/x/approve",
        "POST /api/credit/x/reject",
        "GET /api/customers",
        "GET /api/customers/x",
        "GET /api/customers/x/timeline",
        "GET /api/knowledge",
    ],
)
def test_the_desk_answers_nobody_who_is_not_logged_in(client: TestClient, path: str) -> None:
    method, _, address = path.partition(" ")
    for cookies in ({}, {"kulanz_session": "guess"}):
        client.cookies.update(cookies)
        answer = client.request(method, address, json={} if method == "POST" else None)
        assert (answer.status_code, code_of(answer)) == (401, "not_logged_in")


# --- roles --------------------------------------------------------------------------------------------------------


def test_a_role_that_may_not_is_refused_and_the_refusal_is_audited(
    client: TestClient, desk: Desk, app: FastAPI, start: dict[str, str]
) -> None:
    emil = log_in(client, desk, Role.EDITOR)
    conversation = f"/api/conversations/{start['conversation_id']}"
    for answer in (client.get("/api/conversations"), client.get(conversation), client.post(f"{conversation}/claim")):
        assert (answer.status_code, code_of(answer)) == (403, "not_allowed")
    with app.state.engine.connect() as connection:
        refused = connection.execute(
            select(audit.c.action).where(audit.c.agent_id == emil, audit.c.allowed.is_(False))
        ).scalars()
        assert list(refused) == [
            "GET /api/conversations",
            "GET /api/conversations/{conversation_id}",
            "POST /api/conversations/{conversation_id}/claim",
        ]


def test_knowledge_is_for_editors_and_up(client: TestClient, desk: Desk) -> None:
    log_in(client, desk, Role.AGENT)
    assert client.get("/api/knowledge").status_code == 403
    log_in(client, desk, Role.EDITOR)
    assert client.get("/api/knowledge").json()["problems"] == []


@pytest.mark.parametrize(
    "path", ["/conversations/x", "/conversations/x/dossier", "/customers/x", "/customers/x/timeline"]
)
def test_what_is_unknown_is_not_found(client: TestClient, desk: Desk, path: str) -> None:
    log_in(client, desk)
    answer = client.get(f"/api{path}")
    assert (answer.status_code, code_of(answer)) == (404, "not_found")


# --- conversations ------------------------------------------------------------------------------------------------


def test_an_agent_leads_a_conversation_from_the_queue_to_its_end(
    client: TestClient, desk: Desk, start: dict[str, str]
) -> None:
    conversation_id = start["conversation_id"]
    path = f"/api/conversations/{conversation_id}"
    desk.conversations.post_visitor_message(conversation_id, PostMessage(client_id=uuid4().hex, text="I need a person"))
    desk.conversations.request_human(conversation_id, uuid4().hex)
    anna = log_in(client, desk)
    waiting = client.get("/api/conversations", params={"view": "waiting"}).json()["conversations"]
    assert [row["id"] for row in waiting] == [conversation_id]

    claimed = client.post(f"{path}/claim", json={}).json()["summary"]
    assert (claimed["state"], claimed["owner_id"]) == ("agent", anna)
    version = claimed["ownership_version"]
    said = {"client_id": uuid4().hex, "ownership_version": version, "text": "Good morning"}
    number = client.post(f"{path}/messages", json=said).json()["number"]
    assert client.post(f"{path}/messages", json=said).json()["number"] == number
    assert client.post(f"{path}/notes", json={"client_id": uuid4().hex, "text": "note"}).json()["number"] == number + 1
    late = client.post(f"{path}/messages", json=said | {"client_id": uuid4().hex, "ownership_version": version - 1})
    assert (late.status_code, code_of(late)) == (409, "stale_ownership")

    opened = client.get(path).json()
    assert [event["number"] for event in opened["events"]] == list(range(1, number + 2))
    assert len(client.get(path, params={"cursor": number}).json()["events"]) == 1
    assert len(client.get(f"{path}/events", params={"before": number, "limit": 2}).json()["events"]) == 2
    dossier = client.get(f"{path}/dossier").json()
    assert dossier["summary"]["id"] == conversation_id
    assert dossier["wish"]

    back = client.post(f"{path}/release", json={"ownership_version": version}).json()["summary"]
    assert back["state"] == "waiting"
    again = client.post(f"{path}/claim").json()["summary"]["ownership_version"]
    closed = client.post(f"{path}/close", json={"ownership_version": again, "outcome": "solved"}).json()["summary"]
    assert (closed["state"], closed["outcome"]) == ("closed", "solved")
    refused = client.post(f"{path}/claim")
    assert (refused.status_code, code_of(refused)) == (409, "illegal_transition")


# --- internal -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("secret", [None, "", "guess", SECRET[:-1], "\u00e4"])
def test_internal_addresses_do_not_exist_without_the_secret(client: TestClient, secret: str | None) -> None:
    headers = {} if secret is None else {"X-Kulanz-Secret": secret.encode()}
    for path in ("/internal/orders", "/internal/credit-claims"):
        answer = client.post(path, json={}, headers=headers)
        assert answer.status_code == 404


def test_an_installation_without_a_secret_has_no_internal_addresses(settings: Settings, bot: MemoryBot) -> None:
    from pydantic import SecretStr

    from handover.app import create_app

    bare = settings.model_copy(update={"channel_secret": SecretStr("")})
    with TestClient(create_app(bare, bot=bot), base_url=settings.url) as client:
        assert client.post("/internal/orders", json={}, headers={"X-Kulanz-Secret": ""}).status_code == 404


def test_actions_ask_for_orders_and_claims_with_the_secret(client: TestClient, start: dict[str, str]) -> None:
    context = {
        "conversation_id": start["conversation_id"],
        "turn_id": "t",
        "ownership_version": 1,
        "language": "en",
        "trust": "none",
    }
    headers = {"X-Kulanz-Secret": SECRET}
    orders = client.post("/internal/orders", json={"context": context, "order_number": "10023"}, headers=headers)
    assert orders.json()["outcome"] == "identity_required"
    claim = {"context": context, "reason": "late_delivery", "subject": "10023"}
    assert client.post("/internal/credit-claims", json=claim, headers=headers).json()["outcome"] == "identity_required"
    more = client.post("/internal/credit-claims", json=claim | {"amount_cents": 99999}, headers=headers)
    assert code_of(more) == "invalid_input"


# --- errors -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"{", "application/json"),
        (b"null", "application/json"),
        (b"\xff", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'{"email": NaN, "password": 1e999}', "application/json"),
        (b'{"email":"secret-echo@x.example","password":"p","more":1}', "application/json"),
        (b'{"email":"secret-echo@x.example","password":"p"}', "text/plain"),
        (b"email=secret-echo&password=p", "application/x-www-form-urlencoded"),
    ],
)
def test_f83_f95_a_body_that_cannot_be_read_is_refused_without_being_repeated(
    client: TestClient, body: bytes, content_type: str
) -> None:
    answer = client.post("/api/login", content=body, headers={"Content-Type": content_type})
    assert answer.status_code in (400, 415, 422)
    assert answer.headers["content-type"] == "application/json"
    code_of(answer)
    assert "secret-echo" not in answer.text
    assert "NaN" not in answer.text


def test_a_body_that_is_too_large_is_refused(client: TestClient) -> None:
    assert client.post("/api/login", json={"email": TOO_LONG, "password": "x"}).status_code == 413


def test_f95_a_fault_of_our_own_tells_nothing(client: TestClient, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:

    def fail(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(type(desk.conversations), "start", fail)
    answer = client.post("/api/visitor/conversations", json={"language": "de", "page": "https://secret-echo.example"})
    assert answer.status_code == 500
    assert answer.json() == {"error": {"code": "internal", "text": "Something went wrong.", "data": {}}}


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/api", "/api/nothing", "/demo/../etc/passwd"])
def test_there_is_no_documentation_and_no_listing(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert code_of(answer) == "not_found"


def test_a_wrong_method_has_the_same_shape(client: TestClient) -> None:
    answer = client.get("/api/logout")
    assert (answer.status_code, code_of(answer)) == (405, "method_not_allowed")


# --- every answer -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/", "/api/me", "/api/visitor/config", "/desk/", "/demo/mailbox", "/nothing", "/health"]
)
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "server" not in headers


def test_answers_of_the_api_are_not_stored(client: TestClient) -> None:
    assert client.get("/api/visitor/config").headers["cache-control"] == "no-store"


def test_f38_health_says_what_is_missing(client: TestClient) -> None:
    import time

    deadline = time.monotonic() + 10
    while "rasa" not in (parts := {part["name"]: part for part in client.get("/health").json()["parts"]}):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    health = client.get("/health")
    assert health.status_code == 200
    assert (health.json()["alive"], health.json()["ready"]) == (True, False)
    assert parts["database"]["state"] == "up"
    assert parts["rasa"]["state"] == parts["actions"]["state"] == parts["index"]["state"] == "down"


# --- the demo's mailbox ------------------------------------------------------------------------------------------


def test_f83_the_mailbox_shows_mails_as_text(client: TestClient, desk: Desk) -> None:
    hostile = "<script>alert(1)</script>"
    with desk.outbox._unit() as unit:
        unit.mails.add(Mail(f'"{hostile}"@x.example', f"Code {hostile} $body", f"123456 {hostile}"), unit.now)
    page = client.get("/demo/mailbox").text
    assert "123456" in page
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 3
    assert client.get("/demo/mailbox/style.css").headers["content-type"].startswith("text/css")


def test_without_the_demo_there_is_no_mailbox_and_the_root_leads_to_the_desk(
    settings: Settings, bot: MemoryBot
) -> None:
    from handover.app import create_app

    real = settings.model_copy(update={"demo": False})
    with TestClient(create_app(real, bot=bot), base_url=settings.url, follow_redirects=False) as client:
        for path in ("/demo/mailbox", "/demo/mailbox/style.css", "/en", "/demo/index.html"):
            assert client.get(path).status_code == 404, path
        assert client.get("/").headers["location"] == "/desk/"


def test_f78_secrets_are_not_in_the_log_of_requests() -> None:
    import logging

    from handover.serve import WithoutQuery

    args = ("127.0.0.1:1", "GET", "/ws/visitor?ticket=secret", "1.1", 101)
    record = logging.LogRecord("uvicorn.access", logging.INFO, "", 0, '%s - "%s %s HTTP/%s" %d', args, None)
    assert WithoutQuery().filter(record)
    assert "secret" not in record.getMessage()
    assert "/ws/visitor" in record.getMessage()


def test_the_schema_of_the_wire_names_every_frame_and_event() -> None:
    from handover.contract.schema import wire_schema

    schema = json.dumps(wire_schema())
    for name in ("message.posted", "credit.granted", "typing_shown", "hello", "heartbeat", "TurnRequest"):
        assert name in schema
