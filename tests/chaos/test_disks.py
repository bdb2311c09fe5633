"""A database that is full, locked or cut off: what cannot be done is said clearly, reading goes on, and it passes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from handover.domain.errors import Unavailable
from handover.store.engine import WRITE
from tests.edges import House
from tests.unit.handover.front_desk import FrontDesk
from tests.visitor import Visitor


@contextmanager
def full_disk(house: House) -> Iterator[None]:
    """SQLite may use no further page, whichever connection writes."""
    engine: Engine = house.app.state.engine

    def limit(pages: int) -> None:
        engine.dispose()  # connections that are made from now on keep to it
        most["pages"] = pages

    most = {"pages": 2**30}
    event.listen(engine, "connect", lambda connection, _: connection.execute(f"PRAGMA max_page_count={most['pages']}"))
    with engine.connect() as connection:
        used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    limit(used)
    try:
        yield
    finally:
        limit(2**30)


def test_f22_a_full_disk_refuses_new_words_clearly_lets_read_and_needs_no_restart(house: House) -> None:
    agent = house.agent()
    with Visitor(house.url, "en") as visitor:
        visitor.say("before")
        with full_disk(house):
            refusal = refused_when_full(visitor)
            assert refusal["code"] == "unavailable"
            assert "try again" in refusal["text"]
            read = agent.http.get(f"/api/conversations/{visitor.conversation_id}")
            assert read.status_code == 200
            assert "before" in read.text
            note = {"client_id": "n" * 12, "text": "x" * 9000}
            answers = [agent.do(visitor.conversation_id, "notes", **note) for _ in range(3)]
            assert {answer.status_code for answer in answers} <= {200, 503}
            assert all(answer.json()["error"]["code"] == "unavailable" for answer in answers if not answer.is_success)
        client_id = visitor.say("after")
        visitor.receive_until(lambda frame: frame["type"] == "ack" and frame["client_id"] == client_id)


def refused_when_full(visitor: Visitor) -> dict[str, Any]:
    """Free room in the last pages takes some words yet."""
    for _ in range(50):
        client_id = visitor.say("x" * 9000)
        frame = visitor.receive_until(lambda frame, mine=client_id: frame.get("client_id") == mine)
        if frame["type"] == "error":
            return frame
    raise AssertionError("the disk never filled")


def test_f22_a_database_that_stays_locked_is_told_as_unavailable_and_nothing_is_written(sqlite_engine: Engine) -> None:
    desk = FrontDesk(sqlite_engine)
    conversation_id = desk.visit()
    event.listen(sqlite_engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=10"))
    sqlite_engine.dispose()
    with sqlite_engine.connect().execution_options(**{WRITE: True}) as other:
        other.begin()
        with pytest.raises(Unavailable):
            desk.write(conversation_id, "Hallo?")
        assert desk.types(conversation_id) == ["conversation.started"]
    desk.write(conversation_id, "Hallo?")
    assert desk.types(conversation_id) == ["conversation.started", "message.posted"]


def test_f22_connections_cut_by_the_database_are_told_as_unavailable_and_the_next_call_gets_new_ones(
    postgresql_engine: Engine,
) -> None:
    desk = FrontDesk(postgresql_engine)
    conversation_id = desk.visit()

    def act() -> None:
        with desk.units() as unit:
            unit.conversations.locked(conversation_id)
            cut_all_others(postgresql_engine)
            unit.conversations.locked(conversation_id)

    with pytest.raises(Unavailable):
        act()
    desk.write(conversation_id, "Hallo?")
    assert desk.types(conversation_id) == ["conversation.started", "message.posted"]


def cut_all_others(engine: Engine) -> None:
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with engine.connect() as connection:
        connection.execute(text(others))
