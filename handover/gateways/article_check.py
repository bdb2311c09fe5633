"""What may be in an article is the knowledge room's to say: its own reader is asked. Nothing of the search comes with it."""

from __future__ import annotations

from typing import Any

from knowledge.articles import parse


def article_problems(path: str, markdown: str) -> tuple[dict[str, Any], ...]:
    """Everything that keeps this file from being an article, in both languages; none if it is one."""
    found = parse(markdown.encode(), path)
    return tuple(problem.told() for problem in found) if isinstance(found, list) else ()
