"""An agent secures their account in a real browser: a second session is ended, a second step set up and asked for."""

from __future__ import annotations

import pyotp
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import findings
from tests.browser.workplace import SHOWN_MS
from tests.stack import DOMAIN, PASSWORD, Stack


def give_password(page: Page, stack: Stack, login: str) -> None:
    page.goto(f"{stack.url}/desk/")
    page.locator('input[name="email"]').fill(f"{login}@{DOMAIN}")
    page.locator('input[name="password"]').fill(PASSWORD)
    page.keyboard.press("Enter")


def give_code(page: Page, code: str) -> None:
    page.locator('input[name="code"]').fill(code)
    page.keyboard.press("Enter")


def open_account(page: Page) -> None:
    """By keyboard alone."""
    menu = page.get_by_test_id("agent-menu").locator("summary")
    expect(menu).to_be_visible(timeout=SHOWN_MS)
    menu.press("Enter")
    page.get_by_test_id("my-account").press("Enter")
    expect(page.get_by_test_id("account-sessions")).to_be_visible(timeout=SHOWN_MS)


def test_an_agent_ends_a_session_and_sets_up_a_second_step(stack: Stack, page: Page, browser: Browser) -> None:
    tina = stack.new_agent("Tina")
    give_password(page, stack, tina)
    elsewhere = browser.new_page()
    give_password(elsewhere, stack, tina)
    expect(elsewhere.get_by_test_id("agent-menu")).to_be_visible(timeout=SHOWN_MS)

    open_account(page)
    assert findings(page) == []
    expect(page.get_by_test_id("session")).to_have_count(2)
    page.get_by_test_id("session-end").press("Enter")
    expect(page.get_by_test_id("session")).to_have_count(1, timeout=SHOWN_MS)
    expect(elsewhere.get_by_test_id("login")).to_be_visible(timeout=SHOWN_MS)

    page.get_by_test_id("second-step-begin").press("Enter")
    page.get_by_test_id("dialog-proof").locator('input[name="password"]').fill(PASSWORD)
    page.keyboard.press("Enter")
    secret = page.get_by_test_id("second-step-secret")
    expect(secret).to_be_visible(timeout=SHOWN_MS)
    expect(page.locator("svg.qr")).to_be_visible()
    assert findings(page) == []
    code = pyotp.TOTP(secret.inner_text().replace(" ", "")).now()
    give_code(page, code)
    codes = page.get_by_test_id("recovery-codes").locator("li")
    expect(codes).to_have_count(10, timeout=SHOWN_MS)
    recovery = codes.first.inner_text()
    page.get_by_test_id("codes-kept").press("Enter")
    expect(page.get_by_test_id("codes-left")).to_contain_text("10", timeout=SHOWN_MS)
    assert findings(page) == []

    give_password(elsewhere, stack, tina)
    expect(elsewhere.get_by_test_id("login-code")).to_be_visible(timeout=SHOWN_MS)
    expect(elsewhere.locator('input[name="code"]')).to_be_focused()
    assert findings(elsewhere) == []
    give_code(elsewhere, code)
    expect(elsewhere.get_by_role("alert")).to_be_visible(timeout=SHOWN_MS)  # it was used up
    give_code(elsewhere, recovery)
    expect(elsewhere.get_by_test_id("agent-menu")).to_be_visible(timeout=SHOWN_MS)
    elsewhere.close()
