"""Articles are cut into passages of at most 120 words, by heading and block, so that each has one meaning."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from knowledge.markdown import Block, blocks, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from knowledge.articles import Article

MAX_WORDS = 120
MAX_ANSWER_WORDS = 150
_GIST_WORDS = 64
_SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+")


@dataclass(frozen=True)
class Passage:
    """`number` counts from 0 in the article; `text` is Markdown with its heading, `words` what a reader sees."""

    number: int
    heading: str
    text: str
    words: str


@dataclass(frozen=True)
class Entry:
    """One line of the index: something of an article that a question may be near to."""

    kind: Literal["title", "question", "passage"]
    text: str
    place: int = 0
    """Which of the article's example questions or passages, from 0."""

    @property
    def gist(self) -> str:
        """What its vector is made of: more words make it vaguer, not better, and take longer than ten questions."""
        return " ".join(self.text.split()[:_GIST_WORDS])


def cut(body: str) -> list[Passage]:
    """The body's passages, in order; every word is in exactly one of them."""
    found: list[Passage] = []
    heading, gathered = Block("", ""), list[Block]()

    def close() -> None:
        if gathered:
            found.append(_passage(len(found), heading, gathered))
            gathered.clear()

    for block in (part for whole in blocks(body) for part in _small(whole)):
        if block.kind == "heading":
            close()
            heading = block
            continue
        if _count([*gathered, block]) > MAX_WORDS:
            close()
        gathered.append(block)
    close()
    return found


def entries(articles: list[Article]) -> list[Entry]:
    """Everything of these articles that goes into the index, article by article."""
    return [entry for article in articles for entry in entries_of(article)]


@lru_cache(maxsize=40_000)  # a save changes one article; the others need no second look
def entries_of(article: Article) -> tuple[Entry, ...]:
    """Title, example questions, passages."""
    passages = (
        Entry("passage", f"{article.title}. {passage.heading} {passage.words}", passage.number)
        for passage in cut(article.body)
    )
    asked = (Entry("question", question, place) for place, question in enumerate(article.questions))
    return (Entry("title", article.title), *asked, *passages)


def answer(article: Article, passage: int) -> str:
    """What a visitor reads: the whole text if it is short, else the passage that fits."""
    passages = cut(article.body)
    if len(plain(article.body).split()) <= MAX_ANSWER_WORDS or not passages:
        return article.body
    return passages[min(passage, len(passages) - 1)].text


def _passage(number: int, heading: Block, gathered: list[Block]) -> Passage:
    text = heading.source
    for before, block in pairwise([heading, *gathered]):
        text += ("\n" if before.kind == block.kind == "item" else "\n\n") + block.source
    return Passage(number, heading.words, text.strip("\n"), " ".join(block.words for block in gathered))


def _count(gathered: list[Block]) -> int:
    return sum(len(block.words.split()) for block in gathered)


def _small(block: Block) -> Iterator[Block]:
    """A block longer than a passage is cut between sentences, a monster sentence between words."""
    if block.kind == "heading" or len(block.words.split()) <= MAX_WORDS:
        yield block
        return
    gathered: list[str] = []
    for sentence in _SENTENCE_END.split(block.words):
        words = sentence.split()
        if gathered and len(gathered) + len(words) > MAX_WORDS:
            yield replace(block, source=" ".join(gathered), words=" ".join(gathered))
            gathered = []
        gathered += words
        while len(gathered) > MAX_WORDS:
            head, gathered = gathered[:MAX_WORDS], gathered[MAX_WORDS:]
            yield replace(block, source=" ".join(head), words=" ".join(head))
    if gathered:
        yield replace(block, source=" ".join(gathered), words=" ".join(gathered))
