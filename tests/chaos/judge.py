"""Reads the log after the storm and says what was lost, doubled, out of order, or spoken by the wrong one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, func, select

from handover.store.tables import client_messages, conversations, events
from tests.chaos.visitors import LEADS_TO
from tests.chaos.wire import Log, Typed

Row = dict[str, Any]
BARS = (
    "lost",
    "doubled",
    "out of order",
    "numbers with a gap",
    "clients whose list is not the log",
    "bot texts without the word",
    "agent texts without the word",
    "claims of what had an owner",
    "take-overs of what was nobody's",
    "refused and written all the same",
    "texts answered twice by the bot",
    "rows that are not what their log says",
)
"""All of them must be 0."""


@dataclass
class Verdict:
    faults: dict[str, list[str]] = field(default_factory=lambda: {bar: [] for bar in BARS})
    messages: Counter[str] = field(default_factory=Counter)
    """By who wrote them."""
    conversations: int = 0
    events: int = 0

    @property
    def is_clean(self) -> bool:
        return not any(self.faults.values())

    def find(self, bar: str, what: str) -> None:
        self.faults[bar].append(what)


def judge(engine: Engine, ids: Sequence[str], typed: Iterable[Typed], logs: Iterable[Log]) -> Verdict:
    """Of these conversations: what clients typed, in the order they typed it, and what each of them shows."""
    verdict = Verdict(conversations=len(ids))
    by_conversation: defaultdict[str, list[Typed]] = defaultdict(list)
    for one in typed:
        by_conversation[one.conversation_id].append(one)
    shown: defaultdict[str, list[Log]] = defaultdict(list)
    for log in logs:
        shown[log.conversation_id].append(log)
    for conversation_id in ids:
        written = log_of(engine, conversation_id)
        verdict.events += len(written)
        verdict.messages.update(row["actor_kind"] for row in written if row["type"] == "message.posted")
        check_numbers(verdict, conversation_id, written)
        check_typed(verdict, written, by_conversation[conversation_id])
        check_shown(verdict, written, shown[conversation_id])
        check_word(verdict, engine, conversation_id, written)
    check_client_ids(verdict, engine, ids)
    return verdict


def log_of(engine: Engine, conversation_id: str) -> list[Row]:
    """As it stands in the table, past all our services."""
    query = select(events).where(events.c.conversation_id == conversation_id).order_by(events.c.number)
    with engine.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(query)]


def check_numbers(verdict: Verdict, conversation_id: str, written: list[Row]) -> None:
    if [row["number"] for row in written] != list(range(1, len(written) + 1)):
        verdict.find("numbers with a gap", conversation_id)


def check_typed(verdict: Verdict, written: list[Row], typed: list[Typed]) -> None:
    """Each message that was taken stands there once, under its number, and in the order its writer typed."""
    places: defaultdict[str, list[Row]] = defaultdict(list)
    for row in written:
        if client_id := row["data"].get("client_id"):
            places[client_id].append(row)
    last: dict[str, int] = {}
    for one in typed:
        found = places[one.client_id]
        if len(found) > 1:
            verdict.find("doubled", one.client_id)
        if one.refused:
            if found:
                verdict.find("refused and written all the same", f"{one.client_id}: {one.refused}")
            continue
        if one.number is None or (one.number, one.text) not in [(row["number"], row["data"]["text"]) for row in found]:
            verdict.find("lost", f"{one.client_id} of {one.author}: {one.number}")
            continue
        if one.number < last.get(one.author, 0):
            verdict.find("out of order", one.client_id)
        last[one.author] = one.number


def check_shown(verdict: Verdict, written: list[Row], shown: list[Log]) -> None:
    for log in shown:
        expected = [row for row in written if log.sees_all or row["audience"] == "all"]
        if [(row["number"], row["type"]) for row in expected] != [
            (event["number"], event["data"]["type"]) for event in log.events
        ] or any(
            row["data"].get("text") != event["data"].get("text")
            for row, event in zip(expected, log.events, strict=True)
        ):
            verdict.find("clients whose list is not the log", f"{log.conversation_id}, all: {log.sees_all}")


def check_word(verdict: Verdict, engine: Engine, conversation_id: str, written: list[Row]) -> None:
    """Who had the word is read from the log alone, and then compared with the row."""
    state, owner = "bot", None
    answered: set[int] = set()
    for row in written:
        place = f"{conversation_id} {row['number']}: {row['type']} while {state}"
        speaker, kind = row["actor_kind"], row["type"]
        reads_along = kind == "bot.understood" and row["data"].get("aside", False)  # says nothing, for the staff alone
        if speaker == "bot" and reads_along == (state == "bot"):
            verdict.find("bot texts without the word", place)
        if kind == "message.posted" and speaker == "agent" and (state, owner) != ("agent", row["actor_id"]):
            verdict.find("agent texts without the word", place)
        if kind == "conversation.claimed":
            if state != "waiting":
                verdict.find("claims of what had an owner", place)
            owner = row["data"]["agent_id"]
        if kind == "conversation.taken_over":
            if state != "agent" or owner == row["data"]["agent_id"]:
                verdict.find("take-overs of what was nobody's", place)
            owner = row["data"]["agent_id"]
        if kind in ("bot.understood", "bot.failed"):
            if row["data"]["message_number"] in answered:
                verdict.find("texts answered twice by the bot", place)
            answered.add(row["data"]["message_number"])
        state = LEADS_TO.get(kind, state)
    check_row(verdict, engine, conversation_id, (state, owner if state == "agent" else None, len(written)))


def check_row(verdict: Verdict, engine: Engine, conversation_id: str, expected: tuple[str, str | None, int]) -> None:
    columns = (conversations.c.state, conversations.c.owner_id, conversations.c.last_number)
    with engine.connect() as connection:
        row = connection.execute(select(*columns).where(conversations.c.id == conversation_id)).one()
    if tuple(row) != expected:
        verdict.find("rows that are not what their log says", f"{conversation_id}: {tuple(row)}, log: {expected}")


def check_client_ids(verdict: Verdict, engine: Engine, ids: Sequence[str]) -> None:
    """Two client ids that share a number would be two messages answered with one row."""
    for part in slices(ids, 500):
        query = (
            select(client_messages.c.conversation_id, client_messages.c.number, func.count())
            .join(
                events,
                (events.c.conversation_id == client_messages.c.conversation_id)
                & (events.c.number == client_messages.c.number)
                & (events.c.type == "message.posted"),
            )
            .where(client_messages.c.conversation_id.in_(part))
            .group_by(client_messages.c.conversation_id, client_messages.c.number)
            .having(func.count() > 1)
        )
        with engine.connect() as connection:
            for row in connection.execute(query):
                verdict.find("lost", f"{row.conversation_id} {row.number}: two client ids")


def slices(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))
