"""What must hold of the chat however it looks just now: nothing sticks out, nothing covers, the focus is to be seen."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, ViewportSize

from tests.browser.axe import findings

LOOK = Path(__file__).with_name("look.js").read_text("utf-8").strip()
SMALL: dict[str, ViewportSize] = {"320 px": {"width": 320, "height": 568}, "200 %": {"width": 640, "height": 400}}
"""Windows in which nothing may get lost: the narrowest phone, and 1280 x 800 at twice the size."""
MOST_STOPS = 60


class Look:
    """One page looked at from all sides, state after state, with pictures by day and by night in `album`.

    `shown` are the states whose panel is pictured besides, for a README, and the files it goes to.
    """

    def __init__(self, page: Page, small: str, album: Path, shown: Mapping[str, Path] | None = None) -> None:
        self.page, self.faults = page, list[str]()
        self._small, self._album, self._states = small, album, 0
        self._shown = shown or {}

    def at(self, state: str, *, by_tab: bool = False) -> None:
        self._states += 1
        self._album.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=self._album / f"{self._states:02} {state}.png", animations="disabled")
        if state in self._shown:
            self.page.get_by_test_id("kulanz-panel").screenshot(path=self._shown[state], animations="disabled")
        found = [*shape(self.page), *shape_at(self.page, self._small), *findings(self.page, "kulanz-chat")]
        self.page.emulate_media(color_scheme="dark")
        self.page.screenshot(path=self._album / f"{self._states:02} {state}, dark.png", animations="disabled")
        found += [f"dark: {rule}" for rule in findings(self.page, "kulanz-chat", rules=("color-contrast",))]
        self.page.emulate_media(color_scheme="light")
        if by_tab:
            found += walk_by_tab(self.page)
        self.faults += [f"{state}: {what}" for what in found]


def shape(page: Page) -> list[str]:
    found: list[str] = page.evaluate(f"{LOOK}.shape()")
    return found


def shape_at(page: Page, size: str) -> list[str]:
    """The same in a small window; the window is as before afterwards."""
    before = page.viewport_size
    assert before is not None
    page.set_viewport_size(SMALL[size])
    found = [f"{size}: {what}" for what in shape(page)]
    page.set_viewport_size(before)
    return found


def walk_by_tab(page: Page) -> list[str]:
    """From the panel's first stop to its last: every one is to be seen, and the last one lets go."""
    page.get_by_test_id("kulanz-panel").focus()
    found: list[str] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop: dict[str, Any] | None = page.evaluate(f"{LOOK}.focused()")
        if stop is None:
            return found
        if not stop["hasRing"]:
            found.append(f"focus on {stop['name']} is not to be seen")
        if not stop["isInSight"]:
            found.append(f"focus on {stop['name']} is out of sight")
    return [*found, "the focus never leaves the panel"]
