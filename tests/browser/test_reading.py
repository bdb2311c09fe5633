"""What came last is read from its beginning; whoever reads a form keeps it in sight."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import Chat
from tests.browser.website import Shop, tag
from tests.edges import House

LONG = " ".join(f"word{number}" for number in range(300))
"""The bot repeats it, which fills more than the panel."""


@pytest.fixture
def chat(page: Page, shop: Shop, house: House) -> Chat:
    chat = Chat(page, house.url, "en")
    page.goto(shop.page("/reading", f"<!doctype html><body>{tag(house)}"))
    chat.open()
    return chat


def test_a_long_answer_is_shown_from_its_beginning_and_a_short_one_to_its_end(chat: Chat) -> None:
    long = chat.ask(LONG)
    expect(long.locator(".author")).to_be_in_viewport()
    expect(long.locator("time")).not_to_be_in_viewport()
    expect(chat.page.get_by_test_id("new-messages")).to_have_count(0)  # what is below belongs to it
    short = chat.ask("and shorter?")
    expect(short.locator("time")).to_be_in_viewport()


def test_the_beginning_stays_in_sight_when_the_window_changes(chat: Chat) -> None:
    long = chat.ask(LONG)
    chat.page.set_viewport_size({"width": 1280, "height": 500})
    expect(long.locator(".author")).to_be_in_viewport()
