"""How good the search is, in figures and as a picture."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from knowledge import evaluate
from knowledge.questions import Question
from knowledge.reliability import svg
from knowledge.search import SearchResult, Tried


def answered(confidence: float, *, right: bool, topics: frozenset[str] = frozenset({"paypal"})) -> evaluate.Answered:
    tried = Tried("a", "A", 0.5, used=False, topics=("paypal" if right else "returns",))
    return Question("?", topics, "test"), SearchResult("none", confidence, tried=(tried,))


ASKED = [
    *[answered(0.9, right=True)] * 9,
    answered(0.9, right=False),
    answered(0.25, right=False, topics=frozenset()),
    answered(1.0, right=True),
]


def test_bins_hold_what_was_stated_beside_what_was_right():
    assert [one.questions for one in evaluate.reliability(ASKED)] == [1, 11]
    assert evaluate.reliability(ASKED)[1].right == pytest.approx(10 / 11)
    assert evaluate.calibration_error(ASKED[:10]) == pytest.approx(0.0)
    assert evaluate.calibration_error([]) == 0


def test_a_higher_threshold_answers_less_and_strays_less():
    low, high = evaluate.coverage(ASKED, (0.2, 0.95))
    assert low == (0.2, pytest.approx(1.0), pytest.approx(10 / 12), 1.0)
    assert high == (0.95, pytest.approx(1 / 11), 1.0, 0.0)


def test_the_plot_is_valid_svg_with_a_dot_for_each_bin():
    drawn = svg({"de": evaluate.reliability(ASKED), "en": []})
    root = ET.fromstring(drawn)
    assert sum(element.tag.endswith("circle") for element in root.iter()) == 2
    assert {"German", "English"} <= {element.text for element in root.iter()}
