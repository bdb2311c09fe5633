"""What the index holds and what is wrong with the articles, as the action server wrote it after its last build."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

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
