"""The widget on websites that make it hard: strict policies, no storage, foreign scripts and styles, hostile frames."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import ANSWER_MS, Chat
from tests.browser.website import Shop, conversations, problems, tag, works
from tests.edges import House


@pytest.fixture
def chat(page: Page, house: House) -> Chat:
    return Chat(page, house.url, "en")


# --- F89: host pages ----------------------------------------------------------------------------------------------


def test_f89_the_strictest_policy_needs_two_addresses_of_the_desk_and_nothing_else(
    chat: Chat, shop: Shop, house: House
) -> None:
    socket = house.url.replace("http", "ws", 1)
    policy = (
        f"default-src 'none'; script-src {house.url}; connect-src {house.url} {socket}; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    found = problems(chat.page)
    works(chat, shop.page("/strict", f"<!doctype html><body>{tag(house)}", Content_Security_Policy=policy))
    assert found == []


def test_f89_a_policy_without_the_desks_sockets_is_said_to_the_visitor(chat: Chat, shop: Shop, house: House) -> None:
    policy = f"default-src 'none'; script-src {house.url}; connect-src 'none'"
    chat.page.goto(shop.page("/mute", f"<!doctype html><body>{tag(house)}", Content_Security_Policy=policy))
    chat.page.get_by_test_id("kulanz-launcher").click()
    status = chat.page.get_by_test_id("connection-status")
    expect(status).to_have_attribute("data-state", "offline", timeout=ANSWER_MS)
    expect(status).to_contain_text("cannot be reached right now")


def test_f89_a_policy_that_lets_the_button_in_and_not_the_panel_is_said_to_the_visitor(
    chat: Chat, shop: Shop, house: House
) -> None:
    policy = f"default-src 'none'; script-src {house.url}/kulanz.js"
    chat.page.goto(shop.page("/half", f"<!doctype html><body>{tag(house)}", Content_Security_Policy=policy))
    chat.page.get_by_test_id("kulanz-launcher").click()
    expect(chat.page.get_by_role("alert")).to_contain_text("cannot be reached", timeout=ANSWER_MS)


NO_STORAGE = """
for (const name of ["localStorage", "sessionStorage", "indexedDB"])
  Object.defineProperty(window, name, { get() { throw new DOMException("blocked", "SecurityError"); } });
Object.defineProperty(Document.prototype, "cookie", { get() { throw new DOMException("blocked", "SecurityError"); } });
Object.defineProperty(Navigator.prototype, "locks", { get() { return undefined; } });
"""
FULL_STORAGE = 'Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };'
POLLUTED = """
Object.prototype.type = "polluted"; Object.prototype.text = "polluted"; Object.prototype.outbox = "polluted";
Object.prototype.language = "xx"; Object.prototype.client_id = "polluted"; Object.prototype.next_token = "polluted";
Object.prototype.each = function () {}; Array.prototype.each = function () {}; Array.prototype.remove = () => null;
String.prototype.startsWith_ = () => true; Function.prototype.curry = function () {};
"""
OLD_LIBRARY = 'Array.prototype.toJSON = function () { return "[" + this.join() + "]"; };'
"""What Prototype 1.6 did to every page: JSON.stringify of an array is a string."""


@pytest.mark.parametrize(
    "script", [NO_STORAGE, FULL_STORAGE, POLLUTED, OLD_LIBRARY], ids=["blocked", "full", "polluted", "old library"]
)
def test_f89_foreign_scripts_break_nothing(chat: Chat, shop: Shop, house: House, script: str) -> None:
    chat.page.add_init_script(script)
    started = len(conversations(house))
    works(chat, shop.page("/foreign", f"<!doctype html><body>{tag(house)}"))
    chat.ask("and again?")
    assert len(conversations(house)) == started + 1, "one visitor, one conversation"


HOSTILE_CSS = """
:not(html) { all: unset !important; display: none !important; visibility: hidden !important; opacity: 0 !important;
    pointer-events: none !important; transform: scale(0) !important; font-size: 0 !important; color: white !important;
    position: static !important; width: 0 !important; height: 0 !important; clip-path: circle(0) !important; }
