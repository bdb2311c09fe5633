"""How good the search is on questions that are not in the articles: `data/evaluation/questions.{de,en}.jsonl`.

Each line: {"question": ..., "article": id or null if no article answers it, "split": "development" or "test"}.
Weights and thresholds were chosen on the development half; the test half was only measured.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from knowledge.articles import Language
from knowledge.search import KnowledgeSearch, SearchResult


@dataclass(frozen=True)
class Question:
    question: str
    article: str | None
    split: Literal["development", "test"]


@dataclass(frozen=True)
class Figures:
    """Shares, 0..1; of the questions that an article answers, where nothing else is said."""

    questions: int
    """A number: all that were asked."""
    recall_1: float
    recall_3: float
    precision: float
    """Of all answers given, how many were of the right article."""
    answered: float
    asked_back: float
    choices_hold: float
    """Of the times the visitor was asked back, how often the right article was among the choices."""
    strays: float
    """Of the questions that no article answers, how many got an answer."""


def read(file: Path) -> list[Question]:
    return [Question(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]


def measure(search: KnowledgeSearch, questions: Sequence[Question], language: Language) -> Figures:
    """Ask them all."""
    asked = [(question, search.search(question.question, language)) for question in questions]
    known = [(question, result) for question, result in asked if question.article]
    answered = [(question, result) for question, result in asked if result.answer]
    asked_back = [(question, result) for question, result in known if result.choices]
    return Figures(
        questions=len(asked),
        recall_1=_share([question.article in _found(result, 1) for question, result in known]),
        recall_3=_share([question.article in _found(result, 3) for question, result in known]),
        precision=_share([question.article in _found(result, 1) for question, result in answered]),
        answered=_share([result.answer is not None for _, result in known]),
        asked_back=_share([bool(result.choices) for _, result in known]),
        choices_hold=_share([question.article in _found(result, 3) for question, result in asked_back]),
        strays=_share([result.answer is not None for question, result in asked if not question.article]),
    )


def _found(result: SearchResult, most: int) -> list[str]:
    return [tried.article_id for tried in result.tried[:most]]


def _share(truths: list[bool]) -> float:
    return sum(truths) / len(truths) if truths else 0.0
