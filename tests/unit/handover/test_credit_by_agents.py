"""Credit that agents grant: by the bot's rule, up to the limit of their role, and once whoever asks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, update

from handover.contract.dossier import CreditHistory
from handover.domain.agent import Agent
from handover.domain.credit import StoredDecision
from handover.domain.errors import KulanzError, NotAllowed, StaleOwnership
from handover.domain.money import Money
from handover.services.credit import Credits
from handover.services.credit_views import credit_views
from handover.store.tables import customers
from tests.unit.handover.shop_floor import ADA, ANNA, POLICY, SOPHIE, ShopFloor, item, order

BEN = replace(ANNA, id="ben", email="ben@nordlicht.example", name="Ben Okafor")


def damaged(floor: ShopFloor, cents: int, number: str = "10001") -> str:
    """An order with one item of this price, and Anna's case of its customer."""
    floor.add(order(number, items=[item(cents=cents)]))
    return floor.served()


def test_within_their_limit_agents_grant_at_once_and_the_visitor_sees_it(floor: ShopFloor) -> None:
    talk = damaged(floor, 8_900)
    granted = floor.grant(talk, reason="damaged_item")
    assert (granted.outcome, granted.amount_cents, granted.because) == ("granted", 8_900, "damaged_item.granted")
    [event] = floor.published.all[-1].events
    assert event.public is not None
    assert (event.event.actor.name, event.event.data.reference) == ("Anna Brandt", granted.reference)
    [decision] = floor.decisions()
    assert (decision.author, decision.policy_version, decision.inputs["granter"]) == ("anna", POLICY.version, "agent")
    assert decision.inputs["limit_cents"] == 10_000
    assert [entry.amount_cents for entry in floor.entries()] == [-8_900, 8_900]
    assert floor.credits.reconcile() == []


def test_a_preview_tells_amount_and_rule_and_writes_nothing(floor: ShopFloor) -> None:
    talk = damaged(floor, 8_900)
    seen = floor.grant(talk, reason="damaged_item", preview=True)
    assert (seen.outcome, seen.amount_cents, seen.reference) == ("granted", 8_900, None)
    assert (seen.facts["unit_cents"], seen.facts["limit_cents"]) == (8_900, 10_000)
    assert (floor.decisions(), floor.entries(), floor.events(talk)) == ([], [], [])
    floor.credits.set_kill_switch(True)
    stopped = floor.grant(talk, reason="damaged_item", preview=True)
    assert (stopped.outcome, stopped.because) == ("proposed", "switch.off")


def test_above_it_a_proposal_waits_for_somebody_else(floor: ShopFloor) -> None:
    talk = damaged(floor, 18_900)
    proposed = floor.grant(talk, reason="damaged_item")
    assert (proposed.outcome, proposed.because) == ("proposed", "limit.agent")
    assert floor.entries() == []
    [decision] = floor.decisions()
    with pytest.raises(NotAllowed):  # neither its author nor anybody below the amount
        floor.credits.approve(ANNA, decision.id)
    with pytest.raises(NotAllowed):
        floor.credits.approve(BEN, decision.id)
    assert floor.credits.approve(SOPHIE, decision.id).outcome == "approved"
    assert floor.events(talk) == ["credit.proposed", "credit.proposal_decided", "credit.granted"]
    assert floor.credits.reconcile() == []


def test_a_supervisor_never_approves_their_own_however_small(floor: ShopFloor) -> None:
    floor.add(order(items=[item(cents=900)]))
    floor.credits.set_kill_switch(True)
    assert floor.grant(floor.served(agent=SOPHIE), reason="damaged_item", agent=SOPHIE).outcome == "proposed"
    floor.credits.set_kill_switch(False)
    [decision] = floor.decisions()
    with pytest.raises(NotAllowed, match="Somebody else"):
        floor.credits.approve(SOPHIE, decision.id)
    assert floor.credits.approve(ANNA, decision.id).outcome == "approved"


@pytest.mark.parametrize(
    ("agent", "cents", "outcome"),
    [
        (ANNA, 10_000, "granted"),
        (ANNA, 10_001, "proposed"),
        (SOPHIE, 15_000, "granted"),
        (SOPHIE, 15_001, "proposed"),  # the cap of an order
        (SOPHIE, 50_001, "proposed"),
    ],
)
def test_each_role_grants_up_to_its_limit_to_the_cent(floor: ShopFloor, agent: Agent, cents: int, outcome: str) -> None:
    floor.add(order(items=[item(cents=cents)]))
    talk = floor.served(agent=agent)
    assert floor.grant(talk, reason="damaged_item", agent=agent, preview=True).outcome == outcome
    assert floor.grant(talk, reason="damaged_item", agent=agent).outcome == outcome


