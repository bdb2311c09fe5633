"""Several at one desk: who looks, who writes, who was faster, who is named and whispered to; and nothing of it for the visitor."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from handover.app import create_app
from tests.browser.axe import findings
from tests.browser.chat import ANSWER_MS, Chat
from tests.browser.workplace import SHOWN_MS, Workplace
from tests.edges import SELF_SERVICE, House, shop_settings

PageOf = Callable[[str], Page]
PICTURES = os.environ.get("KULANZ_TOGETHER_PICTURES")
"""A folder for pictures to look at, if somebody wants to."""


@pytest.fixture
def house(fresh_database: Path) -> Iterator[House]:
    """A desk on the demo shop, without a bot; agents help themselves."""
    settings = shop_settings(fresh_database, SELF_SERVICE)
    with House(create_app(settings), settings) as house:
        yield house


def visitor(house: House, page_of: PageOf, language: str = "de") -> Chat:
    """Somebody who waits for a person."""
    chat = Chat(page_of(language), house.url, language)
    chat.visit()
    chat.open()
    chat.call_a_human()
    return chat


def at_work(house: House, page_of: PageOf, name: str, language: str = "de") -> Workplace:
    desk = Workplace(page_of(language), house.url)
    desk.log_in(name)
    return desk


def open_first(desk: Workplace, list_name: str = "waiting") -> None:
    desk.page.get_by_test_id(f"list-{list_name}").get_by_test_id("conversation-row").first.click()
    expect(desk.page.get_by_test_id("conversation")).to_be_visible(timeout=SHOWN_MS)


def unfold(desk: Workplace, list_name: str) -> None:
    listed = desk.page.get_by_test_id(f"list-{list_name}")
    if listed.get_attribute("open") is None:
        listed.locator("summary").click()


def picture(desk: Workplace, name: str) -> None:
    if PICTURES:
        for scheme in ("light", "dark"):
            for width, height in ((1280, 800), (400, 800)):
                desk.page.emulate_media(color_scheme=scheme)
                desk.page.set_viewport_size({"width": width, "height": height})
                desk.page.screenshot(path=f"{PICTURES}/{name}-{scheme}-{width}.png")
        desk.page.emulate_media(color_scheme="light")
        desk.page.set_viewport_size({"width": 1280, "height": 720})


def test_two_at_a_waiting_case_see_each_other_and_the_slower_one_is_told_kindly(house: House, page_of: PageOf) -> None:
    visitor(house, page_of)
    visitor(house, page_of, "en")
    anna, ben = at_work(house, page_of, "anna"), at_work(house, page_of, "ben", "en")
    expect(anna.page.get_by_test_id("list-waiting").get_by_test_id("conversation-row")).to_have_count(
        2, timeout=SHOWN_MS
    )
    open_first(ben)
    expect(anna.page.get_by_test_id("lookers")).to_have_text("Ben Carter sieht sich den Fall an", timeout=SHOWN_MS)
    picture(anna, "list-lookers")
    open_first(anna)
    expect(anna.page.get_by_test_id("looking")).to_have_text("Ben Carter sieht sich den Fall an", timeout=SHOWN_MS)
    expect(ben.page.get_by_test_id("looking")).to_have_text("Anna Brandt is looking at this case", timeout=SHOWN_MS)
    assert findings(anna.page) == []

    ben.field.press_sequentially("I know him")
    expect(anna.page.get_by_test_id("colleague-writing")).to_have_text(
        "Ben Carter schreibt eine Notiz …", timeout=SHOWN_MS
    )
    picture(anna, "viewers")

    claim, held = anna.page.get_by_test_id("claim"), []  # both press at once, and his comes through first
    anna.page.route("**/claim", lambda route: held.append(route))  # noqa: PLW0108 -- Playwright looks into it
    claim.click()
    ben.claim()
    held[0].continue_()
    told = anna.page.get_by_test_id("outrun")
    expect(told).to_contain_text("Ben Carter war einen Moment schneller", timeout=SHOWN_MS)
    expect(anna.page.get_by_test_id("conversation")).to_be_visible()
    assert findings(anna.page) == []
    picture(anna, "outrun")
    anna.page.get_by_test_id("outrun-note").click()
    expect(anna.field).to_be_focused()
    anna.page.get_by_test_id("outrun-next").click()
    expect(told).to_have_count(0)
    expect(claim).to_be_visible(timeout=SHOWN_MS)


def test_a_note_names_a_colleague_who_hears_of_it_and_the_mark_goes_once_they_look(
    house: House, page_of: PageOf
) -> None:
    chat = visitor(house, page_of)
    anna, ben = at_work(house, page_of, "anna"), at_work(house, page_of, "ben", "en")
    open_first(anna)
    anna.claim()
    anna.page.get_by_test_id("mode-note").click()
    anna.field.press_sequentially("Bitte ansehen, @be")
    option = anna.page.get_by_test_id("mention-option")
    expect(option).to_have_count(1, timeout=SHOWN_MS)
    expect(option).to_contain_text("Ben Carter")
    assert findings(anna.page) == []
    picture(anna, "mention-picker")
    anna.field.press("Enter")
    expect(anna.field).to_have_value("Bitte ansehen, @Ben Carter ")
    expect(anna.page.get_by_test_id("mentioning")).to_contain_text("Ben Carter")
    anna.field.press_sequentially("geheimes Wort")
    anna.field.press("Enter")
    expect(anna.page.get_by_test_id("note")).to_contain_text("geheimes Wort", timeout=SHOWN_MS)

    see = ben.page.get_by_test_id
    expect(see("mention-notice")).to_contain_text("Anna Brandt mentioned you", timeout=SHOWN_MS)
    expect(see("mentions-count")).to_have_text("1 new")
    unfold(ben, "colleagues")
    expect(see("list-colleagues").get_by_test_id("mentioned")).to_have_count(1)
    assert findings(ben.page) == []
    picture(ben, "mentioned")
    ben.page.reload()  # the desk keeps it
    expect(see("mention")).to_contain_text("geheimes Wort", timeout=SHOWN_MS)
    see("mention").click()
    expect(see("note").locator(".mention.me")).to_have_text("@Ben Carter", timeout=SHOWN_MS)
    expect(see("mentions")).to_have_count(0, timeout=SHOWN_MS)
    expect(see("mentioned")).to_have_count(0)
    picture(ben, "note")

    anna.page.get_by_test_id("mode-message").click()
    anna.say("Guten Tag")
    expect(chat.agent_messages).to_have_count(1, timeout=ANSWER_MS)
    assert "geheimes" not in chat.page.content()


def test_a_supervisor_watches_and_whispers_to_whom_it_concerns_wherever_they_are(house: House, page_of: PageOf) -> None:
    chat = visitor(house, page_of)
    anna, sophie = at_work(house, page_of, "anna"), at_work(house, page_of, "sophie")
    open_first(anna)
    anna.claim()
    unfold(sophie, "colleagues")
    open_first(sophie, "colleagues")
    expect(anna.page.get_by_test_id("looking")).to_have_text("Sophie Lang (Teamleitung) sieht zu", timeout=SHOWN_MS)
    anna.field.press_sequentially("Ich sehe nach")
    expect(sophie.page.get_by_test_id("colleague-writing")).to_have_text(
        "Anna Brandt schreibt dem Kunden …", timeout=SHOWN_MS
    )
    expect(chat.typing).to_be_visible(timeout=SHOWN_MS)

    sophie.page.get_by_test_id("conversation-title").click()
    sophie.page.keyboard.press("w")
    expect(sophie.field).to_be_focused()
    assert findings(sophie.page) == []
    sophie.field.press_sequentially("Biete einen Gutschein an")
    expect(anna.page.get_by_test_id("colleague-writing")).to_have_text(
        "Sophie Lang schreibt eine Notiz …", timeout=SHOWN_MS
    )
    picture(sophie, "whisper-composer")
    anna.page.goto(f"{house.url}/desk/customers")
    sophie.field.press("Enter")
    notice = anna.page.get_by_test_id("whisper-notice")
    expect(notice).to_contain_text("Biete einen Gutschein an", timeout=SHOWN_MS)
    expect(anna.page.get_by_role("alert").filter(has=notice)).to_have_count(1)
    assert findings(anna.page) == []
    picture(anna, "whisper")
    anna.page.get_by_test_id("addressed-open").click()
    whisper = anna.page.get_by_test_id("note")
    expect(whisper).to_have_attribute("data-whisper", "me", timeout=SHOWN_MS)
    expect(whisper).to_contain_text("Sophie Lang flüstert Ihnen zu")
    expect(notice).to_have_count(0)
    expect(anna.page.get_by_test_id("mentions")).to_have_count(0, timeout=SHOWN_MS)
    picture(anna, "whisper-log")
    assert "Gutschein" not in chat.page.content()
