from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import ValidationError
from sqlalchemy import update

from handover.contract.turns import CreditClaimed
from handover.domain.conversation import State
from handover.services.bookings import REFERENCE_ALPHABET
from handover.store.tables import customers
from tests.unit.handover.shop_floor import NOW, POLICY, ShopFloor, context, item, order


def test_a_late_delivery_is_granted_booked_and_told_in_one_go(floor: ShopFloor) -> None:
    floor.add(order(late=5))
    conversation = floor.conversation()

    decided = floor.claim(conversation)

    assert (decided.outcome, decided.amount_cents, decided.because) == ("granted", 500, "late_delivery.granted")
    assert [(entry.account, entry.amount_cents) for entry in floor.entries()] == [
        ("goodwill", -500),
        ("customer:erika", 500),
    ]
    [told] = floor.published.all[-1].events
    assert told.public is not None
    assert told.event.actor.kind == "bot"
    assert (told.event.data.reference, told.event.data.amount_cents) == (decided.reference, 500)
    assert floor.credits.reconcile() == []


def test_a_decision_is_kept_with_its_rule_its_policy_and_the_facts_it_saw(floor: ShopFloor) -> None:
    floor.add(order(late=5))
    floor.claim(floor.conversation())
    [kept] = floor.decisions()
    assert (kept.because, kept.policy_version, kept.author) == ("late_delivery.granted", POLICY.version, "bot")
    assert (kept.inputs["days_late"], kept.inputs["order_state"], kept.created_at) == (5, "delivered", NOW)


def test_a_reference_can_be_read_out_without_mistakes(floor: ShopFloor) -> None:
    floor.add(order(late=5))
    reference = floor.claim(floor.conversation()).reference or ""
    assert reference.startswith("G-")
    assert len(reference) == 8
    assert set(reference[2:]) <= set(REFERENCE_ALPHABET)


def test_a_second_claim_for_the_same_order_books_nothing_and_gets_the_same_reference(floor: ShopFloor) -> None:
    floor.add(order(late=5))
    conversation = floor.conversation()
    first = floor.claim(conversation)
    again = [floor.claim(conversation), floor.claim(conversation, part="SKU-1"), floor.claim(floor.conversation())]
    assert {(one.outcome, one.reference, one.amount_cents) for one in again} == {
        ("already_granted", first.reference, 500)
    }
    assert len(floor.entries()) == 2
    assert floor.events(conversation) == ["credit.granted"]


def test_the_only_item_named_or_not_is_the_same_claim(floor: ShopFloor) -> None:
    floor.add(order())
    conversation = floor.conversation()
    assert floor.claim(conversation, reason="damaged_item").outcome == "granted"
    assert floor.claim(conversation, reason="damaged_item", part="SKU-1").outcome == "already_granted"


def test_f56_two_hundred_identical_claims_at_once_are_one_credit(floor: ShopFloor) -> None:
    floor.add(order(late=5))
    conversations = [floor.conversation() for _ in range(5)]
    with ThreadPoolExecutor(200) as pool:
        answers = list(pool.map(lambda place: floor.claim(conversations[place % 5]), range(200)))
    assert sorted({answer.outcome for answer in answers}) == ["already_granted", "granted"]
    assert len({answer.reference for answer in answers}) == 1
    assert sum(answer.outcome == "granted" for answer in answers) == 1
    assert len(floor.entries()) == 2
    assert floor.credits.reconcile() == []


def test_f57_two_hundred_different_claims_at_once_never_break_a_cap(floor: ShopFloor) -> None:
    floor.add(*(order(str(20_000 + place), late=10) for place in range(200)))
    conversation = floor.conversation()
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda place: floor.claim(conversation, str(20_000 + place)), range(200)))
    granted = [answer.amount_cents for answer in answers if answer.outcome == "granted"]
    assert granted == [1000, 1000, 1000]
    assert {answer.because for answer in answers if answer.outcome == "proposed"} == {"cap.customer_30_days"}
    assert floor.credits.reconcile() == []


