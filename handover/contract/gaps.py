"""Questions that the bot could not answer, as proposals for the editors."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from handover.contract.base import Language, Wire

GapState = Literal["open", "taken_up", "rejected"]
Hidden = Literal["email", "phone", "iban", "card", "name", "address", "number"]
"""Kinds of personal data that were taken out of a text; `[kind]` stands where they stood."""
Question = Annotated[str, Field(min_length=1, max_length=300)]
Answer = Annotated[str, Field(min_length=1, max_length=8000)]
Words = Annotated[str, Field(max_length=1000)]


class Said(Wire):
    """A message that may go into a proposal, without personal data."""

    number: int
    text: str


class GapDraft(Wire):
    """What a proposal begins with: read from the conversation, for the agent to edit."""

    language: Language
    questions: tuple[Said, ...]
    answers: tuple[Said, ...]
    """What agents wrote, oldest first."""
    question_number: int | None
    """The message that the bot stopped at."""
    answer_numbers: tuple[int, ...]
    topic: str | None
    hidden: tuple[Hidden, ...]
    """What was taken out."""


class NewGap(Wire):
    language: Language
    question: Question
    answer: Answer
    remark: Words = ""
    topic: str | None = Field(default=None, max_length=30)


class GapAnswer(Wire):
    question: str
    answer: str
    remark: str
    by: str
    """Name of the agent."""
    at: AwareDatetime


class GapView(Wire):
    """A question with everything that was proposed for it; equal questions are one."""

    id: str
    language: Language
    question: str
    topic: str | None
    state: GapState
    reason: str
    """Why it was rejected."""
    article_id: str | None
    """What it was taken up as."""
    answers: tuple[GapAnswer, ...]
    """The newest first; an agent who may not settle them sees their own alone."""
    count: int
    """How often it was proposed."""
    version: int
    made_at: AwareDatetime
    settled_at: AwareDatetime | None
    settled_by: str | None
    """Name."""


class GapList(Wire):
    gaps: tuple[GapView, ...]


class Proposed(Wire):
    gap: GapView
    number: int
    """Of the event."""
    hidden: tuple[Hidden, ...]
    """What was taken out of the texts on their way."""


class ArticleDraft(Wire):
    """What an editor makes of it; the twin in the other language is theirs to write."""

    article_id: str = Field(max_length=120)
    folder: str = Field(max_length=60)
    topic: str = Field(max_length=60)
    kind: Literal["faq", "process", "term", "notice"] = "faq"
    title: str = Field(max_length=300)
    questions: tuple[Annotated[str, Field(max_length=300)], ...] = Field(default=(), max_length=40)
    owner: str = Field(max_length=300)
    body: str = Field(max_length=20_000)


class ArticleStart(Wire):
    """Answer to `GET /api/gaps/{id}/article`."""

    draft: ArticleDraft
    folders: tuple[str, ...]
    topics: tuple[str, ...]
    """What may be chosen from; both may be new ones, too."""


class ArticleFile(Wire):
    """An article's file as it would be saved, and what its check says to it."""

    path: str
    markdown: str
    problems: tuple[dict[str, Any], ...]
    """As the knowledge page shows them: line, message and hint by language. None: it can be saved so."""
