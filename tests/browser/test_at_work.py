"""An agent at work: the command bar by keyboard alone, notifications of several tabs, shifts, a phone, long lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from handover.app import create_app
from handover.contract.shifts import ShiftDay, ShiftPlanView
from tests.browser.axe import findings
from tests.browser.chat import ANSWER_MS, Chat
from tests.browser.workplace import SHOWN_MS, Workplace
from tests.edges import House, shop_settings
from tests.stack import until

PageOf = Callable[[str], Page]
SPY = """
window.told = [];
class Told extends EventTarget {
  static permission = "granted";
  static requestPermission = async () => "granted";
  constructor(title, options) { super(); Object.assign(this, options, { title }); window.told.push(this); }
  close() {}
}
window.Notification = Told;
Object.defineProperty(document, "visibilityState", { get: () => window.inSight ? "visible" : "hidden" });
"""
"""Instead of the browser's own notifications, which no test sees; and whether the page is in sight, said by the test."""


@pytest.fixture
def house(fresh_database: Path) -> Iterator[House]:
    """A desk on the demo shop, without a bot."""
    settings = shop_settings(fresh_database)
    with House(create_app(settings), settings) as house:
        yield house


def calling(house: House, page_of: PageOf, language: str = "de") -> Chat:
    chat = Chat(page_of(language), house.url, language)
    chat.visit()
    chat.open()
    chat.call_a_human()
    return chat


@pytest.mark.parametrize(
    ("language", "agent", "claim", "reply", "answer"),
    [("de", "anna", "überneh", "antwort", "begruss"), ("en", "ben", "claim", "reply", "greet")],
    ids=["German", "English"],
)
def test_a_case_is_found_claimed_and_answered_by_the_command_bar_alone(
    house: House, page_of: PageOf, language: str, agent: str, claim: str, reply: str, answer: str
) -> None:
    calling(house, page_of, language)
    desk = Workplace(page_of(language), house.url)
    desk.log_in(agent)
    see, keys = desk.page.get_by_test_id, desk.page.keyboard
    row = see("list-waiting").get_by_test_id("conversation-row")
    expect(row).to_be_visible(timeout=SHOWN_MS)
    name = row.locator(".row-name").inner_text()

    def command(typed: str) -> None:
        keys.press("Control+k")
        expect(see("command-query")).to_be_focused()
        keys.type(typed)
        expect(desk.page.locator('[data-testid="command"][aria-selected="true"]')).to_be_visible()
        keys.press("Enter")
        expect(see("command-bar")).to_have_count(0)

    keys.press("Control+k")
    expect(see("command-query")).to_be_focused()
    assert findings(desk.page) == []
    keys.press("Escape")
    expect(see("command-bar")).to_have_count(0)

    command(name)
    expect(see("conversation-title")).to_have_text(name)
    command(claim)
    expect(see("return")).to_be_visible(timeout=SHOWN_MS)
    command(reply)
    expect(desk.field).to_be_focused()
    keys.press("Control+k")
    expect(see("command-query")).to_be_focused()
    keys.type(answer)
    expect(desk.page.locator('[data-testid="command"][aria-selected="true"][data-id^="canned."]')).to_be_visible(
        timeout=SHOWN_MS
    )
    keys.press("Enter")
    expect(desk.field).not_to_have_value("")
    expect(desk.field).to_be_focused()


def test_the_overview_of_keys_is_complete_and_single_letters_can_be_switched_off(house: House, page_of: PageOf) -> None:
    desk = Workplace(page_of("en"), house.url)
    desk.log_in("ben")
    see, keys = desk.page.get_by_test_id, desk.page.keyboard
    keys.press("?")
    expect(see("dialog-shortcuts")).to_contain_text("Ctrl+Shift+F")
    assert findings(desk.page) == []
    see("single-keys").click()
    keys.press("Escape")
    expect(see("dialog-shortcuts")).to_have_count(0)
    keys.press("s")
    expect(see("status")).not_to_be_focused()
    keys.press("Control+k")
    expect(see("command-query")).to_be_focused()
    keys.type("shortcuts")
    keys.press("Enter")
    see("single-keys").click()
    keys.press("Escape")
    expect(see("dialog-shortcuts")).to_have_count(0)
    keys.press("s")
    expect(see("status")).to_be_focused()


