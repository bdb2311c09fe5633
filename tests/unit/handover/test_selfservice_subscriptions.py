"""Subscriptions: a larger or smaller plan, the end of one, a pause, and back again."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handover.contract.selfservice import SubscriptionStatus
from handover.domain.conversation import State
from handover.domain.shop import Plan, Subscription
from handover.services.documents.letterhead import Letterhead
from handover.services.documents.render import render
from handover.services.selfservice.subscriptions import UNDOS
from tests.unit.handover.front_desk import at_once
from tests.unit.handover.shop_floor import NOW, POLICY, ShopFloor

PLANS = (
    Plan("basis", "Nordlicht Basis", "Nordlicht Basic", 499, "EUR", "nordlicht", 1, can_pause=True),
    Plan("plus", "Nordlicht Plus", "Nordlicht Plus", 999, "EUR", "nordlicht", 2, can_pause=True),
    Plan("kamera", "Kamera-Speicher", "Camera storage", 699, "EUR", "kamera", 1, can_pause=True),
    Plan("schutz", "Geräteschutz", "Device cover", 349, "EUR", "schutz", 1, can_pause=False),
)
CENTS = {plan.plan: plan.monthly_cents for plan in PLANS}
LETTERHEAD = Letterhead(
    name="Nordlicht",
    street="Kai 1",
    postcode="20457",
    city="Hamburg",
    email="service@nordlicht.example",
    vat_id="DE1",
    vat_percent=19,
    bank="Bank",
    iban="DE00",
    bic="X",
    zone=POLICY.zone,
)
"""Today is 10 March 2026, 13 h in Hamburg; March is paid."""


def held(plan: str = "basis", number: str = "A-501", *, customer: str = "erika", **facts: object) -> Subscription:
    base = Subscription(
        id=number,
        number=number,
        customer_id=customer,
        plan=plan,
        monthly_cents=CENTS[plan],
        currency="EUR",
        state="active",
        started_on=date(2024, 1, 1),
        paid_until=date(2026, 3, 31),
    )
    return replace(base, **facts)


@pytest.fixture
def shop(floor: ShopFloor) -> ShopFloor:
    with floor.unit() as unit:
        for plan in PLANS:
            unit.shop.add_plan(plan)
    return floor


def add(shop: ShopFloor, *subscriptions: Subscription) -> str:
    with shop.unit() as unit:
        for one in subscriptions:
            unit.shop.add_subscription(one)
    return shop.conversation()


def stored(shop: ShopFloor, number: str = "A-501", customer: str = "erika") -> Subscription:
    with shop.unit(write=False) as unit:
        return next(one for one in unit.shop.subscriptions_of(customer) if one.number == number)


def status(shop: ShopFloor, number: str = "A-501") -> SubscriptionStatus:
    found = shop.read(shop.conversation(), "subscriptions").subscriptions
    return next(one for one in found if one.number == number)


def mails(shop: ShopFloor) -> list[str]:
    with shop.unit(write=False) as unit:
        return [f"{one.mail.to}\n{one.mail.subject}\n{one.mail.body}" for one in unit.mails.latest(20)]


# --- larger and smaller -------------------------------------------------------------------------------------------


def test_a_larger_plan_is_previewed_with_its_share_for_the_days_left_and_changes_nothing(shop: ShopFloor) -> None:
    conversation = add(shop, held("basis"))
    offered = shop.ask(conversation, "subscription.change_plan", "A-501", preview=True, plan="plus")
    assert offered.outcome == "offered"
    wanted = {
        "direction": "up",
        "due_cents": 500 * 22 // 31,
        "to_cents": 999,
        "valid_from": "2026-03-10",
        "full_price_from": "2026-04-01",
    }
    assert wanted.items() <= offered.facts.items()
    assert stored(shop) == held("basis")
    assert mails(shop) == []


def test_a_larger_plan_begins_at_once_and_a_second_time_gets_the_first_answer(shop: ShopFloor) -> None:
    conversation = add(shop, held("basis"))
    done = shop.ask(conversation, "subscription.change_plan", "A-501", plan="plus")
    again = shop.ask(conversation, "subscription.change_plan", "A-501", plan="plus")
    assert (done.outcome, again.outcome) == ("done", "already_done")
    assert (done.reference, done.facts) == (again.reference, again.facts)
    assert (stored(shop).plan, stored(shop).monthly_cents) == ("plus", 999)
    assert len(mails(shop)) == 1
    assert "service.request_made" in shop.events(conversation)


def test_a_smaller_plan_begins_after_the_paid_month(shop: ShopFloor) -> None:
    conversation = add(shop, held("plus"))
    done = shop.ask(conversation, "subscription.change_plan", "A-501", plan="basis")
    assert (done.facts["direction"], done.facts["valid_from"], done.facts["due_cents"]) == ("down", "2026-04-01", 0)
    assert done.facts["difference_cents"] == 500
    assert (stored(shop).plan, stored(shop).next_plan, stored(shop).next_plan_on) == ("plus", "basis", date(2026, 4, 1))
    shop.clock.time = datetime(2026, 4, 1, 8, tzinfo=UTC)
    now = status(shop)
    assert (now.plan.plan, now.monthly_cents, now.next_plan, now.paid_until) == ("basis", 499, None, date(2026, 4, 30))


def test_who_planned_a_smaller_plan_can_stay_and_plan_it_again(shop: ShopFloor) -> None:
    conversation = add(shop, held("plus"))
    answers = []
    for plan in ("basis", "plus", "basis"):
        shop.clock.pass_by(minutes=1)
        answers.append(shop.ask(conversation, "subscription.change_plan", "A-501", plan=plan))
    assert [one.outcome for one in answers] == ["done", "done", "done"]
    assert [one.facts["direction"] for one in answers] == ["down", "stay", "down"]
    assert stored(shop).next_plan == "basis"


@pytest.mark.parametrize("plan", ["kamera", "", "gold"])
def test_one_changes_within_a_family_only(shop: ShopFloor, plan: str) -> None:
    conversation = add(shop, held("basis"))
    answered = shop.ask(conversation, "subscription.change_plan", "A-501", plan=plan)
    assert (answered.outcome, answered.because) == ("refused", "subscription.no_such_plan")


def test_the_plan_one_has_is_no_change(shop: ShopFloor) -> None:
    conversation = add(shop, held("plus"))
    answered = shop.ask(conversation, "subscription.change_plan", "A-501", plan="plus")
    assert (answered.outcome, answered.because) == ("refused", "subscription.unchanged")


# --- cancelling ---------------------------------------------------------------------------------------------------


def test_a_cancellation_ends_with_the_paid_month_and_is_confirmed_with_day_and_time(shop: ShopFloor) -> None:
    conversation = add(shop, held("plus"))
    done = shop.ask(conversation, "subscription.cancel", "A-501")
    assert done.outcome == "done"
    assert (done.facts["ends_on"], done.facts["received_at"]) == ("2026-03-31", "2026-03-10T13:00+01:00")
    assert (stored(shop).state, stored(shop).ends_on) == ("cancelled", date(2026, 3, 31))
    [mail] = mails(shop)
    for words in ("erika@example.org", "31. März 2026", "10. März 2026, 13:00 MEZ", "A-501", done.reference):
        assert words in mail
    [document] = done.documents
    assert (document.kind, document.name) == ("confirmation", "Kuendigungsbestaetigung-A-501.pdf")
    with shop.unit(write=False) as unit:
        file = render(unit, unit.selfservice.document(conversation, document.id), LETTERHEAD)
    assert file.content.startswith(b"%PDF")


def test_a_visitor_who_speaks_english_gets_it_in_english(shop: ShopFloor) -> None:
    add(shop, held("plus"))
    done = shop.ask(shop.conversation(language="en"), "subscription.cancel", "A-501")
    [mail] = mails(shop)
    assert "The subscription ends on: 31 March 2026" in mail
    assert done.documents[0].name.startswith("Cancellation-confirmation")


def test_cancelled_twice_is_cancelled_once_and_the_confirmation_can_be_had_again(shop: ShopFloor) -> None:
    conversation = add(shop, held("plus"))
    done = shop.ask(conversation, "subscription.cancel", "A-501")
    shop.clock.pass_by(days=2)
    elsewhere = shop.conversation()
    again = shop.ask(elsewhere, "subscription.cancel", "A-501")
    assert (again.outcome, again.reference, again.facts) == ("already_done", done.reference, done.facts)
    assert [one.kind for one in again.documents] == ["confirmation"]
    assert len(mails(shop)) == 1


def test_ten_cancellations_at_once_are_one(shop: ShopFloor) -> None:
    conversation = add(shop, held("plus"))
    answers = at_once([lambda: shop.ask(conversation, "subscription.cancel", "A-501")] * 10)
    assert sorted(one.outcome for one in answers) == ["already_done"] * 9 + ["done"]
    assert len({one.reference for one in answers}) == 1
    assert len(mails(shop)) == 1


def test_one_that_was_cancelled_elsewhere_says_until_when_it_runs(shop: ShopFloor) -> None:
    conversation = add(shop, held("plus", state="cancelled", ends_on=date(2026, 3, 20), paid_until=date(2026, 3, 20)))
    answered = shop.ask(conversation, "subscription.cancel", "A-501")
    assert (answered.because, answered.facts) == ("subscription.cancelled", {"ends_on": "2026-03-20"})


def test_in_a_pause_nothing_is_paid_for_and_it_ends_today(shop: ShopFloor) -> None:
    paused = held("plus", paid_until=date(2026, 2, 28), paused_from=date(2026, 3, 1), paused_until=date(2026, 4, 30))
    conversation = add(shop, paused)
    assert shop.ask(conversation, "subscription.cancel", "A-501").facts["ends_on"] == "2026-03-10"


def test_what_is_over_is_not_there_any_more(shop: ShopFloor) -> None:
    conversation = add(shop, held("plus", state="cancelled", ends_on=date(2026, 3, 9)))
    assert shop.ask(conversation, "subscription.cancel", "A-501").outcome == "not_found"
    assert shop.read(conversation, "subscriptions").subscriptions == ()


def test_something_is_offered_instead_once_to_a_customer_and_never_again(shop: ShopFloor) -> None:
    first = add(shop, held("plus"), held("kamera", "A-502"))
    offered = shop.ask(first, "subscription.offer", "A-501")
    assert (offered.outcome, offered.facts) == ("done", {"offer": "pause"})
    shop.clock.pass_by(days=800)
    assert shop.ask(shop.conversation(), "subscription.offer", "A-501").outcome == "already_done"
    assert shop.ask(shop.conversation(), "subscription.offer", "A-502").outcome == "already_done"
    assert mails(shop) == []


@pytest.mark.parametrize(
    ("subscription", "offered"),
    [
        (
            held("plus", paused_from=date(2025, 9, 1), paused_until=date(2025, 9, 30)),
            {"offer": "smaller", "plan": "basis"},
        ),
        (held("basis", paused_from=date(2025, 9, 1), paused_until=date(2025, 9, 30)), None),
        (held("schutz"), None),
    ],
)
def test_what_is_offered_can_be_had(
    shop: ShopFloor, subscription: Subscription, offered: dict[str, str] | None
) -> None:
    answered = shop.ask(add(shop, subscription), "subscription.offer", "A-501")
    assert (answered.facts if answered.outcome == "done" else None) == offered


# --- pausing ------------------------------------------------------------------------------------------------------


def test_a_pause_begins_after_the_paid_month(shop: ShopFloor) -> None:
    conversation = add(shop, held("plus"))
    done = shop.ask(conversation, "subscription.pause", "A-501", months="2")
    assert (done.facts["paused_from"], done.facts["paused_until"], done.facts["resumes_on"]) == (
        "2026-04-01",
        "2026-05-31",
        "2026-06-01",
    )
    now = status(shop)
    assert (now.state, now.paused_from) == ("active", date(2026, 4, 1))
    again = shop.ask(conversation, "subscription.pause", "A-501", months="2")
    assert (again.outcome, again.reference) == ("already_done", done.reference)
    other = shop.ask(conversation, "subscription.pause", "A-501", months="3")
    assert other.because == "subscription.pause_planned"
    shop.clock.time = datetime(2026, 5, 2, tzinfo=UTC)
    assert status(shop).state == "paused"
    shop.clock.time = datetime(2026, 6, 2, tzinfo=UTC)
    assert (status(shop).state, status(shop).paid_until, status(shop).paused_from) == (
        "active",
        date(2026, 6, 30),
        None,
    )


@pytest.mark.parametrize("months", ["0", "4", "12", "-1", "zwei", "", "1.5", "²"])
def test_a_pause_lasts_one_to_three_months(shop: ShopFloor, months: str) -> None:
    answered = shop.ask(add(shop, held("plus")), "subscription.pause", "A-501", months=months)
    assert (answered.outcome, answered.because) == ("refused", "subscription.pause_length")


def test_device_cover_cannot_be_paused(shop: ShopFloor) -> None:
    answered = shop.ask(add(shop, held("schutz")), "subscription.pause", "A-501", months="1")
    assert answered.because == "subscription.no_pause"


def test_one_pauses_once_in_a_year(shop: ShopFloor) -> None:
    paused = {"paused_from": date(2025, 6, 1), "paused_until": date(2025, 6, 30)}
    conversation = add(shop, held("plus", **paused))
    answered = shop.ask(conversation, "subscription.pause", "A-501", months="1")
    assert (answered.because, answered.facts) == ("subscription.paused_before", {"earliest": "2026-06-01"})
    shop.clock.time = datetime(2026, 5, 5, tzinfo=UTC)
    assert shop.ask(conversation, "subscription.pause", "A-501", months="1").outcome == "done"


# --- back again ---------------------------------------------------------------------------------------------------


def test_a_cancellation_is_taken_back_until_its_day(shop: ShopFloor) -> None:
    conversation = add(shop, held("plus"))
    shop.ask(conversation, "subscription.cancel", "A-501")
    shop.clock.pass_by(days=20)
    back = shop.ask(conversation, "subscription.resume", "A-501")
    assert (back.outcome, back.facts["mode"]) == ("done", "cancellation")
    assert (stored(shop).state, stored(shop).ends_on) == ("active", None)
    assert shop.ask(conversation, "subscription.resume", "A-501").outcome == "already_done"


def test_a_pause_that_goes_on_ends_today_and_a_paid_month_begins(shop: ShopFloor) -> None:
    paused = held("plus", paid_until=date(2026, 2, 28), paused_from=date(2026, 3, 1), paused_until=date(2026, 4, 30))
    back = shop.ask(add(shop, paused), "subscription.resume", "A-501")
    assert (back.facts["mode"], back.facts["resumed_on"], back.facts["paid_until"]) == (
        "pause",
        "2026-03-10",
        "2026-04-09",
    )
    now = status(shop)
    assert (now.state, now.paid_until) == ("active", date(2026, 4, 9))
    answered = shop.ask(shop.conversation(), "subscription.pause", "A-501", months="1")
    assert answered.because == "subscription.paused_before"


def test_a_pause_that_has_not_begun_never_was(shop: ShopFloor) -> None:
    conversation = add(shop, held("plus"))
    shop.ask(conversation, "subscription.pause", "A-501", months="3")
    shop.clock.pass_by(minutes=1)
    assert shop.ask(conversation, "subscription.resume", "A-501").facts["mode"] == "planned_pause"
    shop.clock.pass_by(minutes=1)
    assert shop.ask(conversation, "subscription.pause", "A-501", months="1").outcome == "done"


def test_what_runs_cannot_be_resumed(shop: ShopFloor) -> None:
    answered = shop.ask(add(shop, held("plus")), "subscription.resume", "A-501")
    assert (answered.outcome, answered.because) == ("refused", "subscription.running")


@pytest.mark.parametrize(
    ("kind", "params", "before"),
    [
        ("subscription.change_plan", {"plan": "plus"}, held("basis")),
        ("subscription.change_plan", {"plan": "basis"}, held("plus")),
        ("subscription.change_plan", {"plan": "plus"}, held("plus", next_plan="basis", next_plan_on=date(2026, 4, 1))),
        ("subscription.cancel", {}, held("kamera")),
        ("subscription.pause", {"months": "3"}, held("kamera")),
        (
            "subscription.resume",
            {},
            held("plus", paid_until=date(2026, 2, 28), paused_from=date(2026, 3, 1), paused_until=date(2026, 4, 30)),
        ),
        ("subscription.resume", {}, held("plus", state="cancelled", ends_on=date(2026, 3, 31))),
    ],
)
def test_each_change_is_taken_back_within_the_day_and_can_be_made_again(
    shop: ShopFloor, kind: str, params: dict[str, str], before: Subscription
) -> None:
    conversation = add(shop, before)
    seen = status(shop)
    done = shop.ask(conversation, kind, "A-501", **params)
    assert done.outcome == "done"
    assert done.undo_until == datetime(2026, 3, 10, 23, tzinfo=UTC) - timedelta(microseconds=1)
    assert status(shop) != seen
    shop.clock.pass_by(hours=1)
    assert shop.ask(conversation, "request.undo", done.reference or "").outcome == "done"
    assert status(shop) == seen
    shop.clock.pass_by(minutes=1)
    again = shop.ask(conversation, kind, "A-501", **params)
    assert (again.outcome, again.facts) == ("done", {**done.facts, **_times(again.facts)})


def _times(facts: dict[str, str | int | None]) -> dict[str, str | int | None]:
    return {name: facts[name] for name in ("received_at",) if name in facts}


def test_the_next_day_it_is_too_late(shop: ShopFloor) -> None:
    conversation = add(shop, held("basis"))
    shop.ask(conversation, "subscription.change_plan", "A-501", plan="plus")
    shop.clock.time = datetime(2026, 3, 10, 23, 1, tzinfo=UTC)
    assert shop.ask(conversation, "request.undo", "").because == "undo.too_late"


def test_a_change_that_another_one_builds_on_stays(shop: ShopFloor) -> None:
    conversation = add(shop, held("basis"))
    first = shop.ask(conversation, "subscription.change_plan", "A-501", plan="plus")
    shop.clock.pass_by(minutes=1)
    shop.ask(conversation, "subscription.change_plan", "A-501", plan="basis")
    assert shop.ask(conversation, "request.undo", first.reference or "").outcome == "refused"
    assert shop.ask(conversation, "request.undo", "").outcome == "done"
    assert shop.ask(conversation, "request.undo", first.reference or "").outcome == "done"
    assert stored(shop) == held("basis")


# --- whose, and when ----------------------------------------------------------------------------------------------

REQUESTS = [
    ("subscription.change_plan", {"plan": "plus"}),
    ("subscription.cancel", {}),
    ("subscription.offer", {}),
    ("subscription.pause", {"months": "1"}),
    ("subscription.resume", {}),
]


@pytest.mark.parametrize(("kind", "params"), REQUESTS)
def test_somebody_elses_subscription_does_not_exist(shop: ShopFloor, kind: str, params: dict[str, str]) -> None:
    shop.customer("otto")
    add(shop, held("basis"))
    for number in ("A-501", "A-999", "", "a-501"):
        assert shop.ask(shop.conversation("otto"), kind, number, **params).outcome == "not_found"
    assert stored(shop) == held("basis")


@pytest.mark.parametrize(("kind", "params"), REQUESTS)
def test_nothing_is_done_without_proof_or_for_a_conversation_that_a_human_has(
    shop: ShopFloor, kind: str, params: dict[str, str]
) -> None:
    add(shop, held("basis"))
    claimed = shop.conversation(trust="claimed")
    assert shop.ask(claimed, kind, "A-501", **params).outcome == "identity_required"
    waiting = shop.conversation(state=State.WAITING)
    assert shop.ask(waiting, kind, "A-501", **params).outcome == "stale"
    assert stored(shop) == held("basis")


NUMBERS = itertools.count(1000)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                ("subscription.change_plan", {"plan": "plus"}),
                ("subscription.change_plan", {"plan": "basis"}),
                ("subscription.cancel", {}),
                ("subscription.pause", {"months": "2"}),
                ("subscription.resume", {}),
                ("request.undo", {}),
            ]
        ),
        st.integers(0, 40),
    ),
    max_size=12,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=STEPS)
def test_whatever_is_asked_in_whatever_order_the_subscription_stays_sound(
    shop: ShopFloor, steps: list[tuple[tuple[str, dict[str, str]], int]]
) -> None:
    """Each request twice: the second one gets the first answer."""
    shop.clock.time = NOW
    name = f"A-{next(NUMBERS)}"
    conversation = add(shop, held("basis", name, paid_until=date(2026, 3, 30)))
    for (kind, params), days in steps:
        shop.clock.pass_by(days=days, minutes=1)
        subject = "" if kind == "request.undo" else name
        first = shop.ask(conversation, kind, subject, **params)
        if kind in UNDOS and first.outcome == "done":
            assert shop.ask(conversation, kind, subject, **params).reference == first.reference
        assert first.outcome in ("done", "already_done", "refused", "not_found")
        one = stored(shop, name)
        assert one.monthly_cents == CENTS[one.plan]
        assert (one.state == "cancelled") == (one.ends_on is not None)
        assert (one.next_plan is None) == (one.next_plan_on is None)
        assert one.paused_from is None or one.paused_until is not None


def test_the_account_shows_all_that_run_and_every_plan_in_the_visitors_language(shop: ShopFloor) -> None:
    shop.customer("otto")
    add(shop, held("plus"), held("schutz", "A-502"), held("basis", "A-503", customer="otto"))
    found = shop.read(shop.conversation(language="en"), "subscriptions")
    assert {one.number for one in found.subscriptions} == {"A-501", "A-502"}
    assert {one.name for one in found.plans} == {plan.name_en for plan in PLANS}
    assert re.search("Device cover", found.subscriptions[0].plan.name + found.subscriptions[1].plan.name)
    assert shop.read(shop.conversation(trust="claimed"), "subscriptions").outcome == "identity_required"
