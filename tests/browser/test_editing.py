"""An editor changes a file, and the bot says so within seconds; a broken file changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chat import ANSWER_MS, Chat
from tests.browser.workplace import SHOWN_MS, Workplace
from tests.stack import Stack, until
from tests.visitor import Visitor

NEWS = "Nordlicht-Taler"
ASKED = {"de": ("Welche Zahlungsarten gibt es?", "payment-methods"), "en": ("Can I pay with PayPal?", "paypal")}
"""A question in each language, and the article that answers it."""
OTHERWISE = {"de": "Wie kann ich bezahlen?", "en": "Do you take PayPal?"}
"""The same in other words: who asks the same twice and gets the same answer is offered a human."""
LIVE_SECONDS = 60
"""It takes one or two; how long is the bench's to say, and a busy machine's to stretch."""


@pytest.fixture(params=["de", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def question(language: str) -> str:
    return ASKED[language][0]


@pytest.fixture
def article(stack: Stack, language: str, question: str) -> Iterator[Path]:
    """The file that answers the question; put back as it was."""
    path = stack.articles / language / "payment" / f"{ASKED[language][1]}.md"
    before = path.read_text("utf-8")
    yield path
    path.write_text(before, "utf-8")
    until(lambda: not a_new_visitor_is_told(NEWS, stack, language, question), LIVE_SECONDS, 0.5)


@pytest.fixture
def chat(page: Page, stack: Stack, language: str) -> Chat:
    chat = Chat(page, stack.url, language)
    chat.visit()
    chat.open()
    return chat


def test_an_edit_is_answered_at_once_and_a_broken_file_is_refused_with_its_line(
    chat: Chat, browser: Browser, stack: Stack, article: Path, language: str, question: str
) -> None:
    expect(chat.ask(question)).not_to_contain_text(NEWS)
    edited = f"{article.read_text('utf-8').rstrip()} {NEWS}.\n"
    article.write_text(edited, "utf-8")
    until(lambda: a_new_visitor_is_told(NEWS, stack, language, question), LIVE_SECONDS, 0.2)
    expect(chat.ask(question)).to_contain_text(NEWS)

    article.write_text(edited.replace("questions:", "questoins:").replace(NEWS, "Unsinn"), "utf-8")
    context = browser.new_context(locale=language)
    desk = Workplace(context.new_page(), stack.url)
    desk.log_in("emil")
    desk.page.goto(f"{stack.url}/desk/knowledge")
    problem = desk.page.get_by_test_id("problem").filter(has_text="questoins")
    expect(problem).to_contain_text(f"{language}/payment/{article.name}", timeout=SHOWN_MS)
    line = edited.split("questions:", maxsplit=1)[0].count("\n") + 1
    expect(problem).to_contain_text(str(line))
    expect(chat.ask(OTHERWISE[language])).to_contain_text(NEWS, timeout=ANSWER_MS)
    context.close()


def a_new_visitor_is_told(news: str, stack: Stack, language: str, question: str) -> bool:
    with Visitor(stack.url, language) as visitor:
        return news in visitor.ask(question)["data"].get("text", "")
