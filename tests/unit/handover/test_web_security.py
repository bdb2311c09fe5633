"""What the world may ask of the desk: on raw sockets, on every route, with forged headers, and as somebody else."""

from __future__ import annotations

import json
import logging.handlers
import re
import secrets
import socket as tcp
import time
import typing
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any
from uuid import uuid4

import httpx
import psutil
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from handover import patience
from handover.app import create_app
from handover.contract.frames import AgentFrame
from handover.domain.agent import Agent, Role
from handover.domain.shop import ShopCustomer
from handover.gateways.rasa import MemoryBot
from handover.realtime.door import Door, Rooms
from handover.serve import log_config
from handover.services.access import ALLOWED, Action
from handover.services.limits import Rate, Rates
from handover.settings import Settings
from handover.store.tables import audit, conversations, login_failures
from tests.edges import PASSWORD, House
from tests.stack import until
from tests.unit.handover.test_sockets import new_ticket, next_of, posted, wait_closed
from tests.visitor import Visitor


@pytest.fixture
def visitor(house: House) -> Iterator[Visitor]:
    with Visitor(house.url, "en") as visitor:
        yield visitor


eventually = partial(until, seconds=30, pause=0.02)


def until_closed(socket: ClientConnection) -> tuple[str, int | None]:
    """Everything that was heard, and the code it was closed with."""
    heard = ""
    try:
        while True:
            heard += str(socket.recv(timeout=20))
    except ConnectionClosed as closed:
        return heard, closed.rcvd and closed.rcvd.code


def throttled(house: House, **rates: Rate) -> None:
    house.app.state.throttle._rates = Rates(**rates)


# --- too much -----------------------------------------------------------------------------------------------------


def test_f14_too_many_messages_are_refused_by_name_with_the_time_to_wait_and_others_go_on(house: House) -> None:
    throttled(house, deeds=Rate(3, 1))
    with Visitor(house.url, "de") as loud, Visitor(house.url, "en") as quiet:
        for number in range(3):
            loud.say(f"message {number}")
            next_of(loud, "ack")
        client_id = loud.say("one too many")
        refused = next_of(loud, "error")
        assert (refused["code"], refused["client_id"]) == ("too_many", client_id)
        assert 0 < refused["retry_seconds"] <= 60
        assert f"{refused['retry_seconds']} Sekunden" in refused["text"]
        quiet.say("hello")
        next_of(quiet, "ack")
    said = house.desk.conversations.public_events(loud.conversation_id, 0)
    assert not [event for event in said if event.data.type == "message.posted" and "too many" in event.data.text]


def test_f14_who_does_not_heed_the_refusals_is_hung_up_on(house: House, visitor: Visitor) -> None:
    throttled(house, deeds=Rate(1, 1))
    try:
        for _ in range(40):
            visitor.say("again")
    except ConnectionClosed:
        pass
    assert wait_closed(visitor._socket) == 1008


def test_calling_a_human_again_and_again_is_refused(house: House, visitor: Visitor) -> None:
    throttled(house, calls=Rate(2, 1))
    for _ in range(2):
        visitor.send(type="request_human", client_id=uuid4().hex)
        next_of(visitor, "ack")
        visitor.send(type="give_up_waiting", client_id=uuid4().hex)
        next_of(visitor, "ack")
    visitor.send(type="request_human", client_id=uuid4().hex)
    assert next_of(visitor, "error")["code"] == "too_many"


