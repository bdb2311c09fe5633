"""What can be wrong with articles, all in one place: a stable code, how grave it is, what to say, and how to mend it.

found = problem("twin-missing", "de/payment/paypal.md", 1, twin="en/payment/paypal.md")

The codes and the names of the values stay as they are. The catalogue here is English, the one in german.py German.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from knowledge.german import GERMAN

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Problem:
    """Where, what, and how to mend it. `line` counts from 1; 0: the whole file. An error keeps all from going live."""

    file: str
    line: int
    message: str
    hint: str
    code: str
    severity: Severity = "error"
    values: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What stands in the message's and the hint's places."""

    def told(self) -> dict[str, Any]:
        """For programs and pages: message and hint by language, everything else as it is."""
        message, hint = (text.format_map(self.values) for text in GERMAN[self.code])
        return asdict(self) | {
            "message": {"de": message, "en": self.message},
            "hint": {"de": hint, "en": self.hint},
        }


def problem(code: str, file: str, line: int, **values: object) -> Problem:
    """A problem of the catalogue. Raises KeyError for a code or value that the catalogue does not know."""
    severity, message, hint = CATALOGUE[code]
    texts = {name: str(value) for name, value in values.items()}
    # Only the catalogue's own words are a format; a brace in a value is a brace.
    return Problem(file, line, message.format_map(texts), hint.format_map(texts), code, severity, texts)


def errors(problems: Iterable[Problem]) -> list[Problem]:
    return [one for one in problems if one.severity == "error"]


