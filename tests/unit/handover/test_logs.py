"""A log is read in parts: what was missed, the newest page, older pages."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from sqlalchemy import Engine, delete

from handover.contract.events import Event
from handover.contract.frames import GiveFeedback, Snapshot
from handover.contract.turns import BotMessage
from handover.domain.errors import NotAllowed, NotFound
from handover.services.dossier import READINGS
from handover.services.logs import CATCH_UP, PAGE
from handover.store import events as store
from handover.store.events import event_of
from handover.store.tables import events
from tests.long_talk import fill
from tests.unit.handover.front_desk import ANNA, EMIL, FrontDesk, fresh_id


def numbers(snapshot: Snapshot) -> list[int]:
    return [event.number for event in snapshot.events]


def public_up_to(last: int) -> list[int]:
    return [number for number in range(1, last + 1) if number % 5]


@pytest.fixture
def long_talk(desk: FrontDesk, engine: Engine) -> str:
    """1 to 1000; every fifth is for the staff."""
    conversation_id = desk.visit()
    assert fill(engine, conversation_id, 999) == 1000
    return conversation_id


# --- the newest page and older ones -------------------------------------------------------------------------------


def test_whoever_comes_without_a_cursor_gets_the_newest_page_and_hears_of_older_ones(
    desk: FrontDesk, long_talk: str
) -> None:
    resync, snapshot = desk.conversations.snapshot(long_talk, 0)
    assert (resync, snapshot.cursor, snapshot.earlier, snapshot.last_number) == (False, 0, True, 999)
    assert numbers(snapshot) == public_up_to(1000)[-PAGE:]


def test_a_short_log_comes_whole(desk: FrontDesk) -> None:
    _, snapshot = desk.conversations.snapshot(desk.visit(), 0)
    assert (numbers(snapshot), snapshot.earlier, snapshot.last_number) == ([1], False, 1)


def test_page_by_page_a_visitor_reads_back_to_the_first_event(desk: FrontDesk, long_talk: str) -> None:
    _, snapshot = desk.conversations.snapshot(long_talk, 0)
    read, earlier = list(snapshot.events), snapshot.earlier
    while earlier:
        page = desk.conversations.page(long_talk, read[0].number, 150)
        assert 0 < len(page.events) <= 150
        read, earlier = [*page.events, *read], page.earlier
    assert [event.number for event in read] == public_up_to(1000)
    for before, after in itertools.pairwise(read):
        assert after.after == before.number


def test_the_staffs_pages_hold_what_visitors_never_see(desk: FrontDesk, long_talk: str) -> None:
    opened = desk.handovers.opened(ANNA, long_talk)
    assert [event.number for event in opened.log.events] == list(range(901, 1001))
    assert opened.log.earlier
    page = desk.handovers.page(ANNA, long_talk, 901, 10)
    assert ([event.number for event in page.events], page.earlier) == (list(range(891, 901)), True)
    assert not desk.handovers.page(ANNA, long_talk, 5, 10).earlier
    assert "note " not in desk.conversations.page(long_talk, 901, 10).model_dump_json()


def test_pages_of_no_conversation_are_not_found_and_editors_get_none(desk: FrontDesk, long_talk: str) -> None:
    with pytest.raises(NotFound):
        desk.handovers.page(ANNA, "nothing", 5, 10)
    with pytest.raises(NotAllowed):
        desk.handovers.page(EMIL, long_talk, 5, 10)


# --- to resume ----------------------------------------------------------------------------------------------------


def test_whoever_missed_little_gets_exactly_that(desk: FrontDesk, long_talk: str) -> None:
    resync, snapshot = desk.conversations.snapshot(long_talk, 996)
    assert (resync, snapshot.cursor, numbers(snapshot), snapshot.earlier) == (False, 996, [997, 998, 999], False)
    assert desk.conversations.snapshot(long_talk, 999)[1].events == ()


def test_whoever_missed_very_much_begins_anew_at_the_end(desk: FrontDesk, long_talk: str) -> None:
    just = public_up_to(1000)[-CATCH_UP - 1]
    resync, snapshot = desk.conversations.snapshot(long_talk, just)
    assert (resync, len(snapshot.events)) == (False, CATCH_UP)
    resync, snapshot = desk.conversations.snapshot(long_talk, just - 1)
    assert (resync, snapshot.cursor, len(snapshot.events), snapshot.earlier) == (True, 0, PAGE, True)


@pytest.mark.parametrize("cursor", [-1, 5, 1000, 1001, 2**31, 2**63, -(2**63), 10**30])
def test_f08_a_cursor_that_no_visitor_can_have_is_told_and_answered_with_the_newest(
    desk: FrontDesk, long_talk: str, cursor: int
) -> None:
    """5 and 1000 are the staff's own, the others are none at all; after 5 the staff missed too much."""
    resync, snapshot = desk.conversations.snapshot(long_talk, cursor)
    assert (resync, snapshot.cursor, numbers(snapshot)[-1]) == (True, 0, 999)
    assert desk.handovers.opened(ANNA, long_talk, cursor).log.resync == (cursor != 1000)


