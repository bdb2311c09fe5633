"""Hostile websites, blockers and texts, against the widget alone: it works, or says why not."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.chat import ANSWER_MS, Chat
from tests.browser.website import Shop, problems, tag, works
from tests.edges import House


@pytest.fixture
def chat(page: Page, house: House) -> Chat:
    return Chat(page, house.url, "en")


def block(route: Route) -> None:
    route.abort("blockedbyclient")


def embedded(shop: Shop, house: House, path: str, head: str = "", body: str = "") -> str:
    html = f'<!doctype html><html lang=en><link rel=icon href="data:,">{head}<body>{body}{tag(house)}'
    return shop.page(path, html)


# --- F89: ad blockers, foreign scripts, foreign styles --------------------------------------------------------------


@pytest.mark.parametrize("what", ["**/widget/panel-*", "**/widget/core-*", "**/widget/en-*"])
def test_f89_a_blocker_that_takes_the_panel_is_told_and_its_end_is_noticed(
    chat: Chat, shop: Shop, house: House, what: str
) -> None:
    chat.page.route(what, block)
    chat.page.goto(embedded(shop, house, "/blocked"))
    launcher = chat.page.get_by_test_id("kulanz-launcher")
    launcher.click()
    expect(chat.page.get_by_role("alert").filter(has_text="cannot be reached")).to_be_visible(timeout=ANSWER_MS)
    chat.page.unroute(what)
    launcher.click()
    chat.wait_until_live()


def test_f89_a_blocker_that_takes_the_line_is_told_and_what_was_written_is_sent_later(
    chat: Chat, shop: Shop, house: House
) -> None:
    chat.page.route("**/api/visitor/**", block)
    chat.page.goto(embedded(shop, house, "/silent"))
    chat.page.get_by_test_id("kulanz-launcher").click()
    expect(chat.page.get_by_test_id("try-now")).to_be_visible(timeout=ANSWER_MS)
    chat.say("is anybody there?")
    expect(chat.own_messages.last).to_have_attribute("data-progress", "waiting")
    chat.page.unroute("**/api/visitor/**")
    chat.page.get_by_test_id("try-now").click()
    expect(chat.bot_messages.last).to_contain_text("You said: is anybody there?", timeout=ANSWER_MS)


WRAPPED = """
for (const name of ["fetch", "WebSocket", "setTimeout", "requestAnimationFrame"]) {
  const before = window[name];
  window[name] = new Proxy(before, { apply: (f, self, given) => Reflect.apply(f, window, given) });
}
const stringify = JSON.stringify, parse = JSON.parse;
JSON.stringify = (value, ...more) => stringify(value, ...more);
JSON.parse = (text, ...more) => parse(text, ...more);
Event.prototype.extra = EventTarget.prototype.extra = Promise.prototype.finally_ = () => "extra";
"""
TAKEN = """
customElements.define("kulanz-chat", class extends HTMLElement { connectedCallback() { this.hidden = true; } });
window.Kulanz = undefined; window.h = window.preact = window.define = window.require = window.exports = {};
"""
CLOBBERED = """
document.addEventListener("DOMContentLoaded", () => {
  document.body.insertAdjacentHTML("beforeend",
    '<form id=document name=body><input name=documentElement></form><img name=currentScript><a id=Kulanz></a><a id=kulanz-message></a>');
});
"""


@pytest.mark.parametrize("script", [WRAPPED, TAKEN, CLOBBERED], ids=["wrapped", "names taken", "clobbered"])
def test_f89_scripts_that_were_there_before_break_nothing(chat: Chat, shop: Shop, house: House, script: str) -> None:
    chat.page.add_init_script(script)
    found = problems(chat.page)
    works(chat, embedded(shop, house, "/scripted"))
    assert found == []


STYLES = {
    "unset": "* { all: unset !important; } body *, kulanz-chat { display: none !important; }",
    "moved": "html { transform: translateX(0); filter: none; overflow-x: clip; } body { height: 4000px; }",
    "contained": "html { contain: layout; perspective: 100px; } body { height: 4000px; }",
    "covered": "#cover { position: fixed; inset: 0; z-index: 2147483647; background: #fffc; }",
}


@pytest.mark.parametrize("styles", STYLES)
def test_f89_no_style_of_the_page_moves_covers_or_hides_the_chat(
    chat: Chat, shop: Shop, house: House, styles: str
) -> None:
    html = embedded(shop, house, "/styled", f"<style>{STYLES[styles]}</style>", "<div id=cover></div>")
    chat.page.goto(html)
    expect(chat.page.get_by_test_id("kulanz-launcher")).to_be_in_viewport()
    works(chat, html)
    expect(chat.field).to_be_in_viewport()
    expect(chat.page.get_by_test_id("close-panel")).to_be_in_viewport()


# --- F84: what texts may not become ---------------------------------------------------------------------------------

TRICKS = [
    "[a](javascript:window.hacked=1) [b](JaVaScRiPt&#58;window.hacked=1) [c](java\tscript:window.hacked=1)",
    "[d](data:text/html;base64,PHNjcmlwdD4=) [e](vbscript:x) [f](//evil.example/x) [g](blob:https://evil.example/1)",
    "[![h](https://evil.example/pixel.png)](https://evil.example/click)",
    '[i](https://x.example/" onmouseover="window.hacked=1) [j](<javascript:window.hacked=1>)',
    "**[k](https://x.example/**l**)** [m [n](javascript:window.hacked=1)](https://x.example)",
    "[o]: javascript:window.hacked=1\n\n[o] <javascript:window.hacked=1>",
    '<svg><style><img title="</style><img src onerror=window.hacked=1>"></style></svg>',
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=1 onerror=window.hacked=1>'>",
    "<noscript><p title='</noscript><img src=x onerror=window.hacked=1>'>",
    "<template shadowrootmode=open><script>window.hacked=1</script></template>",
    "<form id=document><input name=body><img name=getElementById><a id=Kulanz href=javascript:window.hacked=1>",
    "```html\n<script>window.hacked=1</script>\n```",
    "Rechnung\u202efdp.exe \u2066evil\u2069 \u2067x\u2069",
]


def test_f84_no_text_becomes_a_script_a_foreign_request_or_a_name_of_the_page(
    chat: Chat, shop: Shop, house: House
) -> None:
    asked: list[str] = []
    chat.page.on("request", lambda sent: asked.append(sent.url))
    works(chat, embedded(shop, house, "/tricky"))
    for number, text in enumerate(TRICKS, start=2):
        chat.say(text)
        expect(chat.bot_messages).to_have_count(number, timeout=ANSWER_MS)
    marks = chat.page.get_by_test_id("messages")
    forbidden = "script, iframe, object, embed, style, form, img, math, template, [onerror], [onmouseover], [name]"
    assert marks.locator(forbidden).count() == 0
    links: list[str] = marks.locator(".bubble a").evaluate_all("all => all.map(link => link.href)")
    assert not [link for link in links if not link.startswith(("https://x.example/", "https://evil.example/"))]
    assert not set("\u202e\u2066\u2067\u2069") & set(marks.inner_text())
    assert not [url for url in asked if not url.startswith((shop.url, house.url))]
    assert chat.page.evaluate("['hacked' in window, typeof window.Kulanz?.open]") == [False, "function"]
