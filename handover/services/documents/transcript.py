"""A conversation to keep: one HTML file that needs nothing else, and the same as plain text for a mail.

The file holds no script, loads nothing, and says so itself by its policy; every word in it is escaped.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from html import escape
from itertools import takewhile

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from handover.contract.base import Language
from handover.contract.events import Event
from handover.services.documents.letterhead import Letterhead
from handover.services.documents.render import File
from handover.services.documents.transcript_lines import Line, lines
from handover.services.documents.transcript_words import TEXTS
from handover.services.ports import Mail
from handover.services.wording import day, moment_with_zone, short_moment, zone_name

HTML = "text/html"
MAIL_LIMIT = 200_000
"""Characters of a transcript in a mail: as much as mail programs show without a fuss; older words are left out."""

_STYLE = """
:root{color-scheme:light dark}
body{margin:2rem auto;max-width:44rem;padding:0 1rem;font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{margin:0 0 .5rem;font-size:1.5rem}
header{border-bottom:1px solid;margin-bottom:1rem}
ol{list-style:none;margin:0;padding:0}
ol.talk>li{margin:0 0 1rem;break-inside:avoid-page}
.who{margin:0;font-weight:600}
time{font-weight:400;opacity:.75;font-size:.875rem}
.words{white-space:pre-line}
.words p,.said>p{margin:.25rem 0}
.notes{margin:.25rem 0 0;padding-left:1rem;font-size:.9rem}
.said{border-left:.25rem solid #8a8f98;padding-left:.75rem}
.by-visitor{border-color:#0b63c5}
.by-agent{border-color:#0a7f56}
.happened{font-size:.9rem}
.happened p{margin:0}
@media print{body{margin:0;max-width:none;font-size:11pt}}
""".strip()
_STYLE_HASH = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'"
"""Of the file itself, wherever it is opened; what is served is sandboxed besides (`api/downloads.py`)."""


class _Writer(RendererHTML):
    """The file has one heading, and its links tell nobody where they were pressed."""

    def heading_open(self, *_: object) -> str:
        return "<p><strong>"

    def heading_close(self, *_: object) -> str:
        return "</strong></p>"

    def link_open(self, tokens: Sequence[Token], at: int, *_: object) -> str:
        return f'<a href="{escape(str(tokens[at].attrGet("href")))}" rel="noreferrer nofollow">'


class _Markdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 -- the library's own name
        """Websites and mail alone; anything else stays the text it is."""
        return url.lower().startswith(("http://", "https://", "mailto:"))


_MARKDOWN = _Markdown("zero", {"html": False, "breaks": True}, renderer_cls=_Writer)
_MARKDOWN.enable(["emphasis", "backticks", "link", "list", "fence", "heading", "newline", "escape", "entity"])


def html(events: Iterable[Event], language: Language, letterhead: Letterhead, made_at: datetime) -> File:
    """The whole conversation as one file to read and to print."""
    say = TEXTS[language]
    zone = letterhead.zone
    told = "\n".join(_item(line, letterhead, language) for line in lines(events, language))
    intro = _intro(language, letterhead, made_at)
    page = (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f"<title>{escape(say['title'])}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<header>\n"
        f"<h1>{escape(say['title'])}</h1>\n<p>{escape(intro)}</p>\n<p>{escape(say['legend'])}</p>\n</header>\n<main>\n"
    )
    body = f'<ol class="talk">\n{told}\n</ol>' if told else f"<p>{escape(say['empty'])}</p>"
    name = say["file_name"].format(day=made_at.astimezone(zone).date().isoformat())
    return File(name, HTML, f"{page}{body}\n</main>\n</body>\n</html>\n".encode())


def mail(events: Iterable[Event], language: Language, letterhead: Letterhead, made_at: datetime, to: str) -> Mail:
    """The conversation as the text of a mail: readable everywhere, and nothing to open that could be anything."""
    say = TEXTS[language]
    told = [_text(line, letterhead, language) for line in lines(events, language)]
    kept = list(_newest(told))
    head = [_intro(language, letterhead, made_at), say["legend"]]
    body = [*head, *([say["cut"]] if len(kept) < len(told) else []), *(kept or [say["empty"]])]
    today = day(made_at.astimezone(letterhead.zone).date(), language)
    subject = say["mail_subject"].format(shop=letterhead.name, day=today)
    return Mail(to, subject, say["mail_before"] + "\n\n".join(body) + say["mail_after"])


def _newest(told: list[str]) -> Iterator[str]:
    """As many of the last ones as a mail takes, in their order."""
    used = 0

    def fits(one: str) -> bool:
        nonlocal used
        used += len(one)
        return used <= MAIL_LIMIT

    return reversed(list(takewhile(fits, reversed(told))))


def _intro(language: Language, letterhead: Letterhead, made_at: datetime) -> str:
    zone = letterhead.zone
    made = moment_with_zone(made_at, zone, language)
    return TEXTS[language]["intro"].format(shop=letterhead.name, made=made, zone=zone_name(zone, language))


def _item(line: Line, letterhead: Letterhead, language: Language) -> str:
    at = f'<time datetime="{line.at.isoformat()}">{escape(short_moment(line.at, letterhead.zone, language))}</time>'
    if not line.name:
        sentences = "".join(f"<p>{escape(note)}</p>" for note in line.notes)
        return f'<li class="happened">{at}{sentences}</li>'
    words = _MARKDOWN.render(line.text) if line.is_markdown else f'<div class="words">{escape(line.text)}</div>'
    notes = "".join(f"<li>{escape(note)}</li>" for note in line.notes)
    return (
        f'<li class="said by-{line.by}"><p class="who">{escape(line.name)} {at}</p>'
        f"{words if line.text else ''}{f'<ul class=notes>{notes}</ul>' if notes else ''}</li>"
    )


def _text(line: Line, letterhead: Letterhead, language: Language) -> str:
    at = short_moment(line.at, letterhead.zone, language)
    notes = "\n".join(f"- {note}" for note in line.notes)
    if not line.name:
        return f"[{at}]\n{notes}"
    return "\n".join(part for part in (f"[{at}] {line.name}:", line.text, notes) if part)
