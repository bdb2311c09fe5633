"""An agent acts for the customer from the dossier: what happens is said first, then one key does it, and the visitor sees it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from handover.app import create_app
from tests.browser.axe import findings
from tests.browser.chat import ANSWER_MS, Chat
from tests.browser.furnished import fill_in
from tests.browser.workplace import SHOWN_MS, Workplace
from tests.edges import SELF_SERVICE, House, shop_settings

PageOf = Callable[[str], Page]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A desk on the demo shop, without a bot."""
    settings = shop_settings(tmp_path / "kulanz.db", SELF_SERVICE)
    fill_in(settings)
    with House(create_app(settings), settings) as house:
        yield house


def served(house: House, page_of: PageOf, language: str, agent: str, email: str) -> tuple[Chat, Workplace]:
    """A visitor who proved who they are because the agent who has their case asked for it."""
    chat = Chat(page_of(language), house.url, language)
    chat.visit()
    chat.open()
    chat.call_a_human()
    desk = Workplace(page_of(language), house.url)
    desk.log_in(agent)
    desk.page.get_by_test_id("list-waiting").get_by_test_id("conversation-row").click()
    desk.claim()
    expect(desk.page.get_by_test_id("dossier-acting")).to_have_count(0)
    desk.page.get_by_test_id("ask-for-proof").click()
    chat.prove_identity(email, page_of(language))
    expect(desk.page.get_by_test_id("dossier-acting")).to_be_visible(timeout=SHOWN_MS)
    expect(desk.page.get_by_test_id("acting-proof")).to_have_count(0)
    return chat, desk


def order(desk: Workplace, number: str) -> Locator:
    """One order of the dossier, opened."""
    found = desk.dossier.locator(f'[data-testid="order"][data-number="{number}"]')
    found.locator("summary").first.click()
    return found


def test_an_order_is_cancelled_told_taken_into_the_answer_and_brought_back(house: House, page_of: PageOf) -> None:
    chat, desk = served(house, page_of, "en", "ben", "liam.murphy@example.org")
    see = desk.page.get_by_test_id

    order(desk, "10121").get_by_test_id("act-order.cancel").click()
    expect(see("acting-seen")).to_have_attribute("data-outcome", "offered", timeout=SHOWN_MS)
    expect(see("acting-seen")).to_contain_text("Order 10121 will not be delivered.")
    expect(see("dialog-submit")).to_be_focused()
    assert findings(desk.page) == []
    desk.page.keyboard.press("Enter")
    expect(see("acting-done")).to_be_visible(timeout=SHOWN_MS)
    reference = see("acting-done").get_attribute("data-reference") or ""
    card = chat.page.get_by_test_id("service-card")
    expect(card).to_contain_text("Your order 10121 is cancelled.", timeout=ANSWER_MS)
    expect(card).to_contain_text("By Ben")
    expect(card.get_by_test_id("service-reference")).to_have_text(reference)
    assert findings(chat.page) == []

    expect(see("acting-insert")).to_be_focused()
    assert findings(desk.page) == []
    desk.page.keyboard.press("Enter")
    expect(see("dialog-acting")).to_have_count(0)
    expect(desk.field).to_have_value(
        f"I have cancelled your order 10121 (reference {reference}). The confirmation comes by e-mail."
    )
    expect(desk.field).to_be_focused()
    expect(chat.agent_messages).to_have_count(0)  # a draft goes only when its author sends it
    desk.page.keyboard.press("Enter")
    expect(chat.agent_messages).to_contain_text([reference], timeout=ANSWER_MS)

    done = desk.page.locator(f'[data-testid="request"][data-reference="{reference}"]')
    expect(done).to_have_attribute("data-state", "done", timeout=SHOWN_MS)
    done.get_by_test_id("act-request.undo").click()
    expect(see("acting-seen")).to_contain_text("Order cancelled (10121)", timeout=SHOWN_MS)
    expect(see("dialog-submit")).to_be_focused()
    desk.page.keyboard.press("Enter")
    expect(see("acting-done")).to_be_visible(timeout=SHOWN_MS)
    see("acting-close").click()
    expect(done).to_have_attribute("data-state", "undone", timeout=SHOWN_MS)
    expect(chat.page.get_by_test_id("service-card")).to_have_count(2, timeout=ANSWER_MS)


