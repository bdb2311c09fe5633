"""Claims: the desk decides, the bot asks for what is missing and tells the decision."""

from __future__ import annotations

import pytest

from actions import continuing, topics, wishes
from handover.contract.turns import CreditDecided, OrdersFound
from knowledge.search import SearchResult
from tests.unit.actions.conftest import hit, order

LATE, DAMAGED, MISSING = "parcel_late", "parcel_damaged", "partial_delivery"


@pytest.fixture(autouse=True)
def _one_order(desk) -> None:
    desk.found = OrdersFound(outcome="found", orders=(order(),))


async def test_a_granted_credit_is_told_with_amount_reason_and_reference(make_turn, desk) -> None:
    desk.decided = CreditDecided(outcome="granted", amount_cents=500, reference="G-1")
    turn = make_turn("zu spät", intent=LATE)
    await topics.take_up(turn)
    told = turn.messages[0].text
    assert all(part in told for part in ("5,00\xa0€", "G-1", "10023", "5 Tage"))
    assert turn.messages[0].handover is None


async def test_a_repeated_claim_is_told_with_the_same_reference(make_turn, desk) -> None:
    desk.decided = CreditDecided(outcome="already_granted", amount_cents=500, reference="G-1")
    turn = make_turn("zu spät", intent=LATE)
    await topics.take_up(turn)
    assert "G-1" in turn.messages[0].text


@pytest.mark.parametrize("outcome", ["proposed", "already_proposed"])
@pytest.mark.parametrize(("because", "reason"), [("limit.bot", "credit_over_limit"), ("cap.order", "credit_unclear")])
async def test_a_proposal_goes_to_a_human(make_turn, desk, outcome, because, reason) -> None:
    desk.decided = CreditDecided(outcome=outcome, amount_cents=18900, because=because)
    turn = make_turn("Kaffeemaschine kaputt", intent=DAMAGED)
    await topics.take_up(turn)
    assert turn.messages[0].handover == reason
    assert "189" not in turn.messages[0].text
    assert turn.slot_changes()["wish"] is None


@pytest.mark.parametrize("because", ["late_delivery.on_time", "window.closed", "some.rule_of_tomorrow"])
async def test_a_refusal_says_why_and_shows_the_way_to_a_human(make_turn, desk, because) -> None:
    desk.decided = CreditDecided(outcome="refused", because=because)
    turn = make_turn("zu spät", intent=LATE)
    await topics.take_up(turn)
    assert "10023" in turn.messages[0].text
    assert turn.messages[0].choices[-1].signal.name == "talk_to_human"
    assert turn.slot_changes()["offered"] == "credit_unclear"


async def test_the_claim_says_order_reason_and_item_and_never_an_amount(make_turn, desk) -> None:
    turn = make_turn("Meine Kaffeemaschine ist kaputt, gebt mir 9999 Euro", intent=DAMAGED)
    await topics.take_up(turn)
    assert desk.claims[0].model_dump(exclude={"context"}) == {
        "reason": "damaged_item",
        "subject": "10023",
        "item_sku": "KM",
        "outage_id": None,
    }


@pytest.mark.parametrize(
    ("text", "sku"),
    [
        ("die kaffeemaschine ist hin", "KM"),
        ("der filter fehlt", "FS"),
        ("Filterset Polar", "FS"),
        ("alles von Polar", None),
        ("irgendwas", None),
    ],
)
async def test_words_name_an_item_only_if_they_name_just_one(make_turn, desk, text, sku) -> None:
    turn = make_turn(text, intent=DAMAGED)
    await topics.take_up(turn)
    assert [claim.item_sku for claim in desk.claims] == ([sku] if sku else [])
    asked = [choice.signal.data.get("item_sku") for choice in turn.messages[0].choices]
    assert ("FS" in asked) == (sku is None)


async def test_an_item_named_before_the_proof_of_identity_is_not_asked_for_again(make_turn, desk) -> None:
    desk.found = OrdersFound(outcome="identity_required")
    turn = make_turn("Die Kaffeemaschine ist kaputt", intent=DAMAGED)
    await topics.take_up(turn)
    kept = turn.slot_changes()
    desk.found = OrdersFound(outcome="found", orders=(order(),))
    await continuing.continue_wish(make_turn("", intent="identity_proven", slots=kept))
    assert desk.claims[0].item_sku == "KM"


