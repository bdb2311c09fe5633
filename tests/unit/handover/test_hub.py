"""Who is told of what, in which order."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.contract.base import Actor
from handover.contract.events import Event, MessagePosted, NotePosted
from handover.contract.frames import ConversationSummary, ServerFrame
from handover.domain.agent import Agent, Role
from handover.realtime.hub import AgentSeat, Hub, VisitorSeat
from handover.realtime.line import Bucket, Parcel
from handover.services.ports import Publication, StoredEvent

NOW = datetime(2026, 3, 2, tzinfo=UTC)


class Wire:
    """Stands for a line: keeps what was pushed."""

    def __init__(self) -> None:
        self.sent: list[Parcel] = []
        self.ended: list[int] = []

    def push(self, sent: Parcel) -> None:
        self.sent.append(sent)

    def say(self, frame: ServerFrame) -> None:
        self.sent.append(Parcel(frame.model_dump_json()))

    def hang_up(self, code: int, _reason: str) -> None:
        self.ended.append(code)

    @property
    def numbers(self) -> list[tuple[int, int]]:
        return [(sent.after, sent.number) for sent in self.sent if sent.number]


def visitor_seat(conversation_id: str = "one") -> tuple[VisitorSeat, Any]:
    wire: Any = Wire()
    return VisitorSeat(conversation_id, wire), wire


def agent_seat(role: Role = Role.AGENT, session: str = "s") -> tuple[AgentSeat, Any]:
    wire: Any = Wire()
    return AgentSeat(Agent(role, f"{role}@x.example", str(role), role, "en"), session, wire), wire


def publication(audiences: list[bool], conversation_id: str = "one", *, asked: bool = False) -> Publication:
    """A log in which True is for everybody and False for the staff."""
    events: list[StoredEvent] = []
    last_public = 0
    for number, public in enumerate(audiences, 1):
        data = MessagePosted(message_id="m", text="hello") if public else NotePosted(text="between us")
        event = Event(number=number, after=number - 1, at=NOW, actor=Actor(kind="system"), data=data)
        events.append(StoredEvent(event, last_public))
        last_public = number if public else last_public
    return Publication(conversation_id, tuple(events), summary(conversation_id), asked)


def summary(conversation_id: str) -> ConversationSummary:
    return ConversationSummary(
        id=conversation_id,
        state="bot",
        language="de",
        priority=0,
        owner_id=None,
        owner_name=None,
        ownership_version=1,
        customer_id=None,
        customer_name=None,
        trust="none",
        reason=None,
        waiting_since=None,
        started_at="",
        updated_at="",
        last_number=1,
        last_text="",
        last_author="visitor",
        visitor_read=0,
        staff_read=0,
        unread=0,
    )


@given(st.lists(st.booleans(), max_size=30))
def test_a_visitor_sees_a_chain_without_gaps_and_no_word_of_the_staff(audiences: list[bool]) -> None:
    async def run() -> None:
        hub = Hub()
        hub.start()
        seat, wire = visitor_seat()
        watcher, desk = agent_seat()
        hub.seat_visitor(seat)
        hub.seat_agent(watcher)
        hub.publish(publication(audiences))
        await asyncio.sleep(0)
        assert [number for _, number in wire.numbers] == [n for n, public in enumerate(audiences, 1) if public]
        assert [after for after, _ in wire.numbers] == [0, *(number for _, number in wire.numbers)][: len(wire.numbers)]
        assert "between us" not in "".join(sent.text for sent in wire.sent)
        assert len(desk.sent) == len(audiences)

    asyncio.run(run())


async def test_events_pass_from_many_threads_in_the_order_they_were_published() -> None:
    hub = Hub()
    hub.start()
    seat, wire = visitor_seat()
    hub.seat_visitor(seat)
    log = publication([True] * 50)
    for stored in log.events:
        await asyncio.to_thread(hub.publish, log._replace(events=(stored,)))
    await asyncio.sleep(0)
    assert [number for _, number in wire.numbers] == list(range(1, 51))


async def test_others_conversations_stay_their_own() -> None:
    hub = Hub()
    hub.start()
    (mine, my_wire), (other, other_wire) = visitor_seat("one"), visitor_seat("two")
    hub.seat_visitor(mine)
    hub.seat_visitor(other)
    hub.publish(publication([True], "one"))
    hub.show_typing("one", "bot", on=True)
    hub.show_read("one", "staff", 1)
    await asyncio.sleep(0)
    assert len(my_wire.sent) == 3
    assert other_wire.sent == []


async def test_presence_changes_with_the_first_and_the_last_socket_only() -> None:
    hub = Hub()
    watcher, desk = agent_seat()
    hub.seat_agent(watcher)
    hub.learn([publication([True]).summary])
    first, second = visitor_seat()[0], visitor_seat()[0]
    for change in (hub.seat_visitor, hub.unseat_visitor):
        change(first)
        change(second)
    assert ['"online":true' in sent.text for sent in desk.sent] == [True, False]
    assert not hub.visitor_online("one")


def of_team(team: str | None, number: int) -> Publication:
    """The next event of a conversation, which is this team's by now."""
    one = publication([True])
    events = tuple(
        stored._replace(event=stored.event.model_copy(update={"number": number, "after": number - 1}))
        for stored in one.events
    )
    return one._replace(events=events, summary=one.summary.model_copy(update={"team": team, "last_number": number}))


