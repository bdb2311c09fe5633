"""A backup of either database fills either database; what is damaged, newer or in the way is refused and changes nothing."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, func, insert, select, text
from sqlalchemy.exc import DBAPIError

from handover.contract.base import Actor
from handover.contract.events import MessagePosted
from handover.domain.errors import Conflict, InvalidInput
from handover.domain.ledger import problems
from handover.services.erasure import Erasures
from handover.services.ports import Mail
from handover.store.backup import FORMAT, MANIFEST, Manifest, verify, write_backup
from handover.store.engine import make_engine
from handover.store.erasure_journal import FileJournal
from handover.store.migrate import is_current, upgrade
from handover.store.restore import HELD_BACK, restore
from handover.store.tables import (
    agent_sessions,
    agents,
    audit,
    credit_decisions,
    customers,
    ledger_entries,
    mails,
    metadata,
    orders,
    tickets,
)
from tests.unit.handover.conftest import POSTGRESQL, temporary_database
from tests.unit.handover.shop_floor import NOW, ShopFloor, order
from tests.unit.handover.test_migrations import CUSTOMER, DECISION, ENTRY, ORDER

VISITOR = Actor(kind="visitor")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backup.zip"


@pytest.fixture
def journal(tmp_path: Path) -> FileJournal:
    return FileJournal(tmp_path / "erasures.jsonl")


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Another database, without any table."""
    if request.param == "sqlite":
        engine = make_engine(f"sqlite:///{tmp_path / 'target.db'}")
        yield engine
        engine.dispose()
        return
    request.getfixturevalue("postgresql")
    server = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")
    with temporary_database(server) as url:
        engine = make_engine(url)
        yield engine
        engine.dispose()
    server.dispose()


@pytest.fixture
def lived(floor: ShopFloor) -> ShopFloor:
    """A shop with talks, credits, mails sent and unsent, and somebody logged in."""
    floor.add(order("10001", late=5), order("10002", late=7))
    talk = floor.conversation("erika")
    for number in ("10001", "10002"):
        assert floor.claim(talk, number).outcome == "granted"
    with floor.unit() as unit:
        unit.append(talk, VISITOR, MessagePosted(message_id="m", text='Grüße aus Kölle 🐧 \u2028 \\ " \n Ende'))
        sent = unit.mails.add(Mail("erika@example.org", "Alt", "Gesendet"), NOW)
        unit.mails.mark_sent(sent, NOW)
        unit.mails.add(Mail("erika@example.org", "Neu", "Wartet"), NOW)
        unit.audit.note(NOW, None, "login", None, allowed=False)
    with floor.engine.begin() as connection:
        anna = {"id": "anna", "email": "anna@example.org", "name": "Anna", "password_hash": "x", "role": "agent"}
        connection.execute(insert(agents).values(**anna, language="de", created_at=NOW))
        session = {"token_hash": "s", "agent_id": "anna", "created_at": NOW, "expires_at": NOW}
        connection.execute(insert(agent_sessions).values(session))
        ticket = {"token_hash": "t", "kind": "agent", "subject": "anna", "expires_at": NOW}
        connection.execute(insert(tickets).values(ticket))
    return floor


def everything(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    with engine.connect() as connection:
        return {
            table.name: [
                dict(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns)).mappings()
            ]
            for table in metadata.sorted_tables
        }


def test_f103_what_was_restored_is_what_was_there_and_the_books_balance(
    lived: ShopFloor, target: Engine, file: Path, journal: FileJournal
) -> None:
    before = everything(lived.engine)
    assert write_backup(lived.engine, file).parts == verify(file).parts
    restored = restore(target, file, journal, replace=False)
    after = everything(target)
    assert (after.pop("agent_sessions"), after.pop("tickets")) == ([], [])
    del before["agent_sessions"], before["tickets"]
    [unsent] = [mail for mail in before["mails"] if mail["subject"] == "Neu"]
    unsent |= {"sent_at": restored.manifest.made_at, "error": HELD_BACK}
    assert after == before
    shop = ShopFloor(target)
    assert problems(shop.entries()) == []
    assert shop.credits.reconcile() == []
    assert shop.decisions() == lived.decisions()


