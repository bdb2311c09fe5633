"""A new article: the pair of twins with everything that has to be filled in marked by >> and <<.

As long as one mark is left `check` calls the article unfinished, so none can go live half-written.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from knowledge.articles import LANGUAGES, MIN_QUESTIONS, is_slug

if TYPE_CHECKING:
    from pathlib import Path

    from knowledge.articles import Kind, Language

_TITLE = {"de": ">>Überschrift, wie Besucher sie suchen würden<<", "en": ">>Title as visitors would look for it<<"}
_QUESTION = {
    "de": ">>Beispielfrage {n}, so wie Besucher fragen, auch kurz oder umgangssprachlich<<",
    "en": ">>Example question {n} as visitors ask, short or colloquial ones too<<",
}
_OWNER = {"de": ">>Team, das den Artikel aktuell hält<<", "en": ">>Team that keeps this article true<<"}
_ANSWER = {
    "de": ">>Die Antwort in einem Satz, das Wichtigste **fett**.<<",
    "en": ">>The answer in one sentence, what matters most in **bold**.<<",
}
_DETAIL = {
    "faq": {"de": "- **Fall:** >>was dann gilt<<", "en": "- **Case:** >>what applies then<<"},
    "process": {"de": "1. >>Erster Schritt<<\n2. >>Zweiter Schritt<<", "en": "1. >>First step<<\n2. >>Second step<<"},
    "term": {"de": "", "en": ""},
    "notice": {
        "de": ">>Bis wann das gilt und was Besucher tun können<<",
        "en": ">>Until when, and what visitors can do<<",
    },
}


class NewRefused(Exception):
    """There is such an article already, or the name cannot be one."""


def create(folder: Path, article_id: str, place: str, topic: str, kind: Kind) -> list[Path]:
    """Write both twins to `<language>/<place>/<article_id>.md` and return their paths. Raises NewRefused, OSError."""
    if not (is_slug(article_id) and is_slug(place) and is_slug(topic)):
        raise NewRefused("id, folder and topic are made of small letters, digits, - and _")
    taken = sorted(folder.glob(f"*/*/{article_id}.md"))
    if taken:
        raise NewRefused(f"the id `{article_id}` is taken by {taken[0].relative_to(folder)}")
    made = []
    for language in LANGUAGES:
        path = folder / language / place / f"{article_id}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(template(article_id, language, topic, kind))
        made.append(path)
    return made


def template(article_id: str, language: Language, topic: str, kind: Kind) -> str:
    questions = "".join(f'  - "{_QUESTION[language].format(n=n)}"\n' for n in range(1, MIN_QUESTIONS + 1))
    body = "\n\n".join(part for part in (_ANSWER[language], _DETAIL[kind][language]) if part)
    today = datetime.now(UTC).astimezone().date()
    return (
        f'---\nid: {article_id}\nlanguage: {language}\nkind: {kind}\ntitle: "{_TITLE[language]}"\n'
        f"questions:\n{questions}topics: [{topic}]\naudience: everyone\n"
        f'owner: "{_OWNER[language]}"\nvalid_from: {today}\n---\n{body}\n'
    )
