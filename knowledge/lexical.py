"""What the letters of a question say: whole words by their stems (BM25), and pieces of words (character n-grams).

Stems carry inflection, n-grams carry German compounds ("Zahlung" in "Zahlungsarten") and typos. Both scores are
absolute, 0..1: BM25 is divided by the best score any text could reach for this question, with unknown words counting
as rare ones; n-grams are compared by the cosine of their TF-IDF vectors.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import snowballstemmer

from knowledge.postings import Postings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from knowledge.articles import Language
    from knowledge.postings import Numbers

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

    def __init__(self, stems_: Postings, grams_: Postings, language: Language, norms: Scores | None = None) -> None:
        self.language = language
        self._stems, self._grams = stems_, grams_
        self._discounts = _discounts(stems_.lengths)
        self._norms = _norms(grams_) if norms is None else norms

    @classmethod
    def of(cls, texts: list[str], language: Language) -> LexicalIndex:
        """An index of these texts."""
        found = Postings.of(Counter(stems(text, language)) for text in texts)
        return cls(found, Postings.of(Counter(grams(text)) for text in texts), language)

    def changed(self, places: Numbers, added: Mapping[int, str]) -> LexicalIndex:
        """The index of other texts, which scores as one made of them anew: much faster while few have changed.

        `places`: the new position of each text, -1 if it is gone; `added`: new texts by their position.
        """
        return LexicalIndex(
            self._stems.changed(places, {at: Counter(stems(text, self.language)) for at, text in added.items()}),
            self._grams.changed(places, {at: Counter(grams(text)) for at, text in added.items()}),
            self.language,
        )

    def words(self, question: str) -> Scores:
        """Share of the question's words, weighted by rarity, that a text has; one score a text.

        Robertson et al. 1994, with the logarithm that never turns negative (Lucene's).
        """
        found = self._stems
        known, unknown = found.known(Counter(stems(question, self.language)))
        best = sum(count * self._rarity(term) for term, count in known.items()) + self._rarity() * unknown.total()
        total = np.zeros(found.size, dtype=np.float32)
        for term, asked in known.items():
            texts, counts = found.telling(term)
            weight = np.float32(asked * self._rarity(term) * (K1 + 1))
            total[texts] += weight * counts / (counts + self._discounts[texts])  # a text stands once under a term
        return np.minimum(total / np.float32(best), 1.0) if best else total

    def known(self, question: str) -> float:
        """Share of the question's words, weighted by rarity, that any text has."""
        known, unknown = self._stems.known(Counter(stems(question, self.language)))
        weight = sum(count * self._rarity(term) for term, count in known.items())
        return weight / max(weight + self._rarity() * unknown.total(), 1e-9)

    def pieces(self, question: str) -> Scores:
        """Likeness of the letters; one score a text."""
        found = self._grams
        known, unknown = found.known(Counter(grams(question)))
        rare = {term: _rarity_of_pieces(found.size, found.frequency(term)) for term in known}
        weights = {term: (1 + math.log(count)) * rare[term] for term, count in known.items()}
        foreign = sum(((1 + math.log(n)) * _rarity_of_pieces(found.size, 0)) ** 2 for n in unknown.values())
        norm = (sum(weight**2 for weight in weights.values()) + foreign) ** 0.5
        total = np.zeros(found.size, dtype=np.float32)
        for term, weight in weights.items():
            texts, counts = found.telling(term)
            total[texts] += np.float32(weight * rare[term]) * _damped(counts)
        return total / (self._norms * np.float32(norm)) if norm else total

    def save(self, folder: Path) -> None:
        self._stems.save(folder, "words")
        self._grams.save(folder, "pieces")
        np.save(folder / "pieces.norms.npy", self._norms, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path, language: Language) -> LexicalIndex:
        """Raises OSError or ValueError if the files are not what `save` wrote."""
        norms: Scores = np.load(folder / "pieces.norms.npy", allow_pickle=False)
        return cls(Postings.load(folder, "words"), Postings.load(folder, "pieces"), language, norms)

    def _rarity(self, term: int | None = None) -> float:
        """Of a stem; of one that no text has, if none is given."""
        size, frequency = self._stems.size, 0 if term is None else self._stems.frequency(term)
        return math.log(1 + (size - frequency + 0.5) / (frequency + 0.5))


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


def _discounts(lengths: npt.NDArray[np.int32]) -> Scores:
    """How far BM25 discounts the words of each text, by its length."""
    mean = max(float(lengths.mean()) if len(lengths) else 1.0, 1.0)
    return (K1 * (1 - B + B * lengths / mean)).astype(np.float32)


def _norms(found: Postings) -> Scores:
    """Length of each text's TF-IDF vector."""
    frequencies = np.diff(found.start)
    rarities = _rarity_of_pieces(found.size, frequencies).astype(np.float32)
    squares = (np.repeat(rarities, frequencies) * _damped(found.count)) ** 2
    sums = np.bincount(found.text, weights=squares, minlength=found.size)
    return np.maximum(np.sqrt(sums), 1e-9).astype(np.float32)


def _rarity_of_pieces(size: int, frequency: Any) -> Any:
    return np.log((1 + size) / (1 + frequency)) + 1


def _damped(counts: npt.NDArray[np.uint16]) -> Scores:
    """A piece that stands ten times in a text counts three times as much, not ten."""
    return _LOGARITHMS[counts]


_LOGARITHMS = (1 + np.log(np.maximum(np.arange(2**16), 1))).astype(np.float32)
