"""A whole conversation without a mouse, from the button to the rating, in both languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import ANSWER_MS, Chat
from tests.browser.colleague import Colleague
from tests.stack import Stack

MOST_STOPS = 80
FOCUSED = """() => {
  const root = document.querySelector("kulanz-chat").shadowRoot;
  return root.activeElement?.dataset.testid ?? null;
}"""
ASKED = {"de": "Wie kann ich etwas zurückgeben?", "en": "How can I return something?"}


class Keys:
    """Presses keys and nothing else."""

    def __init__(self, page: Page) -> None:
        self._keyboard, self._page = page.keyboard, page

    def focused(self) -> str | None:
        found: str | None = self._page.evaluate(FOCUSED)
        return found

    def to(self, test_id: str, key: str = "Tab") -> None:
        """Go on until the focus is there."""
        passed = []
        for _ in range(MOST_STOPS):
            if self.focused() == test_id:
                return
            passed.append(self.focused())
            self._keyboard.press(key)
        raise AssertionError(f"{test_id} is not reached by {key}: {passed}")

    def press(self, test_id: str, key: str = "Tab", with_key: str = "Enter") -> None:
        self.to(test_id, key)
        self._keyboard.press(with_key)

    def write(self, text: str) -> None:
        self._keyboard.type(text)
        self._keyboard.press("Enter")


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_conversation_from_the_button_to_the_rating_by_keyboard_alone(
    page: Page, stack: Stack, language: str
) -> None:
    chat, keys = Chat(page, stack.url, language), Keys(page)
    chat.visit()
    expect(page.get_by_test_id("kulanz-launcher")).to_be_visible()
    keys.press("kulanz-launcher")
    chat.wait_until_live()
    expect(chat.field).to_be_focused()
    keys.write(ASKED[language])
    expect(page.get_by_test_id("source")).to_be_visible(timeout=ANSWER_MS)
    read_the_article_and_say_what_is_missing(page, keys)
    call_and_meet_a_human(page, chat, keys, stack)
    end_and_rate(page, keys)
    page.keyboard.press("Escape")
    expect(chat.panel).to_be_hidden()
    expect(page.get_by_test_id("kulanz-launcher")).to_be_focused()


def read_the_article_and_say_what_is_missing(page: Page, keys: Keys) -> None:
    keys.press("source", "Shift+Tab")
    expect(page.get_by_test_id("article-text")).to_be_visible(timeout=ANSWER_MS)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("article-text")).to_have_count(0)
    expect(page.get_by_test_id("source")).to_be_focused()
    keys.press("feedback-no")
    form = page.locator("[data-testid^=reason-][data-testid$=-form]")
    expect(form).to_be_visible(timeout=ANSWER_MS)
    keys.to((form.locator("input").first.get_attribute("data-testid")) or "")
    page.keyboard.press("ArrowDown")
    expect(form.locator("input").nth(1)).to_be_checked()
    keys.press((form.locator('button[type="submit"]').get_attribute("data-testid")) or "")
    expect(form).to_have_count(0)


def call_and_meet_a_human(page: Page, chat: Chat, keys: Keys, stack: Stack) -> None:
    keys.press("talk-to-human", "Shift+Tab")
    expect(page.get_by_test_id("waiting-card")).to_be_visible(timeout=ANSWER_MS)
    with Colleague(stack, "ben", chat.conversation_id) as ben:
        ben.claim()
        ben.say("Hello, this is Ben.")
        expect(chat.agent_messages).to_have_count(1, timeout=ANSWER_MS)
        keys.to("message-input")
        keys.write("Thank you!")
        expect(chat.own_messages.last).to_have_attribute("data-progress", "sent", timeout=ANSWER_MS)
        ben.close()
    expect(page.get_by_test_id("closed-card")).to_be_visible(timeout=ANSWER_MS)


def end_and_rate(page: Page, keys: Keys) -> None:
    expect(page.get_by_test_id("rating-card")).to_be_visible(timeout=ANSWER_MS)
    for about, first, key, arrows in (("bot", 5, "Shift+Tab", ["ArrowLeft"]), ("human", 1, "Tab", ["ArrowRight"] * 3)):
        keys.press(f"rate-{about}-{first}", key, with_key="Space")
        for arrow in arrows:
            page.keyboard.press(arrow)
        expect(page.get_by_test_id(f"rate-{about}-4")).to_be_checked()
        keys.press(f"rate-{about}-send")
        expect(page.get_by_test_id(f"rated-{about}")).to_have_attribute("data-score", "4", timeout=ANSWER_MS)
