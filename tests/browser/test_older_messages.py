"""A very long conversation: both pages show its end at once, and the rest when somebody reads that far."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from handover.store.engine import make_engine
from tests.browser.chat import ANSWER_MS, Chat
from tests.browser.workplace import SHOWN_MS, Workplace
from tests.long_talk import STAFF_ONLY_EVERY, fill
from tests.stack import Stack

EVENTS = 2_000


@pytest.fixture
def chat(browser: Browser, stack: Stack) -> Iterator[Chat]:
    context = browser.new_context()
    chat = Chat(context.new_page(), stack.url, "de")
    chat.visit()
    chat.open()
    yield chat
    context.close()


def grown_long(chat: Chat, stack: Stack) -> tuple[str, int]:
    """The conversation's id and last number."""
    conversation_id = chat.conversation_id
    engine = make_engine(f"sqlite:///{stack.database}")
    last = fill(engine, conversation_id, EVENTS)
    engine.dispose()
    return conversation_id, last


def to_the_top(scroller: Locator) -> None:
    scroller.evaluate("box => { box.scrollTop = 0 }")


def spoken(number: int) -> int:
    """The last number up to this one that both sides may read; every fifth is a note of the staff."""
    return number - (number % STAFF_ONLY_EVERY == 0)


def test_the_widget_shows_the_end_and_older_messages_when_scrolled_up(chat: Chat, stack: Stack) -> None:
    _, last = grown_long(chat, stack)
    chat.page.reload()
    chat.wait_until_live()
    bubbles = chat.panel.locator(".bubble")
    expect(bubbles.last).to_contain_text(f"message {spoken(last)}", timeout=ANSWER_MS)
    expect(bubbles.last).to_be_in_viewport()
    assert bubbles.count() <= 100

    first = bubbles.first.inner_text()
    oldest = chat.panel.locator(".bubble", has_text=first.strip()).first
    to_the_top(chat.panel.locator(".scroll"))
    expect(bubbles.nth(199)).to_be_attached(timeout=ANSWER_MS)
    expect(oldest).to_be_in_viewport()  # what was read stays where it was

    button = chat.page.get_by_test_id("earlier").get_by_role("button")
    button.focus()
    button.press("Enter")
    expect(bubbles.nth(299)).to_be_attached(timeout=ANSWER_MS)
    expect(button).to_be_focused()
    chat.say("und am Ende geht es weiter")
    expect(chat.own_messages.last).to_contain_text("geht es weiter", timeout=ANSWER_MS)


def test_the_desk_shows_the_end_and_older_messages_when_scrolled_up(browser: Browser, chat: Chat, stack: Stack) -> None:
    conversation_id, last = grown_long(chat, stack)
    context = browser.new_context()
    desk = Workplace(context.new_page(), stack.url)
    desk.log_in("anna")
    desk.page.goto(f"{stack.url}/desk/c/{conversation_id}")
    log = desk.page.get_by_test_id("messages")
    newest = log.locator(f"#m{spoken(last)}")
    expect(newest).to_be_in_viewport(timeout=SHOWN_MS)

    oldest = log.locator(f"#m{spoken(last - 98)}")
    assert log.locator(f"#m{spoken(last - 150)}").count() == 0
    to_the_top(log)
    expect(log.locator(f"#m{spoken(last - 148)}")).to_be_attached(timeout=SHOWN_MS)
    expect(oldest).to_be_in_viewport()

    button = desk.page.get_by_test_id("earlier").get_by_role("button")
    button.focus()
    button.press("Enter")
    expect(log.locator(f"#m{spoken(last - 248)}")).to_be_attached(timeout=SHOWN_MS)
    expect(button).to_be_focused()
    context.close()
