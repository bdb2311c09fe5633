"""Drafts for an agent: what could be answered, and where it comes from. Nothing of it is ever sent by itself."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from handover.contract.base import Language, Number, Wire

DraftSourceKind = Literal["article", "order", "invoice", "subscription", "canned"]


class DraftSource(Wire):
    kind: DraftSourceKind
    id: str = Field(min_length=1, max_length=80)
    """Of the article or canned answer; number of the order, invoice or subscription."""


class Suggestion(Wire):
    source: DraftSource
    title: str
    """Of the article or canned answer; else empty: the page says what it is."""
    text: str
    """Markdown. A canned answer still has its variables."""
    language: Language
    """Of the text; another than the visitor's where there is none in theirs."""
    confidence: float | None = None
    """Of an article, 0 to 1: how likely it answers the question."""
    version: str | None = None
    """Of the article."""


class Suggestions(Wire):
    message_number: int | None
    """The newest message that nobody has answered; none: everything is answered."""
    drafts: tuple[Suggestion, ...] = ()
    """Three at most, the best first."""


class DraftUsed(Wire):
    """A suggestion that went into a message. `changed`: its words are no longer all there as they were."""

    source: DraftSource
    changed: bool
    for_number: Number
    """The message it was suggested for."""
