"""Many deeds in one transaction: all of them or each by itself, and nobody is told before it is certain."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, event, func, select
from sqlalchemy.exc import OperationalError

from handover.contract.base import Actor
from handover.contract.events import NotePosted
from handover.domain.errors import InvalidInput, Unavailable
from handover.realtime.scribe import AT_ONCE, Scribe
from handover.services.ports import Publication
from handover.store import transaction
from handover.store.engine import make_engine, open_connection
from handover.store.migrate import upgrade
from handover.store.tables import events
from tests.unit.handover.front_desk import FrontDesk

Deed = Callable[[], int]
SYSTEM = Actor(kind="system")


class Lost(Exception):
    pass


def writes(desk: FrontDesk, conversation_id: str, text: str) -> Deed:
    return lambda: desk.write(conversation_id, text)


def says_nothing(desk: FrontDesk, conversation_id: str) -> Deed:
    return lambda: desk.write(conversation_id, "   ")


def hides_a_failure(desk: FrontDesk, conversation_id: str) -> Deed:
    """Its unit fails half-way, and it says that all is well."""

    def deed() -> int:
        with suppress(Lost), desk.units() as unit:
            unit.append(conversation_id, SYSTEM, NotePosted(text="half done"))
            raise Lost
        return 0

    return deed


def commits_of(engine: Engine) -> list[None]:
    """Grows by one with each."""
    times: list[None] = []

    @event.listens_for(engine, "commit")
    def count(_: object) -> None:
        times.append(None)

    return times


def texts(desk: FrontDesk, conversation_id: str) -> list[str]:
    return [found.data.text for found in desk.events(conversation_id) if hasattr(found.data, "text")]


def test_deeds_done_together_are_numbered_and_told_in_their_order(desk: FrontDesk) -> None:
    one, two = desk.visit(), desk.visit()
    known = len(desk.notebook.publications)
    numbers = desk.units.together([writes(desk, one, "a"), writes(desk, two, "b"), writes(desk, one, "c")])
    assert numbers == [2, 2, 3]
    assert (texts(desk, one), texts(desk, two)) == (["a", "c"], ["b"])
    told = [(each.conversation_id, each.events[0].event.number) for each in desk.notebook.publications[known:]]
    assert told == [(one, 2), (two, 2), (one, 3)]


def test_nobody_is_told_before_the_commit(desk: FrontDesk, engine: Engine) -> None:
    conversation_id = desk.visit()
    certain: list[int] = []

    def count(_: Publication) -> None:
        with engine.connect() as connection:
            certain.append(connection.scalar(select(func.max(events.c.number))) or 0)

    desk.notebook.publish = count  # type: ignore[method-assign]
    desk.units.together([writes(desk, conversation_id, "a"), writes(desk, conversation_id, "b")])
    assert certain == ([3, 3] if desk.units.one_writer else [2, 3])


def test_a_deed_that_fails_takes_no_other_with_it(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    first, failed, last = desk.units.together(
        [
            writes(desk, conversation_id, "a"),
            says_nothing(desk, conversation_id),
            writes(desk, conversation_id, "b"),
        ]
    )
    assert (first, last) == (2, 3)
    assert isinstance(failed, InvalidInput)
    assert texts(desk, conversation_id) == ["a", "b"]


def test_what_a_deed_began_and_gave_up_is_not_committed_with_the_others(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    outcomes = desk.units.together([hides_a_failure(desk, conversation_id), writes(desk, conversation_id, "a")])
    assert outcomes == [0, 2]
    assert texts(desk, conversation_id) == ["a"]


def test_a_commit_that_fails_is_followed_by_each_deed_alone(sqlite_engine: Engine) -> None:
    desk = FrontDesk(sqlite_engine)
    conversation_id = desk.visit()
    failures = [OperationalError("COMMIT", {}, sqlite3.OperationalError("disk I/O error"))]

    @event.listens_for(sqlite_engine, "commit")
    def fail_once(_: object) -> None:
        if failures:
            raise failures.pop()

    assert desk.units.together([writes(desk, conversation_id, text) for text in "abc"]) == [2, 3, 4]
    assert texts(desk, conversation_id) == ["a", "b", "c"]
    assert [number for told in desk.notebook.publications for number in [told.events[0].event.number]] == [1, 2, 3, 4]


def test_where_the_database_is_held_by_another_nobody_waits_twice(
    sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = FrontDesk(sqlite_engine)
    conversation_id = desk.visit()
    sqlite_engine.dispose()

    @event.listens_for(sqlite_engine, "connect")
    def wait_little(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA busy_timeout=10")

    tries: list[None] = []

    def open_and_count(engine: Engine, *, write: bool) -> Connection:
        tries.append(None)
        return open_connection(engine, write=write)

    monkeypatch.setattr(transaction, "open_connection", open_and_count)
    other = sqlite3.connect(str(sqlite_engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    outcomes = desk.units.together([writes(desk, conversation_id, str(number)) for number in range(20)])
    other.close()
    assert all(isinstance(outcome, Unavailable) for outcome in outcomes)
    assert len(tries) == 2  # together, and the first one alone
    assert desk.write(conversation_id, "later") == 2


@pytest.fixture(scope="module")
def one_desk(tmp_path_factory: pytest.TempPathFactory) -> FrontDesk:
    path: Path = tmp_path_factory.mktemp("together") / "desk.db"
    engine = make_engine(f"sqlite:///{path}")
    upgrade(engine)
    return FrontDesk(engine)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from([writes, says_nothing, hides_a_failure])), min_size=1, max_size=12
    )
)
def test_together_is_as_if_one_by_one(one_desk: FrontDesk, plan: list[tuple[int, Callable[..., Deed]]]) -> None:
    ids = [one_desk.visit() for _ in range(3)]
    deeds = [
        kind(one_desk, ids[whose], str(place)) if kind is writes else kind(one_desk, ids[whose])
        for place, (whose, kind) in enumerate(plan)
    ]
    outcomes = one_desk.units.together(deeds)
    assert [isinstance(outcome, InvalidInput) for outcome in outcomes] == [kind is says_nothing for _, kind in plan]
    for index, conversation_id in enumerate(ids):
        said = [str(place) for place, (whose, kind) in enumerate(plan) if whose == index and kind is writes]
        assert texts(one_desk, conversation_id) == said
        assert [each.number for each in one_desk.events(conversation_id)] == list(range(1, len(said) + 2))


# --- the scribe ---------------------------------------------------------------------------------------------------


async def test_what_comes_at_once_shares_a_few_transactions(sqlite_engine: Engine) -> None:
    desk = FrontDesk(sqlite_engine)
    ids = [desk.visit() for _ in range(3 * AT_ONCE)]
    commits = commits_of(sqlite_engine)
    scribe = Scribe(desk.units)
    numbers = await asyncio.gather(*(scribe.do(writes(desk, conversation_id, "a")) for conversation_id in ids))
    assert numbers == [2] * len(ids)
    assert 3 <= len(commits) <= 4


async def test_each_asker_hears_of_their_own_failure_alone(engine: Engine) -> None:
    desk = FrontDesk(engine)
    conversation_id, scribe = desk.visit(), Scribe(desk.units)
    told = await asyncio.gather(
        scribe.do(writes(desk, conversation_id, "a")),
        scribe.do(says_nothing(desk, conversation_id)),
        scribe.do(writes(desk, desk.visit(), "b")),
        return_exceptions=True,
    )
    assert [isinstance(each, InvalidInput) for each in told] == [False, True, False]


async def test_a_deed_whose_asker_has_gone_is_done_and_keeps_nobody_waiting(engine: Engine) -> None:
    desk = FrontDesk(engine)
    gone, stays, scribe = desk.visit(), desk.visit(), Scribe(desk.units)
    asked = asyncio.create_task(scribe.do(writes(desk, gone, "a")))
    await asyncio.sleep(0)
    asked.cancel()
    assert await scribe.do(writes(desk, stays, "b")) == 2
    if desk.units.one_writer:
        assert texts(desk, gone) == ["a"]
