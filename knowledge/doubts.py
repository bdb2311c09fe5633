"""Pairs of articles an editor should look at: nearly the same, or different numbers for the same thing (F55).

These are guesses, hence warnings. What keeps them few enough to be read: of two languages only twins are compared; a
number only with numbers of its unit, in a sentence about the same, in an article on the same topic or linked; and
never where either article gives the other's number too.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from knowledge.articles import LANGUAGES, Article, Language
from knowledge.lexical import stems
from knowledge.markdown import plain
from knowledge.problems import Problem, problem
from knowledge.quantities import Quantity, quantities

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from knowledge.builds import Build
    from knowledge.embeddings import Vectors
    from knowledge.index import LanguageIndex

ALIKE_WORDS = 0.5
"""Share of the shorter article's runs of three words that the other has too: nearly the same."""
ALIKE_MEANING = 0.92
"""Cosine of the articles' mean vectors from which fewer common words do."""
ALIKE_BOTH = 0.25
ABOUT_THE_SAME = 0.35
"""Likeness of two sentences, weighted by how rare their words are, from which their numbers are compared."""
_SURELY = 0.8  # ... without a common topic or link
_RUN = 3
_COMMON = 60  # what stands in more places than this tells nothing, and would make everything a candidate
_COMMON_WORD = 1.3  # as far as this a word's rarity counts nothing: it stands in more than a quarter of the articles
_ROWS = 1024

Rarity = dict[str, float]


@dataclass(frozen=True)
class Claim:
    """A number that an article gives, and the stems of sentence and title that say what for."""

    article: Article
    quantity: Quantity
    subject: frozenset[str] = frozenset()


def doubts(build: Build, folder: Path) -> list[Problem]:
    """All such pairs of a build whose articles lie in `folder`."""
    found = [
        doubt
        for language, index in build.languages.items()
        for doubt in _doubts(_in(build.articles, language), _means(index), folder)
    ]
    return [*found, *_numbers_of_twins(build.articles, folder)]


def doubts_in_words(articles: list[Article], folder: Path) -> list[Problem]:
    """The same without an index: near-duplicates by their words alone."""
    found = [doubt for language in LANGUAGES for doubt in _doubts(_in(articles, language), {}, folder)]
    return [*found, *_numbers_of_twins(articles, folder)]


def _in(articles: list[Article], language: Language) -> list[Article]:
    return [article for article in articles if article.language == language]


def _doubts(articles: list[Article], means: Mapping[str, Vectors], folder: Path) -> Iterator[Problem]:
    same = near_duplicates(articles, means)
    for a, b, share in same:
        yield problem("near-duplicate", b.file, 1, other=a.file, share=f"{share:.0%}")
    known = {(a.id, b.id) for a, b, _ in same}
    for one, other in contradictions(articles):
        if (one.article.id, other.article.id) not in known:
            yield _told("contradiction", one, other, folder)


def _numbers_of_twins(articles: list[Article], folder: Path) -> Iterator[Problem]:
    """Twins of which each gives a number that the other lacks, of one unit: a price was changed in one language alone."""
    german = {article.id: article for article in _in(articles, "de")}
    for there in _in(articles, "en"):
        if here := german.get(there.id):
            lacking = {quantity.unit: quantity for quantity in _lacking(here, there)}
            for unit, quantity in {quantity.unit: quantity for quantity in _lacking(there, here)}.items():
                if unit in lacking:
                    yield _told("twin-numbers", Claim(here, lacking[unit]), Claim(there, quantity), folder)


def _lacking(one: Article, other: Article) -> list[Quantity]:
    """What `one` gives and `other` does not. Times of day are left out: "18 Uhr" is "6 pm"."""
    given = {(quantity.unit, value) for quantity in quantities(other) for value in quantity.values}
    return [
        quantity
        for quantity in quantities(one)
        if quantity.unit != "o'clock" and not given.issuperset((quantity.unit, value) for value in quantity.values)
    ]


def near_duplicates(articles: list[Article], means: Mapping[str, Vectors]) -> list[tuple[Article, Article, float]]:
    """Pairs of articles of one language that say nearly the same, and the share of words they have in common."""
    runs = [_runs(article) for article in articles]
    places = [(place, found) for place, found in enumerate(runs) if found]
    near = {*_sharing(places, least=_RUN), *_near(articles, means)}
    found = []
    for a, b in sorted(near):
        share = len(runs[a] & runs[b]) / max(min(len(runs[a]), len(runs[b])), 1)
        alike = float(means[articles[a].id] @ means[articles[b].id]) if means else 0.0
        if share >= ALIKE_WORDS or (alike >= ALIKE_MEANING and share >= ALIKE_BOTH):
            found.append((articles[a], articles[b], share))
    return found


