"""`make bench`: how often the search finds the right article, beside BM25 and MiniLM over the same articles.

The demo shop's questions always; public sets too if KULANZ_FAQ_SETS names a folder with `<de|en>_faq.jsonl` (id, lang,
question, answer, answer_group) and `faq_queries_<de|en>.jsonl` (query, relevant, kb, kind).
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from knowledge import builds, embeddings, questions
from knowledge.articles import LANGUAGES, Article, Language, read_folder
from knowledge.builds import Build
from knowledge.index import LanguageIndex
from knowledge.lexical import clean
from knowledge.passages import entries
from tests.bench.peers import Peers

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 6, 1)
Hits = dict[str, list[tuple[bool, bool]]]


@pytest.fixture(scope="module")
def encoder() -> embeddings.Encoder:
    return embeddings.open_encoder()


@pytest.fixture(scope="module")
def minilm() -> embeddings.Encoder:
    return embeddings.SentenceEncoder("minilm")


@pytest.fixture(scope="module")
def build(encoder: embeddings.Encoder) -> Build:
    articles, _ = read_folder(ROOT / "knowledge" / "articles")
    return builds.make(articles, encoder, questions=questions.read(ROOT / "data" / "evaluation"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_of_the_demo_shop(
    build: Build, encoder: embeddings.Encoder, minilm: embeddings.Encoder, language: Language, capsys
):
    index = build.languages[language]
    shown = [one for one in index.articles if one.audience == "everyone"]
    found = questions.read(ROOT / "data" / "evaluation")
    assert found is not None
    peers, hits = Peers(shown, language, minilm), Hits()
    for one in found.of(language, "test"):
        if one.topics:
            compare(
                one.question, one.topics, (index, encoder, lambda a: a.audience == "everyone"), (peers, shown), hits
            )
    show(f"demo shop, {language}", hits, capsys)
    ours, theirs = (recall(hits[name]) for name in ("Kulanz", "both fused"))
    assert ours > theirs


@pytest.mark.skipif("KULANZ_FAQ_SETS" not in os.environ, reason="KULANZ_FAQ_SETS names no folder of public sets")
@pytest.mark.parametrize("language", LANGUAGES)
def test_public_sets(build: Build, encoder: embeddings.Encoder, minilm: embeddings.Encoder, language: Language, capsys):
    folder = Path(os.environ["KULANZ_FAQ_SETS"])
    asked = [one for one in lines(folder / f"faq_queries_{language}.jsonl") if "db_faq" not in one["kind"]]
    for kb in sorted({one["kb"] for one in asked}):
        articles = [as_article(row) for row in lines(folder / kb)]
        group = {article.id: article.topics[0] for article in articles}
        vectors = encoder.encode([entry.text for entry in entries(articles)])
        index = LanguageIndex(articles[0].language, articles, vectors, tuning=build.languages[language].tuning)
        peers, kinds = Peers(articles, articles[0].language, minilm), defaultdict(Hits)
        for one in (one for one in asked if one["kb"] == kb):
            right = frozenset(group.get(name, name) for name in one["relevant"])
            compare(one["query"], right, (index, encoder, lambda _: True), (peers, articles), kinds[one["kind"]])
        for kind, hits in kinds.items():
            show(f"{kind}, {language}", hits, capsys)
            assert all(len(found) == len(hits["Kulanz"]) for found in hits.values())


def compare(
    question: str,
    right: frozenset[str],
    ours: tuple[LanguageIndex, embeddings.Encoder, Callable[[Article], bool]],
    theirs: tuple[Peers, list[Article]],
    hits: Hits,
) -> None:
    """Whether the first, and whether one of the first three articles is right, by each way of searching."""
    text = clean(question)
    index, encoder, answers = ours
    ranked = index.rank(text, encoder.encode([text]), lambda one: answers(one) and one.is_valid_on(DAY)).found
    found = {"Kulanz": [one.article for one in ranked[:3]]}
    found |= {name: [theirs[1][at] for at in top] for name, top in theirs[0].rankings(text).items()}
    for name, articles in found.items():
        marks = [not right.isdisjoint(article.topics) for article in articles]
        hits.setdefault(name, []).append((bool(marks and marks[0]), any(marks)))


def show(what: str, hits: Hits, capsys) -> None:
    with capsys.disabled():
        print(f"\n{what} ({len(hits['Kulanz'])} questions), recall@1 / @3 in %")
        for name, found in hits.items():
            print("  {:15} {:5.1f} / {:5.1f}".format(name, *(100 * share for share in recall(found))))


def recall(found: list[tuple[bool, bool]]) -> tuple[float, float]:
    return sum(first for first, _ in found) / len(found), sum(three for _, three in found) / len(found)


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def as_article(row: dict[str, Any]) -> Article:
    return Article(
        id=row["id"],
        language=row["lang"],
        kind="faq",
        title=row["question"],
        questions=(),
        question_lines=(),
        topics=(row.get("answer_group") or row["id"],),
        owner="",
        valid_from=date(2020, 1, 1),
        valid_until=None,
        links=(),
        body=row["answer"],
        file=row["id"],
        version="",
    )
