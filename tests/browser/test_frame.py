"""The frame of the widget: ways to embed it, consent, languages and parts that cannot be fetched, themes, phones, zoom."""

from __future__ import annotations

import gzip
import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from handover.api.pages import WIDGET
from handover.store.tables import events
from tests.browser.chat import ANSWER_MS, Chat
from tests.browser.website import Shop, conversations, problems, tag, works
from tests.edges import House


@pytest.fixture
def chat(page: Page, house: House) -> Chat:
    return Chat(page, house.url, "en")


def page_with(shop: Shop, house: House, attributes: str = "", path: str = "/page", head: str = "") -> str:
    return shop.page(path, f"<!doctype html>{head}<body>{tag(house).replace('<script', f'<script {attributes}')}")


# --- the ES module ------------------------------------------------------------------------------------------------

MODULE = """
import {{ embed, close, identify, on, open, remove }} from "{desk}/kulanz.mjs";
window.heard = [];
const chat = embed({{ language: "en", label: "Help", position: "left" }});
for (const name of ["open", "close", "connection", "remove"]) on(name, detail => heard.push([name, detail?.state ?? ""]));
Object.assign(window, {{ chat, open, close, remove, same: embed({{ label: "Other" }}) === chat }});
"""


def test_the_module_embeds_under_the_strictest_policy_and_takes_everything_back(
    chat: Chat, shop: Shop, house: House
) -> None:
    socket = house.url.replace("http", "ws", 1)
    policy = (
        f"default-src 'none'; script-src 'self' {house.url}; connect-src {house.url} {socket}; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    shop.page("/app.js", MODULE.format(desk=house.url), Content_Type="text/javascript")
    html = '<!doctype html><head><script type="module" src="/app.js"></script></head><body>'
    found = problems(chat.page)
    works(chat, shop.page("/built", html, Content_Security_Policy=policy))
    expect(chat.page.get_by_test_id("kulanz-launcher")).to_have_attribute("aria-label", "Open Help")
    assert chat.page.evaluate("[same, Kulanz === chat]") == [True, True]
    chat.page.evaluate("close()")
    expect(chat.panel).to_be_hidden()
    chat.page.evaluate("open()")
    expect(chat.panel).to_be_visible()
    chat.page.evaluate("remove()")
    expect(chat.page.locator("kulanz-chat")).to_have_count(0)
    heard = chat.page.evaluate("heard")
    assert [name for name, _ in heard if name != "connection"] == ["open", "close", "open", "remove"]
    assert ["connection", "live"] in heard
    assert chat.page.evaluate("[window.Kulanz, document.adoptedStyleSheets.length, document.body.inert]") == [
        None,
        0,
        False,
    ]
    assert found == []


def test_the_bundles_may_be_fetched_by_every_website_and_hashed_ones_are_kept(house: House) -> None:
    module = httpx.get(f"{house.url}/kulanz.mjs", headers={"Origin": "https://shop.example"})
    panel = re.search(r"panel-[\w-]+\.js", module.text)
    assert panel
    for address, cached in ((f"/widget/{panel[0]}", "immutable"), (f"/widget/try-1/{panel[0]}", "immutable")):
        answer = httpx.get(house.url + address)
        assert cached in answer.headers["cache-control"]
        assert answer.headers["access-control-allow-origin"] == "*"
    assert module.headers["cache-control"] == "no-cache"
    assert module.headers["access-control-allow-origin"] == "*"
    assert "javascript" in module.headers["content-type"]
    assert httpx.get(f"{house.url}/widget/try-1/nothing.js").status_code == 404


def test_what_is_fetched_stays_small(chat: Chat, shop: Shop, house: House) -> None:
    """Packed as a web server does: the loader 3 KB, everything that opening the chat waits for 30 KB."""
    chat.page.goto(page_with(shop, house))
    chat.page.get_by_test_id("kulanz-launcher").click()
    expect(chat.field).to_be_visible(timeout=ANSWER_MS)
    listed = "performance.getEntriesByType('resource').map(one => one.name).filter(name => name.endsWith('.js'))"
    files = {url: len(gzip.compress(httpx.get(url).content, 9)) for url in chat.page.evaluate(listed)}
    opening = [
        size for url, size in files.items() if re.search(r"/(panel|core|en)-[\w-]+\.js$", url) and "parts" not in url
    ]
    assert len(opening) == 3
    assert sum(opening) <= 30_000
    german, english = (packed(language) for language in ("de", "en"))
    assert sum(opening) - english + german <= 30_000
    for loader in ("kulanz.js", "kulanz.mjs"):
        assert len(gzip.compress(httpx.get(f"{house.url}/{loader}").content, 9)) <= 3_000


def packed(language: str) -> int:
    """Bytes of the sentences that come with the panel."""
    [file] = [file for file in WIDGET.glob(f"{language}-*.js") if "parts" not in file.name]
    return len(gzip.compress(file.read_bytes(), 9))


# --- F100: consent ------------------------------------------------------------------------------------------------

ASK = 'data-consent="ask" data-consent-version="2026-11" data-privacy-url="/privacy.html"'
KEPT = """() => indexedDB.databases().then(found =>
    [Object.keys(localStorage), Object.keys(sessionStorage), document.cookie, found.length])"""
NOTHING: list[Any] = [[], [], "", 0]


def test_f100_who_does_not_agree_leaves_no_trace(chat: Chat, shop: Shop, house: House) -> None:
    before = conversations(house)
    asked: list[str] = []
    chat.page.on("request", lambda sent: asked.append(sent.url))
    sockets: list[str] = []
    chat.page.on("websocket", lambda socket: sockets.append(socket.url))
    chat.page.goto(page_with(shop, house, ASK))
    assert chat.page.evaluate(KEPT) == NOTHING
    chat.page.get_by_test_id("kulanz-launcher").click()
    note = chat.page.get_by_test_id("consent-note")
    expect(note).to_contain_text("Before we start")
    expect(note.get_by_test_id("consent-privacy")).to_have_attribute("href", f"{shop.url}/privacy.html")
    expect(chat.field).to_have_count(0)
    chat.page.get_by_test_id("language-de").click()
    expect(note).to_contain_text("Bevor wir anfangen")
    assert chat.page.evaluate(KEPT) == NOTHING
    note.get_by_test_id("consent-not-now").click()
    expect(chat.panel).to_be_hidden()
    chat.page.reload()
    expect(chat.page.get_by_test_id("kulanz-launcher")).to_be_visible()
    assert chat.page.evaluate(KEPT) == NOTHING
    assert chat.page.context.cookies() == []
    assert sockets == []
    own = (f"{shop.url}/", f"{house.url}/kulanz.js", f"{house.url}/widget/")
    assert [url for url in asked if not url.startswith(own)] == []
    assert conversations(house) == before


def test_f100_what_is_agreed_to_is_kept_told_to_the_desk_and_withdrawn_without_a_trace(
    chat: Chat, shop: Shop, house: House
) -> None:
    before = set(conversations(house))
    chat.page.goto(page_with(shop, house, ASK))
    chat.page.get_by_test_id("kulanz-launcher").click()
    chat.page.get_by_test_id("consent-agree").click()
    chat.wait_until_live()
    chat.ask("are you there?")
    (begun,) = set(conversations(house)) - before
    assert log_of(house, begun)[0][1]["consent"] == "2026-11"
    chat.page.reload()
    chat.wait_until_live()
    expect(chat.own_messages).to_have_count(1)

    chat.page.get_by_test_id("menu").click()
    chat.page.get_by_test_id("menu-withdraw").click()
    chat.page.get_by_test_id("withdraw-yes").click()
    expect(chat.page.get_by_test_id("consent-note")).to_be_visible(timeout=ANSWER_MS)
    assert chat.page.evaluate(KEPT) == NOTHING
    assert log_of(house, begun)[-1][0] == "conversation.closed"


def test_f100_a_new_version_of_the_note_is_asked_about_anew(chat: Chat, shop: Shop, house: House) -> None:
    chat.page.goto(page_with(shop, house, ASK))
    chat.page.get_by_test_id("kulanz-launcher").click()
    chat.page.get_by_test_id("consent-agree").click()
    chat.wait_until_live()
    chat.page.goto(page_with(shop, house, ASK.replace("2026-11", "2027-01"), path="/later"))
    expect(chat.page.get_by_test_id("consent-note")).to_be_visible(timeout=ANSWER_MS)


def log_of(house: House, conversation_id: str) -> list[tuple[str, dict[str, Any]]]:
    """What happened, each with its type."""
    query = select(events.c.type, events.c.data).where(events.c.conversation_id == conversation_id)
    with house.app.state.engine.connect() as connection:
        return [(type_, data) for type_, data in connection.execute(query.order_by(events.c.number))]


# --- what cannot be fetched ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["panel", "core", "en"])
def test_a_panel_that_did_not_come_is_fetched_under_another_address(
    chat: Chat, shop: Shop, house: House, file: str
) -> None:
    asked: list[str] = []
    chat.page.on("request", lambda sent: asked.append(sent.url))
    chat.page.route(re.compile(rf"/widget/{file}-[\w-]+\.js"), lambda route: route.abort())
    chat.page.goto(page_with(shop, house))
    chat.page.get_by_test_id("kulanz-launcher").click()
    expect(chat.page.get_by_role("alert")).to_contain_text("cannot be reached", timeout=ANSWER_MS)
    chat.open()
    expect(chat.ask("are you there?")).to_contain_text("are you there?")
    assert [url for url in asked if f"/widget/try-1/{file}-" in url]


def test_a_language_that_did_not_come_leaves_the_old_one_and_says_so(chat: Chat, shop: Shop, house: House) -> None:
    asked: list[str] = []
    refuse = re.compile(r"/de-[\w-]+\.js")
    chat.page.route(refuse, lambda route: (asked.append(route.request.url), route.abort()))
    chat.page.goto(page_with(shop, house))
    chat.open()
    chat.page.get_by_test_id("language-de").click()
    expect(chat.page.get_by_test_id("language-failed")).to_contain_text("could not be changed", timeout=ANSWER_MS)
    expect(chat.page.get_by_test_id("language-en")).to_have_attribute("aria-pressed", "true")
    chat.page.unroute(refuse)
    chat.page.get_by_test_id("language-de").click()
    expect(chat.page.get_by_test_id("language-de")).to_have_attribute("aria-pressed", "true", timeout=ANSWER_MS)
    expect(chat.panel).to_have_attribute("lang", "de")
    expect(chat.page.get_by_test_id("language-failed")).to_be_empty()


# --- the menu -----------------------------------------------------------------------------------------------------


def test_the_menu_is_worked_by_keys_alone(chat: Chat, shop: Shop, house: House) -> None:
    chat.page.goto(page_with(shop, house))
    chat.open()
    button = chat.page.get_by_test_id("menu")
    button.focus()
    chat.page.keyboard.press("ArrowDown")
    items = chat.page.locator("[role^=menuitem]")
    expect(items.first).to_be_focused()
    chat.page.keyboard.press("ArrowUp")
    expect(items.last).to_be_focused()
    chat.page.keyboard.press("Home")
    expect(items.first).to_be_focused()
    chat.page.keyboard.press("Escape")
    expect(items).to_have_count(0)
    expect(button).to_be_focused()
    expect(chat.panel).to_be_visible()
    chat.page.keyboard.press("Enter")
    expect(items.first).to_be_focused()
    chat.page.keyboard.press("End")
    chat.page.keyboard.press("Enter")
    expect(chat.page.get_by_test_id("end-no")).to_be_focused()
    chat.page.get_by_test_id("menu").click()
    chat.panel.get_by_test_id("messages").click(position={"x": 5, "y": 5})
    expect(items).to_have_count(0)


def settled(chat: Chat) -> None:
    """The panel has come to rest where it belongs."""
    chat.panel.evaluate("panel => Promise.all(panel.getAnimations().map(one => one.finished))")


# --- themes -------------------------------------------------------------------------------------------------------

COLOURS = """async testids => testids.map(id => {
    const { backgroundColor, color } = getComputedStyle(
        document.querySelector("kulanz-chat").shadowRoot.querySelector(`[data-testid=${id}]`));
    return [backgroundColor, color];
})"""


@pytest.mark.parametrize(("theme", "system", "paper"), [
    ("auto", "light", "rgb(255, 255, 255)"), ("auto", "dark", "rgb(18, 25, 26)"),
    ("dark", "light", "rgb(18, 25, 26)"), ("light", "dark", "rgb(255, 255, 255)"),
])  # fmt: skip
def test_the_theme_follows_the_tag_and_without_it_the_visitors_system(
    chat: Chat, shop: Shop, house: House, theme: str, system: Any, paper: str
) -> None:
    chat.page.emulate_media(color_scheme=system)
    chat.page.goto(page_with(shop, house, f'data-theme="{theme}"'))
    chat.open()
    ((background, _),) = chat.page.evaluate(COLOURS, ["kulanz-panel"])
    assert background == paper


def test_a_website_sets_colours_size_and_place_by_variables(chat: Chat, shop: Shop, house: House) -> None:
    style = (
        "<style>:root { --kulanz-accent: rgb(120, 0, 0); --kulanz-paper: rgb(250, 240, 230); --kulanz-width: 420px;"
        " --kulanz-right: 60px; --kulanz-bottom: 90px; --kulanz-z-index: 7; --kulanz-radius: 0px }</style>"
    )
    chat.page.set_viewport_size({"width": 1280, "height": 800})
    chat.page.goto(page_with(shop, house, head=style))
    launcher = chat.page.get_by_test_id("kulanz-launcher")
    box = launcher.bounding_box()
    assert box
    assert (round(box["x"] + box["width"]), round(box["y"] + box["height"])) == (1220, 710)
    ((accent, _),) = chat.page.evaluate(COLOURS, ["kulanz-launcher"])
    assert accent == "rgb(120, 0, 0)"
    chat.open()
    settled(chat)
    box = chat.panel.bounding_box()
    assert box
    assert (box["width"], round(box["x"] + box["width"]), round(box["y"] + box["height"])) == (420, 1220, 710)
    ((paper, _),) = chat.page.evaluate(COLOURS, ["kulanz-panel"])
    assert paper == "rgb(250, 240, 230)"
    assert chat.page.evaluate("getComputedStyle(document.querySelector('kulanz-chat')).zIndex") == "7"


# --- phones and zoom ----------------------------------------------------------------------------------------------

KEYBOARD = """([top, height]) => {
    Object.defineProperty(visualViewport, "height", { configurable: true, get: () => height });
    Object.defineProperty(visualViewport, "offsetTop", { configurable: true, get: () => top });
    visualViewport.dispatchEvent(new Event("resize"));
}"""
LONG_PAGE = (
    "<!doctype html><meta name=viewport content='width=device-width'><body><p style='height: 3000px'><a href=#x>x</a>"
)


def test_on_a_phone_the_keyboard_leaves_the_composer_in_sight_and_the_page_lies_still(
    browser: Browser, shop: Shop, house: House
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    chat = Chat(page, house.url, "en")
    page.goto(shop.page("/long", LONG_PAGE + tag(house)))
    chat.open()
    page.evaluate(KEYBOARD, [40, 420])
    settled(chat)
    send = page.get_by_test_id("send")
    expect(send).to_be_in_viewport(ratio=1)
    box, panel = send.bounding_box(), chat.panel.bounding_box()
    assert box
    assert panel
    assert (panel["y"], panel["height"]) == (40, 420)
    assert box["y"] + box["height"] <= 460
    assert page.evaluate("[document.body.inert, getComputedStyle(document.documentElement).overflow]") == [
        True,
        "hidden",
    ]
    page.set_viewport_size({"width": 844, "height": 390})
    page.evaluate(KEYBOARD, [0, 180])
    expect(chat.panel).to_have_css("height", "180px")
    box = send.bounding_box()
    assert box
    assert box["y"] + box["height"] <= 180
    page.get_by_test_id("close-panel").click()
    expect(chat.panel).to_be_hidden()
    assert page.evaluate("[document.body.inert, document.adoptedStyleSheets.length]") == [False, 0]
    context.close()


@pytest.mark.parametrize(("width", "height"), [(640, 400), (320, 568), (320, 256), (844, 390)])
def test_nothing_is_lost_in_a_small_or_enlarged_window(
    chat: Chat, shop: Shop, house: House, width: int, height: int
) -> None:
    """1280 x 800 at 200 %, the smallest phone, 1280 x 1024 at 400 %, a phone on its side."""
    chat.page.set_viewport_size({"width": width, "height": height})
    chat.page.goto(page_with(shop, house))
    launcher = chat.page.get_by_test_id("kulanz-launcher").bounding_box()
    assert launcher
    assert width > 480 or launcher["width"] <= 52
    chat.open()
    chat.ask("are you there?")
    for testid in ("language-de", "menu", "close-panel", "talk-to-human", "message-input", "send"):
        expect(chat.page.get_by_test_id(testid)).to_be_in_viewport(ratio=1)
    sizes = "panel => [panel.scrollWidth <= panel.clientWidth, panel.scrollHeight <= panel.clientHeight]"
    assert chat.panel.evaluate(sizes) == [True, True]
    room = chat.page.get_by_test_id("messages").bounding_box()
    assert room
    assert room["height"] >= 60, "there is room to read in"
