"""What was kept long enough goes, a little at a time, and everything around it stays whole."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from handover.contract.base import Actor
from handover.contract.events import NotePosted
from handover.contract.turns import BotMessage, Understanding
from handover.domain.errors import InvalidInput
from handover.domain.retention import Kept
from handover.services.access import sight_of
from handover.services.ports import Mail, UnitOfWork
from handover.services.retention import Retention, load_periods
from handover.store.engine import make_engine
from handover.store.tables import audit, challenges, conversations, documents, events, mails, metadata
from handover.store.unit_of_work import SqlUnits
from tests.unit.handover.front_desk import ANNA, FrontDesk, Notebook, TurnedClock, at_once, choice
from tests.unit.handover.shop_floor import DEMO, ShopFloor, order

FILE = DEMO / "retention.yaml"
PERIODS = load_periods(FILE)
ERIKA = "erika.lindner@example.org"


class Archive(NamedTuple):
    """A desk whose past is long."""

    desk: FrontDesk
    retention: Retention

    def pass_by(self, days: int) -> None:
        self.desk.clock.turn(days=days)

    def rows(self, table: Any) -> int:
        with self.desk.units.engine.connect() as connection:
            return len(connection.execute(select(table)).all())


@pytest.fixture
def archive(desk: FrontDesk) -> Archive:
    desk.add_customer()
    return Archive(desk, Retention(desk.units, PERIODS))


def proven_talk(archive: Archive) -> str:
    talk = archive.desk.visit()
    archive.desk.prove_as(talk, ERIKA)
    archive.desk.write(talk, "Mein Geheimnis")
    understood = Understanding(slots={"topic": "secret"})
    archive.desk.answer(talk, BotMessage(text="Aha."), understanding=understood)
    archive.desk.answer(talk, BotMessage(text="Soso.", choices=(choice("Ja", "yes"),)), understanding=understood)
    return talk


# --- conversations ---


def test_what_was_said_goes_after_its_time_and_one_event_tells_of_it(archive: Archive) -> None:
    talk = proven_talk(archive)
    last = archive.desk.events(talk)[-1].number
    archive.pass_by(180)
    assert archive.retention.run()[Kept.TRANSCRIPTS] == 0
    archive.pass_by(1)
    assert archive.retention.due()[Kept.TRANSCRIPTS] == 1
    assert archive.retention.run()[Kept.TRANSCRIPTS] == 1
    [told] = archive.desk.events(talk)
    assert (told.number, told.data.type) == (last + 1, "conversation.forgotten")
    assert archive.desk.view(talk).state == "closed"
    assert archive.desk.notebook.publications[-1].events[-1].event == told


@pytest.mark.parametrize(("days", "left"), [(31, False), (29, True)])
def test_whoever_never_said_who_they_are_is_forgotten_sooner(archive: Archive, days: int, left: bool) -> None:
    talk = archive.desk.visit()
    archive.desk.write(talk, "Hallo")
    archive.pass_by(days)
    archive.retention.run()
    assert ("message.posted" in archive.desk.types(talk)) is left


def test_whoever_waits_or_is_with_an_agent_loses_nothing(archive: Archive) -> None:
    waiting = archive.desk.visit()
    archive.desk.write(waiting, "Hallo?")
    archive.desk.ask_for_human(waiting)
    attended, _ = archive.desk.claimed()
    archive.pass_by(4000)
    archive.retention.run()
    assert "message.posted" in archive.desk.types(waiting)
    assert "conversation.claimed" in archive.desk.types(attended)


def test_f08_a_cursor_into_a_forgotten_log_gets_a_resync_and_what_is_left(archive: Archive) -> None:
    talk = proven_talk(archive)
    cursor = archive.desk.conversations.snapshot(talk, 0)[1].events[-1].number
    archive.pass_by(200)
    archive.retention.run()
    resync, snapshot = archive.desk.conversations.snapshot(talk, cursor)
    assert (resync, snapshot.cursor, snapshot.conversation.state) == (True, 0, "closed")
    assert [(event.after, event.data.type) for event in snapshot.events] == [(0, "conversation.forgotten")]
    assert archive.desk.conversations.snapshot(talk, snapshot.events[-1].number)[0] is False


def test_a_visitor_who_comes_back_to_a_forgotten_conversation_goes_on_in_it(archive: Archive) -> None:
    talk = proven_talk(archive)
    archive.pass_by(200)
    archive.retention.run()
    archive.desk.write(talk, "Da bin ich wieder")
    assert archive.desk.types(talk) == ["conversation.forgotten", "conversation.reopened", "message.posted"]
    snapshot = archive.desk.conversations.snapshot(talk, 0)[1]
    assert [event.after for event in snapshot.events] == [0, *(event.number for event in snapshot.events[:-1])]
    turn = archive.desk.turns.next(talk)
    assert turn is not None
    assert turn.request.slots == {}
    archive.pass_by(200)
    assert archive.retention.run()[Kept.TRANSCRIPTS] == 1
    assert archive.desk.types(talk) == ["conversation.forgotten"]


def test_the_customers_timeline_is_readable_without_what_was_forgotten(archive: Archive) -> None:
    proven_talk(archive)
    with archive.desk.units() as unit:
        unit.customers.add_event("erika", "order.placed", {"order_number": "1"}, unit.now)
    archive.pass_by(200)
    archive.retention.run()
    lines, _ = archive.desk.customers.timeline(ANNA, "erika", None, 50)
    assert [line.type for line in lines] == ["conversation.forgotten", "order.placed"]


def test_a_forgotten_conversation_does_not_jump_to_the_top_of_the_closed_ones(archive: Archive) -> None:
    old = proven_talk(archive)
    archive.pass_by(170)
    recent = archive.desk.visit()
    archive.desk.write(recent, "Hallo")
    archive.pass_by(20)
    archive.retention.run()
    with archive.desk.units(write=False) as unit:
        listed = [row.id for row in unit.conversations.listed("all", sight_of(ANNA), 10)]
    assert listed == [recent, old]


def test_a_granted_credit_keeps_its_card_and_the_books_stay_in_order(floor: ShopFloor) -> None:
    floor.add(order(late=5))
    talk = floor.conversation()
    with floor.unit() as unit:
        unit.append(talk, Actor(kind="agent", id="anna", name="Anna"), NotePosted(text="ein Geheimnis"))
    assert floor.claim(talk).outcome == "granted"
    floor.clock.pass_by(days=4000)
    done = Retention(floor.unit, PERIODS).run()
    assert (done[Kept.TRANSCRIPTS], done[Kept.SKELETONS]) == (1, 0)
    assert floor.events(talk) == ["credit.granted", "conversation.forgotten"]
    assert floor.credits.reconcile() == []


def test_what_the_bot_understood_goes_before_what_was_said_and_leaves_no_gap(archive: Archive) -> None:
    talk = proven_talk(archive)
    before = archive.desk.events(talk)
    archive.pass_by(100)
    assert archive.retention.run()[Kept.BOT_DETAILS] == 1
    after = archive.desk.events(talk)
    assert [event.number for event in after] == [event.number for event in before]
    assert [event for event in after if event.data.type != "bot.understood"] == [
        event for event in before if event.data.type != "bot.understood"
    ]
    assert "secret" not in str(after)
    assert archive.retention.run()[Kept.BOT_DETAILS] == 0


def test_in_the_end_nothing_is_left_of_a_conversation_that_no_book_needs(archive: Archive) -> None:
    talk = proven_talk(archive)
    archive.pass_by(1100)
    assert archive.retention.run()[Kept.SKELETONS] == 1
    for table in (conversations, events, challenges, documents):
        assert archive.rows(table) == 0, talk


# --- the rest ---


def test_old_mails_codes_and_audit_entries_go_and_new_ones_stay(archive: Archive) -> None:
    def write() -> None:
        with archive.desk.units() as unit:
            unit.audit.note(unit.now, "anna", "login", None, allowed=True)
            unit.mails.add(Mail("a@example.org", "Hallo", "Text"), unit.now)

    write()
    archive.pass_by(400)
    write()
    done = archive.retention.run()
    assert (done[Kept.MAILS], done[Kept.AUDIT]) == (1, 1)
    assert (archive.rows(mails), archive.rows(audit)) == (1, 1)


def test_a_dry_look_counts_what_a_run_deletes_and_deletes_nothing(archive: Archive) -> None:
    for _ in range(3):
        proven_talk(archive)
    archive.pass_by(200)
    counted = archive.retention.due()
    assert archive.retention.due() == counted
    done = archive.retention.run()
    assert {kept: done[kept] for kept in (Kept.TRANSCRIPTS, Kept.MAILS)} == {Kept.TRANSCRIPTS: 3, Kept.MAILS: 3}
    assert counted[Kept.TRANSCRIPTS] == 3
    assert set(archive.retention.due().values()) == {0}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace("transcripts: 180", "transcripts: 0"), "greater than or equal to 1"),
        (lambda text: text.replace("mails: 90", ""), "nothing about mails"),
        (lambda text: text + "\nledger: 30\n", "ledger"),
        (lambda text: text.replace("audit: 365", "audit: always"), "valid integer"),
        (lambda text: "[", "retention.yaml"),
    ],
)
def test_a_file_that_is_not_exactly_right_is_refused(tmp_path: Path, change: Callable[[str], str], said: str) -> None:
    wrong = tmp_path / "retention.yaml"
    wrong.write_text(change(FILE.read_text("utf-8")), "utf-8")
    with pytest.raises(InvalidInput, match=said):
        load_periods(wrong)


def test_two_processes_at_once_delete_everything_once(archive: Archive) -> None:
    talks = [archive.desk.visit() for _ in range(25)]
    archive.pass_by(200)
    other = Retention(archive.desk.units, PERIODS)
    outcomes = at_once([archive.retention.run, other.run])
    done = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
    assert len(done) == 2, outcomes
    assert sum(one[Kept.ANONYMOUS] for one in done) == 25
    assert {tuple(archive.desk.types(talk)) for talk in talks} == {("conversation.forgotten",)}
    assert set(archive.retention.due().values()) == {0}


# --- killed half-way, run twice ---


class Killed(BaseException):
    """The process dies here."""


class DyingUnits:
    """Units of a process that dies with its nth writing transaction: before it is committed, or just after."""

    def __init__(self, units: SqlUnits, lives: int, *, after_commit: bool) -> None:
        self.units, self.lives, self.after_commit = units, lives, after_commit

    @contextmanager
    def __call__(self, *, write: bool = True) -> Iterator[UnitOfWork]:
        self.lives -= write
        with self.units(write=write) as unit:
            yield unit
            if self.lives < 0 and not self.after_commit:
                raise Killed
        if self.lives < 0:
            raise Killed


KINDS = ("anonymous", "proven", "waiting", "mail")
PAST = st.lists(st.tuples(st.sampled_from((1, 20, 60, 100, 200, 1000)), st.sampled_from(KINDS)), min_size=1, max_size=9)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(past=PAST, deaths=st.lists(st.integers(0, 6), max_size=3), after_commit=st.booleans())
def test_f98_a_run_that_is_killed_half_way_and_one_that_is_done_twice_end_alike(
    migrated: Path, past: list[tuple[int, str]], deaths: list[int], after_commit: bool
) -> None:
    with TemporaryDirectory() as folder:
        clock = lived_through(past, Path(shutil.copy(migrated, folder)))
        shutil.copy(Path(folder, "kulanz.db"), Path(folder, "other.db"))
        with opened(Path(folder, "kulanz.db"), clock) as units:
            Retention(units, PERIODS).run()
            once = everything(units.engine)
            Retention(units, PERIODS).run()
            assert everything(units.engine) == once
        with opened(Path(folder, "other.db"), clock) as units:
            for lives in deaths:
                with suppress(Killed):
                    Retention(DyingUnits(units, lives, after_commit=after_commit), PERIODS).run()
            Retention(units, PERIODS).run()
            assert everything(units.engine) == once


@contextmanager
def opened(file: Path, clock: TurnedClock) -> Iterator[SqlUnits]:
    engine = make_engine(f"sqlite:///{file}")
    yield SqlUnits(engine, Notebook(), clock)
    engine.dispose()


def lived_through(past: list[tuple[int, str]], file: Path) -> TurnedClock:
    """What happened, and the days that went by after each."""
    with opened(file, TurnedClock()) as units:
        archive = Archive(FrontDesk(units.engine), Retention(units, PERIODS))
        archive.desk.add_customer()
        for days, kind in past:
            _happen(archive, kind)
            archive.pass_by(days)
        return archive.desk.clock


def _happen(archive: Archive, kind: str) -> None:
    if kind == "proven":
        proven_talk(archive)
    elif kind == "mail":
        with archive.desk.units() as unit:
            unit.mails.add(Mail("a@example.org", "Hallo", "Text"), unit.now)
    else:
        talk = archive.desk.visit()
        archive.desk.write(talk, "Hallo")
        if kind == "waiting":
            archive.desk.ask_for_human(talk)


def everything(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    with engine.connect() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in metadata.sorted_tables
        }
