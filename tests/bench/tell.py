"""How benches tell their figures."""

from __future__ import annotations

import os


def line(what: str, *figures: str) -> None:
    print(f"{what:<44}{''.join(f'{figure:>16}' for figure in figures)}   load {os.getloadavg()[0]:.1f}", flush=True)


def bar(what: str, *, met: bool) -> None:
    """Speed is told, not tested: it is another one on another machine."""
    line(f"  bar: {what}", "met" if met else "MISSED")
