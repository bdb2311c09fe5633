from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import update

from handover.domain.agent import Agent
from handover.domain.errors import Conflict, NotAllowed, NotFound
from handover.store.tables import audit, credit_decisions, customers, orders
from tests.unit.handover.shop_floor import ADA, ANNA, EMIL, SOPHIE, ShopFloor, item, order


def propose(floor: ShopFloor, cents: int = 9_000, number: str = "10001") -> tuple[str, str]:
    """A waiting proposal: its conversation and its id."""
    floor.add(order(number, items=[item(cents=cents)]))
    conversation = floor.conversation()
    assert floor.claim(conversation, number, "damaged_item").outcome == "proposed"
    return conversation, next(kept.id for kept in floor.decisions() if kept.subject == number)


def test_an_approved_proposal_is_booked_and_told_to_the_visitor_by_the_agent(floor: ShopFloor) -> None:
    conversation, proposal = propose(floor)

    approved = floor.credits.approve(ANNA, proposal, "Foto gesehen")

    assert (approved.outcome, approved.decided_by, approved.note) == ("approved", "anna", "Foto gesehen")
    decided, granted = floor.published.all[-1].events
    assert (decided.event.data.type, decided.event.data.approved, decided.public) == (
        "credit.proposal_decided",
        True,
        None,
    )
    assert granted.public is not None
    assert (granted.event.actor.kind, granted.event.actor.name) == ("agent", "Anna Brandt")
    assert granted.event.data.reference == approved.reference
    assert [entry.amount_cents for entry in floor.entries()] == [-9_000, 9_000]
    assert floor.claim(conversation, reason="damaged_item").reference == approved.reference
    assert floor.decisions() == [approved]
    assert floor.credits.reconcile() == []


def test_a_rejected_proposal_books_nothing_and_stays_rejected(floor: ShopFloor) -> None:
    conversation, proposal = propose(floor)
    assert floor.credits.reject(ANNA, proposal, "Kein Schaden zu sehen").outcome == "rejected"
    assert floor.entries() == []
    assert floor.events(conversation) == ["credit.proposed", "credit.proposal_decided"]
    again = floor.claim(conversation, reason="damaged_item")
    assert (again.outcome, again.because, again.amount_cents) == ("refused", "proposal.rejected", 0)


@pytest.mark.parametrize(
    ("agent", "cents", "may"),
    [
        (ANNA, 10_000, True),
        (ANNA, 10_001, False),
        (SOPHIE, 50_000, True),
        (SOPHIE, 50_001, False),
        (EMIL, 2_000, False),
        (ADA, 2_000, False),
    ],
)
def test_each_role_approves_up_to_its_limit_to_the_cent(floor: ShopFloor, agent: Agent, cents: int, may: bool) -> None:
    _, proposal = propose(floor, cents)
    if may:
        assert floor.credits.approve(agent, proposal).outcome == "approved"
        return
    with pytest.raises(NotAllowed):
        floor.credits.approve(agent, proposal)
    assert floor.decisions()[0].outcome == "proposed"
    assert floor.entries() == []


def test_the_refusal_of_a_too_large_proposal_names_both_amounts(floor: ShopFloor) -> None:
    _, proposal = propose(floor, 18_900)
    with pytest.raises(NotAllowed, match=r"up to 100\.00 EUR; this proposal is 189\.00 EUR"):
        floor.credits.approve(ANNA, proposal)


@pytest.mark.parametrize("agent", [EMIL, ADA])
def test_who_decides_no_credit_rejects_none_either(floor: ShopFloor, agent: Agent) -> None:
    _, proposal = propose(floor)
    with pytest.raises(NotAllowed):
        floor.credits.reject(agent, proposal)


def test_nobody_approves_their_own_proposal(floor: ShopFloor) -> None:
    _, proposal = propose(floor)
    with floor.engine.begin() as connection:
        connection.execute(update(credit_decisions).values(author="sophie"))
    with pytest.raises(NotAllowed, match="Somebody else"):
        floor.credits.approve(SOPHIE, proposal)
    assert floor.credits.approve(ANNA, proposal).outcome == "approved"


