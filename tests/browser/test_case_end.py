"""The end of a case by the keyboard: two keys close it, a task comes due, and an editor makes an article of the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from handover.app import create_app
from tests.browser.axe import findings
from tests.browser.chat import ANSWER_MS, Chat
from tests.browser.furnished import fill_in
from tests.browser.workplace import SHOWN_MS, Workplace
from tests.edges import House, shop_settings

PageOf = Callable[[str], Page]
ZONE = ZoneInfo("Europe/Berlin")
"""Of the browsers."""


class Lines(NamedTuple):
    language: str
    agent: str
    question: str
    answer: str
    questions: str
    outcome: str
    hidden: str
    tasks: str


GERMAN = Lines(
    "de",
    "anna",
    "Ist mein Paket unterwegs versichert?",
    "Ja, es ist bis 500 Euro versichert. Rückfragen an service@nordlicht.example.",
    "Ist mein Paket versichert?\nPaket Versicherung\nWer haftet für das Paket?\nZahlt jemand den Schaden?",
    "Gelöst",
    "E-Mail-Adresse",
    "Aufgaben",
)
ENGLISH = Lines(
    "en",
    "ben",
    "Is my parcel insured on its way?",
    "Yes, it is insured up to 500 euros. Questions to service@nordlicht.example.",
    "Is my parcel insured?\nparcel insurance\nWho is liable for the parcel?\nDoes anybody pay the damage?",
    "Solved",
    "mail address",
    "Tasks",
)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A desk on the demo shop, without a bot."""
    settings = shop_settings(tmp_path / "kulanz.db")
    fill_in(settings)
    with House(create_app(settings), settings) as house:
        yield house


def answered(house: House, page_of: PageOf, lines: Lines) -> tuple[Chat, Workplace]:
    """A visitor whose question an agent has just answered; the focus is on no field."""
    chat = Chat(page_of(lines.language), house.url, lines.language)
    chat.visit()
    chat.open()
    chat.call_a_human()
    chat.say(lines.question)
    desk = Workplace(page_of(lines.language), house.url)
    desk.log_in(lines.agent)
    expect(desk.page.get_by_test_id("list-waiting").get_by_test_id("conversation-row")).to_have_count(
        1, timeout=SHOWN_MS
    )
    press = desk.page.keyboard.press
    press("j")
    expect(desk.page.get_by_test_id("claim")).to_be_visible(timeout=SHOWN_MS)
    press("c")
    expect(desk.page.get_by_test_id("close")).to_be_visible(timeout=SHOWN_MS)
    press("r")
    expect(desk.field).to_be_focused()
    desk.page.keyboard.type(lines.answer)
    press("Enter")
    expect(chat.agent_messages).to_contain_text([lines.answer], timeout=ANSWER_MS)
    leave_the_field(desk.page)
    return chat, desk


def leave_the_field(page: Page) -> None:
    while page.evaluate("document.activeElement.matches('input, textarea, select')"):
        page.keyboard.press("Tab")


