"""Search, need to know and the audit log in a real browser: found by its words, opened with a reason, and on record."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.workplace import SHOWN_MS, Workplace
from tests.stack import Stack
from tests.visitor import Visitor

EVIL = "Der Kolibri <img src=x onerror=alert(1)> sitzt in Schränken"


def logged_in(browser: Browser, stack: Stack, name: str, language: str) -> Page:
    page = browser.new_context(locale=language).new_page()
    page.add_init_script(f"localStorage.setItem('kulanz.language', JSON.stringify('{language}'))")
    Workplace(page, stack.url).log_in(name)
    return page


@pytest.mark.parametrize("language", ["de", "en"])
def test_what_was_said_is_found_by_its_words_with_the_keyboard_alone(
    browser: Browser, stack: Stack, language: str
) -> None:
    with Visitor(stack.url, "de") as visitor:
        visitor.ask(EVIL)
    page = logged_in(browser, stack, "anna", language)
    field = page.get_by_test_id("search")
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "open", timeout=SHOWN_MS)
    page.keyboard.press("Control+Shift+F")
    expect(field).to_be_focused()
    page.keyboard.type("schraenke kolibri")
    row = page.get_by_test_id("search-conversation").first
    expect(row).to_be_visible(timeout=SHOWN_MS)
    expect(row.locator("mark")).to_have_text(["Kolibri", "Schränken"])
    expect(row).to_contain_text("<img src=x onerror=alert(1)>")
    page.keyboard.press("ArrowDown")
    while row.evaluate("one => one !== document.activeElement"):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("conversation")).to_have_attribute("data-id", row.get_attribute("data-id") or "")
    page.keyboard.press("Control+Shift+F")
    page.keyboard.type("xylophonbrille")
    nothing = "Dazu wurde nichts gefunden" if language == "de" else "Nothing was found for this"
    expect(page.get_by_test_id("search-results")).to_contain_text(nothing, timeout=SHOWN_MS)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("list-mine")).to_be_visible()
    page.context.close()


def test_a_record_without_a_case_asks_for_a_reason_which_stands_in_the_audit_log(
    browser: Browser, stack: Stack
) -> None:
    why = f"Rückfrage der Buchhaltung {uuid4().hex}"
    page = logged_in(browser, stack, stack.new_agent("Rita"), "en")  # who has given no reason yet
    page.get_by_test_id("search").fill("Thompson")  # whom nobody serves
    page.get_by_test_id("search-customer").first.click()
    dialog = page.get_by_test_id("dialog-reason")
    dialog.locator("textarea").fill("too short")
    dialog.get_by_test_id("dialog-submit").click()
    expect(dialog).to_be_visible()
    dialog.locator("textarea").fill(why)
    dialog.get_by_test_id("dialog-submit").click()
    expect(page.get_by_test_id("customer-name")).to_contain_text("Thompson", timeout=SHOWN_MS)
    assert page.goto(f"{stack.url}/desk/audit")
    expect(page.get_by_test_id("list-mine")).to_be_visible(timeout=SHOWN_MS)  # no page of an agent's
    page.context.close()
    over = logged_in(browser, stack, "sophie", "de")
    over.goto(f"{stack.url}/desk/audit")
    over.get_by_test_id("audit-filters").locator("select[name=kind]").select_option("openings")
    over.get_by_test_id("audit-filters").locator("button").click()
    entry = over.get_by_test_id("audit-entry").filter(has_text=why)
    expect(entry).to_contain_text("Rita", timeout=SHOWN_MS)
    with over.expect_download() as download:
        over.get_by_test_id("audit-export").click()
    assert why in download.value.path().read_text("utf-8")
    over.context.close()
