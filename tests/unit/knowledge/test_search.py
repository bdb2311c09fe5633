"""The one public call: answers, ask-backs, honest ignorance."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import builds
from knowledge.articles import LANGUAGES, read_folder
from knowledge.search import KnowledgeSearch, SearchResult
from tests.unit.knowledge.small_shop import LetterEncoder, article, write


def search_over(folder: Path, today: date = date(2026, 6, 1), **thresholds: float) -> KnowledgeSearch:
    encoder = LetterEncoder()
    search = KnowledgeSearch(encoder, today=lambda: today)
    made = builds.make(read_folder(folder)[0], encoder)
    tuned = {name: index.tuned(replace(index.tuning, **thresholds)) for name, index in made.languages.items()}
    search.use(replace(made, languages=tuned))
    return search


def test_a_question_gets_the_article_with_its_receipt(articles_dir: Path):
    result = search_over(articles_dir).search("Nehmen Sie PayPal?", "de")
    assert result.decision == "answer"
    assert result.answer is not None
    assert (result.answer.article_id, result.answer.language, result.answer.title) == ("payment", "de", "Zahlungsarten")
    assert result.answer.text.startswith("Zahlungsarten: Wie kann")
    assert len(result.answer.version) == 12
    assert (result.answer.passage, result.choices) == (0, ())
    assert 0 < result.answer.score <= 1
    assert [tried.used for tried in result.tried] == [True, *[False] * (len(result.tried) - 1)]
    assert (result.answer.topics, result.tried[0].topics) == (("payment",), ("payment",))
    assert result.version == search_over(articles_dir).version


def test_articles_with_twins_are_found_in_the_conversations_language(articles_dir: Path):
    search = search_over(articles_dir)
    for language in LANGUAGES:
        result = search.search("PayPal", language)
        assert {tried.language for tried in result.tried} == {language}


def test_an_article_without_a_twin_answers_in_its_own_language(articles_dir: Path):
    (articles_dir / "en" / "shop" / "payment.md").unlink()
    search = search_over(articles_dir)
    result = search.search("Nehmen Sie PayPal?", "en")
    assert result.answer is not None
    assert (result.answer.article_id, result.answer.language) == ("payment", "de")
    by_choice = search.article("payment", "en")
    assert by_choice is not None
    assert by_choice.language == "de"


def test_articles_for_agents_are_never_shown_to_visitors(articles_dir: Path):
    for language in LANGUAGES:
        write(articles_dir, language, "payment", article(language=language, extra="audience: agents\n"))
    search = search_over(articles_dir)
    assert "payment" not in [tried.article_id for tried in search.search("Nehmen Sie PayPal?", "de").tried]
    assert search.article("payment", "de") is None
    for_agents = search.search("Nehmen Sie PayPal?", "de", audience="agents")
    assert for_agents.tried[0].article_id == "payment"
    assert search.article("payment", "de", audience="agents") is not None


def test_a_follow_up_is_read_with_the_last_answer(articles_dir: Path):
    search = search_over(articles_dir)
    alone = search.search("und sonntags?", "de")
    after = search.search("und sonntags?", "de", previous="hours")
    assert after.tried[0].article_id == "hours"
    assert after.confidence >= alone.confidence
    assert search.search("und sonntags?", "de", previous="taken-down").tried == alone.tried


def test_a_new_long_question_is_not_bent_towards_the_last_answer(articles_dir: Path):
    search = search_over(articles_dir)
    question = "Ich möchte wissen, wie lange die Garantie gilt"
    assert search.search(question, "de", previous="hours").tried == search.search(question, "de").tried


def test_buttons_of_the_article_come_with_the_answer(articles_dir: Path):
    for language in LANGUAGES:
        write(articles_dir, language, "payment", article(language=language, extra="buttons: [track_order]\n"))
    found = search_over(articles_dir).article("payment", "de")
    assert found is not None
    assert found.buttons == ("track_order",)


def test_a_question_that_nothing_is_near_enough_to_is_unknown(articles_dir: Path):
    result = search_over(articles_dir, ask_from=0.9).search("xqzw vvv", "de")
    assert (result.decision, result.answer, result.choices) == ("none", None, ())
    assert not any(tried.used for tried in result.tried)


def test_a_question_between_articles_is_asked_back_with_up_to_three_choices(articles_dir: Path):
    result = search_over(articles_dir, ask_from=0.0, answer_from=0.99).search(
        "Wie erreiche ich die Retoure mit Garantie?", "de"
    )
    assert (result.decision, result.answer) == ("choices", None)
    assert len(result.choices) == 3
    assert [tried.used for tried in result.tried][:3] == [True, True, True]


@pytest.mark.parametrize("nothing", ["", " \n", "😀" * 50, "\u200b\u202e", "?!"])
def test_a_question_without_words_is_unknown_and_costs_no_vector(articles_dir: Path, nothing: str):
    search = search_over(articles_dir)
    assert search.search(nothing, "de") == SearchResult("none", version=search.version)


def test_before_the_first_build_everything_is_unknown():
    search = KnowledgeSearch(LetterEncoder())
    assert search.search("Nehmen Sie PayPal?", "de") == SearchResult("none")
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
    for language in LANGUAGES:
        write(articles_dir, language, "payment", article(language=language, extra="valid_until: 2026-06-30\n"))
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
