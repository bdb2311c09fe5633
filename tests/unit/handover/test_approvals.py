"""Credits that wait: everybody sees those of their cases, with who may decide each."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import update

from handover.domain.agent import Agent, Role
from handover.domain.errors import NotAllowed
from handover.services.approvals import Approvals
from handover.store.tables import credit_decisions
from tests.unit.handover.shop_floor import ADA, ANNA, EMIL, POLICY, SOPHIE, ShopFloor
from tests.unit.handover.test_credit_proposals import propose


@pytest.fixture
def approvals(floor: ShopFloor) -> Approvals:
    return Approvals(floor.unit, POLICY)


def test_the_oldest_stands_first_with_the_evidence_and_who_may_decide(floor: ShopFloor, approvals: Approvals) -> None:
    propose(floor, cents=9_000, number="10001")
    floor.clock.pass_by(minutes=5)
    propose(floor, cents=20_000, number="10002")
    small, large = approvals.open_ones(ANNA).proposals
    assert [one.decision.subject for one in (small, large)] == ["10001", "10002"]
    assert small.decision.inputs["unit_cents"] == 9_000
    assert (small.within_limit, small.decided_by_roles, small.author_name) == (True, ("agent", "supervisor"), None)
    assert (large.within_limit, large.decided_by_roles) == (False, ("supervisor",))
    assert all(one.within_limit for one in approvals.open_ones(SOPHIE).proposals)


def test_what_is_decided_is_gone_from_the_list(floor: ShopFloor, approvals: Approvals) -> None:
    _, proposal = propose(floor)
    floor.credits.reject(ANNA, proposal)
    assert approvals.open_ones(SOPHIE).proposals == ()


def test_proposals_of_another_teams_cases_are_not_there(floor: ShopFloor, approvals: Approvals) -> None:
    conversation, _ = propose(floor)
    with floor.unit() as unit:
        before = unit.conversations.locked(conversation)
        unit.conversations.save(before, replace(before, team="billing"))
    assert approvals.open_ones(ANNA).proposals == ()
    assert len(approvals.open_ones(replace(ANNA, team="billing")).proposals) == 1
    assert len(approvals.open_ones(SOPHIE).proposals) == 1


def test_a_proposal_without_a_conversation_is_not_everybodys(floor: ShopFloor, approvals: Approvals) -> None:
    propose(floor)
    with floor.engine.begin() as connection:
        connection.execute(update(credit_decisions).values(conversation_id=None))
    assert approvals.open_ones(ANNA).proposals == ()


@pytest.mark.parametrize("agent", [EMIL, ADA])
def test_who_decides_no_credit_sees_none(approvals: Approvals, agent: Agent) -> None:
    assert agent.role in (Role.EDITOR, Role.ADMIN)
    with pytest.raises(NotAllowed):
        approvals.open_ones(agent)
