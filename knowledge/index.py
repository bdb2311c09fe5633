"""The index of one language: which articles a question is near to, and how near.

Candidates come from three sides: the nearest vectors (FAISS: exact while small, a graph beyond), shared words, like
letters (lexical.py). Each candidate then gets its four likenesses exactly, and `ranking.Tuning` makes a score of them.
A vector of a long text is vague, so meanings are compared entry by entry; words gain from more text, so they are
compared with the whole article at once.
"""

from __future__ import annotations

import copy
import os
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import faiss
import numpy as np

from knowledge.lexical import LexicalIndex, Scores
from knowledge.passages import entries
from knowledge.ranking import MAX_CANDIDATES, Asked, Matrix, Standing, Tuning, standing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy.typing as npt

    from knowledge.articles import Article, Language
    from knowledge.embeddings import Vectors
    from knowledge.passages import Entry

faiss.omp_set_num_threads(1)  # one question needs no second core; idle OpenMP threads would steal it by spinning

EXACT_UP_TO = 20_000
"""Entries up to which every vector is compared; beyond, a navigable graph is (Malkov & Yashunin 2016)."""
_LINKS, _BUILD_WIDTH, _SEARCH_WIDTH = 24, 64, 96
_NEAREST = 128
_LEXICAL_CANDIDATES = 10
_ALIKE = 0.9
"""A text's own entry has likeness 1; only an article with an entry as near as this could be found before its own."""


@dataclass(frozen=True)
class Ranked:
    """An article, its score (0..1) and the passage nearest to the question."""

    article: Article
    score: float
    passage: int


@dataclass(frozen=True)
class Ranking:
    """What a question finds, best first; `standing` is None if nothing was found."""

    found: tuple[Ranked, ...] = ()
    standing: Standing | None = None


