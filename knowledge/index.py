"""The index of one language: sentence vectors in FAISS beside the lexical index, fused to one score an article."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import faiss
import numpy as np

from knowledge import calibration
from knowledge.lexical import LexicalIndex, Scores, clean
from knowledge.passages import entries

if TYPE_CHECKING:
    from datetime import date

    from knowledge.articles import Article, Language
    from knowledge.embeddings import Vectors

_NEAREST = 256


@dataclass(frozen=True)
class Weights:
    """How much vectors, whole words and pieces of words count; they add up to 1."""

    vectors: float
    words: float
    pieces: float


# Measured on data/evaluation with the packaged English model, see README.md.
WEIGHTS: dict[Language, Weights] = {"de": Weights(0.2, 0.4, 0.4), "en": Weights(0.7, 0.15, 0.15)}


@dataclass(frozen=True)
class Ranked:
    """An article, its best score (0..1) and the passage nearest to the question."""

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
        if vectors.shape[0] != len(self.entries):
            raise ValueError(f"{vectors.shape[0]} vectors for {len(self.entries)} entries")
        self.vectors = vectors
        self._nearest = faiss.IndexFlatIP(vectors.shape[1])
        self._nearest.add(vectors)
        self._lexical = LexicalIndex([entry.text for entry in self.entries], language)
        self._article = np.array([entry.article for entry in self.entries], dtype=np.int64)
        self._is_passage = np.array([entry.kind == "passage" for entry in self.entries], dtype=np.bool_)
        self.calibration = calibration.fit(self._samples())

    def rank(self, question: str, vector: Vectors, day: date) -> list[Ranked]:
        """Articles valid on that day, best first. `question` is clean, `vector` its row."""
        scores = self._entry_scores(question, vector)
        best = self._best(scores)
        order = [int(position) for position in np.argsort(-best, kind="stable")]
        return [
            Ranked(self.articles[position], float(best[position]), self._best_passage(scores, position))
            for position in order
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
        found = []
        for number, entry in enumerate(self.entries):
            if entry.kind != "passage":
                best = self._best(self._entry_scores(clean(entry.text), self.vectors[number : number + 1]))
                first = int(best.argmax())
                if first != entry.article:
                    found.append((self.articles[entry.article], entry.text, self.articles[first]))
        return found

    def _entry_scores(self, question: str, vector: Vectors) -> Scores:
        weights = WEIGHTS[self.language]
        near, ids = self._nearest.search(vector, min(_NEAREST, len(self.entries)))
        # An entry beyond the nearest is at most as near as the last of them.
        dense = np.full(len(self.entries), near[0, -1], dtype=np.float32)
        dense[ids[0]] = near[0]
        words, pieces = self._lexical.words(question), self._lexical.pieces(question)
        fused: Scores = weights.vectors * dense + weights.words * words + weights.pieces * pieces
        return np.clip(fused, 0.0, 1.0)

    def _best(self, scores: Scores) -> Scores:
        best = np.zeros(len(self.articles), dtype=np.float32)
        np.maximum.at(best, self._article, scores)
        return best

    def _best_passage(self, scores: Scores, article: int) -> int:
        own = np.flatnonzero(self._is_passage & (self._article == article))
        return self.entries[int(own[scores[own].argmax()])].passage if own.size else 0

    def _samples(self) -> list[calibration.Sample]:
        """Every example question asked once without itself, once without its article."""
        samples = []
        for number, entry in enumerate(self.entries):
            if entry.kind != "question" or len(self.articles) < 3:
                continue
            scores = self._entry_scores(clean(entry.text), self.vectors[number : number + 1])
            scores[number] = 0.0
            best = self._best(scores)
            samples.append(calibration.Sample(*_lead(best), right=int(best.argmax()) == entry.article))
            best[entry.article] = 0.0
            samples.append(calibration.Sample.unanswerable(*_lead(best)))
        return samples


def _lead(best: Scores) -> tuple[float, float]:
    second, first = np.sort(best)[-2:]
    return float(first), float(first - second)
