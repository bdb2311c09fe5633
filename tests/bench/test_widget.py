"""`make bench`: what the widget costs the page it stands on, from the tag to a long conversation, in real Chromium.

The same shop page with and without the tag, in turns and each in a fresh profile; figures are medians of ROUNDS. Bars: 20 ms
of the main thread before the chat is opened; 3 KB of loader and 30 KB of what opening it fetches (gzip).
"""

from __future__ import annotations

import gzip
import json
import os
import statistics
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.bench.tell import bar, line
from tests.browser.chat import ANSWER_MS, Chat
from tests.browser.website import Shop, tag
from tests.edges import House
from tests.long_talk import STAFF_ONLY_EVERY, fill
from tests.stack import ROOT

ROUNDS = int(os.environ.get("ROUNDS", "9"))
MESSAGES = int(os.environ.get("MESSAGES", "500"))
DIST = ROOT / "widget" / "dist"
ARTICLE = "<article><h2>Lamp {n}</h2><p>From working light to evening glow.</p><ul><li>a<li>b<li>c</ul><button>Buy</button></article>"
WORK = """<script>
  const until = performance.now() + 120; let sum = 0;
  while (performance.now() < until) for (const one of document.querySelectorAll("article")) sum += one.offsetHeight;
  window.longTasks = []; new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ startTime, duration }) => [startTime, duration])))
    .observe({ type: "longtask", buffered: true });
</script>"""
SHOP_PAGE = "<!doctype html><html lang=en><link rel=icon href='data:,'><title>Shop</title><body>{articles}{work}{tag}"
"""A shop as they are: many nodes, and scripts of its own that keep it busy for a while."""
LOADED = """new Promise((done) => {
  const tell = () => requestIdleCallback(() => setTimeout(() => {
    const { loadEventEnd, domContentLoadedEventEnd } = performance.getEntriesByType("navigation")[0];
    const lastBusy = Math.max(0, ...longTasks.map(([start, duration]) => start + duration));
    done({ load: loadEventEnd, interactive: Math.max(domContentLoadedEventEnd, lastBusy), long: longTasks.length });
  }, 300));
  if (document.readyState === "complete") tell(); else addEventListener("load", () => setTimeout(tell));
})"""
OPEN = """new Promise((done) => {
  const root = document.querySelector("kulanz-chat").shadowRoot, pressed = performance.now();
  root.querySelector("button").click();
  let ready = 0, fetched = [];
  const look = () => {
    const field = root.querySelector("textarea");
    if (!fetched.length && root.querySelector(".panel")) // what comes in idle time afterwards does not count
      fetched = performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => name.includes("/widget/"));
    if (!ready && field && root.activeElement === field) ready = performance.now() - pressed;
    if (ready && root.querySelector('[data-state="live"]')) {
      done({ ready, live: performance.now() - pressed, fetched });
    } else requestAnimationFrame(look);
  };
  look();
})"""


@pytest.fixture(scope="module")
def pages(shop: Shop, house: House) -> dict[str, str]:
    """Addresses of the shop's page, without and with the tag."""
    articles = "".join(ARTICLE.format(n=n) for n in range(400))
    tags = {"without": "", "with": tag(house).replace("<script", "<script async")}
    return {
        name: shop.page(f"/{name}", SHOP_PAGE.format(articles=articles, work=WORK, tag=tags[name])) for name in tags
    }


def test_what_the_tag_costs_a_page_that_nobody_chats_on(browser: Browser, pages: dict[str, str]) -> None:
    rounds: dict[str, list[dict[str, float]]] = {name: [] for name in pages}
    own: list[float] = []
    for _ in range(ROUNDS):
        for name, address in pages.items():
            rounds[name].append(visit(browser, address))
        own.append(loader_milliseconds(browser, pages["with"]))
    medians = {
        name: {key: statistics.median(one[key] for one in all_) for key in all_[0]} for name, all_ in rounds.items()
    }
    for name, figures in medians.items():
        told = (
            f"load {figures['load']:.0f} ms",
            f"interactive {figures['interactive']:.0f}",
            f"tasks {figures['tasks']:.0f} ms",
        )
        line(f"shop page {name} the tag", *told, f"{figures['long']:.0f} long tasks")
    before_opening = statistics.median(own)
    line("  main thread spent by the loader, traced", f"{before_opening:.1f} ms", f"most {max(own):.1f} ms")
    line("  tasks of the page, difference", f"{medians['with']['tasks'] - medians['without']['tasks']:.1f} ms")
    bar("at most 20 ms before it is opened", met=before_opening <= 20)
    assert medians["with"]["long"] <= medians["without"]["long"], "the loader makes no long task"


