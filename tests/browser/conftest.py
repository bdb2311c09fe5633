"""What several browser tests stand on: a website of somebody else, and a house that lets it embed the chat."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

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
