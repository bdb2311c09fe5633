"""What the knowledge room left on disk: the state of its index, and the articles that are live.

Read from files, because the desk searches nothing and loads no model. Their shapes are `knowledge/builds.py`'s and
`knowledge/publish.py`'s; a test publishes with the real room and reads with this one.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from handover.domain.errors import Unavailable
from handover.services.articles import PublishedArticle

log = logging.getLogger(__name__)
LOOK_AGAIN_SECONDS = 5

NOTHING_BUILT: dict[str, Any] = {
    "version": None,
    "built_at": None,
    "model": "",
    "articles": 0,
    "passages": 0,
    "building": False,
    "problems": [],
    "warnings": [],
    "list": [],
}


class KnowledgeStatus:
    """Reads `status.json`. It is written by replacing, so that a half-written one is never seen."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self) -> dict[str, Any]:
        try:
            status = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return NOTHING_BUILT
        return NOTHING_BUILT | status if isinstance(status, dict) else NOTHING_BUILT

    def folders(self) -> tuple[str, ...]:
        """Those that articles lie in, below their language: `de/payment/paypal.md` lies in `payment`."""
        files = [str(one.get("file", "")).split("/") for one in self()["list"] if isinstance(one, dict)]
        return tuple(sorted({parts[1] for parts in files if len(parts) > 2}))


Live = Mapping[tuple[str, str], PublishedArticle]


class LiveArticles:
    """Reads the articles of the version that serves, once a version. `folder`: that of the builds."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: tuple[str, Live] | None = None

    def __call__(self) -> Live:
        """By language and id; nothing before the first build. Raises `Unavailable` if what is live cannot be read."""
        known = self._read
        try:
            version = self._version()
            if known is None or known[0] != version:
                known = self._read = (version, _articles(self._folder / "builds" / version) if version else {})
        except (OSError, ValueError, KeyError, TypeError):
            log.exception("the articles that are live could not be read")
            if known is None:
                raise Unavailable(retry_seconds=LOOK_AGAIN_SECONDS) from None
        return known[1]

    def _version(self) -> str:
        """Of the build that serves; empty before the first one."""
        try:
            current = (self._folder / "current").read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""
        return str(json.loads(current)["version"])


def _articles(build: Path) -> Live:
    since: dict[str, str] = json.loads((build / "since.json").read_bytes())
    listed = json.loads((build / "articles.json").read_bytes())
    return {(one.language, one.id): one for one in _published(listed, since)}


def _published(listed: list[dict[str, Any]], since: dict[str, str]) -> Iterator[PublishedArticle]:
    for one in listed:
        yield PublishedArticle(
            id=one["id"],
            language=one["language"],
            title=one["title"],
            body=one["body"],
            version=one["version"],
            updated_on=date.fromisoformat(since[one["file"]]),
            audience=one["audience"],
            valid_from=date.fromisoformat(one["valid_from"]),
            valid_until=date.fromisoformat(one["valid_until"]) if one["valid_until"] else None,
        )
