"""What visitors read of an article: `GET /api/visitor/articles/{language}/{article_id}`."""

from __future__ import annotations

from handover.contract.base import Language, Wire


class Article(Wire):
    id: str
    language: Language
    title: str
    body: str
    """Markdown without HTML and pictures."""
    version: str
    """Content hash, as in a `Receipt`: another one means that the article was changed since."""
    updated_on: str
    """ISO day since which it reads like this."""
    languages: tuple[Language, ...]
    """Those in which visitors may read it today, this one included."""
