"""What changed between two nested tables of values, place by place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple


class Difference(NamedTuple):
    """A place, its names joined by dots. None: nothing stands there."""

    place: str
    before: Any
    after: Any


def differences(before: Mapping[str, Any], after: Mapping[str, Any], within: str = "") -> Iterator[Difference]:
    """Tables are compared by their names, anything else as a whole; in the order of the names as they come."""
    for name in dict.fromkeys([*before, *after]):
        place = f"{within}.{name}" if within else name
        one, other = before.get(name), after.get(name)
        if isinstance(one, Mapping) or isinstance(other, Mapping):
            yield from differences(_table(one), _table(other), place)
        elif one != other:
            yield Difference(place, one, other)


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
