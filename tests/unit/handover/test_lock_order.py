"""Nobody waits for somebody who waits for them."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text, update

from handover.store.tables import conversations
from tests.unit.handover.front_desk import ANNA, FrontDesk


@pytest.mark.parametrize("change", ["seen", "heard"])
def test_what_changes_many_conversations_locks_them_in_the_order_of_their_ids(
    desk: FrontDesk, engine: Engine, change: str
) -> None:
    """Or two of these would wait for each other, and PostgreSQL would end one of them."""
    if desk.units.one_writer:
        pytest.skip("SQLite lets one write at a time")
    first, *_, last = ids = sorted(desk.claimed()[0] for _ in range(3))
    with engine.begin() as connection:  # as it lies in the file, the first one comes last
        connection.execute(update(conversations).where(conversations.c.id == first).values(priority=0))
    act = {"seen": lambda: desk.queue.visitors_seen(ids), "heard": lambda: desk.handovers.renew_leases(ANNA.id)}[change]
    with ThreadPoolExecutor(1) as pool:
        with desk.units() as unit:
            unit.conversations.locked(first)
            done = pool.submit(act)
            wait_for_a_lock(engine)
            unit.conversations.locked(last)
        done.result(10)


def wait_for_a_lock(engine: Engine) -> None:
    deadline = time.monotonic() + 20
    while not waits_for_a_lock(engine):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def waits_for_a_lock(engine: Engine) -> bool:
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with engine.connect() as connection:
        return bool(connection.scalar(text(query)))
