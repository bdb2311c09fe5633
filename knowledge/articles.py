"""Editors' files: one article a file, `articles/<language>/<topic>/<id>.md`, read strictly.

A file either becomes an `Article` or says what is wrong with it as `Problem`s. Nothing an editor can save makes this
module raise. An article's text is data: it holds no HTML, starts nothing, and `{braces}` in it are plain characters.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, cast, get_args

from knowledge import frontmatter, markdown
from knowledge.problems import Problem, problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Language = Literal["de", "en"]
Kind = Literal["faq", "process", "term", "notice"]
Audience = Literal["everyone", "agents"]
Flow = Literal["track_order", "claim_late_delivery", "claim_damaged_item", "claim_missing_item", "talk_to_human"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
KINDS: tuple[Kind, ...] = get_args(Kind)
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
FLOWS: tuple[Flow, ...] = get_args(Flow)

MAX_BYTES = 64 * 1024
MIN_QUESTIONS = 4
MAX_LINE = 300  # characters of a title or an example question
REQUIRED = ("id", "language", "kind", "title", "questions", "topics", "owner", "valid_from")
OPTIONAL = ("audience", "valid_until", "links", "buttons")
LISTS = ("questions", "topics", "links", "buttons")
_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_LEAST = {"questions": MIN_QUESTIONS, "topics": 1}
_PLACE = re.compile(r">>.*<<")
_CONFLICT = re.compile(r"(<<<<<<<|>>>>>>>)( |$)")
_ENDING = re.compile(r"\.(md|markdown)(\.txt)?$", re.IGNORECASE)
"""An article's name, and what it becomes by mistake."""
_INVISIBLE = ("Cc", "Cf", "Zl", "Zp")  # control and format characters, odd line ends
_ALLOWED_INVISIBLE = {"\n", "\t", "\N{SOFT HYPHEN}"}


@dataclass(frozen=True)
class Article:
    id: str
    language: Language
    kind: Kind
    title: str
    questions: tuple[str, ...]
    question_lines: tuple[int, ...]
    """Where each question stands in the file."""
    topics: tuple[str, ...]
    owner: str
    valid_from: date
    valid_until: date | None
    links: tuple[str, ...]
    """Ids of related articles."""
    body: str
    file: str
    """Path below the articles' folder."""
    version: str
    """Hash of the file's content."""
    audience: Audience = "everyone"
    """Who may read it: `agents` never reaches a visitor."""
    buttons: tuple[Flow, ...] = ()
    """Flows of the bot that a button below the answer offers. Nothing starts without a press."""

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


def read_folder(folder: Path) -> tuple[list[Article], list[Problem]]:
    """Read every article below `folder`, in a stable order. Hidden files and other endings are none of ours."""
    articles: list[Article] = []
    problems: list[Problem] = []
    if not folder.is_dir():
        return [], [problem("folder-missing", ".", 0, folder=folder.name)]
    for path in _entries(folder):
        name = path.relative_to(folder).as_posix()
        found = _read_file(path, name)
        if isinstance(found, Article):
            articles.append(found)
        else:
            problems.extend(found)
    return articles, problems


