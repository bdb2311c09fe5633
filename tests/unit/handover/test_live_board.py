"""The live board counts what is so at this moment, of every team, for supervisors alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, event

from handover.contract.live import AgentAtWork, LiveView, WaitingGroup
from handover.contract.routing import ServiceLevel
from handover.domain.agent import Agent, Role
from handover.domain.errors import NotAllowed
from handover.services.desk_rules import DeskRules
from handover.services.live_board import LiveBoard
from handover.services.placing import Intake
from tests.edges import House
from tests.unit.handover.front_desk import ANNA, BEN, LEASE, FrontDesk, fresh_id

BERLIN = ZoneInfo("Europe/Berlin")
SOPHIE = Agent("sophie", "sophie@nordlicht.example", "Sophie Lang", Role.SUPERVISOR, "de")
PROMISED = ServiceLevel(accept_within=60, answer_within=120)


@pytest.fixture
def board(desk: FrontDesk) -> LiveBoard:
    return LiveBoard(desk.units, Intake(DeskRules(service_level=PROMISED), LEASE), BERLIN)


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements of this block."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def at_work(view: LiveView, agent: Agent) -> AgentAtWork:
    return next(one for one in view.agents if one.id == agent.id)


def test_who_waits_is_counted_by_what_they_ask_for_and_the_longest_wait_is_named(
    desk: FrontDesk, board: LiveBoard
) -> None:
    first, _ = desk.visit("de"), desk.ask_for_human(desk.visit("en"))
    began = desk.clock.now()
    desk.clock.turn(seconds=30)
    desk.ask_for_human(first)
    desk.ask_for_human(desk.visit("de"))
    view = board.view(SOPHIE)
    assert (view.waiting_count, view.longest_since, view.service_level) == (3, began, PROMISED)
    assert view.groups == (
        WaitingGroup(topic=None, language="de", count=2, since=began + timedelta(seconds=30)),
        WaitingGroup(topic=None, language="en", count=1, since=began),
    )
    assert [case.place for case in view.waiting] == [1, 2, 3]


def test_todays_waits_give_what_was_answered_given_up_and_how_long_it_took(desk: FrontDesk, board: LiveBoard) -> None:
    desk.claimed(ANNA)  # yesterday, in Berlin
    desk.clock.turn(hours=12)
    for seconds in (10, 20, 90):
        conversation_id = desk.visit()
        desk.ask_for_human(conversation_id)
        desk.clock.turn(seconds=seconds)
        desk.handovers.claim(BEN, conversation_id)
    gone = desk.visit()
    desk.ask_for_human(gone)
    desk.conversations.give_up_waiting(gone, fresh_id())
    today = board.view(SOPHIE).today
    assert (today.called, today.answered, today.abandoned) == (4, 3, 1)
    assert (today.median_seconds, today.p90_seconds) == (20, 90)


def test_nothing_happened_yet_and_nothing_is_made_up(desk: FrontDesk, board: LiveBoard) -> None:
    view = board.view(SOPHIE)
    assert (view.waiting_count, view.longest_since, view.groups, view.proposals) == (0, None, (), 0)
    assert (view.today.called, view.today.median_seconds, view.today.p90_seconds) == (0, None, None)


def test_a_held_case_says_since_when_its_visitor_waits_for_an_answer(desk: FrontDesk, board: LiveBoard) -> None:
    desk.handovers.renew_leases(ANNA.id)
    conversation_id, version = desk.claimed(ANNA)
    claimed_at = desk.clock.now()
    [case] = at_work(board.view(SOPHIE), ANNA).cases
    assert (case.since, case.unanswered_since, case.upset) == (claimed_at, None, False)

    desk.clock.turn(seconds=5)
    desk.write(conversation_id, "Hallo?")
    wrote_at = desk.clock.now()
    desk.clock.turn(seconds=20)
    desk.write(conversation_id, "Das ist eine Frechheit!!!")
    [case] = at_work(board.view(SOPHIE), ANNA).cases
    assert (case.unanswered_since, case.upset) == (wrote_at, True)

    desk.handovers.post_message(
        ANNA, conversation_id, client_id=fresh_id(), ownership_version=version, text="Ich sehe nach."
    )
    [case] = at_work(board.view(SOPHIE), ANNA).cases
    assert case.unanswered_since is None


def test_what_was_written_while_waiting_counts_as_unanswered_from_the_claim_on(
    desk: FrontDesk, board: LiveBoard
) -> None:
    conversation_id = desk.visit()
    desk.ask_for_human(conversation_id)
    desk.write(conversation_id, "Ist da jemand?")
    desk.clock.turn(seconds=300)
    desk.handovers.claim(ANNA, conversation_id)
    [case] = at_work(board.view(SOPHIE), ANNA).cases
    assert case.unanswered_since == case.since == desk.clock.now()


def test_who_is_gone_and_still_has_cases_stands_at_the_top(desk: FrontDesk, board: LiveBoard) -> None:
    desk.handovers.renew_leases(ANNA.id)
    desk.claimed(BEN)
    desk.clock.turn(seconds=30)
    desk.handovers.renew_leases(ANNA.id)
    view = board.view(SOPHIE)
    assert [(one.name, one.online, one.load) for one in view.agents] == [
        ("Ben Okafor", False, 1),
        ("Anna Brandt", True, 0),
    ]


def test_since_when_somebody_is_what_they_say_moves_only_with_what_they_say(desk: FrontDesk, board: LiveBoard) -> None:
    desk.staff.set_status(ANNA, "away")
    away_since = desk.clock.now()
    desk.clock.turn(minutes=9)
    desk.staff.set_status(ANNA, "away")
    one = at_work(board.view(SOPHIE), ANNA)
    assert (one.status, one.status_since) == ("away", away_since)


def test_the_bots_hour_is_counted(desk: FrontDesk, board: LiveBoard) -> None:
    talk = desk.visit()
    desk.write(talk, "Hallo")
    turn = desk.turns.next(talk)
    assert turn is not None
    desk.turns.fail(turn)
    view = board.view(SOPHIE)
    assert (view.bot.conversations, view.bot.failed) == (1, 1)
    desk.clock.turn(hours=2)
    view = board.view(SOPHIE)
    assert (view.bot.conversations, view.bot.failed) == (0, 0)


@pytest.mark.parametrize("role", [Role.AGENT, Role.EDITOR])
def test_nobody_else_sees_it(board: LiveBoard, role: Role) -> None:
    with pytest.raises(NotAllowed):
        board.view(replace(ANNA, role=role))


def test_more_cases_take_no_more_statements(engine: Engine, desk: FrontDesk, board: LiveBoard) -> None:
    counts: list[int] = []
    for one in (ANNA, BEN):
        desk.staff.set_skills(one.email, languages=["de"], topics=[], load_limit=20)
        for _ in range(12):
            desk.claimed(one)
        with counted(engine) as statements:
            assert len(at_work(board.view(SOPHIE), one).cases) == 12
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_over_http_it_says_who_is_there_and_the_look_is_noted(house: House) -> None:
    sophie, anna = house.agent("sophie", Role.SUPERVISOR), house.agent()
    assert anna.http.get("/api/live").status_code == 403
    view = sophie.http.get("/api/live").json()
    assert {one["name"]: one["online"] for one in view["agents"]} == {"Anna": True, "Sophie": True}
    entries = sophie.http.get("/api/audit").json()["entries"]
    assert next(one["action"] for one in entries if one["agent_name"] == "Sophie") == "conversations.read"