def warnings(problems: Iterable[Problem]) -> list[Problem]:
    return [one for one in problems if one.severity == "warning"]


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Errors first, then by file and line."""
    return sorted(problems, key=lambda one: (one.severity, one.file, one.line))


_SLUG = "use small letters, digits, - and _"
CATALOGUE: dict[str, tuple[Severity, str, str]] = {
    # the folder and its files
    "folder-missing": ("error", "the articles' folder does not exist", "create {folder}/"),
    "folder-empty": ("error", "there are no articles", "add one below de/ and its twin below en/"),
    "file-large": ("error", "the file is larger than {limit} KiB", "split it into several articles"),
    "file-encoding": ("error", "the file is not UTF-8 text", "save it with the encoding UTF-8"),
    "file-special": ("error", "this is not a plain file", "remove it or put a text file here"),
    "file-link": ("error", "symbolic links are not followed", "put the file itself here"),
    "file-ending": ("warning", "the file is not read: its name does not end in .md", "rename it, or move it elsewhere"),
    "file-unreadable": ("error", "the file cannot be read: {reason}", "check the file and its rights"),
    "hidden-characters": ("error", "invisible characters: {codes}", "delete them; retype the line if need be"),
    "body-empty": ("error", "the article has no text", "write the answer below the front matter"),
    "unfinished": ("error", "a place is still to be filled in: {place}", "write what belongs here, without the >> <<"),
    "merge-conflict": ("error", "a merge was left undecided", "keep one of the versions, without Git's marks"),
    # front matter
    "front-missing": ("error", "the file does not begin with front matter", "make `---` the first line"),
    "front-open": ("error", "the front matter has no end", "close it with a line `---`"),
    "front-empty": ("error", "the front matter holds no fields", "write one `name: value` a line"),
    "yaml": (
        "error",
        "this is not valid YAML: {reason}",
        "put a text that holds a colon, # or quotation marks into double quotes; indent lists by two blanks",
    ),
    "yaml-tab": ("error", "a tab where blanks belong", "indent lists by two blanks; no tabs above the closing `---`"),
    "yaml-colon": ("error", "a colon inside a text", "put the text into double quotes"),
    "yaml-quote": ("error", "the quotation marks that open here are not closed", "close them at the end of the line"),
    "yaml-start": ("error", "a text cannot begin with {sign}", "put the text into double quotes"),
    "yaml-line": ("error", "neither a field nor a list's entry", "write `name: value`, or `  - ...` in a list"),
    "yaml-comment": ("error", "what follows the # would be left out", "put the text into double quotes"),
    "yaml-anchor": ("error", "YAML anchors and aliases are not allowed", "write the text out"),
    "yaml-tag": ("error", "YAML tags are not allowed", "remove the word that begins with `!`"),
    "yaml-nested": ("error", "a list or mapping inside a list", "write a plain text here"),
    "field-name": ("error", "a field's name must be a word", "write `name: value`"),
    "field-repeated": ("error", "`{name}` stands here a second time", "keep one of the two lines"),
    "field-shape": ("error", "`{name}` must be a text or a list of texts", "write `{name}: ...`, or a list below it"),
    "field-missing": ("error", "`{name}` is missing", "add a line `{name}: ...` to the front matter"),
    "field-unknown": ("error", "`{name}` is not a field of articles", "the fields are {known}"),
    "field-not-text": ("error", "`{name}` must be one text, not a list", "write `{name}: ...` on one line"),
    "field-not-list": ("error", "`{name}` must be a list", "write `{name}:` and below it one `  - ...` a line"),
    "field-id": (
        "error",
        "`id` cannot be `{value}`",
        "use small letters, digits, - and _; the file is named <language>/<folder>/<id>.md",
    ),
    "field-language": (
        "error",
        "`language` cannot be `{value}`",
        "write `de` in files below de/ and `en` below en/",
    ),
    "field-choice": ("error", "`{name}` cannot be `{value}`", "write one of {known}"),
    "field-title": ("error", "`title` cannot be `{value}`", "write one line of 1 to {limit} characters"),
    "field-owner": ("error", "`owner` cannot be `{value}`", "name the person or team that keeps this article true"),
    "field-day": ("error", "`{name}` cannot be `{value}`", "write a day like 2026-01-31"),
    "field-days": ("error", "`valid_until` is before `valid_from`", "mend one of the two days"),
    "list-short": (
        "error",
        "`{name}` holds {number} of at least {least} entries",
        "add some; example questions are worded as visitors ask",
    ),
    "entry-wrapped": ("error", "a list's entry goes on here", "begin each entry with `- `, and keep it on one line"),
    "list-long": ("error", "an entry of `{name}` is empty or too long", "write 1 to {limit} characters"),
    "list-twice": ("error", "`{name}` says “{value}” twice", "remove one of them"),
    "list-ids": ("error", "`{name}` holds `{value}`, which is not an id", _SLUG),
    "list-choice": ("error", "`{name}` holds `{value}`", "write only {known}, or leave the line out"),
    # the text
    "html": ("error", "raw HTML", "use Markdown; write `&lt;` for a bare <"),
    "table": ("error", "a table", "visitors would see its bars; write a list"),
    "mark-open": ("error", "`**` or a link is not closed", "close it; there are no blanks in a link's address"),
    "front-twice": ("error", "a second front matter", "one article a file: move it into a file of its own"),
    "image": ("error", "an image", "describe it in words, or link to a page that shows it"),
    "link-target": ("error", "a link that is neither http(s), mailto, tel nor a path", "link to https://..."),
    # all files together
    "id-taken": ("error", "the id `{id}` is taken by {other}", "give each article its own id"),
    "twin-missing": (
        "warning",
        "the twin {twin} is missing",
        "visitors get the answer in the other language until it is written",
    ),
    "twin-differs": ("error", "`{name}` differs from {twin}", "twins share kind, topics, audience and buttons"),
    "twin-untranslated": (
        "warning",
        "has the very questions of {twin}",
        "write title, questions and text in the language of the folder",
    ),
    "twin-validity": (
        "error",
        "`{name}` differs from {twin}",
        "let both apply for the same days, or one language goes without",
    ),
    "link-broken": ("error", "`links` names `{id}`, which does not exist", "mend or remove it"),
    "question-repeated": ("error", "{other} has the same question", "keep it in one of the two"),
    "expired": (
        "warning",
        "the article applied until {day} and no longer answers",
        "renew or remove it, with its twin",
    ),
    "expires-soon": ("warning", "the article answers only until {day}", "renew it in time, or let it end"),
    "not-yet-valid": ("warning", "the article answers only from {day} on", "nothing, if that is meant"),
    # the index made of them
    "found-elsewhere": ("error", "“{question}” finds {other} instead", "reword it, or merge the two articles"),
    "questions-lost": (
        "error",
        "finds first for {number} more of {total} regression questions, wrongly; for example “{question}” ({topic})",
        "say in title and questions what the article is not about, or mend the article on {topic}",
    ),
    "near-duplicate": (
        "warning",
        "nearly the same as {other} ({share} alike)",
        "merge them, or say in each what the other is for",
    ),
    "contradiction": (
        "warning",
        "may contradict {other}:{other_line}: “{here}” here, “{there}” there",
        "let both say the same, or say what each is about",
    ),
    "twin-numbers": (
        "warning",
        "gives “{here}”, but its twin {other}:{other_line} “{there}”",
        "let both languages say the same",
    ),
    # publishing
    "held-back": (
        "error",
        "version {version} was rolled back and is held back",
        "save a mended article, or run `kulanz knowledge publish` to let it serve all the same",
    ),
    "questions-refused": ("error", "the regression questions cannot be read: {reason}", "mend or remove that file"),
    "publishing-failed": (
        "error",
        "publishing failed: {reason}",
        "the old version serves on; it is tried again at the next save, and every minute",
    ),
}
