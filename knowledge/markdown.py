"""The Markdown of articles: what it may hold, and how it is cut into blocks.

Raw HTML, images and links other than http(s), mailto, tel and paths of the own site are refused when the article is
checked, so that no client has to be trusted to defuse them. (Images would make visitors' browsers fetch from strangers.)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

SCHEMES = ("http", "https", "mailto", "tel")
_MAX_NESTING = 20
_LEFT_OPEN = re.compile(r"\*\*(?=\S)|\]\(")
_TABLE = re.compile(r"\|?(\s*:?-{2,}:?\s*\|)+(\s*:?-{2,}:?\s*)?")
"""The line below a table's titles. Neither the widget nor the desk draws tables."""
_KINDS: dict[str, Literal["heading", "item"]] = {"heading_open": "heading", "list_item_open": "item"}
_MARKDOWN = MarkdownIt("commonmark", {"html": True, "maxNesting": _MAX_NESTING})
_MARKDOWN.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005  # judged below, with a line number


@dataclass(frozen=True)
class Block:
    """A paragraph, list item, heading or the like: its Markdown source and the words a reader sees."""

    source: str
    words: str
    kind: Literal["text", "heading", "item"] = "text"


def complaints(body: str, first_line: int) -> Iterator[tuple[int, str]]:
    """(line, code of problems.py) of everything an article's text must not hold, each once a line."""
    return iter(dict.fromkeys(_complaints(body, first_line)))


def _complaints(body: str, first_line: int) -> Iterator[tuple[int, str]]:
    for token in _MARKDOWN.parse(body):
        line = first_line + (token.map[0] if token.map else 0)
        for part in (token, *(token.children or ())):
            if part.type in ("softbreak", "hardbreak"):
                line += 1
            elif code := _complaint(part):
                yield line, code


def _complaint(part: Token) -> str:
    if part.type in ("html_block", "html_inline"):
        return "html"
    if part.type == "image":
        return "image"
    if part.type == "link_open" and not _is_harmless(str(part.attrGet("href") or "")):
        return "link-target"
    if part.type == "text" and _LEFT_OPEN.search(part.content):
        return "mark-open"
    return "table" if part.type == "text" and _TABLE.fullmatch(part.content) else ""


def blocks(body: str) -> list[Block]:
    """Cut into top-level blocks; lists are cut into their items."""
    lines = body.split("\n")
    tokens = _MARKDOWN.parse(body)
    found: list[Block] = []
    for index, token in enumerate(tokens):
        if token.map is None or not _is_block(token):
            continue
        source = "\n".join(lines[token.map[0] : token.map[1]]).strip("\n")
        found.append(Block(source, _visible_words(tokens[index:], token), _KINDS.get(token.type, "text")))
    return found


def plain(body: str) -> str:
    """The words a reader sees."""
    return " ".join(block.words for block in blocks(body))


def _is_harmless(href: str) -> bool:
    address = re.sub(r"[\s\x00-\x1f]", "", unquote(href))
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme:
        return parts.scheme.lower() in SCHEMES
    return address.startswith(("/", "#")) and not address.startswith("//")


def _is_block(token: Token) -> bool:
    if token.type == "list_item_open":
        return token.level == 1
    return token.level == 0 and not token.type.endswith(("list_open", "_close")) and token.type != "hr"


def _visible_words(tokens: Sequence[Token], opening: Token) -> str:
    """Words up to the token that closes `opening` (itself, for fences)."""
    words: list[str] = []
    for token in tokens:
        if token.nesting == -1 and token.level == opening.level:
            break
        if token.type == "inline":
            words.extend(" " if "break" in part.type else part.content for part in token.children or ())
            words.append(" ")
        elif token.type in ("fence", "code_block"):
            words.append(token.content)
        if opening.nesting == 0:
            break
    return " ".join("".join(words).split())
