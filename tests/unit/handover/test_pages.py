"""How built files go out: packed for whoever takes it, and not again to whoever has them."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from handover.api.pages import Bundle

SCRIPT = "console.log('Guten Tag');\n" * 100


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    (tmp_path / "page.js").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "logo.png").write_bytes(b"\x89PNG" * 100)
    app = FastAPI()
    app.mount("/files", Bundle(tmp_path, {"X-More": "yes"}))
    return TestClient(app)


def test_a_script_is_packed_for_whoever_takes_it(client: TestClient) -> None:
    with client.stream("GET", "/files/page.js", headers={"Accept-Encoding": "br, gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
    assert gzip.decompress(raw).decode() == SCRIPT
    assert int(answer.headers["content-length"]) == len(raw) < len(SCRIPT) / 3
    assert (answer.headers["content-encoding"], answer.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert answer.headers["x-more"] == "yes"
    assert answer.headers["content-type"].startswith("text/javascript")


def test_whoever_does_not_take_it_gets_the_file_itself(client: TestClient) -> None:
    answer = client.get("/files/page.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in answer.headers
    assert (answer.text, answer.headers["vary"]) == (SCRIPT, "Accept-Encoding")


def test_a_picture_stays_as_it_is(client: TestClient) -> None:
    assert "content-encoding" not in client.get("/files/logo.png").headers


def test_whoever_has_the_packed_file_does_not_get_it_again(client: TestClient) -> None:
    tag = client.get("/files/page.js").headers["etag"]
    again = client.get("/files/page.js", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_a_file_that_changed_is_packed_anew(client: TestClient, tmp_path: Path) -> None:
    client.get("/files/page.js")
    (tmp_path / "page.js").write_text("another", encoding="utf-8")
    assert client.get("/files/page.js").text == "another"
