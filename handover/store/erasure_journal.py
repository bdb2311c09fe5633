"""The erasures once more, in a file beside the database: a backup that is restored over the database leaves it alone."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

from handover.services.ports import Erasure


class FileJournal:
    """See `ports.ErasureJournal`. One JSON object a line, readable by its owner alone."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def add(self, erasure: Erasure) -> None:
        line = json.dumps(erasure._asdict() | {"at": erasure.at.isoformat()})
        self._file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._file, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, f"\n{line}\n".encode())  # the line before may have been cut short
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def all(self) -> list[Erasure]:
        """A line that a crash cut short counts for nothing: its erasure had not begun."""
        if not self._file.exists():
            return []
        lines = self._file.read_text("utf-8").split("\n")
        return [_read(line) for line in lines if line.endswith("}")]


def _read(line: str) -> Erasure:
    fields = json.loads(line)
    return Erasure(fields["hash"], fields["key"], datetime.fromisoformat(fields["at"]))
