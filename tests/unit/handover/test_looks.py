"""Who has which conversation before them: on one page or several, at one process or several."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from itertools import count
from typing import Any
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from handover.contract.frames import ConversationSummary, Viewer
from handover.domain.agent import Agent, Role
from handover.realtime.hub import AgentSeat, Hub
from handover.realtime.looks import Look, Looks
from handover.realtime.passing import Left, Letter, Passing, Roster
from tests.edges import House
from tests.unit.handover.test_hub import agent_seat, of_team, summary, visitor_seat
from tests.visitor import Visitor

# --- the book of looks ---------------------------------------------------------------------------------------------

AGENTS = ("anna", "ben", "cleo")
CASES = ("one", "two", None)


def viewer(name: str, **more: Any) -> Viewer:
    return Viewer(agent_id=name, name=name.title(), role="agent", **more)


steps = st.lists(
    st.tuples(
        st.sampled_from(AGENTS), st.integers(1, 2), st.sampled_from(CASES), st.sampled_from((None, "note", "message"))
    ),
    max_size=30,
)


@given(steps)
def test_whatever_pages_do_each_agent_is_there_once_as_long_as_one_of_their_pages_is(
    done: list[tuple[str, int, str | None, Any]],
) -> None:
    looks = Looks()
    pages: dict[tuple[str, int], tuple[str, Any]] = {}
    for name, number, case, writing in done:
        page = name, number
        before = {one: looks.viewers(one) for one in ("one", "two")}
        changed = looks.look(page, viewer(name), case)
        if case is None:
            pages.pop(page, None)
        else:
            wrote = pages[page][1] if page in pages and pages[page][0] == case else None
            pages[page] = case, wrote
            if looks.write(page, case, writing):
                pages[page] = case, writing
        assert {one for one in before if before[one] != looks.viewers(one)} <= {*changed, case}
        for one in ("one", "two"):
            there = {who for (who, _), (where, _) in pages.items() if where == one}
            assert [each.agent_id for each in looks.viewers(one)] == sorted(there)
            for each in looks.viewers(one):
                written = {what for (who, _), (where, what) in pages.items() if (who, where) == (each.agent_id, one)}
                assert (each.writing is None) == (written == {None})
                assert each.writing in written
    assert looks.conversations() == {where for where, _ in pages.values()}


def test_what_other_processes_tell_replaces_what_they_told_and_ends_with_them() -> None:
    looks = Looks()
    looks.look("page", viewer("anna"), "one")
    looks.set_elsewhere("p", Look(conversation_id="one", viewers=(viewer("ben"), viewer("anna", writing="note"))))
    assert [(one.agent_id, one.writing) for one in looks.viewers("one")] == [("anna", "note"), ("ben", None)]
    assert looks.set_process("p", [Look(conversation_id="two", viewers=(viewer("ben"),))]) == {"one", "two"}
    assert looks.set_process("p", [Look(conversation_id="two", viewers=(viewer("ben"),))]) == set()
    assert [one.agent_id for one in looks.viewers("one")] == ["anna"]
    assert looks.set_process("p", ()) == {"two"}
    assert looks.conversations() == {"one"}


# --- the hub -------------------------------------------------------------------------------------------------------


def sit(hub: Hub, name: str, *, role: Role = Role.AGENT, team: str | None = None) -> tuple[AgentSeat, Any]:
    seat, wire = agent_seat(role)
    seat = replace(seat, agent=Agent(name, f"{name}@x.example", name.title(), role, "en", team))
    hub.seat_agent(seat)
    return seat, wire


def told(wire: Any) -> list[list[tuple[str, str | None]]]:
    """Of each `viewers` frame, who and what they write."""
    frames = [json.loads(sent.text) for sent in wire.sent]
    return [[(one["name"], one["writing"]) for one in f["viewers"]] for f in frames if f["type"] == "viewers"]


def known(state: str, **more: Any) -> ConversationSummary:
    return summary("one").model_copy(update={"state": state, **more})


def test_who_looks_is_told_who_else_does_and_what_they_write() -> None:
    hub = Hub()
    hub.learn([known("agent", owner_id="anna")])
    (anna, annas), (ben, bens), (_, others) = sit(hub, "anna"), sit(hub, "ben"), sit(hub, "cleo")
    hub.look(anna, "one")
    hub.look(ben, "one")
    hub.show_writing(ben, "one", "note")
    hub.show_writing(ben, "one", "note")
    hub.unseat_agent(ben)
    assert told(annas) == [
        [("Anna", None)],
        [("Anna", None), ("Ben", None)],
        [("Anna", None), ("Ben", "note")],
        [("Anna", None)],
    ]
    assert told(bens) == told(annas)[1:3]
    assert told(others) == []


def test_of_a_waiting_case_everybody_is_told_who_could_take_it_and_whoever_comes_later() -> None:
    hub = Hub()
    hub.learn([known("waiting", team="billing")])
    ben, _ = sit(hub, "ben", team="billing")
    wires = {
        name: sit(hub, name, role=role, team=team)[1]
        for name, role, team in (
            ("ours", Role.AGENT, "billing"),
            ("theirs", Role.AGENT, "workshop"),
            ("over", Role.SUPERVISOR, None),
            ("editor", Role.EDITOR, None),
        )
    }
    hub.look(ben, "one")
    assert {name: told(wire) for name, wire in wires.items()} == {
        "ours": [[("Ben", None)]],
        "theirs": [],
        "over": [[("Ben", None)]],
        "editor": [],
    }
    late, late_wire = sit(hub, "late", team="billing")
    hub.tell_what_is_looked_at(late)
    blind, blind_wire = sit(hub, "blind", team="workshop")
    hub.tell_what_is_looked_at(blind)
    assert (told(late_wire), told(blind_wire)) == ([[("Ben", None)]], [])


def test_who_loses_sight_of_a_case_looks_at_it_no_more_and_hears_of_nobody_there() -> None:
    hub = Hub()
    (anna, annas), (ben, bens) = sit(hub, "anna", team="billing"), sit(hub, "ben", team="workshop")
    hub.fan_out(of_team("billing", 1))
    hub.look(anna, "one")
    hub.look(ben, "one")  # had it been his when he opened it
    assert told(bens) == []
    hub.fan_out(of_team("workshop", 2))
    assert hub.looks()[0].viewers[0].agent_id == "ben"
    before = len(annas.sent)
    hub.show_writing(ben, "one", "message")
    assert len(annas.sent) == before


def test_no_visitor_is_ever_told_who_looks_or_writes_there() -> None:
    hub = Hub()
    hub.learn([known("waiting")])
    seat, wire = visitor_seat()
    hub.seat_visitor(seat)
    ben, _ = sit(hub, "ben")
    hub.look(ben, "one")
    hub.show_writing(ben, "one", "message")
    hub.look(ben, None)
    assert wire.sent == []


class Pair:
    """Two processes that pass on what they tell each other as it goes through Redis."""

    def __init__(self) -> None:
        self.hubs = [Hub(), Hub()]
        for number, hub in enumerate(self.hubs):
            hub.learn([known("agent", owner_id="anna")])
            hub.tell_others = self._to(1 - number, f"p{number}")

    def _to(self, other: int, process: str) -> Any:
        def tell(passing: Passing) -> None:
            letter = Letter.model_validate_json(Letter(sender=process, passing=passing).model_dump_json())
            self.hubs[other].hear(letter.sender, letter.passing)

        return tell


def test_colleagues_at_two_processes_see_each_other_until_one_of_them_is_gone() -> None:
    pair = Pair()
    here, there = pair.hubs
    anna, annas = sit(here, "anna")
    ben, bens = sit(there, "ben")
    here.look(anna, "one")
    there.look(ben, "one")
    there.show_writing(ben, "one", "note")
    assert told(annas)[-1] == told(bens)[-1] == [("Anna", None), ("Ben", "note")]
    here.hear("p1", Left())
    assert told(annas)[-1] == [("Anna", None)]
    here.hear("p1", Roster(conversation_ids=there.roster(), looks=there.looks(), is_new=True))
    assert told(annas)[-1] == [("Anna", None), ("Ben", "note")]


# --- on the wire ---------------------------------------------------------------------------------------------------


def names(frame: dict[str, Any]) -> list[str]:
    return [one["name"] for one in frame["viewers"]]


def test_colleagues_see_each_other_and_the_visitor_sees_only_their_agent_writing_to_them(house: House) -> None:
    with Visitor(house.url, "en") as visitor:
        visitor.send(type="request_human", client_id=uuid4().hex)
        visitor.receive_until(lambda frame: frame["type"] == "queue")
        anna, ben = house.agent("anna"), house.agent("ben")
        one = visitor.conversation_id
        anna.do(one, "claim").raise_for_status()
        anna.send(type="looking", conversation_id=one)
        assert names(anna.receive("viewers")) == ["Anna"]
        ben.send(type="looking", conversation_id=one)
        assert names(ben.receive("viewers")) == ["Anna", "Ben"]
        assert names(anna.receive("viewers", lambda f: len(f["viewers"]) == 2)) == ["Anna", "Ben"]
        writes = count()

        def writing(frame: dict[str, Any], name: str) -> str | None:
            next(writes)
            return next((each["writing"] for each in frame["viewers"] if each["name"] == name), None)

        ben.send(type="typing", conversation_id=one, on=True)  # a draft of his: he has no word here
        anna.receive("viewers", lambda f: writing(f, "Ben") == "message")
        ben.send(type="typing", conversation_id=one, on=True, about="note")
        anna.receive("viewers", lambda f: writing(f, "Ben") == "note")
        anna.send(type="typing", conversation_id=one, on=True, about="note")
        ben.receive("viewers", lambda f: writing(f, "Anna") == "note")
        visitor.say("is anybody writing?")
        frames = list(_until_ack(visitor))
        assert not [frame for frame in frames if frame["type"] in ("typing_shown", "viewers")]

        anna.send(type="typing", conversation_id=one, on=True)
        ben.receive("viewers", lambda f: writing(f, "Anna") == "message")
        shown = visitor.receive_until(lambda f: f["type"] == "typing_shown", 5)
        assert shown == {"type": "typing_shown", "by": "agent", "name": "Anna", "on": True}
        ben.socket.close()
        assert names(anna.receive("viewers", lambda f: len(f["viewers"]) == 1)) == ["Anna"]


def _until_ack(visitor: Visitor) -> Iterable[dict[str, Any]]:
    while (frame := visitor.receive(5))["type"] != "ack":
        yield frame


def test_whoever_hands_on_while_writing_is_shown_writing_no_more(house: House) -> None:
    with Visitor(house.url, "en") as visitor:
        visitor.send(type="request_human", client_id=uuid4().hex)
        visitor.receive_until(lambda frame: frame["type"] == "queue")
        anna = house.agent("anna")
        one = visitor.conversation_id
        version = anna.do(one, "claim").json()["summary"]["ownership_version"]
        anna.send(type="typing", conversation_id=one, on=True)
        visitor.receive_until(lambda f: f["type"] == "typing_shown" and f["on"], 5)
        anna.do(one, "release", ownership_version=version).raise_for_status()
        anna.send(type="typing", conversation_id=one, on=False)
        visitor.receive_until(lambda f: f["type"] == "typing_shown" and not f["on"], 5)


def test_a_typing_agent_costs_the_database_nothing_while_the_hub_knows_the_case(house: House) -> None:
    with Visitor(house.url, "en") as visitor:
        visitor.send(type="request_human", client_id=uuid4().hex)
        visitor.receive_until(lambda frame: frame["type"] == "queue")
        anna = house.agent("anna")
        anna.do(visitor.conversation_id, "claim").raise_for_status()
        anna.receive("event", lambda f: f["event"]["data"]["type"] == "conversation.claimed")
        asked: list[str] = []
        known, sees = house.desk.need_to_know, house.desk.need_to_know.sees

        def noted(agent: Agent, one: str) -> Any:
            asked.append(one)
            return sees(agent, one)

        object.__setattr__(known, "sees", noted)
        for _ in range(10):
            anna.send(type="typing", conversation_id=visitor.conversation_id, on=True)
            anna.send(type="looking", conversation_id=visitor.conversation_id)
        anna.receive("viewers")
        visitor.receive_until(lambda f: f["type"] == "typing_shown", 5)
        assert asked == []
