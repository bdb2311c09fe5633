"""Weights and confidence are learned from questions whose topic is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.ranking import Asked, Standing, Tuning, learn, standing

TOPICS = [frozenset({"payment"}), frozenset({"returns"}), frozenset({"returns"})]


def asked(right: int | None, likenesses: list[list[float]]) -> Asked:
    marks = np.array([place == right for place in range(len(likenesses))], dtype=bool)
    return Asked(np.array(likenesses, dtype=np.float32), marks, TOPICS[: len(likenesses)], 0.5)


def told_by_words(chance: np.random.Generator) -> Asked:
    """Whatever the vectors say, the right article is the one with the words."""
    rows = chance.random((3, 5)).astype(np.float32)
    right = int(chance.integers(3))
    rows[:, 3] = 0.1
    rows[right, 3] = 0.9
    return asked(right, rows.tolist())


def test_the_likeness_that_tells_right_from_wrong_gets_the_weight():
    chance = np.random.default_rng(1)
    tuning = learn([told_by_words(chance) for _ in range(80)], "test")
    assert sum(tuning.weights) == pytest.approx(1)
    assert tuning.weights[3] == max(tuning.weights) > 0.5
    assert tuning.source == "test"


def test_confidence_is_high_where_such_questions_were_answered_and_low_where_not():
    clear = [asked(0, [[0.9, 0.9, 0.9, 0.5, 0.5], [0.2, 0.2, 0.1, 0.0, 0.1]]) for _ in range(30)]
    hopeless = [asked(None, [[0.3, 0.3, 0.2, 0.1, 0.1], [0.29, 0.29, 0.2, 0.1, 0.1]]) for _ in range(30)]
    tuning = learn([*clear, *hopeless], "test")
    scores = [one.likenesses @ np.array(tuning.weights, dtype=np.float32) for one in (clear[0], hopeless[0])]
    assert tuning.confidence(standing(scores[0], clear[0])[0]) > 0.9
    assert tuning.confidence(standing(scores[1], hopeless[0])[0]) < 0.1


def test_a_question_near_to_small_talk_makes_an_answer_less_sure():
    rows = [[0.9] * 5, [0.2] * 5]
    clear = [asked(0, rows) for _ in range(30)]
    chat = [replace(asked(None, rows), aside=0.9) for _ in range(30)]
    tuning = learn([*clear, *chat], "test")
    weights = np.array(tuning.weights, dtype=np.float32)
    sure, unsure = (tuning.confidence(standing(one.likenesses @ weights, one)[0]) for one in (clear[0], chat[0]))
    assert unsure < 0.2 < 0.8 < sure


def test_answers_are_given_only_where_such_answers_were_right():
    chance = np.random.default_rng(3)
    doubtful = [asked(int(chance.integers(2)), chance.normal(0.5, 0.02, (2, 5)).tolist()) for _ in range(40)]
    clear = [asked(0, [[0.9] * 5, [0.2] * 5]) for _ in range(40)]
    tuning = learn([*clear, *doubtful], "test")
    weights = np.array(tuning.weights, dtype=np.float32)
    sure, unsure = (tuning.confidence(standing(one.likenesses @ weights, one)[0]) for one in (clear[0], doubtful[0]))
    assert unsure < tuning.answer_from <= sure


def test_an_article_of_the_same_topic_does_not_make_the_first_one_doubtful():
    one = asked(1, [[0.2] * 5, [0.9] * 5, [0.89] * 5])
    found, first = standing(one.likenesses.mean(axis=1), one)
    assert first == 1
    assert found.lead == pytest.approx(0.7, abs=1e-6)


def test_without_any_question_or_any_variety_the_start_stays():
    assert learn([], "test").weights == Tuning().weights
    only_right = [asked(0, [[0.9] * 5, [0.1] * 5])]
    assert learn(only_right, "test").bias == Tuning().bias


@given(st.floats(0, 1), st.floats(-1, 1), st.floats(0, 1))
def test_confidence_is_a_share_and_grows_with_score_and_lead(score: float, lead: float, nearest: float):
    tuning = Tuning()
    here = tuning.confidence(Standing(score, lead, nearest, 0.5))
    assert 0 <= here <= tuning.confidence(Standing(score + 0.1, lead, nearest, 0.5)) <= 1
    assert here <= tuning.confidence(Standing(score, lead + 0.1, nearest, 0.5))
