"""Articles behind the answers: published by the real knowledge room, read by visitors over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from handover.domain.errors import NotFound, Unavailable
from handover.gateways.knowledge import LiveArticles
from handover.services.articles import Articles
from handover.settings import Settings
from knowledge import builds
from knowledge.articles import read_folder
from tests.unit.knowledge.small_shop import LetterEncoder, article, write

TODAY = date(2026, 3, 10)


class Room:
    """An editor's folder and the builds made of it."""

    def __init__(self, folder: Path, data_dir: Path) -> None:
        self.folder, self.builds = folder, builds.Builds(data_dir / "knowledge")

    def save(
        self, article_id: str = "payment", language: str = "de", body: str = "Mit **PayPal**.", **more: str
    ) -> None:
        extra = "".join(f"{name}: {value}\n" for name, value in more.items())
        write(self.folder, language, article_id, article(article_id, language, body=body, extra=extra))

    def publish(self) -> str:
        found, problems = read_folder(self.folder)
        assert not problems
        build = builds.make(found, LetterEncoder())
        self.builds.save(build)
        self.builds.switch(builds.Current(build.version))
        return build.version


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path / "articles", tmp_path)


@pytest.fixture
def articles(room: Room) -> Articles:
    return Articles(LiveArticles(room.builds.folder), lambda: TODAY)


def test_an_article_is_read_as_it_is_live_with_the_languages_it_exists_in(room: Room, articles: Articles) -> None:
    room.save()
    room.save(language="en", body="By **PayPal**.")
    room.publish()
    room.save(body="Noch nicht veröffentlicht.")
    read = articles.for_visitor("de", "payment")
    assert (read.title, read.body, read.updated_on) == ("Zahlungsarten", "Mit **PayPal**.", "2026-01-01")
    assert read.languages == ("de", "en")
    assert articles.for_visitor("en", "payment").body == "By **PayPal**."


def test_a_changed_article_has_another_version_and_day_and_its_neighbour_keeps_them(
    room: Room, articles: Articles
) -> None:
    room.save()
    room.save("delivery")
    room.publish()
    before = articles.for_visitor("de", "payment"), articles.for_visitor("de", "delivery")
    room.save(body="Nur noch mit Karte.")
    room.publish()
    after = articles.for_visitor("de", "payment"), articles.for_visitor("de", "delivery")
    assert after[1] == before[1]
    assert after[0].version != before[0].version
    assert after[0].updated_on == datetime.now(UTC).date().isoformat()


def test_what_is_not_for_visitors_or_not_of_today_is_not_there(room: Room, articles: Articles) -> None:
    tomorrow, yesterday = (str(TODAY + timedelta(days=days)) for days in (1, -1))
    room.save("staff", audience="agents")
    room.save("over", valid_until=yesterday)
    write(room.folder, "de", "soon", article("soon").replace("valid_from: 2026-01-01", f"valid_from: {tomorrow}"))
    room.save("last-day", valid_until=str(TODAY))
    room.save("half", audience="agents")
    room.save("half", "en")
    room.publish()
    for article_id in ("staff", "over", "soon", "half", "unknown", "../manifest", ""):
        with pytest.raises(NotFound):
            articles.for_visitor("de", article_id)
    assert articles.for_visitor("de", "last-day").id == "last-day"
    assert articles.for_visitor("en", "half").languages == ("en",), "the twin is the staff's"


def test_before_the_first_build_there_is_no_article(articles: Articles) -> None:
    with pytest.raises(NotFound):
        articles.for_visitor("de", "payment")


def test_a_version_that_cannot_be_read_leaves_the_last_one_and_is_told_where_there_is_none(
    room: Room, articles: Articles
) -> None:
    room.save()
    room.publish()
    read = articles.for_visitor("de", "payment")
    room.builds.current_file.write_text(json.dumps({"version": "gone"}))
    assert articles.for_visitor("de", "payment") == read
    with pytest.raises(Unavailable):
        Articles(LiveArticles(room.builds.folder), lambda: TODAY).for_visitor("de", "payment")


# --- over HTTP --------------------------------------------------------------------------------------------------------


@pytest.fixture
def client(app: FastAPI, settings: Settings, tmp_path: Path) -> Iterator[TestClient]:
    room = Room(tmp_path / "articles", settings.data_dir)
    room.save()
    room.save("staff", audience="agents")
    room.publish()
    with TestClient(app, base_url=settings.url, raise_server_exceptions=False) as client:
        client.headers["Origin"] = settings.url
        yield client


def fetch(client: TestClient, path: str, token: str) -> Response:
    return client.get(f"/api/visitor/articles/{path}", headers={"Authorization": f"Bearer {token}"})


def test_whoever_talks_with_us_reads_the_article_and_nobody_else(client: TestClient, app: FastAPI) -> None:
    token = app.state.desk.conversations.start("de", None).visitor_token
    answer = fetch(client, "de/payment", token)
    assert answer.status_code == 200
    assert answer.json()["body"] == "Mit **PayPal**."
    assert set(answer.json()) == {"id", "language", "title", "body", "version", "updated_on", "languages"}
    assert fetch(client, "de/payment", "wrong").status_code == 401
    assert client.get("/api/visitor/articles/de/payment").status_code == 401
    for path, status in {"de/staff": 404, "en/payment": 404, "fr/payment": 422, "de/..%2f..%2fcurrent": 404}.items():
        assert fetch(client, path, token).status_code == status


def test_the_websites_that_show_the_chat_may_ask_for_articles_and_no_other(client: TestClient, settings) -> None:
    asks = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}
    own = client.options("/api/visitor/articles/de/payment", headers=asks)
    foreign = client.options("/api/visitor/articles/de/payment", headers=asks | {"Origin": "https://evil.example"})
    assert own.headers["access-control-allow-origin"] == settings.url
    assert "access-control-allow-origin" not in foreign.headers
