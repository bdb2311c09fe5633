"""How much of everything is let through: one table, and the meters that keep to it.

Meters live in memory, per desk process: of several processes each lets its own share through. What costs money or
sends mail is limited in the database besides (`identity.py`, `agents.py`, the credit policy).
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from types import MappingProxyType

from handover.domain.errors import TooMany
from handover.services.network import Pseudonyms, network_of


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, and `a_minute` for long."""

    burst: float
    a_minute: float


@dataclass(frozen=True, slots=True)
class Rates:
    """The table. A network is an IPv4 address or the /64 of an IPv6 one: behind it may sit a company of 500 people."""

    deeds: Rate = Rate(60, 30)
    """Of a conversation: messages, presses, forms. A message every two seconds is more than anybody types for long."""
    uploads: Rate = Rate(20, 0.5)
    """Of files in a conversation: twenty photos at once, then thirty an hour."""
    uploaded_mb: Rate = Rate(1000, 20)
    """Of a network, in MiB: 500 people send a photo each, then six a minute."""
    all_uploaded_mb: Rate = Rate(10_000, 30)
    """In all, in MiB: 5,000 photos at once; then a flood from everywhere brings 42 GiB a day, and somebody sees it."""
    agent_uploads: Rate = Rate(60, 5)
    """Of files by an agent, who has several conversations."""
    deeds_long: Rate = Rate(600, 200 / 60)
    """Of a conversation: ten hours of lively talk at once, then 200 an hour; more is no talk."""
    calls: Rate = Rate(6, 0.5)
    """Of a conversation: calling a human moves the queue of everybody, and nobody calls six times in earnest."""
    marks: Rate = Rate(120, 120)
    """Of a conversation: read marks, one for each message that is shown; the next one makes up for those left out."""
    tickets: Rate = Rate(60, 60)
    """Of a conversation: a reload or a broken line each second."""
    transcripts: Rate = Rate(10, 1)
    """Of a conversation: each one reads the whole log."""
    requests: Rate = Rate(3000, 3000)
    """Of a network: 500 pages that come back at once ask for 1,500 things; 50 agents at work ask for one a second."""
    openings: Rate = Rate(500, 10)
    """Of a network: each of 500 people once, then as many as a shop's own hotspot may bring."""
    company_log_ins: Rate = Rate(60, 30)
    """Of a network, begun: each is remembered for ten minutes."""
    written: Rate = Rate(3000, 1500)
    """Of a network: 500 people who write three messages a minute."""
    all_openings: Rate = Rate(30_000, 300)
    """In all: a day of a large shop at once; then a flood from everywhere fills no disk overnight (about 1 KB each)."""
    all_written: Rate = Rate(20_000, 60_000)
    """In all: more than one process writes to its disk; what is refused here costs less than a queue behind it."""


FORGET_BEYOND = 100_000
"""Keys a meter remembers; then those not seen for longest are forgotten, which only ever lets more through."""
ROUNDING = 1e-6
"""Seconds that sums of many fractions may be off by."""
MIB = 1024 * 1024
NOTHING: Mapping[str, float] = MappingProxyType({})


class Meter:
    """Counts one rate for many keys. A key is remembered as one moment: when its burst is whole again."""

    def __init__(self, rate: Rate, now: Callable[[], float]) -> None:
        self._every, self._burst, self._now = 60 / rate.a_minute, rate.burst, now
        self._whole_at: OrderedDict[str, float] = OrderedDict()

    def wait(self, key: str, amount: float = 1) -> float:
        """Seconds until this key may go on; 0 when it may now."""
        owed = self._whole_at.get(key, 0.0) - self._now()
        seconds = owed - (self._burst - amount) * self._every
        return seconds if seconds > ROUNDING else 0.0

    def count(self, key: str, amount: float = 1) -> None:
        self._whole_at[key] = max(self._now(), self._whole_at.get(key, 0.0)) + self._every * amount
        self._whole_at.move_to_end(key)
        if len(self._whole_at) > FORGET_BEYOND:
            self._whole_at.popitem(last=False)


class Throttle:
    """Asked before anything is done for a visitor, from whatever thread.

    Each call raises `TooMany`, with the seconds to wait as `retry_seconds`, and then counts nothing.
    """

    def __init__(self, rates: Rates, *, factor: float = 1.0, now: Callable[[], float] = time.monotonic) -> None:
        self._rates, self._factor, self._now = rates, factor, now
        self._meters: dict[str, Meter] = {}
        self._pseudonyms, self._lock = Pseudonyms(), Lock()

    def request(self, host: str) -> None:
        self._take(("requests", self._network(host)))

    def open(self, host: str) -> None:
        self._take(("openings", self._network(host)), ("all_openings", ""))

    def company_log_in(self, host: str) -> None:
        self._take(("company_log_ins", self._network(host)))

    def ticket(self, conversation_id: str) -> None:
        self._take(("tickets", conversation_id))

    def deed(self, conversation_id: str, host: str) -> None:
        own = (("deeds", conversation_id), ("deeds_long", conversation_id))
        self._take(*own, ("written", self._network(host)), ("all_written", ""))

    def upload(self, conversation_id: str, host: str, size: int) -> None:
        """`size` in bytes."""
        network = self._network(host)
        volumes = (("uploaded_mb", network), ("all_uploaded_mb", ""))
        deeds = (("uploads", conversation_id), ("written", network), ("all_written", ""))
        self._take(*deeds, *volumes, amounts=dict.fromkeys(("uploaded_mb", "all_uploaded_mb"), size / MIB))

    def agent_upload(self, agent_id: str) -> None:
        self._take(("agent_uploads", agent_id))

    def call(self, conversation_id: str) -> None:
        self._take(("calls", conversation_id))

    def transcript(self, conversation_id: str) -> None:
        self._take(("transcripts", conversation_id))

    def mark(self, conversation_id: str) -> None:
        self._take(("marks", conversation_id))

    def _network(self, host: str) -> str | None:
        """None for this machine: it is a proxy nobody has named, or ourselves, and says nothing of who is there."""
        network = network_of(host)
        return network and self._pseudonyms.of(network)

    def _take(self, *places: tuple[str, str | None], amounts: Mapping[str, float] = NOTHING) -> None:
        """`amounts`: of the rates that do not count by one."""
        with self._lock:
            taken = [(self._meter(name), key, amounts.get(name, 1.0)) for name, key in places if key is not None]
            if (seconds := max((meter.wait(key, amount) for meter, key, amount in taken), default=0.0)) > 0:
                raise TooMany("Too much at once. Please wait a moment.", retry_seconds=math.ceil(seconds))
            for meter, key, amount in taken:
                meter.count(key, amount)

    def _meter(self, name: str) -> Meter:
        if name not in self._meters:
            rate: Rate = getattr(self._rates, name)
            self._meters[name] = Meter(Rate(rate.burst * self._factor, rate.a_minute * self._factor), self._now)
        return self._meters[name]
