"""What pages ask for all the time finds its rows by an index, so that a hundred thousand conversations cost it nothing.

On SQLite, which knows nothing of how full its tables are: a plan that is good there is chosen by rule and not by luck.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from handover.domain.agent import Sight
from handover.store.board import SqlBoardStore
from handover.store.credit import SqlCreditStore
from handover.store.gaps import SqlGapStore
from handover.store.mentions import SqlMentionStore
from handover.store.tasks import SqlTaskStore
from handover.store.wrap_ups import SqlWrapUpStore

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
SIGHT = Sight("anna", "billing")
GROWING = ("events", "conversations", "waits", "contacts", "tasks", "mentions", "wrap_ups", "gaps", "credit_decisions")
LOOKS: dict[str, Callable[[Connection], Any]] = {
    "bot failures": lambda one: SqlBoardStore(one).bot_failures(NOW),
    "with the bot": lambda one: SqlBoardStore(one).with_bot(NOW),
    "talks": lambda one: SqlBoardStore(one).talks(["a", "b"]),
    "ended waits": lambda one: SqlBoardStore(one).ended_since(NOW),
    "calls": lambda one: SqlBoardStore(one).called_since(NOW),
    "open wrap-ups": lambda one: SqlWrapUpStore(one).open_of(SIGHT, NOW, 50),
    "figures": lambda one: SqlWrapUpStore(one).figures(NOW),
    "open tasks": lambda one: SqlTaskStore(one).listed(SIGHT, "open", 50),
    "done tasks": lambda one: SqlTaskStore(one).listed(SIGHT, "done", 50),
    "contact wishes": lambda one: SqlTaskStore(one).wishes(SIGHT, 50),
    "mentions": lambda one: SqlMentionStore(one).open_ones(SIGHT, 50),
    "gaps": lambda one: SqlGapStore(one).listed("open", None, 50),
    "own gaps": lambda one: SqlGapStore(one).listed("open", "anna", 50),
    "proposals": lambda one: SqlCreditStore(one).open_proposals(SIGHT, 50),
    "how many proposals": lambda one: SqlCreditStore(one).open_count(),
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_no_look_reads_a_whole_table(sqlite_engine: Engine, look: Callable[[Connection], Any]) -> None:
    asked: list[tuple[str, Any]] = []
    with sqlite_engine.connect() as connection:
        event.listen(connection, "before_cursor_execute", lambda _c, _u, what, values, *_: asked.append((what, values)))
        look(connection)
        assert asked
        steps = [step for what, values in tuple(asked) for step in plan(connection, what, values)]
    assert [step for step in steps if step.startswith(tuple(f"SCAN {table}" for table in GROWING))] == []


def plan(connection: Connection, statement: str, values: Any) -> list[str]:
    cursor = connection.connection.cursor()
    cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values)
    return [row[3] for row in cursor.fetchall()]
