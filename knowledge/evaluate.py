"""How good the search is: on questions whose topic is known, judged by the topic of what is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.articles import Language
from knowledge.questions import Question
from knowledge.search import KnowledgeSearch, SearchResult

Answered = tuple[Question, SearchResult]


@dataclass(frozen=True)
class Figures:
    """Shares, 0..1; of the questions that an article answers, where nothing else is said."""

    questions: int
    """A number: all that were asked."""
    recall_1: float
    recall_3: float
    precision: float
    """Of all answers given, also to questions that no article answers, how many were right."""
    answered: float
    asked_back: float
    choices_hold: float
    """Of the times the visitor was asked back, how often a right article was among the choices."""
    strays: float
    """Of the questions that no article answers, how many got an answer."""


@dataclass(frozen=True)
class Bin:
    """Questions of like confidence: how sure the search was on average, and how often it was right."""

    questions: int
    confidence: float
    right: float


def ask(search: KnowledgeSearch, questions: Sequence[Question], language: Language) -> list[Answered]:
    return [(question, search.search(question.question, language)) for question in questions]


def figures(asked: Sequence[Answered]) -> Figures:
    known = [(question, result) for question, result in asked if question.topics]
    asked_back = [(question, result) for question, result in known if result.choices]
    return Figures(
        questions=len(asked),
        recall_1=_share([is_right(question, result, 1) for question, result in known]),
        recall_3=_share([is_right(question, result, 3) for question, result in known]),
        precision=_share([is_right(question, result, 1) for question, result in asked if result.answer]),
        answered=_share([result.answer is not None for _, result in known]),
        asked_back=_share([bool(result.choices) for _, result in known]),
        choices_hold=_share([is_right(question, result, 3) for question, result in asked_back]),
        strays=_share([result.answer is not None for question, result in asked if not question.topics]),
    )


def reliability(asked: Sequence[Answered], bins: int = 10) -> list[Bin]:
    """Stated confidence against the share that was right, in bins of equal width; empty bins are left out."""
    found = []
    for number in range(bins):
        inside = [
            (result.confidence, is_right(question, result, 1))
            for question, result in asked
            if number <= result.confidence * bins < number + 1 or (number == bins - 1 and result.confidence == 1)
        ]
        if inside:
            right = [hit for _, hit in inside]
            found.append(Bin(len(inside), sum(sure for sure, _ in inside) / len(inside), _share(right)))
    return found


def calibration_error(asked: Sequence[Answered]) -> float:
    """Expected calibration error (Guo et al. 2017): mean gap of the bins, weighted by their questions."""
    return sum(one.questions * abs(one.confidence - one.right) for one in reliability(asked)) / max(len(asked), 1)


def coverage(asked: Sequence[Answered], thresholds: Sequence[float]) -> list[tuple[float, float, float, float]]:
    """For each threshold: itself, share of answerable questions answered, precision, share of strays."""
    known = sum(bool(question.topics) for question, _ in asked)
    curve = []
    for threshold in thresholds:
        given = [(question, result) for question, result in asked if result.confidence >= threshold]
        strays = sum(not question.topics for question, _ in given)
        right = [is_right(question, result, 1) for question, result in given]
        curve.append(
            (threshold, (len(given) - strays) / max(known, 1), _share(right), strays / max(len(asked) - known, 1))
        )
    return curve


def is_right(question: Question, result: SearchResult, most: int) -> bool:
    """Whether one of the first articles is of a topic of the question."""
    return any(not question.topics.isdisjoint(tried.topics) for tried in result.tried[:most])


def _share(truths: Sequence[bool]) -> float:
    return sum(truths) / len(truths) if truths else 0.0
