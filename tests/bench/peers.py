"""What anybody would try first, over the same articles: stemmed BM25, the packaged English model, and both fused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from knowledge.lexical import LexicalIndex
from knowledge.passages import entries_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from knowledge.articles import Article, Language
    from knowledge.embeddings import Encoder


class Peers:
    """Scores of all articles for a question, three ways."""

    def __init__(self, articles: list[Article], language: Language, minilm: Encoder) -> None:
        own = [entries_of(article) for article in articles]
        self._article = np.repeat(np.arange(len(articles)), [len(found) for found in own])
        self._size = len(articles)
        whole = [" ".join(entry.text for entry in found) for found in own]
        self._lexical = LexicalIndex.of(whole, language)
        self._minilm = minilm
        self._vectors = minilm.encode([entry.text for found in own for entry in found])

    def rankings(self, question: str, most: int = 3) -> dict[str, list[int]]:
        """Positions of the best articles by each peer."""
        words, dense = self._lexical.words(question), self._dense(question)
        fused = 0.5 * _scaled(words) + 0.5 * _scaled(dense)
        return {
            name: np.argsort(-scores, kind="stable")[:most].tolist()
            for name, scores in (("BM25, stemmed", words), ("MiniLM, dense", dense), ("both fused", fused))
        }

    def _dense(self, question: str) -> npt.NDArray[np.float32]:
        best = np.full(self._size, -1.0, dtype=np.float32)
        np.maximum.at(best, self._article, self._vectors @ self._minilm.encode([question])[0])
        return best


def _scaled(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Least to greatest as 0 to 1."""
    return (scores - scores.min()) / max(float(scores.max() - scores.min()), 1e-6)
