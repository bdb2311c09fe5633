"""Measures of the understanding: macro-F1, area under the curve, calibration error, intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

ROUNDS = 1000


def macro_f1(truth: Sequence[str], said: Sequence[str]) -> float:
    """The mean over the labels of the truth."""
    return float(np.mean([f1(truth, said, label) for label in sorted(set(truth))]))


def f1(truth: Sequence[str], said: Sequence[str], label: str) -> float:
    both = sum(right == one == label for right, one in zip(truth, said, strict=True))
    wrong = sum((right == label) != (one == label) for right, one in zip(truth, said, strict=True))
    return 2 * both / (2 * both + wrong) if both else 0.0


def interval(measure: Callable[[list[int]], float], size: int) -> tuple[float, float]:
    """95 % of the values over samples drawn with replacement."""
    rng = np.random.default_rng(7)
    values = [measure(rng.integers(0, size, size).tolist()) for _ in range(ROUNDS)]
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def auroc(inside: Sequence[float], outside: Sequence[float]) -> float:
    """How often a score from inside is above one from outside; a tie counts half."""
    ranks = np.searchsorted(np.sort(outside), inside), np.searchsorted(np.sort(outside), inside, side="right")
    return float((ranks[0] + ranks[1]).mean() / 2 / len(outside))


def calibration_error(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Expected calibration error over ten bins of equal width."""
    sure, hit = np.array(confidences), np.array(right, dtype=float)
    bins = np.minimum((sure * 10).astype(int), 9)
    return sum(
        abs(sure[bins == one].mean() - hit[bins == one].mean()) * (bins == one).mean() for one in set(bins.tolist())
    )
