"""Waiting for a person in a real browser: place, honest estimate, a number to call, offers, and a closed desk."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from handover.app import create_app
from handover.store.tables import conversations
from tests.browser.chat import ANSWER_MS, Chat
from tests.browser.workplace import SHOWN_MS, Workplace
from tests.edges import ALWAYS_OPEN, SELF_SERVICE, House, shop_settings
from tests.stack import until

BERLIN = ZoneInfo("Europe/Berlin")
NUMBER, SHOWN_NUMBER = "0171 1234567", "+49 171 1234567"
OFFERS = f"mode: offer\noffers: {{answer_within: 300}}\n{ALWAYS_OPEN}"
"""Nobody's offer runs out while this machine is busy with something else."""

Opened = Callable[[str], House]
PageOf = Callable[[str], Page]


@pytest.fixture
def opened(fresh_database: Path) -> Iterator[Opened]:
    """Opens a desk on the demo shop with these rules and without a bot."""
    with ExitStack() as houses:

        def open_house(rules: str) -> House:
            settings = shop_settings(fresh_database, rules)
            return houses.enter_context(House(create_app(settings), settings))

        yield open_house


def call_a_human(page: Page, url: str, language: str) -> Chat:
    chat = Chat(page, url, language)
    chat.visit()
    chat.open()
    chat.call_a_human()
    return chat


def leave(page: Page, kind: str, field: str, value: str) -> None:
    page.get_by_test_id(f"ask-{kind}").click()
    page.get_by_test_id(f"contact-{field}").fill(value)
    page.get_by_test_id("contact-send").click()
    expect(page.get_by_test_id("contact-left")).to_be_visible(timeout=ANSWER_MS)


def at_work(page: Page, url: str, name: str) -> Workplace:
    desk = Workplace(page, url)
    desk.log_in(name)
    expect(page.get_by_test_id("status")).to_have_value("available", timeout=SHOWN_MS)
    return desk


def test_a_call_is_offered_to_one_after_the_other_until_somebody_takes_it_and_rings_up(
    opened: Opened, page_of: PageOf
) -> None:
    url = opened(OFFERS).url
    visitor = page_of("de")
    call_a_human(visitor, url, "de")
    nobody_is_there_and_the_wait_cannot_be_told(visitor)
    leave(visitor, "callback", "phone", NUMBER)
    expect(visitor.get_by_test_id("contact-left")).to_contain_text("•")
    expect(visitor.get_by_test_id("contact-left")).not_to_contain_text("1234567")

    anna = at_work(page_of("de"), url, "anna")
    offer = anna.page.get_by_test_id("offer")
    expect(offer).to_be_visible(timeout=SHOWN_MS)
    expect(offer).to_contain_text("Rückruf gewünscht")
    expect(anna.page.get_by_test_id("offer-why")).not_to_be_empty()
    expect(visitor.get_by_test_id("queue-presence")).to_have_attribute("data-agents", "1", timeout=ANSWER_MS)

    ben = at_work(page_of("en"), url, "ben")
    expect(ben.page.get_by_test_id("offered-to")).to_contain_text("Anna", timeout=SHOWN_MS)
    anna.page.keyboard.press("d")
    expect(offer).to_have_count(0, timeout=SHOWN_MS)
    ben.page.get_by_test_id("offer-accept").click(timeout=SHOWN_MS)
    expect(visitor.locator('[data-line="lineJoined"]')).to_contain_text("Ben", timeout=ANSWER_MS)

    the_case_tells_why_and_how_to_reach_the_visitor(ben)
    whoever_leaves_gives_the_case_back(ben)
    expect(visitor.get_by_test_id("waiting-card")).to_be_visible(timeout=ANSWER_MS)
    expect(visitor.get_by_test_id("queue-place")).to_have_attribute("data-place", "1", timeout=ANSWER_MS)


def nobody_is_there_and_the_wait_cannot_be_told(visitor: Page) -> None:
    expect(visitor.get_by_test_id("queue-place")).to_have_text("Sie sind als Nächstes dran.", timeout=ANSWER_MS)
    expect(visitor.get_by_test_id("queue-presence")).to_have_text("Gerade ist niemand aus unserem Team da.")
    expect(visitor.get_by_test_id("queue-wait")).to_have_text("Wie lange es dauert, lässt sich noch nicht schätzen.")
    expect(visitor.get_by_test_id("typing")).to_have_count(0)


