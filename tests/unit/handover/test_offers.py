"""Offers on real databases: who is asked, what becomes of it, and what is on record."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from handover.contract.events import Event
from handover.domain.errors import LoadFull, NotAllowed, NotFound, OfferEnded
from handover.services.desk_rules import DeskRules
from tests.unit.handover.front_desk import ANNA, BEN, EMIL, FrontDesk, at_once, fresh_id

OFFERS = DeskRules(mode="offer")


@pytest.fixture
def desk(engine: Engine) -> FrontDesk:
    """Anna and Ben are there, speak both languages and may be asked."""
    desk = FrontDesk(engine, rules=OFFERS)
    for agent in (ANNA, BEN):
        desk.staff.set_skills(agent.email, languages=["de", "en"], topics=[], load_limit=2)
    come(desk)
    return desk


def come(desk: FrontDesk, *agents: str) -> None:
    for agent_id in agents or ("anna", "ben"):
        desk.handovers.renew_leases(agent_id)


def called(desk: FrontDesk) -> str:
    conversation_id = desk.visit()
    desk.ask_for_human(conversation_id)
    return conversation_id


def offer_of(desk: FrontDesk, conversation_id: str) -> Event:
    return [event for event in desk.events(conversation_id) if event.data.type == "routing.offered"][-1]


def results(desk: FrontDesk, conversation_id: str) -> list[str]:
    return [event.data.result for event in desk.events(conversation_id) if event.data.type == "routing.offer_ended"]


def test_a_waiting_case_is_offered_to_one_agent_and_no_visitor_hears_of_it(desk: FrontDesk) -> None:
    waiting = called(desk)
    assert desk.offers.look() == 1
    offered = offer_of(desk, waiting).data
    assert (offered.agent_id, offered.agent_name, offered.audience) == ("anna", "Anna Brandt", "staff")
    assert (offered.expires_at - desk.clock.now()).total_seconds() == 30
    assert desk.handovers.opened(BEN, waiting).summary.offered_to == "anna"
    assert desk.offers.look() == 0  # one offer at a time
    assert "routing.offered" not in {event.data.type for event in desk.conversations.public_events(waiting, 0)}


def test_who_accepts_has_the_case_and_may_say_so_twice(desk: FrontDesk) -> None:
    waiting = called(desk)
    desk.offers.look()
    offer_id = offer_of(desk, waiting).data.offer_id
    for _ in range(2):
        summary = desk.offers.accept(ANNA, waiting, offer_id)
        assert (summary.owner_id, summary.state, summary.offered_to) == ("anna", "agent", None)
    assert desk.types(waiting).count("conversation.claimed") == 1
    assert results(desk, waiting) == ["accepted"]


def test_who_declines_is_not_asked_again_and_the_next_one_is(desk: FrontDesk) -> None:
    waiting = called(desk)
    desk.offers.look()
    offer_id = offer_of(desk, waiting).data.offer_id
    for _ in range(2):
        desk.offers.decline(ANNA, waiting, offer_id, "Not my field.")
    desk.offers.look()
    assert offer_of(desk, waiting).data.agent_id == "ben"
    with pytest.raises(OfferEnded):
        desk.offers.accept(ANNA, waiting, offer_id)
    assert results(desk, waiting) == ["declined"]


def test_an_offer_that_nobody_answers_goes_to_somebody_else(desk: FrontDesk) -> None:
    waiting = called(desk)
    desk.offers.look()
    desk.clock.turn(seconds=30)
    come(desk)
    assert desk.offers.look() == 2  # it ends, and the next one begins
    assert results(desk, waiting) == ["expired"]
    assert offer_of(desk, waiting).data.agent_id == "ben"


def test_when_everybody_has_said_no_they_are_asked_again_after_a_minute(desk: FrontDesk) -> None:
    waiting = called(desk)
    for agent in (ANNA, BEN):
        desk.offers.look()
        desk.offers.decline(agent, waiting, offer_of(desk, waiting).data.offer_id)
    desk.offers.look()
    assert results(desk, waiting) == ["declined", "declined"]
    desk.clock.turn(seconds=60)
    come(desk)
    desk.offers.look()
    assert offer_of(desk, waiting).data.because == ("asked_again",)


def test_f28_an_offer_to_somebody_who_went_is_taken_back_and_never_made_to_anybody_absent(desk: FrontDesk) -> None:
    waiting = called(desk)
    desk.offers.look()
    desk.staff.set_status(ANNA, "away")
    desk.offers.look()
    assert results(desk, waiting) == ["withdrawn"]
    assert offer_of(desk, waiting).data.agent_id == "ben"
    desk.clock.turn(seconds=61)  # and now nobody's page was heard for a minute
    desk.offers.look()
    assert results(desk, waiting) == ["withdrawn", "withdrawn"]
    desk.staff.set_status(ANNA, "available")
    desk.offers.look()
    assert desk.types(waiting).count("routing.offered") == 2


def test_somebody_who_helps_themselves_ends_the_offer(desk: FrontDesk) -> None:
    waiting = called(desk)
    desk.offers.look()
    desk.handovers.claim(BEN, waiting)
    assert results(desk, waiting) == ["withdrawn"]
    with pytest.raises(OfferEnded):
        desk.offers.accept(ANNA, waiting, offer_of(desk, waiting).data.offer_id)


def test_a_visitor_who_no_longer_waits_is_offered_to_nobody(desk: FrontDesk) -> None:
    waiting = called(desk)
    desk.offers.look()
    desk.conversations.give_up_waiting(waiting, fresh_id())
    assert results(desk, waiting) == ["withdrawn"]
    assert desk.offers.look() == 0


def test_nobody_is_offered_more_than_they_can_hold_and_the_first_in_the_queue_comes_first(desk: FrontDesk) -> None:
    waiting = []
    for _ in range(6):
        waiting.append(called(desk))
        desk.clock.turn(seconds=1)
    desk.offers.look()
    offered = [one for one in waiting if "routing.offered" in desk.types(one)]
    assert offered == waiting[:4]  # two agents with room for two
    assert sorted(offer_of(desk, one).data.agent_id for one in offered) == ["anna", "anna", "ben", "ben"]


def test_what_somebody_put_back_is_offered_to_others_first(desk: FrontDesk) -> None:
    waiting = called(desk)
    version = desk.handovers.claim(ANNA, waiting).ownership_version
    desk.handovers.release(ANNA, waiting, ownership_version=version)
    desk.offers.look()
    assert offer_of(desk, waiting).data.agent_id == "ben"


def test_a_case_that_comes_back_is_offered_to_whoever_had_it_last(desk: FrontDesk) -> None:
    waiting = called(desk)
    version = desk.handovers.claim(BEN, waiting).ownership_version
    desk.handovers.return_to_bot(BEN, waiting, ownership_version=version, outcome="solved", summary="")
    desk.ask_for_human(waiting)
    desk.offers.look()
    assert offer_of(desk, waiting).data.agent_id == "ben"
    assert "last_agent" in offer_of(desk, waiting).data.because


def test_a_proven_customer_is_offered_to_whoever_knows_them(desk: FrontDesk) -> None:
    desk.add_customer()
    earlier, now = desk.visit(), desk.visit()
    for conversation_id in (earlier, now):
        desk.prove_as(conversation_id, "erika.lindner@example.org")
        desk.ask_for_human(conversation_id)
    desk.handovers.claim(BEN, earlier)
    desk.offers.look()
    assert offer_of(desk, now).data.agent_id == "ben"
    assert "knows_customer" in offer_of(desk, now).data.because


def test_every_decision_is_on_record_with_everybody_who_was_considered(desk: FrontDesk) -> None:
    waiting = called(desk)
    desk.staff.set_status(BEN, "busy")
    desk.offers.look()
    desk.offers.decline(ANNA, waiting, offer_of(desk, waiting).data.offer_id)
    for _ in range(3):
        desk.offers.look()  # nobody is left; that is noted once
    desk.handovers.claim(BEN, waiting)
    decisions = desk.offers.routing(BEN, waiting).decisions
    assert [(one.how, one.chosen) for one in decisions] == [("claim", "ben"), ("nobody", None), ("offer", "anna")]
    first = {one.agent_id: (one.eligible, one.because) for one in decisions[-1].candidates}
    assert first == {"anna": (True, ()), "ben": (False, ("busy",))}
    assert {one.agent_id: one.because for one in decisions[1].candidates}["anna"] == ("declined_before",)


def test_in_manual_mode_nobody_is_asked(engine: Engine) -> None:
    desk = FrontDesk(engine)
    desk.handovers.renew_leases("anna")
    waiting = called(desk)
    assert desk.offers.look() == 0
    assert "routing.offered" not in desk.types(waiting)


def test_a_stranger_cannot_answer_an_offer_nor_find_it(desk: FrontDesk) -> None:
    waiting = called(desk)
    desk.offers.look()
    offer_id = offer_of(desk, waiting).data.offer_id
    for answer in (desk.offers.accept, desk.offers.decline):
        with pytest.raises(NotFound):
            answer(BEN, waiting, offer_id)
        with pytest.raises(NotAllowed):
            answer(EMIL, waiting, offer_id)
    with pytest.raises(NotFound):
        desk.offers.accept(ANNA, waiting, "no-such-offer")


def test_who_has_enough_is_asked_whether_they_mean_it(desk: FrontDesk) -> None:
    for _ in range(2):
        desk.handovers.claim(ANNA, called(desk))
    third = called(desk)
    with pytest.raises(LoadFull) as refused:
        desk.handovers.claim(ANNA, third)
    assert refused.value.data == {"load": 2, "load_limit": 2}
    assert desk.view(third).state == "waiting"
    assert desk.handovers.claim(ANNA, third, force=True).owner_id == "anna"


def test_what_one_is_offered_may_be_claimed_as_well(desk: FrontDesk) -> None:
    desk.staff.set_status(BEN, "off")
    desk.handovers.claim(ANNA, called(desk))
    waiting = called(desk)
    desk.offers.look()
    assert desk.handovers.claim(ANNA, waiting).owner_id == "anna"  # the offer counted as load, and is this very case
    assert results(desk, waiting) == ["accepted"]


def test_f33_a_case_that_two_processes_offer_at_once_is_offered_once(engine: Engine, desk: FrontDesk) -> None:
    there = FrontDesk(engine, desk.clock, OFFERS)
    waiting = [called(desk) for _ in range(3)]
    outcomes = at_once([desk.offers.look, there.offers.look] * 2)
    assert not [one for one in outcomes if isinstance(one, Exception)]
    desk.offers.look()
    for one in waiting:
        assert desk.types(one).count("routing.offered") == 1


def test_f33_processes_that_offer_different_cases_at_once_do_not_overload_anybody(
    engine: Engine, desk: FrontDesk
) -> None:
    there = FrontDesk(engine, desk.clock, OFFERS)
    desk.staff.set_status(BEN, "away")
    for _ in range(6):
        called(desk)
    at_once([desk.offers.look, there.offers.look] * 3)
    with desk.units(write=False) as unit:
        assert [offer.agent_id for offer in unit.offers.open_ones().values()] == ["anna"] * 2


def test_f23_an_offer_accepted_while_another_claims_has_one_owner_and_the_other_is_told(desk: FrontDesk) -> None:
    waiting = called(desk)
    desk.offers.look()
    offer_id = offer_of(desk, waiting).data.offer_id
    accepted, claimed = at_once(
        [lambda: desk.offers.accept(ANNA, waiting, offer_id), lambda: desk.handovers.claim(BEN, waiting)]
    )
    assert isinstance(accepted, OfferEnded) != isinstance(claimed, Exception)
    assert desk.types(waiting).count("conversation.claimed") == 1