def contradictions(articles: list[Article]) -> list[tuple[Claim, Claim]]:
    """For every two articles of one language that seem to contradict each other, the claims that do so most clearly."""
    claims = [
        Claim(article, quantity, quantity.about | set(stems(article.title, article.language)))
        for article in articles
        for quantity in quantities(article)
    ]
    given: dict[tuple[str, str], set[float]] = defaultdict(set)
    for claim in claims:
        given[claim.article.id, claim.quantity.unit] |= claim.quantity.values
    rarity = _rarity(articles)
    about = [(n, {stem for stem in claim.quantity.about if rarity[stem]}) for n, claim in enumerate(claims)]
    best: dict[tuple[str, str], tuple[float, Claim, Claim]] = {}
    for a, b in _sharing(about, least=1):
        one, other = claims[a], claims[b]
        pair = (one.article.id, other.article.id)
        if pair[0] == pair[1] or not _differ(one, other, given):
            continue
        likeness = _likeness(one, other, rarity)
        if likeness >= max(ABOUT_THE_SAME, best.get(pair, (0.0,))[0]):
            best[pair] = (likeness, one, other)
    return [(one, other) for _, one, other in best.values()]


def _told(code: str, one: Claim, other: Claim, folder: Path) -> Problem:
    here, there = one.article.file, other.article.file
    return problem(
        code,
        there,
        _line_of(folder / there, other.quantity),
        here=other.quantity.text,
        there=one.quantity.text,
        other=here,
        other_line=_line_of(folder / here, one.quantity),
    )


def _line_of(path: Path, quantity: Quantity) -> int:
    """The line of the file that shares most words with the sentence and gives the number; 1 if it cannot be read."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return 1
    words = set(quantity.sentence.split())
    number = quantity.text.split()[0]
    shared = [len(words.intersection(line.replace("*", "").split())) + (number in line) for line in lines]
    return shared.index(max(shared)) + 1


def _differ(one: Claim, other: Claim, given: Mapping[tuple[str, str], set[float]]) -> bool:
    unit = one.quantity.unit
    return (
        unit == other.quantity.unit
        and one.quantity.values.isdisjoint(given[other.article.id, unit])
        and other.quantity.values.isdisjoint(given[one.article.id, unit])
    )


def _likeness(one: Claim, other: Claim, rarity: Rarity) -> float:
    """How much two claims are about the same, 0..1: half by their sentences, half by sentences with titles."""

    def weight(words: Iterable[str]) -> float:
        return sum(rarity[word] for word in words)

    here, there = one.quantity.about, other.quantity.about
    common = [word for word in here & there if rarity[word]]
    sentence = weight(common) / (min(weight(here), weight(there)) or math.inf)
    around = (here & other.subject) | (there & one.subject)
    subject = weight(around) / (min(weight(one.subject), weight(other.subject)) or math.inf)
    if not _related(one.article, other.article) and (sentence < _SURELY or len(common) < _RUN):
        return 0.0
    return (sentence + subject) / 2 if len(common) > 1 or subject > 0.5 else 0.0


def _related(one: Article, other: Article) -> bool:
    return not set(one.topics).isdisjoint(other.topics) or other.id in one.links or one.id in other.links


def _rarity(articles: list[Article]) -> Rarity:
    """Weight of each stem, from the share of articles that have it; 0 for common ones."""
    there = Counter(
        stem for article in articles for stem in {*stems(article.title, article.language), *_stems_of(article)}
    )
    least = _COMMON_WORD if len(articles) > _COMMON else 0.0
    return defaultdict(float, {stem: max(math.log((1 + len(articles)) / n) - least, 0.0) for stem, n in there.items()})


def _sharing(things: Iterable[tuple[int, Iterable[str]]], least: int) -> Iterator[tuple[int, int]]:
    """Pairs of things that have at least so many words in common that are not common to very many things."""
    places: dict[str, list[int]] = defaultdict(list)
    for number, words in things:
        for word in words:
            places[word].append(number)
    shared = Counter(
        pair for numbers in places.values() if len(numbers) <= _COMMON for pair in combinations(numbers, 2)
    )
    return (pair for pair, times in shared.items() if times >= least)


def _runs(article: Article) -> set[str]:
    """All runs of three words of the text."""
    words = _stems_of(article)
    return {" ".join(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}


@lru_cache(maxsize=20_000)
def _stems_of(article: Article) -> tuple[str, ...]:
    return tuple(stems(plain(article.body), article.language))


def _means(index: LanguageIndex) -> dict[str, Vectors]:
    """The mean of an article's vectors, of length 1, by its id."""
    sums = np.zeros((len(index.articles), index.vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, index.article_of, index.vectors)
    sums /= np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
    return {article.id: sums[place] for place, article in enumerate(index.articles)}


def _near(articles: list[Article], means: Mapping[str, Vectors]) -> Iterator[tuple[int, int]]:
    """Pairs whose mean vectors are near."""
    if not articles or not means:
        return
    rows = np.stack([means[article.id] for article in articles])
    for at in range(0, len(rows), _ROWS):
        here, there = np.nonzero(rows[at : at + _ROWS] @ rows.T >= ALIKE_MEANING)
        yield from ((int(a) + at, int(b)) for a, b in zip(here, there, strict=True) if a + at < b)