def test_the_facts_speak_against_agents_too(floor: ShopFloor) -> None:
    floor.add(order(late=0))
    talk = floor.served()
    for preview in (True, False):
        refused = floor.grant(talk, preview=preview)
        assert (refused.outcome, refused.because) == ("refused", "late_delivery.on_time")
    assert floor.entries() == []


def test_of_a_blocked_customer_a_second_person_decides(floor: ShopFloor) -> None:
    talk = damaged(floor, 900)
    with floor.engine.begin() as connection:
        connection.execute(update(customers).values(blocked=True))
    for preview in (True, False):
        assert floor.grant(talk, reason="damaged_item", preview=preview).because == "customer.blocked"


def test_what_agents_grant_does_not_use_up_the_bots_caps_nor_the_other_way_round(floor: ShopFloor) -> None:
    floor.add(order("10001", items=[item(cents=9_000)]), *(order(f"1000{place}", late=10) for place in range(2, 5)))
    assert floor.grant(floor.served(), reason="damaged_item").outcome == "granted"
    talk = floor.conversation()
    assert [floor.claim(talk, f"1000{place}").outcome for place in range(2, 5)] == ["granted"] * 3
    floor.add(order("10009", items=[item(cents=9_000)]))
    assert floor.grant(floor.served(), "10009", "damaged_item").outcome == "granted"


def test_without_caps_of_their_own_the_bots_bind_everybody(floor: ShopFloor) -> None:
    floor.credits = Credits(floor.unit, replace(POLICY, staff_caps=()))
    floor.add(order("10001", late=10), order("10002", items=[item(cents=1_600)]), order("10003", late=10))
    assert floor.claim(floor.conversation()).outcome == "granted"
    talk = floor.served()
    assert floor.grant(talk, "10002", "damaged_item").outcome == "granted"
    assert floor.grant(talk, "10003").because == "cap.customer_30_days"


def test_one_agent_alone_reaches_their_own_cap_and_not_their_colleagues(floor: ShopFloor) -> None:
    for place in range(1, 7):
        floor.customer(f"c{place}", street=f"Weg {place}")
        floor.add(order(f"2000{place}", customer=f"c{place}", items=[item(cents=8_000)]))
    outcomes = [floor.grant(floor.served(f"c{place}"), f"2000{place}", "damaged_item").because for place in range(1, 7)]
    assert outcomes == ["damaged_item.granted"] * 5 + ["cap.staff_one_24_hours"]
    floor.customer("c7", street="Weg 7")
    floor.add(order("20007", customer="c7", items=[item(cents=8_000)]))
    talk = floor.served("c7", agent=BEN)
    assert floor.grant(talk, "20007", "damaged_item", agent=BEN).outcome == "granted"


def test_only_the_owner_of_a_proven_customers_case_grants(floor: ShopFloor) -> None:
    talk = damaged(floor, 900)
    for preview in (True, False):
        with pytest.raises(NotAllowed):
            floor.grant(talk, reason="damaged_item", agent=SOPHIE, preview=preview)
        with pytest.raises(StaleOwnership):
            floor.grant(talk, reason="damaged_item", version=7, preview=preview)
        unproven = floor.grant(floor.served(trust="claimed"), reason="damaged_item", preview=preview)
        assert unproven.outcome == "identity_required"
        with pytest.raises(NotAllowed):
            floor.grant(floor.served(agent=ADA), reason="damaged_item", agent=ADA, preview=preview)
    floor.customer("jonas")
    assert floor.grant(floor.served("jonas"), reason="damaged_item").outcome == "not_found"
    assert floor.entries() == []


def test_a_claim_is_answered_once_across_bot_and_agents_in_any_order(floor: ShopFloor) -> None:
    floor.add(order("10001", late=5), order("10002", late=5), order("10003", items=[item(cents=9_000)]))
    bot, anna, ben = floor.conversation(), floor.served(), floor.served(agent=BEN)
    assert floor.claim(bot, "10001").outcome == "granted"
    assert floor.grant(anna, "10001").outcome == "already_granted"
    assert floor.grant(ben, "10002", agent=BEN).outcome == "granted"
    assert floor.claim(bot, "10002").outcome == "already_granted"
    assert floor.claim(bot, "10003", "damaged_item").outcome == "proposed"
    assert floor.grant(anna, "10003", "damaged_item").outcome == "already_proposed"
    floor.credits.reject(SOPHIE, next(one.id for one in floor.decisions() if one.subject == "10003"))
    rejected = floor.grant(anna, "10003", "damaged_item")
    assert (rejected.outcome, rejected.because) == ("refused", "proposal.rejected")


def test_bot_and_agents_who_decide_at_once_book_one_credit(floor: ShopFloor) -> None:
    floor.add(order(late=5))
    bot, anna, ben = floor.conversation(), floor.served(), floor.served(agent=BEN)
    acts = [lambda: floor.claim(bot), lambda: floor.grant(anna), lambda: floor.grant(ben, agent=BEN)] * 6
    with ThreadPoolExecutor(len(acts)) as pool:
        outcomes = [one.outcome for one in pool.map(lambda act: act(), acts)]
    assert sorted(set(outcomes)) == ["already_granted", "granted"]
    assert outcomes.count("granted") == 1
    assert len(floor.entries()) == 2
    assert floor.credits.reconcile() == []


