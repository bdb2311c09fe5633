"""What is learned, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.passages import entries

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from knowledge.articles import Article
    from knowledge.training.corpus import Pair

OTHER = "other"
"""Utterances of no topic: each stands alone, and keeps its distance from all topics."""
MAX_OWN_LETTERS = 140


@dataclass(frozen=True)
class Lesson:
    """A text, the row of the teacher's vector it should get (-1: none known), and its topic (-1: none)."""

    text: str
    target: int
    topic: int = -1


@dataclass(frozen=True)
class Rates:
    """Peak learning rates: rows of new pieces start from a guess, everything else from a trained model."""

    new_rows: float
    old_rows: float
    layers: float


@dataclass(frozen=True)
class Stage:
    """Lessons to draw from, and how many texts to learn from; `targets[row]` is a teacher's vector (float16)."""

    german: list[Lesson]
    english: list[Lesson]
    own: list[Lesson]
    targets: npt.NDArray[np.float16]
    texts: int
    rates: Rates
    fade_over: int
    """Texts over which the learning rate would fall to nothing; a stage may end before."""
    seed: int


def stages(
    pairs: list[Pair], articles: list[Article], rows: dict[str, int], targets: npt.NDArray[np.float16]
) -> list[Stage]:
    """First what the sentences mean, utterances fourfold; then the same with the shop's topics beside it."""
    german = [Lesson(pair.de, rows[pair.en]) for pair in pairs]
    english = [Lesson(pair.en, rows[pair.en]) for pair in pairs]
    often = [lesson for lesson, pair in zip(german, pairs, strict=True) for _ in range(4 if pair.topic else 1)]
    return [
        Stage(often, english, [], targets, 130_000, Rates(1.5e-3, 1e-4, 2e-4), fade_over=860_000, seed=7),
        Stage(
            german, english, own(pairs, articles, rows), targets, 360_000, Rates(1.2e-3, 1e-4, 2e-4), 360_000, seed=8
        ),
    ]


def own(pairs: list[Pair], articles: list[Article], rows: dict[str, int]) -> list[Lesson]:
    """Utterances and article texts with their topics. Terms explain words of many topics and are left out."""
    names = sorted({pair.topic for pair in pairs if pair.topic and pair.topic != OTHER})
    number = {name: place for place, name in enumerate(names)}
    found = []
    for place, pair in enumerate(pairs):
        if pair.topic == OTHER:
            found.append(Lesson(pair.de if place % 2 else pair.en, rows[pair.en], len(names) + place))
        elif pair.topic:
            found += [Lesson(text, rows[pair.en], number[pair.topic]) for text in (pair.de, pair.en)]
    for article in articles:
        topics = [number[topic] for topic in article.topics if topic in number]
        if len(topics) == 1 and article.kind != "term":
            found += [Lesson(entry.text[:MAX_OWN_LETTERS], -1, topics[0]) for entry in entries([article])]
    return found
