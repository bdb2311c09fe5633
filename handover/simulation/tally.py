"""What is told of a simulation: a calm line for each thing that happens, and a table at the end."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from rich.console import Console
from rich.markup import escape
from rich.table import Table

Ending = Literal[
    "talked to a person", "gave up waiting", "left a contact", "content with the bot", "left at the end", "broke off"
]


@dataclass
class Record:
    """What became of one visitor. Seconds are those of the clock on the wall."""

    name: str
    story: str
    ending: Ending = "broke off"
    waits: list[float] = field(default_factory=list)
    """Of the calls that somebody took."""
    answers: list[float] = field(default_factory=list)
    """From each message to a person until the person's next one."""
    ratings: dict[str, int] = field(default_factory=dict)


class Diary:
    def __init__(self, console: Console) -> None:
        self._console = console
        self.records: list[Record] = []

    def open(self, name: str, story: str) -> Record:
        self.records.append(Record(name, story))
        return self.records[-1]

    def tell(self, name: str, what: str) -> None:
        at = datetime.now().astimezone().strftime("%H:%M:%S")
        self._console.print(f"[dim]{at}[/dim]  {escape(name):<20}  {escape(what)}", highlight=False)

    def sum_up(self) -> None:
        table = Table(title=f"{len(self.records)} visitors", title_justify="left", show_header=False)
        for what, value in summary(self.records):
            table.add_row(what, value)
        self._console.print(table)


def summary(records: Sequence[Record]) -> list[tuple[str, str]]:
    """Rows of the table at the end."""
    rows = [(ending, str(count)) for ending in get_args(Ending) if (count := _ended(records, ending))]
    rows.append(("wait for a person", _middle([wait for one in records for wait in one.waits])))
    rows.append(("wait for an answer", _middle([wait for one in records for wait in one.answers])))
    for about in ("bot", "human"):
        scores = [one.ratings[about] for one in records if about in one.ratings]
        told = f"{statistics.mean(scores):.1f} of 5, from {len(scores)}" if scores else "none"
        rows.append((f"rating of the {about}", told))
    return rows


def _ended(records: Sequence[Record], ending: Ending) -> int:
    return sum(one.ending == ending for one in records)


def _middle(seconds: list[float]) -> str:
    if not seconds:
        return "none"
    return f"median {statistics.median(seconds):.0f} s, longest {max(seconds):.0f} s, of {len(seconds)}"
