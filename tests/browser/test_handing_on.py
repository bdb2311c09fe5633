"""A case goes from hand to hand: passed on, accepted, taken over, assigned, merged and split; and what its visitor reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Locator, Page, expect

from handover.app import create_app
from handover.contract.events import IdentityRequested
from handover.services.steps import BOT
from tests.browser.axe import findings
from tests.browser.chat import ANSWER_MS, Chat
from tests.browser.workplace import SHOWN_MS, Workplace
from tests.edges import ALWAYS_OPEN, House, shop_settings

PageOf = Callable[[str], Page]
RULES = f"mode: manual\noffers: {{answer_within: 300}}\n{ALWAYS_OPEN}\ntopics: {{billing: [invoice_explain]}}\n"
"""Nobody's offer runs out while this machine is busy with something else."""


class Lines(NamedTuple):
    language: str
    reason: str
    asked_at_once: str
    offered: str
    arrived: str
    passed_on: str
    barge: str
    lost: str
    goes_on: str
    given: str
    merged: str
    elsewhere: str
    second_concern: str
    customer: str
    email: str


GERMAN = Lines(
    "de",
    "Rechnung geht nicht auf",
    "Ben Carter wird sofort gefragt.",
    "Anna Brandt gibt Ihnen diesen Fall: Rechnung geht nicht auf",
    "Ben Carter hat Ihren weitergegebenen Fall",
    "gibt Ihr Gespräch an jemanden aus dem Team weiter",
    "Stammkundin, ich kenne sie",
    "Grund: Stammkundin, ich kenne sie",
    "Sophie Lang ist jetzt für Sie da",
    "Sophie Lang hat Ihren Fall",
    "Es geht in Ihrem anderen Chat mit uns weiter.",
    "Auf dem Handy sieht es genauso aus",
    "Meine Rechnung stimmt auch nicht",
    "Erika",
    "erika.lindner@example.org",
)
ENGLISH = Lines(
    "en",
    "The bill does not add up",
    "Ben Carter is asked at once.",
    "Anna Brandt hands you this case: The bill does not add up",
    "Ben Carter took the case",
    "is passing your conversation on to somebody from the team",
    "A regular, I know her",
    "Reason: A regular, I know her",
    "Sophie Lang is here for you now",
    "Sophie Lang moved your case",
    "It goes on in your other chat with us.",
    "On my telephone it is the same",
    "My invoice is wrong, too",
    "Emily",
    "emily.carter@example.org",
)


@pytest.fixture
def house(fresh_database: Path) -> Iterator[House]:
    """A desk on the demo shop, without a bot."""
    settings = shop_settings(fresh_database, RULES)
    with House(create_app(settings), settings) as house:
        yield house


def visitor(house: House, page_of: PageOf, language: str) -> Chat:
    chat = Chat(page_of(language), house.url, language)
    chat.visit()
    chat.open()
    return chat


def at_work(house: House, page_of: PageOf, language: str, name: str, *, undo: bool = False) -> Workplace:
    """On a page in the language of the test, whatever is the agent's own."""
    desk = Workplace(page_of(language), house.url)
    desk.page.add_init_script(f"localStorage.setItem('kulanz.language', JSON.stringify('{language}'))")
    desk.log_in(name, undo=undo)
    expect(desk.page.get_by_test_id("status")).to_have_value("available", timeout=SHOWN_MS)
    return desk


def show(desk: Workplace, conversation_id: str) -> None:
    desk.page.goto(f"{desk.url}/desk/c/{conversation_id}")
    expect(desk.page.get_by_test_id("conversation-title")).to_be_visible(timeout=SHOWN_MS)


def fill_in(desk: Workplace, name: str, reason: str, person: str = "") -> Locator:
    """The dialog, ready to be sent."""
    dialog = desk.page.get_by_test_id(f"dialog-{name}")
    if person:
        dialog.get_by_test_id("goal").filter(has_text=person).locator("input").check()
    dialog.locator('textarea[name="reason"]').fill(reason)
    assert findings(desk.page) == []
    return dialog


def send(dialog: Locator) -> None:
    dialog.get_by_test_id("dialog-submit").click()
    expect(dialog).to_have_count(0, timeout=SHOWN_MS)


