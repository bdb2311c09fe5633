"""An article's file as the knowledge room wants it: front matter and Markdown. A test holds it against the room's own reader."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import date

from handover.contract.base import Language
from handover.contract.gaps import ArticleDraft

SLUG_LIMIT = 60
_SPOKEN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def path(draft: ArticleDraft, language: Language) -> str:
    return "/".join(part for part in (language, draft.folder, f"{draft.article_id}.md") if part)


def markdown(draft: ArticleDraft, language: Language, today: date) -> str:
    """Texts are quoted, so that no character in them means anything to YAML."""
    asked = [question for question in (" ".join(one.split()) for one in draft.questions) if question]
    questions = "".join(f"  - {_quoted(question)}\n" for question in asked)
    return (
        f"---\nid: {_quoted(draft.article_id)}\nlanguage: {language}\nkind: {draft.kind}\n"
        f"title: {_quoted(' '.join(draft.title.split()))}\n"
        f"questions:{'' if questions else ' []'}\n{questions}topics: [{_quoted(draft.topic)}]\naudience: everyone\n"
        f"owner: {_quoted(' '.join(draft.owner.split()))}\nvalid_from: {today.isoformat()}\n---\n{draft.body.strip()}\n"
    )


def slug(text: str) -> str:
    """A name for a file, out of a title: `Wo liegt meine Rechnung?` is `wo-liegt-meine-rechnung`."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_SPOKEN)).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain)
    made = "-".join(words)[:SLUG_LIMIT].strip("-")
    return made or "article"


def _quoted(text: str) -> str:
    """JSON's strings are YAML's."""
    return json.dumps(text, ensure_ascii=False)