class LanguageIndex:
    """Immutable once made; any number of threads may read it."""

    def __init__(
        self,
        language: Language,
        articles: list[Article],
        vectors: Vectors,
        *,
        tuning: Tuning | None = None,
        lexical: LexicalIndex | None = None,
        nearest: Any = None,
    ) -> None:
        """`vectors` has one row for each of `passages.entries(articles)`; it may be mapped from a file.

        What is not given is made anew. Raises ValueError if the parts do not fit together.
        """
        self.language, self.articles = language, articles
        self.tuning = tuning or Tuning()
        self.entries = entries(articles)
        self._place(vectors, lexical, nearest)

    def _place(self, vectors: Vectors, lexical: LexicalIndex | None = None, nearest: Any = None) -> None:
        """Lay out the entries, of which every article has at least one."""
        articles, self.vectors = self.articles, vectors
        if vectors.shape[0] != len(self.entries):
            raise ValueError(f"{vectors.shape[0]} vectors for {len(self.entries)} entries")
        counts = np.bincount([entry.article for entry in self.entries], minlength=len(articles))
        self._start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)  # an article's entries stand together
        self._article = np.repeat(np.arange(len(articles)), counts)
        self._is_passage = np.array([entry.kind == "passage" for entry in self.entries], dtype=bool)
        self.lexical = lexical or LexicalIndex.of(_whole_texts(self.entries, len(articles)), self.language)
        self._nearest = nearest if nearest is not None else _nearest_of(vectors)

    def rank(self, question: str, vector: Vectors, answers: Callable[[Article], bool]) -> Ranking:
        """The candidates among the articles that may answer. `question` is clean, `vector` its row."""
        if not self.articles:
            return Ranking()
        candidates, likenesses = self.likenesses(question, vector, answers)
        if not len(candidates):
            return Ranking()
        scores = np.clip(likenesses @ np.array(self.tuning.weights, dtype=np.float32), 0.0, 1.0)
        order = np.argsort(-scores, kind="stable")
        found = tuple(
            Ranked(self.articles[at], float(score), self._nearest_passage(vector, at))
            for at, score in ((int(candidates[place]), scores[place]) for place in order[:8])
        )
        return Ranking(found, standing(scores, self._asked(question, candidates, likenesses, frozenset()))[0])

    def likenesses(
        self, question: str, vector: Vectors, answers: Callable[[Article], bool]
    ) -> tuple[npt.NDArray[np.int64], Matrix]:
        """Positions of the candidates, in the order of the articles, and their likenesses (candidates x 5)."""
        words, pieces = self.lexical.words(question), self.lexical.pieces(question)
        near = self._article[self._near(vector)]
        first = dict.fromkeys([*_best(words), *_best(pieces), *map(int, near)])
        willing = [at for at in first if answers(self.articles[at])][:MAX_CANDIDATES]
        candidates = np.array(sorted(willing), dtype=np.int64)
        meaning = np.array([self._meaning(vector, at) for at in candidates], dtype=np.float32).reshape(-1, 3)
        return candidates, np.column_stack([meaning, words[candidates], pieces[candidates]]).astype(np.float32)

    def asked(self, question: str, vector: Vectors, topics: frozenset[str], *, but: Article | None = None) -> Asked:
        """A question whose topics are known, to learn from; `but`: as if that article were not there."""
        return self._asked(question, *self.likenesses(question, vector, lambda article: article is not but), topics)

    def tuned(self, tuning: Tuning) -> LanguageIndex:
        """The same index with other weights."""
        other = copy.copy(self)
        other.tuning = tuning
        return other

    def without(self, hidden: set[int]) -> LanguageIndex:
        """The index as if these entries (numbers) were not in it. Articles keep their place, passages theirs."""
        kept = [number for number in range(len(self.entries)) if number not in hidden]
        other = copy.copy(self)
        other.entries = [self.entries[number] for number in kept]
        other._place(self.vectors[kept])  # noqa: SLF001
        return other

    def strangers(self) -> list[tuple[Article, str, Article]]:
        """Titles and example questions that find another article than their own: (own, text, found)."""
        found = []
        for number, entry in enumerate(self.entries):
            if entry.kind == "passage" or number not in self._suspects:
                continue
            own = self.articles[entry.article]
            ranking = self.rank(entry.text, np.asarray(self.vectors[number : number + 1], np.float32), lambda _: True)
            if ranking.found and ranking.found[0].article is not own:
                found.append((own, entry.text, ranking.found[0].article))
        return found

    def save(self, folder: Path) -> None:
        """Write everything that would take long to make again; `load` wants the same articles."""
        np.save(folder / "vectors.npy", self.vectors, allow_pickle=False)
        self.lexical.save(folder)
        if len(self.entries) > EXACT_UP_TO:
            faiss.write_index(self._nearest, str(folder / "graph.faiss"))

    @classmethod
    def load(cls, folder: Path, language: Language, articles: list[Article], tuning: Tuning) -> LanguageIndex:
        """Map a saved index. Raises OSError, RuntimeError or ValueError if it is not what `save` wrote."""
        vectors = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
        if vectors.dtype != np.float32 or vectors.ndim != 2:
            raise ValueError(f"vectors of shape {vectors.shape} {vectors.dtype}")
        graph = folder / "graph.faiss"
        nearest = faiss.read_index(str(graph)) if graph.exists() else None
        lexical = LexicalIndex.load(folder, language)
        return cls(language, articles, vectors, tuning=tuning, lexical=lexical, nearest=nearest)

    def _near(self, vector: Vectors) -> npt.NDArray[np.int64]:
        """Numbers of the nearest entries."""
        ids: npt.NDArray[np.int64] = self._nearest.search(vector, min(_NEAREST, len(self.entries)))[1][0]
        return ids[ids >= 0]

    def _meaning(self, vector: Vectors, article: int) -> tuple[float, float, float]:
        """Cosine to the article's nearest title or question, mean of the nearest three, cosine to its nearest passage."""
        own = slice(self._start[article], self._start[article + 1])
        cosines, passage = np.maximum(self.vectors[own] @ vector[0], 0.0), self._is_passage[own]
        nearest = np.sort(cosines[~passage])[-3:]
        return float(nearest[-1]), float(nearest.mean()), float(cosines[passage].max(initial=0.0))

    def _nearest_passage(self, vector: Vectors, article: int) -> int:
        own = slice(self._start[article], self._start[article + 1])
        passages = np.flatnonzero(self._is_passage[own])
        cosines = self.vectors[own][passages] @ vector[0]
        return self.entries[int(self._start[article] + passages[int(cosines.argmax())])].place if len(passages) else 0

    def _asked(
        self, question: str, candidates: npt.NDArray[np.int64], likenesses: Matrix, topics: frozenset[str]
    ) -> Asked:
        held = [frozenset(self.articles[at].topics) for at in candidates]
        right = np.array([bool(topics & own) for own in held], dtype=bool)
        return Asked(likenesses, right, held, self.lexical.known(question))

    @cached_property
    def _suspects(self) -> frozenset[int]:
        """Entries that are very near to an entry of another article."""
        found = set()
        for at in range(0, len(self.entries), 1024):
            rows = np.ascontiguousarray(self.vectors[at : at + 1024], dtype=np.float32)
            scores, ids = self._nearest.search(rows, min(16, len(self.entries)))
            other = (self._article[ids] != self._article[at : at + len(rows), None]) & (scores > _ALIKE) & (ids >= 0)
            found.update((at + np.flatnonzero(other.any(axis=1))).tolist())
        return frozenset(found)


def _whole_texts(found: list[Entry], articles: int) -> list[str]:
    whole: dict[int, list[str]] = defaultdict(list)
    for entry in found:
        whole[entry.article].append(entry.text)
    return [" ".join(whole[position]) for position in range(articles)]


def _nearest_of(vectors: Vectors) -> Any:
    dimension = vectors.shape[1]
    if len(vectors) <= EXACT_UP_TO:
        flat = faiss.IndexFlatIP(dimension)
        flat.add(np.ascontiguousarray(vectors))
        return flat
    precision: Any = faiss.ScalarQuantizer.QT_fp16  # half the memory of float32; the last step compares exactly anyway
    graph: Any = faiss.IndexHNSWSQ(dimension, precision, _LINKS, faiss.METRIC_INNER_PRODUCT)
    graph.hnsw.efConstruction, graph.hnsw.efSearch = _BUILD_WIDTH, _SEARCH_WIDTH
    rows = np.ascontiguousarray(vectors)
    graph.train(rows[:1000])
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    graph.add(rows)
    faiss.omp_set_num_threads(1)
    return graph


def _best(scores: Scores) -> list[int]:
    """Positions of the best few scores that are not 0."""
    most = min(_LEXICAL_CANDIDATES, len(scores))
    top = np.argpartition(-scores, most - 1)[:most] if len(scores) else np.zeros(0, dtype=np.int64)
    return [int(at) for at in top[np.argsort(-scores[top], kind="stable")] if scores[at] > 0]
