"""Outlives the supervisor just long enough to end what it started, even if the supervisor was killed with -9.

It reads `+<group>` and `-<group>` lines from a pipe whose other end only the supervisor holds; the end of the pipe is the
supervisor's end. It also holds the installation's lock, so that the lock is free only when nothing is left.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterable
from contextlib import suppress

GRACE_SECONDS = 8.0


def exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # macOS says so of zombies
        return False
    return True


def end_groups(groups: Iterable[int], grace: float = GRACE_SECONDS) -> None:
    """Ask every group to end, then make it."""
    groups = set(groups)
    for number in (signal.SIGTERM, signal.SIGKILL):
        for group in groups:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(group, number)
        deadline = time.monotonic() + grace
        while number != signal.SIGKILL and any(map(exists, groups)) and time.monotonic() < deadline:
            time.sleep(0.05)


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        group = int(line[1:])
        (groups.add if line[0] == "+" else groups.discard)(group)
    end_groups(groups)


if __name__ == "__main__":
    main()