def test_a_proposal_is_decided_once(floor: ShopFloor) -> None:
    _, proposal = propose(floor)
    floor.credits.reject(ANNA, proposal)
    with pytest.raises(Conflict, match="already"):
        floor.credits.approve(SOPHIE, proposal)
    with pytest.raises(Conflict):
        floor.credits.reject(SOPHIE, proposal)


def test_twenty_agents_who_approve_at_once_book_one_credit(floor: ShopFloor) -> None:
    _, proposal = propose(floor)
    team = [replace(ANNA, id=f"agent-{place}") for place in range(20)]

    def try_it(agent: Agent) -> bool:
        try:
            return floor.credits.approve(agent, proposal).outcome == "approved"
        except Conflict:
            return False

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(try_it, team)) == 1
    assert len(floor.entries()) == 2
    assert floor.credits.reconcile() == []


def test_an_unknown_proposal_is_not_found(floor: ShopFloor) -> None:
    with pytest.raises(NotFound):
        floor.credits.approve(ANNA, "nowhere")


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (update(customers).values(blocked=True), "blocked"),
        (update(orders).values(state="returned"), "facts have changed"),
        (update(orders).values(state="cancelled"), "facts have changed"),
        (update(orders).values(customer_id="jonas"), "no longer belongs"),
    ],
)
def test_f71_what_changed_since_the_claim_stops_the_approval(floor: ShopFloor, change, text: str) -> None:
    floor.customer("jonas")
    _, proposal = propose(floor)
    with floor.engine.begin() as connection:
        connection.execute(change)
    with pytest.raises(Conflict, match=text):
        floor.credits.approve(SOPHIE, proposal)
    assert floor.entries() == []


def test_f74_nothing_is_approved_while_the_kill_switch_is_pulled(floor: ShopFloor) -> None:
    _, proposal = propose(floor)
    floor.credits.set_kill_switch(True)
    with pytest.raises(Conflict, match="switched off"):
        floor.credits.approve(ANNA, proposal)
    floor.credits.set_kill_switch(False)
    assert floor.credits.approve(ANNA, proposal).outcome == "approved"


def test_a_proposal_may_wait_longer_than_the_claim_window(floor: ShopFloor) -> None:
    _, proposal = propose(floor)
    floor.clock.pass_by(days=90)
    assert floor.credits.approve(ANNA, proposal).outcome == "approved"


def test_a_person_may_approve_for_a_customer_who_was_blocked_before_the_claim(floor: ShopFloor) -> None:
    with floor.engine.begin() as connection:
        connection.execute(update(customers).values(blocked=True))
    _, proposal = propose(floor)
    assert floor.credits.approve(ANNA, proposal).outcome == "approved"


def test_what_agents_decide_is_on_record(floor: ShopFloor) -> None:
    _, proposal = propose(floor)
    floor.credits.approve(ANNA, proposal)
    with floor.engine.connect() as connection:
        [line] = connection.execute(audit.select())
    assert (line.agent_id, line.action, line.subject, line.allowed) == ("anna", "credit.approve", proposal, True)


def test_credits_approved_by_people_do_not_use_up_the_bots_caps(floor: ShopFloor) -> None:
    _, proposal = propose(floor)
    floor.credits.approve(ANNA, proposal)
    floor.add(order("10002", late=10))
    assert floor.claim(floor.conversation(), "10002").outcome == "granted"


def test_f73_a_credit_is_booked_back_once_and_by_a_supervisor_only(floor: ShopFloor) -> None:
    _, proposal = propose(floor)
    with pytest.raises(Conflict, match="Nothing was booked"):
        floor.credits.reverse(SOPHIE, proposal, "too early")
    floor.credits.approve(ANNA, proposal)
    with pytest.raises(NotAllowed):
        floor.credits.reverse(ANNA, proposal, "mine")
    floor.credits.reverse(SOPHIE, proposal, "falscher Kunde")
    with pytest.raises(Conflict, match="already"):
        floor.credits.reverse(SOPHIE, proposal, "twice")
    assert [entry.amount_cents for entry in floor.entries()] == [-9_000, 9_000, 9_000, -9_000]
    assert floor.credits.reconcile() == []
