"""Credit for outages: proven by the database, once per outage and subscription, as the article promises it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import event, select, update

from handover.domain.agent import Sight
from handover.domain.errors import Conflict
from handover.domain.selfservice import ServiceRequest
from handover.store.tables import credit_decisions, customers, events, invoices, outages, subscriptions
from tests.unit.handover.shop_floor import ANNA, NOW, ShopFloor, item, order
from tests.unit.handover.subscribers import CAMERA, DURING, FEBRUARY, PLUS, invoice, outage, settle, subscription


@pytest.fixture
def floor(floor: ShopFloor) -> ShopFloor:
    """Erika's camera storage was down for 60 hours, and the invoice after it says nothing of it."""
    settle(floor, PLUS, CAMERA, subscription(), invoice("RE-2", issued_on=FEBRUARY), invoice("RE-3"), outage())
    return floor


def claim(floor: ShopFloor, conversation: str | None = None, number: str = "A-502", which: str = "camera"):
    return floor.claim(conversation or floor.conversation(), number, "outage", which)


def test_a_long_outage_without_its_deduction_is_granted_booked_and_told(floor: ShopFloor) -> None:
    conversation = floor.conversation()
    decided = claim(floor, conversation)
    assert (decided.outcome, decided.because) == ("granted", "outage.granted")
    assert decided.amount_cents == 70  # three days begun of 30, of 6.99, rounded up
    assert decided.facts["outage_days"] == 3
    assert [(entry.account, entry.amount_cents) for entry in floor.entries()] == [
        ("goodwill", -70),
        ("customer:erika", 70),
    ]
    [told] = floor.published.all[-1].events
    assert (told.event.data.reason, told.event.data.subject, told.event.data.reference) == (
        "outage",
        "A-502",
        decided.reference,
    )
    [kept] = floor.decisions()
    assert (kept.subject, kept.subscription_id, kept.outage_id, kept.order_id) == ("A-502", "sub-A-502", "camera", None)
    assert kept.inputs["outage_hours"] == 60
    assert floor.credits.reconcile() == []


def test_one_outage_is_credited_once_per_subscription_however_often_it_is_claimed(floor: ShopFloor) -> None:
    settle(floor, subscription("A-503"), invoice("RE-4", subscription="A-503"))
    first = claim(floor)
    with ThreadPoolExecutor(20) as pool:
        again = list(pool.map(lambda _: claim(floor), range(20)))
    assert {(one.outcome, one.reference) for one in again} == {("already_granted", first.reference)}
    assert claim(floor, number="A-503").outcome == "granted"
    assert len(floor.entries()) == 4


def test_another_outage_of_the_same_subscription_is_another_claim(floor: ShopFloor) -> None:
    settle(floor, outage("earlier", started_at=DURING - timedelta(days=7)))
    assert [claim(floor, which=name).outcome for name in ("camera", "earlier")] == ["granted", "granted"]


@pytest.mark.parametrize(("number", "which"), [("A-900", "camera"), ("A-502", "nowhere"), ("A-502", None)])
def test_somebody_elses_subscription_looks_like_one_that_does_not_exist(floor: ShopFloor, number, which) -> None:
    floor.customer("jonas", street="Mainzer Straße 7")
    settle(floor, subscription("A-900", customer="jonas"))
    assert claim(floor, number=number, which=which).outcome == "not_found"
    assert floor.decisions() == []


@pytest.mark.parametrize(("customer", "trust"), [(None, "none"), ("erika", "claimed")])
def test_without_a_proven_identity_nothing_is_decided(floor: ShopFloor, customer, trust) -> None:
    assert claim(floor, floor.conversation(customer, trust=trust)).outcome == "identity_required"


def change(table, **values):
    return lambda floor: _execute(floor, update(table).values(**values))


def _execute(floor: ShopFloor, statement) -> None:
    with floor.engine.begin() as connection:
        connection.execute(statement)


