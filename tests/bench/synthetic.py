"""Knowledge bases of any size, from the words of the shipped articles: every article different, none true."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from knowledge.articles import read_folder
from knowledge.markdown import plain
from knowledge.passages import entries

if TYPE_CHECKING:
    from knowledge.articles import Article, Language
    from knowledge.embeddings import Encoder, Vectors

ARTICLES = Path(__file__).resolve().parents[2] / "knowledge" / "articles"
QUESTIONS = 8


def articles(count: int, language: Language, passages: int = 1, seed: int = 1) -> list[Article]:
    """`count` articles of `passages` passages of about 100 words, each with a title and eight questions.

    Shipped articles: 11 questions, 218 tokens in all (German); these: with one passage, 8 questions, 217 tokens.
    """
    shipped = [one for one in read_folder(ARTICLES)[0] if one.language == language]
    chance = random.Random(seed)
    sentences = [s for one in shipped for s in plain(one.body).replace("\n", " ").split(". ") if len(s.split()) > 3]
    halves = [
        (words[: len(words) // 2], words[len(words) // 2 :])
        for one in shipped
        for words in map(str.split, one.questions)
    ]
    begins, ends = ([" ".join(half) for half in side] for side in zip(*halves, strict=True))

    def passage() -> str:
        words: list[str] = []
        while len(words) < 95:
            words += chance.choice(sentences).split()
        return " ".join(words[:100])

    def drawn() -> tuple[list[str], list[str]]:
        """Beginnings of some questions, ends of others: as long as real ones."""
        return chance.sample(begins, QUESTIONS), chance.sample(ends, QUESTIONS)

    def one(number: int) -> Article:
        model = chance.choice(shipped)
        asked = tuple(f"{begin} {end}" for begin, end in zip(*drawn(), strict=True))
        return replace(
            model,
            id=f"synthetic-{number}",
            title=f"{model.title} {number}",
            questions=asked,
            question_lines=tuple(range(5, 5 + QUESTIONS)),
            body="\n\n".join(f"## Teil {part}\n\n{passage()}" for part in range(passages)),
            file=f"{language}/synthetic/synthetic-{number}.md",
            version=f"{number:012d}",
            valid_until=None,
        )

    return [one(number) for number in range(count)]


def twins(count: int) -> list[Article]:
    """`count` articles, half of them German, half English."""
    return [*articles(count // 2, "de"), *articles(count // 2, "en")]


def vectors(of: list[Article], encoder: Encoder, seed: int = 1) -> Vectors:
    """Stand-ins for the vectors of many entries: mixtures of three real ones, so that they lie as real ones do."""
    real = encoder.encode([entry.text for entry in entries(of[:200])])
    chance = np.random.default_rng(seed)
    count = len(entries(of))
    picked = chance.integers(0, len(real), size=(count, 3))
    shares = chance.dirichlet((1.0, 1.0, 1.0), size=count).astype(np.float32)
    mixed = np.zeros((count, real.shape[1]), dtype=np.float32)
    for part in range(3):
        mixed += shares[:, part : part + 1] * real[picked[:, part]]
    mixed += chance.normal(scale=0.01, size=mixed.shape).astype(np.float32)
    unit: Vectors = mixed / np.linalg.norm(mixed, axis=1, keepdims=True)
    return unit
