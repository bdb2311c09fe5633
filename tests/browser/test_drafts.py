"""While a person talks the bot reads along, and what it finds is a draft: put in by one key, sent by nobody but the agent."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import findings
from tests.browser.chat import ANSWER_MS, Chat
from tests.browser.workplace import SHOWN_MS, Workplace
from tests.stack import Stack

READ_MS = 15_000
"""For a text to be read along on a busy machine."""


class Lines(NamedTuple):
    language: str
    question: str
    source: str
    words: str
    thanks: str
    read_along: str


GERMAN = Lines("de", "Kann ich mit PayPal bezahlen?", "Artikel:", "PayPal", "Vielen Dank!", "mitgelesen")
ENGLISH = Lines("en", "Can I pay with PayPal?", "Article:", "PayPal", "Thank you very much!", "read along")


@pytest.mark.parametrize("lines", [GERMAN, ENGLISH], ids=["German", "English"])
def test_a_question_to_a_person_is_read_along_and_answered_from_the_article_by_one_key(
    stack: Stack, page_of: Callable[[str], Page], lines: Lines
) -> None:
    chat = Chat(page_of(lines.language), stack.url, lines.language)
    chat.visit()
    chat.open()
    chat.call_a_human()
    desk = Workplace(page_of(lines.language), stack.url)
    desk.log_in(stack.new_agent("Dora"))
    desk.page.get_by_test_id("agent-menu").locator("summary").click()
    desk.page.get_by_test_id("language").select_option(lines.language)
    desk.page.keyboard.press("Escape")
    desk.waiting(chat.conversation_id).click()
    desk.claim()
    see = desk.page.get_by_test_id

    chat.say(lines.question)
    source = see("suggestion-source").first
    expect(source).to_contain_text(lines.source, timeout=READ_MS)
    expect(see("understood").first).to_contain_text(lines.read_along, timeout=READ_MS)
    expect(see("next-step").first).to_be_visible(timeout=READ_MS)
    assert findings(desk.page) == []
    bots = chat.bot_messages.count()

    source.click()
    article = see("dialog-article")
    expect(article).to_contain_text(lines.words, timeout=SHOWN_MS)
    assert findings(desk.page) == []
    desk.page.keyboard.press("Escape")
    expect(article).to_have_count(0)

    desk.field.focus()
    desk.page.keyboard.press("Alt+1")
    expect(desk.field).to_have_value(re.compile(lines.words))
    expect(chat.agent_messages).to_have_count(0)
    desk.page.keyboard.press("Control+z")
    expect(desk.field).to_have_value("")
    desk.page.keyboard.press("ArrowUp")
    desk.page.keyboard.press("Enter")
    expect(desk.field).to_have_value(re.compile(lines.words))
    desk.field.press("Enter")
    expect(chat.agent_messages).to_contain_text([lines.words], timeout=ANSWER_MS)
    expect(see("suggestions-state")).to_have_attribute("data-state", "answered", timeout=SHOWN_MS)

    chat.say(lines.thanks)
    expect(see("understood")).to_have_count(2, timeout=READ_MS)
    expect(see("suggestion")).to_have_count(0)
    expect(chat.bot_messages).to_have_count(bots)  # it has listened, and said nothing
