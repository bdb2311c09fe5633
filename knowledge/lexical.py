"""What the letters of a question say: whole words by their stems (BM25), and pieces of words (character n-grams).

Stems carry inflection, n-grams carry German compounds ("Zahlung" in "Zahlungsarten") and typos. Both scores are
absolute, 0..1: BM25 is divided by the best score any text could reach for this question, with unknown words counting
as rare ones; n-grams are compared by the cosine of their TF-IDF vectors.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import snowballstemmer

if TYPE_CHECKING:
    from collections.abc import Callable

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
    """Both scores over the same texts of one language."""

    def __init__(self, texts: list[str], language: Language) -> None:
        self._stems = _Bm25(texts, lambda text: stems(text, language))
        self._grams = _TfIdf(texts, grams)

    def words(self, question: str) -> Scores:
        """Share of the question's words, weighted by rarity, that a text has; one score a text."""
        return self._stems.scores(question)

    def pieces(self, question: str) -> Scores:
        """Likeness of the letters; one score a text."""
        return self._grams.scores(question)


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


class _Postings:
    """For each term the texts that have it and how much it counts there, in flat arrays."""

    def __init__(self, texts: list[str], terms: Callable[[str], list[str]]) -> None:
        self.terms = terms
        counts = [Counter(terms(text)) for text in texts]
        self.vocabulary: dict[str, int] = {}
        for count in counts:
            for term in count:
                self.vocabulary.setdefault(term, len(self.vocabulary))
        ids = np.array([self.vocabulary[term] for count in counts for term in count], dtype=np.int64)
        self.size = len(texts)
        self.lengths = np.array([count.total() for count in counts], dtype=np.float32)
        order = np.argsort(ids, kind="stable")
        self.term = ids[order]
        self.text = np.repeat(np.arange(self.size), [len(count) for count in counts])[order]
        self.count = np.array([n for count in counts for n in count.values()], dtype=np.float32)[order]
        self.frequency = np.bincount(ids, minlength=len(self.vocabulary)).astype(np.float32)
        self.start = np.concatenate([[0], np.cumsum(self.frequency)]).astype(np.int64)

    def add(self, weights: dict[int, float], values: Scores) -> Scores:
        """Sum over terms of weight times value, for each text."""
        total = np.zeros(self.size, dtype=np.float32)
        for term, weight in weights.items():
            here = slice(self.start[term], self.start[term + 1])
            total[self.text[here]] += weight * values[here]  # a text stands once under a term
        return total


class _Bm25:
    def __init__(self, texts: list[str], terms: Callable[[str], list[str]]) -> None:
        self._postings = found = _Postings(texts, terms)
        self._idf = np.log(1 + (found.size - found.frequency + 0.5) / (found.frequency + 0.5))
        self._unknown = float(np.log(1 + (found.size + 0.5) / 0.5))
        relative = found.lengths / max(float(found.lengths.mean()) if found.size else 1.0, 1.0)
        discount = K1 * (1 - B + B * relative)[found.text]
        self._values = (found.count * (K1 + 1) / (found.count + discount)).astype(np.float32)

    def scores(self, question: str) -> Scores:
        asked = Counter(self._postings.terms(question))
        known = {self._postings.vocabulary[term]: n for term, n in asked.items() if term in self._postings.vocabulary}
        weights = {term: n * float(self._idf[term]) for term, n in known.items()}
        best = sum(weights.values()) + self._unknown * (asked.total() - sum(known.values()))
        total = self._postings.add(weights, self._values)
        return np.minimum(total / best, 1.0).astype(np.float32) if best else total


class _TfIdf:
    def __init__(self, texts: list[str], terms: Callable[[str], list[str]]) -> None:
        self._postings = found = _Postings(texts, terms)
        self._idf = np.log((1 + found.size) / (1 + found.frequency)) + 1
        self._unknown = float(np.log(1 + found.size)) + 1
        values = (1 + np.log(found.count)) * self._idf[found.term]
        norms = np.sqrt(np.bincount(found.text, weights=values**2, minlength=found.size))
        self._values = (values / np.maximum(norms, 1e-9)[found.text]).astype(np.float32)

    def scores(self, question: str) -> Scores:
        vocabulary = self._postings.vocabulary
        asked = {term: 1 + float(np.log(n)) for term, n in Counter(self._postings.terms(question)).items()}
        weights = {vocabulary[t]: w * float(self._idf[vocabulary[t]]) for t, w in asked.items() if t in vocabulary}
        unknown = sum((w * self._unknown) ** 2 for term, w in asked.items() if term not in vocabulary)
        norm = (sum(weight**2 for weight in weights.values()) + unknown) ** 0.5
        total = self._postings.add(weights, self._values)
        return total / norm if norm else total
