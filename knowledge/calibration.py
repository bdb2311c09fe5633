"""From scores to a confidence that means something: Platt scaling (Platt 1999) over the best score and its lead.

    confidence = 1 / (1 + exp(-(bias + score * best + margin * (best - second))))

Fitted for each language at every build on the articles' own example questions, in two ways. Each is asked of an index
that does not hold it (cross-validation in eight folds): was its article still found? And once more with the whole article
taken away, so that whatever is found is wrong: these stand in for questions that no article answers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_UNANSWERABLE = 0.2  # weight of a left-out article against a question
_RIDGE = 0.05  # keeps the fit finite when few questions are ever answered wrongly
_STEPS = 50


@dataclass(frozen=True)
class Sample:
    best: float
    margin: float
    right: bool
    weight: float = 1.0

    @classmethod
    def unanswerable(cls, best: float, margin: float) -> Sample:
        return cls(best, margin, right=False, weight=_UNANSWERABLE)


@dataclass(frozen=True)
class Calibration:
    bias: float = -4.0
    score: float = 6.0
    margin: float = 6.0

    def confidence(self, best: float, margin: float) -> float:
        """How likely the best article is the right one, 0..1."""
        return float(1 / (1 + np.exp(-(self.bias + self.score * best + self.margin * margin))))


def fit(samples: list[Sample]) -> Calibration:
    """Weighted logistic regression by Newton's method. Too one-sided samples give the defaults."""
    if len({sample.right for sample in samples}) < 2:
        return Calibration()
    x = np.array([[1.0, sample.best, sample.margin] for sample in samples])
    y = np.array([sample.right for sample in samples], dtype=np.float64)
    w = np.array([sample.weight for sample in samples])
    ridge = _RIDGE * np.eye(3)
    beta: npt.NDArray[np.float64] = np.zeros(3)
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        gradient = x.T @ (w * (y - p)) - ridge @ beta
        curvature = (x * (w * p * (1 - p))[:, None]).T @ x + ridge
        step = np.linalg.solve(curvature, gradient)
        beta = beta + step
        if np.abs(step).max() < 1e-8:
            break
    return Calibration(*(float(value) for value in beta))