html { visibility: hidden !important; color: white !important; font-size: 1px !important; direction: rtl !important; }
kulanz-chat, body > div, button, textarea { display: none !important; left: -9999px !important; z-index: -1 !important; }
"""


def test_f89_hostile_styles_reach_neither_button_nor_panel(chat: Chat, shop: Shop, house: House) -> None:
    html = f"<!doctype html><html><style>{HOSTILE_CSS}</style><body>{tag(house)}"
    chat.page.goto(shop.page("/ugly", html))
    button = chat.page.get_by_test_id("kulanz-launcher")
    expect(button).to_be_visible()
    works(chat, shop.url + "/ugly")
    box = chat.panel.bounding_box()
    assert box is not None
    assert box["width"] > 200
    assert box["height"] > 200


# --- F88: frames and messages from other windows ------------------------------------------------------------------

MESSAGES = [
    None, 0, "", "close", "[", {}, [], {"type": "remove"}, {"type": "kulanz:open"}, {"event": "identify", "token": "x"},
    {"type": "event", "event": {"number": 9, "after": 0, "data": {"type": "message.posted", "text": "hacked"}}},
    {"type": "snapshot", "conversation": {"id": "x"}, "events": [], "cursor": 0}, {"__proto__": {"polluted": 1}},
]  # fmt: skip


def test_f88_messages_of_other_windows_are_not_heard(chat: Chat, shop: Shop, house: House) -> None:
    said = json.dumps(MESSAGES)
    post = f"<script>const say = () => {said}.forEach(one => parent.postMessage(one, '*')); say(); setInterval(say, 50)</script>"
    shop.page("/frame", post)
    html = f'<!doctype html><body>{tag(house)}<iframe src="{shop.other_url}/frame"></iframe>'
    found = problems(chat.page)
    works(chat, shop.page("/framed", html))
    chat.page.evaluate(f"{said}.forEach(one => window.postMessage(one, '*'))")
    heard = "new Promise(done => addEventListener('message', () => done(true)))"
    assert chat.page.evaluate(heard), "they do arrive in the page"
    chat.ask("still the same?")
    assert "hacked" not in chat.panel.inner_text()
    expect(chat.page.get_by_test_id("connection-status")).to_have_attribute("data-state", "live")
    assert chat.page.evaluate("[({}).polluted, document.querySelectorAll('kulanz-chat').length]") == [None, 1]
    assert found == []


@pytest.mark.parametrize("path", ["/desk/", "/widget/manifest.json", "/kulanz.js", "/health", "/api/visitor/config"])
def test_f88_no_page_shows_the_desk_in_a_frame(page: Page, shop: Shop, house: House, path: str) -> None:
    """Not even a website that may embed the chat: the widget is no frame, so nothing of the desk has to be one."""
    page.goto(shop.page("/thief", f'<!doctype html><body><iframe src="{house.url}{path}"></iframe>'))
    frame = page.frames[-1]
    assert frame != page.main_frame
    frame.wait_for_load_state()
    assert frame.url.startswith("chrome-error://")


def test_f88_a_website_that_may_not_embed_the_chat_gets_no_conversation(chat: Chat, shop: Shop, house: House) -> None:
    before = conversations(house)
    shop.page("/stranger", f"<!doctype html><body>{tag(house)}")
    chat.page.goto(f"{shop.other_url}/stranger")
    chat.page.get_by_test_id("kulanz-launcher").click()
    expect(chat.page.get_by_test_id("connection-status")).to_have_attribute("data-state", "offline", timeout=ANSWER_MS)
    assert conversations(house) == before
    socket = house.url.replace("http", "ws", 1)
    closed = f"new Promise(done => {{ new WebSocket('{socket}/ws/visitor').onclose = end => done(end.code); }})"
    assert chat.page.evaluate(closed) == 1006


# --- F90: the website's own log-in --------------------------------------------------------------------------------


def test_f90_a_refused_identity_token_is_told_to_the_website_and_the_chat_goes_on(
    chat: Chat, shop: Shop, house: House
) -> None:
    listens = "<script>Kulanz.on('identity', told => { window.told = told.state })</script>"
    html = f"<!doctype html><body>{tag(house).replace('<script', '<script data-identity-token=forged')}{listens}"
    works(chat, shop.page("/logged-in", html))
    assert chat.page.evaluate("window.told") == "refused"