def test_a_restored_house_goes_on_counting_where_the_old_one_was(
    lived: ShopFloor, target: Engine, file: Path, journal: FileJournal
) -> None:
    write_backup(lived.engine, file)
    upgrade(target)  # a new installation counts as empty
    restore(target, file, journal, replace=False)
    shop = ShopFloor(target)
    with shop.unit() as unit:
        assert unit.mails.unsent(10) == []
        assert unit.mails.add(Mail("a@example.org", "Hallo", "Text"), NOW) == len(everything(lived.engine)["mails"]) + 1
    shop.add(order("10003", late=4), order("10004", late=4))
    talk = shop.conversation("erika")
    decided = [shop.claim(talk, number).outcome for number in ("10003", "10004")]
    assert decided == ["granted", "proposed"]  # three in 30 days: the caps know the two from before
    assert shop.credits.reconcile() == []
    assert is_current(target)
    with pytest.raises(DBAPIError, match="append-only"), target.begin() as connection:
        connection.execute(text("DELETE FROM ledger_entries"))


def test_f103_whoever_was_erased_since_stays_erased(lived: ShopFloor, file: Path, journal: FileJournal) -> None:
    lived.customer("jonas")
    write_backup(lived.engine, file)
    erasures = Erasures(lived.unit, journal)
    erasures.erase("erika")
    restore(lived.engine, file, journal, replace=True)
    with lived.unit(write=False) as unit:
        assert unit.customers.record("erika").name == "Erika"
    assert erasures.catch_up() == 1
    assert "Kölle" not in str(everything(lived.engine))
    with lived.unit(write=False) as unit:
        assert (unit.customers.record("erika").name, unit.customers.record("jonas").name) == ("—", "Jonas")
    assert lived.credits.reconcile() == []


def test_f103_erasures_that_only_the_replaced_database_knew_are_not_forgotten(
    lived: ShopFloor, file: Path, journal: FileJournal, tmp_path: Path
) -> None:
    write_backup(lived.engine, file)
    Erasures(lived.unit, journal).erase("erika")
    elsewhere = FileJournal(tmp_path / "on-a-new-machine.jsonl")
    restore(lived.engine, file, elsewhere, replace=True)
    assert Erasures(lived.unit, elsewhere).catch_up() == 1


def test_a_backup_shows_one_moment_of_a_house_that_goes_on_working(floor: ShopFloor, file: Path) -> None:
    talk, done = floor.conversation("erika"), []

    def write() -> None:
        while not done:
            with floor.unit() as unit:
                unit.append(talk, VISITOR, MessagePosted(message_id="m", text="Hallo " * 50))

    writer = Thread(target=write)
    writer.start()
    try:
        for count in range(3):
            numbered = file.with_name(f"{count}.zip")
            write_backup(floor.engine, numbered)
            rows = parts_of(numbered)
            [conversation] = [row for row in rows["conversations"] if row["id"] == talk]
            numbers = [row["number"] for row in rows["events"]]
            assert numbers == list(range(1, conversation["last_number"] + 1))
    finally:
        done.append(True)
        writer.join()


def parts_of(file: Path) -> dict[str, list[dict[str, Any]]]:
    with zipfile.ZipFile(file) as archive:
        return {
            Path(name).stem: [json.loads(line) for line in archive.read(name).splitlines()]
            for name in archive.namelist()
            if name != MANIFEST
        }


def test_a_backup_is_for_its_owner_alone_and_replaces_no_file(floor: ShopFloor, file: Path) -> None:
    write_backup(floor.engine, file)
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Conflict, match="exists already"):
        write_backup(floor.engine, file)
    assert [one.name for one in file.parent.iterdir() if "backup" in one.name] == ["backup.zip"]


