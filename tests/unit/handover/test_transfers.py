"""Handing on: transfers to a person, a team or a topic, take-overs and assignments."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from handover.domain.agent import Agent, Role
from handover.domain.errors import (
    IllegalTransition,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotThere,
    StaleOwnership,
)
from handover.domain.routing import Status
from handover.services.desk_rules import DeskRules
from handover.services.need_to_know import NeedToKnow
from tests.edges import House
from tests.unit.handover.front_desk import ANNA, BEN, EMIL, FrontDesk, at_once, fresh_id

SOPHIE = Agent("sophie", "sophie@nordlicht.example", "Sophie Lang", Role.SUPERVISOR, "de")
TEAMS = {"contracts": ("billing",), "workshop": ("technical",)}
RULES = DeskRules(topics={"billing": ("invoice_explain",), "technical": ("battery",), "other": ()}, teams=TEAMS)
WHY = "Die Kundin schreibt lieber auf Englisch"


@pytest.fixture
def room(engine: Engine) -> FrontDesk:
    """Two teams, a supervisor, and everybody heard of."""
    desk = FrontDesk(engine, rules=RULES)
    with desk.units() as unit:
        unit.agents.add(SOPHIE, "hash", demo=False, at=unit.now)
        unit.staff.set_status(SOPHIE.id, Status.AVAILABLE, unit.now)
    for agent in (ANNA, BEN, SOPHIE):
        desk.handovers.renew_leases(agent.id)
    return desk


def transfer(desk: FrontDesk, case: tuple[str, int], agent: Agent = ANNA, **to: str) -> Any:
    conversation_id, version = case
    goal = {"to_kind": "person", "to_id": BEN.id, "reason": WHY} | to
    return desk.transfers.transfer(agent, conversation_id, ownership_version=version, **goal)


def offer_of(desk: FrontDesk, conversation_id: str) -> Any:
    with desk.units(write=False) as unit:
        return unit.offers.open_one(conversation_id)


def public(desk: FrontDesk, conversation_id: str) -> str:
    """All bytes of the log that the visitor gets."""
    return "".join(event.model_dump_json() for event in desk.conversations.public_events(conversation_id, 0))


# --- transfer ---------------------------------------------------------------------------------------------------------


def test_a_transfer_to_somebody_who_is_there_asks_them_first_and_tells_them_who_sends_it_and_why(
    room: FrontDesk,
) -> None:
    case = room.claimed()
    summary = transfer(room, case)
    assert (summary.state, summary.owner_id, summary.priority, summary.offered_to) == ("waiting", None, 1, BEN.id)
    shown = next(one.offer for one in room.queue.view(BEN).waiting if one.summary.id == case[0])
    assert shown is not None
    assert (shown.agent_id, shown.because, shown.from_name, shown.reason) == (
        BEN.id,
        ("transferred",),
        "Anna Brandt",
        WHY,
    )
    decision = room.offers.routing(ANNA, case[0]).decisions[0]
    assert (decision.how, decision.chosen) == ("offer", BEN.id)
    accepted = room.offers.accept(BEN, case[0], shown.offer_id)
    assert (accepted.owner_id, accepted.ownership_version) == (BEN.id, case[1] + 2)


@pytest.mark.parametrize("how", ["declined", "expired", "gone"])
def test_a_transfer_that_its_receiver_does_not_take_is_everybodys(room: FrontDesk, how: str) -> None:
    case = room.claimed()
    transfer(room, case)
    offer = offer_of(room, case[0])
    if how == "declined":
        room.offers.decline(BEN, case[0], offer.id)
    elif how == "expired":
        room.clock.turn(seconds=31)
        room.handovers.renew_leases(BEN.id)
    else:
        room.staff.set_status(BEN, "away")
    room.offers.look()
    assert offer_of(room, case[0]) is None
    assert room.handovers.claim(SOPHIE, case[0]).owner_id == SOPHIE.id


def test_where_cases_are_offered_a_declined_transfer_goes_to_the_next_and_not_back_to_the_sender(
    engine: Engine,
) -> None:
    desk = FrontDesk(engine, rules=DeskRules(mode="offer"))
    with desk.units() as unit:
        unit.agents.add(SOPHIE, "hash", demo=False, at=unit.now)
        unit.staff.set_status(SOPHIE.id, Status.AVAILABLE, unit.now)
    for agent in (ANNA, BEN, SOPHIE):
        desk.handovers.renew_leases(agent.id)
    case = desk.claimed()
    transfer(desk, case)
    desk.offers.decline(BEN, case[0], offer_of(desk, case[0]).id)
    desk.offers.look()
    assert offer_of(desk, case[0]).agent_id == SOPHIE.id


@pytest.mark.parametrize("status", ["busy", "away", "off"])
def test_a_transfer_to_somebody_who_is_not_there_asks_nobody_and_waits_for_all(room: FrontDesk, status: str) -> None:
    room.staff.set_status(BEN, status)
    case = room.claimed()
    assert transfer(room, case).offered_to is None
    assert room.types(case[0])[-2:] == ["conversation.transferred", "conversation.directed"]


def test_whoever_is_asked_by_a_colleague_may_have_as_much_as_they_should_and_another_language(room: FrontDesk) -> None:
    room.staff.set_skills(BEN.email, languages=["en"], topics=["technical"], load_limit=1)
    room.claimed(BEN)
    assert transfer(room, room.claimed()).offered_to == BEN.id


def test_the_reason_and_the_receiver_never_reach_the_visitor(room: FrontDesk) -> None:
    case = room.claimed()
    transfer(room, case)
    told = public(room, case[0])
    assert "conversation.transferred" in told
    assert WHY not in told
    assert BEN.name not in told
    directed = next(event.data for event in room.events(case[0]) if event.data.type == "conversation.directed")
    assert (directed.how, directed.to_name, directed.from_id, directed.from_name, directed.reason) == (
        "transfer",
        BEN.name,
        ANNA.id,
        ANNA.name,
        WHY,
    )


def test_a_transfer_to_a_team_takes_the_case_out_of_the_sight_of_others(room: FrontDesk) -> None:
    case = room.claimed()
    summary = transfer(room, case, to_kind="team", to_id="workshop")
    assert (summary.team, summary.topic) == ("workshop", None)
    with pytest.raises(NotFound):
        NeedToKnow(room.units).sees(ANNA, case[0])
    assert case[0] not in [row.id for row in room.handovers.listed(ANNA, "waiting", 10)]


def test_a_transfer_to_a_topic_asks_for_other_skills_and_goes_to_the_team_of_the_topic(room: FrontDesk) -> None:
    case = room.claimed()
    summary = transfer(room, case, to_kind="topic", to_id="billing")
    assert (summary.topic, summary.team) == ("billing", "contracts")
    with room.units(write=False) as unit:
        wait = unit.waits.open_one(case[0])
    assert wait is not None
    assert wait.topic == "billing"
    other = room.claimed()
    assert transfer(room, other, to_kind="topic", to_id="other").team is None


@pytest.mark.parametrize(
    ("to", "error"),
    [
        ({"to_id": "nobody"}, NotFound),
        ({"to_id": EMIL.id}, NotFound),  # an editor takes no cases
        ({"to_id": ANNA.id}, InvalidInput),
        ({"to_kind": "team", "to_id": "nowhere"}, InvalidInput),
        ({"to_kind": "topic", "to_id": "nothing"}, InvalidInput),
        ({"reason": " \u0007 "}, InvalidInput),
        ({"reason": "x" * 501}, InvalidInput),
    ],
)
def test_a_transfer_to_nowhere_or_without_a_reason_changes_nothing(
    room: FrontDesk, to: dict[str, str], error: type[Exception]
) -> None:
    case = room.claimed()
    before = room.types(case[0])
    with pytest.raises(error):
        transfer(room, case, **to)
    assert room.types(case[0]) == before
    assert room.view(case[0]).agent_name == ANNA.name


def test_only_the_owner_transfers_and_only_what_they_still_have(room: FrontDesk) -> None:
    case = room.claimed()
    with pytest.raises(NotAllowed):
        transfer(room, case, BEN, to_id=ANNA.id)
    with pytest.raises(StaleOwnership):
        transfer(room, (case[0], case[1] - 1))
    with pytest.raises(NotAllowed):
        transfer(room, case, EMIL)


# --- take over --------------------------------------------------------------------------------------------------------


def test_a_colleague_goes_on_and_what_the_former_owner_had_composed_cannot_be_sent(room: FrontDesk) -> None:
    conversation_id, version = room.claimed()
    taken = room.transfers.take_over(BEN, conversation_id, ownership_version=version, reason=WHY)
    assert (taken.state, taken.owner_id, taken.ownership_version) == ("agent", BEN.id, version + 1)
    words = {"client_id": fresh_id(), "text": "Einen Moment noch"}
    with pytest.raises(StaleOwnership):
        room.handovers.post_message(ANNA, conversation_id, ownership_version=version, **words)
    room.handovers.post_message(BEN, conversation_id, ownership_version=version + 1, **words)
    told = public(room, conversation_id)
    assert "conversation.taken_over" in told
    assert BEN.name in told
    assert WHY not in told
    directed = next(event for event in room.events(conversation_id) if event.data.type == "conversation.directed")
    assert (directed.actor.id, directed.data.how, directed.data.from_id, directed.data.from_name) == (
        BEN.id,
        "take_over",
        ANNA.id,
        ANNA.name,
    )


def test_a_case_is_taken_out_of_the_hands_it_was_seen_in_alone(room: FrontDesk) -> None:
    conversation_id, version = room.claimed()
    room.transfers.take_over(SOPHIE, conversation_id, ownership_version=version, reason=WHY)
    with pytest.raises(StaleOwnership):
        room.transfers.take_over(BEN, conversation_id, ownership_version=version, reason=WHY)
    again = room.transfers.take_over(SOPHIE, conversation_id, ownership_version=version, reason=WHY)
    assert again.ownership_version == version + 1  # doing it twice is fine


def test_of_those_who_reach_for_a_case_at_once_one_gets_it_and_nobody_takes_it_from_them_unseen(
    room: FrontDesk,
) -> None:
    conversation_id, version = room.claimed()
    seen = {"ownership_version": version, "reason": WHY}
    acts = [
        lambda: room.transfers.take_over(BEN, conversation_id, **seen),
        lambda: room.transfers.take_over(SOPHIE, conversation_id, **seen),
        lambda: room.transfers.transfer(ANNA, conversation_id, to_kind="person", to_id=BEN.id, **seen),
        lambda: room.handovers.return_to_bot(
            ANNA, conversation_id, ownership_version=version, outcome="solved", summary="gut"
        ),
    ]
    outcomes = at_once(acts)
    assert sum(isinstance(outcome, StaleOwnership) for outcome in outcomes) == len(acts) - 1
    summary = room.handovers.opened(SOPHIE, conversation_id).summary
    assert summary.ownership_version == version + 1


def test_what_nobody_has_is_not_taken_over(room: FrontDesk) -> None:
    conversation_id = room.visit()
    room.ask_for_human(conversation_id)
    version = room.handovers.opened(ANNA, conversation_id).summary.ownership_version
    with pytest.raises(IllegalTransition):
        room.transfers.take_over(ANNA, conversation_id, ownership_version=version, reason=WHY)


def test_whoever_had_a_case_goes_on_seeing_it_after_a_supervisor_went_in(room: FrontDesk) -> None:
    conversation_id, version = room.claimed()
    sophie = Agent(SOPHIE.id, SOPHIE.email, SOPHIE.name, SOPHIE.role, "de", team="workshop")
    taken = room.transfers.take_over(sophie, conversation_id, ownership_version=version, reason=WHY)
    assert taken.team is None


# --- assign -----------------------------------------------------------------------------------------------------------


def test_a_supervisor_gives_a_waiting_case_to_somebody_and_the_visitor_sees_them_come(room: FrontDesk) -> None:
    conversation_id = room.visit()
    room.ask_for_human(conversation_id)
    assigned = room.transfers.assign(SOPHIE, conversation_id, BEN.id, reason="Spricht Englisch")
    assert (assigned.state, assigned.owner_id) == ("agent", BEN.id)
    assert room.types(conversation_id)[-2:] == ["conversation.claimed", "conversation.directed"]
    told = public(room, conversation_id)
    assert BEN.name in told
    assert SOPHIE.name not in told
    with room.units(write=False) as unit:
        assert unit.waits.open_one(conversation_id) is None
    decision = room.offers.routing(SOPHIE, conversation_id).decisions[0]
    assert (decision.how, decision.chosen) == ("assign", BEN.id)


def test_a_supervisor_gives_somebodys_case_to_another(room: FrontDesk) -> None:
    conversation_id, version = room.claimed()
    assigned = room.transfers.assign(SOPHIE, conversation_id, BEN.id, ownership_version=version)
    assert (assigned.owner_id, assigned.ownership_version) == (BEN.id, version + 1)
    assert room.types(conversation_id)[-2:] == ["conversation.taken_over", "conversation.directed"]
    assert room.transfers.assign(SOPHIE, conversation_id, BEN.id).ownership_version == version + 1


def test_an_assigned_case_is_no_longer_offered_to_others(room: FrontDesk) -> None:
    case = room.claimed()
    transfer(room, case)
    room.transfers.assign(SOPHIE, case[0], SOPHIE.id)
    assert offer_of(room, case[0]) is None
    ended = [event.data.result for event in room.events(case[0]) if event.data.type == "routing.offer_ended"]
    assert ended == ["withdrawn"]


def test_only_supervisors_assign(room: FrontDesk) -> None:
    conversation_id, _ = room.claimed()
    with pytest.raises(NotAllowed):
        room.transfers.assign(ANNA, conversation_id, BEN.id)


def test_nothing_is_assigned_to_somebody_who_is_not_there_cannot_see_it_or_takes_no_cases(room: FrontDesk) -> None:
    case = room.claimed()
    with pytest.raises(NotFound):
        room.transfers.assign(SOPHIE, case[0], EMIL.id)
    with pytest.raises(NotFound):
        room.transfers.assign(SOPHIE, case[0], "nobody")
    transfer(room, case, to_kind="team", to_id="workshop")
    with pytest.raises(NotThere, match="cannot be given"):
        room.transfers.assign(SOPHIE, case[0], BEN.id)  # of no team
    free = room.claimed()
    room.clock.turn(seconds=61)
    with pytest.raises(NotThere) as refused:
        room.transfers.assign(SOPHIE, free[0], BEN.id)
    assert refused.value.data == {"agent_name": BEN.name}


def test_a_talk_with_the_bot_is_given_to_nobody(room: FrontDesk) -> None:
    with pytest.raises(IllegalTransition):
        room.transfers.assign(SOPHIE, room.visit(), BEN.id)


# --- by the API -------------------------------------------------------------------------------------------------------


def test_the_routes_hand_on_a_case_and_refuse_whoever_may_not(house: House) -> None:
    anna, ben, emil = house.agent("anna"), house.agent("ben"), house.agent("emil", Role.EDITOR)
    begun = house.desk.conversations.start("de", None).conversation_id
    house.desk.conversations.request_human(begun, fresh_id())
    version = anna.do(begun, "claim").json()["summary"]["ownership_version"]
    assert anna.do(begun, "assign", agent_id=ben.id).status_code == 403
    for what, body in {
        "transfer": {"ownership_version": version, "to_kind": "person", "to_id": ben.id, "reason": WHY},
        "take-over": {"ownership_version": version, "reason": WHY},
    }.items():
        assert emil.do(begun, what, **body).status_code == 403
        assert anna.do("nowhere", what, **body).status_code == 404
        assert anna.do(begun, what, **(body | {"reason": ""})).status_code == 422
    taken = ben.do(begun, "take-over", ownership_version=version, reason=WHY)
    assert taken.json()["summary"]["owner_id"] == ben.id
    late = anna.do(begun, "messages", client_id=fresh_id(), ownership_version=version, text="Noch da")
    assert (late.status_code, late.json()["error"]["code"]) == (409, "stale_ownership")
    sophie = house.agent("sophie", Role.SUPERVISOR)
    assert sophie.do(begun, "assign", agent_id="nobody").status_code == 404
    assert sophie.do(begun, "assign", agent_id=sophie.id).json()["summary"]["owner_id"] == sophie.id
