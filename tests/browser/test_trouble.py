"""When things go wrong in a real browser: the desk away, a train's line, a reload, two tabs, a visitor who looks elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from handover.app import create_app
from tests.browser.chat import ANSWER_MS, Chat
from tests.edges import SELF_SERVICE, House, shop_settings

TOLD_MS = 8_000
"""An outage is told after two seconds."""
ADDRESS = "erika@example.org"


class Desk:
    """A desk on the demo shop and without a bot, which goes away and comes back as the same one."""

    def __init__(self, database: Path) -> None:
        self.settings = shop_settings(database, SELF_SERVICE)
        self._running = ExitStack()
        self.house = self.come()

    def come(self) -> House:
        self.house = self._running.enter_context(House(create_app(self.settings), self.settings))
        return self.house

    def go(self) -> None:
        self._running.close()

    def happened(self, chat: Chat) -> list[dict[str, object]]:
        """The events of the conversation that this browser has open, as the desk keeps them."""
        log = self.house.desk.conversations.public_events(chat.conversation_id, 0)
        return [event.data.model_dump() for event in log]


@pytest.fixture
def desk(fresh_database: Path) -> Iterator[Desk]:
    desk = Desk(fresh_database)
    yield desk
    desk.go()


def opened(page: Page, desk: Desk, language: str) -> Chat:
    chat = Chat(page, desk.house.url, language)
    chat.visit()
    chat.open()
    return chat


TEXTS = {
    "de": ("Wir sind gerade nicht erreichbar", "Die Verbindung ist wieder da.", "Wo bleibt meine Lampe?", "Es eilt."),
    "en": ("We cannot be reached right now", "The connection is back.", "Where is my lamp?", "It is urgent."),
}


@pytest.mark.parametrize("language", ["de", "en"])
def test_while_the_desk_is_away_a_call_for_a_human_becomes_one_case_with_an_answer_by_mail(
    desk: Desk, context_of: Callable[[str], BrowserContext], language: str
) -> None:
    away, back, question, more = TEXTS[language]
    page = context_of(language).new_page()
    chat = opened(page, desk, language)
    expect(page.get_by_role("heading", name="Nordlicht")).to_be_visible(timeout=ANSWER_MS)
    desk.go()
    status = page.get_by_test_id("connection-status")
    expect(status).to_contain_text(away, timeout=TOLD_MS)
    chat.say(question)
    chat.field.fill(more)
    page.get_by_test_id("talk-to-human").click()

    form = page.get_by_test_id("mail-form")
    expect(form.get_by_role("heading")).to_be_focused()
    expect(form.get_by_test_id("mail-along")).to_contain_text(question)
    expect(form.get_by_test_id("mail-text")).to_have_value(more)
    letter = form.get_by_test_id("mail-program").get_attribute("href") or ""
    assert letter.startswith("mailto:service@nordlicht.example?subject=")
    assert unquote(letter).endswith(f"{question}\r\n\r\n{more}")
    page.keyboard.press("Tab")
    page.keyboard.type("erika@")
    page.keyboard.press("Enter")
    expect(form.get_by_role("alert").first).not_to_be_empty()
    form.get_by_test_id("mail-email").fill(ADDRESS)
    page.keyboard.press("Enter")
    expect(form.get_by_test_id("mail-queued")).to_be_visible()
    assert ADDRESS not in page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")

    desk.come()
    page.get_by_test_id("try-now").click()
    expect(page.get_by_test_id("contact-left")).to_contain_text("e•••@e•••.org", timeout=20_000)
    expect(form).to_have_count(0)
    expect(chat.own_messages).to_have_count(2)
    happened = desk.happened(chat)
    kinds = [str(data["type"]) for data in happened]
    assert [kinds.count(kind) for kind in ("handover.requested", "contact.left")] == [1, 1]
    assert [data["text"] for data in happened if data["type"] == "message.posted" and data["client_id"]] == [
        question,
        more,
    ]
    told = status.inner_text()  # once: it goes away by itself
    assert back in told or told == ""


def test_f02_a_train_line_that_breaks_off_again_and_again_loses_nothing_and_doubles_nothing(
    desk: Desk, context_of: Callable[[str], BrowserContext]
) -> None:
    context = context_of("de")
    page = context.new_page()
    chat = opened(page, desk, "de")
    chat.call_a_human()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    words = [f"Wort {number}" for number in range(1, 7)]
    for number, word in enumerate(words):
        is_tunnel = number % 2 == 0
        line.send(
            "Network.emulateNetworkConditions",
            {"offline": is_tunnel, "latency": 150, "downloadThroughput": 20_000, "uploadThroughput": 8_000},
        )
        chat.say(word)
        if not is_tunnel:
            chat.wait_until_live()
    expect(page.locator('[data-progress="waiting"]')).to_have_count(0, timeout=20_000)
    assert [
        data["text"] for data in desk.happened(chat) if data["type"] == "message.posted" and data["client_id"]
    ] == words
    assert chat.own_messages.locator(".bubble").all_inner_texts() == words


def test_a_device_without_a_network_is_told_so_and_a_reload_loses_no_word(
    desk: Desk, context_of: Callable[[str], BrowserContext]
) -> None:
    context = context_of("de")
    page = context.new_page()
    chat = opened(page, desk, "de")
    chat.call_a_human()
    context.set_offline(True)
    status = page.get_by_test_id("connection-status")
    expect(status).to_contain_text("Sie sind offline.", timeout=TOLD_MS)
    chat.say("Im Tunnel geschrieben")
    chat.field.fill("Noch nicht fertig gesch")
    context.set_offline(False)
    expect(status).to_contain_text("Die Verbindung ist wieder da.", timeout=ANSWER_MS)
    expect(status).to_be_empty(timeout=ANSWER_MS)
    expect(chat.own_messages).to_have_attribute("data-progress", "sent", timeout=ANSWER_MS)
    page.reload()
    chat.wait_until_live()
    expect(chat.field).to_have_value("Noch nicht fertig gesch")
    chat.field.press("Enter")
    expect(chat.own_messages).to_have_count(2, timeout=ANSWER_MS)
    page.reload()
    chat.wait_until_live()
    expect(chat.field).to_have_value("")


def test_f20_two_tabs_show_the_same_and_keep_their_own_unsent_words(
    desk: Desk, context_of: Callable[[str], BrowserContext]
) -> None:
    context = context_of("de")
    one = opened(context.new_page(), desk, "de")
    other = opened(context.new_page(), desk, "de")
    one.page.get_by_test_id("talk-to-human").click()
    expect(other.page.get_by_test_id("waiting-card")).to_be_visible(timeout=ANSWER_MS)
    one.say("Aus dem ersten Fenster")
    other.say("Aus dem zweiten Fenster")
    for tab in (one, other):
        expect(tab.own_messages).to_have_count(2, timeout=ANSWER_MS)
    assert one.transcript() == other.transcript()
    one.field.fill("Nur hier")
    expect(other.field).to_have_value("")
    other.page.get_by_test_id("language-en").click()
    expect(one.panel).to_have_attribute("lang", "en", timeout=ANSWER_MS)
    other.page.get_by_test_id("menu").click()
    other.page.get_by_test_id("menu-end").click()
    other.page.get_by_test_id("end-yes").click()
    for tab in (one, other):
        expect(tab.page.get_by_test_id("closed-card")).to_be_visible(timeout=ANSWER_MS)
    other.page.get_by_test_id("start-over").click()
    expect(one.own_messages).to_have_count(0, timeout=ANSWER_MS)
    expect(one.field).to_have_value("Nur hier")


def test_who_has_closed_the_chat_learns_who_came_and_wrote_and_finds_the_place(
    desk: Desk, context_of: Callable[[str], BrowserContext]
) -> None:
    page = context_of("de").new_page()
    chat = opened(page, desk, "de")
    chat.call_a_human()
    page.get_by_test_id("close-panel").click()
    hint = page.get_by_test_id("hint")
    expect(hint).to_have_text("Sie sind als Nächstes dran.")
    anna = desk.house.agent("anna")
    conversation = chat.conversation_id
    claimed = anna.do(conversation, "claim")
    claimed.raise_for_status()
    expect(hint).to_have_text("Anna ist jetzt für Sie da.", timeout=ANSWER_MS)
    version = claimed.json()["summary"]["ownership_version"]
    for words in ("Guten Tag!", "Die Lampe ist unterwegs."):
        anna.say(conversation, version, words)
    expect(hint).to_have_text("Neue Nachricht von Anna", timeout=ANSWER_MS)
    launcher = page.get_by_test_id("kulanz-launcher")
    expect(launcher).to_have_attribute("aria-label", re.compile("ungelesen: 2"))
    launcher.click()
    mark = page.get_by_test_id("new-mark")
    expect(mark).to_be_in_viewport()
    chat.say("Danke!")
    expect(mark).to_have_count(0)
    expect(hint).to_be_hidden()
