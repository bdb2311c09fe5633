"""The catalogue of problems speaks German and English alike."""

from __future__ import annotations

from string import Formatter

import pytest

from knowledge.german import GERMAN
from knowledge.problems import CATALOGUE, problem


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_both_languages_know_the_same_problems():
    assert list(GERMAN) == list(CATALOGUE)


@pytest.mark.parametrize("code", CATALOGUE)
def test_both_languages_say_the_same_about_a_problem(code: str):
    _, message, hint = CATALOGUE[code]
    german_message, german_hint = GERMAN[code]
    assert places(german_message) == places(message)
    assert places(german_hint) <= places(message) | places(hint)
    assert all((german_message, german_hint))


def test_braces_in_a_value_are_never_expanded_in_german_either():
    told = problem("field-choice", "de/shop/payment.md", 4, name="kind", value="{known}", known="faq").told()
    assert told["message"]["de"] == "`kind` darf nicht `{known}` lauten."
    assert told["hint"]["de"] == "Wählen Sie aus: faq."