def the_case_tells_why_and_how_to_reach_the_visitor(ben: Workplace) -> None:
    expect(ben.dossier.get_by_test_id("contact-value")).to_have_text(SHOWN_NUMBER, timeout=SHOWN_MS)
    ben.dossier.get_by_test_id("dossier-routing").locator("summary").click()
    newest = ben.dossier.get_by_test_id("routing-decision").first
    expect(newest).to_contain_text("Ben", timeout=SHOWN_MS)
    expect(newest).to_contain_text(re.compile("Anna.*has declined already"))
    ben.dossier.get_by_test_id("settle-reached").click()
    expect(ben.dossier.get_by_test_id("contact-settled")).to_have_text("Reached", timeout=SHOWN_MS)


def whoever_leaves_gives_the_case_back(ben: Workplace) -> None:
    expect(ben.page.get_by_test_id("load")).to_contain_text("1 of")
    ben.page.get_by_test_id("agent-menu").locator("summary").click()
    ben.page.get_by_test_id("logout").click()
    dialog = ben.page.get_by_test_id("dialog-logout")
    expect(dialog).to_contain_text("one open conversation")
    dialog.get_by_test_id("dialog-submit").click()
    expect(ben.page.get_by_test_id("login")).to_be_visible(timeout=SHOWN_MS)


def test_a_closed_desk_says_when_it_opens_and_takes_an_address_instead(opened: Opened, page_of: PageOf) -> None:
    opens = datetime.now(BERLIN) + timedelta(days=3)
    weekday = opens.strftime("%A")
    url = opened(f'mode: manual\nhours: {{time_zone: Europe/Berlin, week: {{{weekday.lower()}: ["08:00-18:00"]}}}}').url
    visitor = page_of("en")
    call_a_human(visitor, url, "en")
    expect(visitor.locator('[data-line="lineCalledLater"]')).to_be_visible()
    expect(visitor.get_by_test_id("queue-place")).to_have_text("Our team is not on duty right now.", timeout=ANSWER_MS)
    expect(visitor.get_by_test_id("queue-presence")).to_contain_text(f"back from {weekday}")
    expect(visitor.get_by_test_id("queue-wait")).to_have_count(0)
    leave(visitor, "mail", "email", "emily.carter@example.org")
    expect(visitor.get_by_test_id("contact-left")).to_contain_text("You can close this window")

    desk = at_work(page_of("en"), url, "anna")
    expect(desk.page.get_by_test_id("desk-state")).to_have_attribute("data-open", "false", timeout=SHOWN_MS)
    row = desk.page.get_by_test_id("list-waiting").get_by_test_id("conversation-row")
    expect(row).to_contain_text(re.compile("Antwort per E-Mail|answer by e-mail"), timeout=SHOWN_MS)

    visitor.get_by_test_id("give-up-waiting").click()
    expect(visitor.locator('[data-line="lineWithdrew"]')).to_be_visible(timeout=ANSWER_MS)
    expect(visitor.get_by_test_id("waiting-card")).to_have_count(0)


def test_who_was_away_too_long_is_told_on_return_and_calls_again_at_once(opened: Opened, page_of: PageOf) -> None:
    house = opened(SELF_SERVICE)
    visitor = page_of("de")
    chat = call_a_human(visitor, house.url, "de")
    visitor.goto("about:blank")
    until(lambda: gone_after_hours(house))

    chat.visit()
    chat.wait_until_live()
    line = visitor.locator('[data-line="lineGivenUpForYou"]')
    expect(line).to_contain_text("länger nicht hier", timeout=ANSWER_MS)
    line.get_by_test_id("call-again").click()
    expect(visitor.get_by_test_id("waiting-card")).to_be_visible(timeout=ANSWER_MS)


def gone_after_hours(house: House) -> bool:
    """Whether nobody waits any more if everybody called long ago and was last seen then."""
    then = datetime.now(BERLIN) - timedelta(hours=2)
    with house.app.state.engine.begin() as connection:
        connection.execute(update(conversations).values(waiting_since=then, visitor_seen_at=then))
    house.desk.queue.leave_gone()
    return not house.desk.queue.places()
