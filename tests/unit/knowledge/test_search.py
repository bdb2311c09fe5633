"""The one public call: answers, ask-backs, honest ignorance."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import builds
from knowledge.articles import read_folder
from knowledge.search import KnowledgeSearch, SearchResult
from tests.unit.knowledge.small_shop import LetterEncoder, article, write


def search_over(folder: Path, today: date = date(2026, 6, 1)) -> KnowledgeSearch:
    encoder = LetterEncoder()
    search = KnowledgeSearch(encoder, today=lambda: today)
    search.use(builds.make(read_folder(folder)[0], encoder))
    return search


def test_a_question_gets_the_article_with_its_receipt(articles_dir: Path):
    result = search_over(articles_dir).search("Nehmen Sie PayPal?", "de")
    assert result.verdict == "answer"
    assert result.answer is not None
    assert (result.answer.article_id, result.answer.language, result.answer.title) == ("payment", "de", "Zahlungsarten")
    assert result.answer.text.startswith("Zahlungsarten: Wie kann")
    assert len(result.answer.version) == 12
    assert (result.answer.passage, result.choices) == (0, ())
    assert 0 < result.answer.score <= 1
    assert [tried.used for tried in result.tried] == [True, False, False, False]


def test_only_articles_of_the_conversations_language_are_found(articles_dir: Path):
    search = search_over(articles_dir)
    german, english = search.search("PayPal", "de"), search.search("PayPal", "en")
    assert {tried.title for tried in german.tried}.isdisjoint(tried.title for tried in english.tried)


def test_a_question_that_nothing_is_near_enough_to_is_unknown(articles_dir: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("knowledge.search.ASK_FROM", 0.9)
    result = search_over(articles_dir).search("xqzw vvv", "de")
    assert (result.verdict, result.answer, result.choices) == ("unknown", None, ())
    assert not any(tried.used for tried in result.tried)


def test_a_question_between_articles_is_asked_back_with_up_to_three_choices(
    articles_dir: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("knowledge.search.ASK_FROM", 0.0)
    monkeypatch.setattr("knowledge.search.ANSWER_FROM", 0.99)
    result = search_over(articles_dir).search("Wie erreiche ich die Retoure mit Garantie?", "de")
    assert (result.verdict, result.answer) == ("ask_back", None)
    assert len(result.choices) == 3
    assert [tried.used for tried in result.tried] == [True, True, True, False]


@pytest.mark.parametrize("nothing", ["", " \n", "😀" * 50, "\u200b\u202e", "?!"])
def test_a_question_without_words_is_unknown_and_costs_no_vector(articles_dir: Path, nothing: str):
    assert search_over(articles_dir).search(nothing, "de") == SearchResult("unknown")


def test_before_the_first_build_everything_is_unknown():
    search = KnowledgeSearch(LetterEncoder())
    assert search.search("Nehmen Sie PayPal?", "de") == SearchResult("unknown")
    assert search.article("payment", "de") is None
    assert search.version is None


@pytest.fixture(scope="module")
def shared_search(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeSearch:
    folder = tmp_path_factory.mktemp("articles")
    for language in ("de", "en"):
        write(folder, language, "payment", article(language=language, body="{slot} {0.__class__}"))
    return search_over(folder)


@given(question=st.text(max_size=300), language=st.sampled_from(["de", "en"]))
def test_no_question_makes_the_search_raise(shared_search: KnowledgeSearch, question: str, language):
    assert 0 <= shared_search.search(question, language).confidence <= 1


def test_ten_thousand_characters_are_searched_by_their_beginning(shared_search: KnowledgeSearch):
    assert shared_search.search("Nehmen Sie PayPal? " + "bla " * 2500, "de").tried


def test_placeholders_in_an_article_stay_as_they_are_written(shared_search: KnowledgeSearch):
    found = shared_search.article("payment", "de")
    assert found is not None
    assert found.text == "{slot} {0.__class__}"


def test_a_pressed_choice_brings_the_article_by_its_id(articles_dir: Path):
    search = search_over(articles_dir)
    found = search.article("returns", "en")
    assert found is not None
    assert found.title == "Sending back"
    assert search.article("nonsense", "de") is None


def test_an_expired_or_future_article_never_answers(articles_dir: Path):
    write(articles_dir, "de", "payment", article(extra="valid_until: 2026-06-30\n"))
    for day, there in ((date(2025, 12, 31), False), (date(2026, 6, 30), True), (date(2026, 7, 1), False)):
        search = search_over(articles_dir, day)
        assert ("payment" in [t.article_id for t in search.search("Nehmen Sie PayPal?", "de").tried]) is there
        assert (search.article("payment", "de") is not None) is there


def test_searches_go_on_undisturbed_while_the_index_is_swapped(articles_dir: Path):
    encoder = LetterEncoder()
    search = KnowledgeSearch(encoder, today=lambda: date(2026, 6, 1))
    first = builds.make(read_folder(articles_dir)[0], encoder)
    write(articles_dir, "de", "payment", article(body="Neu."))
    second = builds.make(read_folder(articles_dir)[0], encoder)
    search.use(first)
    texts: list[str] = []

    def ask() -> None:
        for _ in range(100):
            answer = search.search("Nehmen Sie PayPal?", "de").answer
            texts.append(answer.text if answer else "nothing")

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(100):
        search.use(second)
        search.use(first)
    for thread in threads:
        thread.join()
    assert len(texts) == 400
    assert set(texts) <= {"Neu.", "Zahlungsarten: Wie kann ich bezahlen? 42"}
