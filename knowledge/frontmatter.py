"""The YAML between the `---` lines at the top of an article: parsed strictly, every value a text or a list of texts.

YAML can do far more than an article needs. Anchors, aliases (the alias bomb), tags (`!!python/object`), nesting and
duplicate keys are refused, and nothing is guessed: `no` stays the text "no" and `2026-01-31` the text "2026-01-31".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

FENCE = "---"
MAX_DEPTH = 2  # the mapping itself, and a list in it


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
            return fields("\n".join(lines[1:end])), "\n".join(lines[end + 1 :]), end + 2
    raise FrontMatterError(1, "front-open")


def fields(source: str) -> dict[str, Field]:
    """Read a mapping of texts and lists of texts. Raises FrontMatterError, nothing else."""
    try:
        _refuse_what_articles_do_not_need(source)
        node = yaml.compose(source, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise FrontMatterError(_line(error), "yaml", reason=_reason(error)) from None
    if not isinstance(node, yaml.MappingNode):
        raise FrontMatterError(2, "front-empty")
    found: dict[str, Field] = {}
    for key, field in _entries(node):
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
                raise FrontMatterError(_at(event), "yaml-nested")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _entries(node: yaml.MappingNode) -> Iterator[tuple[str, Field]]:
    for key, value in node.value:
        line = _at(key)
        if not isinstance(key, yaml.ScalarNode):
            raise FrontMatterError(line, "field-name")
        if isinstance(value, yaml.ScalarNode):
            yield key.value, Field(line, value.value.strip())
        elif isinstance(value, yaml.SequenceNode) and all(isinstance(item, yaml.ScalarNode) for item in value.value):
            items = tuple(item.value.strip() for item in value.value)
            yield key.value, Field(line, items, tuple(_at(item) for item in value.value))
        else:
            raise FrontMatterError(line, "field-shape", name=key.value)


def _at(marked: yaml.Event | yaml.Node) -> int:
    mark = marked.start_mark
    return (int(mark.line) if mark else 0) + 2  # +1: counted from 1; +1: the opening fence


def _line(error: yaml.YAMLError) -> int:
    mark = getattr(error, "problem_mark", None)
    return int(mark.line) + 2 if mark else 2


def _reason(error: yaml.YAMLError) -> str:
    return str(getattr(error, "problem", None) or "a character that YAML does not allow")
