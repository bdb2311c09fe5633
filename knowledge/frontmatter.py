"""The YAML between the `---` lines at the top of an article: parsed strictly, every value a text or a list of texts.

YAML can do far more than an article needs. Anchors, aliases (the alias bomb), tags (`!!python/object`), nesting and
duplicate keys are refused, and nothing is guessed: `no` stays the text "no" and `2026-01-31` the text "2026-01-31".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

FENCE = "---"
MAX_DEPTH = 2  # the mapping itself, and a list in it
_SECOND = re.compile(r"^---\s*\n(?:id|language|kind|title):", re.MULTILINE)
_SIGNS = {"while scanning an alias": "*", "while scanning an anchor": "&"}


class FrontMatterError(Exception):
    """One reason why front matter cannot be read: a code of problems.py. `line` counts from 1 in the whole file."""

    def __init__(self, line: int, code: str, **values: str) -> None:
        super().__init__(code)
        self.line = line
        self.code = code
        self.values = values


@dataclass(frozen=True)
class Field:
    """A front matter entry, the line it starts on and, for a list, the line of each item."""

    line: int
    value: str | tuple[str, ...]
    lines: tuple[int, ...] = ()


def split(text: str) -> tuple[dict[str, Field], str, int]:
    """Return the fields, the body and the line the body starts on. Raises FrontMatterError, nothing else."""
    lines = text.split("\n")
    if lines[0].rstrip() != FENCE:
        raise FrontMatterError(1, "front-missing")
    for end, line in enumerate(lines[1:], start=1):
        if line.rstrip() == FENCE:
            body = "\n".join(lines[end + 1 :])
            if second := _SECOND.search(body):
                raise FrontMatterError(end + 2 + body[: second.start()].count("\n"), "front-twice")
            return fields("\n".join(lines[1:end])), body, end + 2
    raise FrontMatterError(1, "front-open")


def fields(source: str) -> dict[str, Field]:
    """Read a mapping of texts and lists of texts. Raises FrontMatterError, nothing else."""
    try:
        _refuse_what_articles_do_not_need(source)
        node = yaml.compose(source, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise _refusal(error) from None
    if not isinstance(node, yaml.MappingNode):
        raise FrontMatterError(2, "front-empty")
    found: dict[str, Field] = {}
    for key, field in _entries(node, source.split("\n")):
        if key in found:
            raise FrontMatterError(field.line, "field-repeated", name=key)
        found[key] = field
    return found


def _refuse_what_articles_do_not_need(source: str) -> None:
    depth = 0
    for event in yaml.parse(source, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise FrontMatterError(_at(event), "yaml-anchor")
        if getattr(event, "tag", None):
            raise FrontMatterError(_at(event), "yaml-tag")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                is_colon = isinstance(event, yaml.MappingStartEvent) and not event.flow_style
                raise FrontMatterError(_at(event), "yaml-colon" if is_colon else "yaml-nested")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _entries(node: yaml.MappingNode, lines: list[str]) -> Iterator[tuple[str, Field]]:
    for key, value in node.value:
        line = _at(key)
        if not isinstance(key, yaml.ScalarNode):
            raise FrontMatterError(line, "field-name")
        if isinstance(value, yaml.ScalarNode):
            yield key.value, Field(line, _text(value, lines))
        elif isinstance(value, yaml.SequenceNode) and all(isinstance(item, yaml.ScalarNode) for item in value.value):
            items = tuple(_entry(item, lines) for item in value.value)
            yield key.value, Field(line, items, tuple(_at(item) for item in value.value))
        else:
            raise FrontMatterError(line, "field-shape", name=key.value)


def _entry(item: yaml.ScalarNode, lines: list[str]) -> str:
    """An entry of a list. YAML would add a line without its `- ` to the entry above it, without a word."""
    if item.style is None and item.start_mark.line != item.end_mark.line:
        raise FrontMatterError(_at(item) + 1, "entry-wrapped")
    return _text(item, lines)


def _text(node: yaml.ScalarNode, lines: list[str]) -> str:
    """A value. YAML would leave out what follows ` #` without a word: "Paket #10023" would become "Paket"."""
    end = node.end_mark
    if node.style is None and lines[end.line][end.column :].lstrip().startswith("#"):
        raise FrontMatterError(_at(node), "yaml-comment")
    return str(node.value).strip()


def _at(marked: yaml.Event | yaml.Node) -> int:
    mark = marked.start_mark
    return (int(mark.line) if mark else 0) + 2  # +1: counted from 1; +1: the opening fence


def _refusal(error: yaml.YAMLError) -> FrontMatterError:
    """The mistakes that everybody makes have words of their own; the parser's are for those who know YAML."""
    reason = str(getattr(error, "problem", None) or "a character that YAML does not allow")
    context = str(getattr(error, "context", None) or "")
    start = re.match(r"found character '(.+)' that cannot start", reason)
    line, begun = (_line(getattr(error, mark, None)) for mark in ("problem_mark", "context_mark"))
    if start and start[1] == r"\t":
        return FrontMatterError(line, "yaml-tab")
    if start or context in _SIGNS:
        return FrontMatterError(line, "yaml-start", sign=start[1] if start else _SIGNS[context])
    if reason.startswith("mapping values are not allowed"):
        return FrontMatterError(line, "yaml-colon")
    if context == "while scanning a quoted scalar":
        return FrontMatterError(begun, "yaml-quote")
    if context == "while scanning a simple key":
        return FrontMatterError(begun, "yaml-line")
    return FrontMatterError(line, "yaml", reason=reason)


def _line(mark: yaml.Mark | None) -> int:
    return int(mark.line) + 2 if mark else 2