def test_f59_a_claim_sent_again_after_a_timeout_gets_the_first_answer(floor: ShopFloor) -> None:
    floor.add(order(late=5), order("10002", items=[item(cents=18_900)]))
    conversation = floor.conversation()
    granted, again = floor.claim(conversation), floor.claim(conversation)
    assert (again.reference, again.amount_cents, again.because) == (
        granted.reference,
        granted.amount_cents,
        granted.because,
    )
    proposed = floor.claim(conversation, "10002", "damaged_item")
    assert proposed.outcome == "proposed"
    assert floor.claim(conversation, "10002", "damaged_item").outcome == "already_proposed"
    assert floor.events(conversation) == ["credit.granted", "credit.proposed"]


@pytest.mark.parametrize(
    ("customer", "trust"), [(None, "none"), ("erika", "none"), ("erika", "claimed"), (None, "code")]
)
def test_f67_without_a_proven_identity_nothing_is_decided(floor: ShopFloor, customer, trust) -> None:
    floor.add(order(late=5))
    decided = floor.claim(floor.conversation(customer, trust=trust))
    assert decided.outcome == "identity_required"
    assert floor.decisions() == []


def test_f67_somebody_elses_order_looks_like_one_that_does_not_exist(floor: ShopFloor) -> None:
    floor.customer("jonas", street="Mainzer Straße 7")
    floor.add(order(late=5))
    conversation = floor.conversation("jonas")
    assert floor.claim(conversation, "10001") == floor.claim(conversation, "99999")
    assert floor.claim(conversation, "10001").outcome == "not_found"
    assert floor.events(conversation) == []


@pytest.mark.parametrize("state", [State.WAITING, State.AGENT, State.CLOSED])
def test_a_claim_of_a_bot_that_no_longer_has_the_word_is_stale(floor: ShopFloor, state: State) -> None:
    floor.add(order(late=5))
    assert floor.claim(floor.conversation(state=state)).outcome == "stale"
    assert floor.decisions() == []


def test_a_claim_composed_under_an_older_ownership_version_is_stale(floor: ShopFloor) -> None:
    floor.add(order(late=5))
    assert floor.claim(floor.conversation(), version=0).outcome == "stale"


def test_a_refusal_is_kept_and_told_to_the_staff_alone_and_may_be_claimed_again(floor: ShopFloor) -> None:
    floor.add(order(late=1, arrived=None, state="shipped"))
    conversation = floor.conversation()
    refused = floor.claim(conversation)
    assert (refused.outcome, refused.because, refused.amount_cents) == ("refused", "late_delivery.within_grace", 0)
    assert floor.published.all[-1].events[0].public is None
    floor.clock.pass_by(days=1)
    assert floor.claim(conversation).outcome == "granted"
    assert [kept.outcome for kept in floor.decisions()] == ["granted", "refused"]


def test_f64_above_the_limit_a_proposal_waits_and_nothing_is_booked(floor: ShopFloor) -> None:
    floor.add(order(items=[item(cents=1501)]))
    conversation = floor.conversation()
    decided = floor.claim(conversation, reason="damaged_item")
    assert (decided.outcome, decided.amount_cents, decided.because) == ("proposed", 1501, "limit.bot")
    assert decided.reference is None
    assert floor.entries() == []
    [told] = floor.published.all[-1].events
    assert (told.event.data.type, told.public) == ("credit.proposed", None)


@pytest.mark.parametrize(("cents", "outcome"), [(1499, "granted"), (1500, "granted"), (1501, "proposed")])
def test_f64_the_limit_holds_to_the_cent(floor: ShopFloor, cents: int, outcome: str) -> None:
    floor.add(order(items=[item(cents=cents)]))
    assert floor.claim(floor.conversation(), reason="missing_item").outcome == outcome


@pytest.mark.parametrize("claimed", [{"amount_cents": 50_000}, {"customer_id": "jonas"}, {"trust": "login"}])
def test_f70_a_claim_cannot_even_say_an_amount_or_a_customer(claimed: dict) -> None:
    plain = {"context": context("c").model_dump(), "reason": "late_delivery", "subject": "10001"}
    assert CreditClaimed.model_validate(plain)
    with pytest.raises(ValidationError):
        CreditClaimed.model_validate({**plain, **claimed})


