"""What several browser tests stand on: a website of somebody else, and a house that lets it embed the chat."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.website import Shop, house_for
from tests.edges import House


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    shop = Shop()
    yield shop
    shop.close()


@pytest.fixture(scope="module")
def house(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house_for(shop, tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture
def context_of(browser: Browser) -> Iterator[Callable[[str], BrowserContext]]:
    """A browser profile of its own for each person, in their language."""
    with ExitStack() as profiles:

        def new_context(language: str) -> BrowserContext:
            context = browser.new_context(locale=language, timezone_id="Europe/Berlin")
            profiles.callback(context.close)
            return context

        yield new_context


@pytest.fixture
def page_of(context_of: Callable[[str], BrowserContext]) -> Callable[[str], Page]:
    """A page in such a profile."""
    return lambda language: context_of(language).new_page()
