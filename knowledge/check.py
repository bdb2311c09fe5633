"""What must hold before articles go live: each file alone, all files together, and the index made of them.

An error keeps everything from going live, a warning does not. `check` reads files and needs no index; `regressions` and
`doubts` look at the index made of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from knowledge.articles import LANGUAGES, Article, read_folder
from knowledge.lexical import clean
from knowledge.problems import Problem, errors, in_order, problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from knowledge.builds import Build
    from knowledge.embeddings import Encoder, Vectors
    from knowledge.index import LanguageIndex
    from knowledge.questions import Question, QuestionSet

FOUND_SHARE = 0.9
"""Share of an article's title and example questions that must find it in first place."""
MAY_LOSE = 0.01
"""Share of the regression questions that a new index may answer worse than the one before."""
_ASKED = (
    200  # regression questions a language and build: enough to tell a point, few enough for a save to be live at once
)
EXPIRES_SOON = timedelta(days=30)
_SHARED = dict.fromkeys(("kind", "topics", "audience", "buttons"), "twin-differs") | dict.fromkeys(
    ("valid_from", "valid_until"), "twin-validity"
)
"""What twins have in common, and what it is called when they do not."""


def check(folder: Path, today: date | None = None) -> tuple[list[Article], list[Problem]]:
    """Read and check all articles. They may be published only if none of the problems is an error."""
    articles, problems = read_folder(folder)
    if not articles and not problems:
        problems.append(problem("folder-empty", ".", 0))
    if not errors(problems):  # a file that cannot be read would look like a missing twin
        day = today or datetime.now(UTC).astimezone().date()
        problems += [*_together(articles, folder), *_repeated_questions(articles), *_validity(articles, folder, day)]
    return articles, in_order(problems)


def regressions(build: Build, before: Build | None = None) -> list[Problem]:
    """Articles that the new index would not find by their own title and example questions.

    `before`: a build that went through this; only what a change since can have done is looked at.
    """
    lost: dict[Article, list[tuple[str, Article]]] = defaultdict(list)
    for language, index in build.languages.items():
        old = before.languages[language] if before and before.model == build.model else None
        for article, text, found in index.strangers(old):
            lost[article].append((text, found))
    return [
        problem("found-elsewhere", article.file, line_of(article, text), question=text, other=found.file)
        for article, misses in lost.items()
        if 1 - len(misses) / (1 + len(article.questions)) < FOUND_SHARE
        for text, found in misses
    ]


class Memory:
    """What a process knows of the regression questions: their vectors, and what each index finds first for them.

    The index that is new at one save is the one before at the next: it need not be asked again.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, Vectors] = {}
        self._firsts: WeakKeyDictionary[LanguageIndex, dict[str, Article | None]] = WeakKeyDictionary()

    def firsts(self, index: LanguageIndex, texts: list[str]) -> list[Article | None]:
        """What the index finds first for visitors, a text each."""
        found = self._firsts.setdefault(index, {})
        new = [text for text in texts if text not in found]
        for text, vector in zip(new, self.vectors(new), strict=True):
            ranking = index.rank(text, vector, lambda article: article.audience == "everyone")
            found[text] = ranking.found[0].article if ranking.found else None
        return [found[text] for text in texts]

    def vectors(self, texts: list[str]) -> list[Vectors]:
        """One row (1 x dimension) a text."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            rows = self._encoder.encode(new)
            self._known |= {text: rows[at : at + 1] for at, text in enumerate(new)}
        return [self._known[text] for text in texts]


def lost_ground(build: Build, before: Build | None, asked: QuestionSet | None, memory: Memory) -> list[Problem]:
    """Whether the new index finds the right topic for fewer regression questions than the one that serves.

    One question of a hundred may be lost; questions on topics that no article is about any more do not count.
    """
    if before is None or asked is None:
        return []
    return [
        lost
        for language, index in build.languages.items()
        if index is not before.languages[language]
        for lost in _lost_in(index, before.languages[language], asked.questions[language], memory)
    ]


