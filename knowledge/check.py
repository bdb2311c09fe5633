"""What must hold before articles go live: each file alone, all files together, and the index made of them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from knowledge.articles import LANGUAGES, Article, Problem, read_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from knowledge.builds import Build

FOUND_SHARE = 0.9
"""Share of an article's title and example questions that must find it in first place."""


def check(folder: Path) -> tuple[list[Article], list[Problem]]:
    """Read and check all articles. They may be published only if there are no problems."""
    articles, problems = read_folder(folder)
    if not articles and not problems:
        problems.append(Problem(".", 0, "there are no articles", "add one below de/ and its twin below en/"))
    if not problems:  # a file that cannot be read would look like a missing twin
        problems += [*_twin_problems(articles), *_repeated_questions(articles)]
    return articles, sorted(problems, key=lambda problem: (problem.file, problem.line))


def regressions(build: Build) -> list[Problem]:
    """Articles that the new index would not find by their own title and example questions."""
    lost: dict[Article, list[tuple[str, Article]]] = defaultdict(list)
    for index in build.languages.values():
        for article, text, found in index.strangers():
            lost[article].append((text, found))
    return [
        Problem(article.file, _line(article, text), f"“{text}” finds {found.file} instead", _REWORD)
        for article, misses in lost.items()
        if 1 - len(misses) / (1 + len(article.questions)) < FOUND_SHARE
        for text, found in misses
    ]


_REWORD = "reword it, or merge the two articles"


def _twin_problems(articles: list[Article]) -> Iterator[Problem]:
    by_id: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        by_id[article.id].append(article)
    for twins in by_id.values():
        first = twins[0]
        languages = [article.language for article in twins]
        for article in twins[1:]:
            if languages.count(article.language) > 1:
                yield Problem(article.file, 1, f"the id `{article.id}` is taken", "give each article its own id")
            elif (article.kind, article.topics) != (first.kind, first.topics):
                yield Problem(article.file, 1, f"kind or topics differ from {first.file}", "twins share both")
        for language in set(LANGUAGES).difference(languages):
            twin = f"{language}/{first.file.partition('/')[2]}"
            yield Problem(first.file, 1, f"the twin {twin} is missing", "write the same article in that language")
        for article in twins:
            for link in article.links:
                if link not in by_id:
                    yield Problem(article.file, 1, f"`links` names `{link}`, which does not exist", "mend or remove it")


def _repeated_questions(articles: list[Article]) -> Iterator[Problem]:
    """Two articles with the same question contradict each other sooner or later (F55)."""
    seen: dict[tuple[str, str], Article] = {}
    for article in articles:
        for question, line in zip(article.questions, article.question_lines, strict=True):
            other = seen.setdefault((article.language, question.casefold().rstrip(" ?!.")), article)
            if other is not article:
                yield Problem(article.file, line, f"{other.file} has the same question", "keep it in one of the two")


def _line(article: Article, text: str) -> int:
    lines = dict(zip(article.questions, article.question_lines, strict=True))
    return lines.get(text, 1)
