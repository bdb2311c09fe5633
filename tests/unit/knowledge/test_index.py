"""One language's index: exact while small, a graph beyond, the same from memory and from a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import nearest
from knowledge.articles import Article, parse, read_folder
from knowledge.index import LanguageIndex
from knowledge.passages import entries
from knowledge.ranking import Tuning
from tests.unit.knowledge.small_shop import SHOP, LetterEncoder, article, write

LONG = "\n\n".join(f"## Teil {n}\n\n" + f"wort{n} " * 70 for n in range(3))
QUESTIONS = ["Nehmen Sie PayPal?", "retourenetikett", "Wie lange gilt die Garantie denn?", "sonntags"]


@pytest.fixture
def articles(articles_dir: Path) -> list[Article]:
    return [one for one in read_folder(articles_dir)[0] if one.language == "de"]


def make(articles: list[Article]) -> LanguageIndex:
    return LanguageIndex(
        "de", articles, LetterEncoder().encode([entry.text for entry in entries(articles)]).astype(np.float16)
    )


def found(index: LanguageIndex, question: str) -> list[tuple[str, float, int]]:
    ranking = index.rank(question, LetterEncoder().encode([question]), lambda _: True)
    return [(one.article.id, one.score, one.passage) for one in ranking.found]


@pytest.mark.parametrize("exact_up_to", [1000, 0])
def test_a_saved_index_ranks_as_it_did(
    articles: list[Article], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exact_up_to: int
):
    monkeypatch.setattr(nearest, "EXACT_UP_TO", exact_up_to)
    made = make(articles)
    made.save(tmp_path)
    assert (tmp_path / "graph.faiss").exists() is (exact_up_to == 0)
    loaded = LanguageIndex.load(tmp_path, "de", articles, Tuning())
    for question in QUESTIONS:
        assert found(loaded, question) == found(made, question)


def test_the_graph_finds_what_comparing_everything_finds(articles: list[Article], monkeypatch: pytest.MonkeyPatch):
    exact = make(articles)
    monkeypatch.setattr(nearest, "EXACT_UP_TO", 0)
    graph = make(articles)
    for question in QUESTIONS:
        assert [one[0] for one in found(graph, question)] == [one[0] for one in found(exact, question)]


def test_articles_that_may_not_answer_take_nobodys_place(articles: list[Article]):
    index = make(articles)
    vector = LetterEncoder().encode(["Nehmen Sie PayPal?"])
    ranking = index.rank("Nehmen Sie PayPal?", vector, lambda one: one.id != "payment")
    assert [one.article.id for one in ranking.found][:1] != ["payment"]
    assert index.rank("Nehmen Sie PayPal?", vector, lambda _: False).found == ()


def test_an_article_with_another_ones_question_is_told(articles_dir: Path):
    questions = ["Nehmen Sie PayPal?", "Kann ich mit PayPal zahlen?", "Ist PayPal möglich?", "PayPal"]
    write(articles_dir, "de", "twin", article("twin", title="Zahlungsarten", questions=questions))
    index = make([one for one in read_folder(articles_dir)[0] if one.language == "de"])
    told = {(own.id, text) for own, text, _ in index.strangers()}
    assert ("payment", "Zahlungsarten") in told or ("twin", "Zahlungsarten") in told
    assert make(index.articles[:1]).strangers() == []


def test_rows_must_fit_the_articles(articles: list[Article]):
    with pytest.raises(ValueError, match="3 vectors"):
        LanguageIndex("de", articles, np.zeros((3, 48), dtype=np.float32))


def test_an_empty_index_finds_nothing():
    index = LanguageIndex("de", [], np.zeros((0, 48), dtype=np.float32))
    assert found(index, "PayPal") == []


VARIANTS = [
    parsed
    for article_id, (title, questions) in SHOP.items()
    for body in ("Kurz.", "Etwas anderes.", LONG)
    for parsed in [
        parse(article(article_id, title=title, questions=questions, body=body).encode(), f"de/shop/{article_id}.md")
    ]
    if isinstance(parsed, Article)
]


@given(st.data(), st.sampled_from([1000, 0]))
def test_an_index_that_was_changed_finds_what_one_made_anew_finds(data: st.DataObject, exact_up_to: int):
    some = st.lists(st.sampled_from(VARIANTS), min_size=1, unique_by=lambda one: one.id)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nearest, "EXACT_UP_TO", exact_up_to)
        changed = make(data.draw(some))
        for after in data.draw(st.lists(some, min_size=1, max_size=4)):
            anew = make(after)
            changed = changed.changed(after, anew.vectors)
            for question in QUESTIONS:
                assert found(changed, question) == [
                    (article_id, pytest.approx(score, abs=1e-5), passage)
                    for article_id, score, passage in found(anew, question)
                ]


def test_what_is_gone_is_never_found_and_takes_nobodys_place_in_the_graph(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(nearest, "EXACT_UP_TO", 0)
    rows = np.random.default_rng(1).normal(size=(100, 8)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    graph = nearest.Nearest.of(rows)
    for gone in range(1, 31):
        graph = graph.changed(np.append(np.arange(99), -1), rows)
        assert graph.search(rows[99:], 1)[1].item() == 99  # found where it is now
        assert len(set(graph.search(rows[:1], 100)[1][0]) - {-1}) >= 95, gone
