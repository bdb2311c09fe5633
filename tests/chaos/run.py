"""`make chaos`: visitors and agents write while everything fails, and nothing may be lost, doubled or out of order.

`python -m tests.chaos.run --seed 7 --messages 100000 --on sqlite --on postgresql`. The same seed plans the same people and faults.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import signal
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.chaos.house import lacks_for_postgresql, on_postgresql, on_sqlite
from tests.chaos.town import Outcome, Plan, is_clean, play, told
from tests.stack import Stack


def table(outcomes: dict[str, Outcome], seed: int) -> Table:
    shown = Table(title=f"chaos, seed {seed}", title_justify="left")
    shown.add_column("")
    for name in outcomes:
        shown.add_column(name, justify="right")

    def add(what: str, *cells: object) -> None:
        shown.add_row(what, *map(str, cells))

    them = list(outcomes.values())
    for author in ("visitor", "agent", "bot"):
        add(f"messages by {author}s", *(f"{one.verdict.messages[author]:,}" for one in them))
    add("messages in all", *(f"{one.verdict.messages.total():,}" for one in them))
    add("events", *(f"{one.verdict.events:,}" for one in them))
    add("conversations", *(f"{one.verdict.conversations:,}" for one in them))
    add("seconds", *(f"{one.seconds:,.0f}" for one in them))
    for title, counts in (("done to it", [one.faults for one in them]), ("lived through", [one.seen for one in them])):
        shown.add_section()
        add(f"[bold]{title}[/bold]", *("" for _ in them))
        for what in sorted(set().union(*counts)):
            add(what, *(f"{count[what]:,}" for count in counts))
    shown.add_section()
    for bar in them[0].verdict.faults:
        add(bar, *(len(one.verdict.faults[bar]) for one in them))
    add("books balance", *("yes" if one.balanced else "NO" for one in them))
    return shown


BACKENDS = {"sqlite": on_sqlite, "postgresql": on_postgresql}


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10_000))
    words.add_argument("--messages", type=int, default=100_000, help="on each back end")
    words.add_argument("--minutes", type=float, default=float("inf"), help="at most, on each back end")
    words.add_argument("--on", choices=[*BACKENDS], action="append", help="back ends; both unless named")
    words.add_argument("--folder", type=Path, help="where to leave logs and databases (default: nowhere)")
    given = words.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # or the house would go on without us
    print(f"seed {given.seed}", flush=True)
    outcomes: dict[str, Outcome] = {}
    with tempfile.TemporaryDirectory(prefix="kulanz-chaos-") as temporary:
        folder = given.folder or Path(temporary)
        if not (folder / "installation").exists():
            Stack(folder / "installation").set_up()
        for name in given.on or BACKENDS:
            if name == "postgresql" and (lack := lacks_for_postgresql()):
                print(f"{name} is left out: {lack}")
                continue
            with BACKENDS[name](folder / name, folder / "installation") as house:
                plan = Plan(seed=given.seed, messages=given.messages, seconds=given.minutes * 60)
                outcomes[name] = asyncio.run(play(house, plan))
            Console(width=110).print(table({name: outcomes[name]}, given.seed))
    Console(width=110).print(table(outcomes, given.seed))
    for name, outcome in outcomes.items():
        for line in told(outcome):
            print(f"{name}: {line}")
    return 0 if all(map(is_clean, outcomes.values())) else 1


if __name__ == "__main__":
    sys.exit(main())