@pytest.mark.parametrize("lines", [GERMAN, ENGLISH], ids=["German", "English"])
def test_two_keys_end_a_case_a_task_comes_due_and_an_answer_becomes_an_article(
    house: House, page_of: PageOf, lines: Lines
) -> None:
    chat, desk = answered(house, page_of, lines)
    see, press = desk.page.get_by_test_id, desk.page.keyboard.press

    press("t")
    expect(see("dialog-task")).to_be_visible()
    assert findings(desk.page) == []
    press("Space")  # the focus is on the first of the kinds
    due = see("dialog-task").locator('input[name="due"]')
    due.fill(
        datetime.now(ZONE).strftime("%Y-%m-%dT%H:%M")
    )  # a field for days is typed into in each language differently
    due.press("Enter")
    expect(see("dialog-task")).to_have_count(0, timeout=SHOWN_MS)
    expect(see("task-due").get_by_role("link")).to_be_visible(timeout=20_000)
    leave_the_field(desk.page)

    press("e")
    expect(see("dialog-close")).to_be_visible()
    press("Enter")
    expect(see("conversation").get_by_test_id("close")).to_have_count(0, timeout=SHOWN_MS)
    expect(see("wrap-up")).to_contain_text(lines.outcome, timeout=SHOWN_MS)
    wrapped_up = see("messages").locator('[data-type="conversation.wrapped_up"]')
    expect(wrapped_up).to_have_count(1, timeout=SHOWN_MS)
    assert findings(desk.page) == []
    expect(chat.page.get_by_text(lines.outcome, exact=True)).to_have_count(0)

    see("dossier-gap").locator("summary").focus()
    press("Enter")
    form = see("gap-form")
    expect(form.locator('[name="question"]')).to_have_value(lines.question, timeout=SHOWN_MS)
    expect(form.locator('[name="answer"]')).to_have_value(lines.answer.replace("service@nordlicht.example", "[email]"))
    expect(see("gap-privacy")).to_contain_text(lines.hidden)
    assert findings(desk.page) == []
    see("gap-send").focus()
    press("Enter")
    expect(see("gap-sent")).to_be_visible(timeout=SHOWN_MS)

    desk.page.locator("h1").first.evaluate("document.activeElement.blur()")
    press("Control+k")
    expect(see("command-query")).to_be_focused()
    desk.page.keyboard.type(lines.tasks)
    expect(see("command").and_(desk.page.locator('[aria-selected="true"]'))).to_contain_text(lines.tasks)
    press("Enter")
    expect(see("tasks-overdue").get_by_test_id("task")).to_have_count(1, timeout=SHOWN_MS)
    assert findings(desk.page) == []
    press("x")
    expect(see("task-settled")).not_to_be_empty(timeout=SHOWN_MS)
    expect(see("tasks-overdue")).to_have_count(0, timeout=SHOWN_MS)

    edited(house, page_of, lines)


def edited(house: House, page_of: PageOf, lines: Lines) -> None:
    """Emil takes the proposal up; the check of the knowledge room has the last word."""
    emil = Workplace(page_of(lines.language), house.url)
    emil.log_in("emil")
    emil.page.goto(f"{house.url}/desk/gaps")
    see, press, write = emil.page.get_by_test_id, emil.page.keyboard.press, emil.page.keyboard.type
    expect(see("gap")).to_contain_text(lines.question, timeout=SHOWN_MS)
    see("gap-take-up").focus()
    press("Enter")
    form = see("article-form")
    expect(form.locator('[name="title"]')).to_be_focused(timeout=SHOWN_MS)
    expect(see("article-check")).not_to_have_attribute("data-problems", "0", timeout=SHOWN_MS)
    assert findings(emil.page) == []
    for name, text in (("folder", "shipping"), ("topic", "parcel_insurance"), ("questions", lines.questions)):
        form.locator(f'[name="{name}"]').focus()
        press("Control+a")
        write(text)
    expect(see("article-check")).to_have_attribute("data-problems", "0", timeout=SHOWN_MS)
    with emil.page.expect_download() as kept:
        see("article-download").focus()
        press("Enter")
    text = Path(kept.value.path()).read_text("utf-8")
    assert text.startswith("---\nid: ")
    assert f"language: {lines.language}\n" in text
    assert "[email]" in text
    see("article-accept").focus()
    press("Enter")
    expect(see("gap-moved")).to_be_focused(timeout=SHOWN_MS)
    expect(see("gap")).to_have_count(0, timeout=SHOWN_MS)
    assert findings(emil.page) == []


def test_who_was_left_by_the_visitor_is_asked_how_it_went(house: House, page_of: PageOf) -> None:
    chat, desk = answered(house, page_of, GERMAN)
    see = desk.page.get_by_test_id
    house.desk.conversations.end(chat.conversation_id, "client-end-1")
    expect(see("unjudged")).to_have_count(1, timeout=SHOWN_MS)
    expect(see("wrap-up-form")).to_be_visible(timeout=SHOWN_MS)
    assert findings(desk.page) == []
    see("wrap-up-form").locator('select[name="root_cause"]').select_option("unclear_information")
    see("wrap-up-save").click()
    expect(see("wrap-up")).to_contain_text("Falsche oder unklare Auskunft", timeout=SHOWN_MS)
    expect(see("unjudged")).to_have_count(0, timeout=SHOWN_MS)
