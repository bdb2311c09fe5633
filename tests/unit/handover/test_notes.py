"""Notes that name colleagues, and a supervisor's whisper to the one who has the case."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from handover.contract.events import NotePosted
from handover.domain.agent import Agent, Role
from handover.domain.errors import AlreadyClaimed, MentionUnseen, NotAllowed, NotFound, OfferEnded, WhisperMissed
from handover.services.desk_rules import DeskRules
from handover.services.erasure import Erasures
from handover.services.ports import Erasure
from tests.edges import House
from tests.unit.handover.front_desk import ANNA, BEN, EMIL, FrontDesk, fresh_id

SOPHIE = Agent("sophie", "sophie@nordlicht.example", "Sophie Weber", Role.SUPERVISOR, "de")
TEAM = Agent("tom", "tom@nordlicht.example", "Tom Team", Role.AGENT, "de", team="billing")
WORKSHOP = Agent("willi", "willi@nordlicht.example", "Willi Werk", Role.AGENT, "de", team="workshop")


@pytest.fixture
def desk(desk: FrontDesk) -> FrontDesk:
    with desk.units() as unit:
        for agent in (SOPHIE, TEAM, WORKSHOP):
            unit.agents.add(agent, "hash", demo=False, at=unit.now)
            unit.staff.set_team(agent.id, agent.team)
    return desk


def note(desk: FrontDesk, agent: Agent, one: str, text: str = "look", **more: Any) -> int:
    return desk.notes.post(agent, one, client_id=more.pop("client_id", None) or fresh_id(), text=text, **more)


def posted(desk: FrontDesk, one: str) -> list[NotePosted]:
    return [event.data for event in desk.events(one) if isinstance(event.data, NotePosted)]


def open_ones(desk: FrontDesk, agent: Agent) -> list[tuple[str, str, bool]]:
    return [(one.by_name, one.text, one.whisper) for one in desk.notes.mentions(agent)]


def test_who_is_named_is_told_until_they_have_looked(desk: FrontDesk) -> None:
    one, _ = desk.claimed()
    first = note(desk, ANNA, one, "first @Ben", mentions=[BEN.id])
    second = note(desk, SOPHIE, one, "second @Ben", mentions=[BEN.id, BEN.id])
    assert open_ones(desk, BEN) == [("Sophie Weber", "second @Ben", False), ("Anna Brandt", "first @Ben", False)]
    assert open_ones(desk, ANNA) == []
    desk.notes.see(BEN, one, first)
    assert [view.number for view in desk.notes.mentions(BEN)] == [second]
    desk.notes.see(BEN, one, second)
    desk.notes.see(BEN, one, second)
    assert open_ones(desk, BEN) == []
    assert [data.mentions for data in posted(desk, one)] == [("ben",), ("ben",)]


def test_a_note_sent_again_names_nobody_twice_and_oneself_never(desk: FrontDesk) -> None:
    one, _ = desk.claimed()
    client_id = uuid4().hex
    numbers = {note(desk, ANNA, one, mentions=[BEN.id, ANNA.id], client_id=client_id) for _ in range(3)}
    assert len(numbers) == len(desk.notes.mentions(BEN)) == 1
    assert open_ones(desk, ANNA) == []


@pytest.mark.parametrize("name", [WORKSHOP.id, EMIL.id, "nobody", "' OR 1=1 --"])
def test_only_who_sees_the_case_can_be_named_and_else_nothing_is_written(desk: FrontDesk, name: str) -> None:
    one, _ = desk.claimed(TEAM)
    with pytest.raises(MentionUnseen):
        note(desk, TEAM, one, mentions=[SOPHIE.id, name])
    assert posted(desk, one) == []
    assert open_ones(desk, SOPHIE) == []


def test_those_who_can_be_named_are_those_who_see_the_case_now(desk: FrontDesk) -> None:
    one, _ = desk.claimed(TEAM)
    assert [(each.name, each.role) for each in desk.notes.colleagues(TEAM, one)] == [("Sophie Weber", "supervisor")]
    waiting = desk.visit()
    desk.ask_for_human(waiting)
    assert [each.id for each in desk.notes.colleagues(SOPHIE, waiting)] == ["anna", "ben", "tom", "willi"]
    with desk.units() as unit:
        unit.agents.set_active(BEN.id, active=False)
    assert "ben" not in [each.id for each in desk.notes.colleagues(SOPHIE, waiting)]


def test_what_went_out_of_sight_is_told_no_more(desk: FrontDesk) -> None:
    one = desk.visit()
    desk.ask_for_human(one)
    note(desk, ANNA, one, mentions=[WORKSHOP.id])
    assert len(open_ones(desk, WORKSHOP)) == 1
    desk.handovers.claim(TEAM, one)
    assert open_ones(desk, WORKSHOP) == []


def test_a_supervisor_whispers_to_the_one_who_has_the_case_and_to_nobody_else(desk: FrontDesk) -> None:
    one, _ = desk.claimed()
    client_id = uuid4().hex
    number = note(desk, SOPHIE, one, "offer a refund", whisper_to=ANNA.id, client_id=client_id)
    assert open_ones(desk, ANNA) == [("Sophie Weber", "offer a refund", True)]
    assert posted(desk, one)[0].whisper_to == ANNA.id
    for ear in (BEN.id, SOPHIE.id, "nobody"):
        with pytest.raises(WhisperMissed):
            note(desk, SOPHIE, one, whisper_to=ear)
    with pytest.raises(NotAllowed):
        note(desk, BEN, one, whisper_to=ANNA.id)
    desk.handovers.release(ANNA, one, ownership_version=desk.handovers.opened(ANNA, one).summary.ownership_version)
    assert note(desk, SOPHIE, one, "offer a refund", whisper_to=ANNA.id, client_id=client_id) == number
    with pytest.raises(WhisperMissed):
        note(desk, SOPHIE, one, whisper_to=ANNA.id)
    assert len(posted(desk, one)) == 1


def test_whoever_is_whispered_to_and_named_at_once_is_told_once(desk: FrontDesk) -> None:
    one, _ = desk.claimed()
    note(desk, SOPHIE, one, mentions=[ANNA.id, BEN.id], whisper_to=ANNA.id)
    assert [whisper for _, _, whisper in open_ones(desk, ANNA)] == [True]
    assert [whisper for _, _, whisper in open_ones(desk, BEN)] == [False]


def test_a_forgotten_conversation_takes_its_mentions_with_it(desk: FrontDesk) -> None:
    desk.add_customer()
    one, version = desk.claimed()
    desk.prove_as(one, "erika.lindner@example.org")
    note(desk, ANNA, one, mentions=[BEN.id])
    desk.handovers.close(ANNA, one, ownership_version=version, outcome="solved")

    class Journal:
        def add(self, erasure: Erasure) -> None: ...
        def all(self) -> list[Erasure]:
            return []

    Erasures(desk.units, Journal()).erase("erika")
    assert open_ones(desk, BEN) == []


def test_an_unknown_conversation_has_no_notes(desk: FrontDesk) -> None:
    with pytest.raises(NotFound):
        note(desk, ANNA, "nothing")


def test_of_two_at_one_case_the_second_hears_who_was_faster(desk: FrontDesk) -> None:
    one, _ = desk.claimed()
    with pytest.raises(AlreadyClaimed) as late:
        desk.handovers.claim(BEN, one)
    assert late.value.data == {"agent_name": "Anna Brandt"}


def test_whose_offer_was_taken_by_somebody_else_hears_who_it_was(engine: Engine) -> None:
    desk = FrontDesk(engine, rules=DeskRules(mode="offer"))
    for agent in (ANNA, BEN):
        desk.staff.set_skills(agent.email, languages=["de", "en"], topics=[], load_limit=2)
        desk.handovers.renew_leases(agent.id)
    one = desk.visit()
    desk.ask_for_human(one)
    desk.offers.look()
    offer = desk.queue.view(ANNA).waiting[0].offer
    assert offer is not None
    asked, faster = (ANNA, BEN) if offer.agent_id == ANNA.id else (BEN, ANNA)
    desk.handovers.claim(faster, one)
    with pytest.raises(OfferEnded) as late:
        desk.offers.accept(asked, one, offer.offer_id)
    assert late.value.data == {"agent_name": faster.name}


# --- on the wire ---------------------------------------------------------------------------------------------------


def test_mentions_are_read_and_seen_over_http(house: House) -> None:
    anna, ben = house.agent("anna"), house.agent("ben")
    one = house.desk.conversations.start("en", "https://shop.example/").conversation_id
    everybody = ben.http.get(f"/api/conversations/{one}/colleagues").json()["colleagues"]
    assert anna.id in [each["id"] for each in everybody]
    body = {"client_id": uuid4().hex, "text": "see this", "mentions": [anna.id]}
    ben.do(one, "notes", **body).raise_for_status()
    event = anna.receive("event", lambda f: f["event"]["data"]["type"] == "note.posted")["event"]
    assert (event["data"]["mentions"], event["data"]["whisper_to"]) == ([anna.id], None)
    listed = anna.http.get("/api/mentions").json()["mentions"]
    assert [(each["conversation_id"], each["number"], each["by_name"]) for each in listed] == [
        (one, event["number"], "Ben")
    ]
    assert anna.do(one, "mentions/seen", number=event["number"]).status_code == 204
    assert anna.http.get("/api/mentions").json()["mentions"] == []
    assert (
        ben.do(one, "notes", **{**body, "client_id": uuid4().hex, "mentions": ["x"]}).json()["error"]["code"]
        == "mention_unseen"
    )
    too_many = {**body, "client_id": uuid4().hex, "mentions": [anna.id] * 21}
    assert ben.do(one, "notes", **too_many).status_code == 422
    refused = ben.do(one, "notes", **{**body, "client_id": uuid4().hex, "whisper_to": anna.id})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_allowed")