def test_f70_the_trust_that_a_claim_carries_counts_for_nothing(floor: ShopFloor) -> None:
    """`context` says code; the conversation knows better."""
    floor.add(order(late=5))
    assert floor.claim(floor.conversation(trust="claimed")).outcome == "identity_required"


def test_an_item_that_has_a_credit_already_goes_to_a_person(floor: ShopFloor) -> None:
    floor.add(order())
    conversation = floor.conversation()
    assert floor.claim(conversation, reason="damaged_item").outcome == "granted"
    second = floor.claim(conversation, reason="missing_item")
    assert (second.outcome, second.because) == ("proposed", "item.claimed_before")


def test_f74_the_kill_switch_stops_the_next_claim(floor: ShopFloor) -> None:
    floor.add(order(late=5), order("10002", late=5))
    conversation = floor.conversation()
    floor.credits.set_kill_switch(True)
    assert floor.claim(conversation).because == "switch.off"
    floor.credits.set_kill_switch(False)
    assert floor.claim(conversation, "10002").outcome == "granted"


def test_f71_a_customer_who_was_blocked_goes_to_a_person(floor: ShopFloor) -> None:
    floor.add(order(late=5))
    conversation = floor.conversation()
    with floor.engine.begin() as connection:
        connection.execute(update(customers).values(blocked=True))
    decided = floor.claim(conversation)
    assert (decided.outcome, decided.because) == ("proposed", "customer.blocked")


def test_windows_roll_and_know_no_midnight(floor: ShopFloor) -> None:
    floor.add(*(order(str(number), late=10) for number in range(10_001, 10_005)))
    conversation = floor.conversation()
    for number in (10_001, 10_002, 10_003):
        assert floor.claim(conversation, str(number)).outcome == "granted"
    floor.clock.pass_by(days=29, hours=23, minutes=59)
    assert floor.claim(conversation, "10004").because == "cap.customer_30_days"


def test_a_window_ends_by_the_second(floor: ShopFloor) -> None:
    floor.add(*(order(str(number), late=10) for number in range(10_001, 10_005)))
    conversation = floor.conversation()
    for number in (10_001, 10_002, 10_003):
        floor.claim(conversation, str(number))
    floor.clock.pass_by(days=30)
    assert floor.claim(conversation, "10004").outcome == "granted"


def test_f72_a_clock_set_back_resets_no_cap(floor: ShopFloor) -> None:
    floor.add(*(order(str(number), late=10) for number in range(10_001, 10_005)))
    conversation = floor.conversation()
    for number in (10_001, 10_002, 10_003):
        floor.claim(conversation, str(number))
    floor.clock.pass_by(days=-40)
    assert floor.claim(conversation, "10004").outcome != "granted"


def test_f66_a_household_shares_its_cap_however_the_address_is_spelled(floor: ShopFloor) -> None:
    floor.customer("maria", street="Hauptstraße 5")
    floor.customer("peter", street="HAUPTSTR. 5")
    floor.customer("nina", street="Hauptstraße 6")
    floor.add(*(order(f"1000{n}", customer="maria", late=10) for n in (1, 2, 3)))
    floor.add(*(order(f"2000{n}", customer="peter", late=10) for n in (1, 2)))
    floor.add(order("30001", customer="nina", late=10))
    marias, peters = floor.conversation("maria"), floor.conversation("peter")
    assert {floor.claim(marias, f"1000{n}").outcome for n in (1, 2, 3)} == {"granted"}
    assert floor.claim(peters, "20001").outcome == "granted"
    assert floor.claim(peters, "20002").because == "cap.household_30_days"
    assert floor.claim(floor.conversation("nina"), "30001").outcome == "granted"


def test_the_bot_gives_one_order_twenty_euros_in_all(floor: ShopFloor) -> None:
    floor.add(order(items=[item("A", 1499), item("B", 501), item("C", 502)]))
    conversation = floor.conversation()
    assert floor.claim(conversation, reason="damaged_item", part="A").outcome == "granted"
    assert floor.claim(conversation, reason="damaged_item", part="C").because == "cap.order"
    assert floor.claim(conversation, reason="damaged_item", part="B").outcome == "granted"