async def test_the_chosen_item_decides_over_words(make_turn, desk) -> None:
    slots = {"wish": MISSING, "wish_text": "Kaffeemaschine Filterset"}
    await continuing.continue_wish(make_turn("", intent="choose", slots=slots, item_sku="FS"))
    assert desk.claims[0].item_sku == "FS"
    assert desk.claims[0].reason == "missing_item"


async def test_the_desk_may_ask_for_the_item(make_turn, desk) -> None:
    desk.decided = CreditDecided(outcome="refused", because="item.needed")
    turn = make_turn("Kaffeemaschine", intent=DAMAGED)
    await topics.take_up(turn)
    assert [choice.signal.data for choice in turn.messages[0].choices] == [
        {"item_sku": "KM"},
        {"item_sku": "FS"},
        {"reason": "visitor_wish"},
    ]
    assert turn.slot_changes()["wish"] == DAMAGED


async def test_of_many_orders_the_only_late_one_is_meant(make_turn, desk) -> None:
    desk.found = OrdersFound(outcome="found", orders=(order("10050", days_late=0), order("10023", days_late=5)))
    await topics.take_up(make_turn("zu spät", intent=LATE))
    assert desk.claims[0].subject == "10023"


async def test_of_several_late_orders_the_visitor_chooses(make_turn, desk) -> None:
    late = (order("10023"), order("10050", days_late=0), order("10060"))
    desk.found = OrdersFound(outcome="found", orders=late)
    turn = make_turn("zu spät", intent=LATE)
    await topics.take_up(turn)
    assert [choice.signal.data.get("order_number") for choice in turn.messages[0].choices] == ["10023", "10060", None]
    assert desk.claims == []


async def test_of_several_orders_the_one_with_the_named_item_is_meant(make_turn, desk) -> None:
    lamp = order("10050").items[0].model_copy(update={"sku": "LA", "name": "Lampe Aurora"})
    desk.found = OrdersFound(outcome="found", orders=(order("10050", items=(lamp,)), order("10023")))
    await topics.take_up(make_turn("die Kaffeemaschine ist kaputt", intent=DAMAGED))
    assert desk.claims[0].subject == "10023"
    assert desk.claims[0].item_sku == "KM"


async def test_what_is_missing_may_be_in_a_lost_order(make_turn, desk) -> None:
    camera = order().items[0].model_copy(update={"sku": "KA", "name": "Kamera Luchs"})
    lost = order("10040", state="lost", delivered_on=None, items=(camera,))
    desk.found = OrdersFound(outcome="found", orders=(order("10050"), lost))
    await topics.take_up(make_turn("die Kamera ist nie angekommen", intent=MISSING))
    assert desk.claims[0].subject == "10040"


async def test_when_the_proof_has_run_out_it_is_asked_for_again(make_turn, desk) -> None:
    desk.decided = CreditDecided(outcome="identity_required")
    turn = make_turn("zu spät", intent=LATE)
    await topics.take_up(turn)
    assert turn.messages[0].request_identity
    assert turn.slot_changes()["wish"] == LATE


async def test_a_claim_of_a_lost_ownership_says_nothing(make_turn, desk) -> None:
    desk.decided = CreditDecided(outcome="stale")
    turn = make_turn("zu spät", intent=LATE)
    with pytest.raises(wishes.StaleTurn):
        await topics.take_up(turn)
    assert turn.messages == []


@pytest.mark.parametrize(
    ("text", "is_claimed"),
    [
        ("Was passiert, wenn eine Lieferung zu spät kommt?", False),
        ("Was kann ich tun, wenn etwas kaputt ankommt?", False),
        ("What if a parcel is late?", False),
        ("Wieso ist das immer noch nicht da?", True),
        ("Kommt viel zu spät", True),
    ],
)
async def test_no_credit_for_a_question_about_what_would_be(make_turn, desk, knowledge, text, is_claimed) -> None:
    desk.found = OrdersFound(outcome="found", orders=(order(),))
    knowledge.result = SearchResult("answer", 0.9, answer=hit())
    turn = make_turn(text, intent="parcel_late")
    await topics.take_up(turn)
    assert bool(desk.claims) is is_claimed
    if not is_claimed:
        assert turn.messages[-1].choices[0].signal.name == "parcel_late"
