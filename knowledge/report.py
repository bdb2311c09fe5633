"""How the `kulanz knowledge` commands show what they found: tables for people, plain lines for other programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from knowledge.problems import Problem, errors, warnings

if TYPE_CHECKING:
    from knowledge.builds import Current, Kept
    from knowledge.search import SearchResult

_COLOURS = {"error": "bold red", "warning": "yellow", "answer": "bold green", "choices": "yellow", "none": "red"}


def show_problems(problems: Sequence[Problem]) -> None:
    """On a terminal grouped by file, elsewhere one `file:line: severity: message (hint)` a line; to standard output."""
    console = Console(highlight=False)
    if not console.is_terminal:
        for one in problems:
            typer.echo(f"{one.file}:{one.line}: {one.severity}: {one.message} ({one.hint})")
        return
    for file, group in groupby(sorted(problems, key=lambda one: (one.file, one.line)), lambda one: one.file):
        console.print(f"\n[bold]{escape(file)}[/]")
        table = Table.grid(padding=(0, 2))
        table.add_column(justify="right", style="dim")
        for one in group:
            colour = _COLOURS[one.severity]
            what = f"{escape(one.message)}\n[dim]→ {escape(one.hint)}[/]"
            table.add_row(str(one.line or ""), f"[{colour}]{one.severity}[/]", what)
        console.print(table)
    console.print()


def counted(problems: Iterable[Problem]) -> str:
    """How many there are of each: `2 errors, 1 warning`; empty if there are none."""
    found = list(problems)
    numbers = (("error", len(errors(found))), ("warning", len(warnings(found))))
    return ", ".join(f"{number} {word}{'s' * (number != 1)}" for word, number in numbers if number)


def show_history(kept: Sequence[Kept], current: Current | None) -> None:
    """The builds that are kept, newest first, and what each is to visitors."""
    rows = [
        (
            one.version,
            f"{one.built_at.astimezone():%Y-%m-%d %H:%M:%S}",
            str(one.articles),
            one.model,
            _state(one, current),
        )
        for one in kept
    ]
    _show_table(("version", "built", "articles", "model", "state"), rows)


def show_result(result: SearchResult, milliseconds: float) -> None:
    """Decision, what a visitor would read, and what was looked at."""
    console = Console(highlight=False)
    colour = _COLOURS[result.decision]
    _line(console, f"[{colour}]{result.decision}[/]  confidence {result.confidence:.2f}  {milliseconds:.0f} ms")
    if result.answer:
        _line(console, f"\n[bold]{escape(result.answer.title)}[/]\n{escape(result.answer.text)}\n")
    for number, choice in enumerate(result.choices, start=1):
        _line(console, f"  {number}. {escape(choice.title)}")
    rows = [
        ("*" if one.used else "", f"{one.score:.2f}", one.article_id, one.language, ", ".join(one.topics), one.title)
        for one in result.tried
    ]
    _show_table(("", "score", "article", "language", "topics", "title"), rows)


def as_record(question: str, language: str, result: SearchResult, milliseconds: float) -> dict[str, Any]:
    """What `ask --json` says about one question."""
    return {
        "question": question,
        "language": language,
        "decision": result.decision,
        "confidence": round(result.confidence, 4),
        "passages": [
            {"article": one.article_id, "topics": list(one.topics), "score": round(one.score, 4)}
            for one in result.tried
        ],
        "milliseconds": round(milliseconds, 2),
    }


def _state(one: Kept, current: Current | None) -> str:
    if current is None:
        return ""
    return {current.version: "live", current.held_back or "": "held back"}.get(one.version, "")


def _show_table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    console = Console(highlight=False)
    if not console.is_terminal:
        for row in rows:
            typer.echo("\t".join(row))
        return
    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0))
    for title in titles:
        table.add_column(title, justify="right" if title in ("score", "articles") else "left")
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    console.print(table)


def _line(console: Console, markup: str) -> None:
    """With colours on a terminal; elsewhere without, and never broken into lines."""
    console.print(markup, soft_wrap=True)
