"""Which texts have a term, and how often: counts alone, so that a changed text touches nothing but its own lines.

Whatever depends on all texts at once (how rare a term is, how long the mean text) is worked out from these.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Numbers = npt.NDArray[np.int64]
_ARRAYS = ("start", "text", "count", "lengths")
_SMALL, _COMMON = 2000, 0.05
"""Over this many texts, a term that more than this share of them has is passed over: it costs much and tells little."""
_MOST = 2**16 - 1


@dataclass(frozen=True)
class Postings:
    """Flat arrays, which can be mapped from files.

    Term t stands in the texts `text[start[t]:start[t + 1]]` (positions), as often as the numbers beside them say.
    """

    vocabulary: dict[str, int]
    """Number of each term. One that no text has any more keeps its number until the next build from nothing."""
    start: Numbers
    text: npt.NDArray[np.int32]
    count: npt.NDArray[np.uint16]
    lengths: npt.NDArray[np.int32]
    """How many terms each text has, repeated ones included."""

    @classmethod
    def of(cls, texts: Iterable[Counter[str]]) -> Postings:
        """The postings of texts, each given as the counts of its terms."""
        vocabulary: dict[str, int] = {}
        made = _lines(enumerate(texts), vocabulary)
        order = np.argsort(made.term, kind="stable")
        frequencies = np.bincount(made.term, minlength=len(vocabulary))
        return cls(vocabulary, _starts(frequencies), made.text[order], made.count[order], made.lengths)

    @property
    def size(self) -> int:
        """How many texts there are."""
        return len(self.lengths)

    def changed(self, places: Numbers, added: dict[int, Counter[str]]) -> Postings:
        """The postings of other texts, without a look at those that stay.

        `places`: the new position of each text, -1 if it is gone; `added`: the counts of new texts by their position.
        """
        vocabulary = dict(self.vocabulary)
        new = _lines(added.items(), vocabulary)
        placed = places.astype(np.int32)[self.text]
        gone = np.flatnonzero(placed < 0)
        start = self.start - np.searchsorted(gone, self.start)
        start = np.append(start, np.full(len(vocabulary) - len(self.vocabulary), start[-1]))
        text, count = np.delete(placed, gone), np.delete(self.count, gone)
        at = start[new.term + 1]  # behind the term's other lines
        order = np.argsort(new.term, kind="stable")
        lengths = np.zeros(int((places >= 0).sum()) + len(added), dtype=np.int32)
        lengths[places[places >= 0]] = self.lengths[places >= 0]
        lengths[list(added)] = new.lengths
        return Postings(
            vocabulary,
            start + _starts(np.bincount(new.term, minlength=len(vocabulary))),
            np.insert(text, at[order], new.text[order]),
            np.insert(count, at[order], new.count[order]),
            lengths,
        )

    def frequency(self, term: int) -> int:
        """How many texts have the term."""
        return int(self.start[term + 1] - self.start[term])

    def known(self, asked: Counter[str]) -> tuple[dict[int, int], Counter[str]]:
        """Numbers and counts of the terms that some text has, and the others."""
        numbers = {term: self.vocabulary[term] for term in asked if term in self.vocabulary}
        known = {number: asked[term] for term, number in numbers.items() if self.frequency(number)}
        return known, Counter({term: n for term, n in asked.items() if numbers.get(term) not in known})

    def telling(self, term: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint16]]:
        """The texts that have the term, and how often each; none if too many have it to tell anything."""
        common = self.size > _SMALL and self.frequency(term) > self.size * _COMMON
        here = slice(0, 0) if common else slice(self.start[term], self.start[term + 1])
        return self.text[here], self.count[here]

    def save(self, folder: Path, name: str) -> None:
        """Write the files `<name>.*`."""
        for part in _ARRAYS:
            np.save(folder / f"{name}.{part}.npy", getattr(self, part), allow_pickle=False)
        (folder / f"{name}.json").write_text(json.dumps([*self.vocabulary], ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, name: str) -> Postings:
        """Raises OSError or ValueError if the files are not what `save` wrote."""
        terms = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        arrays = {part: np.load(folder / f"{name}.{part}.npy", mmap_mode="r", allow_pickle=False) for part in _ARRAYS}
        return cls({term: number for number, term in enumerate(terms)}, **arrays)


@dataclass(frozen=True)
class _Lines:
    """What texts have: a term, the text's position and how often, line by line; and each text's length."""

    term: npt.NDArray[np.int32]
    text: npt.NDArray[np.int32]
    count: npt.NDArray[np.uint16]
    lengths: npt.NDArray[np.int32]


def _lines(texts: Iterable[tuple[int, Counter[str]]], vocabulary: dict[str, int]) -> _Lines:
    """Terms that the vocabulary does not have yet are added to it."""
    terms, counts = array("i"), array("H")
    positions, sizes, lengths = array("i"), array("i"), array("i")
    for position, found in texts:
        terms.extend([vocabulary.setdefault(term, len(vocabulary)) for term in found])
        counts.extend([min(count, _MOST) for count in found.values()])
        positions.append(position)
        sizes.append(len(found))
        lengths.append(found.total())
    text = np.repeat(np.array(positions, dtype=np.int32), np.array(sizes, dtype=np.int64))
    return _Lines(
        np.array(terms, dtype=np.int32), text, np.array(counts, dtype=np.uint16), np.array(lengths, dtype=np.int32)
    )


def _starts(frequencies: Numbers) -> Numbers:
    return np.append(0, np.cumsum(frequencies)).astype(np.int64)