CREDIT_LINE = [{"kind": "credit", "text_de": "Gutschrift für den Ausfall", "text_en": "Credit", "cents": -70}]


@pytest.mark.parametrize(
    ("happened", "because"),
    [
        (change(outages, plans=["plus"]), "outage.not_touched"),
        (change(outages, postcodes=["80"]), "outage.not_touched"),
        (change(customers, postcode="80331"), "granted"),
        (change(subscriptions, started_on=date(2026, 2, 21)), "outage.not_touched"),
        (change(subscriptions, state="cancelled", ends_on=date(2026, 1, 31)), "outage.not_touched"),
        (change(subscriptions, paused_from=date(2026, 2, 1), paused_until=date(2026, 2, 28)), "outage.not_touched"),
        (change(subscriptions, paused_from=date(2026, 3, 1), paused_until=date(2026, 3, 31)), "granted"),
        (change(outages, ended_at=None), "outage.goes_on"),
        (change(outages, ended_at=DURING + timedelta(hours=24)), "outage.too_short"),
        (change(outages, ended_at=DURING + timedelta(hours=24, seconds=1)), "granted"),
        (change(invoices, lines=CREDIT_LINE), "outage.deducted"),
        (change(invoices, issued_on=date(2026, 2, 10)), "outage.next_invoice"),
        (change(subscriptions, currency="CHF"), "currency.other"),
    ],
)
def test_the_facts_decide_and_nothing_that_was_said(floor: ShopFloor, happened, because: str) -> None:
    happened(floor)
    decided = claim(floor)
    assert decided.because in (because, f"outage.{because}")
    assert decided.outcome == ("granted" if because == "granted" else "refused")


def test_who_gets_no_further_invoice_is_not_put_off_until_the_next_one(floor: ShopFloor) -> None:
    change(invoices, issued_on=date(2026, 2, 10))(floor)
    change(subscriptions, state="cancelled", ends_on=date(2026, 2, 28), paid_until=date(2026, 2, 28))(floor)
    assert claim(floor).outcome == "granted"


def test_the_claim_window_begins_with_the_end_of_the_outage(floor: ShopFloor) -> None:
    floor.clock.pass_by(days=44)
    assert claim(floor).outcome == "granted"
    settle(floor, outage("again", started_at=DURING))
    floor.clock.pass_by(days=2)
    assert claim(floor, which="again").because == "window.closed"


@pytest.mark.parametrize("kind", ["contact.change", "subscription.change_plan"])
@pytest.mark.parametrize(("hours", "outcome"), [(-1, "granted"), (1, "proposed")])
def test_who_moved_or_changed_the_plan_after_it_began_is_left_to_a_person(floor, kind, hours, outcome) -> None:
    moved_at = DURING + timedelta(hours=hours)
    with floor.unit() as unit:
        unit.selfservice.add(
            ServiceRequest(
                id="r", reference="V-1", key="k", customer_id="erika", conversation_id=None, kind=kind,
                subject="", params={}, facts={}, created_at=moved_at,
            )
        )  # fmt: skip
    assert claim(floor).outcome == outcome


def test_the_kill_switch_and_the_caps_hold_for_outages_too(floor: ShopFloor) -> None:
    floor.credits.set_kill_switch(True)
    assert claim(floor).because == "switch.off"
    floor.credits.set_kill_switch(False)
    things = [outage(f"o{place}", started_at=DURING + timedelta(minutes=place)) for place in range(4)]
    settle(floor, *things)
    outcomes = [claim(floor, which=one.id).because for one in things]
    assert outcomes == ["outage.granted"] * 3 + ["cap.customer_30_days"]


def test_a_credit_for_an_outage_uses_up_nothing_of_what_an_order_may_get(floor: ShopFloor) -> None:
    floor.add(order(items=[item("A", 1500), item("B", 500)]))
    conversation = floor.conversation()
    assert claim(floor, conversation).outcome == "granted"
    outcomes = [floor.claim(conversation, reason="damaged_item", part=sku).because for sku in ("A", "B")]
    assert outcomes == ["damaged_item.granted"] * 2


