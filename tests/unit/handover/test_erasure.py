"""A person is erased from everywhere; the books keep amounts without a name; old data that comes back is erased again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Engine, Table, insert, select, update

from handover.contract.base import Actor
from handover.contract.events import BotUnderstood, MessagePosted, NotePosted
from handover.domain.errors import NotFound
from handover.domain.ledger import problems
from handover.services.erasure import Erasures, sealed
from handover.services.ports import Challenge, Mail
from handover.services.tokens import new_id
from handover.store.erasure_journal import FileJournal
from handover.store.erasures import RULES
from handover.store.personal_data import OWNED, everything_about, unclassified
from handover.store.scrubbing import scrub
from handover.store.tables import (
    contacts,
    credit_decisions,
    customers,
    identities,
    metadata,
    payment_methods,
    payments,
    refunds,
)
from tests.unit.handover.counter import Counter
from tests.unit.handover.front_desk import ANNA as AGENT
from tests.unit.handover.front_desk import FrontDesk
from tests.unit.handover.shop_floor import NOW, ShopFloor, order

CANARY = "Kanarienvogel"
"""Stands in everything that leads to the person."""
PHONE, STREET, EMAIL, OLD_EMAIL = (
    "+4915112345678",
    f"{CANARY}weg 3",
    f"{CANARY.lower()}@example.org",
    "frueher@example.org",
)
TRACES = (CANARY.casefold(), PHONE, OLD_EMAIL, "k-4711", "•••• 4242", "np-0815")


class Town(NamedTuple):
    """A shop in which one customer has left traces everywhere, and a neighbour too."""

    floor: ShopFloor
    journal: FileJournal

    @property
    def erasures(self) -> Erasures:
        return Erasures(self.floor.unit, self.journal)

    def rows(self) -> dict[str, list[str]]:
        """Every row of every table as text, in lower case."""
        with self.floor.engine.connect() as connection:
            return {
                table.name: [as_text(row._asdict()) for row in connection.execute(select(table))]
                for table in metadata.sorted_tables
            }

    def traces(self) -> set[str]:
        return {trace for trace in TRACES for rows in self.rows().values() for row in rows if trace in row}


def as_text(row: dict[str, object]) -> str:
    return json.dumps(row, default=str, ensure_ascii=False).casefold()


@pytest.fixture
def town(engine: Engine, tmp_path: Path) -> Town:
    floor = ShopFloor(engine)
    floor.customer("jonas", street="Nebenweg 1")
    floor.add(order("20001", customer="jonas"))
    talk = floor.conversation("jonas")
    with floor.unit() as unit:
        unit.append(talk, VISITOR, MessagePosted(message_id="j", text="Hier ist Jonas"))
        unit.mails.add(Mail("jonas@example.org", "Guten Tag", "Hier ist Post"), unit.now)
    settle_in(floor)
    return Town(floor, FileJournal(tmp_path / "erasures.jsonl"))


def settle_in(floor: ShopFloor) -> None:
    """The person with all their traces. Said once for each table, so that a new one can be added in one line."""
    floor.customer("erika", street=STREET)
    late = replace(order("10001", late=5), delivery_name=CANARY, delivery_street=STREET, tracking_code="NP-0815")
    floor.add(late)
    talk, counter = floor.conversation("erika"), Counter(floor)
    assert floor.claim(talk).outcome == "granted"
    counter.ask(talk, "contact.change", part="phone", phone=PHONE)
    counter.ask(talk, "consent.change", purpose="newsletter", given="yes")
    counter.ask(talk, "data.export")
    with floor.unit() as unit:
        unit.append(talk, VISITOR, MessagePosted(message_id="m", text=f"Ich bin {CANARY}"))
        unit.append(talk, BOT, BotUnderstood(message_number=1, slots={"name": CANARY}))
        unit.append(talk, ANNA, NotePosted(text=f"{CANARY} ist verärgert"))
        unit.customers.add_event("erika", "order.placed", {"order_number": "10001", "to": CANARY}, NOW)
        unit.mails.add(Mail(EMAIL, "Guten Tag", f"Liebe/r {CANARY}"), unit.now)
        unit.mails.add(Mail(OLD_EMAIL, "Ihre Adresse", f"Neu: {EMAIL}"), unit.now)
        unit.challenges.add(Challenge(new_id(), talk, "erika", None, "hash", 3, NOW, NOW))
    with floor.engine.begin() as connection:
        name = {"name": CANARY, "phone": PHONE, "number": "K-4711"}
        connection.execute(update(customers).where(customers.c.id == "erika").values(name))
        connection.execute(update(identities).where(identities.c.customer_id == "erika").values(value=EMAIL))
        connection.execute(update(credit_decisions).values(note=f"für {CANARY}"))
        for table, row in MORE.items():
            connection.execute(insert(table).values(row))
        left = {"conversation_id": talk, "kind": "mail", "value": OLD_EMAIL, "note": CANARY, "created_at": NOW}
        connection.execute(insert(contacts).values(left))


VISITOR, BOT, ANNA = Actor(kind="visitor"), Actor(kind="bot"), Actor(kind="agent", id="anna", name="Anna")
PAID = {"customer_id": "erika", "cents": 500, "currency": "EUR", "method": "Visa •••• 4242", "order_id": "order-10001"}
MORE: dict[Table, dict[str, Any]] = {
    payment_methods: {
        "id": "pm",
        "customer_id": "erika",
        "kind": "card",
        "label": "Visa •••• 4242",
        "is_default": True,
    },
    payments: {"id": "p", "state": "booked", "on": NOW.date(), **PAID},
    refunds: {
        "reference": "R-1",
        "reason": "item_returned",
        "state": "paid",
        "expected_on": NOW.date(),
        "created_at": NOW,
        **PAID,
    },
}


def test_f96_after_an_erasure_no_table_holds_a_trace_of_the_person(town: Town) -> None:
    assert town.traces() == set(TRACES)
    town.erasures.erase("erika")
    assert town.traces() == set()


def test_f96_after_an_erasure_no_file_holds_a_trace_of_the_person(sqlite_engine: Engine, tmp_path: Path) -> None:
    """Among many others, so that the pages of the file have been split and filled again; and with somebody reading."""
    floor = ShopFloor(sqlite_engine)
    town = Town(floor, FileJournal(tmp_path / "erasures.jsonl"))
    crowd(floor, 60)
    settle_in(floor)
    crowd(floor, 60)
    assert hits(tmp_path) == set(TRACES)
    with sqlite_engine.connect() as reader:
        reader.execute(select(customers.c.id).limit(1)).all()
        town.erasures.erase("erika")
    assert scrub(sqlite_engine)
    assert hits(tmp_path) == set()


def crowd(floor: ShopFloor, count: int) -> None:
    for _ in range(count):
        name = new_id()
        floor.customer(name)
        talk = floor.conversation(name)
        with floor.unit() as unit:
            unit.append(talk, VISITOR, MessagePosted(message_id=name, text="Guten Tag " * 20))


def hits(folder: Path) -> set[str]:
    """Traces in any file: the database, its log of changes, the journal."""
    held = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file()).decode("utf-8", "replace")
    return {trace for trace in TRACES if trace in held.casefold()}


def test_what_others_have_said_and_bought_is_not_touched(town: Town) -> None:
    before = {name: [row for row in rows if "jonas" in row] for name, rows in town.rows().items()}
    town.erasures.erase("erika")
    after = {name: [row for row in rows if "jonas" in row] for name, rows in town.rows().items()}
    assert after == before
    assert sum(map(len, after.values())) >= 5


def test_the_books_keep_amounts_and_numbers_without_the_name_and_their_chain_holds(town: Town) -> None:
    floor = town.floor
    entries, [decision] = floor.entries(), floor.decisions()
    town.erasures.erase("erika")
    assert floor.entries() == entries
    assert problems(floor.entries()) == []
    assert floor.credits.reconcile() == []
    assert floor.decisions() == [replace(decision, note=None)]
    with floor.unit(write=False) as unit:
        assert (unit.customers.record("erika").name, unit.customers.record("erika").email) == ("—", None)
        assert unit.shop.orders_of("erika")[0].number == "10001"


def test_the_visitor_is_a_stranger_again_and_sees_an_ended_conversation(town: Town) -> None:
    with town.floor.unit(write=False) as unit:
        [talk] = unit.erasures.conversations_of("erika")
    town.erasures.erase("erika")
    with town.floor.unit(write=False) as unit:
        conversation = unit.conversations.get(talk)
    assert (conversation.state, conversation.trust, conversation.proven_customer) == ("closed", "none", None)
    assert town.floor.events(talk) == ["credit.granted", "conversation.forgotten"]


@pytest.mark.parametrize("attended", [False, True])
def test_somebody_who_waits_or_talks_with_an_agent_can_be_erased(
    desk: FrontDesk, tmp_path: Path, attended: bool
) -> None:
    desk.add_customer()
    talk = desk.visit()
    desk.prove_as(talk, "erika.lindner@example.org")
    desk.ask_for_human(talk)
    if attended:
        desk.handovers.claim(AGENT, talk)
    Erasures(desk.units, FileJournal(tmp_path / "erasures.jsonl")).erase("erika")
    assert (desk.view(talk).state, desk.types(talk)) == ("closed", ["conversation.forgotten"])
    told = desk.notebook.publications[-1]
    assert (told.summary.state, told.summary.customer_id, told.bot_is_asked) == ("closed", None, False)


def test_a_person_is_found_by_number_id_or_address_and_never_by_a_guess(town: Town) -> None:
    for wanted in ("k-4711", "erika", f" {EMAIL.upper()} "):
        assert town.erasures.find(wanted)[:2] == ("erika", "K-4711")
    for wanted in ("", "Kanarien", "%"):
        with pytest.raises(NotFound):
            town.erasures.find(wanted)
    with pytest.raises(NotFound):
        town.erasures.erase("nobody")
    assert town.journal.all() == []


def test_erasing_twice_is_the_same_as_once(town: Town) -> None:
    town.erasures.erase("erika")
    town.erasures.erase("erika")
    assert town.traces() == set()
    assert town.floor.credits.reconcile() == []


# --- for good ---


def test_an_erasure_that_was_only_begun_is_ended_at_the_next_look(town: Town) -> None:
    town.journal.add(sealed("erika", NOW))  # then the process died
    assert town.erasures.catch_up() == 1
    assert town.traces() == set()
    assert town.erasures.catch_up() == 0


def test_f103_whoever_comes_back_with_older_data_is_erased_again(town: Town) -> None:
    town.journal.add(sealed("erika", NOW))
    town.journal.add(sealed("somebody-who-is-not-in-this-backup", NOW))
    assert town.erasures.catch_up() == 1
    assert len(town.journal.all()) == 2
    with town.floor.unit(write=False) as unit:
        assert len(unit.erasures.noted()) == 2


def test_whoever_became_a_customer_after_an_erasure_is_not_meant_by_it(town: Town) -> None:
    town.journal.add(sealed("erika", NOW - timedelta(days=1)))
    assert town.erasures.catch_up() == 0
    assert town.traces() == set(TRACES)


def test_a_lost_journal_is_written_anew_from_the_database(town: Town, tmp_path: Path) -> None:
    town.erasures.erase("erika")
    [written] = town.journal.all()
    (tmp_path / "erasures.jsonl").unlink()
    town.erasures.catch_up()
    assert town.journal.all() == [written]
    assert (tmp_path / "erasures.jsonl").stat().st_mode & 0o777 == 0o600


def test_the_journal_tells_no_name_and_survives_a_line_that_was_cut_short(tmp_path: Path) -> None:
    journal = FileJournal(tmp_path / "erasures.jsonl")
    first, second = sealed("erika", NOW), sealed("erika", NOW)
    journal.add(first)
    with (tmp_path / "erasures.jsonl").open("a") as file:
        file.write('{"hash": "12')
    journal.add(second)
    assert journal.all() == [first, second]
    assert first.hash != second.hash
    assert "erika" not in (tmp_path / "erasures.jsonl").read_text()


def test_every_table_about_a_customer_has_a_rule_for_their_erasure() -> None:
    assert set(RULES) == set(OWNED)
    assert unclassified() == set()


def test_the_copy_of_data_names_how_somebody_wants_to_be_reached(town: Town) -> None:
    with town.floor.engine.connect() as connection:
        assert everything_about(connection, "erika")["contacts"][0]["value"] == OLD_EMAIL
        assert everything_about(connection, "jonas")["contacts"] == []


def test_mails_to_people_of_a_like_number_or_address_stay(desk: FrontDesk, tmp_path: Path) -> None:
    desk.add_customer("1", "Na", "na@web.example")
    desk.add_customer("12", "Anna", "anna@web.example")
    with desk.units() as unit:
        for text in ("Ihre Adresse: anna@web.example", "Ihre Nummer: K-12.", "Ihre Nummer: k-1.", "An NA@web.example!"):
            unit.mails.add(Mail("anna@web.example", "Guten Tag", text), unit.now)
    Erasures(desk.units, FileJournal(tmp_path / "erasures.jsonl")).erase("1")
    with desk.units(write=False) as unit:
        left = {stored.mail.body for stored in unit.mails.latest(10)}
    assert left == {"Ihre Adresse: anna@web.example", "Ihre Nummer: K-12."}
