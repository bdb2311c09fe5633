"""F83, F84 at the desk: whatever anybody wrote, wherever, is text on every page, in the widget, in mails and papers.

Twice. Once with all that people can write down in a real house, read back from its database. And once more with every text
that the desk tells a page replaced on its way, so that no field is left out, not those of pages yet to come either.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Route, WebSocketRoute, expect
from sqlalchemy import update

from handover.store import tables
from tests.browser.chat import ANSWER_MS, Chat
from tests.browser.desk_places import PLACES, Place, enter, unfold
from tests.browser.furnished import Colleague, Furnished, Words, furnished
from tests.browser.hostile import EVIL, SHORT, SHOWN, grown, poisoned
from tests.browser.watch import Watch
from tests.browser.workplace import SHOWN_MS
from tests.edges import House

WORDS = Words(
    visitor=EVIL,
    upset=f"{EVIL} !!!",
    bot=EVIL,
    agent=EVIL,
    note=EVIL,
    comment=EVIL,
    file=f'"><svg onload="window.hacked=1">{SHORT}.png',
    contact=EVIL[:500],
    page='https://shop.example/"><img src=x onerror=window.hacked=1>',
    short=SHORT,
)
REACHED_MS = 1500
WORDLESS = {"login", "log out", "shortcuts", "customers", "answer form"}
"""Where nobody else's words stand."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    with furnished(tmp_path_factory.mktemp("hostile"), WORDS) as desk:
        rename_everybody(desk.house)
        yield desk


def rename_everybody(house: House) -> None:
    """Names of people and things come from the shop and from who adds accounts; here they come from nowhere good."""
    who, what = tables.customers.c, tables.order_items.c
    named = (who.name, who.street, who.city, tables.agents.c.name, what.name_de, what.name_en)
    told = (tables.outages.c.text_de, tables.outages.c.text_en, tables.payment_methods.c.label)
    with house.app.state.engine.begin() as connection:
        for column in (*named, *told):
            connection.execute(update(column.table).values({column.name: SHORT}))


@pytest.mark.parametrize("who", sorted({place.who for place in PLACES if place.who}))
def test_f83_f84_what_anybody_wrote_down_is_text_on_every_page_of_the_desk(
    browser: Browser, desk: Furnished, who: str
) -> None:
    with browser.new_context(locale="de") as context:
        page = context.new_page()
        watch = Watch(page, desk.house.url)
        enter(page, desk.house.url, who, "de")
        for place in [place for place in PLACES if place.who == who]:
            visit(page, desk, place)
            assert [f"{place.name}: {what}" for what in [*grown(page), *watch.found()]] == []


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("who", sorted({place.who for place in PLACES if place.who}))
def test_f83_f84_whatever_the_desk_tells_a_page_is_shown_as_text(
    browser: Browser, desk: Furnished, who: str, language: str
) -> None:
    with browser.new_context(locale=language) as context:
        page = context.new_page()
        watch = Watch(page, desk.house.url)
        enter(page, desk.house.url, who, language)
        with poisoning(page):
            for place in [place for place in PLACES if place.who == who]:
                visit(page, desk, place, as_far_as=REACHED_MS)
                assert [f"{place.name}: {what}" for what in [*grown(page), *watch.found()]] == []
                if place.name not in WORDLESS:
                    assert SHOWN in page.locator("body").inner_text(), f"{place.name} shows no text at all"


def visit(page: Page, desk: Furnished, place: Place, as_far_as: int | None = None) -> None:
    """`as_far_as`: the numbers and names by which one gets on there may be gone; so long, in ms, it is tried."""
    page.goto(desk.path(place.path))
    expect(page.locator("main").first).to_be_visible(timeout=SHOWN_MS)
    if place.prepare:
        expect(page.locator("[aria-busy=true]:visible")).to_have_count(0, timeout=SHOWN_MS)
        page.set_default_timeout(as_far_as or SHOWN_MS)
        with suppress(*([Error] if as_far_as else [])):
            place.prepare(page)
        page.set_default_timeout(SHOWN_MS)
    if not (place.prepare and as_far_as):
        expect(page.locator(place.shows).first).to_be_visible(timeout=SHOWN_MS)
    unfold(page)
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


@contextmanager
def poisoning(page: Page) -> Iterator[None]:
    """All that the desk tells this page meanwhile, by HTTP and over the socket."""
    page.route("**/api/**", poison)
    page.route_web_socket("**/ws/desk", poison_socket)
    try:
        yield
    finally:
        page.unroute_all(behavior="ignoreErrors")


def poison(route: Route) -> None:
    if route.request.method != "GET" or route.request.resource_type not in {"fetch", "xhr"}:
        route.fallback()
        return
    answer = route.fetch()
    if "json" not in answer.headers.get("content-type", ""):
        route.fulfill(response=answer)
        return
    route.fulfill(response=answer, json=poisoned(answer.json()))


def poison_socket(socket: WebSocketRoute) -> None:
    server = socket.connect_to_server()
    server.on_message(lambda said: socket.send(json.dumps(poisoned(json.loads(said)))))
    socket.on_message(server.send)


@pytest.mark.parametrize("which", ["case", "waiting", "closed"])
def test_f83_f84_the_visitor_reads_the_same_words_as_text(browser: Browser, desk: Furnished, which: str) -> None:
    conversation = getattr(desk, which)
    kept = {"conversation_id": conversation, "token": desk.tokens[conversation], "next_token": None, "outbox": []}
    with browser.new_context(locale="de") as context:
        page = context.new_page()
        watch = Watch(page, desk.house.url)
        page.add_init_script(f"localStorage.setItem('kulanz', {json.dumps(json.dumps(kept))})")
        chat = Chat(page, desk.house.url, "de")
        chat.visit()
        chat.open()
        expect(chat.panel).to_contain_text(SHOWN, timeout=ANSWER_MS)
        assert [*grown(page), *watch.found()] == []


def test_f83_mails_and_papers_hold_the_words_as_text(browser: Browser, desk: Furnished, tmp_path: Path) -> None:
    anna = Colleague(desk.house, "anna")
    anna.post(f"/api/conversations/{desk.case}/transcript")
    anna.close()
    with browser.new_context() as context:
        page = context.new_page()
        watch = Watch(page, desk.house.url, tmp_path.as_uri())
        for conversation in (desk.case, desk.waiting, desk.closed):
            bearer = {"Authorization": f"Bearer {desk.tokens[conversation]}"}
            answer = context.request.get(f"{desk.house.url}/api/visitor/transcript?language=de", headers=bearer)
            assert answer.ok, answer.text()
            paper = tmp_path / f"{conversation}.html"
            paper.write_bytes(answer.body())
            page.goto(paper.as_uri())
            assert SHOWN in page.locator("body").inner_text()
            assert [what for what in grown(page) if not what.startswith("<style>")] == []
        page.goto(f"{desk.house.url}/demo/mailbox")
        assert SHOWN in page.locator("body").inner_text()
        assert [*grown(page), *watch.found()] == []


def test_f85_no_cell_of_an_export_is_a_formula(desk: Furnished) -> None:
    with desk.house.app.state.engine.begin() as connection:
        connection.execute(update(tables.agents).values(name='=HYPERLINK("https://evil.example","x")'))
    sophie = Colleague(desk.house, "sophie")
    told = sophie.http.get("/api/audit/export").raise_for_status().text
    sophie.close()
    cells = [cell for row in csv.reader(StringIO(told.removeprefix("\ufeff"))) for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not [cell for cell in cells if cell[:1] in set("=+-@\t\r")]
