"""Where is my order: asked back for what is missing, then told truly."""

from __future__ import annotations

import pytest

from actions import continuing, escalation, orders, smalltalk
from handover.contract.turns import OrdersFound
from tests.unit.actions.conftest import order

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


async def test_a_part_delivery_names_what_came_and_what_is_missing(make_turn, desk) -> None:
    coffee, filters = order().items
    items = (coffee, filters.model_copy(update={"state": "missing"}))
    desk.found = OrdersFound(outcome="found", orders=(order(state="partly_delivered", items=items),))
    turn = make_turn("wo?", intent="order_status", order_number="10023")
    await orders.tell_status(turn)
    assert "Kaffeemaschine Polar. Es fehlt noch: Filterset Polar" in turn.messages[0].text
    assert turn.messages[0].choices


async def test_an_order_under_way_comes_with_its_tracking_number(make_turn, desk) -> None:
    desk.found = OrdersFound(outcome="found", orders=(order(state="shipped", days_late=0, delivered_on=None),))
    turn = make_turn("wo?", intent="order_status", order_number="10023")
    await orders.tell_status(turn)
    assert turn.messages[1].text == "Sendungsnummer bei Nordpost: NP1"


async def test_without_proof_the_form_is_shown_and_the_wish_is_kept(make_turn, desk) -> None:
    desk.found = OrdersFound(outcome="identity_required")
    turn = make_turn("Wo bleibt 10023?", intent="order_status", order_number="10023")
    await orders.tell_status(turn)
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


async def test_yes_to_an_open_question_puts_it_once_more(make_turn, desk) -> None:
    desk.found = OrdersFound(outcome="identity_required")
    turn = make_turn("ja", intent="affirm", slots={"wish": "order_status"})
    await smalltalk.accept_offer(turn)
    assert turn.messages[0].request_identity


async def test_who_is_not_content_is_offered_a_human_and_yes_calls_one(make_turn) -> None:
    turn = make_turn("das hilft mir nicht", intent="dissatisfied")
    await smalltalk.small_talk(turn)
    assert turn.messages[0].choices
    then = make_turn("ja", intent="affirm", slots=turn.slot_changes())
    await smalltalk.accept_offer(then)
    assert then.messages[0].handover == "visitor_wish"


async def test_the_answered_wish_is_closed_and_the_order_stays_in_mind(make_turn, desk) -> None:
    desk.found = OrdersFound(outcome="found", orders=(order(),))
    turn = make_turn("", intent="identity_proven", slots={"wish": "order_status"})
    await continuing.continue_wish(turn)
    assert turn.slot_changes() == {"wish": None, "wish_text": None, "item_sku": None, "order_number": "10023"}


async def test_an_unknown_order_is_forgotten_so_that_it_is_not_asked_for_again(make_turn, desk) -> None:
    turn = make_turn("10099", intent="inform", order_number="10099")
    await continuing.continue_wish(turn)
    assert "10099" in turn.messages[0].text
    assert turn.slot_changes()["order_number"] is None


async def test_a_lone_number_without_a_wish_is_about_its_state(make_turn, desk) -> None:
    desk.found = OrdersFound(outcome="found", orders=(order("10024"),))
    turn = make_turn("und 10024?", intent="inform", order_number="10024")
    await continuing.continue_wish(turn)
    assert desk.asked[0].order_number == "10024"
    assert "10024" in turn.messages[0].text


async def test_proof_of_identity_without_a_wish_asks_what_it_is_about(make_turn) -> None:
    turn = make_turn("", intent="identity_proven")
    await continuing.continue_wish(turn)
    assert turn.messages[0].text == "Danke! Wobei kann ich helfen?"


async def test_no_closes_the_question_that_was_open(make_turn) -> None:
    turn = make_turn("nein", intent="deny", slots={"wish": "damaged_item", "offered": "no_answer"})
    await smalltalk.decline_offer(turn)
    assert turn.slot_changes() == {"wish": None, "wish_text": None, "item_sku": None, "offered": None}


async def test_yes_without_an_offer_calls_nobody(make_turn) -> None:
    turn = make_turn("ja", intent="affirm")
    await smalltalk.accept_offer(turn)
    assert turn.messages[0].handover is None


async def test_an_offer_holds_for_one_turn_only(make_turn) -> None:
    turn = make_turn("danke", intent="thanks", slots={"offered": "no_answer", "misses": 1})
    await smalltalk.small_talk(turn)
    assert turn.slot_changes() == {"offered": None, "misses": None}


async def test_the_reason_of_a_pressed_button_is_kept_and_an_unknown_one_is_the_visitors_wish(make_turn) -> None:
    for given, kept in (("credit_unclear", "credit_unclear"), ("<b>", "visitor_wish")):
        turn = make_turn("", intent="talk_to_human", reason=given)
        await escalation.call_human(turn)
        assert turn.messages[0].handover == kept


@pytest.mark.parametrize("outcome", ["solved", "partly_solved", "unsolved", "duplicate", "spam", "", "{wish}"])
async def test_f30_back_from_a_human_nothing_of_before_is_open(make_turn, outcome) -> None:
    slots = {
        "wish": "damaged_item",
        "wish_text": "x",
        "order_number": "10023",
        "item_sku": "KM",
        "offered": "no_answer",
    }
    turn = make_turn("", intent="handover_returned", slots=slots, outcome=outcome, summary="{wish} ist {order_number}")
    await escalation.welcome_back(turn)
    assert set(turn.slot_changes().values()) == {None}
    assert turn.slot_changes().keys() == slots.keys()
    assert any("{wish} ist {order_number}" in message.text for message in turn.messages)
