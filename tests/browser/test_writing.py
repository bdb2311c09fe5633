"""An agent writes: canned answers, what is missing in them, the preview, a message taken back, and keys of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from handover.app import create_app
from tests.browser.axe import findings
from tests.browser.chat import ANSWER_MS, Chat
from tests.browser.workplace import SHOWN_MS, Workplace
from tests.edges import House, shop_settings

PageOf = Callable[[str], Page]


class Lines(NamedTuple):
    language: str
    agent: str
    query: str
    missing: str
    name: str
    greeting: str


GERMAN = Lines("de", "anna", "greeting", "{customer.name}", "Frau Lindner", "Guten Tag Frau Lindner,")
ENGLISH = Lines("en", "ben", "begrü", "{customer.first_name}", "Emily", "Hello Emily,")


@pytest.fixture
def house(fresh_database: Path) -> Iterator[House]:
    """A desk on the demo shop, without a bot."""
    settings = shop_settings(fresh_database)
    with House(create_app(settings), settings) as house:
        yield house


def talk(house: House, page_of: PageOf, lines: Lines) -> tuple[Chat, Workplace]:
    """A visitor, and the agent who has just claimed them."""
    chat = Chat(page_of(lines.language), house.url, lines.language)
    chat.visit()
    chat.open()
    chat.call_a_human()
    desk = Workplace(page_of(lines.language), house.url)
    desk.log_in(lines.agent, undo=True)
    desk.page.get_by_test_id("list-waiting").get_by_test_id("conversation-row").click()
    desk.claim()
    return chat, desk


@pytest.mark.parametrize("lines", [GERMAN, ENGLISH], ids=["German", "English"])
def test_a_canned_answer_goes_out_filled_in_looked_at_and_not_before_it_is_meant(
    house: House, page_of: PageOf, lines: Lines
) -> None:
    chat, desk = talk(house, page_of, lines)
    see, options = desk.page.get_by_test_id, desk.page.get_by_test_id("canned-option")
    expect(desk.field).to_have_attribute("lang", lines.language)

    desk.field.press_sequentially("/")
    expect(options).to_have_count(8, timeout=SHOWN_MS)
    assert findings(desk.page) == []
    desk.field.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    desk.field.press_sequentially(lines.query)
    expect(options).to_have_count(1)
    desk.field.press("Enter")
    expect(see("canned")).to_have_count(0)
    expect(see("hole")).to_have_count(1)
    desk.field.press("Enter")
    assert desk.page.evaluate("getSelection().toString()") == lines.missing
    desk.page.keyboard.type(lines.name)  # over what is selected
    expect(see("hole")).to_have_count(0)
    expect(see("unsent")).to_have_count(0)

    see("preview-toggle").click()
    expect(see("preview")).to_contain_text(lines.greeting)
    assert findings(desk.page) == []
    written = desk.field.input_value()

    desk.field.press("Enter")
    expect(see("held")).to_be_visible()
    assert findings(desk.page) == []
    see("undo-send").click()
    expect(desk.field).to_have_value(written.strip())
    expect(desk.field).to_be_focused()
    expect(see("unsent")).to_have_count(0)
    expect(chat.agent_messages).to_have_count(0)

    desk.field.press("Enter")
    see("send-now").click()
    expect(chat.agent_messages).to_contain_text([lines.greeting], timeout=ANSWER_MS)

    desk.say("**2**")
    desk.page.goto(f"{house.url}/desk/customers")  # whoever leaves the page has sent it
    expect(chat.agent_messages.nth(1).locator("strong")).to_have_text("2", timeout=ANSWER_MS)


def test_everybody_uses_what_the_supervisor_keeps_and_undoes_what_they_delete(house: House, page_of: PageOf) -> None:
    sophie, anna = Workplace(page_of("de"), house.url), Workplace(page_of("de"), house.url)
    sophie.log_in("sophie")
    sophie.page.goto(f"{house.url}/desk/answers")
    see = sophie.page.get_by_test_id
    expect(see("answers-shared").get_by_test_id("answer")).to_have_count(8, timeout=SHOWN_MS)
    see("answer-new").click()
    form = see("answer-form")
    expect(form.locator("[name=name]")).to_be_focused()
    form.locator("[name=name]").fill("Gutschein")
    form.locator("[name=text_de]").fill("Guten Tag {customer.vorname}, ")
    see("variable-customer.number").click()
    form.locator("[name=shared]").check()
    see("answer-save").click()
    expect(form.get_by_role("alert")).to_contain_text("customer.vorname")
    assert findings(sophie.page) == []
    text = form.locator("[name=text_de]")
    expect(text).to_have_value("Guten Tag {customer.vorname}, {customer.number}")
    text.fill("Ihr Gutschein ist unterwegs.")
    see("answer-save").click()
    expect(form).to_have_count(0)

    mine = see("answer").filter(has_text="Gutschein")
    mine.get_by_test_id("answer-delete").click()
    expect(mine).to_have_count(0)
    expect(see("answer-restore")).to_be_focused()
    assert findings(sophie.page) == []
    sophie.page.keyboard.press("Enter")
    expect(mine).to_have_count(1)

    anna.log_in("anna")
    anna.page.goto(f"{house.url}/desk/answers")
    shared = anna.page.get_by_test_id("answers-shared")
    expect(shared.get_by_test_id("answer").filter(has_text="Ihr Gutschein")).to_be_visible(timeout=SHOWN_MS)
    expect(shared.get_by_role("button")).to_have_count(0)


def test_the_key_that_sends_is_the_agents_own_on_every_machine(house: House, page_of: PageOf) -> None:
    chat, desk = talk(house, page_of, GERMAN)
    desk.page.get_by_test_id("agent-menu").locator("summary").click()
    with desk.page.expect_response(lambda answer: answer.url.endswith("/api/me/writing") and answer.ok):
        desk.page.get_by_test_id("send-by").select_option("ctrl_enter")
    assert findings(desk.page) == []
    elsewhere = Workplace(page_of("de"), house.url)
    elsewhere.log_in("anna")
    elsewhere.page.get_by_test_id("list-mine").get_by_test_id("conversation-row").click()
    expect(elsewhere.page.get_by_test_id("composer")).to_contain_text("Strg+Eingabetaste sendet", timeout=SHOWN_MS)
    elsewhere.field.fill("eins")
    elsewhere.field.press("Enter")
    elsewhere.page.keyboard.type("zwei")
    elsewhere.field.press("Control+Enter")
    expect(chat.agent_messages).to_contain_text(["eins\nzwei"], timeout=ANSWER_MS, use_inner_text=True)
