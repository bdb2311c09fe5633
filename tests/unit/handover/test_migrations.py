from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, insert, text
from sqlalchemy.exc import DBAPIError

from handover.domain.routing import Status
from handover.store.credit import SqlCreditStore
from handover.store.engine import make_engine
from handover.store.migrate import is_current, upgrade
from handover.store.tables import credit_decisions, customers, ledger_entries, metadata, orders
from handover.store.unit_of_work import SqlUnits
from tests.unit.handover.front_desk import Notebook, TurnedClock

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
CUSTOMER = {"id": "c", "number": "1", "name": "Erika", "language": "de", "created_at": AT}
ORDER = {
    "id": "o", "number": "1", "customer_id": "c", "state": "delivered", "ordered_at": AT,
    "promised_on": AT.date(), "total_cents": 500, "currency": "EUR",
}  # fmt: skip
DECISION = {
    "id": "d", "customer_id": "c", "order_id": "o", "reason": "late_delivery", "outcome": "granted",
    "because": "x", "policy_version": "v", "inputs": {}, "amount_cents": 500, "currency": "EUR",
    "author": "bot", "created_at": AT,
}  # fmt: skip
ENTRY = {
    "booking": "b",
    "decision_id": "d",
    "account": "goodwill",
    "amount_cents": 500,
    "currency": "EUR",
    "kind": "credit",
    "at": AT,
    "previous_hash": "p",
    "hash": "h",
}

WAITING_BEFORE = (
    (
        "INSERT INTO agents (id, email, name, password_hash, role, language, active, demo, created_at)"
        " VALUES ('a', 'a@shop.example', 'Anna', 'x', 'agent', 'de', true, false, '2026-03-10 12:00:00')"
    ),
    "INSERT INTO agent_sessions VALUES ('t', 'a', '2026-03-10 12:00:00', '2026-03-11 12:00:00')",
    (
        "INSERT INTO conversations (id, visitor_token_hash, language, state, ownership_version, last_number,"
        " last_public_number, answered_number, visitor_read, staff_read, trust, priority, waiting_since, started_at,"
        " updated_at) VALUES ('c', 'v', 'de', 'waiting', 2, 7, 7, 6, 0, 0, 'none', 0, '2026-03-10 12:00:00',"
        " '2026-03-10 11:00:00', '2026-03-10 12:00:00')"
    ),
)


def test_the_migrations_make_exactly_the_tables_of_the_code(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_upgrading_twice_changes_nothing(engine: Engine) -> None:
    assert is_current(engine)
    upgrade(engine)
    assert is_current(engine)


def test_credit_is_not_stopped_on_a_new_database(engine: Engine) -> None:
    with engine.connect() as connection:
        stopped = text("SELECT \"on\" FROM switches WHERE name = 'credit_stopped'")
        assert not connection.execute(stopped).scalar_one()


@pytest.mark.parametrize("change", ["UPDATE ledger_entries SET amount_cents = 0", "DELETE FROM ledger_entries"])
def test_what_stands_in_the_ledger_can_neither_be_changed_nor_deleted(engine: Engine, change: str) -> None:
    book(engine)
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(change))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT amount_cents FROM ledger_entries")).scalar_one() == 500


def test_an_entry_of_the_ledger_cannot_be_replaced_either(sqlite_engine: Engine) -> None:
    book(sqlite_engine)
    replace = insert(ledger_entries).prefix_with("OR REPLACE").values(**ENTRY, id=1)
    with pytest.raises(DBAPIError, match="append-only"), sqlite_engine.begin() as connection:
        connection.execute(replace)


def test_credits_from_before_outages_survive_the_upgrade_with_their_ledger_and_its_triggers(tmp_path: Path) -> None:
    """On SQLite the table of decisions is copied while the ledger refers to it."""
    engine = make_engine(f"sqlite:///{tmp_path / 'old.db'}")
    upgrade(engine, "0002")
    with engine.begin() as connection:
        connection.execute(customers.insert().values(**CUSTOMER))
        connection.execute(orders.insert().values(**ORDER))
        connection.execute(insert(credit_decisions).values(**DECISION))
        connection.execute(ledger_entries.insert().values(**ENTRY))

    upgrade(engine)

    with engine.connect() as connection:
        [kept] = SqlCreditStore(connection).decisions_of("c")
        assert (kept.subject, kept.order_id, kept.amount.cents) == ("1", "o", 500)
        assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text("DELETE FROM ledger_entries"))
    with pytest.raises(DBAPIError, match="FOREIGN KEY"), engine.begin() as connection:
        connection.execute(text("DELETE FROM credit_decisions"))
    for broken in ("amount_cents = 0", "order_id = NULL"):
        with pytest.raises(DBAPIError, match="CHECK"), engine.begin() as connection:
            connection.execute(text(f"UPDATE credit_decisions SET {broken}"))
    engine.dispose()


def book(engine: Engine) -> None:
    """One entry, straight into the tables."""
    rows = {customers: CUSTOMER, orders: ORDER, credit_decisions: DECISION, ledger_entries: ENTRY}
    with engine.begin() as connection:
        for table, row in rows.items():
            connection.execute(table.insert().values(**row))


def test_who_waits_during_an_upgrade_goes_on_waiting_and_who_is_logged_in_stays_available(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'old.db'}")
    upgrade(engine, "0003")
    with engine.begin() as connection:
        for statement in WAITING_BEFORE:
            connection.execute(text(statement))
    upgrade(engine)
    units = SqlUnits(engine, Notebook(), TurnedClock())
    with units(write=False) as unit:
        assert [(wait.conversation_id, wait.call) for wait in unit.waits.open_ones()] == [("c", 7)]
        assert unit.staff.status("a") is Status.AVAILABLE
    engine.dispose()
