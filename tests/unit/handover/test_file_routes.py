"""Files over HTTP: one body a file, never longer than allowed, given back as nothing but a download."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image

from handover import patience
from handover.api import downloads, uploads
from handover.contract.frames import PostMessage
from handover.domain.agent import Role
from handover.services.desk import Desk
from handover.services.documents.render import File
from handover.services.limits import Rate, Rates, Throttle
from handover.settings import MB, Settings
from tests.edges import PASSWORD

PDF = b"%PDF-1.7\n%%EOF\n"
EVIL = "../a\u202e\r\nX-Evil: 1\"';<svg onload=alert(1)>.png"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"file_mb": 1, "files_mb": 3})


@pytest.fixture
def desk(app: FastAPI) -> Desk:
    desk: Desk = app.state.desk
    return desk


@pytest.fixture
def client(app: FastAPI, settings: Settings) -> Iterator[TestClient]:
    with TestClient(app, base_url=settings.url, raise_server_exceptions=False) as client:
        client.headers["Origin"] = settings.url
        yield client


def picture() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(content, "PNG")
    return content.getvalue()


def begin(client: TestClient) -> tuple[str, dict[str, str]]:
    """A conversation, and the header that opens it."""
    started = client.post("/api/visitor/conversations", json={"language": "en"}).json()
    return started["conversation_id"], {"Authorization": f"Bearer {started['visitor_token']}"}


def upload(client: TestClient, headers: dict[str, str], name: str, content: bytes) -> httpx.Response:
    return client.post("/api/visitor/files", params={"name": name}, headers=headers, content=content)


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def at_work(client: TestClient, desk: Desk, conversation_id: str, name: str = "anna") -> int:
    """Somebody logs in and takes the case; its ownership version."""
    email = f"{name}@shop.example"
    desk.agents.add(email=email, name=name.title(), password=PASSWORD, role=Role.AGENT, language="en")
    assert client.post("/api/login", json={"email": email, "password": PASSWORD}).status_code == 200
    desk.conversations.request_human(conversation_id, uuid4().hex)
    claimed = client.post(f"/api/conversations/{conversation_id}/claim").json()
    return int(claimed["summary"]["ownership_version"])


def send(desk: Desk, conversation_id: str, file_id: str) -> None:
    desk.conversations.post_visitor_message(conversation_id, PostMessage(client_id=uuid4().hex, file_ids=(file_id,)))


def test_f83_an_evil_name_comes_back_as_a_harmless_download(client: TestClient) -> None:
    _, mine = begin(client)
    ref = upload(client, mine, EVIL, picture())
    assert ref.status_code == 201, ref.text
    assert ref.json()["name"] == "a X-Evil: 1\"';<svg onload=alert(1)>.png"
    fetched = client.get(f"/api/visitor/files/{ref.json()['id']}", headers=mine)
    assert fetched.content == picture()
    head = fetched.headers
    assert head["content-disposition"] == f"attachment; filename*=UTF-8''{quote(ref.json()['name'], safe='')}"
    assert head["content-security-policy"] == "sandbox; default-src 'none'"
    assert (head["x-content-type-options"], head["cache-control"]) == ("nosniff", "private, no-store")
    assert head["content-type"] == "image/png"
    assert "x-evil" not in head


def test_refusals_have_codes_that_clients_have_sentences_for(client: TestClient) -> None:
    _, mine = begin(client)
    assert code(upload(client, mine, "a.html", b"<html>")) == (422, "file_type")
    assert code(upload(client, mine, "a.pdf", b"")) == (422, "file_empty")
    assert code(upload(client, mine, "a.pdf", PDF + b" " * MB)) == (413, "file_too_large")
    for _ in range(3):
        assert upload(client, mine, "a.pdf", PDF + b" " * (MB - 100)).status_code == 201
    assert code(upload(client, mine, "a.pdf", PDF + b" " * (MB - 100))) == (409, "files_full")
    assert code(client.post("/api/visitor/files", params={"name": "a.pdf"}, content=PDF)) == (401, "not_logged_in")
    assert code(client.post("/api/visitor/files", headers=mine, content=PDF)) == (422, "invalid_input")


def test_a_body_without_a_length_is_cut_off_where_it_becomes_too_long(client: TestClient) -> None:
    _, mine = begin(client)
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        for _ in range(64):
            taken += 1
            yield b"%PDF-" + b" " * 65_536

    answer = client.post("/api/visitor/files", params={"name": "a.pdf"}, headers=mine, content=endless())
    assert code(answer) == (413, "file_too_large")
    assert uploads.HANDS.room == uploads.IN_HAND


def test_f81_a_foreign_file_is_a_404_for_visitors_and_agents(client: TestClient, desk: Desk) -> None:
    (_, mine), (other, theirs) = begin(client), begin(client)
    ref = upload(client, theirs, "a.pdf", PDF).json()
    assert code(client.get(f"/api/visitor/files/{ref['id']}", headers=mine)) == (404, "unknown_file")
    assert code(client.get("/api/visitor/files/no-such", headers=mine)) == (404, "unknown_file")
    assert client.get(f"/api/visitor/files/{ref['id']}").status_code == 401
    at_work(client, desk, other)
    assert code(client.get(f"/api/conversations/{other}/files/{ref['id']}")) == (404, "unknown_file")
    send(desk, other, ref["id"])
    assert client.get(f"/api/conversations/{other}/files/{ref['id']}").content == PDF


def test_an_agent_uploads_where_they_have_the_word_and_sends_with_or_without_a_text(
    client: TestClient, desk: Desk
) -> None:
    conversation_id, mine = begin(client)
    path = f"/api/conversations/{conversation_id}"
    version = at_work(client, desk, conversation_id)
    ref = client.post(f"{path}/files", params={"name": "Guide.pdf"}, content=PDF).json()
    body = {"client_id": uuid4().hex, "ownership_version": version, "file_ids": [ref["id"]]}
    assert client.post(f"{path}/messages", json=body).status_code == 200
    assert client.get(f"/api/visitor/files/{ref['id']}", headers=mine).content == PDF
    empty = {"client_id": uuid4().hex, "ownership_version": version}
    assert code(client.post(f"{path}/messages", json=empty)) == (422, "invalid_input")
    other, _ = begin(client)
    refused = client.post(f"/api/conversations/{other}/files", params={"name": "a.pdf"}, content=PDF)
    assert refused.status_code in (403, 404)


def test_a_website_that_may_not_embed_the_widget_uploads_nothing(client: TestClient) -> None:
    _, mine = begin(client)
    evil = {**mine, "Origin": "https://evil.example"}
    assert code(client.post("/api/visitor/files", params={"name": "a.pdf"}, headers=evil, content=PDF))[0] == 403
    assert (
        "access-control-allow-origin"
        not in client.options("/api/visitor/files", headers={**evil, "Access-Control-Request-Method": "POST"}).headers
    )


def test_files_of_a_conversation_are_throttled_by_the_hour(app: FastAPI, client: TestClient) -> None:
    _, mine = begin(client)
    answers = [upload(client, mine, "a.pdf", PDF) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [201] * 20 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0
    _, other = begin(client)
    assert upload(client, other, "a.pdf", PDF).status_code == 201


def test_what_a_flood_of_files_brings_is_bounded_and_an_unknown_length_counts_as_the_longest(
    app: FastAPI, client: TestClient
) -> None:
    app.state.throttle = Throttle(Rates(all_uploaded_mb=Rate(1.5, 1)))
    _, mine = begin(client)
    assert upload(client, mine, "a.pdf", PDF).status_code == 201
    assert (
        client.post("/api/visitor/files", params={"name": "b.pdf"}, headers=mine, content=iter([PDF])).status_code
        == 201
    )
    _, other = begin(client)
    answer = client.post("/api/visitor/files", params={"name": "c.pdf"}, headers=other, content=iter([PDF]))
    assert code(answer) == (429, "too_many")


def test_a_process_holds_no_more_files_at_once_than_it_has_hands_for(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, mine = begin(client)
    monkeypatch.setattr(uploads.HANDS, "room", 10)
    assert code(upload(client, mine, "a.pdf", PDF)) == (429, "too_many")
    assert uploads.HANDS.room == 10


async def test_a_download_goes_out_piece_by_piece() -> None:
    content, sent = bytes(range(256)) * 1000, list[dict[str, Any]]()

    async def send(message: Any) -> None:
        sent.append(message)

    await downloads.download(File("a.bin", "application/pdf", content))({}, receive_nothing, send)
    pieces = [message["body"] for message in sent[1:]]
    assert b"".join(pieces) == content
    assert max(map(len, pieces)) <= downloads.PIECE
    assert [message["more_body"] for message in sent[1:]] == [True] * (len(pieces) - 1) + [False]


async def test_who_asks_for_a_file_and_does_not_read_it_is_hung_up_on_and_takes_nobodys_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(downloads, "READ_SECONDS", 0.0)
    hands, held = uploads.Hands(100), list[int]()

    async def send(_: Any) -> None:
        held.append(hands.room)
        await asyncio.Event().wait()

    await downloads.download(File("a.pdf", "application/pdf", PDF), hands)({}, receive_nothing, send)
    assert (held, hands.room) == ([100 - len(PDF)], 100)


async def receive_nothing() -> Any:
    return {}


def test_visitors_cannot_have_more_held_for_them_than_there_is_room_for(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, mine = begin(client)
    file = upload(client, mine, "a.pdf", PDF).json()["id"]
    monkeypatch.setattr(downloads.OUTGOING, "room", len(PDF) - 1)
    assert code(client.get(f"/api/visitor/files/{file}", headers=mine)) == (429, "too_many")
    monkeypatch.setattr(downloads.OUTGOING, "room", len(PDF))
    assert client.get(f"/api/visitor/files/{file}", headers=mine).content == PDF


def test_widgets_are_told_beforehand_how_large_a_file_may_be(client: TestClient) -> None:
    assert client.get("/api/visitor/config").json()["file_bytes"] == MB


async def test_a_slow_body_has_the_time_it_earns_and_a_trickle_has_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the protocol itself, with a clock to turn."""
    loop, now = asyncio.get_running_loop(), 0.0
    monkeypatch.setattr(patience.asyncio, "get_running_loop", lambda: Clockwork(loop, lambda: now))
    listener = object.__new__(patience.Patient)
    given_up: list[float] = []
    monkeypatch.setattr(patience.Patient, "give_up", lambda _: given_up.append(now))
    listener._wait()
    listener._body = 10 * patience.SLOWEST
    now = patience.ASK_SECONDS
    listener._look()
    assert not given_up
    now += 10
    listener._look()
    assert given_up == [now]
    listener._stop_waiting()


class Clockwork:
    """The loop, with another time and nothing that runs by itself."""

    def __init__(self, loop: asyncio.AbstractEventLoop, time: Callable[[], float]) -> None:
        self.time = time
        self.call_later = self.call_at = lambda *_: loop.call_later(3600, lambda: None)
