"""Where a new German piece starts from: the mean of the English pieces it is translated by.

Translation probabilities come from IBM model 1 (Brown et al. 1993), estimated by expectation maximisation over the
sentence pairs cut into pieces.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

_ROUNDS = 5
_KEPT = 8
"""Translations that make up a start; the tail is noise."""
Ids = list[list[int]]


def translations(german: Ids, english: Ids, size: int) -> sparse.csr_matrix:
    """Row g, column e: how likely the German piece g comes from the English piece e, the best `_KEPT` of each row.

    `german[i]` and `english[i]` are the pieces of one pair, as numbers below `size`. Rows add up to 1.
    """
    pair, g, e = _cooccurrences(german, english)
    key, where = np.unique(g.astype(np.int64) * size + e, return_inverse=True)
    rows, columns = key // size, key % size
    chance = np.ones(len(key), dtype=np.float32)  # p(g | e), uniform at first
    position = _group(pair, g, size)
    counts: npt.NDArray[Any] = np.zeros(len(key))
    for _ in range(_ROUNDS):
        share = chance[where]
        total = np.bincount(position, weights=share)
        counts = np.bincount(where, weights=share / total[position], minlength=len(key))
        chance = (counts / np.bincount(columns, weights=counts, minlength=size)[columns]).astype(np.float32)
    return _best(sparse.csr_matrix((counts, (rows, columns)), shape=(size, size)))


def starts(table: sparse.csr_matrix, vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """A vector for every row of the table: the mean of its translations' vectors, half way to the usual length.

    `vectors` are those of the first pieces, the only ones that can lend theirs; rows without any get the overall mean.
    """
    known = len(vectors)
    lent = table[:, :known].tocsr()
    shares = np.asarray(lent.sum(axis=1)).ravel()
    usual = float(np.linalg.norm(vectors, axis=1).mean())
    found = np.tile(vectors.mean(axis=0), (table.shape[0], 1)).astype(np.float32)
    rows = np.flatnonzero(shares > 0)
    means = (lent[rows] @ vectors) / shares[rows, None]
    lengths = np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-6)
    found[rows] = means / lengths * (0.5 * lengths + 0.5 * usual)
    return found


def _cooccurrences(german: Ids, english: Ids) -> tuple[npt.NDArray[np.int32], ...]:
    pairs, gs, es = [], [], []
    for number, (de, en) in enumerate(zip(german, english, strict=True)):
        own, other = np.array(sorted(set(de)), dtype=np.int32), np.array(sorted(set(en)), dtype=np.int32)
        gs.append(np.repeat(own, len(other)))
        es.append(np.tile(other, len(own)))
        pairs.append(np.full(len(own) * len(other), number, dtype=np.int32))
    return np.concatenate(pairs), np.concatenate(gs), np.concatenate(es)


def _group(pair: npt.NDArray[np.int32], g: npt.NDArray[np.int32], size: int) -> npt.NDArray[np.int64]:
    """One number for each piece of each pair: over its row the expectation is shared out."""
    found: npt.NDArray[np.int64] = np.unique(pair.astype(np.int64) * size + g, return_inverse=True)[1]
    return found


def _best(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    """The largest entries of each row, scaled to add up to 1."""
    rows, columns, values = [], [], []
    for row in range(counts.shape[0]):
        here = slice(counts.indptr[row], counts.indptr[row + 1])
        data = counts.data[here]
        top = np.argsort(-data)[:_KEPT]
        if len(top) and data[top].sum() > 0:
            rows += [row] * len(top)
            columns += counts.indices[here][top].tolist()
            values += (data[top] / data[top].sum()).tolist()
    return sparse.csr_matrix((values, (rows, columns)), shape=counts.shape, dtype=np.float32)
