"""Disturbances: told at the opening if everybody has them, read by those they touch, reported once a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from handover.contract.turns import BotMessage
from handover.domain.shop import Outage, Subscription
from tests.unit.handover.front_desk import FrontDesk
from tests.unit.handover.shop_floor import NOW, ShopFloor


def outage(outage_id: str = "cloud", *, plan: str = "plus", postcodes: tuple[str, ...] = (), **facts: object) -> Outage:
    base = {"started_at": NOW - timedelta(hours=5), "ended_at": None}
    return Outage(
        id=outage_id,
        service="Cloud",
        plans=(plan,),
        postcodes=postcodes,
        text_de=f"{outage_id} ist gestört.",
        text_en=f"{outage_id} is disturbed.",
        **{**base, **facts},
    )


def with_plan(floor: ShopFloor, *outages: Outage, plan: str = "plus") -> str:
    held = Subscription("A-1", "A-1", "erika", plan, 999, "EUR", "active", date(2024, 1, 1), date(2026, 3, 31))
    with floor.unit() as unit:
        unit.shop.add_subscription(held)
        for one in outages:
            unit.shop.add_outage(one)
    return floor.conversation()


def disturb(desk: FrontDesk, *outages: Outage) -> None:
    with desk.units() as unit:
        for one in outages:
            unit.shop.add_outage(one)


# --- at the opening -----------------------------------------------------------------------------------------------


def test_whoever_opens_the_chat_while_nothing_is_disturbed_costs_the_bot_no_turn(desk: FrontDesk) -> None:
    disturb(desk, outage("hamburg", postcodes=("20", "22")), outage("over", ended_at=NOW - timedelta(hours=1)))
    conversation_id = desk.visit()
    assert desk.turns.next(conversation_id) is None
    assert not desk.notebook.publications[-1].bot_is_asked


@pytest.mark.parametrize(("language", "words"), [("de", "cloud ist gestört."), ("en", "cloud is disturbed.")])
def test_what_disturbs_everybody_is_told_once_at_the_opening_in_the_visitors_language(
    desk: FrontDesk, language: str, words: str
) -> None:
    disturb(desk, outage())
    conversation_id = desk.visit(language)
    assert desk.notebook.publications[-1].bot_is_asked
    turn = desk.turns.next(conversation_id)
    assert turn is not None
    assert turn.request.signal is not None
    assert turn.request.signal.name == "outage_known"
    assert turn.request.signal.data == {"outage_ids": "cloud", "outage_text": words}
    desk.answer(conversation_id, BotMessage(text=words))
    assert desk.turns.next(conversation_id) is None
    desk.write(conversation_id, "Hallo")
    owed = desk.turns.next(conversation_id)
    assert owed is not None
    assert owed.request.text == "Hallo"


def test_several_disturbances_are_one_message(desk: FrontDesk) -> None:
    disturb(desk, outage("cloud"), outage("storage", started_at=NOW - timedelta(hours=1)))
    turn = desk.turns.next(desk.visit())
    assert turn is not None
    assert turn.request.signal is not None
    assert turn.request.signal.data["outage_ids"] == "storage cloud"
    assert turn.request.signal.data["outage_text"] == "storage ist gestört.\n\ncloud ist gestört."


# --- read ---------------------------------------------------------------------------------------------------------


def test_the_proven_customer_reads_what_touches_their_plans_at_their_place(floor: ShopFloor) -> None:
    outages = (
        outage("mine", postcodes=("22",)),
        outage("elsewhere", postcodes=("8",)),
        outage("other-plan", plan="kamera"),
        outage("lately", ended_at=NOW - timedelta(days=2)),
        outage("long-ago", ended_at=NOW - timedelta(days=9)),
    )
    found = floor.read(with_plan(floor, *outages), "outages")
    assert {one.id for one in found.outages} == {"mine", "lately"}
    assert found.outages[0].started_at.isoformat() == "2026-03-10T08:00:00+01:00"


def test_who_is_not_known_reads_only_what_everybody_has(floor: ShopFloor) -> None:
    with_plan(floor, outage("mine", postcodes=("22",)), outage("all"))
    nobody = floor.conversation(None, trust="none")
    found = floor.read(nobody, "outages", "subscriptions")
    assert found.outcome == "identity_required"
    assert [one.id for one in found.outages] == ["all"]
    assert floor.read(nobody, "subscriptions").outages == ()


def test_a_cancelled_subscription_is_touched_as_long_as_it_runs(floor: ShopFloor) -> None:
    conversation = with_plan(floor, outage())
    with floor.unit() as unit:
        unit.shop.save_subscription(
            Subscription(
                "A-1",
                "A-1",
                "erika",
                "plus",
                999,
                "EUR",
                "cancelled",
                date(2024, 1, 1),
                date(2026, 3, 31),
                ends_on=date(2026, 3, 31),
            )
        )
    assert [one.id for one in floor.read(conversation, "outages").outages] == ["cloud"]
    floor.clock.pass_by(days=40)
    assert floor.read(conversation, "outages").outages == ()


# --- reported -----------------------------------------------------------------------------------------------------


def test_a_report_stays_open_for_the_team_and_is_made_once_a_day(floor: ShopFloor) -> None:
    conversation = with_plan(floor)
    done = floor.ask(conversation, "outage.report", scope="one", text="Die Kamera nimmt nichts auf, seit heute.")
    assert done.outcome == "done"
    assert done.facts == {"scope": "one", "text": "Die Kamera nimmt nichts auf, seit heute.", "postcode": "22301"}
    again = floor.ask(conversation, "outage.report", scope="all", text="Noch etwas")
    assert (again.outcome, again.reference) == ("already_done", done.reference)
    [made] = floor.read(conversation, "requests").requests
    assert (made.kind, made.state) == ("outage.report", "open")
    assert "service.request_made" in floor.events(conversation)
    floor.clock.pass_by(days=1)
    assert floor.ask(conversation, "outage.report", scope="all", text="x").outcome == "done"


def test_what_is_known_already_needs_no_report(floor: ShopFloor) -> None:
    conversation = with_plan(floor, outage(postcodes=("22",)))
    answered = floor.ask(conversation, "outage.report", scope="all", text="Nichts geht")
    assert (answered.outcome, answered.because) == ("refused", "outage.known")
    assert answered.facts == {"text": "cloud ist gestört."}


def test_a_long_story_is_cut_and_an_unknown_scope_means_everything(floor: ShopFloor) -> None:
    done = floor.ask(with_plan(floor), "outage.report", scope="<b>", text="x" * 5000)
    assert (done.facts["scope"], len(str(done.facts["text"]))) == ("all", 1000)


def test_without_proof_nothing_is_reported(floor: ShopFloor) -> None:
    with_plan(floor)
    assert floor.ask(floor.conversation(trust="claimed"), "outage.report", text="x").outcome == "identity_required"