@pytest.mark.parametrize("lines", [GERMAN, ENGLISH], ids=["German", "English"])
def test_a_case_is_passed_on_taken_over_and_assigned_while_its_visitor_reads_who_is_there(
    house: House, page_of: PageOf, lines: Lines
) -> None:
    chat = visitor(house, page_of, lines.language)
    chat.call_a_human()
    case = chat.conversation_id
    anna, ben, sophie = (
        at_work(house, page_of, lines.language, name, undo=name == "ben") for name in ("anna", "ben", "sophie")
    )
    show(anna, case)
    anna.claim()

    anna.more("transfer")
    expect(anna.page.get_by_test_id("dialog-transfer").get_by_test_id("goal").first).to_be_visible(timeout=SHOWN_MS)
    dialog = fill_in(anna, "transfer", lines.reason, "Ben Carter")
    expect(anna.page.get_by_test_id("outlook")).to_contain_text(lines.asked_at_once)
    send(dialog)
    expect(chat.panel).to_contain_text(lines.passed_on, timeout=ANSWER_MS)
    expect(chat.page.get_by_test_id("waiting-card")).to_be_visible(timeout=ANSWER_MS)
    expect(ben.page.get_by_test_id("offer-from")).to_have_text(lines.offered, timeout=SHOWN_MS)
    assert findings(ben.page) == []
    ben.page.get_by_test_id("offer-accept").click()
    expect(ben.page.get_by_test_id("return")).to_be_visible(timeout=SHOWN_MS)
    handed = anna.page.get_by_test_id("handed")
    expect(handed).to_contain_text(lines.arrived, timeout=SHOWN_MS)
    handed.locator("button").click()
    expect(handed).to_have_count(0)

    show(sophie, case)
    sophie.more("take-over")
    dialog = fill_in(sophie, "take-over", lines.barge)
    ben.say("I am just about to answer")  # held back for a moment, and too late then
    expect(ben.page.get_by_test_id("held")).to_be_visible(timeout=SHOWN_MS)
    send(dialog)
    lost = ben.page.get_by_test_id("handed")
    expect(lost).to_contain_text(lines.lost, timeout=SHOWN_MS)
    expect(chat.panel).to_contain_text(lines.goes_on, timeout=ANSWER_MS)
    sophie.say("I go on")
    expect(chat.agent_messages.last).to_contain_text("I go on", timeout=ANSWER_MS)
    expect(ben.page.get_by_test_id("unsent")).to_have_attribute("data-refused", "stale_ownership", timeout=SHOWN_MS)
    assert findings(ben.page) == []
    expect(chat.panel).not_to_contain_text("just about to answer")

    sophie.more("assign")
    send(fill_in(sophie, "assign", "", "Anna Brandt"))
    expect(anna.page.get_by_test_id("handed")).to_have_attribute("data-how", "given", timeout=SHOWN_MS)
    expect(anna.page.get_by_test_id("return")).to_be_visible(timeout=SHOWN_MS)
    anna.say("Here I am again")
    expect(chat.agent_messages.last).to_contain_text("Here I am again", timeout=ANSWER_MS)
    told = chat.panel.inner_text()
    assert lines.reason not in told
    assert lines.barge not in told


def proven(house: House, page_of: PageOf, lines: Lines) -> Chat:
    chat = visitor(house, page_of, lines.language)
    with house.desk.units() as unit:
        unit.append(chat.conversation_id, BOT, IdentityRequested())
    chat.prove_identity(lines.email, page_of(lines.language))
    return chat


@pytest.mark.parametrize("lines", [GERMAN, ENGLISH], ids=["German", "English"])
def test_two_chats_of_a_customer_become_one_and_a_second_concern_a_case_of_its_own(
    house: House, page_of: PageOf, lines: Lines
) -> None:
    first, second = proven(house, page_of, lines), proven(house, page_of, lines)
    for chat in (first, second):
        chat.call_a_human()
    second.say(lines.elsewhere)
    expect(second.own_messages).to_have_count(1, timeout=ANSWER_MS)
    anna = at_work(house, page_of, lines.language, "anna")
    show(anna, first.conversation_id)
    anna.claim()

    anna.more("merge")
    dialog = anna.page.get_by_test_id("dialog-merge")
    expect(dialog.get_by_test_id("sibling")).to_have_count(1, timeout=SHOWN_MS)
    assert findings(anna.page) == []
    send(dialog)
    expect(second.panel).to_contain_text(lines.merged, timeout=ANSWER_MS)
    linked = anna.page.locator('[data-testid="linked"][data-link="merged_from"]')
    expect(linked).to_be_visible(timeout=SHOWN_MS)
    linked.locator("summary").click()
    expect(linked.get_by_test_id("quote").filter(has_text=lines.elsewhere)).to_be_visible(timeout=SHOWN_MS)
    assert findings(anna.page) == []

    first.say(lines.second_concern)
    expect(anna.messages.filter(has_text=lines.second_concern)).to_be_visible(timeout=SHOWN_MS)
    anna.more("split")
    dialog = anna.page.get_by_test_id("dialog-split")
    dialog.get_by_test_id("split-message").filter(has_text=lines.second_concern).locator("input").check()
    dialog.locator('select[name="topic"]').select_option("billing")
    assert findings(anna.page) == []
    send(dialog)
    anna.page.locator('[data-testid="linked"][data-link="split_into"] a').click()
    quoted = anna.page.get_by_test_id("quoted")
    expect(quoted).to_contain_text(lines.second_concern, timeout=SHOWN_MS)
    expect(anna.page.get_by_test_id("conversation-title")).to_contain_text(lines.customer)
    expect(anna.page.get_by_test_id("claim")).to_be_visible()
    expect(anna.page.get_by_test_id("contact")).to_have_attribute("data-kind", "mail", timeout=SHOWN_MS)