def test_a_backup_that_fails_leaves_no_file(file: Path, tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(Conflict, match="no tables"):
        write_backup(engine, file)
    engine.dispose()
    assert not [one for one in tmp_path.iterdir() if "backup" in one.name]


def test_a_full_database_is_only_replaced_when_that_is_said(lived: ShopFloor, file: Path, journal: FileJournal) -> None:
    write_backup(lived.engine, file)
    lived.customer("jonas")
    before = everything(lived.engine)
    with pytest.raises(Conflict, match="not empty"):
        restore(lived.engine, file, journal, replace=False)
    assert everything(lived.engine) == before
    restore(lived.engine, file, journal, replace=True)
    assert [row["id"] for row in everything(lived.engine)["customers"]] == ["erika"]


def test_a_database_that_others_use_is_left_alone(postgresql_engine: Engine, file: Path, journal: FileJournal) -> None:
    write_backup(postgresql_engine, file)
    somebody = create_engine(postgresql_engine.url)
    with somebody.connect(), pytest.raises(Conflict, match="in use"):
        restore(postgresql_engine, file, journal, replace=True)
    somebody.dispose()


def test_a_restore_that_fails_half_way_changes_nothing(lived: ShopFloor, file: Path, journal: FileJournal) -> None:
    """A file that is whole and still cannot be: a talk of a customer who is not in it."""
    write_backup(lived.engine, file)
    rewrite(file, lambda rows: rows.update(identities=[row | {"customer_id": "nobody"} for row in rows["identities"]]))
    before = everything(lived.engine)
    with pytest.raises((Conflict, RuntimeError)):
        restore(lived.engine, file, journal, replace=True)
    assert everything(lived.engine) == before


def test_a_backup_of_older_tables_is_brought_to_the_newest(
    target: Engine, tmp_path: Path, journal: FileJournal
) -> None:
    old = make_engine(f"sqlite:///{tmp_path / 'old.db'}")
    upgrade(old, "0002")
    with old.begin() as connection:
        connection.execute(insert(customers).values(**CUSTOMER))
        connection.execute(insert(orders).values(**ORDER))
        connection.execute(insert(credit_decisions).values(**DECISION))
        connection.execute(insert(ledger_entries).values(**ENTRY))
    write_backup(old, tmp_path / "old.zip")
    old.dispose()
    restore(target, tmp_path / "old.zip", journal, replace=False)
    assert is_current(target)
    with target.connect() as connection:
        kept = connection.execute(select(credit_decisions.c.order_id, credit_decisions.c.invoice_id)).one()
        assert tuple(kept) == ("o", None)
        assert connection.execute(select(func.count()).select_from(ledger_entries)).scalar_one() == 1


# --- files that are no good ---


def rewrite(file: Path, change: Callable[[dict[str, list[dict[str, Any]]]], object]) -> None:
    """Another backup, whole in itself."""
    rows, manifest = parts_of(file), verify(file)
    change(rows)
    with zipfile.ZipFile(file, "w") as archive:
        for part in manifest.parts:
            content = b"".join(json.dumps(row).encode() + b"\n" for row in rows[part.table])
            archive.writestr(part.name, content)
            part.sha256, part.rows = sha256(content), len(rows[part.table])
        archive.writestr(MANIFEST, manifest.model_dump_json())


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def edit(file: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    with zipfile.ZipFile(file) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    parts[name] = change(parts[name])
    with zipfile.ZipFile(file, "w") as archive:
        for one, content in parts.items():
            archive.writestr(one, content)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-200])


def flip(file: Path) -> None:
    """One bit of the rows themselves."""
    content = bytearray(file.read_bytes())
    content[content.index(b"tables/customers.jsonl") + 60] ^= 1
    file.write_bytes(content)


def drop_part(file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        parts = {one: archive.read(one) for one in archive.namelist() if "mails" not in one}
    with zipfile.ZipFile(file, "w") as archive:
        for one, content in parts.items():
            archive.writestr(one, content)


def of_tomorrow(content: bytes) -> bytes:
    return content.replace(f'"format": {FORMAT}'.encode(), b'"format": 99')


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (cut, "no backup, or a damaged one"),
        (flip, "damaged"),
        (drop_part, "its parts are not"),
        (lambda file: file.write_text("hello"), "no backup"),
        (lambda file: file.unlink(), "no backup"),
        (
            lambda file: edit(file, "tables/customers.jsonl", lambda rows: rows.replace(b"Erika", b"Emily")),
            "customers is",
        ),
        (lambda file: edit(file, MANIFEST, lambda _: b"{}"), "no backup"),
        (lambda file: edit(file, MANIFEST, of_tomorrow), "newer version"),
    ],
)
def test_a_file_that_is_not_what_was_written_is_refused(
    sqlite_engine: Engine, file: Path, journal: FileJournal, spoil: Callable[[Path], object], said: str
) -> None:
    ShopFloor(sqlite_engine).customer("erika")
    write_backup(sqlite_engine, file)
    spoil(file)
    with pytest.raises(InvalidInput, match=said):
        verify(file)
    with pytest.raises(InvalidInput):
        restore(sqlite_engine, file, journal, replace=True)
    assert len(everything(sqlite_engine)["customers"]) == 1


def test_a_backup_of_newer_tables_is_refused(sqlite_engine: Engine, file: Path, journal: FileJournal) -> None:
    write_backup(sqlite_engine, file)
    manifest = verify(file).model_copy(update={"revision": "9999"})
    edit(file, MANIFEST, lambda _: manifest.model_dump_json().encode())
    with pytest.raises(InvalidInput, match="newer version of Kulanz"):
        restore(sqlite_engine, file, journal, replace=True)


def test_a_manifest_says_what_is_in_the_file(lived: ShopFloor, file: Path) -> None:
    manifest: Manifest = write_backup(lived.engine, file)
    counted = {part.table: part.rows for part in manifest.parts}
    assert (counted["customers"], counted["ledger_entries"], counted["orders"]) == (1, 4, 2)
    assert not {"tickets", "agent_sessions", "login_failures", "alembic_version"} & set(counted)
    assert {table.name for table in (audit, mails)} <= set(counted)