def test_of_several_tabs_one_speaks_and_none_while_one_is_in_sight(house: House, page_of: PageOf) -> None:
    chat = calling(house, page_of)
    first = page_of("de")
    context: BrowserContext = first.context
    context.add_init_script(SPY)
    context.add_init_script("localStorage.setItem('kulanz.notifications', '{\"on\":true,\"names\":false}')")
    desk = Workplace(first, house.url)
    desk.log_in("anna")
    desk.page.get_by_test_id("list-waiting").get_by_test_id("conversation-row").click()
    desk.claim()
    address = first.url
    first.goto(f"{house.url}/desk/customers")
    second = context.new_page()
    second.goto(f"{house.url}/desk/answers")
    for page in (first, second):
        expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "open", timeout=SHOWN_MS)

    def told() -> list[str]:
        return [title for page in (first, second) for title in page.evaluate("told.map((one) => one.title)")]

    def look(page: Page, *, at: bool) -> None:
        page.evaluate(f"inSight = {str(at).lower()}; document.dispatchEvent(new Event('visibilitychange'))")

    chat.say("Sind Sie noch da? Mein Geheimnis: 4711")
    until(lambda: len(told()) >= 1)
    first.wait_for_timeout(300)  # for one too many
    assert told() == ["Neue Nachricht in einem Ihrer Gespräche"]
    everything = "".join(page.evaluate("JSON.stringify(told)") for page in (first, second))
    assert "4711" not in everything

    look(second, at=True)
    chat.say("Hallo?")
    first.wait_for_timeout(1_000)
    assert len(told()) == 1, "whoever looks at the desk needs no notification"

    look(second, at=False)
    chat.say("Hallo!")
    until(lambda: len(told()) >= 2)
    speaker = first if first.evaluate("told.length") else second
    speaker.evaluate("told.at(-1).onclick()")
    speaker.wait_for_url(address)


def test_a_shift_that_ends_is_told_with_what_is_open_and_made_longer_by_one_press(
    house: House, page_of: PageOf
) -> None:
    calling(house, page_of)
    desk = Workplace(page_of("de"), house.url)
    desk.log_in("anna")
    desk.page.get_by_test_id("list-waiting").get_by_test_id("conversation-row").click()
    desk.claim()
    name = desk.page.get_by_test_id("conversation-title").inner_text()
    desk.page.get_by_test_id("status").select_option("available")
    plan_of_today(house, ends_in=timedelta(minutes=6))
    desk.page.reload()
    see = desk.page.get_by_test_id
    notice = see("shift-notice")
    expect(notice).to_contain_text(name, timeout=SHOWN_MS)
    assert findings(desk.page) == []
    see("shift-stay").click()
    expect(notice).to_have_count(0)
    desk.page.goto(f"{house.url}/desk/account")
    expect(see("shift-days").locator("fieldset")).to_have_count(1, timeout=SHOWN_MS)
    assert findings(desk.page) == []


def plan_of_today(house: House, ends_in: timedelta) -> None:
    """Anna's shift began a while ago, in a time zone in which neither ends at midnight."""
    now = datetime.now(UTC)
    east = (24 - now.hour) % 24 - 12  # hours by which it is noon there
    zone, local = f"Etc/GMT{-east:+d}", now + timedelta(hours=east)
    spans = (f"{local - timedelta(hours=2):%H:%M}-{local + ends_in:%H:%M}",)
    with house.desk.units(write=False) as unit:
        account = unit.agents.account_of("anna@nordlicht.example")
    assert account is not None
    plan = ShiftPlanView(zone=zone, week=((),) * 7, days=(ShiftDay(day=local.date(), spans=spans),))
    house.desk.shifts.keep(account.agent, plan, 0)


def test_on_a_phone_one_column_has_the_screen_and_the_field_stays_in_sight(house: House, page_of: PageOf) -> None:
    calling(house, page_of)
    page = page_of("de")
    page.set_viewport_size({"width": 360, "height": 740})
    desk = Workplace(page, house.url)
    desk.log_in("anna")
    see = page.get_by_test_id
    see("list-waiting").get_by_test_id("conversation-row").click()
    expect(see("list-waiting")).to_be_hidden()
    desk.claim()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    see("show-dossier").click()
    expect(desk.dossier).to_be_visible()
    expect(desk.field).to_be_hidden()
    page.locator(".dossier .back").click()
    page.set_viewport_size({"width": 360, "height": 420})  # the keyboard is up
    desk.field.click()
    send, log = (see(name).bounding_box() for name in ("send", "messages"))
    assert send is not None
    assert log is not None
    assert send["y"] + send["height"] <= 420
    assert send["x"] + send["width"] <= 360
    assert log["height"] >= 80
    page.set_viewport_size({"width": 360, "height": 740})
    page.locator(".back").first.click()
    expect(see("list-mine")).to_be_visible()
    see("all-pages").locator("summary").click()
    page.locator('.page-menu:visible a[href="/desk/customers"]').click()
    expect(see("customer-search")).to_be_visible(timeout=ANSWER_MS)
