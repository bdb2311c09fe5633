"""The demo shop's page on embedding: what is chosen there is what the chat becomes."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.chat import ANSWER_MS, Chat
from tests.stack import Stack


def test_the_embedding_page_embeds_as_chosen_and_logs_a_customer_in(page: Page, stack: Stack) -> None:
    chat = Chat(page, stack.url, "en")
    page.goto(f"{stack.url}/en")
    page.get_by_role("link", name="How the chat gets on your page").click()
    launcher = page.get_by_test_id("kulanz-launcher")
    expect(launcher).to_be_visible()
    page.get_by_label("Colours").select_option("dark")
    page.get_by_label("Text on the button").fill("Help")
    page.get_by_label("Text on the button").press("Tab")
    expect(launcher).to_have_text("Help")
    expect(page.locator("#tag")).to_contain_text('data-theme="dark"')
    expect(page.locator("#module")).to_contain_text('"label": "Help"')
    expect(page.locator("kulanz-chat")).to_have_count(1)

    page.get_by_role("button", name="Log in and ask").click()
    chat.wait_until_live()
    expect(page.locator('[data-line="lineProven"]')).to_contain_text("Erika Lindner", timeout=ANSWER_MS)
    expect(page.locator("#events")).to_contain_text('identity {"state":"accepted"}')
    assert chat.panel.evaluate("panel => getComputedStyle(panel).backgroundColor") == "rgb(18, 25, 26)"

    page.get_by_test_id("close-panel").click()
    page.get_by_role("button", name="Remove the chat").click()
    expect(page.locator("kulanz-chat")).to_have_count(0)
    page.get_by_role("link", name="Deutsch").click()
    expect(page.get_by_role("heading", name="Der Chat auf Ihrer Seite")).to_be_visible()
