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
from typing import TYPE_CHECKING, Literal, cast, get_args

from knowledge import frontmatter, markdown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Language = Literal["de", "en"]
Kind = Literal["faq", "process", "term", "notice"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
KINDS: tuple[Kind, ...] = get_args(Kind)

MAX_BYTES = 64 * 1024
MIN_QUESTIONS = 3
MAX_LINE = 300  # characters of a title or an example question
REQUIRED = ("id", "language", "kind", "title", "questions", "topics", "owner", "valid_from")
OPTIONAL = ("valid_until", "links")
LISTS = ("questions", "topics", "links")
_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_ALLOWED_INVISIBLE = {"\n", "\t", "\N{SOFT HYPHEN}"}


@dataclass(frozen=True)
class Problem:
    """Why something cannot be published: where, what, and how to mend it. `line` counts from 1; 0: the whole file."""

    file: str
    line: int
    message: str
    hint: str


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

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


def read_folder(folder: Path) -> tuple[list[Article], list[Problem]]:
    """Read every article below `folder`, in a stable order. Hidden files and other endings are none of ours."""
    articles: list[Article] = []
    problems: list[Problem] = []
    if not folder.is_dir():
        return [], [Problem(".", 0, "the articles' folder does not exist", f"create {folder.name}/")]
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
        return [Problem(file, 0, f"the file is larger than {MAX_BYTES // 1024} KiB", "split it into several articles")]
    try:
        text = unicodedata.normalize("NFC", content.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return [Problem(file, line, "the file is not UTF-8 text", "save it with the encoding UTF-8")]
    try:
        fields, body, body_line = frontmatter.split(text)
    except frontmatter.FrontMatterError as error:
        return [Problem(file, error.line, error.message, error.hint)]
    problems = [
        *_hidden_characters(text, file),
        *_field_problems(fields, file),
        *(Problem(file, line, message, hint) for line, message, hint in markdown.complaints(body, body_line)),
    ]
    if not body.strip():
        problems.append(Problem(file, body_line, "the article has no text", "write the answer below the front matter"))
    if problems:
        return sorted(problems, key=lambda problem: problem.line)
    return _article(fields, body.strip(), file, hashlib.sha256(content).hexdigest()[:12])


def _entries(folder: Path) -> Iterator[Path]:
    """Articles and symbolic links below the folder; links are returned to be refused, never followed."""
    for directory, names, files in os.walk(folder, followlinks=False):
        names[:] = sorted(name for name in names if not name.startswith("."))
        here = type(folder)(directory)
        yield from (here / name for name in names if (here / name).is_symlink())
        yield from (here / name for name in sorted(files) if name.endswith(".md") and not name.startswith("."))


def _read_file(path: Path, name: str) -> Article | list[Problem]:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return [Problem(name, 0, "this is not a plain file", "remove it or put a text file here")]
            return parse(stream.read(MAX_BYTES + 1), name)
    except OSError as error:
        if path.is_symlink():
            return [Problem(name, 0, "symbolic links are not followed", "put the file itself here")]
        return [Problem(name, 0, f"the file cannot be read: {error.strerror}", "check the file and its rights")]


def _hidden_characters(text: str, file: str) -> Iterator[Problem]:
    for number, line in enumerate(text.split("\n"), start=1):
        hidden = {c for c in line if unicodedata.category(c) in ("Cc", "Cf") and c not in _ALLOWED_INVISIBLE}
        if hidden:
            codes = ", ".join(sorted(f"U+{ord(character):04X}" for character in hidden))
            yield Problem(file, number, f"invisible characters: {codes}", "delete them; retype the line if need be")


def _field_problems(fields: dict[str, frontmatter.Field], file: str) -> Iterator[Problem]:
    for name in REQUIRED:
        if name not in fields:
            yield Problem(file, 1, f"`{name}` is missing", f"add a line `{name}: ...` to the front matter")
    for name, field in fields.items():
        if name not in REQUIRED + OPTIONAL:
            known = ", ".join(REQUIRED + OPTIONAL)
            yield Problem(file, field.line, f"`{name}` is not a field of articles", f"the fields are {known}")
        elif (complaint := _complaint(name, field.value, file)) is not None:
            yield Problem(file, field.line, *complaint)


def _complaint(name: str, value: str | tuple[str, ...], file: str) -> tuple[str, str] | None:
    """What is wrong with one field and how to mend it."""
    if name in LISTS:
        return _list_complaint(name, value)
    if isinstance(value, tuple):
        return f"`{name}` must be one text, not a list", f"write `{name}: ...` on one line"
    language, _, rest = file.partition("/")
    checks: dict[str, tuple[bool, str]] = {
        "id": (bool(_SLUG.fullmatch(value)) and rest.endswith(f"/{value}.md"), _ID_HINT),
        "language": (value in LANGUAGES and value == language, "write `de` in files below de/ and `en` below en/"),
        "kind": (value in KINDS, f"write one of {', '.join(KINDS)}"),
        "title": (0 < len(value) <= MAX_LINE and "\n" not in value, f"write one line of 1 to {MAX_LINE} characters"),
        "owner": (0 < len(value) <= MAX_LINE, "name the person or team that keeps this article true"),
        "valid_from": (_date(value) is not None, "write a day like 2026-01-31"),
        "valid_until": (not value or _date(value) is not None, "write a day like 2026-01-31, or leave the line out"),
    }
    fine, hint = checks[name]
    return None if fine else (f"`{name}` cannot be `{value[:60]}`", hint)


_ID_HINT = "use small letters, digits, - and _; the file is named <language>/<topic>/<id>.md"


def _list_complaint(name: str, value: str | tuple[str, ...]) -> tuple[str, str] | None:
    if isinstance(value, str):
        return f"`{name}` must be a list", f"write `{name}:` and below it one `  - ...` a line"
    least = {"questions": MIN_QUESTIONS, "topics": 1, "links": 0}[name]
    are_ids = name == "questions" or all(_SLUG.fullmatch(item) for item in value)
    complaints = (
        (len(value) < least, f"`{name}` holds {len(value)} of at least {least} entries", _MORE_HINT),
        (
            any(not 0 < len(item) <= MAX_LINE for item in value),
            f"an entry of `{name}` is empty or too long",
            _LONG_HINT,
        ),
        (len({item.casefold() for item in value}) < len(value), f"`{name}` says something twice", "remove one of them"),
        (not are_ids, f"`{name}` holds something that is not an id", "use small letters, digits, - and _"),
    )
    return next(((message, hint) for wrong, message, hint in complaints if wrong), None)


_MORE_HINT = "add some; example questions are worded as visitors ask"
_LONG_HINT = f"write 1 to {MAX_LINE} characters"


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
    )
