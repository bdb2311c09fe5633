"""The index of one language: which articles a question is near to, and how near.

Candidates come from three sides: the nearest vectors (FAISS: exact while small, a graph beyond), shared words, like
letters (lexical.py). Each candidate then gets its five likenesses exactly, and `ranking.Tuning` makes a score of them.
A vector of a long text is vague, so meanings are compared entry by entry; words gain from more text, so they are
compared with the whole article at once.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from knowledge.lexical import LexicalIndex, Scores
from knowledge.nearest import Nearest
from knowledge.passages import entries, entries_of
from knowledge.ranking import MAX_CANDIDATES, Asked, Matrix, Standing, Tuning, standing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from knowledge.articles import Article, Language
    from knowledge.embeddings import Vectors
    from knowledge.postings import Numbers

Rows = npt.NDArray[np.float16]
_NEAREST = 128
_LEXICAL_CANDIDATES = 10
_ALIKE, _NEIGHBOURS = 0.9, 16
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
        vectors: Rows | Vectors,
        *,
        tuning: Tuning | None = None,
        lexical: LexicalIndex | None = None,
        nearest: Nearest | None = None,
        asides: Vectors | None = None,
    ) -> None:
        """`vectors` has one row for each of `passages.entries(articles)`; it may be mapped from a file.

        `asides`: vectors of what people say without asking anything that an article answers.

        What is not given is made anew. Raises ValueError if the parts do not fit together.
        """
        self.language, self.articles = language, articles
        self.tuning = tuning or Tuning()
        self.entries = entries(articles)
        self._asides = np.zeros((0, vectors.shape[1]), dtype=np.float32) if asides is None else asides
        self._place(np.array([len(entries_of(article)) for article in articles], dtype=np.int64), vectors)
        self.lexical = lexical or LexicalIndex.of([_whole_text(article) for article in articles], language)
        self._nearest = nearest or Nearest.of(self.vectors)

    def _place(self, counts: Numbers, vectors: Rows | Vectors) -> None:
        """Lay out the entries; `counts`: how many of them each article has, at least one."""
        if vectors.shape[0] != len(self.entries):
            raise ValueError(f"{vectors.shape[0]} vectors for {len(self.entries)} entries")
        self.vectors: Rows = vectors.astype(np.float16, copy=False)
        """In half precision: a cosine is off by a thousandth at most, and files are half as large."""
        self._start = np.append(0, np.cumsum(counts)).astype(np.int64)  # an article's entries stand together
        self.article_of = np.repeat(np.arange(len(self.articles)), counts)
        """Position of each entry's article."""
        self._is_passage = np.array([entry.kind == "passage" for entry in self.entries], dtype=bool)

    def changed(self, articles: list[Article], vectors: Rows | Vectors) -> LanguageIndex:
        """The index of other articles, in which only those that this one does not have are looked at."""
        before = {article: at for at, article in enumerate(self.articles)}
        stays = np.array([before.get(article, -1) for article in articles], dtype=np.int64)
        places = np.full(len(self.articles), -1, dtype=np.int64)
        places[stays[stays >= 0]] = np.flatnonzero(stays >= 0)
        added = {int(at): _whole_text(articles[at]) for at in np.flatnonzero(stays < 0)}
        lengths = np.array([len(entries_of(article)) for article in articles], dtype=np.int64)
        begins = np.append(np.cumsum(lengths) - lengths, 0)
        moved = begins[places[self.article_of]] + np.arange(len(self.entries)) - self._start[self.article_of]
        return LanguageIndex(
            self.language,
            articles,
            vectors,
            tuning=self.tuning,
            lexical=self.lexical.changed(places, added),
            asides=self._asides,
            nearest=self._nearest.changed(
                np.where(places[self.article_of] >= 0, moved, -1), np.asarray(vectors, np.float16)
            ),
        )

    def vector(self, number: int) -> Vectors:
        """Of an entry, as a question's is given to `rank`."""
        return np.asarray(self.vectors[number : number + 1], dtype=np.float32)

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
        return Ranking(found, standing(scores, self._asked(question, vector, candidates, likenesses, frozenset()))[0])

    def likenesses(
        self, question: str, vector: Vectors, answers: Callable[[Article], bool]
    ) -> tuple[npt.NDArray[np.int64], Matrix]:
        """Positions of the candidates, in the order of the articles, and their likenesses (candidates x 5)."""
        words, pieces = self.lexical.words(question), self.lexical.pieces(question)
        near = self.article_of[self._near(vector)]
        first = dict.fromkeys([*_best(words), *_best(pieces), *map(int, near)])
        willing = [at for at in first if answers(self.articles[at])][:MAX_CANDIDATES]
        candidates = np.array(sorted(willing), dtype=np.int64)
        meaning = np.array([self._meaning(vector, at) for at in candidates], dtype=np.float32).reshape(-1, 3)
        return candidates, np.column_stack([meaning, words[candidates], pieces[candidates]]).astype(np.float32)

    def asked(self, question: str, vector: Vectors, topics: frozenset[str], *, but: Article | None = None) -> Asked:
        """A question whose topics are known, to learn from; `but`: as if that article were not there."""
        found = self.likenesses(question, vector, lambda article: article is not but)
        return self._asked(question, vector, *found, topics)

    def tuned(self, tuning: Tuning) -> LanguageIndex:
        """The same index with other weights."""
        other = copy.copy(self)
        other.tuning = tuning
        return other

    def beside(self, asides: Vectors) -> LanguageIndex:
        """The same index with other asides."""
        other = copy.copy(self)
        other._asides = asides  # noqa: SLF001
        return other

    def without(self, hidden: set[int]) -> LanguageIndex:
        """The index as if these entries (numbers) were not in it. Articles keep their place, passages theirs."""
        kept = np.array([number for number in range(len(self.entries)) if number not in hidden], dtype=np.int64)
        counts = np.bincount(self.article_of[kept], minlength=len(self.articles))
        other = copy.copy(self)
        other.entries = [self.entries[number] for number in kept]
        other._place(counts, self.vectors[kept])  # noqa: SLF001
        texts = np.split(np.array([entry.text for entry in other.entries], dtype=object), np.cumsum(counts)[:-1])
        other.lexical = LexicalIndex.of([" ".join(own) for own in texts], self.language)
        other._nearest = Nearest.of(other.vectors)  # noqa: SLF001
        return other

    def strangers(self, before: LanguageIndex | None = None) -> list[tuple[Article, str, Article]]:
        """Titles and example questions that find another article than their own: (own, text, found).

        `before`: an index that was looked through; only articles that are new since, or near to new ones, are.
        """
        found = []
        for number in self._suspects(self._touched(before) if before else np.arange(len(self.entries))):
            entry, own = self.entries[number], self.articles[self.article_of[number]]
            if entry.kind != "passage":
                ranking = self.rank(entry.text, self.vector(number), lambda _: True)
                if ranking.found and ranking.found[0].article is not own:
                    found.append((own, entry.text, ranking.found[0].article))
        return found

    def save(self, folder: Path) -> None:
        """Write everything that would take long to make again; `load` wants the same articles."""
        np.save(folder / "vectors.npy", self.vectors, allow_pickle=False)
        np.save(folder / "asides.npy", self._asides, allow_pickle=False)
        self.lexical.save(folder)
        self._nearest.save(folder)

    @classmethod
    def load(cls, folder: Path, language: Language, articles: list[Article], tuning: Tuning) -> LanguageIndex:
        """Map a saved index. Raises OSError, RuntimeError or ValueError if it is not what `save` wrote."""
        vectors = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
        if vectors.dtype != np.float16 or vectors.ndim != 2:
            raise ValueError(f"vectors of shape {vectors.shape} {vectors.dtype}")
        lexical, nearest = LexicalIndex.load(folder, language), Nearest.load(folder, vectors)
        asides = np.load(folder / "asides.npy", allow_pickle=False)
        return cls(language, articles, vectors, tuning=tuning, lexical=lexical, nearest=nearest, asides=asides)

    def _near(self, vector: Vectors) -> Numbers:
        """Numbers of the nearest entries."""
        numbers: Numbers = self._nearest.search(vector, _NEAREST)[1][0]
        return numbers[numbers >= 0]

    def _meaning(self, vector: Vectors, article: int) -> tuple[float, float, float]:
        """Cosine to the article's nearest title or question, mean of the nearest three, cosine to its nearest passage."""
        own = slice(self._start[article], self._start[article + 1])
        cosines, passage = np.maximum(self.vectors[own].astype(np.float32) @ vector[0], 0.0), self._is_passage[own]
        nearest = np.sort(cosines[~passage])[-3:]
        return float(nearest[-1]), float(nearest.mean()), float(cosines[passage].max(initial=0.0))

    def _nearest_passage(self, vector: Vectors, article: int) -> int:
        own = slice(self._start[article], self._start[article + 1])
        passages = np.flatnonzero(self._is_passage[own])
        cosines = self.vectors[own][passages].astype(np.float32) @ vector[0]
        return self.entries[int(self._start[article] + passages[int(cosines.argmax())])].place if len(passages) else 0

    def _asked(
        self, question: str, vector: Vectors, candidates: Numbers, likenesses: Matrix, topics: frozenset[str]
    ) -> Asked:
        held = [frozenset(self.articles[at].topics) for at in candidates]
        right = np.array([bool(topics & own) for own in held], dtype=bool)
        aside = float((self._asides @ vector[0]).max(initial=0.0))
        return Asked(likenesses, right, held, self.lexical.known(question), aside)

    def _touched(self, before: LanguageIndex) -> Numbers:
        """Entries of the articles that `before` does not have, and of those that have an entry very near to theirs."""
        known = {*before.articles}
        touched = np.array([article not in known for article in self.articles], dtype=bool)
        alike = self._alike(np.flatnonzero(touched[self.article_of]))
        touched[self.article_of[alike[alike >= 0]]] = True
        return np.flatnonzero(touched[self.article_of])

    def _suspects(self, numbers: Numbers) -> list[int]:
        """Those of these entries that are very near to an entry of another article."""
        alike = self._alike(numbers)
        other = (alike >= 0) & (self.article_of[alike] != self.article_of[numbers, None])
        return [int(number) for number in numbers[other.any(axis=1)]]

    def _alike(self, numbers: Numbers) -> Numbers:
        """For each of these entries a line of those very near to it, filled up with -1."""
        lines = [np.zeros((0, _NEIGHBOURS), dtype=np.int64)]
        for at in range(0, len(numbers), 1024):
            cosines, found = self._nearest.search(self.vectors[numbers[at : at + 1024]], _NEIGHBOURS)
            lines.append(np.where(cosines > _ALIKE, found, -1))
        return np.concatenate(lines)


def _whole_text(article: Article) -> str:
    return " ".join(entry.text for entry in entries_of(article))


def _best(scores: Scores) -> list[int]:
    """Positions of the best few scores that are not 0."""
    most = min(_LEXICAL_CANDIDATES, len(scores))
    top = np.argpartition(-scores, most - 1)[:most] if len(scores) else np.zeros(0, dtype=np.int64)
    return [int(at) for at in top[np.argsort(-scores[top], kind="stable")] if scores[at] > 0]
