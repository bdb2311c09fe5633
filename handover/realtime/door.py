"""The door to the sockets: how many may be open, and who has to go when too many say nothing.

Per desk process. Whoever has said hello is never sent away for somebody who comes later.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields

from handover.domain.errors import TooMany
from handover.services.network import network_of

COME_BACK_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Rooms:
    """How many sockets may be open."""

    of_network: int = 1_000
    """500 people with two tabs each."""
    in_all: int = 25_000
    """What the memory of one process holds."""
    silent_of_network: int = 100
    """Open, but nobody has said hello yet; beyond it whoever is silent longest has to go."""
    silent_in_all: int = 2_000

    def times(self, factor: float) -> Rooms:
        return Rooms(*(max(1, round(getattr(self, each.name) * factor)) for each in fields(self)))


@dataclass(eq=False, slots=True, frozen=True)
class _Silent:
    """A socket that has not said hello. `hurry` ends it."""

    network: str | None
    hurry: Callable[[], None]


class Door:
    """Used on the event loop only. This machine itself is no network: it may be a proxy nobody has named."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._open: Counter[str | None] = Counter()
        self._in_all = 0
        self._silent: dict[_Silent, None] = {}  # in the order they came
        self._silent_of: defaultdict[str, dict[_Silent, None]] = defaultdict(dict)

    @contextmanager
    def enter(self, host: str) -> Iterator[None]:
        """The room of one open socket. Raises `TooMany` when there is none left."""
        network = network_of(host)
        is_full = network is not None and self._open[network] >= self._rooms.of_network
        if is_full or self._in_all >= self._rooms.in_all:
            raise TooMany("Too many open connections.", retry_seconds=COME_BACK_SECONDS)
        self._count(network, 1)
        try:
            yield
        finally:
            self._count(network, -1)

    @contextmanager
    def unheard(self, host: str, hurry: Callable[[], None]) -> Iterator[None]:
        """From the opening to the hello. `hurry` is called when others need the room more."""
        silent = _Silent(network_of(host), hurry)
        self._silent[silent] = None
        if silent.network is not None:
            self._silent_of[silent.network][silent] = None
            self._make_room(self._silent_of[silent.network], self._rooms.silent_of_network)
        self._make_room(self._silent, self._rooms.silent_in_all)
        try:
            yield
        finally:
            self._forget(silent)

    def _make_room(self, among: dict[_Silent, None], most: int) -> None:
        """Whoever is silent longest goes first: a real visitor says hello within a moment."""
        while len(among) > most:
            longest = next(iter(among))
            self._forget(longest)
            longest.hurry()

    def _forget(self, silent: _Silent) -> None:
        self._silent.pop(silent, None)
        if silent.network is not None:
            self._silent_of[silent.network].pop(silent, None)
            if not self._silent_of[silent.network]:
                del self._silent_of[silent.network]

    def _count(self, network: str | None, more: int) -> None:
        self._in_all += more
        self._open[network] += more
        if not self._open[network]:
            del self._open[network]
