"""The queue on real databases: what those who wait are told, and how a wait begins and ends."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
from sqlalchemy import Engine, select

from handover.contract.events import IntentGuess
from handover.contract.frames import LeaveContact, WaitRange
from handover.contract.turns import BotMessage, Understanding
from handover.domain.errors import NotAllowed
from handover.domain.hours import Hours, Span
from handover.services.desk_rules import DeskRules
from handover.store.tables import waits
from tests.unit.handover.front_desk import ANNA, BEN, EMIL, FrontDesk, at_once, fresh_id

CLOSED = DeskRules(hours=Hours(UTC, {2: (Span(time(8), time(17)),)}))  # Wednesdays alone
TOPICS = DeskRules(topics={"billing": ("dunning",), "technical": ("repair",)})


def called(desk: FrontDesk, language: str = "de") -> str:
    conversation_id = desk.visit(language)
    desk.ask_for_human(conversation_id)
    return conversation_id


def ended(desk: FrontDesk, conversation_id: str) -> list[tuple[str | None, str | None]]:
    with desk.units.engine.connect() as connection:
        rows = connection.execute(
            select(waits).where(waits.c.conversation_id == conversation_id).order_by(waits.c.call)
        )
        return [(row.result, row.claimed_by) for row in rows]


def understood(desk: FrontDesk, conversation_id: str, intent: str) -> None:
    desk.write(conversation_id, "Hm?")
    read = Understanding(intents=(IntentGuess(name=intent, confidence=0.9),))
    desk.answer(conversation_id, BotMessage(text="Aha."), understanding=read)


def test_who_waits_is_told_who_is_there_for_them(desk: FrontDesk) -> None:
    waiting = called(desk)
    assert desk.queue.places()[waiting].agents == 0
    desk.handovers.renew_leases("anna")
    desk.handovers.renew_leases("ben")  # who speaks English only
    assert desk.queue.places()[waiting].agents == 1
    desk.staff.set_status(ANNA, "away")
    assert desk.queue.places()[waiting].agents == 0


def test_f29_a_call_while_nobody_is_there_waits_and_says_so_instead_of_promising(desk: FrontDesk) -> None:
    waiting = called(desk)
    place = desk.queue.places()[waiting]
    assert (place.place, place.agents, place.wait, place.open, place.full) == (1, 0, None, True, False)


def test_f29_a_call_out_of_hours_waits_and_hears_when_the_desk_opens(engine: Engine) -> None:
    desk = FrontDesk(engine, rules=CLOSED)
    waiting = called(desk)
    place = desk.queue.places()[waiting]
    assert (place.open, place.opens_at) == (False, datetime(2026, 3, 11, 8, tzinfo=UTC))
    assert desk.events(waiting)[-1].data.after_hours is True
    desk.clock.turn(hours=21)
    assert desk.queue.places()[waiting].open is True
    assert desk.queue.places()[waiting].opens_at is None


def test_f29_whoever_stands_behind_a_full_queue_is_told_at_once_and_still_waits(engine: Engine) -> None:
    desk = FrontDesk(engine, rules=DeskRules(queue_limit=1))
    first = called(desk)
    desk.clock.turn(seconds=1)  # or their ids would say who is first
    second = called(desk)
    places = desk.queue.places()
    assert (places[first].full, places[second].full) == (False, True)
    assert desk.view(second).state == "waiting"


def test_a_range_is_told_from_real_waits_of_this_desk_with_their_number(desk: FrontDesk) -> None:
    for seconds in (60, 120, 180, 240, 300):
        one = called(desk)
        desk.clock.turn(seconds=seconds)
        desk.handovers.claim(ANNA, one, force=True)
    waiting = called(desk)
    assert desk.queue.places()[waiting].wait == WaitRange(from_seconds=60, to_seconds=240, sample=5)
    desk.clock.turn(days=29)
    assert desk.queue.places()[waiting].wait is None  # of another month


def test_a_wait_ends_with_whatever_ends_it(desk: FrontDesk) -> None:
    claimed, given_up, closed = called(desk), called(desk), called(desk)
    desk.handovers.claim(ANNA, claimed)
    desk.conversations.give_up_waiting(given_up, fresh_id())
    desk.conversations.end(closed, fresh_id())
    assert ended(desk, claimed) == [("claimed", "anna")]
    assert ended(desk, given_up) == [("given_up", None)]
    assert ended(desk, closed) == [("closed", None)]
    assert desk.queue.places() == {}


def test_what_is_put_back_waits_anew(desk: FrontDesk) -> None:
    conversation_id, version = desk.claimed()
    desk.handovers.release(ANNA, conversation_id, ownership_version=version)
    assert ended(desk, conversation_id) == [("claimed", "anna"), (None, None)]
    assert desk.queue.places()[conversation_id].place == 1


def test_a_case_asks_for_the_topic_that_was_understood_last(engine: Engine) -> None:
    desk = FrontDesk(engine, rules=TOPICS)
    conversation_id = desk.visit()
    for intent in ("repair", "dunning", "talk_to_human"):
        understood(desk, conversation_id, intent)
    desk.ask_for_human(conversation_id)
    assert desk.events(conversation_id)[-1].data.topic == "billing"
    assert desk.handovers.opened(ANNA, conversation_id).summary.topic == "billing"
    version = desk.handovers.claim(ANNA, conversation_id).ownership_version
    desk.handovers.release(ANNA, conversation_id, ownership_version=version)
    assert desk.handovers.opened(ANNA, conversation_id).summary.topic == "billing"
    desk.conversations.give_up_waiting(conversation_id, fresh_id())
    assert desk.handovers.opened(ANNA, conversation_id).summary.topic is None


def test_a_case_the_bot_hands_over_has_a_topic_too(engine: Engine) -> None:
    desk = FrontDesk(engine, rules=TOPICS)
    conversation_id = desk.visit()
    desk.write(conversation_id, "Kaputt!")
    read = Understanding(intents=(IntentGuess(name="repair", confidence=0.9),))
    desk.answer(conversation_id, BotMessage(text="Ich hole jemanden.", handover="needs_person"), understanding=read)
    assert desk.events(conversation_id)[-1].data.topic == "technical"


# --- visitors who go ---


def test_a_visitor_who_is_gone_for_long_waits_no_more_and_finds_the_bot_again(desk: FrontDesk) -> None:
    waiting = called(desk)
    desk.clock.turn(minutes=14)
    desk.queue.visitors_seen({waiting})
    desk.clock.turn(minutes=14, seconds=59)
    assert desk.queue.leave_gone() == 0
    desk.clock.turn(seconds=1)
    assert desk.queue.leave_gone() == 1
    last = desk.events(waiting)[-1]
    assert (last.data.type, last.data.by, last.actor.kind) == ("handover.given_up", "system", "system")
    assert ended(desk, waiting) == [("visitor_gone", None)]
    assert desk.turns.owed() == []  # the bot does not answer what nobody waits for
    desk.write(waiting, "Da bin ich wieder")
    assert desk.turns.owed() == [waiting]


def test_a_visitor_who_left_a_contact_stays_in_the_queue(desk: FrontDesk) -> None:
    waiting = called(desk)
    contact = LeaveContact(client_id=fresh_id(), kind="callback", value="0171 2345678")
    desk.contacts.leave(waiting, contact)
    desk.clock.turn(days=3)
    assert desk.queue.leave_gone() == 0
    assert desk.queue.places()[waiting].contact is True


def test_a_visitor_put_back_into_the_queue_has_all_the_time_again(desk: FrontDesk) -> None:
    conversation_id, version = desk.claimed()
    desk.clock.turn(minutes=20)
    desk.handovers.release(ANNA, conversation_id, ownership_version=version)
    desk.clock.turn(minutes=14)
    assert desk.queue.leave_gone() == 0


def test_f33_a_wait_that_two_processes_end_at_once_ends_once(engine: Engine) -> None:
    here = FrontDesk(engine)
    there = FrontDesk(engine, here.clock)
    waiting = called(here)
    here.clock.turn(minutes=16)
    assert sum(at_once([here.queue.leave_gone, there.queue.leave_gone] * 2)) == 1  # type: ignore[arg-type]
    assert here.types(waiting).count("handover.given_up") == 1


def test_who_is_there_is_noted_only_where_it_matters(desk: FrontDesk) -> None:
    waiting, with_bot = called(desk), desk.visit()
    desk.queue.visitors_seen({waiting, with_bot, "nobody"})
    with desk.units(write=False) as unit:
        assert unit.waits.with_people() == [waiting]


# --- agents who come and go ---


def test_what_somebody_has_who_logs_out_is_put_back_at_once_and_the_visitor_is_told_why(desk: FrontDesk) -> None:
    conversation_id, _ = desk.claimed()
    with desk.units() as unit:  # what the log-out writes
        unit.conversations.renew_leases("anna", unit.now)
    desk.staff.set_status(ANNA, "off")
    assert desk.handovers.expire_leases() == 1
    assert desk.events(conversation_id)[-1].data.reason == "agent_left"


def test_the_desk_sees_who_waits_and_who_is_there(desk: FrontDesk) -> None:
    desk.staff.set_skills(ANNA.email, languages=["de", "en"], topics=[], load_limit=3)
    first, _ = called(desk), desk.claimed()
    desk.handovers.renew_leases("anna")
    desk.clock.turn(seconds=50)
    view = desk.queue.view(BEN)
    assert [(case.summary.id, case.place, case.waited_seconds, case.offer) for case in view.waiting] == [
        (first, 1, 50, None)
    ]
    anna = view.agents[0]
    assert (anna.id, anna.status, anna.online, anna.load, anna.load_limit) == ("anna", "available", True, 1, 3)
    assert anna.languages == ("de", "en")
    assert [one.id for one in view.agents] == ["anna", "ben"]  # an editor takes no cases
    desk.clock.turn(seconds=11)
    assert desk.queue.view(BEN).agents[0].online is False
    with pytest.raises(NotAllowed):
        desk.queue.view(EMIL)
