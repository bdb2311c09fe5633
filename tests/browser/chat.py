"""The visitor's side in a real browser: the demo shop's page and the chat on it."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

ANSWER_MS = 10_000


class Chat:
    """One page of the shop with its widget. Waits for states, never for seconds."""

    def __init__(self, page: Page, url: str, language: str) -> None:
        self.page, self.url, self.language = page, url, language
        self.panel = page.get_by_test_id("kulanz-panel")
        self.bot_messages = page.get_by_test_id("message-bot")
        self.agent_messages = page.get_by_test_id("message-agent")
        self.own_messages = page.get_by_test_id("message-own")
        self.credit_cards = page.get_by_test_id("credit-card")
        self.typing = page.get_by_test_id("typing")
        self.field = page.get_by_test_id("message-input")

    @property
    def conversation_id(self) -> str:
        """Of the conversation that this browser has open."""
        return str(self.page.evaluate("JSON.parse(localStorage.getItem('kulanz')).conversation_id"))

    def visit(self) -> None:
        self.page.goto(self.url + ("/" if self.language == "de" else "/en"))

    def open(self) -> None:
        self.page.get_by_test_id("kulanz-launcher").click()
        self.wait_until_live()

    def wait_until_live(self) -> None:
        expect(self.page.get_by_test_id("connection-status")).to_have_attribute("data-state", "live", timeout=ANSWER_MS)

    def say(self, text: str) -> None:
        self.field.fill(text)
        self.field.press("Enter")

    def ask(self, text: str) -> Locator:
        """Say something and wait for the bot; its first new message."""
        known = self.bot_messages.count()
        self.say(text)
        answer = self.bot_messages.nth(known)
        expect(answer).to_be_visible(timeout=ANSWER_MS)
        return answer

    def call_a_human(self) -> None:
        self.page.get_by_test_id("talk-to-human").click()
        expect(self.page.get_by_test_id("waiting-card")).to_be_visible(timeout=ANSWER_MS)

    def prove_identity(self, email: str, mailbox: Page) -> None:
        """Fill in both steps of the form with the code from the demo's mailbox."""
        self.page.get_by_test_id("identity-email").fill(email)
        self.page.get_by_test_id("identity-send").click()
        expect(self.page.get_by_test_id("identity-code")).to_be_visible(timeout=ANSWER_MS)
        self.page.get_by_test_id("identity-code").fill(newest_code(mailbox, self.url, email))
        self.page.get_by_test_id("identity-prove").click()
        expect(self.page.locator('[data-line="lineProven"]')).to_be_visible(timeout=ANSWER_MS)

    def transcript(self) -> list[str]:
        """Everything that was said, in order, without clocks and marks that may change."""
        bubbles = self.panel.locator(".bubble")
        return [text.strip() for text in bubbles.all_inner_texts()]


def newest_code(mailbox: Page, url: str, email: str) -> str:
    """The code in the newest mail to `email` on the mailbox page."""
    mailbox.goto(f"{url}/demo/mailbox")
    mail = mailbox.locator("article, li, section").filter(has_text=email).first
    expect(mail).to_be_visible(timeout=ANSWER_MS)
    found = re.search(r"\b(\d{3}\s?\d{3})\b", mail.inner_text())
    assert found, mail.inner_text()
    return found[1].replace(" ", "")
