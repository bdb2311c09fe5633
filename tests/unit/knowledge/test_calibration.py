"""Confidence from scores."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from knowledge.calibration import Calibration, Sample, fit


def test_the_fit_finds_the_likelihood_that_made_the_samples():
    chance, truth = random.Random(7), Calibration(-3, 5, 4)
    pairs = [(chance.random(), chance.random() / 2) for _ in range(4000)]
    samples = [Sample(best, lead, right=chance.random() < truth.confidence(best, lead)) for best, lead in pairs]
    found = fit(samples)
    assert all(abs(found.confidence(b, m) - truth.confidence(b, m)) < 0.05 for b, m in pairs)


def test_samples_that_are_all_right_or_missing_give_the_defaults():
    assert fit([]) == fit([Sample(0.5, 0.1, right=True)]) == Calibration()


@given(st.lists(st.builds(Sample, st.floats(0, 1), st.floats(0, 1), right=st.booleans()), max_size=30))
def test_the_fit_is_finite_for_any_samples(samples: list[Sample]):
    assert 0 <= fit(samples).confidence(0.5, 0.1) <= 1
