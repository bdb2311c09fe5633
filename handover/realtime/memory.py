"""What a hub remembers. All of it may be lost at any time."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """The last so many values, by key."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[str, T] = OrderedDict()

    def get(self, key: str) -> T | None:
        return self._values.get(key)

    def put(self, key: str, value: T) -> None:
        self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > self._size:
            self._values.popitem(last=False)


class Elsewhere:
    """Which visitors sit at the other desk processes, as those have told. May be asked from any thread."""

    def __init__(self) -> None:
        self._seats: defaultdict[str, set[str]] = defaultdict(set)

    def __contains__(self, conversation_id: str) -> bool:
        return any(conversation_id in seats for seats in tuple(self._seats.values()))

    def set_seat(self, process: str, conversation_id: str, *, here: bool) -> None:
        seats = self._seats[process]
        if here:
            seats.add(conversation_id)
        else:
            seats.discard(conversation_id)

    def set_roster(self, process: str, conversation_ids: Iterable[str]) -> set[str]:
        """Answers whose visitors came or went by it; a process that has none left is forgotten."""
        before, now = self._seats.pop(process, set()), set(conversation_ids)
        if now:
            self._seats[process] = now
        return before ^ now
