"""How likenesses become one score, and a score a confidence. Both are learned from questions whose topic is known.

    score      = sum of weight times likeness (0..1 each, the weights add up to 1)
    confidence = 1 / (1 + exp(-(bias + a * score + b * lead + c * nearest + d * known + e * aside)))

The weights maximise the softmax likelihood of a right article among all (ListNet's top-one loss, Cao et al. 2007); the
confidence is Platt scaling (Platt 1999) over how the first article stands: its score, its lead over the first article
of another topic, its nearest vector, how much of the question's words the index knows at all, and how near the question is
to what people say without asking anything (an aside: small talk, other people's business). Questions that no article answers count as wrong whatever is found. The threshold to answer from is the lowest that was precise enough.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

Matrix = npt.NDArray[np.float32]
LIKENESSES = ("question", "questions", "passage", "words", "pieces")
"""Cosine to the nearest title or example question, mean cosine to the nearest three of them, cosine to the nearest passage;
shared words; like letters."""
MAX_CANDIDATES = 50
_SHARPNESS = 12.0  # of the softmax when it starts
_STEPS = 400
_PULL = 0.0025  # back to the start, so that no likeness is given up that other articles than these may need
_PRECISE, _STRAYS = 0.95, 0.02
"""Of the answers given so many must be right; of the questions that nobody can answer so many may get one."""
_FEWEST = 40
"""Questions below which nothing is learned."""
_RIDGE = 0.05  # keeps the fit finite when few questions are ever answered wrongly


@dataclass(frozen=True)
class Standing:
    """How the first article of a ranking stands; what confidence is judged by."""

    score: float
    lead: float
    nearest: float
    known: float
    aside: float = 0.0


@dataclass(frozen=True)
class Tuning:
    """Weights in the order of `LIKENESSES`, and the confidence's coefficients. `source`: what it was learned from."""

    weights: tuple[float, ...] = (0.2, 0.3, 0.15, 0.15, 0.2)
    bias: float = -5.0
    score: float = 6.0
    lead: float = 6.0
    nearest: float = 2.0
    known: float = 0.0
    aside: float = 0.0
    answer_from: float = 0.6
    """Confidence from which an answer is given; below it, down to `ask_from`, the visitor is asked what they mean."""
    ask_from: float = 0.3
    source: str = "default"

    def confidence(self, standing: Standing) -> float:
        """How likely the first article answers, 0..1."""
        sure = self.bias + self.score * standing.score + self.lead * standing.lead
        sure += self.nearest * standing.nearest + self.known * standing.known + self.aside * standing.aside
        return float(1 / (1 + np.exp(-np.clip(sure, -30, 30))))


@dataclass(frozen=True)
class Asked:
    """A question as the index sees it: likenesses (candidates x 5), and which of the candidates are right."""

    likenesses: Matrix
    right: npt.NDArray[np.bool_]
    topics: Sequence[frozenset[str]]
    """Of each candidate."""
    known: float
    """Share of the question's words, weighted by rarity, that the index knows."""
    aside: float = 0.0
    """Cosine to the nearest aside."""


def learn(asked: Sequence[Asked], source: str, start: Tuning | None = None) -> Tuning:
    """Weights from the questions that have an answer, confidence from all. Too few or one-sided ones give the start."""
    before = start or Tuning()
    asked = [one for one in asked if len(one.topics)]
    if len(asked) < _FEWEST:
        return replace(before, source=source)
    answerable = [one for one in asked if one.right.any() and not one.right.all()]
    weights = _weights(answerable, before) if answerable else before.weights
    standings = [(standing(one.likenesses @ np.array(weights, dtype=np.float32), one), one) for one in asked]
    samples = [(found, bool(one.right[first])) for (found, first), one in standings]
    if len({right for _, right in samples}) < 2:
        return Tuning(weights, source=source)
    bias, *coefficients = _confidence(samples)
    named = {field.name: of for field, of in zip(fields(Standing), coefficients, strict=True)}
    tuning = Tuning(weights, bias=bias, source=source, **named)
    return replace(tuning, answer_from=_threshold(tuning, samples, [bool(one.right.any()) for one in asked]))


def standing(scores: Matrix, one: Asked) -> tuple[Standing, int]:
    """How the best candidate stands, and which it is."""
    first = int(scores.argmax())
    others = [float(s) for s, topics in zip(scores, one.topics, strict=True) if topics.isdisjoint(one.topics[first])]
    score, nearest = float(scores[first]), float(one.likenesses[first, :3].max())
    return Standing(score, score - max(others, default=0.0), nearest, one.known, one.aside), first


def _weights(asked: list[Asked], before: Tuning) -> tuple[float, ...]:
    """Adam on the logarithms of the unnormalised weights, so that none gets negative."""
    theta = start = np.log(np.array(before.weights, dtype=np.float64) * _SHARPNESS)
    mean, square = np.zeros_like(theta), np.zeros_like(theta)
    for step in range(1, _STEPS + 1):
        weights = np.exp(theta)
        gradient = np.mean([_gradient(one, weights) for one in asked], axis=0) * weights - _PULL * (theta - start)
        mean, square = 0.9 * mean + 0.1 * gradient, 0.99 * square + 0.01 * gradient**2
        theta = theta + 0.05 * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    final = np.exp(theta) / np.exp(theta).sum()
    return tuple(float(weight) for weight in final)


def _gradient(one: Asked, weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Of log P(a right candidate is first)."""
    logits = one.likenesses @ weights
    chance = np.exp(logits - logits.max())
    chance /= chance.sum()
    right = np.where(one.right, chance, 0.0)
    result: npt.NDArray[np.float64] = (right / right.sum() - chance) @ one.likenesses
    return result


def _confidence(samples: list[tuple[Standing, bool]]) -> tuple[float, ...]:
    """Logistic regression by Newton's method: bias, then a coefficient for each field of `Standing`."""
    x = np.array([[1.0, *astuple(found)] for found, _ in samples])
    y = np.array([right for _, right in samples], dtype=np.float64)
    ridge = _RIDGE * np.diag([0.0, *[1.0] * (x.shape[1] - 1)])
    beta: npt.NDArray[np.float64] = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        curvature = (x * (p * (1 - p))[:, None]).T @ x + ridge + 1e-9 * np.eye(x.shape[1])
        step = np.linalg.solve(curvature, x.T @ (y - p) - ridge @ beta)
        beta = beta + step
        if np.abs(step).max() < 1e-8:
            break
    return tuple(float(coefficient) for coefficient in beta)


def _threshold(tuning: Tuning, samples: list[tuple[Standing, bool]], answerable: list[bool]) -> float:
    """The lowest confidence from which on the answers were precise enough and strays few enough."""
    sure = np.array([tuning.confidence(found) for found, _ in samples])
    right, stray = np.array([hit for _, hit in samples]), ~np.array(answerable)
    most = _STRAYS * max(int(stray.sum()), 1)
    fine = [
        at for at in np.unique(sure) if right[sure >= at].mean() >= _PRECISE and (stray & (sure >= at)).sum() <= most
    ]
    return float(fine[0]) if fine else 0.95