@pytest.mark.parametrize(
    ("happened", "text"),
    [
        (change(invoices, lines=CREDIT_LINE), "facts have changed"),
        (change(outages, ended_at=DURING + timedelta(hours=25)), "worth less"),
        (change(subscriptions, customer_id="jonas"), "no longer belongs"),
    ],
)
def test_what_changed_since_the_claim_stops_the_approval(floor: ShopFloor, happened, text: str) -> None:
    floor.customer("jonas")
    change(customers, blocked=True)(floor)
    assert claim(floor).outcome == "proposed"
    [proposal] = floor.decisions()
    happened(floor)
    with pytest.raises(Conflict, match=text):
        floor.credits.approve(ANNA, proposal.id)
    assert floor.entries() == []


def test_an_approved_outage_is_booked_with_its_subject(floor: ShopFloor) -> None:
    change(customers, blocked=True)(floor)
    claim(floor)
    [proposal] = floor.decisions()
    approved = floor.credits.approve(ANNA, proposal.id)
    assert (approved.subject, approved.amount.cents) == ("A-502", 70)
    assert floor.credits.reconcile() == []


def test_what_can_be_claimed_lists_the_outages_that_touched_the_customer_newest_first(floor: ShopFloor) -> None:
    settle(
        floor,
        outage("short", lasted=timedelta(hours=1), started_at=NOW - timedelta(days=2)),
        outage("elsewhere", postcodes=("80",)),
        outage("other-plan", plans=("plus",)),
        outage("long-ago", started_at=NOW - timedelta(days=120)),
    )
    found = floor.read(floor.conversation(), "claimable").claimable
    assert [(one.reason, one.subject, one.outage_id, one.name) for one in found] == [
        ("outage", "A-502", "short", "Kamera-Speicher"),
        ("outage", "A-502", "camera", "Kamera-Speicher"),
    ]
    assert floor.read(floor.conversation(None, trust="none"), "claimable").outcome == "identity_required"


def test_what_can_be_claimed_is_read_once_however_many_outages_there_were(floor: ShopFloor) -> None:
    settle(floor, subscription("A-503"))
    few = statements_of(floor, floor.conversation())
    settle(floor, *(outage(f"far-{place}", postcodes=("80",)) for place in range(10)))
    assert statements_of(floor, floor.conversation()) == few


def statements_of(floor: ShopFloor, conversation: str) -> int:
    """How many the database is asked to read what can be claimed."""
    seen: list[str] = []

    def note(_connection, _cursor, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(floor.engine, "before_cursor_execute", note)
    try:
        assert {one.outage_id for one in floor.read(conversation, "claimable").claimable} == {"camera"}
    finally:
        event.remove(floor.engine, "before_cursor_execute", note)
    return len(seen)


def test_a_decision_names_exactly_one_subject_or_the_database_refuses_it(floor: ShopFloor) -> None:
    claim(floor)
    with pytest.raises(Exception, match="subject"), floor.engine.begin() as connection:
        connection.execute(update(credit_decisions).values(invoice_id="inv-RE-3"))


def test_events_from_before_name_their_order_and_can_still_be_read(floor: ShopFloor) -> None:
    conversation = floor.conversation()
    claim(floor, conversation)
    with floor.engine.begin() as connection:
        data = dict(connection.execute(select(events.c.data)).scalar_one())
        data |= {"order_number": "10001", "reason": "late_delivery"}
        del data["subject"]
        connection.execute(update(events).values(data=data))
    with floor.unit(write=False) as unit:
        [stored] = unit.log.after(conversation, 0)
        [told] = unit.credits.told()
        line = unit.customers.timeline("erika", None, 1, Sight("sophie", None, everything=True))[0].entry
    assert (stored.event.data.subject, told.subject, line.data["subject"]) == ("10001", "10001", "10001")
