"""Questions whose topic is known: `<name>.{de,en}.jsonl`, to learn ranking from and to measure with.

One JSON object a line: {"question": ..., "topics": [ids, empty if no article answers it], "split": "development",
"test" or "aside"}. Tuning learns from the development half; the other half is only measured. Asides are never asked:
small talk and other people's business, which tell by their nearness that a question is none for the articles.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from knowledge.articles import LANGUAGES, Language

if TYPE_CHECKING:
    from pathlib import Path

Split = Literal["development", "test", "aside"]
NAMES = ("shop", "outside", "aside")


class QuestionsRefused(Exception):
    """A file of questions cannot be read; the message says file, line and why."""


@dataclass(frozen=True)
class Question:
    question: str
    topics: frozenset[str]
    split: Split


@dataclass(frozen=True)
class QuestionSet:
    """Questions by language. `fingerprint` names their content."""

    questions: dict[Language, tuple[Question, ...]]
    fingerprint: str

    def of(self, language: Language, split: Split) -> list[Question]:
        return [question for question in self.questions[language] if question.split == split]


def read(folder: Path) -> QuestionSet | None:
    """All questions of a folder; None if it holds none. Raises QuestionsRefused."""
    digest = hashlib.sha256()
    found: dict[Language, tuple[Question, ...]] = {}
    for language in LANGUAGES:
        questions: list[Question] = []
        for file in (folder / f"{name}.{language}.jsonl" for name in NAMES):
            if file.is_file():
                content = file.read_bytes()
                digest.update(content)
                questions += _parse(content, file.name)
        found[language] = tuple(questions)
    return QuestionSet(found, digest.hexdigest()[:12]) if any(found.values()) else None


def _parse(content: bytes, name: str) -> list[Question]:
    questions = []
    for number, line in enumerate(content.splitlines(), start=1):
        try:
            values = json.loads(line)
            question, topics, split = values["question"], values["topics"], values["split"]
        except (ValueError, KeyError, TypeError) as error:
            raise QuestionsRefused(f"{name}:{number}: not a question with topics and split ({error!r})") from error
        if split not in get_args(Split):
            raise QuestionsRefused(f"{name}:{number}: split is development, test or aside, not {split!r}")
        questions.append(Question(question, frozenset(topics), split))
    return questions
