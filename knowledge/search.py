"""The one public call of this room: `KnowledgeSearch.search(question, language)`.

It holds the current index and swaps the reference atomically: a search under way ends on the index it began with.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Literal

from knowledge import passages
from knowledge.index import Ranking
from knowledge.lexical import clean

if TYPE_CHECKING:
    from collections.abc import Callable

    from knowledge.articles import Article, Audience, Flow, Kind, Language
    from knowledge.builds import Build
    from knowledge.embeddings import Encoder, Vectors
    from knowledge.index import LanguageIndex, Ranked

Decision = Literal["answer", "choices", "none"]
MAX_CHOICES = 3
_TRIED = 8
_FOLLOW_UP = re.compile(
    r"(und|oder|aber|auch|sonst|dann|wie (ist|sieht) (es|das)|was ist mit|gilt das|geht das|kostet das|wie lange dauert das|"
    r"and|or|but|also|what about|how about|what if|does (that|it|this)|is (that|it|this)|do (they|those)|then)\b",
    re.IGNORECASE,
)
_SHORT = 3
"""Words up to which a question may lean on the one before."""


@dataclass(frozen=True)
class Hit:
    """Something to say, and its receipt: article, the article's version, passage and score (0..1)."""

    article_id: str
    language: Language
    """The article's. Another than was asked for: there is no twin, and the visitor has to be told."""
    kind: Kind
    title: str
    text: str
    """Markdown of the whole article if short, else of its best passage. Data: it starts nothing, expands nothing."""
    version: str
    passage: int
    score: float
    topics: tuple[str, ...] = ()
    buttons: tuple[Flow, ...] = ()


@dataclass(frozen=True)
class Tried:
    """An article that was looked at; for the dossier."""

    article_id: str
    title: str
    score: float
    used: bool
    language: Language = "de"
    topics: tuple[str, ...] = ()


@dataclass(frozen=True)
class SearchResult:
    """`answer` is there only for the decision answer, `choices` (2 or 3) only for choices."""

    decision: Decision
    confidence: float = 0.0
    answer: Hit | None = None
    choices: tuple[Hit, ...] = ()
    tried: tuple[Tried, ...] = ()
    """Best first."""
    version: str | None = None
    """Of the index that answered."""


class KnowledgeSearch:
    """Thread-safe. Before the first build is there every question is answered with none."""

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

    def search(
        self, question: str, language: Language, *, previous: str | None = None, audience: Audience = "everyone"
    ) -> SearchResult:
        """Find the article that answers, in the language of the conversation. Never raises on any text.

        `previous`: id of the article that the last answer came from; a follow-up ("and to Austria?") is read with it.
        """
        build, asked = self._build, clean(question)
        if build is None or not asked:
            return SearchResult("none", version=build.version if build else None)
        before = build.article(previous, language) if previous else None
        index, answers = build.languages[language], self._may_answer(audience)
        return _decide(index, self._ranking(index, asked, before, answers), build.version)

    def article(self, article_id: str, language: Language, *, audience: Audience = "everyone") -> Hit | None:
        """One article by id, for a pressed choice. None if it is not (or no longer) there for this audience."""
        build = self._build
        found = build.article(article_id, language) if build else None
        if found is None or not self._may_answer(audience)(found):
            return None
        return _text_of(found, passage=0, score=1.0)

    def _may_answer(self, audience: Audience) -> Callable[[Article], bool]:
        today = self._today()
        return lambda article: article.is_valid_on(today) and article.audience in ("everyone", audience)

    def _ranking(
        self, index: LanguageIndex, asked: str, before: Article | None, answers: Callable[[Article], bool]
    ) -> Ranking:
        """The question alone; where it may be a follow-up, also with the last answer's title, if that is clearer."""
        if before is None or not (_FOLLOW_UP.match(asked) or len(asked.split()) <= _SHORT):
            return index.rank(asked, self._encoder.encode([asked]), answers)
        readings = [asked, clean(f"{before.title}: {asked}")]
        vectors: Vectors = self._encoder.encode(readings)
        rankings = [index.rank(text, vectors[row : row + 1], answers) for row, text in enumerate(readings)]
        return max(reversed(rankings), key=lambda ranking: _confidence(index, ranking))


def _confidence(index: LanguageIndex, ranking: Ranking) -> float:
    return index.tuning.confidence(ranking.standing) if ranking.standing else 0.0


def _decide(index: LanguageIndex, ranking: Ranking, version: str) -> SearchResult:
    confidence, found = _confidence(index, ranking), ranking.found
    decision: Decision = "none"
    if found and confidence >= index.tuning.answer_from:
        decision = "answer"
    elif len(found) > 1 and confidence >= index.tuning.ask_from:
        decision = "choices"
    used = {"answer": 1, "choices": min(len(found), MAX_CHOICES), "none": 0}[decision]
    return SearchResult(
        decision,
        confidence,
        answer=_hit(found[0]) if decision == "answer" else None,
        choices=tuple(_hit(choice) for choice in found[:used]) if decision == "choices" else (),
        tried=tuple(_tried(one, used=place < used) for place, one in enumerate(found[:_TRIED])),
        version=version,
    )


def _tried(one: Ranked, *, used: bool) -> Tried:
    article = one.article
    return Tried(article.id, article.title, one.score, used, article.language, article.topics)


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
        topics=article.topics,
        buttons=article.buttons,
    )