async def test_f81_another_teams_conversation_is_told_to_nobody_but_the_team_and_supervisors() -> None:
    hub = Hub()
    hub.start()
    (ours, our_wire), (theirs, their_wire), (over, over_wire) = agent_seat(), agent_seat(), agent_seat(Role.SUPERVISOR)
    hub.seat_agent(replace(ours, agent=replace(ours.agent, team="billing")))
    hub.seat_agent(replace(theirs, agent=replace(theirs.agent, team="workshop")))
    hub.seat_agent(over)
    hub.publish(of_team("billing", 1))
    await asyncio.sleep(0)
    hub.show_typing("one", "visitor", on=True)
    hub.show_read("one", "visitor", 1)
    hub.show_typing("unknown to this process", "visitor", on=True)
    await asyncio.sleep(0)
    assert (len(our_wire.sent), len(their_wire.sent), len(over_wire.sent)) == (3, 0, 4)


async def test_who_loses_sight_of_a_conversation_is_told_only_that() -> None:
    hub = Hub()
    hub.start()
    seat, wire = agent_seat()
    hub.seat_agent(replace(seat, agent=replace(seat.agent, team="billing")))
    for number, team in enumerate((None, "workshop", "workshop"), 1):
        hub.publish(of_team(team, number))
    await asyncio.sleep(0)
    assert [json.loads(sent.text)["type"] for sent in wire.sent] == ["event", "out_of_sight"]


@pytest.mark.parametrize(("role", "told"), [(Role.AGENT, 1), (Role.SUPERVISOR, 1), (Role.ADMIN, 1), (Role.EDITOR, 0)])
async def test_only_who_may_read_conversations_is_told_of_them(role: Role, told: int) -> None:
    hub = Hub()
    hub.start()
    seat, wire = agent_seat(role)
    hub.seat_agent(seat)
    hub.publish(publication([True]))
    await asyncio.sleep(0)
    assert len(wire.sent) == told


def test_all_tabs_of_a_visitor_are_told_the_same_encoded_once() -> None:
    hub = Hub()
    (one, one_wire), (other, other_wire) = visitor_seat(), visitor_seat()
    hub.seat_visitor(one)
    hub.seat_visitor(other)
    hub.fan_out(publication([True, False, True]))
    assert one_wire.numbers == other_wire.numbers == [(0, 1), (1, 3)]
    assert all(here is there for here, there in zip(one_wire.sent, other_wire.sent, strict=True))


async def test_the_bot_is_woken_only_when_it_is_asked() -> None:
    hub = Hub()
    hub.start()
    woken: list[str] = []
    hub.bot_asked = woken.append
    hub.publish(publication([True]))
    hub.publish(publication([True], "two", asked=True))
    await asyncio.sleep(0)
    assert woken == ["two"]


async def test_a_session_that_ends_takes_its_sockets_with_it() -> None:
    hub = Hub()
    hub.start()
    (mine, my_wire), (other, other_wire) = agent_seat(session="mine"), agent_seat(session="other")
    hub.seat_agent(mine)
    hub.seat_agent(other)
    await asyncio.to_thread(hub.session_ended, "mine")
    await asyncio.sleep(0)
    assert (my_wire.ended, other_wire.ended) == ([4401], [])


def test_publishing_where_nobody_listens_is_harmless() -> None:
    hub = Hub()
    hub.publish(publication([True]))
    hub.session_ended("s")

    async def start() -> None:
        hub.start()

    asyncio.run(start())
    hub.publish(publication([True]))  # its loop is closed by now


@given(st.lists(st.floats(min_value=0, max_value=2), max_size=200))
def test_a_bucket_never_lets_more_pass_than_burst_and_rate_allow(pauses: list[float]) -> None:
    bucket, now, passed = Bucket(rate=20, burst=60, now=0), 0.0, 0
    for pause in pauses:
        now += pause
        passed += bucket.take(now)
        assert passed <= 60 + 20 * now + 1e-6
