"""Words and pieces of words: what a typo, a dialect and a German compound still have in common with what was learned."""

import re
from collections import Counter
from itertools import pairwise
from typing import Any, Dict, List, Tuple

import numpy as np
import numpy.typing as npt

_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d")
_SPACE = re.compile(r"\s+")
_PIECES = range(2, 6)
"""Lengths in characters."""


def ngrams(text: str) -> List[str]:
    """Words, pairs of words, and pieces of 2 to 5 characters within words, which are marked at both ends.

    All digits are alike: a number says that there is one, not which intent.
    """
    plain = _NUMBER.sub("0", _SPACE.sub(" ", text.casefold()))
    words = _WORD.findall(plain)
    found = [f"={word}" for word in words]
    found += [f"={first} {second}" for first, second in pairwise(words)]
    for token in plain.split():
        marked = f" {token} "
        for size in _PIECES:
            found += [marked[at : at + size] for at in range(len(marked) - size + 1)]
    return found


class Vocabulary:
    """Weighs the n-grams of a text: sublinear frequency, rarity, unit length."""

    def __init__(self, terms: List[str], rarity: npt.NDArray[np.float32]) -> None:
        self.terms, self.rarity = terms, rarity
        self._number: Dict[str, int] = {term: number for number, term in enumerate(terms)}

    @classmethod
    def learn(cls, texts: List[str], at_least: int, at_most: int) -> "Vocabulary":
        """The most widespread n-grams, at most so many, each in at least so many texts."""
        spread = Counter(term for text in texts for term in set(ngrams(text)))
        terms = [term for term, count in spread.most_common(at_most) if count >= at_least]
        counts = np.array([spread[term] for term in terms], dtype=np.float32)
        return cls(terms, np.log((1 + len(texts)) / (1 + counts)) + 1)

    def weigh(self, text: str) -> Tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        """Numbers and weights of the known n-grams of a text."""
        counts = Counter(number for term in ngrams(text) if (number := self._number.get(term)) is not None)
        numbers = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
        weights = (1 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))) * self.rarity[numbers]
        return numbers, weights / max(float(np.linalg.norm(weights)), 1e-9)

    def matrix(self, texts: List[str]) -> Any:
        """A sparse row a text, for scikit-learn."""
        from scipy.sparse import csr_matrix

        rows = [self.weigh(text) for text in texts]
        ends = np.cumsum([0, *(len(numbers) for numbers, _ in rows)])
        numbers, weights = (np.concatenate([row[side] for row in rows]) for side in (0, 1))
        return csr_matrix((weights, numbers, ends), shape=(len(texts), len(self.terms)))
