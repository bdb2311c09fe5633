"""`make bench`: how fast and how large the knowledge search is, beside BM25 alone and the packaged English model.

Single thread, embedding included. SIZES=200,10000 takes less time than the default.
"""

from __future__ import annotations

import gc
import os
import statistics
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import faiss
import numpy as np
import psutil
import pytest

from knowledge import builds, embeddings, questions
from knowledge.articles import Article, read_folder
from knowledge.check import Memory, lost_ground, regressions
from knowledge.index import LanguageIndex
from knowledge.lexical import LexicalIndex, clean
from knowledge.ranking import Tuning
from knowledge.search import KnowledgeSearch
from tests.bench import synthetic

ROOT = Path(__file__).resolve().parents[2]
SIZES = [int(size) for size in os.environ.get("SIZES", "200,10000,100000").split(",")]
ROUNDS = int(os.environ.get("ROUNDS", "200"))
ARTICLES = int(os.environ.get("ARTICLES", "10000"))


@pytest.fixture(scope="module")
def asked() -> list[str]:
    found = questions.read(ROOT / "data" / "evaluation")
    assert found is not None
    return [clean(one.question) for one in found.of("de", "test")][:ROUNDS]


@pytest.fixture(scope="module")
def encoder() -> embeddings.Encoder:
    found = embeddings.open_encoder()
    found.encode(["warm up"])
    return found


@pytest.mark.parametrize("passages", SIZES)
def test_a_question_over_many_passages(
    passages: int, asked: list[str], encoder: embeddings.Encoder, tmp_path: Path, capsys
):
    minilm = embeddings.SentenceEncoder("minilm")
    minilm.encode(["warm up"])
    made = synthetic.articles(max(passages // 5, 1), "de", passages=5)
    rows = synthetic.vectors(made, encoder)
    folder = tmp_path / "index"
    folder.mkdir()
    LanguageIndex("de", made, rows).save(folder)
    before = _rss()
    began = time.perf_counter()
    index = LanguageIndex.load(folder, "de", made, Tuning())
    loaded, weight = time.perf_counter() - began, _rss() - before
    ours = _times(
        asked, lambda text: index.rank(text, encoder.encode([text]), lambda article: article.is_valid_on(DAY))
    )
    lexical = LexicalIndex.load(folder, "de")
    bm25 = _times(asked, lambda text: np.argpartition(-lexical.words(text), 3)[:3])
    flat = faiss.IndexFlatIP(rows.shape[1])
    flat.add(rows)
    dense = _times(asked, lambda text: flat.search(minilm.encode([text]), 10))
    size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    with capsys.disabled():
        print(
            f"\n{passages} passages, {len(rows)} entries: {size:.0f} MB on disk, +{weight:.0f} MiB loaded in {loaded:.2f} s"
        )
        for name, times in (("Kulanz", ours), ("BM25 alone", bm25), ("MiniLM dense, exact", dense)):
            print(f"  {name:20} p50 {_share(times, 50):6.2f} ms   p95 {_share(times, 95):6.2f} ms")
    assert index.rank(asked[0], encoder.encode([asked[0]]), lambda _: True).found


def test_building_from_nothing_and_after_one_change(encoder: embeddings.Encoder, tmp_path: Path, capsys):
    shipped, _ = read_folder(synthetic.ARTICLES)
    asked_of = questions.read(ROOT / "data" / "evaluation")
    for name, made in (
        ("shipped articles", shipped),
        (f"{ARTICLES} articles, every second one a twin", synthetic.twins(ARTICLES)),
        (f"{ARTICLES} German articles", synthetic.articles(ARTICLES, "de")),
    ):
        kept, asked_again = builds.Builds(tmp_path / name), Memory(encoder)
        began = _now()
        first = builds.make(made, encoder, questions=asked_of)
        kept.save(first)
        whole = _since(began)
        changed = _changed(made)
        began = _now()
        second = builds.make(changed, encoder, before=first, questions=asked_of)
        indexed = _since(began)
        regressions(second, first)
        lost_ground(second, first, asked_of, asked_again)
        checked = _since(began)
        kept.save(second)
        KnowledgeSearch(encoder).use(second)
        with capsys.disabled():
            print(
                f"\n{name}: built in {whole}; one changed article: index {indexed}, checked {checked}, saved {_since(began)}"
            )
        assert second.version != first.version
        del first, second
        gc.collect()


DAY = date(2026, 6, 1)


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _since(began: tuple[float, float]) -> str:
    """Seconds that passed, and those of processors, which a busy machine does not change."""
    passed, worked = (now - then for now, then in zip(_now(), began, strict=True))
    return f"{passed:.2f} s (CPU {worked:.2f} s)"


def _changed(made: list[Article]) -> list[Article]:
    return [replace(made[0], body=made[0].body + "\n\nNeu.", version="changed"), *made[1:]]


def _times(texts: list[str], ask) -> list[float]:
    for text in texts[:5]:
        ask(text)
    found = []
    for text in texts:
        began = time.perf_counter()
        ask(text)
        found.append(1000 * (time.perf_counter() - began))
    return found


def _share(times: list[float], percent: int) -> float:
    return statistics.quantiles(times, n=100)[percent - 1]


def _rss() -> float:
    return psutil.Process().memory_info().rss / 2**20
