from __future__ import annotations

from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, insert, text
from sqlalchemy.exc import DBAPIError

from handover.store.migrate import is_current, upgrade
from handover.store.tables import credit_decisions, customers, ledger_entries, metadata, orders

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
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


def book(engine: Engine) -> None:
    """One entry, straight into the tables."""
    rows = {
        customers: {"id": "c", "number": "1", "name": "Erika", "language": "de", "created_at": AT},
        orders: {
            "id": "o", "number": "1", "customer_id": "c", "state": "delivered", "ordered_at": AT,
            "promised_on": AT.date(), "total_cents": 500, "currency": "EUR",
        },
        credit_decisions: {
            "id": "d", "customer_id": "c", "order_id": "o", "reason": "late_delivery", "outcome": "granted",
            "because": "x", "policy_version": "v", "inputs": {}, "amount_cents": 500, "currency": "EUR",
            "author": "bot", "created_at": AT,
        },
        ledger_entries: ENTRY,
    }  # fmt: skip
    with engine.begin() as connection:
        for table, row in rows.items():
            connection.execute(table.insert().values(**row))
