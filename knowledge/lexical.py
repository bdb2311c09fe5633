"""What the letters of a question say: whole words by their stems (BM25), and pieces of words (character n-grams).

Stems carry inflection, n-grams carry German compounds ("Zahlung" in "Zahlungsarten") and typos. Both scores are
absolute, 0..1: BM25 is divided by the best score any text could reach for this question, with unknown words counting
as rare ones; n-grams are compared by the cosine of their TF-IDF vectors.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from array import array
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import snowballstemmer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from knowledge.articles import Language

Scores = npt.NDArray[np.float32]
MAX_QUERY = 500
K1, B = 1.2, 0.5  # BM25: saturation of repeated words, and how far long texts are discounted
_WORD = re.compile(r"\w+")
_STEMMERS = {"de": "german", "en": "english"}
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def clean(question: str) -> str:
    """A question as searched: of bounded length, one line, without invisible characters. Empty if it says nothing."""
    text = unicodedata.normalize("NFKC", question[: 4 * MAX_QUERY])
    text = "".join(c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    text = " ".join(text.split())[:MAX_QUERY]
    return text if any(character.isalnum() for character in text) else ""


class LexicalIndex:
    """Both scores over the same texts of one language. Kept as flat arrays, so that a saved one is mapped, not read."""

    def __init__(self, stems_: Postings, grams_: Postings, language: Language) -> None:
        self.language = language
        self._stems, self._grams = stems_, grams_

    @classmethod
    def of(cls, texts: list[str], language: Language) -> LexicalIndex:
        """An index of these texts."""
        return cls(_bm25(texts, language), _tf_idf(texts), language)

    def words(self, question: str) -> Scores:
        """Share of the question's words, weighted by rarity, that a text has; one score a text."""
        asked = Counter(stems(question, self.language))
        known, unknown = self._stems.known(asked)
        weights = {term: count * self._stems.rarity(term) for term, count in known.items()}
        best = sum(weights.values()) + self._stems.rarity_of_unknown * unknown.total()
        total = self._stems.add(weights)
        return np.minimum(total / best, 1.0).astype(np.float32) if best else total

    def known(self, question: str) -> float:
        """Share of the question's words, weighted by rarity, that any text has."""
        known, unknown = self._stems.known(Counter(stems(question, self.language)))
        weight = sum(count * self._stems.rarity(term) for term, count in known.items())
        return weight / max(weight + self._stems.rarity_of_unknown * unknown.total(), 1e-9)

    def pieces(self, question: str) -> Scores:
        """Likeness of the letters; one score a text."""
        known, unknown = self._grams.known(Counter(grams(question)))
        weights = {term: (1 + math.log(count)) * self._grams.rarity(term) for term, count in known.items()}
        foreign = sum(((1 + math.log(count)) * self._grams.rarity_of_unknown) ** 2 for count in unknown.values())
        norm = (sum(weight**2 for weight in weights.values()) + foreign) ** 0.5
        total = self._grams.add(weights)
        return total / np.float32(norm) if norm else total

    def save(self, folder: Path) -> None:
        self._stems.save(folder, "words")
        self._grams.save(folder, "pieces")

    @classmethod
    def load(cls, folder: Path, language: Language) -> LexicalIndex:
        """Raises OSError or ValueError if the files are not what `save` wrote."""
        return cls(Postings.load(folder, "words"), Postings.load(folder, "pieces"), language)


def stems(text: str, language: Language) -> list[str]:
    return [_stem(word, language) for word in _WORD.findall(text.casefold())]


@lru_cache(maxsize=50_000)
def _stem(word: str, language: Language) -> str:
    stem: str = snowballstemmer.stemmer(_STEMMERS[language]).stemWord(word)
    return stem


def grams(text: str) -> list[str]:
    """Pieces of 3 to 5 letters within each word; its edges count as a letter."""
    return [piece for word in _WORD.findall(text.casefold()) for piece in _pieces(word)]


@lru_cache(maxsize=50_000)
def _pieces(word: str) -> tuple[str, ...]:
    edged = f" {word.translate(_UMLAUTS)} "
    return tuple(edged[at : at + size] for size in (3, 4, 5) for at in range(len(edged) - size + 1))


