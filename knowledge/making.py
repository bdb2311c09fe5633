"""How the index of one language is made: what an index before it holds already is taken over, the rest computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from knowledge.index import LanguageIndex
from knowledge.lexical import clean
from knowledge.passages import entries
from knowledge.ranking import Asked, learn

if TYPE_CHECKING:
    from knowledge.articles import Article, Language
    from knowledge.embeddings import Encoder
    from knowledge.index import Rows
    from knowledge.passages import Entry
    from knowledge.questions import QuestionSet

_FEW_CHANGED = 0.1
"""Share of articles, changed, new and gone, up to which an index and its tuning are taken over."""
_FEW = 500
"""Example questions that stand in for a question set where there is none."""


def index_of(
    language: Language,
    articles: list[Article],
    encoder: Encoder,
    questions: QuestionSet | None,
    before: list[LanguageIndex],
) -> LanguageIndex:
    """The index of these articles; of the indexes `before`, which are of the same model, one may be this language's."""
    old = next((index for index in before if index.language == language), None)
    same_questions = old is not None and old.tuning.source == _source(questions)
    if old and same_questions and old.articles == articles:
        return old
    rows = _vectors(entries(articles), encoder, before)
    if old and _is_like(old, articles):
        made = old.changed(articles, rows)
        return made if same_questions else _tuned(made, encoder, questions)
    return _tuned(LanguageIndex(language, articles, rows), encoder, questions)


def _vectors(found: list[Entry], encoder: Encoder, before: list[LanguageIndex]) -> Rows:
    """A row for each entry: taken from an index that has the same text, else computed."""
    rows = np.empty((len(found), encoder.dimension), dtype=np.float16)
    missing = np.arange(len(found))
    for index in before:
        known = {entry.text: number for number, entry in enumerate(index.entries)}
        numbers = np.array([known.get(found[at].text, -1) for at in missing], dtype=np.int64)
        rows[missing[numbers >= 0]] = index.vectors[numbers[numbers >= 0]]
        missing = missing[numbers < 0]
    gists = [found[at].gist for at in missing]
    new = {gist: row for row, gist in enumerate(dict.fromkeys(gists))}
    rows[missing] = encoder.encode(list(new))[[new[gist] for gist in gists]]
    return rows


def _is_like(old: LanguageIndex, articles: list[Article]) -> bool:
    """Whether so few articles changed that the index is worth taking over, and that its tuning holds."""
    return len({*old.articles} ^ {*articles}) <= _FEW_CHANGED * len(old.articles)


def _source(questions: QuestionSet | None) -> str:
    return f"questions {questions.fingerprint}" if questions else "example questions"


def _tuned(index: LanguageIndex, encoder: Encoder, questions: QuestionSet | None) -> LanguageIndex:
    asides = [clean(one.question) for one in questions.of(index.language, "aside")] if questions else []
    index = index.beside(encoder.encode(asides))
    asked = _from_questions(index, encoder, questions) if questions else _from_examples(index)
    return index.tuned(learn(asked, _source(questions)))


def _from_questions(index: LanguageIndex, encoder: Encoder, questions: QuestionSet) -> list[Asked]:
    asked = [(clean(one.question), one.topics) for one in questions.of(index.language, "development")]
    vectors = encoder.encode([question for question, _ in asked])
    return [
        index.asked(question, vectors[row : row + 1], topics)
        for row, (question, topics) in enumerate(asked)
        if question
    ]


def _from_examples(index: LanguageIndex) -> list[Asked]:
    """One example question of each article, asked of an index without it; and once more without its article."""
    hidden = {
        int(index.article_of[number]): number
        for number, entry in enumerate(index.entries)
        if (entry.kind, entry.place) == ("question", 1)
    }
    asked = sorted(hidden.values())[:_FEW]
    reduced = index.without(set(asked))
    found = []
    for number in asked:
        entry = index.entries[number]
        own, vector = index.articles[index.article_of[number]], index.vector(number)
        found.append(reduced.asked(clean(entry.text), vector, frozenset(own.topics)))
        found.append(reduced.asked(clean(entry.text), vector, frozenset(), but=own))
    return found