def test_what_cannot_be_done_says_why_and_what_is_wrong_is_asked_for_again(house: House, page_of: PageOf) -> None:
    chat, desk = served(house, page_of, "de", "anna", "erika.lindner@example.org")
    see = desk.page.get_by_test_id

    order(desk, "10001").get_by_test_id("act-order.return").click()
    form = see("acting-form")
    form.locator('[name="reason"]').select_option("not_wanted")
    refused = see("acting-refused")
    expect(refused).to_have_attribute("data-because", "return.too_late", timeout=SHOWN_MS)
    expect(refused).to_contain_text("Die Rückgabefrist von Bestellung 10001")
    expect(see("dialog-submit")).to_be_disabled()
    assert findings(desk.page) == []
    desk.page.keyboard.press("Escape")

    see("act-contact.change").click()
    form.locator('[name="phone"]').fill("ein zwei drei")
    see("dialog-submit").click()
    expect(refused).to_contain_text("Das ist keine Telefonnummer.", timeout=SHOWN_MS)
    form.locator('[name="phone"]').fill("0171 2345678")
    see("dialog-submit").click()
    expect(see("acting-seen")).to_contain_text("Neue Telefonnummer: +49 171 2345678", timeout=SHOWN_MS)
    see("dialog-submit").click()
    expect(see("acting-done")).to_be_visible(timeout=SHOWN_MS)
    see("acting-close").click()
    expect(chat.page.get_by_test_id("service-card")).to_contain_text("Ihre Kontaktdaten sind geändert.")

    see("dossier-subscriptions").locator("summary").first.click()
    plan = see("subscription").filter(has_text="A-501")
    plan.get_by_test_id("act-subscription.change_plan").click()
    form.locator('[name="plan"]').select_option("basis")
    expect(see("acting-seen")).to_contain_text("Nordlicht Basis", timeout=SHOWN_MS)
    expect(see("acting-seen")).to_contain_text("4,99")
    see("dialog-submit").click()
    expect(see("acting-done")).to_be_visible(timeout=SHOWN_MS)
    see("acting-close").click()

    see("dossier-invoices").locator("summary").first.click()
    invoice = see("invoice").first
    invoice.locator("summary").click()
    invoice.get_by_test_id("act-invoice.copy").click()
    expect(see("dialog-submit")).to_be_enabled(timeout=SHOWN_MS)
    see("dialog-submit").click()
    expect(see("acting-done").get_by_test_id("document")).to_be_visible(timeout=SHOWN_MS)
    see("acting-close").click()
    expect(chat.page.get_by_test_id("service-card").last.get_by_test_id("document")).to_be_visible(timeout=ANSWER_MS)


def test_credit_within_the_limit_is_granted_and_above_it_a_second_person_decides(house: House, page_of: PageOf) -> None:
    chat, desk = served(house, page_of, "de", "anna", "lukas.hoffmann@example.org")
    see = desk.page.get_by_test_id

    order(desk, "10045").get_by_test_id("act-credit").click()
    form = see("credit-form")
    form.locator('[name="reason"]').select_option("damaged_item")
    form.locator('[name="item"]').select_option("NL-ZN-1")
    expect(see("credit-seen")).to_have_attribute("data-outcome", "granted", timeout=SHOWN_MS)
    expect(see("credit-seen")).to_contain_text("100,00")
    assert findings(desk.page) == []
    see("dialog-submit").click()
    expect(see("credit-done")).to_have_attribute("data-outcome", "granted", timeout=SHOWN_MS)
    expect(chat.credit_cards).to_contain_text(["100,00"], timeout=ANSWER_MS)
    see("acting-insert").click()
    expect(desk.field).to_have_value(re.compile(r"gutgeschrieben \(Referenz G-"))

    see("act-credit-any").click()
    form.locator('[name="reason"]').select_option("damaged_item")
    form.locator('[name="order"]').select_option("10045")
    form.locator('[name="item"]').select_option("NL-LS-2")
    expect(see("credit-seen")).to_have_attribute("data-outcome", "proposed", timeout=SHOWN_MS)
    expect(see("credit-because")).to_contain_text("über dem Limit des Serviceteams")
    see("dialog-submit").click()
    expect(see("credit-done")).to_have_attribute("data-outcome", "proposed", timeout=SHOWN_MS)
    see("acting-close").click()
    expect(desk.proposal.get_by_test_id("proposal-own")).to_be_visible(timeout=SHOWN_MS)
    expect(desk.proposal.get_by_test_id("approve")).to_have_count(0)

    sophie = Workplace(page_of("de"), house.url)
    sophie.log_in("sophie")
    sophie.page.goto(f"{house.url}/desk/c/{chat.conversation_id}")
    expect(sophie.proposal).to_contain_text("Vorgeschlagen von Anna", timeout=SHOWN_MS)
    expect(sophie.proposal.get_by_test_id("evidence")).to_contain_text("NL-LS-2")
    expect(sophie.proposal.get_by_test_id("proposal-history")).to_contain_text("100,00")
    expect(sophie.page.get_by_test_id("dossier-acting")).to_have_count(0)  # it is Anna's case
    assert findings(sophie.page) == []
    sophie.proposal.get_by_test_id("approve").click()
    expect(chat.credit_cards).to_have_count(2, timeout=ANSWER_MS)
    expect(chat.credit_cards.last).to_contain_text("100,01")

    booked = sophie.page.get_by_test_id("credit-decision").filter(has_text="100,01")
    booked.get_by_test_id("credit-reverse").click()
    sophie.page.get_by_test_id("dialog-reverse").locator("textarea").fill("Versehentlich doppelt")
    sophie.page.get_by_test_id("dialog-submit").click()
    expect(booked).to_have_attribute("data-reversed", "true", timeout=SHOWN_MS)
