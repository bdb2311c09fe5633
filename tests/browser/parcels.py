"""Parcels of the demo shop to be credited in the shared house, where each can be credited once."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select

from handover.store import tables
from handover.store.engine import make_engine
from tests.stack import Stack


class Parcel(NamedTuple):
    """One that came late, well within the claim window, whose it is, and an invoice of theirs."""

    order: str
    customer: str
    email: str
    invoice: str


LATE = [
    Parcel("10035", "Lukas Hoffmann", "lukas.hoffmann@example.org", "RE-2048"),
    Parcel("10034", "Sabine Krüger", "sabine.krueger@example.org", "RE-2042"),
    Parcel("10036", "Oliver Brandt", "oliver.brandt@example.org", "RE-2154"),
    Parcel("10058", "Claudia Franke", "claudia.franke@example.org", "RE-2084"),
    Parcel("10098", "Charlotte Evans", "charlotte.evans@example.org", "RE-2135"),
    Parcel("10101", "Martin Lorenz", "martin.lorenz@example.org", "RE-2146"),
]
"""Nobody else in the shared house claims for these. A run needs five; the sixth is for a second try."""


def late_parcel(stack: Stack) -> Parcel:
    """One that nothing was credited for yet."""
    engine = make_engine(f"sqlite:///{stack.database}")
    with engine.connect() as connection:
        credited = set(connection.execute(select(tables.credit_decisions.c.order_id)).scalars())
    engine.dispose()
    return next(parcel for parcel in LATE if f"order-{parcel.order}" not in credited)
