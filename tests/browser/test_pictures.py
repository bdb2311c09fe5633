"""The pictures of the README, taken from the running house: `make pictures` keeps them, a plain test run throws them away."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chat import ANSWER_MS, Chat
from tests.browser.parcels import late_parcel
from tests.browser.workplace import SHOWN_MS, Workplace
from tests.stack import ROOT, Stack

KEPT = {"widget": ROOT / "widget" / "screenshots", "desk": ROOT / "handover" / "desk" / "screenshots"}


@pytest.fixture
def album(tmp_path: Path) -> dict[str, Path]:
    return KEPT if os.environ.get("KULANZ_KEEP_PICTURES") else dict.fromkeys(KEPT, tmp_path)


def test_the_widget_and_the_desk_are_pictured_with_a_handover_under_way(
    browser: Browser, stack: Stack, album: dict[str, Path]
) -> None:
    visitor = browser.new_context(locale="de", viewport={"width": 1180, "height": 820})
    agent = browser.new_context(locale="de", viewport={"width": 1440, "height": 900})
    chat = Chat(visitor.new_page(), stack.url, "de")
    chat.visit()
    chat.open()
    parcel = late_parcel(stack)
    chat.ask(f"Wo bleibt meine Bestellung {parcel.order}?")
    chat.prove_identity(parcel.email, agent.new_page())
    expect(chat.bot_messages.last).to_contain_text(parcel.order, timeout=ANSWER_MS)
    chat.ask("Die Lieferung kam viel zu spät, das ist ärgerlich")
    expect(chat.credit_cards).to_have_count(1, timeout=ANSWER_MS)
    picture(chat.page, album["widget"] / "widget.png")

    chat.ask("Ich möchte bitte mit einem Menschen sprechen")
    desk = Workplace(agent.pages[0], stack.url)
    desk.log_in("anna")
    row = desk.waiting(chat.conversation_id)
    expect(row).to_contain_text(parcel.customer, timeout=SHOWN_MS)
    row.click()
    desk.claim()
    desk.say("Guten Tag, hier ist Anna. Ich schaue mir Ihre Bestellung an.")
    expect(chat.agent_messages).to_have_count(1, timeout=SHOWN_MS)
    expect(desk.dossier.get_by_test_id("wish")).to_be_visible()
    picture(desk.page, album["desk"] / "desk.png")
    desk.hand_back("solved", "Alles geklärt.")
    visitor.close()
    agent.close()


def picture(page: Page, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    page.screenshot(path=path, animations="disabled")
    assert path.stat().st_size > 20_000
