"""Where parts of the desk's page meet: a dialog that a folded menu holds, a field whose case changes hands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from handover.app import create_app
from tests.browser.axe import findings
from tests.browser.chat import Chat
from tests.browser.test_acting import served
from tests.browser.workplace import SHOWN_MS, Workplace
from tests.edges import House, shop_settings

PageOf = Callable[[str], Page]


@pytest.fixture
def house(fresh_database: Path) -> Iterator[House]:
    """A desk on the demo shop, without a bot."""
    settings = shop_settings(fresh_database)
    with House(create_app(settings), settings) as house:
        yield house


def waiting(house: House, page_of: PageOf) -> None:
    chat = Chat(page_of("en"), house.url, "en")
    chat.visit()
    chat.open()
    chat.call_a_human()


def test_whoever_logs_out_by_the_command_bar_is_asked_about_open_cases_although_the_menu_is_folded(
    house: House, page_of: PageOf
) -> None:
    waiting(house, page_of)
    desk = Workplace(page_of("en"), house.url)
    desk.log_in("ben")
    see, keys = desk.page.get_by_test_id, desk.page.keyboard
    see("list-waiting").get_by_test_id("conversation-row").click()
    see("claim").click()
    expect(see("close")).to_be_visible(timeout=SHOWN_MS)
    for width, height in ((1280, 800), (400, 420)):  # on the small one there is no menu
        desk.page.set_viewport_size({"width": width, "height": height})
        keys.press("Control+k")
        expect(see("command-query")).to_be_focused()
        keys.type("log out")
        keys.press("Enter")
        expect(see("dialog-logout")).to_be_visible()
        keys.press("Escape")
        expect(see("dialog-logout")).to_have_count(0)


def test_a_dialog_on_a_phone_stays_in_sight_when_the_keyboard_comes_up(house: House, page_of: PageOf) -> None:
    waiting(house, page_of)
    desk = Workplace(page_of("en"), house.url)
    desk.log_in("ben")
    see = desk.page.get_by_test_id
    desk.page.set_viewport_size({"width": 400, "height": 800})
    see("list-waiting").get_by_test_id("conversation-row").click()
    see("claim").click()
    expect(see("close")).to_be_visible(timeout=SHOWN_MS)
    desk.more("transfer")
    reason = see("dialog-transfer").locator("textarea")
    reason.fill("Speaks Dutch")
    desk.page.set_viewport_size({"width": 400, "height": 420})
    expect(reason).to_be_visible()
    expect(reason).to_be_focused()
    expect(reason).to_have_value("Speaks Dutch")


def test_a_dialog_of_the_dossier_is_seen_although_the_dossier_is_not(house: House, page_of: PageOf) -> None:
    chat, desk = served(house, page_of, "en", "ben", "emily.carter@example.org")
    see, keys = desk.page.get_by_test_id, desk.page.keyboard
    expect(see("dossier-acting")).to_be_visible(timeout=SHOWN_MS)
    desk.page.set_viewport_size({"width": 640, "height": 700})
    expect(see("dossier-acting")).to_be_hidden()
    keys.press("Control+k")
    expect(see("command-query")).to_be_focused()
    keys.type("grant a credit")
    keys.press("Enter")
    expect(see("dialog-credit")).to_be_visible()
    expect(see("credit-form").locator('[name="reason"]')).to_be_visible()
    assert findings(desk.page) == []
    keys.press("Escape")
    expect(see("dialog-credit")).to_have_count(0)
    expect(chat.page.get_by_test_id("service-card")).to_have_count(0)