def parse(content: bytes, file: str) -> Article | list[Problem]:
    """One file's content as an article, or everything that is wrong with it."""
    if len(content) > MAX_BYTES:
        return [problem("file-large", file, 0, limit=MAX_BYTES // 1024)]
    try:
        text = unicodedata.normalize("NFC", re.sub(r"\r\n?", "\n", content.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        return [problem("file-encoding", file, content[: error.start].count(b"\n") + 1)]
    try:
        fields, body, body_line = frontmatter.split(text)
    except frontmatter.FrontMatterError as error:
        return [problem(error.code, file, error.line, **error.values)]
    problems = [
        *_hidden_characters(text, file),
        *_unfinished(text, file),
        *_field_problems(fields, file),
        *(problem(code, file, line) for line, code in markdown.complaints(body, body_line)),
    ]
    if not body.strip():
        problems.append(problem("body-empty", file, body_line))
    if problems:
        return sorted(problems, key=lambda one: one.line)
    return _article(fields, body.strip(), file, hashlib.sha256(content).hexdigest()[:12])


def _entries(folder: Path) -> Iterator[Path]:
    """Articles and symbolic links below the folder; links are returned to be refused, never followed."""
    for directory, names, files in os.walk(folder, followlinks=False):
        names[:] = sorted(name for name in names if not name.startswith("."))
        here = type(folder)(directory)
        yield from (here / name for name in names if (here / name).is_symlink())
        yield from (here / name for name in sorted(files) if _ENDING.search(name) and not name.startswith("."))


def _read_file(path: Path, name: str) -> Article | list[Problem]:
    if not (name.endswith(".md") or path.is_symlink()):
        return [problem("file-ending", name, 0)]
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return [problem("file-special", name, 0)]
            return _parse_once(stream.read(MAX_BYTES + 1), name)
    except OSError as error:
        if path.is_symlink():
            return [problem("file-link", name, 0)]
        return [problem("file-unreadable", name, 0, reason=error.strerror)]


_parse_once = lru_cache(maxsize=20_000)(parse)  # a save changes one file; the others need no second look


def _hidden_characters(text: str, file: str) -> Iterator[Problem]:
    for number, line in enumerate(text.split("\n"), start=1):
        hidden = {c for c in line if unicodedata.category(c) in _INVISIBLE and c not in _ALLOWED_INVISIBLE}
        if hidden:
            codes = ", ".join(sorted(f"U+{ord(character):04X}" for character in hidden))
            yield problem("hidden-characters", file, number, codes=codes)


def _unfinished(text: str, file: str) -> Iterator[Problem]:
    """Places that `kulanz knowledge new` left to be filled in, or that a merge left to be decided."""
    for number, line in enumerate(text.split("\n"), start=1):
        if place := _PLACE.search(line):
            yield problem("unfinished", file, number, place=place[0][:60])
        elif _CONFLICT.match(line):
            yield problem("merge-conflict", file, number)


def _field_problems(fields: dict[str, frontmatter.Field], file: str) -> Iterator[Problem]:
    for name in REQUIRED:
        if name not in fields:
            yield problem("field-missing", file, 1, name=name)
    for name, field in fields.items():
        if name not in REQUIRED + OPTIONAL:
            yield problem("field-unknown", file, field.line, name=name, known=_listed(REQUIRED + OPTIONAL))
        elif name in LISTS:
            yield from _list_problems(name, field, file)
        elif isinstance(field.value, tuple):
            yield problem("field-not-text", file, field.line, name=name)
        else:
            yield from _text_problems(name, field.value, field.line, file)
    since, until = (_day_of(fields.get(name)) for name in ("valid_from", "valid_until"))
    if since and until and until < since:
        yield problem("field-days", file, fields["valid_until"].line)


def _text_problems(name: str, value: str, line: int, file: str) -> Iterator[Problem]:
    language, _, rest = file.partition("/")
    checks: dict[str, tuple[bool, str, dict[str, object]]] = {
        "id": (bool(_SLUG.fullmatch(value)) and rest.endswith(f"/{value}.md"), "field-id", {}),
        "language": (value in LANGUAGES and value == language, "field-language", {}),
        "kind": (value in KINDS, "field-choice", {"known": _listed(KINDS)}),
        "audience": (value in AUDIENCES, "field-choice", {"known": _listed(AUDIENCES)}),
        "title": (0 < len(value) <= MAX_LINE and "\n" not in value, "field-title", {"limit": MAX_LINE}),
        "owner": (0 < len(value) <= MAX_LINE, "field-owner", {}),
        "valid_from": (_date(value) is not None, "field-day", {}),
        "valid_until": (not value or _date(value) is not None, "field-day", {}),
    }
    fine, code, values = checks[name]
    if not fine:
        yield problem(code, file, line, name=name, value=value[:60], **values)


def _list_problems(name: str, field: frontmatter.Field, file: str) -> Iterator[Problem]:
    """Too few entries, and every entry that cannot stand in the list."""
    if isinstance(field.value, str):
        yield problem("field-not-list", file, field.line, name=name)
        return
    least = _LEAST.get(name, 0)
    if len(field.value) < least:
        yield problem("list-short", file, field.line, name=name, number=len(field.value), least=least)
    seen: set[str] = set()
    for item, line in zip(field.value, field.lines, strict=True):
        if code := _entry_problem(name, item, seen):
            yield problem(code, file, line, name=name, value=item[:60], limit=MAX_LINE, known=_listed(FLOWS))
        seen.add(item.casefold())


def _entry_problem(name: str, item: str, seen: set[str]) -> str:
    """The code of what is wrong with an entry; empty if nothing is. `seen`: the entries before it, in small letters."""
    if not 0 < len(item) <= MAX_LINE:
        return "list-long"
    if item.casefold() in seen:
        return "list-twice"
    if name in ("topics", "links") and not _SLUG.fullmatch(item):
        return "list-ids"
    return "list-choice" if name == "buttons" and item not in FLOWS else ""


def is_slug(text: str) -> bool:
    """Whether it may be an id, a topic or the name of a folder."""
    return bool(_SLUG.fullmatch(text))


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names)


def _day_of(field: frontmatter.Field | None) -> date | None:
    return _date(field.value) if field and isinstance(field.value, str) else None


def _date(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if len(value) == len("2026-01-31") else None
    except ValueError:
        return None


def _article(fields: dict[str, frontmatter.Field], body: str, file: str, version: str) -> Article:
    def text(name: str) -> str:
        return cast("str", fields[name].value) if name in fields else ""

    def texts(name: str) -> tuple[str, ...]:
        return cast("tuple[str, ...]", fields[name].value) if name in fields else ()

    return Article(
        id=text("id"),
        language=cast("Language", text("language")),
        kind=cast("Kind", text("kind")),
        title=text("title"),
        questions=texts("questions"),
        question_lines=fields["questions"].lines,
        topics=texts("topics"),
        owner=text("owner"),
        valid_from=date.fromisoformat(text("valid_from")),
        valid_until=_date(text("valid_until")),
        links=texts("links"),
        body=body,
        file=file,
        version=version,
        audience=cast("Audience", text("audience") or "everyone"),
        buttons=cast("tuple[Flow, ...]", texts("buttons")),
    )