def test_f08_the_cursor_of_another_conversation_leaves_no_gap(desk: FrontDesk, long_talk: str) -> None:
    """Its number may exist here too: then what follows is sent, and nothing of the other conversation ever was."""
    other = desk.visit()
    resync, snapshot = desk.conversations.snapshot(other, 999)
    assert (resync, numbers(snapshot)) == (True, [1])


@pytest.mark.parametrize("cursor", [1, 399, 403])
def test_f08_a_cursor_into_a_part_that_was_deleted_is_answered_with_what_is_left(
    desk: FrontDesk, engine: Engine, long_talk: str, cursor: int
) -> None:
    with engine.begin() as connection:
        connection.execute(delete(events).where(events.c.conversation_id == long_talk, events.c.number <= 960))
    resync, snapshot = desk.conversations.snapshot(long_talk, cursor)
    assert (resync, snapshot.cursor, snapshot.earlier) == (True, 0, False)
    assert numbers(snapshot) == [number for number in public_up_to(1000) if number > 960]
    assert desk.conversations.snapshot(long_talk, 961)[0] is False


def test_f08_of_a_log_that_was_deleted_whole_the_number_is_left_and_the_talk_goes_on(
    desk: FrontDesk, engine: Engine, long_talk: str
) -> None:
    with engine.begin() as connection:
        connection.execute(delete(events).where(events.c.conversation_id == long_talk))
    resync, snapshot = desk.conversations.snapshot(long_talk, 999)
    assert (resync, snapshot.events, snapshot.earlier, snapshot.last_number) == (True, (), False, 999)
    number = desk.write(long_talk, "Bin wieder da")
    _, snapshot = desk.conversations.snapshot(long_talk, 0)
    assert [(event.number, event.after) for event in snapshot.events] == [(number, 999)]


# --- what else used to read whole logs ----------------------------------------------------------------------------


def test_a_judgement_a_dossier_and_an_opening_read_a_bounded_part_of_the_log(
    desk: FrontDesk, long_talk: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.write(long_talk, "Frage")
    desk.answer(long_talk, BotMessage(text="Antwort", wants_feedback=True))
    number = desk.events(long_talk)[-1].number
    read: list[int] = []

    def counted(row: Any) -> Event:
        read.append(row.number)
        return event_of(row)

    monkeypatch.setattr(store, "event_of", counted)
    judgement = GiveFeedback(client_id=fresh_id(), message_number=number, helpful=True)
    for act in (
        lambda: desk.ratings.give_feedback(long_talk, judgement),
        lambda: desk.dossiers.build(ANNA, long_talk),
        lambda: desk.handovers.opened(ANNA, long_talk),
        lambda: desk.conversations.snapshot(long_talk, 0),
    ):
        read.clear()
        act()
        assert 0 < len(read) <= CATCH_UP + 1


def test_a_promise_made_long_ago_stands_in_the_dossier(desk: FrontDesk, engine: Engine) -> None:
    conversation_id = desk.visit()
    desk.ask_for_human(conversation_id)
    fill(engine, conversation_id, 2 * CATCH_UP)
    dossier = desk.dossiers.build(ANNA, conversation_id)
    assert [promise.key for promise in dossier.promises] == ["promise.person_called"]
    assert dossier.stopped is not None
    assert len(dossier.understood) <= READINGS
