"""The desk asks what the knowledge base would say: `POST {actions}/passages`, header `X-Kulanz-Secret`.

For the staff's eyes alone: nobody is answered by it, and no conversation is named.
"""

from __future__ import annotations

from pydantic import Field

from handover.contract.base import Language, Wire
from handover.contract.events import PassageTried, SearchRecord
from handover.contract.frames import MESSAGE_LIMIT


class PassagesAsked(Wire):
    text: str = Field(min_length=1, max_length=MESSAGE_LIMIT)
    language: Language
    intent: str = ""
    """What the parser took it for, and how sure it was: where the search hesitates, that may decide."""
    confidence: float = 0.0


class ArticleFound(Wire):
    """An article as it would be told."""

    article_id: str
    language: Language
    """Of the text: another than was asked for where there is no twin."""
    title: str
    text: str
    """Markdown: the whole article if it is short, else its best passage."""
    version: str
    passage: int
    score: float
    topics: tuple[str, ...] = ()


class PassagesFound(Wire):
    search: SearchRecord
    passages: tuple[PassageTried, ...] = ()
    """Everything that was looked at, best first."""
    articles: tuple[ArticleFound, ...] = ()
    """What may be said: the answer, or up to three to choose from; nothing that is less likely."""
