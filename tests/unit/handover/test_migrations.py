from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from handover.store.migrate import is_current, upgrade
from handover.store.tables import metadata


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
        stopped = text('SELECT "on" FROM switches WHERE name = \'credit_stopped\'')
        assert not connection.execute(stopped).scalar_one()


@pytest.mark.parametrize("change", ["UPDATE ledger_entries SET amount_cents = 0", "DELETE FROM ledger_entries"])
def test_what_stands_in_the_ledger_can_neither_be_changed_nor_deleted(engine: Engine, change: str) -> None:
    book(engine)
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(change))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT amount_cents FROM ledger_entries")).scalar_one() == 500


def book(engine: Engine) -> None:
    """One entry, straight into the tables."""
    at = "'2026-03-10 12:00:00'"
    with engine.begin() as connection:
        for row in (
            f"customers (id, number, name, language, blocked, created_at) VALUES ('c', '1', 'E', 'de', false, {at})",
            "orders (id, number, customer_id, state, ordered_at, promised_on, total_cents, currency) "
            f"VALUES ('o', '1', 'c', 'delivered', {at}, '2026-03-10', 1, 'EUR')",
            "credit_decisions (id, customer_id, order_id, reason, outcome, because, policy_version, inputs, "
            f"amount_cents, currency, author, created_at) VALUES ('d', 'c', 'o', 'r', 'granted', 'x', 'v', '{{}}', 500, "
            f"'EUR', 'bot', {at})",
            "ledger_entries (booking, decision_id, account, amount_cents, currency, kind, at, previous_hash, hash) "
            f"VALUES ('b', 'd', 'goodwill', 500, 'EUR', 'credit', {at}, 'p', 'h')",
        ):
            connection.execute(text(f"INSERT INTO {row}"))
