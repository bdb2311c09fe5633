"""What the letters of a question say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.lexical import MAX_QUERY, LexicalIndex, clean

TEXTS = ["Welche Zahlungsarten gibt es?", "Wie schicke ich die Ware zurück?", "Wann haben Sie geöffnet?"]
INDEX = LexicalIndex.of(TEXTS, "de")


@pytest.mark.parametrize("question", ["Zahlung", "Zahlungsmethoden", "zahlungsart", "Zahlungsraten", "zalungsarten"])
def test_compounds_inflections_and_typos_find_their_text_by_pieces_of_words(question: str):
    assert int(INDEX.pieces(question).argmax()) == 0


@pytest.mark.parametrize("question", ["zurück", "zurueck", "ZURÜCK"])
def test_umlauts_may_be_written_in_any_way(question: str):
    assert int(INDEX.words(question).argmax()) == 1
    assert int(INDEX.pieces(question).argmax()) == 1


def test_a_text_has_its_own_words_and_nobody_has_unknown_ones():
    assert INDEX.words(TEXTS[1])[1] > 0.9
    assert INDEX.words("xylophon quark").max() == 0
    assert INDEX.words("zurück xylophon quark")[1] < 0.5


@given(st.text(max_size=200))
def test_scores_stay_between_0_and_1_for_any_text(question: str):
    for scores in (INDEX.words(question), INDEX.pieces(question)):
        assert scores.shape == (3,)
        assert scores.dtype == np.float32
        assert (scores >= 0).all()
        assert (scores <= 1.0001).all()


@given(st.text(max_size=MAX_QUERY * 6))
def test_a_cleaned_question_is_short_visible_and_says_something_or_is_empty(question: str):
    cleaned = clean(question)
    assert len(cleaned) <= MAX_QUERY
    assert cleaned == "" or any(character.isalnum() for character in cleaned)
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize("nothing", ["", "   ", "😀👍🏽", "?!…", "\u200b\u202e\u2066", "\x00\x07"])
def test_a_question_without_a_word_is_empty(nothing: str):
    assert clean(nothing) == ""


def test_invisible_characters_do_not_hide_a_word():
    assert clean("Pay\u200bPal \u202ebitte\u2069") == "PayPal bitte"


def test_a_saved_index_gives_the_same_scores(tmp_path: Path):
    INDEX.save(tmp_path)
    again = LexicalIndex.load(tmp_path, "de")
    for question in (*TEXTS, "Zahlung", "xylophon"):
        assert (again.words(question) == INDEX.words(question)).all()
        assert (again.pieces(question) == INDEX.pieces(question)).all()


def test_in_a_large_index_words_that_most_texts_have_are_passed_over():
    many = LexicalIndex.of([f"Bestellung Nummer {number} Artikel{number}" for number in range(3000)], "de")
    assert many.words("Bestellung").max() == 0
    assert int(many.words("Bestellung artikel17").argmax()) == 17


SOME_TEXT = st.lists(st.sampled_from(["paket", "pakete", "rechnung", "zahlen", "zählen", "retoure"]), max_size=6)


@given(st.lists(SOME_TEXT, min_size=1, max_size=6), st.lists(st.integers(0, 9), max_size=6), st.lists(SOME_TEXT))
def test_an_index_that_was_changed_scores_as_one_made_anew(
    before: list[list[str]], picked: list[int], new: list[list[str]]
):
    stays = [at for at in dict.fromkeys(picked) if at < len(before)]
    texts = [" ".join(words) for words in [*new, *(before[at] for at in stays)]]
    places = np.array([len(new) + stays.index(at) if at in stays else -1 for at in range(len(before))])
    first = LexicalIndex.of([" ".join(words) for words in before], "de")
    changed, anew = first.changed(places, dict(enumerate(texts[: len(new)]))), LexicalIndex.of(texts, "de")
    for question in ("paket", "Rechnung zahlen", "retouren quark"):
        np.testing.assert_allclose(changed.words(question), anew.words(question), rtol=1e-5)
        np.testing.assert_allclose(changed.pieces(question), anew.pieces(question), rtol=1e-5)
        assert changed.known(question) == pytest.approx(anew.known(question))
