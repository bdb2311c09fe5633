"""The one public call of this room: `KnowledgeSearch.search(question, language)`.

It holds the current index and swaps the reference atomically: a search under way ends on the index it began with.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Literal

from knowledge import passages
from knowledge.lexical import clean

if TYPE_CHECKING:
    from collections.abc import Callable

    from knowledge.articles import Article, Kind, Language
    from knowledge.builds import Build
    from knowledge.embeddings import Encoder
    from knowledge.index import Ranked

Verdict = Literal["answer", "ask_back", "unknown"]
ANSWER_FROM = 0.45
"""Confidence from which an answer is given; below it, down to `ASK_FROM`, the visitor is asked what they mean."""
ASK_FROM = 0.3
MAX_CHOICES = 3
_TRIED = 5


@dataclass(frozen=True)
class Hit:
    """Something to say, and its receipt: article, the article's version, passage and score (0..1)."""

    article_id: str
    language: Language
    kind: Kind
    title: str
    text: str
    """Markdown of the whole article if short, else of its best passage. Data: it starts nothing, expands nothing."""
    version: str
    passage: int
    score: float


@dataclass(frozen=True)
class Tried:
    """An article that was looked at; for the dossier."""

    article_id: str
    title: str
    score: float
    used: bool


@dataclass(frozen=True)
class SearchResult:
    """`answer` is there only for the verdict answer, `choices` (2 or 3) only for ask_back."""

    verdict: Verdict
    confidence: float = 0.0
    answer: Hit | None = None
    choices: tuple[Hit, ...] = ()
    tried: tuple[Tried, ...] = ()


class KnowledgeSearch:
    """Thread-safe. Before the first build is there every question is `unknown`."""

    def __init__(self, encoder: Encoder, today: Callable[[], date] | None = None) -> None:
        self._encoder = encoder
        self._today = today or (lambda: datetime.now(UTC).astimezone().date())
        self._build: Build | None = None

    @property
    def version(self) -> str | None:
        """Version of the build that answers now."""
        return self._build.version if self._build else None

    def use(self, build: Build) -> None:
        """Answer from this build from now on."""
        self._build = build

    def search(self, question: str, language: Language) -> SearchResult:
        """Find the article that answers, in the language of the conversation. Never raises on any text."""
        build, asked = self._build, clean(question)
        if build is None or not asked:
            return SearchResult("unknown")
        index = build.languages[language]
        ranked = index.rank(asked, self._encoder.encode([asked]), self._today())
        confidence = index.confidence(ranked)
        choices = tuple(ranked[:MAX_CHOICES])
        verdict: Verdict = "unknown"
        if ranked and confidence >= ANSWER_FROM:
            verdict, used = "answer", 1
        elif len(choices) > 1 and confidence >= ASK_FROM:
            verdict, used = "ask_back", len(choices)
        else:
            used = 0
        return SearchResult(
            verdict,
            confidence,
            answer=_hit(ranked[0]) if verdict == "answer" else None,
            choices=tuple(_hit(choice) for choice in choices) if verdict == "ask_back" else (),
            tried=tuple(
                Tried(one.article.id, one.article.title, one.score, used=place < used)
                for place, one in enumerate(ranked[:_TRIED])
            ),
        )

    def article(self, article_id: str, language: Language) -> Hit | None:
        """One article by id, for a pressed ask-back button. None if it is not (or no longer) there."""
        build = self._build
        found = build.article(article_id, language) if build else None
        if found is None or not found.is_valid_on(self._today()):
            return None
        return _text_of(found, passage=0, score=1.0)


def _hit(ranked: Ranked) -> Hit:
    return _text_of(ranked.article, ranked.passage, ranked.score)


def _text_of(article: Article, passage: int, score: float) -> Hit:
    return Hit(
        article_id=article.id,
        language=article.language,
        kind=article.kind,
        title=article.title,
        text=passages.answer(article, passage),
        version=article.version,
        passage=passage,
        score=score,
    )
