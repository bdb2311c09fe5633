"""A whole handover without a mouse: log in, take the offer, read, answer, note, act, end it with two keys, and log out.

After every step somebody has the focus, it is in sight, and it has a ring.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from handover.app import create_app
from handover.contract.frames import PostMessage
from tests.browser.desk_places import LANGUAGE_KEPT
from tests.browser.furnished import LONG_LEASE, fill_in
from tests.browser.workplace import SHOWN_MS
from tests.edges import ALWAYS_OPEN, House, shop_settings
from tests.stack import DOMAIN, PASSWORD, until

RULES = f"mode: offer\noffers: {{answer_within: 300}}\n{ALWAYS_OPEN}"
LOOK = Path(__file__).with_name("desk_look.js").read_text("utf-8").strip()
MOST_STOPS = 120
TEXT = {
    "de": ("Wo bleibt mein Paket?", "Ich sehe nach, einen Moment bitte.", "abmelden"),
    "en": ("Where is my parcel?", "Let me look, one moment please.", "log out"),
}


class Keys:
    """Presses keys and nothing else, and looks where the focus is after each step."""

    def __init__(self, page: Page) -> None:
        self.page, self._keyboard = page, page.keyboard
        self.faults: list[str] = []

    def focused(self) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self.page.evaluate(f"{LOOK}.focused()")
        return found

    def press(self, *keys: str) -> None:
        for key in keys:
            self._keyboard.press(key)

    def write(self, text: str) -> None:
        self._keyboard.type(text)

    def to(self, selector: str, key: str = "Tab") -> None:
        """Goes on until the focus is on it, or within it; each stop on the way is to be seen."""
        passed = []
        for _ in range(MOST_STOPS):
            if self.page.evaluate("(selector) => !!document.activeElement?.closest(selector)", selector):
                return
            self._keyboard.press(key)
            passed.append(self.stop(f"on the way to {selector}"))
        raise AssertionError(f"{selector} is not reached by {key}: {passed}")

    def stop(self, when: str) -> str:
        """The name of what has the focus; what is wrong with it is kept."""
        found = self.focused()
        if found is None:
            self.faults.append(f"{when}: the focus is lost")
            return "nowhere"
        if not found["hasRing"]:
            self.faults.append(f"{when}: the focus on {found['name']} is not to be seen")
        if not found["isInSight"]:
            self.faults.append(f"{when}: the focus on {found['name']} is out of sight: {found['over']} lies over it")
        return str(found["name"])

    def after(self, step: str) -> None:
        """A step has come about: the focus is somewhere, and settles there."""
        self.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        self.stop(f"after {step}")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    settings = shop_settings(tmp_path / "kulanz.db", RULES, lease_seconds=LONG_LEASE)
    fill_in(settings)
    with House(create_app(settings), settings) as house:
        yield house


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_handover_from_the_log_in_to_the_log_out_by_keyboard_alone(house: House, page: Page, language: str) -> None:
    asked, answer, log_out = TEXT[language]
    page.add_init_script(f"localStorage.setItem('{LANGUAGE_KEPT}', JSON.stringify('{language}'))")
    keys = Keys(page)
    log_in(keys, house)
    case = somebody_calls(house, asked, language)
    take_the_offer(keys, case)
    read_the_dossier(keys)
    send_a_canned_answer_and_a_word(keys, answer)
    note_for_a_colleague(keys)
    end_it(keys)
    leave(keys, log_out)
    assert not keys.faults, "\n".join(keys.faults)


def log_in(keys: Keys, house: House) -> None:
    keys.page.goto(f"{house.url}/desk/")
    expect(keys.page.locator('input[name="email"]')).to_be_visible(timeout=SHOWN_MS)
    keys.to('input[name="email"]')
    keys.write(f"anna@{DOMAIN}")
    keys.press("Tab")
    keys.write(PASSWORD)
    keys.press("Enter")
    expect(keys.page.locator('[data-testid="connection"][data-state="open"]')).to_be_attached(timeout=SHOWN_MS)
    # a page that has just opened has no focus yet, as any page; the first Tab finds the way past the navigation
    keys.press("Tab")
    keys.after("the log-in")
    keys.to('[data-testid="status"]')


def somebody_calls(house: House, text: str, language: str) -> str:
    desk = house.desk
    case = desk.conversations.start("de" if language == "de" else "en", None).conversation_id
    desk.conversations.post_visitor_message(case, PostMessage(client_id=uuid4().hex, text=text))
    desk.conversations.request_human(case, uuid4().hex)
    return case


def take_the_offer(keys: Keys, case: str) -> None:
    expect(keys.page.get_by_test_id("offer")).to_be_visible(timeout=SHOWN_MS)
    keys.after("an offer has come")
    keys.to("button, a")  # letters are keys only where nobody writes or chooses
    keys.press("a")
    expect(keys.page.locator(f'[data-testid="conversation"][data-id="{case}"]')).to_be_visible(timeout=SHOWN_MS)
    expect(keys.page.get_by_test_id("offer")).to_have_count(0, timeout=SHOWN_MS)
    expect(keys.page.get_by_test_id("composer-text")).to_be_enabled(timeout=SHOWN_MS)


def read_the_dossier(keys: Keys) -> None:
    expect(keys.page.get_by_test_id("wish")).to_be_visible(timeout=SHOWN_MS)
    keys.press("i")
    keys.to('[data-testid="dossier"]')
    keys.press("Tab", "Tab")
    keys.after("reading the dossier")


def send_a_canned_answer_and_a_word(keys: Keys, answer: str) -> None:
    see = keys.page.get_by_test_id
    keys.press("r")
    expect(see("composer-text")).to_be_focused()
    keys.write("/")
    expect(see("canned-option").first).to_be_visible(timeout=SHOWN_MS)
    keys.press("ArrowDown", "ArrowUp", "Escape")
    expect(see("canned")).to_have_count(0)
    keys.after("looking at the canned answers")
    keys.press("Control+A", "Delete")
    keys.write(answer)
    keys.press("Enter")
    keys.after("sending")
    keys.to('[data-testid="send-now"]', "Shift+Tab")
    keys.press("Enter")
    expect(see("message").filter(has_text=answer)).to_be_visible(timeout=SHOWN_MS)
    expect(see("held")).to_have_count(0, timeout=SHOWN_MS)
    keys.after("the message has gone")


def note_for_a_colleague(keys: Keys) -> None:
    see = keys.page.get_by_test_id
    if not keys.page.evaluate("document.activeElement.matches('textarea')"):
        keys.press("n")
    else:
        keys.press("Escape")
        keys.to('[data-testid="mode-note"]', "Shift+Tab")
        keys.press("Space")
    keys.to('[data-testid="composer-text"]')
    keys.write("@Sop")
    expect(see("mention-option").first).to_be_visible(timeout=SHOWN_MS)
    keys.press("Enter")
    keys.write(" bitte ansehen")
    keys.press("Enter")
    expect(see("note")).to_contain_text("bitte ansehen", timeout=SHOWN_MS)
    keys.after("the note")


def end_it(keys: Keys) -> None:
    dialog = keys.page.get_by_test_id("dialog-close")
    keys.to("button, a")
    keys.press("e")
    expect(dialog).to_be_visible(timeout=SHOWN_MS)
    keys.after("the wrap-up has opened")
    keys.press("Enter")
    expect(dialog).to_have_count(0, timeout=SHOWN_MS)
    until(lambda: keys.page.get_by_test_id("close").count() == 0)
    keys.after("the end of the case")


def leave(keys: Keys, command: str) -> None:
    keys.press("Control+K")
    keys.after("the command bar has opened")
    keys.write(command)
    expect(keys.page.get_by_test_id("command-bar").get_by_role("option").first).to_be_visible(timeout=SHOWN_MS)
    keys.press("Enter")
    expect(keys.page.get_by_test_id("login")).to_be_visible(timeout=SHOWN_MS)
