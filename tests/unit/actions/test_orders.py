"""Where is my order: asked back for what is missing, then told truly."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from actions import continuing, orders, topics
from handover.contract.selfservice import ServiceAnswered
from handover.contract.turns import OrderItemView, OrdersFound, ParcelView
from tests.unit.actions.conftest import order

MIDNIGHT = datetime(2026, 11, 22, 23, tzinfo=UTC)
WAITING = order("10093", state="processing", days_late=0, shipped_on=None, delivered_on=None)
MONEY = {
    "refund_cents": 8900,
    "currency": "EUR",
    "method": "PayPal",
    "refund_from": "2026-11-24",
    "refund_until": "2026-11-27",
}
PLACES = {
    "street": "Zeil 101",
    "postcode": "60313",
    "city": "Frankfurt am Main",
    "old_street": "Birkenweg 12",
    "old_postcode": "22301",
    "old_city": "Hamburg",
}

STATES = {
    "processing": ("Sie soll spätestens am 14. November 2026", "beträgt bisher 5 Tage"),
    "shipped": ("verschickt am 16. November 2026", "beträgt bisher 5 Tage"),
    "delivered": ("am 19. November 2026 pünktlich", "die Verspätung beträgt 5 Tage"),
    "lost": ("verloren gegangen", "verloren gegangen"),
    "returned": ("Rücksendung", "Rücksendung"),
    "cancelled": ("storniert", "storniert"),
}


@pytest.mark.parametrize("state", STATES)
async def test_the_true_state_is_told_with_its_days(make_turn, desk, state) -> None:
    for days_late, words in zip((0, 5), STATES[state], strict=True):
        desk.found = OrdersFound(outcome="found", orders=(order(state=state, days_late=days_late),))
        turn = make_turn("wo?", intent="order_status", order_number="10023")
        await orders.tell_status(turn)
        assert words in turn.messages[0].text
        assert "10023" in turn.messages[0].text


@pytest.mark.parametrize(
    ("state", "words", "signals"),
    [
        ("missing", "Kaffeemaschine Polar. Es fehlt: Filterset Polar", ["partial_delivery", "talk_to_human"]),
        ("open", "Kaffeemaschine Polar. Es kommt noch: Filterset Polar", ["talk_to_human"]),
    ],
)
async def test_a_part_delivery_names_what_came_and_what_did_not(make_turn, desk, state, words, signals) -> None:
    coffee, filters = order().items
    items = (coffee, filters.model_copy(update={"state": state}))
    desk.found = OrdersFound(outcome="found", orders=(order(state="partly_delivered", items=items),))
    turn = make_turn("wo?", intent="order_status", order_number="10023")
    await orders.tell_status(turn)
    assert words in turn.messages[0].text
    assert [choice.signal.name for choice in turn.messages[0].choices] == signals


async def test_each_parcel_is_told_with_its_link(make_turn, desk) -> None:
    parcels = tuple(
        ParcelView(
            carrier="Nordpost",
            tracking_code=f"NP{place}",
            tracking_url=f"https://nordpost.example.org/sendung/NP{place}",
            state=state,
            shipped_on="2026-11-16",
            delivered_on="2026-11-18" if state == "delivered" else None,
            names=f"Ding {place}",
        )
        for place, state in enumerate(("delivered", "shipped", "lost"))
    )
    desk.found = OrdersFound(outcome="found", orders=(order(state="partly_delivered", parcels=parcels),))
    turn = make_turn("wo?", intent="order_status", order_number="10023")
    await orders.tell_status(turn)
    lines = turn.messages[0].text.splitlines()[-3:]
    assert (
        lines[0]
        == "- [NP0](https://nordpost.example.org/sendung/NP0) mit Nordpost, zugestellt am 18. November 2026: Ding 0"
    )
    assert "unterwegs seit dem 16. November 2026: Ding 1" in lines[1]
    assert "verloren gegangen: Ding 2" in lines[2]


@pytest.mark.parametrize(("days_late", "signals"), [(0, []), (5, ["parcel_late"])])
async def test_a_late_order_comes_with_the_button_that_claims_it(make_turn, desk, days_late, signals) -> None:
    desk.found = OrdersFound(outcome="found", orders=(order(days_late=days_late),))
    turn = make_turn("wo?", intent="order_status", order_number="10023")
    await orders.tell_status(turn)
    assert [choice.signal.name for choice in turn.messages[0].choices] == signals


@pytest.mark.parametrize(("days_late", "claim"), [(0, []), (5, ["parcel_late"])])
async def test_what_can_still_be_changed_before_dispatch_is_a_button_away(make_turn, desk, days_late, claim) -> None:
    desk.found = OrdersFound(outcome="found", orders=(WAITING.model_copy(update={"days_late": days_late}),))
    turn = make_turn("wo?", intent="order_status", order_number="10093")
    await orders.tell_status(turn)
    signals = [choice.signal for choice in turn.messages[0].choices]
    assert [signal.name for signal in signals] == [*claim, "cancel_order", "change_delivery_address"]
    assert signals[-1].data == {"order_number": "10093"}


async def test_an_order_comes_as_a_card_with_the_facts_that_the_words_leave_out(make_turn, desk) -> None:
    desk.found = OrdersFound(outcome="found", orders=(order(state="shipped", days_late=0, delivered_on=None),))
    turn = make_turn("wo?", intent="order_status", order_number="10023")
    await orders.tell_status(turn)
    [told] = turn.messages
    assert [(wish.kind, wish.number) for wish in told.cards] == [("order", "10023")]
    assert "NP1" not in told.text


async def test_without_proof_the_form_is_shown_and_the_wish_is_kept(make_turn, desk) -> None:
    desk.found = OrdersFound(outcome="identity_required")
    turn = make_turn("Wo bleibt 10023?", intent="order_status", order_number="10023")
    await topics.take_up(turn)
    assert turn.messages[0].request_identity
    assert turn.slot_changes()["wish"] == "order_status"


async def test_of_several_orders_the_visitor_chooses(make_turn, desk) -> None:
    desk.found = OrdersFound(outcome="found", orders=(order("10023"), order("10050"), order("10060")))
    turn = make_turn("wo?", intent="order_status")
    await orders.tell_status(turn)
    numbers = [choice.signal.data.get("order_number") for choice in turn.messages[0].choices]
    assert numbers == ["10023", "10050", "10060", None]
    assert turn.messages[0].choices[-1].signal.name == "talk_to_human"
    assert turn.messages[0].choices[0].label == "Bestellung 10023 vom 11. November 2026"


async def test_the_only_order_under_way_is_the_one_that_is_waited_for(make_turn, desk) -> None:
    desk.found = OrdersFound(outcome="found", orders=(order("10023"), order("10060", state="shipped"), order("10072")))
    turn = make_turn("wo?", intent="order_status")
    await orders.tell_status(turn)
    assert "10060" in turn.messages[0].text


# --- which one ----------------------------------------------------------------------------------------------------


def orders_of(*named: tuple[str, str, str]) -> OrdersFound:
    """Number, day and item of each, the newest first."""
    made = tuple(
        order(
            number,
            ordered_on=ordered_on,
            items=(OrderItemView(sku=name, name=name, quantity=1, unit_cents=990, state="delivered"),),
        )
        for number, ordered_on, name in named
    )
    return OrdersFound(outcome="found", orders=made)


@pytest.mark.parametrize(
    ("text", "entities", "number"),
    [
        ("wo ist die Kaffeemaschine?", {}, "10050"),
        ("wo ist meine letzte Bestellung?", {}, "10060"),
        ("wo ist die älteste Bestellung?", {}, "10023"),
        ("wo ist die vom Dienstag?", {"date": "2026-11-03"}, "10050"),
        ("wo ist sie?", {"order_number": "10023"}, "10023"),
    ],
)
async def test_an_order_is_meant_by_its_item_its_place_its_day_or_its_number(
    make_turn, desk, text, entities, number
) -> None:
    desk.found = orders_of(
        ("10060", "2026-11-09", "Lampe"), ("10050", "2026-11-03", "Kaffeemaschine"), ("10023", "2026-10-01", "Kamera")
    )
    turn = make_turn(text, intent="order_status", **entities)
    await topics.take_up(turn)
    assert f"Bestellung {number} " in turn.messages[0].text


async def test_the_day_that_was_named_is_still_known_after_the_proof(make_turn, desk) -> None:
    desk.found = OrdersFound(outcome="identity_required")
    turn = make_turn("wo ist die vom Dienstag?", intent="order_status", date="2026-11-03")
    await topics.take_up(turn)
    desk.found = orders_of(("10060", "2026-11-09", "Lampe"), ("10050", "2026-11-03", "Kamera"))
    then = make_turn("", intent="identity_proven", slots=turn.slot_changes())
    await continuing.continue_wish(then)
    assert "Bestellung 10050 " in then.messages[0].text


async def test_a_number_that_is_nobodys_is_not_taken_for_another_order_after_the_proof(make_turn, desk) -> None:
    desk.found = OrdersFound(outcome="identity_required")
    turn = make_turn("10099 stornieren", intent="cancel_order", order_number="10099")
    await topics.take_up(turn)
    desk.found = OrdersFound(outcome="not_found")
    then = make_turn("", intent="identity_proven", slots=turn.slot_changes())
    await continuing.continue_wish(then)
    assert [asked.order_number for asked in desk.asked] == ["10099", "10099"]
    assert "keine Bestellung 10099" in then.messages[0].text


async def test_the_order_talked_about_is_meant_until_words_name_another(make_turn, desk) -> None:
    desk.found = orders_of(("10060", "2026-11-09", "Lampe"), ("10050", "2026-11-03", "Kamera"))
    for text, number in (("und wann kommt sie?", "10050"), ("und die Lampe?", "10060")):
        turn = make_turn(text, intent="order_status", slots={"order_number": "10050"})
        await topics.take_up(turn)
        assert f"Bestellung {number} " in turn.messages[0].text


# --- cancelling ---------------------------------------------------------------------------------------------------


async def test_cancelling_says_what_would_happen_and_waits_for_a_yes(make_turn, desk) -> None:
    desk.found = OrdersFound(outcome="found", orders=(WAITING,))
    desk.answers = [
        ServiceAnswered(outcome="offered", facts=MONEY),
        ServiceAnswered(outcome="done", facts=MONEY, reference="V-222222", undo_until=MIDNIGHT),
    ]
    turn = make_turn("bitte stornieren", intent="cancel_order")
    await topics.take_up(turn)
    assert "89,00\xa0€" in turn.messages[0].text
    assert [choice.label for choice in turn.messages[0].choices] == ["Ja, stornieren", "Nein, so lassen"]
    then = make_turn("ja", intent="affirm", slots=turn.slot_changes())
    await continuing.accept(then)
    assert [asked.preview for asked in desk.requests] == [True, False]
    assert "V-222222" in then.messages[0].text
    assert [choice.signal.data for choice in then.messages[0].choices] == [{"request_reference": "V-222222"}]
    assert then.slot_changes()["wish"] is None


async def test_a_yes_with_another_number_is_no_yes(make_turn, desk) -> None:
    other = WAITING.model_copy(update={"number": "10094"})
    desk.found = OrdersFound(outcome="found", orders=(WAITING,))
    desk.answers = [ServiceAnswered(outcome="offered", facts=MONEY)]
    turn = make_turn("10093 stornieren", intent="cancel_order", order_number="10093")
    await topics.take_up(turn)
    desk.found = OrdersFound(outcome="found", orders=(other,))
    then = make_turn("ja, die 10094", intent="affirm", slots=turn.slot_changes(), order_number="10094")
    await continuing.accept(then)
    assert [(asked.subject, asked.preview) for asked in desk.requests] == [("10093", True), ("10094", True)]


async def test_what_was_sent_is_refused_with_the_way_back_and_to_a_human(make_turn, desk) -> None:
    desk.found = OrdersFound(outcome="found", orders=(order(return_is_open=True),))
    desk.answers = [ServiceAnswered(outcome="refused", because="order.cancel.delivered", facts={"number": "10023"})]
    turn = make_turn("stornieren", intent="cancel_order", order_number="10023")
    await topics.take_up(turn)
    assert "schon zugestellt" in turn.messages[0].text
    assert [choice.signal.name for choice in turn.messages[0].choices] == ["return_how", "talk_to_human"]


# --- another address ----------------------------------------------------------------------------------------------


async def test_the_address_is_asked_for_read_shown_back_and_changed(make_turn, desk) -> None:
    desk.found = OrdersFound(outcome="found", orders=(WAITING,))
    desk.answers = [
        ServiceAnswered(outcome="refused", because="order.address.no_street"),
        ServiceAnswered(outcome="offered", facts=PLACES),
        ServiceAnswered(outcome="done", facts=PLACES, reference="V-222222", undo_until=MIDNIGHT),
    ]
    turn = make_turn("andere Lieferadresse", intent="change_delivery_address")
    await topics.take_up(turn)
    assert "Postleitzahl" in turn.messages[0].text
    typed = make_turn(
        "zeil 101, 60313 Frankfurt am Main", intent="inform", slots=turn.slot_changes(), order_number="60313"
    )
    assert orders.FLOWS["change_delivery_address"].recognises(typed)
    await orders.change_address(typed)
    assert "**Zeil 101, 60313 Frankfurt am Main** gehen statt an Birkenweg 12, 22301 Hamburg" in typed.messages[0].text
    then = make_turn("ja", intent="affirm", slots=turn.slot_changes() | typed.slot_changes())
    await continuing.accept(then)
    assert [asked.subject for asked in desk.requests] == ["10093"] * 3
    assert desk.requests[-1].params["street"] == "Zeil 101"
    assert not desk.requests[-1].preview
    assert "V-222222" in then.messages[0].text
    assert then.messages[0].choices[0].signal.name == "undo"


async def test_an_address_in_the_first_words_is_not_asked_for_again(make_turn, desk) -> None:
    desk.found = OrdersFound(outcome="found", orders=(WAITING,))
    desk.answers = [ServiceAnswered(outcome="offered", facts=PLACES)]
    turn = make_turn("bitte an Zeil 101, 60313 Frankfurt liefern", intent="change_delivery_address")
    await topics.take_up(turn)
    assert desk.requests[0].params == {"street": "Zeil 101", "postcode": "60313", "city": "Frankfurt", "country": ""}


@pytest.mark.parametrize(
    ("because", "words"), [("no_postcode", "Postleitzahl gibt es nicht"), ("abroad", "anderes Land")]
)
async def test_a_wrong_address_is_asked_for_again_and_a_foreign_one_goes_to_a_human(
    make_turn, desk, because, words
) -> None:
    desk.found = OrdersFound(outcome="found", orders=(WAITING,))
    desk.answers = [ServiceAnswered(outcome="refused", because=f"order.address.{because}")]
    turn = make_turn("an Zeil 101, 00000 Frankfurt", intent="change_delivery_address")
    await topics.take_up(turn)
    assert words in turn.messages[0].text
    assert (turn.slot_changes().get("awaiting") == "address") is (because == "no_postcode")


async def test_an_address_is_recognised_in_parts_right_after_the_question_and_whole_at_any_time(make_turn) -> None:
    recognises = orders.FLOWS["change_delivery_address"].recognises
    asked = {"awaiting": "address"}
    assert recognises(make_turn("Zeil 101", intent="noise", slots=asked))
    assert not recognises(make_turn("Zeil 101", intent="noise"))
    assert recognises(make_turn("nein, Zeil 103, 60313 Frankfurt", intent="correct"))
    assert not recognises(make_turn("was kostet das", intent="shipping_costs", slots=asked))
