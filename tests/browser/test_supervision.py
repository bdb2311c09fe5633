"""Supervisors and admins keep the desk by its pages: the live board, credits to approve, the rules, the people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from handover.app import create_app
from tests.browser.axe import findings
from tests.browser.chat import ANSWER_MS, Chat
from tests.browser.desk_places import enter
from tests.browser.furnished import Furnished, furnished
from tests.browser.workplace import SHOWN_MS, Workplace
from tests.edges import House, shop_settings

PageOf = Callable[[str], Page]


@pytest.fixture
def house(fresh_database: Path) -> Iterator[House]:
    """A desk on the demo shop, without a bot."""
    settings = shop_settings(fresh_database)
    with House(create_app(settings), settings) as house:
        yield house


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Furnished]:
    """A desk in the middle of a day, with a credit that waits."""
    with furnished(tmp_path) as desk:
        yield desk


def desk_of(page_of: PageOf, url: str, name: str, language: str, path: str = "") -> Page:
    page = page_of(language)
    enter(page, url, name, language)
    page.goto(f"{url}/desk/{path}")
    return page


def visitor(house: House, page_of: PageOf, language: str) -> Chat:
    """Somebody who waits for a person."""
    chat = Chat(page_of(language), house.url, language)
    chat.visit()
    chat.open()
    chat.call_a_human()
    return chat


def test_a_supervisor_closes_the_desk_for_today_and_who_waits_sees_it_without_reload(
    house: House, page_of: PageOf
) -> None:
    chat = visitor(house, page_of, "en")
    card = chat.page.get_by_test_id("waiting-card")
    anna = desk_of(page_of, house.url, "anna", "de")
    expect(anna.get_by_test_id("desk-state")).to_have_attribute("data-open", "true", timeout=SHOWN_MS)
    sophie = desk_of(page_of, house.url, "sophie", "de", "rules")
    see = sophie.get_by_test_id
    expect(see("rules-which")).to_have_attribute("data-of-file", "true", timeout=SHOWN_MS)
    before = card.inner_text()

    see("rules-close-today").click()
    dialog = see("dialog-rules")
    expect(dialog.get_by_test_id("rules-changes").locator("li")).to_have_count(1, timeout=SHOWN_MS)
    dialog.locator("[name=note]").fill("Betriebsversammlung")
    dialog.get_by_test_id("dialog-submit").click()
    expect(see("rules-done")).to_contain_text("gelten ab sofort", timeout=SHOWN_MS)
    expect(see("rules-version").first).to_contain_text("Betriebsversammlung")
    expect(see("rules-which")).to_have_attribute("data-of-file", "false")
    expect(card).to_contain_text("not on duty", timeout=ANSWER_MS)
    assert card.inner_text() != before
    expect(anna.get_by_test_id("desk-state")).to_have_attribute("data-open", "false", timeout=SHOWN_MS)
    assert findings(sophie) == []

    see("rules-bring-back").last.click()  # the file
    see("dialog-rules").get_by_test_id("dialog-submit").click()
    expect(see("rules-which")).to_have_attribute("data-of-file", "true", timeout=SHOWN_MS)
    expect(anna.get_by_test_id("desk-state")).to_have_attribute("data-open", "true", timeout=SHOWN_MS)
    expect(card).not_to_contain_text("not on duty", timeout=ANSWER_MS)


def test_of_two_who_change_the_rules_the_slower_one_sees_what_came_first_and_loses_nothing(
    house: House, page_of: PageOf
) -> None:
    sophie = desk_of(page_of, house.url, "sophie", "de", "rules")
    ada = desk_of(page_of, house.url, "ada", "en", "rules")
    for page, limit in ((sophie, "33"), (ada, "44")):
        field = page.locator('[name="queue_limit"]')
        expect(field).to_have_value("50", timeout=SHOWN_MS)
        field.fill(limit)
        page.get_by_test_id("rules-look").click()
        expect(page.get_by_test_id("dialog-rules")).to_contain_text(f"50 → {limit}", timeout=SHOWN_MS)
    sophie.get_by_test_id("dialog-submit").click()
    expect(sophie.get_by_test_id("rules-done")).to_contain_text("gelten ab sofort", timeout=SHOWN_MS)

    ada.get_by_test_id("dialog-submit").click()
    expect(ada.get_by_test_id("rules-clash")).to_contain_text("50 → 33", timeout=SHOWN_MS)
    expect(ada.locator('[name="queue_limit"]')).to_have_value("44")
    assert findings(ada) == []
    ada.get_by_test_id("rules-look").click()
    expect(ada.get_by_test_id("dialog-rules")).to_contain_text("33 → 44", timeout=SHOWN_MS)
    ada.get_by_test_id("dialog-submit").click()
    expect(ada.get_by_test_id("rules-version").first).to_have_attribute("data-version", "2", timeout=SHOWN_MS)


def test_rules_that_cannot_be_are_refused_in_words_at_their_place(house: House, page_of: PageOf) -> None:
    sophie = desk_of(page_of, house.url, "sophie", "de", "rules")
    see = sophie.get_by_test_id
    always = sophie.locator('[name="hours.always"]')
    expect(always).to_be_checked(timeout=SHOWN_MS)
    always.uncheck()
    monday = see("rules-monday")
    monday.get_by_role("button").click()
    monday.locator('input[type="time"]').first.fill("18:00")
    sophie.locator('[name="leave_after"]').fill("5")
    see("rules-look").click()
    expect(see("rules-refused")).to_be_focused(timeout=SHOWN_MS)
    expect(see("rules-refused").locator("li")).to_have_count(2)
    expect(monday).to_contain_text("muss nach ihrem Beginn enden")
    expect(sophie.locator('[name="leave_after"]')).to_have_attribute("aria-invalid", "true")
    assert findings(sophie) == []
    sophie.reload()  # what was begun is still there
    expect(sophie.locator('[name="leave_after"]')).to_have_value("5", timeout=SHOWN_MS)
    see("rules-discard").click()
    expect(always).to_be_checked()


def test_the_board_shows_who_waits_and_a_supervisor_gives_the_case_to_somebody(house: House, page_of: PageOf) -> None:
    anna = Workplace(page_of("de"), house.url)
    anna.log_in("anna")
    sophie = desk_of(page_of, house.url, "sophie", "de", "live")
    see = sophie.get_by_test_id
    expect(see("tile-waiting")).to_contain_text("0", timeout=SHOWN_MS)
    chat = visitor(house, page_of, "de")
    expect(see("tile-waiting")).to_contain_text("1", timeout=SHOWN_MS)
    row = see("live-waiting").get_by_test_id("live-case")
    expect(row).to_have_attribute("data-id", chat.conversation_id)

    row.get_by_test_id("live-assign").press("Enter")
    dialog = see("dialog-assign")
    expect(dialog).to_be_visible(timeout=SHOWN_MS)
    dialog.get_by_role("radio", name="Anna Brandt").check()
    dialog.get_by_test_id("dialog-submit").click()
    hers = see("live-agent").filter(has_text="Anna Brandt").get_by_test_id("live-case")
    expect(hers).to_have_attribute("data-id", chat.conversation_id, timeout=SHOWN_MS)
    expect(see("tile-waiting")).to_contain_text("0")
    mine = anna.page.get_by_test_id("list-mine").get_by_test_id("conversation-row")
    expect(mine).to_have_attribute("data-id", chat.conversation_id, timeout=SHOWN_MS)

    chat.say("Das ist eine Frechheit!!!")
    expect(hers).to_contain_text("verärgert", timeout=SHOWN_MS)
    assert findings(sophie) == []
    hers.get_by_test_id("live-open").click()
    expect(see("conversation")).to_have_attribute("data-id", chat.conversation_id, timeout=SHOWN_MS)


def test_a_credit_is_approved_with_its_evidence_beside_it_and_is_counted_no_more(
    busy: Furnished, page_of: PageOf
) -> None:
    sophie = desk_of(page_of, busy.house.url, "sophie", "de", "approvals")
    see = sophie.get_by_test_id
    one = see("approvals-mine").get_by_test_id("approval")
    expect(one).to_contain_text("Erika Lindner", timeout=SHOWN_MS)
    expect(one).to_contain_text("89,00")
    expect(sophie.get_by_role("link", name="Freigaben")).to_contain_text("1")
    assert findings(sophie) == []
    one.get_by_test_id("proposal-note").fill("Foto gesehen")
    one.get_by_test_id("approve").click()
    expect(one).to_have_count(0, timeout=SHOWN_MS)
    expect(sophie.get_by_role("link", name="Freigaben")).not_to_contain_text("1")
    assert findings(sophie) == []


def test_an_admin_adds_somebody_who_logs_in_and_loses_them_again(house: House, page_of: PageOf) -> None:
    ada = desk_of(page_of, house.url, "ada", "en", "people")
    see = ada.get_by_test_id
    see("person-add").click()
    form = see("dialog-add-person")
    form.locator("[name=name]").fill("Nora Winter")
    form.locator("[name=email]").fill("nora@nordlicht.example")
    form.get_by_test_id("dialog-submit").click()
    password = see("handed-password").inner_text(timeout=SHOWN_MS)
    assert findings(ada) == []
    see("handed-done").click()
    expect(see("person-name")).to_have_text("Nora Winter", timeout=SHOWN_MS)
    see("person-skills").locator('[name=topic][value="billing"]').check()
    see("skills-save").click()
    expect(see("person-skills")).to_contain_text("Saved", timeout=SHOWN_MS)
    assert findings(ada) == []

    nora = page_of("en")
    nora.goto(f"{house.url}/desk/")
    nora.locator('input[name="email"]').fill("nora@nordlicht.example")
    nora.locator('input[name="password"]').fill(password)
    nora.keyboard.press("Enter")
    expect(nora.get_by_test_id("agent-menu")).to_contain_text("Nora Winter", timeout=SHOWN_MS)

    see("person-disable").click()
    see("dialog-person").get_by_test_id("dialog-submit").click()
    expect(see("person-enable")).to_be_visible(timeout=SHOWN_MS)
    expect(nora.get_by_test_id("login")).to_be_visible(timeout=SHOWN_MS)


def test_an_agent_finds_none_of_it(house: House, page_of: PageOf) -> None:
    anna = desk_of(page_of, house.url, "anna", "de", "rules")
    expect(anna).to_have_url(f"{house.url}/desk/", timeout=SHOWN_MS)
    for path in ("live", "people"):
        anna.goto(f"{house.url}/desk/{path}")
        expect(anna).to_have_url(f"{house.url}/desk/", timeout=SHOWN_MS)
