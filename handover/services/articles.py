"""Articles behind the bot's answers, as visitors may read them: what is live, for everybody, and valid today."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import get_args

from handover.contract.articles import Article
from handover.contract.base import Language
from handover.contract.wrap_up import ArticleFound
from handover.domain.agent import Agent
from handover.domain.errors import NotFound
from handover.services.access import Action, require


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


FOUND = 8
"""Articles of one look-up."""
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

    def find(self, agent: Agent, query: str, language: Language, limit: int = FOUND) -> list[ArticleFound]:
        """What visitors may read today with all these words in its title or id; those of `language` first."""
        require(agent, Action.SERVE_CONVERSATIONS)
        words, today = _words_of(query), self._today()
        found = [
            one
            for one in self._published().values()
            if words and one.is_open_on(today) and all(word in f"{one.title} {one.id}".casefold() for word in words)
        ]
        found.sort(key=lambda one: (one.language != language, one.title.casefold(), one.id))
        return [ArticleFound(id=one.id, title=one.title, language=one.language) for one in found[:limit]]

    def named(self, article_id: str, language: Language = "de") -> ArticleFound:
        """By its title in `language` if it has a twin there; one that is not live any more by its id alone."""
        live = self._published()
        other: Language = "en" if language == "de" else "de"
        one = live.get((language, article_id)) or live.get((other, article_id))
        title, spoken = (one.title, one.language) if one else (article_id, language)
        return ArticleFound(id=article_id, title=title, language=spoken)


def _words_of(query: str) -> list[str]:
    return query.casefold().split()