def _lost_in(index: LanguageIndex, before: LanguageIndex, asked: Iterable[Question], memory: Memory) -> list[Problem]:
    topics = {topic for article in index.articles for topic in article.topics}
    known = [one for one in asked if not one.topics.isdisjoint(topics)]
    known = known[:: max(len(known) // _ASKED, 1)]
    texts = [clean(one.question) for one in known]
    lost: list[tuple[Question, Article]] = []
    gained = 0
    for one, now, then in zip(known, memory.firsts(index, texts), memory.firsts(before, texts), strict=True):
        is_right, was_right = (bool(found and one.topics & set(found.topics)) for found in (now, then))
        gained += is_right and not was_right
        if now and was_right and not is_right:
            lost.append((one, now))
    if len(lost) - gained <= MAY_LOSE * len(known):
        return []
    thief, number = Counter(found for _, found in lost).most_common(1)[0]
    example = next(one for one, found in lost if found == thief)
    values = {"question": example.question, "topic": ", ".join(sorted(example.topics))}
    return [problem("questions-lost", thief.file, 1, number=number, total=len(known), **values)]


def line_of(article: Article, text: str) -> int:
    """Where an example question stands in its file; 1 for any other text."""
    lines = dict(zip(article.questions, article.question_lines, strict=True))
    return lines.get(text, 1)


def line_starting(folder: Path, file: str, words: str) -> int:
    """The first line of a file that begins with these words; 1 if there is none (any more)."""
    try:
        lines = (folder / file).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return 1
    return next((number for number, line in enumerate(lines, start=1) if line.startswith(words)), 1)


def _together(articles: list[Article], folder: Path) -> Iterator[Problem]:
    by_id: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        by_id[article.id].append(article)
    for same in by_id.values():
        yield from _twin_problems(same, folder)
        for article in same:
            for link in article.links:
                if link not in by_id:
                    yield problem("link-broken", article.file, line_starting(folder, article.file, "links:"), id=link)


def _twin_problems(same: list[Article], folder: Path) -> Iterator[Problem]:
    """What is wrong with the articles of one id: one in each language is right."""
    first = same[0]
    seen = {first.language: first}
    for article in same[1:]:
        if (other := seen.setdefault(article.language, article)) is not article:
            yield problem(
                "id-taken", article.file, line_starting(folder, article.file, "id:"), id=article.id, other=other.file
            )
            continue
        for name, code in _SHARED.items():
            if getattr(article, name) != getattr(first, name):
                line = line_starting(folder, article.file, f"{name}:")
                yield problem(code, article.file, line, name=name, twin=first.file)
        if article.questions == first.questions:
            line = line_starting(folder, article.file, "questions:")
            yield problem("twin-untranslated", article.file, line, twin=first.file)
    for language in set(LANGUAGES).difference(seen):
        yield problem("twin-missing", first.file, 1, twin=f"{language}/{first.file.partition('/')[2]}")


def _repeated_questions(articles: list[Article]) -> Iterator[Problem]:
    """Two articles with the same question contradict each other sooner or later (F55)."""
    seen: dict[tuple[str, str], tuple[Article, int]] = {}
    for article in articles:
        for question, line in zip(article.questions, article.question_lines, strict=True):
            other, there = seen.setdefault((article.language, question.casefold().rstrip(" ?!.")), (article, line))
            if other is not article:
                yield problem("question-repeated", article.file, line, other=f"{other.file}:{there}")


def _validity(articles: list[Article], folder: Path, today: date) -> Iterator[Problem]:
    for article in articles:
        until = article.valid_until
        code, name, day = "", "valid_until", until
        if until and until < today:
            code = "expired"
        elif until and until - today <= EXPIRES_SOON:
            code = "expires-soon"
        elif article.valid_from > today:
            code, name, day = "not-yet-valid", "valid_from", article.valid_from
        if code:
            yield problem(code, article.file, line_starting(folder, article.file, f"{name}:"), day=day)
