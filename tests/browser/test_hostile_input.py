"""Hostile text is text: in the widget, at the desk, in the mailbox, in the customer's record."""

from __future__ import annotations

import base64

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chat import ANSWER_MS, Chat
from tests.browser.colleague import Colleague
from tests.browser.watch import Watch
from tests.browser.workplace import SHOWN_MS, Workplace
from tests.stack import Stack

HOSTILE = [
    "<script>window.hacked = 1</script>",
    '<img src="x" onerror="window.hacked = 1">',
    '"><svg onload="window.hacked = 1">',
    "[click](javascript:window.hacked=1)",
    "[click](data:text/html,<script>window.hacked=1</script>)",
    "![x](https://evil.example/pixel.png)",
    "[[a](javascript:window.hacked=1)](javascript:window.hacked=1)",
    '<iframe srcdoc="<script>parent.hacked=1</script>"></iframe>',
    "<form id=body><input name=innerHTML>",
    "{{constructor.constructor('window.hacked=1')()}} ${window.hacked=1} {slot} {0.__class__}",
    "\u202egnp.exe\u202c \u200b\u200d",
]


def test_f53_f54_f83_hostile_text_is_shown_as_text_on_every_page(browser: Browser, stack: Stack) -> None:
    visitor, agent = browser.new_context(), browser.new_context()
    chat = Chat(visitor.new_page(), stack.url, "de")
    desk = Workplace(agent.new_page(), stack.url)
    watches = [Watch(chat.page, stack.url), Watch(desk.page, stack.url)]
    chat.visit()
    chat.open()
    chat.panel.get_by_role("button", name="Mit einem Menschen sprechen").click()
    expect(chat.page.get_by_test_id("waiting-card")).to_be_visible(timeout=ANSWER_MS)
    for text in HOSTILE:
        chat.say(text)
    expect(chat.own_messages).to_have_count(len(HOSTILE), timeout=ANSWER_MS)

    desk.log_in("ben")
    desk.page.goto(f"{stack.url}/desk/")
    desk.waiting(chat.conversation_id).click()
    expect(desk.messages).to_have_count(len(HOSTILE), timeout=SHOWN_MS)
    for text, own, seen in zip(HOSTILE[:-1], chat.own_messages.all(), desk.messages.all(), strict=False):
        expect(own).to_contain_text(text)
        expect(seen).to_contain_text(text)

    desk.claim()
    for text in HOSTILE:
        desk.say(text)
    expect(chat.agent_messages).to_have_count(len(HOSTILE), timeout=SHOWN_MS)
    for side in (chat.panel, desk.page.get_by_test_id("messages")):
        assert side.locator("script, iframe, img, svg[onload], form#body, [onerror]").count() == 0
        links = side.locator("a").evaluate_all("all => all.map(link => link.getAttribute('href') ?? '')")
        assert not [link for link in links if link.startswith(("javascript:", "data:"))]
    desk.page.get_by_test_id("close").click()
    desk.page.get_by_test_id("dialog-close").get_by_test_id("dialog-submit").click()
    expect(chat.page.get_by_test_id("closed-card")).to_be_visible(timeout=ANSWER_MS)
    assert [found for watch in watches for found in watch.found()] == []
    visitor.close()
    agent.close()


MARKUP = '<img src="x" onerror="window.hacked = 1">'
FILE_NAME = '"><svg onload="window.hacked = 1">\u202efdp.png'
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def test_f83_what_forms_comments_and_file_names_carry_is_text_for_visitor_and_agent(
    browser: Browser, stack: Stack
) -> None:
    visitor, agent = browser.new_context(), browser.new_context()
    chat = Chat(visitor.new_page(), stack.url, "en")
    desk = Workplace(agent.new_page(), stack.url)
    watches = [Watch(chat.page, stack.url), Watch(desk.page, stack.url)]
    chat.visit()
    chat.open()
    conversation = hostile_words_in_every_form(chat)
    desk.log_in("ben")
    desk.page.goto(f"{stack.url}/desk/c/{conversation}")
    expect(desk.dossier.get_by_text(MARKUP).first).to_be_visible(timeout=SHOWN_MS)
    expect(desk.page.get_by_test_id("messages").get_by_text("fdp.png").first).to_be_visible(timeout=SHOWN_MS)
    with Colleague(stack, "ben", conversation) as ben:
        ben.claim()
        ben.send(FILE_NAME, PNG)
        expect(chat.agent_messages.get_by_test_id("file")).to_contain_text("fdp.png", timeout=ANSWER_MS)
        ben.close()
    chat.page.get_by_test_id("rate-bot-1").check(force=True, timeout=ANSWER_MS)
    chat.page.get_by_test_id("rate-bot-comment").fill(f"rated {MARKUP}")
    chat.page.get_by_test_id("rate-bot-send").click()
    expect(desk.page.get_by_text(f"rated {MARKUP}").first).to_be_visible(timeout=SHOWN_MS)
    for side in (chat.panel, desk.page.get_by_test_id("messages"), desk.dossier):
        assert side.locator("[onload], [onerror], img[src=x]").count() == 0
        assert "\u202e" not in side.inner_text()
    assert [found for watch in watches for found in watch.found()] == []
    visitor.close()
    agent.close()


def hostile_words_in_every_form(chat: Chat) -> str:
    """Id of the conversation."""
    page = chat.page
    chat.ask("How can I return something?").get_by_test_id("feedback-no").click()
    form = page.locator("[data-testid^=reason-][data-testid$=-form]")
    form.locator('input[value="unclear"]').check(force=True, timeout=ANSWER_MS)
    form.locator("textarea").fill(MARKUP)
    form.locator('button[type="submit"]').click()
    page.get_by_test_id("talk-to-human").click()
    page.get_by_test_id("ask-callback").click(timeout=ANSWER_MS)
    page.get_by_test_id("contact-phone").fill("0171 1234567")
    page.get_by_test_id("contact-note").fill(MARKUP)
    page.get_by_test_id("contact-send").click()
    expect(page.get_by_test_id("contact-left")).to_be_visible(timeout=ANSWER_MS)
    page.get_by_test_id("attach-input").set_input_files({"name": FILE_NAME, "mimeType": "image/png", "buffer": PNG})
    expect(page.locator('[data-testid="chip"][data-state="ready"]')).to_have_count(1, timeout=ANSWER_MS)
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("file")).to_contain_text("fdp.png", timeout=ANSWER_MS)
    return chat.conversation_id


@pytest.mark.parametrize("language", ["de", "en"])
def test_f100_f101_nothing_is_stored_or_fetched_before_opening_and_the_machine_speaks_up_first(
    page: Page, stack: Stack, language: str
) -> None:
    watch = Watch(page, stack.url)
    fetched: list[str] = []
    page.on("request", lambda sent: fetched.append(sent.url))
    chat = Chat(page, stack.url, language)
    chat.visit()
    expect(page.get_by_test_id("kulanz-launcher")).to_be_visible()
    assert not [url for url in fetched if "/widget/" in url or "/api/" in url]
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    assert page.evaluate("indexedDB.databases().then(found => found.length)") == 0
    chat.open()
    chat.ask("hello" if language == "en" else "hallo")
    first = page.get_by_test_id("messages").locator("p, div").first
    expect(first).to_have_attribute("data-testid", "machine-notice")
    assert page.context.cookies() == []
    assert watch.found() == []