def visit(browser: Browser, address: str) -> dict[str, float]:
    """Milliseconds: load event, when the page was quiet enough to be used, and all tasks of the main thread."""
    with browser.new_context() as context:
        page = context.new_page()
        devtools = context.new_cdp_session(page)
        devtools.send("Performance.enable")
        page.goto(address)
        told: dict[str, float] = page.evaluate(LOADED)
        return told | {"tasks": metric(devtools, "TaskDuration") * 1000}


def loader_milliseconds(browser: Browser, address: str) -> float:
    """What the trace books to `kulanz.js`, compiling included, until the page is quiet."""
    with browser.new_context() as context:
        page = context.new_page()
        browser.start_tracing(page=page, categories=["devtools.timeline", "disabled-by-default-v8.compile", "v8"])
        page.goto(address)
        page.evaluate(LOADED)
        events: list[dict[str, Any]] = json.loads(browser.stop_tracing())["traceEvents"]
    ours = [event for event in events if event.get("ph") == "X" and "kulanz.js" in json.dumps(event.get("args", {}))]
    return sum(event["dur"] for event in outermost(ours)) / 1000


def outermost(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without those that lie inside another one of the same thread."""
    found: list[dict[str, Any]] = []
    for event in sorted(events, key=lambda event: (event["tid"], event["ts"], -event["dur"])):
        last = found[-1] if found else None
        if last is None or event["tid"] != last["tid"] or event["ts"] >= last["ts"] + last["dur"]:
            found.append(event)
    return found


def test_how_soon_one_can_write_and_what_is_fetched_for_it(browser: Browser, pages: dict[str, str]) -> None:
    opened = []
    for _ in range(ROUNDS):
        with browser.new_context() as context:
            page = context.new_page()
            page.goto(pages["with"])
            page.evaluate(LOADED)
            opened.append(page.evaluate(OPEN))
    ready, live = (statistics.median(one[key] for one in opened) for key in ("ready", "live"))
    line("press on the button to the field's focus", f"{ready:.0f} ms", f"line live {live:.0f} ms")
    first = {Path(name).name.partition("?")[0] for name in min((one["fetched"] for one in opened), key=len)}
    loader = packed(DIST / "kulanz.js")
    line("loader, gzip", f"{loader / 1000:.2f} KB", f"module {packed(DIST / 'kulanz.mjs') / 1000:.2f} KB")
    for file in sorted(DIST.glob("*-*.js")):
        line(f"  {file.name}", f"{packed(file) / 1000:.1f} KB", "when opened" if file.name in first else "later")
    opening = sum(packed(DIST / name) for name in first)
    line("fetched until the panel is drawn, gzip", f"{opening / 1000:.1f} KB")
    bar("loader at most 3 KB", met=loader <= 3000)
    bar("at most 30 KB when opened", met=opening <= 30_000)


def packed(file: Path) -> int:
    return len(gzip.compress(file.read_bytes(), 9))


def test_what_a_long_conversation_weighs(page: Page, house: House, pages: dict[str, str]) -> None:
    chat = Chat(page, house.url, "en")
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    page.goto(pages["with"])
    closed = weight(devtools)
    chat.open()
    opened = weight(devtools)
    fill(house.app.state.engine, chat.conversation_id, MESSAGES * STAFF_ONLY_EVERY // (STAFF_ONLY_EVERY - 1))
    page.reload()
    chat.wait_until_live()
    bubbles, earlier = chat.panel.locator(".bubble"), page.get_by_test_id("earlier").get_by_role("button")
    while (known := bubbles.count()) < MESSAGES:
        earlier.click()
        expect(bubbles.nth(known)).to_be_attached(timeout=ANSWER_MS)
    full = weight(devtools)
    for what, (megabytes, nodes) in {"closed": closed, "opened": opened, f"{MESSAGES} messages": full}.items():
        line(
            f"page, chat with {what}" if what == f"{MESSAGES} messages" else f"page, chat {what}",
            f"{megabytes:.1f} MB",
            f"{nodes:.0f} nodes",
        )


def weight(devtools: CDPSession) -> tuple[float, float]:
    """Megabytes of script heap after a collection, and DOM nodes."""
    devtools.send("HeapProfiler.collectGarbage")
    return metric(devtools, "JSHeapUsedSize") / 1e6, metric(devtools, "Nodes")


def metric(devtools: CDPSession, name: str) -> float:
    found = devtools.send("Performance.getMetrics")["metrics"]
    return float(next(one["value"] for one in found if one["name"] == name))
