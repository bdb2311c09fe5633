"""The index of one language: one score an article, fused from three likenesses, each 0..1.

- vectors: the cosine to the nearest of the article's entries (title, example questions, passages), found by FAISS;
- words and pieces: the lexical likeness to the article as a whole, see lexical.py.

A vector of a long text is vague, so the meaning is compared entry by entry; words gain from more text, so they are
compared with all of it at once. (Measured both ways, see README.md.)
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import faiss
import numpy as np

from knowledge import calibration
from knowledge.articles import Article, Language
from knowledge.embeddings import Vectors
from knowledge.lexical import LexicalIndex, Scores, clean
from knowledge.passages import Entry, entries

faiss.omp_set_num_threads(1)  # one question needs no second core; idle OpenMP threads would steal it by spinning

_NEAREST = 256
_FOLDS = 8


@dataclass(frozen=True)
class Weights:
    """How much each likeness counts; they add up to 1."""

    vectors: float
    words: float
    pieces: float


# Measured on data/evaluation with the packaged English model, see README.md.
WEIGHTS: dict[Language, Weights] = {"de": Weights(0.4, 0.1, 0.5), "en": Weights(0.7, 0.1, 0.2)}


@dataclass(frozen=True)
class Ranked:
    """An article, its score (0..1) and the passage nearest to the question."""

    article: Article
    score: float
    passage: int


class LanguageIndex:
    """Immutable once made; any number of threads may read it."""

    def __init__(self, language: Language, articles: list[Article], vectors: Vectors) -> None:
        """`vectors` has one row for each of `passages.entries(articles)`."""
        self.language = language
        self.articles = articles
        self.entries = entries(articles)
        if not articles or vectors.shape[0] != len(self.entries):
            raise ValueError(f"{vectors.shape[0]} vectors for {len(self.entries)} entries")
        self.vectors = vectors
        self._nearest = faiss.IndexFlatIP(vectors.shape[1])
        self._nearest.add(vectors)
        self._article = np.array([entry.article for entry in self.entries], dtype=np.int64)
        self._lexical = self._lexical_index(self.entries)
        self.calibration = calibration.fit(self._samples())

    def rank(self, question: str, vector: Vectors, day: date) -> list[Ranked]:
        """Articles valid on that day, best first. `question` is clean, `vector` its row."""
        near = self._likeness(vector)
        scores = self._fuse(near, self._lexical, question)
        return [
            Ranked(self.articles[position], float(scores[position]), self._nearest_passage(near, position))
            for position in map(int, np.argsort(-scores, kind="stable"))
            if self.articles[position].is_valid_on(day)
        ]

    def confidence(self, ranked: list[Ranked]) -> float:
        """How likely the first of these is the right one, 0..1."""
        if not ranked:
            return 0.0
        second = ranked[1].score if len(ranked) > 1 else 0.0
        return self.calibration.confidence(ranked[0].score, ranked[0].score - second)

    def strangers(self) -> list[tuple[Article, str, Article]]:
        """Titles and example questions that find another article than their own: (own, text, found)."""
        asked = [(n, entry) for n, entry in enumerate(self.entries) if entry.kind != "passage"]
        firsts = [int(self._entry_scores(n, self._lexical, set()).argmax()) for n, _ in asked]
        return [
            (self.articles[entry.article], entry.text, self.articles[first])
            for (_, entry), first in zip(asked, firsts, strict=True)
            if first != entry.article
        ]

    def _lexical_index(self, texts: list[Entry]) -> LexicalIndex:
        whole: dict[int, list[str]] = defaultdict(list)
        for entry in texts:
            whole[entry.article].append(entry.text)
        return LexicalIndex([" ".join(whole[position]) for position in range(len(self.articles))], self.language)

    def _likeness(self, vector: Vectors) -> Scores:
        """Cosine of a vector to each entry; one beyond the nearest counts like the last of them."""
        scores, ids = self._nearest.search(vector, min(_NEAREST, len(self.entries)))
        near: Scores = np.full(len(self.entries), scores[0, -1], dtype=np.float32)
        near[ids[0]] = scores[0]
        return near

    def _fuse(self, near: Scores, lexical: LexicalIndex, question: str) -> Scores:
        weights = WEIGHTS[self.language]
        best = np.zeros(len(self.articles), dtype=np.float32)
        np.maximum.at(best, self._article, near)
        scores: Scores = (
            weights.vectors * best + weights.words * lexical.words(question) + weights.pieces * lexical.pieces(question)
        )
        return np.clip(scores, 0.0, 1.0)

    def _nearest_passage(self, near: Scores, article: int) -> int:
        own = [n for n in np.flatnonzero(self._article == article) if self.entries[n].kind == "passage"]
        return self.entries[max(own, key=lambda n: near[n])].place if own else 0

    def _entry_scores(self, number: int, lexical: LexicalIndex, hidden: set[int]) -> Scores:
        """Scores of the articles for an entry's own text, as if the hidden entries had no vectors."""
        near = self._likeness(self.vectors[number : number + 1])
        near[list(hidden)] = 0.0
        return self._fuse(near, lexical, clean(self.entries[number].text))

    def _samples(self) -> list[calibration.Sample]:
        """Every example question, asked of an index without it, and once more without its article."""
        if len(self.articles) < 3:
            return []
        samples = []
        for fold in range(_FOLDS):
            hidden = {
                n for n, entry in enumerate(self.entries) if entry.kind == "question" and entry.place % _FOLDS == fold
            }
            lexical = self._lexical_index([entry for n, entry in enumerate(self.entries) if n not in hidden])
            for number in hidden:
                own, scores = self.entries[number].article, self._entry_scores(number, lexical, hidden)
                samples.append(calibration.Sample(*_lead(scores), right=int(scores.argmax()) == own))
                scores[own] = 0.0
                samples.append(calibration.Sample.unanswerable(*_lead(scores)))
        return samples


def _lead(scores: Scores) -> tuple[float, float]:
    second, first = np.sort(scores)[-2:]
    return float(first), float(first - second)