@dataclass(frozen=True)
class Postings:
    """For each term the texts that have it and how much it counts there, in flat arrays.

    Term t stands in `text[start[t]:start[t + 1]]` (positions of texts, int32), with the values beside it (float16).
    """

    vocabulary: dict[str, int]
    start: npt.NDArray[np.int64]
    text: npt.NDArray[np.int32]
    value: npt.NDArray[np.float16]
    rarities: npt.NDArray[np.float32]
    rarity_of_unknown: float
    size: int
    """How many texts there are."""

    def rarity(self, term: int) -> float:
        return float(self.rarities[term])

    def known(self, asked: Counter[str]) -> tuple[dict[int, int], Counter[str]]:
        """Numbers and counts of the terms that some text has, and the others."""
        known = {self.vocabulary[term]: count for term, count in asked.items() if term in self.vocabulary}
        return known, Counter({term: count for term, count in asked.items() if term not in self.vocabulary})

    def add(self, weights: dict[int, float]) -> Scores:
        """Sum over terms of weight times value, for each text."""
        total = np.zeros(self.size, dtype=np.float32)
        for term, weight in weights.items():
            here = slice(self.start[term], self.start[term + 1])
            if self._tells_something(here):
                total[self.text[here]] += np.float32(weight) * self.value[here]  # a text stands once under a term
        return total

    def save(self, folder: Path, name: str) -> None:
        for part in _ARRAYS:
            np.save(folder / f"{name}.{part}.npy", getattr(self, part), allow_pickle=False)
        rest = {"unknown": self.rarity_of_unknown, "size": self.size, "terms": list(self.vocabulary)}
        (folder / f"{name}.json").write_text(json.dumps(rest, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, name: str) -> Postings:
        rest = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        arrays = {part: np.load(folder / f"{name}.{part}.npy", mmap_mode="r", allow_pickle=False) for part in _ARRAYS}
        vocabulary = {term: number for number, term in enumerate(rest["terms"])}
        return cls(vocabulary, **arrays, rarity_of_unknown=rest["unknown"], size=rest["size"])

    def _tells_something(self, here: slice) -> bool:
        return self.size <= _SMALL or here.stop - here.start <= self.size * _COMMON


_ARRAYS = ("start", "text", "value", "rarities")
_SMALL, _COMMON = 2000, 0.05
"""Over this many texts, a term that more than this share of them has is passed over: it costs much and tells little."""


@dataclass(frozen=True)
class _Counted:
    vocabulary: dict[str, int]
    start: npt.NDArray[np.int64]
    text: npt.NDArray[np.int32]
    term: npt.NDArray[np.int32]
    count: npt.NDArray[np.float32]
    frequency: npt.NDArray[np.float32]
    lengths: npt.NDArray[np.float32]


def _count(texts: list[str], terms: Callable[[str], list[str]]) -> _Counted:
    vocabulary: dict[str, int] = {}
    ids, counts = array("i"), array("f")
    sizes, lengths = array("i"), array("f")
    for text in texts:
        count = Counter(terms(text))
        ids.extend([vocabulary.setdefault(term, len(vocabulary)) for term in count])
        counts.extend(count.values())
        sizes.append(len(count))
        lengths.append(count.total())
    found = np.frombuffer(ids, dtype=np.int32) if ids else np.zeros(0, dtype=np.int32)
    order = np.argsort(found, kind="stable")
    frequency = np.bincount(found, minlength=len(vocabulary)).astype(np.float32)
    return _Counted(
        vocabulary,
        start=np.concatenate([[0], np.cumsum(frequency, dtype=np.int64)]).astype(np.int64),
        text=np.repeat(np.arange(len(texts), dtype=np.int32), np.array(sizes, dtype=np.int64))[order],
        term=found[order],
        count=np.array(counts, dtype=np.float32)[order],
        frequency=frequency,
        lengths=np.array(lengths, dtype=np.float32),
    )


def _bm25(texts: list[str], language: Language) -> Postings:
    """Robertson et al. 1994, with the logarithm that never turns negative (Lucene's)."""
    found, size = _count(texts, lambda text: stems(text, language)), len(texts)
    relative = found.lengths / max(float(found.lengths.mean()) if size else 1.0, 1.0)
    discount = K1 * (1 - B + B * relative)[found.text]
    return Postings(
        found.vocabulary,
        found.start,
        found.text,
        (found.count * (K1 + 1) / (found.count + discount)).astype(np.float16),
        np.log(1 + (size - found.frequency + 0.5) / (found.frequency + 0.5)).astype(np.float32),
        math.log(1 + (size + 0.5) / 0.5),
        size,
    )


def _tf_idf(texts: list[str]) -> Postings:
    found, size = _count(texts, grams), len(texts)
    rarities = (np.log((1 + size) / (1 + found.frequency)) + 1).astype(np.float32)
    values = (1 + np.log(found.count)) * rarities[found.term]
    norms = np.sqrt(np.bincount(found.text, weights=values**2, minlength=size))
    return Postings(
        found.vocabulary,
        found.start,
        found.text,
        (values / np.maximum(norms, 1e-9)[found.text]).astype(np.float16),
        rarities,
        math.log(1 + size) + 1,
        size,
    )
