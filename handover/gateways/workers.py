"""Which Rasa worker serves a conversation: always the same one while it lives, and the next best when it does not."""

from __future__ import annotations

import hashlib
import logging
import time
from pathlib import Path

from pydantic import TypeAdapter

log = logging.getLogger(__name__)
_listed: TypeAdapter[dict[str, str]] = TypeAdapter(dict[str, str])

REST_SECONDS = 5.0
"""How long a worker that did not answer in time is left alone, if there are others."""


class Workers:
    """Names and addresses, read from the launcher's file and read again when it was replaced.

    Without a file (a desk that runs by itself, as in tests) there is one worker, at `default`.
    """

    def __init__(self, file: Path | None, default: str) -> None:
        self._file = file
        self._addresses = {"rasa": default}
        self._seen: tuple[int, int] | None = None
        self._resting: dict[str, float] = {}

    def addresses(self) -> dict[str, str]:
        """Name to address, as they are now."""
        if self._file is not None:
            try:
                self._read(self._file)
            except (OSError, ValueError):  # not there yet, or not ours: what was known still holds
                log.debug("no list of workers at %s", self._file)
        return self._addresses

    def order_for(self, conversation_id: str) -> list[str]:
        """Addresses in the order in which they are to be asked; those that rest come last.

        Rendezvous hashing: when a worker comes or goes, no conversation of the others moves.
        """
        now = time.monotonic()
        addresses = self.addresses()
        names = sorted(addresses, key=lambda name: _weight(name, conversation_id), reverse=True)
        names.sort(key=lambda name: self._resting.get(addresses[name], 0.0) > now)
        return [addresses[name] for name in names]

    def let_rest(self, address: str) -> None:
        """It did not answer in time: ask it last for a while."""
        self._resting = {address: time.monotonic() + REST_SECONDS, **self._still_resting(address)}

    def _still_resting(self, but: str) -> dict[str, float]:
        now = time.monotonic()
        return {address: until for address, until in self._resting.items() if until > now and address != but}

    def _read(self, file: Path) -> None:
        status = file.stat()
        seen = (status.st_ino, status.st_mtime_ns)
        if seen != self._seen:
            self._addresses, self._seen = _listed.validate_json(file.read_bytes()) or self._addresses, seen


def _weight(name: str, conversation_id: str) -> bytes:
    return hashlib.sha256(f"{name}\0{conversation_id}".encode()).digest()
