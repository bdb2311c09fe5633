"""A small shop in a temporary folder, and publishers over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from knowledge.publish import Publisher
from tests.unit.knowledge.small_shop import SHOP, TWINS, LetterEncoder, article, write

settings.register_profile("shared machine", deadline=None)  # a busy machine is no fault of the code under test
settings.load_profile("shared machine")


@pytest.fixture
def articles_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    for language, shop in (("de", SHOP), ("en", TWINS)):
        for article_id, (title, questions) in shop.items():
            body = f"{title}: {questions[0]} 42"
            write(
                folder, language, article_id, article(article_id, language, title=title, questions=questions, body=body)
            )
    return folder


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def encoder() -> LetterEncoder:
    return LetterEncoder()


@pytest.fixture
def new_publisher(articles_dir: Path, data_dir: Path, tmp_path: Path) -> Iterator[Callable[..., Publisher]]:
    """Publishers over the same folders, each like a process of its own; stopped at the end."""
    made: list[Publisher] = []

    def new(encoder: LetterEncoder | None = None) -> Publisher:
        made.append(Publisher(articles_dir, data_dir, encoder or LetterEncoder(), tmp_path / "questions"))
        return made[-1]

    yield new
    for publisher in made:
        publisher.stop()
