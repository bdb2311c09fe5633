from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DatabaseError

from handover.domain.ledger import GENESIS, Entry, booking, problems
from handover.domain.money import Money
from handover.store.tables import credit_decisions, events, ledger_entries
from tests.unit.handover.shop_floor import NOW, ShopFloor, order


def booked(amounts: list[int]) -> list[Entry]:
    """One booking after the other; a negative amount books the one before back."""
    entries: list[Entry] = []
    for place, cents in enumerate(amounts):
        entries += booking(
            booking_id=f"b{place}",
            decision_id=f"d{place}",
            customer_id="erika",
            amount=Money(abs(cents)),
            kind="credit" if cents > 0 else "reversal",
            at=NOW,
            previous_hash=entries[-1].hash if entries else GENESIS,
        )
    return entries


amounts = st.lists(st.integers(-50_000, 50_000).filter(bool), max_size=8)


@given(amounts)
def test_bookings_always_add_up_to_zero_in_whole_cents(cents: list[int]) -> None:
    entries = booked(cents)
    assert sum(entry.amount_cents for entry in entries) == 0
    assert {type(entry.amount_cents) for entry in entries} <= {int}
    assert problems(entries) == []


CHANGES = [
    {"amount_cents": 1},
    {"account": "customer:jonas"},
    {"currency": "CHF"},
    {"decision_id": "other"},
    {"booking": "other"},
    {"kind": "other"},
    {"at": NOW.replace(year=2020)},
    {"previous_hash": "f" * 64},
    {"hash": "f" * 64},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
@pytest.mark.parametrize("place", range(4))
def test_the_chain_shows_every_changed_field(change: dict, place: int) -> None:
    entries = booked([500, 300])
    entries[place] = replace(entries[place], **change)
    assert problems(entries)


@pytest.mark.parametrize("place", range(4))
def test_the_chain_shows_a_missing_entry(place: int) -> None:
    entries = booked([500, 300])
    del entries[place]
    assert problems(entries)


def test_the_chain_shows_entries_in_another_order() -> None:
    assert problems(booked([500, 300])[::-1])


def granted(floor: ShopFloor) -> str:
    floor.add(order(late=5))
    conversation = floor.conversation()
    assert floor.claim(conversation).outcome == "granted"
    return conversation


@pytest.mark.parametrize("change", [update(ledger_entries).values(amount_cents=1), delete(ledger_entries)])
def test_f73_the_database_refuses_to_change_or_delete_what_is_booked(floor: ShopFloor, change) -> None:
    granted(floor)
    with pytest.raises(DatabaseError, match="append-only"), floor.engine.begin() as connection:
        connection.execute(change)
    assert floor.credits.reconcile() == []


def test_f76_reconciling_finds_a_credit_without_its_booking(floor: ShopFloor) -> None:
    conversation = granted(floor)
    with floor.engine.begin() as connection:
        row = connection.execute(select(credit_decisions)).mappings().one()
        invented = {**row, "id": "invented", "key": "invented", "reference": "G-222222"}
        connection.execute(insert(credit_decisions).values(invented))
    assert floor.credits.reconcile() == [
        "Credit invented has no booking of 500 EUR.",
        "The visitor was never told of credit G-222222.",
    ]
    assert floor.events(conversation) == ["credit.granted"]


def test_f76_reconciling_finds_a_booking_without_its_credit(floor: ShopFloor) -> None:
    granted(floor)
    with floor.engine.begin() as connection:
        connection.execute(update(credit_decisions).values(outcome="proposed"))
    kinds = " ".join(floor.credits.reconcile())
    assert "A booking of 500 EUR has no credit" in kinds
    assert "which does not exist" in kinds


def test_f76_reconciling_finds_a_card_that_was_never_shown_and_one_with_another_amount(floor: ShopFloor) -> None:
    granted(floor)
    reference = floor.decisions()[0].reference
    with floor.engine.begin() as connection:
        data = connection.execute(select(events.c.data)).scalar_one()
        connection.execute(update(events).values(data={**data, "amount_cents": 501}))
    assert floor.credits.reconcile() == [
        f"The visitor was never told of credit {reference}.",
        f"The visitor was told of credit {reference}, which does not exist.",
    ]


def test_reconciling_finds_what_was_changed_behind_the_triggers(floor: ShopFloor) -> None:
    granted(floor)
    sqlite = floor.engine.dialect.name == "sqlite"
    off = "DROP TRIGGER ledger_entries_no_update" if sqlite else "ALTER TABLE ledger_entries DISABLE TRIGGER USER"
    with floor.engine.begin() as connection:
        connection.execute(text(off))
        connection.execute(update(ledger_entries).where(ledger_entries.c.id == 2).values(amount_cents=50_000))
    found = " ".join(floor.credits.reconcile())
    assert "Entry 2 was changed after it was booked." in found
    assert "does not add up to zero" in found
    assert "has no booking of 500 EUR" in found