def test_opening_conversations_and_asking_for_tickets_without_end_is_refused_with_the_time_to_wait(
    house: House,
) -> None:
    throttled(house, all_openings=Rate(2, 1), tickets=Rate(2, 1))
    with Visitor(house.url) as one:
        opened = [one._http.post("/api/visitor/conversations", json={"language": "de"}) for _ in range(2)]
        headers = {"Authorization": f"Bearer {one._token}"}
        tickets = [one._http.post("/api/visitor/tickets", headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in opened] == [201, 429]
    assert [answer.status_code for answer in tickets] == [200, 429]
    for refused in (opened[-1], tickets[-1]):
        assert refused.json()["error"]["code"] == "too_many"
        assert 0 < int(refused.headers["retry-after"]) <= 60


class TestBehindAProxy:
    """The proxy sits on this machine and says for whom it asks."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"trusted_proxies": ("127.0.0.0/8",)})

    def test_f92_the_address_that_the_trusted_proxy_saw_is_counted_and_no_other(self, house: House) -> None:
        throttled(house, requests=Rate(2, 1))
        with httpx.Client(base_url=house.url) as client:

            def ask(forwarded: str) -> int:
                return client.get("/api/visitor/config", headers={"X-Forwarded-For": forwarded}).status_code

            assert [ask("192.0.2.7") for _ in range(3)] == [200, 200, 429]
            assert ask("203.0.113.1, 192.0.2.7") == 429, "what the visitor wrote before it counts for nothing"
            assert ask("192.0.2.7, 127.0.0.9") == 429, "a second proxy of ours"
            assert ask("192.0.2.8") == 200
            assert [ask("2001:db8::1"), ask("2001:db8::2"), ask("2001:db8::3")] == [200, 200, 429]

    def test_f15_a_network_with_too_many_sockets_is_told_so_and_others_get_in(self, house: House) -> None:
        house.app.state.door = Door(Rooms(of_network=1))
        far, farther = ({"X-Forwarded-For": host} for host in ("192.0.2.7", "192.0.2.8"))
        with house.socket("/ws/visitor", additional_headers=far):
            with pytest.raises(InvalidStatus) as refused:
                house.socket("/ws/visitor", additional_headers=far)
            assert refused.value.response.status_code == 429
            assert int(refused.value.response.headers["Retry-After"]) > 0
            house.socket("/ws/visitor", additional_headers=farther).close()

    def test_f104_neither_the_log_nor_the_database_holds_a_visitors_address(
        self, house: House, settings: Settings
    ) -> None:
        headers = {"X-Forwarded-For": "198.51.100.77"}
        written = logging.handlers.BufferingHandler(1000)
        for name in ("uvicorn.access", "uvicorn.error"):
            logging.getLogger(name).addHandler(written)
        with httpx.Client(base_url=house.url, headers=headers | {"Origin": house.url}) as client:
            client.post("/api/visitor/conversations", json={"language": "de"}).raise_for_status()
            assert client.post("/api/login", json={"email": "a@b.example", "password": "x"}).status_code == 401
        house.socket("/ws/visitor", additional_headers=headers).close()
        write = log_config("INFO")["formatters"]["line"]
        line = write["()"](write["fmt"])
        eventually(lambda: [each for each in written.buffer if "[accepted]" in each.getMessage()])
        seen = "\n".join(line.format(record) for record in written.buffer)
        for name in ("uvicorn.access", "uvicorn.error"):
            logging.getLogger(name).removeHandler(written)
        assert seen.count("198.51.100.0") >= 3
        assert "198.51.100.77" not in seen
        with house.app.state.engine.connect() as connection:
            assert connection.execute(select(login_failures.c.subject)).all()
        for file in settings.data_dir.glob("kulanz.db*"):
            assert b"198.51.100.77" not in file.read_bytes()


def test_f92_without_a_trusted_proxy_forwarded_addresses_mean_nothing(house: House) -> None:
    seen: list[str] = []
    house.app.state.throttle.request = seen.append
    forged = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    httpx.get(f"{house.url}/api/visitor/config", headers=forged).raise_for_status()
    assert seen == ["127.0.0.1"]


def test_f15_silent_handshakes_keep_no_visitor_out(house: House, visitor: Visitor) -> None:
    house.app.state.door = Door(Rooms(silent_in_all=10))
    silent = [house.socket("/ws/visitor") for _ in range(40)]
    with Visitor(house.url, "en") as late:
        late.ask("is anybody there?")
    visitor.ask("and here?")
    codes = [wait_closed(socket) for socket in silent[:30]]
    assert set(codes) == {4401}, "the longest silent had to go"
    for socket in silent:
        socket.close()


def raw(house: House, *parts: bytes, pause: float = 0.0) -> bytes:
    """Everything the desk answers to these bytes until it hangs up."""
    port = int(house.url.rpartition(":")[2])
    with tcp.create_connection(("127.0.0.1", port), timeout=20) as line:
        answer = b""
        try:
            for part in parts:
                line.sendall(part)
                time.sleep(pause)
            while more := line.recv(65536):
                answer += more
        except ConnectionError:
            pass  # cut while we still wrote
        return answer


def test_f15_a_trickle_of_headers_or_body_is_hung_up_on(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "ASK_SECONDS", 0.3)
    assert raw(house) == b""
    assert raw(house, b"GET /health HTT", b"P/1.1\r\nHost: x\r\nX-S", b"low: ", b"1", pause=0.2) == b""
    head = b"POST /api/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{"
    assert b"200" not in raw(house, head)
    first = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
    assert raw(house, first, b"GET /he", pause=0.1).count(b"HTTP/1.1 200") == 1
    eventually(lambda: not patience.Patient.unasked)


def test_f15_connections_that_ask_for_nothing_make_room_for_those_that_do(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "UNASKED_IN_ALL", 20)
    port = int(house.url.rpartition(":")[2])
    silent = [tcp.create_connection(("127.0.0.1", port)) for _ in range(60)]
    assert httpx.get(f"{house.url}/health").status_code == 200
    eventually(lambda: len(patience.Patient.unasked) <= 20)
    for line in silent:
        line.close()


# --- requests built to deceive or to weigh ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
        b"Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nG",
        b"Content-Length: 1\r\nContent-Length: 6\r\n\r\nabcdef",
        b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        b"Content-Length: +6\r\n\r\nabcdef",
        b"Content-Length: 6\n\nabcdef",
        b"X: a\r\n folded: b\r\nContent-Length: -1\r\n\r\n",
    ],
)
def test_f92_a_request_with_two_lengths_is_refused_and_nothing_hides_behind_it(house: House, framing: bytes) -> None:
    hidden = b"GET /api/visitor/config HTTP/1.1\r\nHost: x\r\n\r\n"
    answer = raw(house, b"POST /api/logout HTTP/1.1\r\nHost: x\r\n" + framing + hidden)
    assert not re.search(rb"HTTP/1.1 2\d\d", answer)
    assert b"Nordlicht" not in answer
    assert answer.count(b"HTTP/1.1") <= 1


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (b"GET /" + b"a" * 65536 + b" HTTP/1.1\r\nHost: x\r\n\r\n", {400, 414, 431}),
        (b"GET /?" + b"a=1&" * 16384 + b" HTTP/1.1\r\nHost: x\r\n\r\n", {400, 414, 431}),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 65536 + b"\r\n\r\n", {431}),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-A: b\r\n" * 8192 + b"\r\n", {431}),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-Endless: " + b"a" * 131072, {431}),
        (b"GET /kulanz.js HTTP/1.1\r\nHost: x\r\nRange: bytes=" + b"0-1," * 7000 + b"5-6\r\n\r\n", {416}),
        (b"GET /kulanz.js HTTP/1.1\r\nHost: x\r\nRange: bytes=0-" + b"," * 20000 + b"-\r\n\r\n", {416}),
    ],
    ids=["path", "query", "header", "headers", "endless", "ranges", "commas"],
)
def test_f93_requests_that_only_weigh_are_refused_at_once(house: House, asked: bytes, status: set[int]) -> None:
    before = psutil.Process().cpu_times()
    answer = raw(house, asked)
    after = psutil.Process().cpu_times()
    assert int(answer.split()[1]) in status
    assert after.user - before.user < 5, "a refusal costs next to nothing"


def test_f93_a_form_of_a_hundred_thousand_fields_is_refused_unread(house: House) -> None:
    form = "&".join(f"f{number}=" for number in range(100_000))
    many = [form[: 250 * 1024], form]
    for body, wanted in zip(many, ({415, 422}, {413}), strict=True):
        before = psutil.Process().cpu_times().user
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": house.url}
        answer = httpx.post(f"{house.url}/api/login", content=body, headers=headers)
        assert answer.status_code in wanted
        assert psutil.Process().cpu_times().user - before < 5


def test_f92_a_public_desk_answers_to_its_own_names_alone(settings: Settings, bot: MemoryBot) -> None:
    public = settings.model_copy(update={"public_url": "https://help.shop.example"})
    with TestClient(create_app(public, bot=bot), base_url="https://help.shop.example") as client:

        def asked_as(host: str, path: str = "/api/visitor/config") -> int:
            return client.get(path, headers={"Host": host}).status_code

        for own in ("help.shop.example", "HELP.shop.example:443", "127.0.0.1:8080", "localhost", "[::1]:8080"):
            assert asked_as(own) == 200, own
        for foreign in ("evil.example", "help.shop.example.evil.example", "10.0.0.1", "", "[", "a b"):
            assert asked_as(foreign) == 421, foreign
        assert asked_as("10.0.0.1", "/health") == 200


# --- a session that was fixed before ------------------------------------------------------------------------------


def prove(house: House, visitor: Visitor, code_in_chat: bool = False) -> None:
    visitor.send(type="identify", client_id=uuid4().hex, email="erika.lindner@example.org")
    visitor.receive_until(
        lambda frame: frame["type"] == "event" and frame["event"]["data"]["type"] == "identity.code_sent"
    )
    with house.desk.outbox._unit(write=False) as unit:
        code = unit.mails.latest(1)[0].mail.subject[-6:]
    if code_in_chat:
        visitor.say(f"the code is {code}")
    else:
        visitor.send(type="prove", client_id=uuid4().hex, code=code)
    visitor.receive_until(
        lambda frame: frame["type"] == "event" and frame["event"]["data"]["type"] == "identity.proven"
    )


def add_erika(house: House) -> None:
    with house.desk.outbox._unit() as unit:
        unit.shop.add_customer(
            ShopCustomer(
                id="erika",
                number="K-1001",
                name="Erika Lindner",
                email="erika.lindner@example.org",
                language="de",
                phone=None,
                street=None,
                postcode=None,
                city=None,
                blocked=False,
                created_at=unit.now,
            )
        )


@pytest.fixture
def erika(house: House) -> None:
    add_erika(house)


@pytest.mark.parametrize("code_in_chat", [False, True])
def test_f79_who_knew_the_secret_before_the_proof_knows_nothing_after_it(
    house: House, visitor: Visitor, erika: None, code_in_chat: bool
) -> None:
    old = visitor._token
    unused = new_ticket(visitor)
    thief = Visitor.__new__(Visitor)
    thief.__dict__.update(visitor.__dict__ | {"events": [], "_next_token": secrets.token_urlsafe(32)})
    thief.connect()
    prove(house, visitor, code_in_chat)
    heard, code = until_closed(thief._socket)
    assert code == 4401
    assert "Erika" not in heard

    headers = {"Authorization": f"Bearer {old}"}
    assert visitor._http.post("/api/visitor/tickets", headers=headers).status_code == 401
    for token in (old, thief._next_token):
        assert (
            visitor._http.get("/api/visitor/events?before=9", headers={"Authorization": f"Bearer {token}"}).status_code
            == 401
        )
    with house.socket("/ws/visitor") as late:
        late.send(json.dumps({"type": "hello", "ticket": unused, "next_token": secrets.token_urlsafe(32)}))
        assert wait_closed(late) == 4401, "a ticket got with the old secret"

    visitor.say("I am still here")
    visitor.receive_until(posted("I am still here"))
    visitor._socket.close()
    visitor.connect()
    assert visitor.events[-1]["number"] > 1


def test_f79_all_tabs_of_the_same_browser_go_on_after_the_proof(house: House, visitor: Visitor, erika: None) -> None:
    other_tab = Visitor.__new__(Visitor)
    other_tab.__dict__.update(visitor.__dict__ | {"events": []})  # they share the browser's storage: both secrets
    other_tab.connect()
    prove(house, visitor)
    other_tab.receive_until(
        lambda frame: frame["type"] == "event" and frame["event"]["data"]["type"] == "identity.proven"
    )
    other_tab.say("from the other tab")
    visitor.receive_until(posted("from the other tab"))
    other_tab._socket.close()
    other_tab.connect()
    other_tab._socket.close()


def test_f79_the_proof_is_not_lost_when_its_answer_is(house: House, visitor: Visitor, erika: None) -> None:
    """The desk has taken the proof, the line broke before the visitor heard of it: the next secret opens the door."""
    prove(house, visitor)
    visitor._socket.close()
    with house.app.state.engine.connect() as connection:
        known = connection.execute(select(conversations.c.visitor_token_hash)).scalar_one()
    assert visitor._next_token not in known
    headers = {"Authorization": f"Bearer {visitor._next_token}"}
    assert visitor._http.post("/api/visitor/tickets", headers=headers).status_code == 200


# --- every route --------------------------------------------------------------------------------------------------

VERSION = {"ownership_version": 1}
SAID = {"client_id": "a" * 32, "text": "text"}
CLOSED = VERSION | {"outcome": "solved"}
SERVE, READ, CUSTOMERS = Action.SERVE_CONVERSATIONS, Action.READ_CONVERSATIONS, Action.READ_CUSTOMERS
CANNED = {"name": "x", "text_de": "x"}
CASE = "/api/conversations/{conversation_id}"
ACTS, RULES, GAPS = Action.ACT_FOR_CUSTOMERS, Action.KEEP_DESK_RULES, Action.SETTLE_GAPS
SHIFTS = {"plan": {"zone": "Europe/Berlin", "week": [[] for _ in range(7)], "days": []}, "version": 0}
ROUTES: dict[str, tuple[Action | None, dict[str, Any] | None]] = {
    "GET /api/me": (None, None),
    "POST /api/tickets": (None, None),
    "GET /api/account": (None, None),
    "POST /api/account/password": (None, {"old": "x", "new": "x"}),
    "POST /api/account/second-step": (None, {"password": "x"}),
    "POST /api/account/second-step/confirm": (None, {"code": "x"}),
    "POST /api/account/second-step/codes": (None, {"password": "x", "code": "x"}),
    "POST /api/account/second-step/off": (None, {"password": "x", "code": "x"}),
    "POST /api/account/sessions/end-others": (None, None),
    "POST /api/account/sessions/{session_id}/end": (None, None),
    "GET /api/accounts": (Action.KEEP_ACCOUNTS, None),
    "POST /api/accounts": (
        Action.KEEP_ACCOUNTS,
        {"email": "new@shop.example", "name": "New", "role": "agent", "language": "de"},
    ),
    "PUT /api/accounts/{agent_id}/name": (Action.KEEP_ACCOUNTS, {"name": "x"}),
    "PUT /api/accounts/{agent_id}/role": (Action.KEEP_ACCOUNTS, {"role": "agent"}),
    "POST /api/accounts/{agent_id}/password": (Action.KEEP_ACCOUNTS, None),
    "POST /api/accounts/{agent_id}/disable": (Action.KEEP_ACCOUNTS, None),
    "POST /api/accounts/{agent_id}/enable": (Action.KEEP_ACCOUNTS, None),
    "POST /api/accounts/{agent_id}/sessions/end": (Action.KEEP_ACCOUNTS, None),
    "POST /api/accounts/{agent_id}/second-step/reset": (Action.KEEP_ACCOUNTS, None),
    "GET /api/conversations": (READ, None),
    f"GET {CASE}": (READ, None),
    f"GET {CASE}/events": (READ, {"before": 5}),
    f"PUT {CASE}/draft": (SERVE, {"kind": "message", "text": "half a sentence"}),
    f"GET {CASE}/dossier": (READ, None),
    f"GET {CASE}/documents/{{document_id}}": (READ, None),
    f"GET {CASE}/files/{{file_id}}": (READ, None),
    f"POST {CASE}/files": (SERVE, None),
    f"GET {CASE}/routing": (READ, None),
    f"POST {CASE}/claim": (SERVE, {}),
    f"POST {CASE}/messages": (SERVE, VERSION | SAID),
    f"POST {CASE}/notes": (SERVE, SAID),
    f"GET {CASE}/colleagues": (READ, None),
    f"POST {CASE}/mentions/seen": (READ, {"number": 1}),
    "GET /api/mentions": (READ, None),
    f"GET {CASE}/wish": (READ, None),
    f"GET {CASE}/suggestions": (SERVE, None),
    f"POST {CASE}/assign": (Action.SUPERVISE, {"agent_id": "x"}),
    f"POST {CASE}/take-over": (SERVE, VERSION | {"reason": "she is ill"}),
    f"POST {CASE}/transfer": (SERVE, VERSION | {"to_kind": "person", "to_id": "x", "reason": "his field"}),
    f"GET {CASE}/siblings": (READ, None),
    f"POST {CASE}/merge": (SERVE, {"into": "x"}),
    f"POST {CASE}/split": (SERVE, VERSION | {"client_id": "a" * 32, "numbers": [2]}),
    f"GET {CASE}/account": (READ, None),
    f"POST {CASE}/requests": (ACTS, VERSION | {"kind": "order.cancel", "subject": "10023"}),
    f"POST {CASE}/credit": (ACTS, VERSION | {"reason": "late_delivery", "subject": "10023"}),
    f"POST {CASE}/identity": (SERVE, VERSION),
    f"GET {CASE}/wrap-up": (READ, None),
    f"PUT {CASE}/wrap-up": (SERVE, {"outcome": "solved"}),
    f"POST {CASE}/wrap-up/skip": (SERVE, None),
    "GET /api/wrap-ups": (READ, None),
    "GET /api/wrap-ups/figures": (GAPS, None),
    "GET /api/tasks": (READ, None),
    f"GET {CASE}/tasks": (READ, None),
    f"POST {CASE}/tasks": (SERVE, {"client_id": "a" * 32, "kind": "callback", "due_at": "2030-01-02T09:00:00Z"}),
    "POST /api/tasks/{task_id}/done": (SERVE, {}),
    f"GET {CASE}/gap": (SERVE, None),
    f"POST {CASE}/gap": (SERVE, {"client_id": "a" * 32, "language": "de", "question": "Wie?", "answer": "So."}),
    "GET /api/gaps": (GAPS, None),
    "GET /api/gaps/mine": (SERVE, None),
    "GET /api/gaps/{gap_id}/article": (GAPS, None),
    "POST /api/gaps/{gap_id}/article": (
        GAPS,
        {"article_id": "how", "folder": "faq", "topic": "orders", "title": "How", "owner": "emil", "body": "So."},
    ),
    "POST /api/gaps/{gap_id}/take-up": (GAPS, {"version": 1, "article_id": "how"}),
    "POST /api/gaps/{gap_id}/reject": (GAPS, {"version": 1, "reason": "known already"}),
    "POST /api/gaps/{gap_id}/reopen": (GAPS, {"version": 1}),
    "GET /api/articles": (SERVE, {"query": "x", "language": "de"}),
    "GET /api/articles/{language}/{article_id}": (SERVE, None),
    "GET /api/live": (Action.SUPERVISE, None),
    "GET /api/desk-rules": (RULES, None),
    "PUT /api/desk-rules": (RULES, {"version": 0, "document": {}}),
    "POST /api/desk-rules/preview": (RULES, {"document": {}}),
    "POST /api/desk-rules/{version}/bring-back": (RULES, {"version": 0}),
    "GET /api/people": (Action.KEEP_STAFF, None),
    "PUT /api/people/{agent_id}/skills": (
        Action.KEEP_STAFF,
        {"languages": ["de"], "topics": [], "load_limit": 4, "team": None},
    ),
    "GET /api/staff/{agent_id}/shifts": (Action.KEEP_STAFF, None),
    "PUT /api/staff/{agent_id}/shifts": (Action.KEEP_STAFF, SHIFTS),
    "GET /api/me/shifts": (SERVE, None),
    "PUT /api/me/shifts": (SERVE, SHIFTS),
    "POST /api/me/shifts/stay": (SERVE, None),
    f"POST {CASE}/return": (SERVE, CLOSED | {"summary": "done"}),
    f"POST {CASE}/close": (SERVE, CLOSED),
    f"POST {CASE}/release": (SERVE, VERSION),
    f"POST {CASE}/transcript": (SERVE, None),
    f"POST {CASE}/offer/accept": (SERVE, {"offer_id": "x"}),
    f"POST {CASE}/offer/decline": (SERVE, {"offer_id": "x"}),
    f"POST {CASE}/contact/settle": (SERVE, {"outcome": "reached"}),
    "GET /api/queue": (READ, None),
    "GET /api/canned-answers": (SERVE, None),
    "POST /api/canned-answers": (SERVE, CANNED),
    "PUT /api/canned-answers/{answer_id}": (SERVE, CANNED | {"version": 1}),
    "POST /api/canned-answers/{answer_id}/delete": (SERVE, {"version": 1}),
    "POST /api/canned-answers/{answer_id}/restore": (SERVE, {"version": 1}),
    "GET /api/me/writing": (SERVE, None),
    "PUT /api/me/writing": (SERVE, {"send_by": "enter", "undo": False}),
    "PUT /api/me/status": (SERVE, {"status": "available"}),
    "POST /api/credit/{decision_id}/approve": (Action.DECIDE_CREDIT, {"note": "x"}),
    "POST /api/credit/{decision_id}/reject": (Action.DECIDE_CREDIT, {"note": "x"}),
    "POST /api/credit/{decision_id}/reverse": (Action.REVERSE_CREDIT, {"note": "a mistake"}),
    "GET /api/credit/proposals": (Action.DECIDE_CREDIT, None),
    "GET /api/customers": (CUSTOMERS, None),
    "GET /api/customers/{customer_id}": (CUSTOMERS, None),
    "GET /api/customers/{customer_id}/timeline": (CUSTOMERS, None),
    "POST /api/customers/{customer_id}/openings": (CUSTOMERS, {"reason": "asked by accounting"}),
    "GET /api/search": (READ, {"query": "x"}),
    "GET /api/audit": (Action.READ_AUDIT, None),
    "GET /api/audit/export": (Action.READ_AUDIT, None),
    "GET /api/knowledge": (Action.READ_KNOWLEDGE, None),
}
"""Every route of the desk, what it asks of a role, and a request that is right but for who asks."""
ANY_ID = defaultdict(lambda: "x")
UNKNOWN = ["x", "0" * 32, "' OR 1=1 --", "..%2f..%2fetc", "%00", "é", "9" * 300]


def routes_of(app: FastAPI) -> set[str]:
    paths = app.openapi()["paths"]
    return {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}


def test_every_route_of_the_desk_stands_in_the_table_above(app: FastAPI) -> None:
    for_all = ("/api/visitor/", "/api/login", "/api/logout", "/internal/", "/health", "/demo", "/kulanz.", "/privacy")
    guarded = {route for route in routes_of(app) if not route.partition(" ")[2].startswith(for_all)}
    assert guarded - {"GET /", "GET /en"} == set(ROUTES)


@pytest.fixture
def client(app: FastAPI, settings: Settings) -> Iterator[TestClient]:
    with TestClient(app, base_url=settings.url) as client:
        client.headers["Origin"] = settings.url
        yield client


def log_in(client: TestClient, role: Role) -> Agent:
    desk = client.app.state.desk  # type: ignore[attr-defined]
    agent: Agent = desk.agents.add(email=f"{role}@shop.example", name=role, password=PASSWORD, role=role, language="en")
    assert client.post("/api/login", json={"email": agent.email, "password": PASSWORD}).status_code == 200
    return agent


def ask(client: TestClient, route: str, ids: Mapping[str, str]) -> httpx.Response:
    method, _, path = route.partition(" ")
    for name in re.findall(r"{(\w+)}", path):
        path = path.replace(f"{{{name}}}", ids[name])
    data = ROUTES[route][1]
    return client.request(method, path, params=data) if method == "GET" else client.request(method, path, json=data)


@pytest.mark.parametrize("role", Role)
def test_f82_every_route_refuses_the_roles_that_may_not_and_notes_who_tried(client: TestClient, role: Role) -> None:
    agent = log_in(client, role)
    forbidden = [route for route, (action, _) in ROUTES.items() if action and action not in ALLOWED[role]]
    for route in forbidden:
        answer = ask(client, route, ANY_ID)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_allowed"), route
    with client.app.state.engine.connect() as connection:  # type: ignore[attr-defined]
        noted = connection.execute(
            select(audit.c.action).where(audit.c.agent_id == agent.id, audit.c.allowed.is_(False))
        ).scalars()
        assert list(noted) == [route[:60] for route in forbidden]


@pytest.mark.parametrize("unknown", UNKNOWN)
def test_f81_an_id_that_is_not_there_gets_the_same_answer_on_every_route(client: TestClient, unknown: str) -> None:
    log_in(client, Role.SUPERVISOR)
    ids = defaultdict(lambda: unknown, language="de", version="999999")
    may = {None, *ALLOWED[Role.SUPERVISOR]}
    answers = {
        route: ask(client, route, ids) for route, (action, _) in ROUTES.items() if "{" in route and action in may
    }
    assert {route: answer.status_code for route, answer in answers.items() if answer.status_code != 404} == {}
    assert {answer.json()["error"]["code"] for answer in answers.values()} == {"not_found"}


def test_f81_a_visitor_reaches_nothing_of_another_conversation(house: House, visitor: Visitor) -> None:
    with Visitor(house.url, "en") as other:
        answered = other.ask("what do you have?")
        headers = {"Authorization": f"Bearer {visitor._token}"}
        missing = visitor._http.get("/api/visitor/documents/nothing", headers=headers)
        foreign = visitor._http.get(f"/api/visitor/documents/{other.conversation_id}", headers=headers)
        assert (missing.status_code, missing.content) == (foreign.status_code, foreign.content)
        assert missing.status_code == 404
        page = visitor._http.get("/api/visitor/events", params={"before": 2**31 - 1}, headers=headers).json()
        assert other.conversation_id not in json.dumps(page)
        visitor.send(
            type="message", client_id=uuid4().hex, choice={"message_number": answered["number"], "choice_id": "1"}
        )
        not_here = next_of(visitor, "error")
        visitor.send(type="message", client_id=uuid4().hex, choice={"message_number": 999, "choice_id": "1"})
        assert next_of(visitor, "error")["code"] == not_here["code"]


def test_f81_every_frame_of_an_agent_about_a_conversation_that_is_not_there_gets_the_same_answer(house: House) -> None:
    anna = house.agent()
    union = typing.get_args(typing.get_args(AgentFrame)[0])
    about_one = [frame for frame in union if "conversation_id" in frame.model_fields]
    assert len(about_one) >= 2
    for frame in about_one:
        usual = {"on": True, "about": "message", "number": 1, "conversation_id": "' OR 1=1 --"}
        usual["type"] = frame.model_fields["type"].default
        anna.send(**{name: usual[name] for name in frame.model_fields})
        assert anna.receive("error")["code"] == "not_found", frame


# --- sessions that end --------------------------------------------------------------------------------------------


def test_f80_a_lowered_role_closes_the_socket_and_gives_its_conversations_back(house: House, visitor: Visitor) -> None:
    anna = house.agent()
    visitor.send(type="request_human", client_id=uuid4().hex)
    next_of(visitor, "queue")
    anna.do(visitor.conversation_id, "claim").raise_for_status()
    house.desk.agents.set_role(anna.id, Role.EDITOR)
    assert wait_closed(anna.socket) == 4401
    assert anna.do(visitor.conversation_id, "close", **CLOSED).status_code == 401
    visitor.receive_until(
        lambda frame: frame["type"] == "event" and frame["event"]["data"]["type"] == "conversation.requeued", 20
    )
