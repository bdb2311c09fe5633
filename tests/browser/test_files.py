"""Files both ways in a real browser: chosen, dropped and pasted, refused in plain words, seen and answered by an agent."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect

from handover.app import create_app
from tests.browser.chat import ANSWER_MS, Chat
from tests.browser.workplace import SHOWN_MS, Workplace
from tests.edges import SELF_SERVICE, House, shop_settings

PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n%%EOF\n"
WORDS = {
    "de": (
        "Diese Art von Datei können wir nicht annehmen.",
        "Diese Datei ist zu groß. Möglich sind höchstens",
        "Bild:",
    ),
    "en": ("We cannot take this kind of file.", "This file is too large.", "Picture:"),
}
DROP = """([node, name, type, size]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(size).fill(32)], name, { type }));
  for (const kind of ["dragover", "drop"])
    node.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: data }));
}"""
PIXEL = """(canvas) => [...canvas.getContext("2d").getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data]"""


def photo() -> FilePayload:
    content = io.BytesIO()
    Image.new("RGB", (800, 600), (200, 30, 30)).save(content, "PNG")
    return {"name": "Kratzer.png", "mimeType": "image/png", "buffer": content.getvalue()}


def pdf(name: str) -> FilePayload:
    return {"name": name, "mimeType": "application/pdf", "buffer": PDF}


@pytest.fixture
def house(fresh_database: Path) -> Iterator[House]:
    """The demo shop's desk, always open."""
    settings = shop_settings(fresh_database, SELF_SERVICE, file_mb=1)
    with House(create_app(settings), settings) as house:
        yield house


@pytest.fixture
def pages(browser: Browser) -> Iterator[ExitStack]:
    with ExitStack() as profiles:
        yield profiles


def page_of(browser: Browser, pages: ExitStack, language: str) -> Page:
    """A page on which every failing script and every breach of a policy fails the test."""
    context = browser.new_context(locale=language, viewport={"width": 1280, "height": 900})
    pages.callback(context.close)
    page = context.new_page()
    breaches: list[str] = []
    page.on("pageerror", lambda error: breaches.append(str(error)))
    page.on("console", lambda said: breaches.append(said.text) if "Content Security Policy" in said.text else None)
    pages.callback(lambda: pytest.fail(f"{breaches}") if breaches else None)
    return page


def attach(page: Page, *files: FilePayload) -> None:
    page.get_by_test_id("attach-input").set_input_files(list(files))


def ready(page: Page, count: int) -> None:
    expect(page.locator('[data-testid="chip"][data-state="ready"]')).to_have_count(count, timeout=ANSWER_MS)


def is_drawn_red(page: Page) -> None:
    canvas = page.get_by_test_id("picture").first
    canvas.scroll_into_view_if_needed()  # only what is in sight is fetched
    expect(canvas).to_have_attribute("data-state", "shown", timeout=ANSWER_MS)
    assert canvas.evaluate(PIXEL) == [200, 30, 30, 255]


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_visitor_sends_a_picture_and_a_pdf_and_the_agent_answers_with_a_pdf(
    browser: Browser, pages: ExitStack, house: House, language: str, tmp_path: Path
) -> None:
    visitor, agent = page_of(browser, pages, language), page_of(browser, pages, language)
    chat, desk = Chat(visitor, house.url, language), Workplace(agent, house.url)
    wrong, too_large, picture = WORDS[language]
    chat.visit()
    chat.open()
    chat.call_a_human()

    # what cannot be sent is told in plain words, and goes away again
    attach(visitor, {"name": "brief.html", "mimeType": "text/html", "buffer": b"<html>"})
    chat.panel.evaluate(f"(node) => ({DROP})([node, 'gross.pdf', 'application/pdf', 2_000_000])")
    problems = visitor.get_by_test_id("chip-problem")
    expect(problems.nth(0)).to_contain_text(wrong, timeout=ANSWER_MS)
    expect(problems.nth(1)).to_contain_text(too_large)
    expect(visitor.get_by_test_id("send")).to_be_disabled()
    visitor.get_by_test_id("chip-remove").first.click()
    visitor.get_by_test_id("chip-remove").first.click()
    expect(visitor.get_by_test_id("attachments")).to_have_count(0)
    # a picture in name only is found out by the desk
    attach(visitor, {"name": "bild.png", "mimeType": "image/png", "buffer": b"<svg onload=alert(1)>"})
    expect(problems).to_contain_text(wrong, timeout=ANSWER_MS)
    visitor.get_by_test_id("chip-remove").click()

    attach(visitor, photo(), pdf("Rechnung <b>1.pdf"))
    ready(visitor, 2)
    chat.say("Hier / here")
    own = chat.own_messages.last
    expect(own.get_by_test_id("file")).to_have_count(2, timeout=ANSWER_MS)
    expect(own).to_have_attribute("data-progress", "sent", timeout=ANSWER_MS)
    is_drawn_red(visitor)
    expect(own.get_by_role("img", name=f"{picture} Kratzer.png")).to_be_visible()

    desk.log_in("anna" if language == "de" else "ben")
    agent.get_by_test_id("list-waiting").get_by_test_id("conversation-row").first.click()
    desk.claim()
    is_drawn_red(agent)
    expect(agent.get_by_test_id("dossier-file")).to_have_count(2, timeout=SHOWN_MS)
    with agent.expect_download() as download:
        desk.messages.get_by_test_id("file-save").nth(1).click()
    saved = tmp_path / "saved.pdf"
    download.value.save_as(saved)
    assert saved.read_bytes() == PDF

    attach(agent, {"name": "makro.docm", "mimeType": "", "buffer": b"PK"})
    expect(agent.get_by_test_id("chip-problem")).to_be_visible(timeout=SHOWN_MS)
    agent.get_by_test_id("chip-remove").click()
    attach(agent, pdf("Anleitung.pdf"))
    ready(agent, 1)
    agent.get_by_test_id("send").click()
    answer = chat.agent_messages.last
    expect(answer.get_by_test_id("file-save")).to_contain_text("Anleitung.pdf", timeout=ANSWER_MS)
    with visitor.expect_download() as download:
        answer.get_by_test_id("file-save").click()
    assert download.value.suggested_filename == "Anleitung.pdf"


def test_files_wait_for_the_line_and_are_sent_once(browser: Browser, pages: ExitStack, house: House) -> None:
    visitor = page_of(browser, pages, "de")
    chat = Chat(visitor, house.url, "de")
    chat.visit()
    chat.open()
    visitor.context.set_offline(True)
    expect(visitor.get_by_test_id("connection-status")).to_have_attribute("data-state", "offline", timeout=ANSWER_MS)
    attach(visitor, pdf("Rechnung.pdf"))
    chat.say("Meine Rechnung")
    expect(visitor.get_by_test_id("attachments-status")).to_contain_text("Ein Neuladen verwirft sie", timeout=ANSWER_MS)
    visitor.context.set_offline(False)
    expect(chat.own_messages.get_by_test_id("file-save")).to_contain_text("Rechnung.pdf", timeout=2 * ANSWER_MS)
    expect(chat.own_messages).to_have_count(1)
    expect(chat.own_messages.last).to_have_attribute("data-progress", "sent", timeout=ANSWER_MS)