def test_a_proposal_stands_beside_what_the_customer_was_given_and_by_whom(floor: ShopFloor) -> None:
    floor.add(order("10001", late=5), order("10002", items=[item(cents=18_900)]), order("10003", late=4))
    talk = floor.served()
    floor.claim(floor.conversation(), "10003")
    floor.clock.pass_by(hours=1)
    granted = floor.grant(talk, "10001")
    floor.clock.pass_by(hours=1)
    floor.grant(talk, "10002", "damaged_item")
    booked = next(one.id for one in floor.decisions() if one.reference == granted.reference)
    floor.credits.reverse(SOPHIE, booked, "Irrtum")
    with floor.unit(write=False) as unit:
        proposal, anna, bot = credit_views(unit, unit.credits.decisions_of("erika"))
    assert (proposal.author_name, proposal.history) == ("Anna Brandt", CreditHistory(credits=2, cents=900))
    assert (anna.author_name, anna.is_reversed, anna.history) == ("Anna Brandt", True, None)
    assert (bot.author_name, bot.is_reversed) == (None, False)


# --- whatever happens ----------------------------------------------------------------------------------------------

_fresh = count(1)
_TEAM = {"anna": ANNA, "ben": BEN, "sophie": SOPHIE}
_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["bot", *_TEAM]),
        st.integers(0, 2),  # which of the orders
        st.sampled_from(["late_delivery", "damaged_item", "missing_item", "approve", "reject"]),
        st.booleans(),
        st.sampled_from([0, 0, 1, 30]),  # hours that pass
    ),
    min_size=1,
    max_size=14,
)


@pytest.fixture
def sqlite_floor(sqlite_engine: Engine) -> ShopFloor:
    return ShopFloor(sqlite_engine)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=_STEPS, prices=st.tuples(*[st.integers(100, 60_000)] * 3))
def test_nothing_above_a_roles_limit_is_booked_without_a_second_person_and_nothing_twice(
    sqlite_floor: ShopFloor, steps: list[tuple[str, int, str, bool, int]], prices: tuple[int, ...]
) -> None:
    floor, place = sqlite_floor, next(_fresh)
    customer = floor.customer(f"c{place}", street=f"Weg {place}")
    numbers = [f"{place:05d}{which}" for which in range(3)]
    for number, cents in zip(numbers, prices, strict=True):
        made = order(number, customer=customer, late=5, items=[item(cents=cents)], now=floor.clock.now())
        floor.add(made)
    talks = {name: floor.served(customer, agent=agent) for name, agent in _TEAM.items()}
    bot = floor.conversation(customer)
    for who, which, what, preview, hours in steps:
        floor.clock.pass_by(hours=hours)
        _step(floor, customer, numbers[which], (who, what), talks.get(who, bot), preview=preview)
    decisions = floor.decisions(customer)
    booked = [one for one in decisions if one.outcome in ("granted", "approved")]
    for one in booked:
        assert one.amount <= POLICY.limits[_role(one.decided_by or one.author)]
        assert one.outcome == "granted" or one.decided_by != one.author
    assert len({(one.subject, one.reason, one.item_sku) for one in booked}) == len(booked)
    _staff_caps_hold([one for one in booked if one.outcome == "granted" and one.author != "bot"])
    assert floor.credits.reconcile() == []


def _step(floor: ShopFloor, customer: str, number: str, act: tuple[str, str], talk: str, *, preview: bool) -> None:
    who, what = act
    if what in ("approve", "reject"):
        open_ones = [one.id for one in floor.decisions(customer) if one.outcome == "proposed"]
        if who != "bot" and open_ones:
            with suppress(KulanzError):  # their own, or above their limit
                getattr(floor.credits, what)(_TEAM[who], open_ones[0])
    elif who == "bot":
        floor.claim(talk, number, what)
    else:
        before = len(floor.decisions(customer))
        floor.grant(talk, number, what, agent=_TEAM[who], preview=preview)
        assert not preview or len(floor.decisions(customer)) == before


def _role(who: str) -> str:
    return "bot" if who == "bot" else _TEAM[who].role.value


def _staff_caps_hold(granted: list[StoredDecision]) -> None:
    per_order: dict[str | None, int] = {}
    for one in granted:
        per_order[one.order_id] = per_order.get(one.order_id, 0) + one.amount.cents
    assert all(Money(cents) <= Money(15_000) for cents in per_order.values())
    for one in granted:
        month = [
            other.amount.cents
            for other in granted
            if one.created_at - timedelta(days=30) < other.created_at <= one.created_at
        ]
        assert sum(month) <= 20_000
        assert len(month) <= 5
