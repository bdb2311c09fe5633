"""The entries whose vectors are nearest: all compared while they are few, by a graph beyond (FAISS)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import faiss
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from pathlib import Path

    from knowledge.embeddings import Vectors
    from knowledge.index import Rows
    from knowledge.postings import Numbers

faiss.omp_set_num_threads(1)  # one question needs no second core; idle OpenMP threads would steal it by spinning

EXACT_UP_TO = 20_000
"""Entries up to which every vector is compared; beyond, a navigable graph is (Malkov & Yashunin 2016)."""
_LINKS, _BUILD_WIDTH, _SEARCH_WIDTH = 24, 64, 96
_MOST_GONE = 0.1
"""Share of a graph's nodes that may stand for entries that are gone; they still cost time in every search."""


class Nearest:
    """Immutable once made; any number of threads may read it."""

    def __init__(self, index: Any, numbers: Numbers) -> None:
        """`numbers`: the entry each row of FAISS's `index` stands for, -1 if it is gone."""
        self._index, self._numbers = index, numbers
        self._options = _without(numbers < 0) if (numbers < 0).any() else None

    @classmethod
    def of(cls, vectors: Rows) -> Nearest:
        """Of entries numbered as their rows."""
        exact = len(vectors) <= EXACT_UP_TO
        index: Any = faiss.IndexFlatIP(vectors.shape[1]) if exact else _graph(vectors)
        _add(index, vectors)
        return cls(index, np.arange(len(vectors)))

    def changed(self, places: Numbers, vectors: Rows) -> Nearest:
        """Of other entries, with rows `vectors`. `places`: the new number of each entry, -1 if it is gone."""
        numbers = np.where(self._numbers >= 0, places[self._numbers], -1)
        new = np.setdiff1d(np.arange(len(vectors)), numbers)
        if len(vectors) <= EXACT_UP_TO or (numbers < 0).sum() > _MOST_GONE * len(vectors):
            return Nearest.of(vectors)
        index: Any = faiss.clone_index(self._index)  # visitors are searching in the other one
        _add(index, vectors[new])
        return Nearest(index, np.append(numbers, new))

    def search(self, rows: Rows | Vectors, most: int) -> tuple[npt.NDArray[np.float32], Numbers]:
        """Cosines and numbers of the nearest entries, best first, a line for each row; -1 where there is none."""
        cosines, found = self._index.search(np.ascontiguousarray(rows, dtype=np.float32), most, params=self._options)
        return cosines, np.where(found >= 0, self._numbers[found], -1)

    def save(self, folder: Path) -> None:
        """Write the graph; what compares everything is made anew as quickly as it is read."""
        if not isinstance(self._index, faiss.IndexFlat):
            faiss.write_index(self._index, str(folder / "graph.faiss"))
            np.save(folder / "graph.numbers.npy", self._numbers, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path, vectors: Rows) -> Nearest:
        """What was saved for these vectors. Raises OSError, RuntimeError or ValueError if it is not what `save` wrote."""
        if not (folder / "graph.faiss").exists():
            return cls.of(vectors)
        return cls(faiss.read_index(str(folder / "graph.faiss")), np.load(folder / "graph.numbers.npy"))


def _graph(vectors: Rows) -> Any:
    precision: Any = faiss.ScalarQuantizer.QT_fp16  # half the memory of float32; the last step compares exactly anyway
    graph: Any = faiss.IndexHNSWSQ(vectors.shape[1], precision, _LINKS, faiss.METRIC_INNER_PRODUCT)
    graph.hnsw.efConstruction, graph.hnsw.efSearch = _BUILD_WIDTH, _SEARCH_WIDTH
    graph.train(np.ascontiguousarray(vectors[:1000], dtype=np.float32))
    return graph


def _without(gone: npt.NDArray[np.bool_]) -> Any:
    """Nodes that are gone still lead the way, but take nobody's place among the nearest."""
    typed: Any = faiss  # its stubs know neither name
    selected = typed.IDSelectorBitmap(np.packbits(~gone, bitorder="little"))
    return typed.SearchParametersHNSW(efSearch=_SEARCH_WIDTH, sel=selected)


def _add(index: Any, vectors: Rows) -> None:
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    index.add(np.ascontiguousarray(vectors, dtype=np.float32))
    faiss.omp_set_num_threads(1)
