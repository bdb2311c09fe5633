"""Orders and invoices as cards after the proof of identity, and the article behind an answer, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chat import ANSWER_MS, Chat
from tests.browser.look import shape
from tests.browser.workplace import SHOWN_MS, Workplace
from tests.stack import Stack


class Words(NamedTuple):
    language: str
    email: str
    order_question: str
    order: str
    order_state: str
    invoice_question: str
    invoice: str
    invoice_line: str
    file: str
    question: str
    title: str
    day: str
    twin: str
    twin_title: str


GERMAN = Words(
    language="de",
    email="erika.lindner@example.org",
    order_question="Wo bleibt meine Bestellung 10023?",
    order="Bestellung 10023",
    order_state="Zugestellt",
    invoice_question="Bitte erklären Sie mir die Rechnung RE-2006",
    invoice="Rechnung RE-2006",
    invoice_line="Express-Austausch eines Thermostats (einmalig)",
    file="Rechnung-RE-2006.pdf",
    question="Welche Zahlungsarten gibt es?",
    title="Zahlungsarten",
    day="Stand: 1. Januar 2026",
    twin="Auf Englisch lesen",
    twin_title="ayment",
)
ENGLISH = Words(
    language="en",
    email="emily.carter@example.org",
    order_question="Where is my order 10024?",
    order="Order 10024",
    order_state="Delivered",
    invoice_question="Please explain invoice RE-2018 to me",
    invoice="Invoice RE-2018",
    invoice_line="(one-off)",
    file="Invoice-RE-2018.pdf",
    question="Which payment methods do you offer?",
    title="ayment",
    day="As of 1 January 2026",
    twin="Read in German",
    twin_title="Zahlungsarten",
)


@pytest.fixture
def pages(browser: Browser) -> Iterator[list[Page]]:
    """Of a visitor, of their mailbox, of an agent: each a browser of its own."""
    contexts = [browser.new_context() for _ in range(3)]
    yield [context.new_page() for context in contexts]
    for context in contexts:
        context.close()


@pytest.mark.parametrize("words", [GERMAN, ENGLISH], ids=["de", "en"])
def test_cards_come_after_the_proof_and_the_source_opens_its_article(
    pages: list[Page], stack: Stack, words: Words
) -> None:
    visitor, mailbox, staff = pages
    chat = Chat(visitor, stack.url, words.language)
    chat.visit()
    chat.open()
    chat.ask(words.order_question)
    expect(visitor.get_by_test_id("order-card")).to_have_count(0)
    chat.prove_identity(words.email, mailbox)

    order = visitor.get_by_test_id("order-card")
    expect(order).to_be_visible(timeout=ANSWER_MS)
    expect(order.get_by_role("heading", name=words.order)).to_be_visible()
    expect(order.get_by_test_id("card-state")).to_contain_text(words.order_state)
    expect(order.get_by_test_id("card-late")).to_be_visible()
    assert (order.get_by_test_id("card-track").get_attribute("href") or "").startswith("https://")

    chat.ask(words.invoice_question)
    invoice = visitor.get_by_test_id("invoice-card")
    expect(invoice.get_by_role("heading", name=words.invoice)).to_be_visible(timeout=ANSWER_MS)
    expect(invoice).to_contain_text(words.invoice_line)
    with visitor.expect_download() as download:
        invoice.get_by_test_id("document").click()
    assert download.value.suggested_filename == words.file
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    assert shape(visitor) == []

    _read_the_article(chat, words)

    chat.page.get_by_test_id("talk-to-human").click()
    desk = Workplace(staff, stack.url)
    desk.log_in("ben")
    staff.goto(f"{stack.url}/desk/")
    desk.waiting(chat.conversation_id).click()
    shown = staff.get_by_test_id("messages").get_by_test_id("order-card")
    expect(shown).to_contain_text(words.order.split()[1], timeout=SHOWN_MS)
    desk.claim()
    staff.get_by_test_id("close").click()
    staff.get_by_test_id("dialog-close").get_by_test_id("dialog-submit").click()
    expect(visitor.get_by_test_id("closed-card")).to_be_visible(timeout=ANSWER_MS)


def _read_the_article(chat: Chat, words: Words) -> None:
    """By keyboard alone: there, into the other language, and back to where one was."""
    page = chat.page
    source = chat.ask(words.question).get_by_test_id("source")
    source.focus()
    page.keyboard.press("Enter")
    article = page.get_by_test_id("article")
    expect(article.get_by_test_id("article-day")).to_have_text(words.day, timeout=ANSWER_MS)
    expect(page.get_by_test_id("sheet").get_by_role("heading")).to_contain_text(words.title)
    expect(page.get_by_test_id("sheet").get_by_role("heading")).to_be_focused()
    expect(article.get_by_test_id("article-newer")).to_have_count(0)
    other = article.get_by_role("button", name=words.twin)
    other.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("sheet").get_by_role("heading")).to_contain_text(words.twin_title)
    assert shape(page) == []
    page.keyboard.press("Escape")
    expect(article).to_have_count(0)
    expect(source).to_be_focused()
    expect(chat.panel).to_be_visible()
