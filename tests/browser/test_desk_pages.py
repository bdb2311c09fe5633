"""Every page and dialog of the desk in every state, in both languages, by day and by night: no finding of axe, nothing sticks out.

With KULANZ_ALBUM a picture of each lands in that folder, to be looked at.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, expect

from tests.browser.axe import findings
from tests.browser.desk_places import PLACES, Place, enter
from tests.browser.furnished import Furnished, furnished
from tests.browser.workplace import SHOWN_MS

LOOK = Path(__file__).with_name("desk_look.js").read_text("utf-8").strip()
SIZES = {"360": (360, 740), "1024": (1024, 768), "1280": (1280, 800)}
LANGUAGES = ("de", "en")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    with furnished(tmp_path_factory.mktemp("furnished")) as desk:
        yield desk


class Profiles:
    """One browser profile for each person and language: logging in costs more than looking."""

    def __init__(self, browser: Browser, desk: Furnished) -> None:
        self._browser, self._desk = browser, desk
        self._kept: dict[tuple[str, str], BrowserContext] = {}

    def of(self, who: str, language: str) -> BrowserContext:
        if (who, language) not in self._kept:
            context = self._browser.new_context(locale=language, timezone_id="Europe/Berlin", viewport=size("1280"))
            enter(context, self._desk.house.url, who, language)
            self._kept[who, language] = context
        return self._kept[who, language]

    def close(self) -> None:
        for context in self._kept.values():
            context.close()


@pytest.fixture(scope="module")
def profiles(browser: Browser, desk: Furnished) -> Iterator[Profiles]:
    profiles = Profiles(browser, desk)
    yield profiles
    profiles.close()


@contextmanager
def page_for(profiles: Profiles, place: Place, language: str) -> Iterator[Page]:
    page = profiles.of(place.who, language).new_page()
    yield page
    page.close()


def size(name: str) -> Any:
    width, height = SIZES[name]
    return {"width": width, "height": height}


def look(page: Page, name: str) -> list[str]:
    """What is wrong by day, by night, and on a phone."""
    picture(page, name)
    found = findings(page)
    page.emulate_media(color_scheme="dark")
    picture(page, f"{name}, dark")
    found += [f"dark: {rule}" for rule in findings(page, rules=("color-contrast",))]
    page.emulate_media(color_scheme="light")
    for width in SIZES:
        page.set_viewport_size(size(width))
        found += [f"{width} px: {what}" for what in page.evaluate(f"{LOOK}.sideways()")]
        if width != "1280" and os.environ.get("KULANZ_ALBUM"):
            picture(page, f"{name}, {width}")
    return [f"{name}: {what}" for what in found]


def picture(page: Page, name: str) -> None:
    """Kept or not, it is taken: colours that were changing are what they become."""
    album = os.environ.get("KULANZ_ALBUM")
    page.screenshot(path=Path(album) / f"{name}.png" if album else None, animations="disabled")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", PLACES, ids=str)
def test_every_place_is_readable_and_in_shape(profiles: Profiles, desk: Furnished, place: Place, language: str) -> None:
    with page_for(profiles, place, language) as page:
        go(page, desk, place)
        assert look(page, f"{place.name}, {language}") == []


def go(page: Page, desk: Furnished, place: Place) -> None:
    """There, with everything that it shows."""
    page.goto(desk.path(place.path))
    if place.who:
        expect(page.locator('[data-testid="connection"][data-state="open"]')).to_be_attached(timeout=SHOWN_MS)
    if place.prepare:
        expect(page.locator("main")).to_be_visible(timeout=SHOWN_MS)
        if place.path:
            expect(page.locator("[aria-busy=true]:visible")).to_have_count(0, timeout=SHOWN_MS)
        place.prepare(page)
    expect(page.locator(place.shows).first).to_be_visible(timeout=SHOWN_MS)


def hold(route: Route) -> None:
    """Never answered."""


def fail(route: Route) -> None:
    error = {"error": {"code": "internal", "text": "internal", "data": {}}}
    route.fulfill(status=500, json=error)


def empty(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, json=emptied(answer.json()) if answer.ok else answer.json())


def emptied(told: Any) -> Any:
    """The same without any entry of a list."""
    match told:
        case dict():
            return {name: emptied(value) for name, value in told.items()}
        case list():
            return []
        case _:
            return told


STATES = {"loading": hold, "error": fail, "empty": empty}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("place", [place for place in PLACES if place.asks], ids=str)
def test_every_place_says_what_is_the_matter_while_it_has_nothing_to_show(
    profiles: Profiles, desk: Furnished, place: Place, state: str
) -> None:
    language = LANGUAGES[len(place.name) % 2]
    with page_for(profiles, place, language) as page, answered_by(page, place, STATES[state]) as asked:
        page.goto(desk.path(place.path))
        expect(page.locator("main, [role=main]").first).to_be_visible(timeout=SHOWN_MS)
        page.wait_for_function("() => !document.querySelector('main.blank')")
        page.wait_for_timeout(300)  # nothing tells when a page has settled on showing nothing
        assert asked, f"{place.asks} is asked for by nobody"
        if state == "error":
            expect(page.get_by_role("alert").filter(has_text=re.compile(".")).first).to_be_visible(timeout=SHOWN_MS)
        assert look(page, f"{place.name}, {state}") == []


@contextmanager
def answered_by(page: Page, place: Place, answer: Callable[[Route], None]) -> Iterator[list[str]]:
    """Of all requests those that this place waits for are answered so. Yields their paths as they come."""
    asked: list[str] = []
    pattern = re.compile(place.asks)

    def meet(route: Route, sent: Request) -> None:
        path = re.sub(r"^https?://[^/]+|\?.*$", "", sent.url)
        if sent.method == "GET" and pattern.search(path):
            asked.append(path)
            answer(route)
        else:
            route.fallback()

    page.route("**/api/**", meet)
    try:
        yield asked
    finally:
        page.unroute_all(behavior="ignoreErrors")


def test_the_table_knows_every_address_of_the_page() -> None:
    """A new page is looked at from its first day."""
    source = Path(__file__).parents[2] / "handover/desk/src/state/route.ts"
    named = set(re.findall(r"\{ page: \"(\w+)\"", source.read_text("utf-8")))
    shown = {place.path.partition("/")[0] for place in PLACES}
    shown = {"work" if path in {"", "c"} else path for path in shown}
    assert named - {"customer"} <= shown, json.dumps(sorted(named - shown))


BEST = {
    "workplace": ("case", "1440", "light"),
    "live": ("live", "1440", "light"),
    "commands": ("command bar", "1440", "dark"),
    "phone": ("case", "390", "dark"),
}
"""Pictures of the README: which place, how wide, by day or by night."""
KEPT = Path(__file__).parents[2] / "handover/desk/screenshots"
README_SIZES = {"1440": (1440, 900), "390": (390, 844)}


@pytest.mark.parametrize("name", BEST)
def test_the_best_four_are_pictured_for_the_readme(
    profiles: Profiles, desk: Furnished, tmp_path: Path, name: str
) -> None:
    """`make pictures` keeps them."""
    wanted, width, light = BEST[name]
    place = next(place for place in PLACES if place.name == wanted)
    folder = KEPT if os.environ.get("KULANZ_KEEP_PICTURES") else tmp_path
    with page_for(profiles, place, "de") as page:
        page.emulate_media(color_scheme="dark" if light == "dark" else "light")
        go(page, desk, place)
        wide, high = README_SIZES[width]
        page.set_viewport_size({"width": wide, "height": high})
        page.wait_for_timeout(500)  # pictures and suggestions come after the rest
        folder.mkdir(exist_ok=True)
        page.screenshot(path=folder / f"{name}.png", animations="disabled")
