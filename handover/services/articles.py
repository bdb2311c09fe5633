"""Articles behind the bot's answers, as visitors may read them: what is live, for everybody, and valid today."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import get_args

from handover.contract.articles import Article
from handover.contract.base import Language
from handover.domain.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedArticle:
    id: str
    language: Language
    title: str
    body: str
    version: str
    updated_on: date
    audience: str
    valid_from: date
    valid_until: date | None

    def is_open_on(self, day: date) -> bool:
        """Whether visitors may read it on a day of the shop."""
        is_valid = self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)
        return is_valid and self.audience == "everyone"


Published = Callable[[], Mapping[tuple[str, str], PublishedArticle]]
"""What is live, by language and id. Raises `Unavailable` if that cannot be read."""


class Articles:
    """`today`: the shop's day."""

    def __init__(self, published: Published, today: Callable[[], date]) -> None:
        self._published, self._today = published, today

    def for_visitor(self, language: Language, article_id: str) -> Article:
        """Raises `NotFound` for one that is unknown, for the staff alone, not valid yet or no more: all the same."""
        live, today = self._published(), self._today()
        twins = [live.get((each, article_id)) for each in get_args(Language)]
        readable = {one.language: one for one in twins if one and one.is_open_on(today)}
        found = readable.get(language)
        if found is None:
            raise NotFound("There is no such article.")
        return Article(
            id=found.id,
            language=found.language,
            title=found.title,
            body=found.body,
            version=found.version,
            updated_on=max(found.updated_on, found.valid_from).isoformat(),
            languages=tuple(readable),
        )
