"""How a turn is led: typed answers, several concerns, questions in between, corrections, anger."""

from __future__ import annotations

import pytest

from actions import continuing, dialogue, flows, smalltalk, topics
from actions.flows import Flow
from actions.flows import flows as real_flows
from actions.picking import Option, pick
from actions.turn import Turn
from handover.contract.turns import OrdersFound
from knowledge.search import SearchResult
from tests.unit.actions.conftest import hit, order

PARCEL = {"text": "Wo ist mein Paket", "intent": "order_status", "confidence": 0.9, "entities": []}
PAY = {"text": "kann ich mit PayPal zahlen", "intent": "paypal", "confidence": 0.9, "entities": []}
HUMAN = {"text": "und dann einen Menschen", "intent": "talk_to_human", "confidence": 0.9, "entities": []}
FRUIT = [Option("1", "Erster Apfel", "Apfel", "2026-11-02"), Option("2", "Birne", "Birne", "2026-11-01")]


async def choose_fruit(turn: Turn) -> None:
    """A flow of three steps: which one, are you sure, done."""
    option = pick(turn, "fruit", FRUIT, "order.which")
    if option is None:
        return
    if not turn.is_confirmed:
        turn.ask_to_confirm("back.summary", yes="choice.leave_it", summary=option.label)
        return
    turn.say("refused.undo.too_late", reference=option.value)
    turn.forget("wish", "details", "options", "awaiting")


@pytest.fixture(autouse=True)
def fruit_flow(monkeypatch: pytest.MonkeyPatch) -> None:
    known = real_flows() | {
        "fruit": Flow(choose_fruit, recognises=lambda turn: turn.awaits("name") and turn.text.isalpha())
    }
    for module in (flows, dialogue, topics, continuing):
        monkeypatch.setattr(module, "flows", lambda: known)


def texts(turn: Turn) -> str:
    return "\n".join(message.text for message in turn.messages)


async def test_several_concerns_are_answered_one_after_the_other(make_turn, desk, knowledge) -> None:
    desk.found = OrdersFound(outcome="found", orders=(order(),))
    knowledge.result = SearchResult("answer", 0.9, answer=hit())
    turn = make_turn("…", intent="order_status", concerns=(PARCEL, PAY))
    await dialogue.lead(turn, topics.take_up)
    assert "eins nach dem anderen" in texts(turn)
    assert texts(turn).index("10023") < texts(turn).index("PayPal, Karte.")
    assert not turn.slot_changes()["concerns"]


async def test_a_concern_waits_while_another_one_needs_the_visitor(make_turn, desk, knowledge) -> None:
    desk.found = OrdersFound(outcome="identity_required")
    knowledge.result = SearchResult("answer", 0.9, answer=hit())
    first = make_turn("…", intent="order_status", concerns=(PARCEL, PAY))
    await dialogue.lead(first, topics.take_up)
    assert "PayPal" not in texts(first)
    desk.found = OrdersFound(outcome="found", orders=(order(),))
    proven = make_turn("", intent="identity_proven", slots=first.slot_changes())
    await dialogue.lead(proven, continuing.continue_wish)
    assert "10023" in texts(proven)
    assert "PayPal, Karte." in texts(proven)


async def test_a_human_called_by_one_concern_takes_the_others_along(make_turn, knowledge) -> None:
    knowledge.result = SearchResult("answer", 0.9, answer=hit())
    turn = make_turn("…", intent="paypal", concerns=(PAY, HUMAN, PARCEL))
    await dialogue.lead(turn, topics.take_up)
    assert turn.messages[-1].handover == "visitor_wish"
    assert not turn.slot_changes()["concerns"]


async def test_a_no_to_an_offered_human_leads_to_the_next_concern(make_turn, desk, knowledge) -> None:
    desk.found = OrdersFound(outcome="not_found")
    knowledge.result = SearchResult("answer", 0.9, answer=hit())
    first = make_turn("…", intent="order_status", concerns=(PARCEL, PAY))
    await dialogue.lead(first, topics.take_up)
    assert "PayPal" not in texts(first)
    declined = make_turn("nein", intent="deny", slots=first.slot_changes())
    await dialogue.lead(declined, continuing.decline)
    assert "PayPal, Karte." in texts(declined)


async def test_a_question_in_between_is_answered_and_the_open_one_put_again(make_turn, knowledge) -> None:
    knowledge.result = SearchResult("answer", 0.9, answer=hit())
    begun = make_turn("Apfel", intent="fruit")
    await dialogue.lead(begun, topics.take_up)
    between = make_turn("Kann ich mit PayPal zahlen?", intent="paypal", slots=begun.slot_changes())
    await dialogue.lead(between, topics.take_up)
    assert texts(between).index("PayPal, Karte.") < texts(between).index("Erster Apfel")
    done = make_turn("ja", intent="affirm", slots=begun.slot_changes() | between.slot_changes())
    await dialogue.lead(done, continuing.accept)
    assert "Vorgang 1" in texts(done)


async def test_the_other_one_is_the_one_that_was_not_chosen(make_turn) -> None:
    begun = make_turn("Apfel", intent="fruit")
    await dialogue.lead(begun, topics.take_up)
    corrected = make_turn("nein, die andere", intent="correct", slots=begun.slot_changes())
    await dialogue.lead(corrected, dialogue.correct)
    assert "Birne" in texts(corrected)
    assert corrected.slot("details") == {"fruit": "2"}


async def test_the_other_one_may_be_meant_after_the_first_was_told(make_turn, desk) -> None:
    """Of three orders one is under way: that one was told, and it is not the one that was meant."""
    under_way, *others = (
        order(n, state=state) for n, state in (("1", "shipped"), ("2", "delivered"), ("3", "delivered"))
    )
    desk.found = OrdersFound(outcome="found", orders=(under_way, *others))
    told = make_turn("wo ist meine bestellung", intent="order_status")
    await dialogue.lead(told, topics.take_up)
    assert "Bestellung 1" in texts(told)
    corrected = make_turn("nein, die andere", intent="correct", slots=told.slot_changes())
    await dialogue.lead(corrected, dialogue.correct)
    offered = [choice.signal.data.get("order_number") for choice in corrected.messages[0].choices]
    assert offered == ["2", "3", None]


async def test_a_number_corrected_before_the_proof_of_identity_counts_after_it(make_turn, desk) -> None:
    desk.found = OrdersFound(outcome="identity_required")
    asked = make_turn("wo ist 10023", intent="order_status", order_number="10023")
    await dialogue.lead(asked, topics.take_up)
    slots = asked.slot_changes()
    corrected = make_turn("sorry, 10024", intent="correct", slots=slots, order_number="10024")
    await dialogue.lead(corrected, dialogue.correct)
    desk.found = OrdersFound(outcome="found", orders=(order("10024"),))
    proven = make_turn("", intent="identity_proven", slots=slots | corrected.slot_changes())
    await dialogue.lead(proven, continuing.continue_wish)
    assert desk.asked[-1].order_number == "10024"


async def test_a_correction_without_anything_open_asks_what_is_meant(make_turn) -> None:
    turn = make_turn("nein, die andere", intent="correct")
    await dialogue.lead(turn, dialogue.correct)
    assert turn.messages


@pytest.mark.parametrize(
    ("text", "day", "value"),
    [("die Birne", "", "2"), ("die letzte", "", "1"), ("the oldest", "", "2"), ("die vom 1.11.", "2026-11-01", "2")],
)
async def test_things_are_named_by_words_age_and_day(make_turn, text, day, value) -> None:
    named = {"date": day} if day else {}
    turn = make_turn(text, intent="fruit", **named)
    await dialogue.lead(turn, topics.take_up)
    assert turn.slot("details")["fruit"] == value


async def test_what_was_named_by_nobody_is_asked_with_buttons(make_turn) -> None:
    turn = make_turn("bitte", intent="fruit")
    await dialogue.lead(turn, topics.take_up)
    assert [choice.signal.data for choice in turn.messages[0].choices][:2] == [{"fruit": "1"}, {"fruit": "2"}]


async def test_no_is_no_and_nothing_was_done(make_turn) -> None:
    begun = make_turn("Apfel", intent="fruit")
    await dialogue.lead(begun, topics.take_up)
    refused = make_turn("", intent="confirm", answer="no", slots=begun.slot_changes())
    await dialogue.lead(refused, continuing.continue_wish)
    assert "bleibt" in texts(refused)
    late = make_turn("ja", intent="affirm", slots=refused.slot_changes())
    await dialogue.lead(late, continuing.accept)
    assert "Vorgang" not in texts(late)


async def test_a_yes_confirms_only_what_was_asked_right_before(make_turn) -> None:
    begun = make_turn("Apfel", intent="fruit")
    await dialogue.lead(begun, topics.take_up)
    between = make_turn("danke", intent="thanks", slots=begun.slot_changes())
    await dialogue.lead(between, smalltalk.small_talk)
    kept = begun.slot_changes() | between.slot_changes()
    late = make_turn("ja", intent="affirm", slots=kept)
    await dialogue.lead(late, continuing.accept)
    assert "Vorgang" not in texts(late)
    assert "Erster Apfel" in texts(late)  # it is asked once more


@pytest.mark.parametrize(
    ("text", "intent", "is_answer"),
    [
        ("der Apfel gefällt mir nicht", "deny", True),
        ("Birne", "parcel_damaged", True),
        ("wie teuer ist die Birne", "paypal", False),
        ("nein", "deny", False),
    ],
)
async def test_words_of_an_offered_choice_choose_it_whatever_else_they_mean(
    make_turn, knowledge, text, intent, is_answer
) -> None:
    knowledge.result = SearchResult("answer", 0.9, answer=hit())
    asked = make_turn("bitte", intent="fruit")
    await dialogue.lead(asked, topics.take_up)
    turn = make_turn(text, intent=intent, slots=asked.slot_changes())
    await dialogue.lead(turn, continuing.decline if intent == "deny" else topics.take_up)
    assert bool((turn.slot("details") or {}).get("fruit")) is is_answer


async def test_what_cannot_be_read_does_not_lose_the_open_question(make_turn) -> None:
    asked = make_turn("bitte", intent="fruit")
    await dialogue.lead(asked, topics.take_up)
    turn = make_turn("Zahnbürste", intent="out_of_scope", slots=asked.slot_changes())
    await dialogue.lead(turn, smalltalk.small_talk)
    assert turn.messages[-1].choices == asked.messages[-1].choices


async def test_an_insult_that_calls_a_human_is_not_asked_whether_it_wants_one(make_turn) -> None:
    slots = {"told": ["anger"]}
    turn = make_turn("ihr seid alle unfähig", intent="insult", angry=0.9, slots=slots)
    await dialogue.lead(turn, smalltalk.small_talk)
    assert [message.handover for message in turn.messages] == ["visitor_upset"]


async def test_an_order_named_by_its_number_is_looked_up_however_short_the_question(make_turn, desk) -> None:
    desk.found = OrdersFound(outcome="found", orders=(order("10031"),))
    turn = make_turn("Was ist mit 10031?", intent="inform", confidence=0.5, order_number="10031")
    await dialogue.lead(turn, continuing.continue_wish)
    assert "Bestellung 10031" in texts(turn)


async def test_what_was_said_is_said_again(make_turn) -> None:
    first = make_turn("hallo", intent="greet")
    await dialogue.lead(first, smalltalk.small_talk)
    again = make_turn("wie bitte?", intent="repeat", slots=first.slot_changes())
    await dialogue.lead(again, dialogue.repeat)
    assert texts(again) == texts(first)
    assert "last_said" not in again.slot_changes()


async def test_anger_shows_the_way_to_a_human_and_stays_not_unheard(make_turn, knowledge) -> None:
    knowledge.result = SearchResult("answer", 0.9, answer=hit())
    first = make_turn("unverschämt!!!", intent="paypal", angry=0.8)
    await dialogue.lead(first, topics.take_up)
    assert first.messages[-1].choices[-1].signal.data == {"reason": "visitor_upset"}
    second = make_turn("das ist doch lächerlich", intent="paypal", angry=0.8, slots=first.slot_changes())
    await dialogue.lead(second, topics.take_up)
    assert second.messages[-1].handover == "visitor_upset"


async def test_anger_right_after_an_offer_is_offered_a_human_too(make_turn, knowledge) -> None:
    knowledge.result = SearchResult("answer", 0.9, answer=hit())
    turn = make_turn("unverschämt!!!", intent="paypal", angry=0.8, slots={"offered": "no_answer"})
    await dialogue.lead(turn, topics.take_up)
    assert turn.messages[-1].choices[-1].signal.data == {"reason": "visitor_upset"}


async def test_text_that_a_flow_waits_for_goes_to_the_flow_whatever_it_looks_like(make_turn, knowledge) -> None:
    slots = {"wish": "fruit", "awaiting": "name"}
    typed = make_turn("Birne", intent="paypal", slots=slots)
    await dialogue.lead(typed, topics.take_up)
    assert "Birne" in texts(typed)
    asked = make_turn("einen Menschen bitte", intent="talk_to_human", slots=slots)
    await dialogue.lead(asked, topics.take_up)
    assert asked.messages[-1].handover == "visitor_wish"


@pytest.mark.parametrize(
    ("text", "is_question"),
    [
        ("Wie kündige ich?", True),
        ("how do I cancel", True),
        ("Abo kündigen", False),
        ("I want to cancel", False),
        ("kündige mein Abo", False),
        ("Kann man das pausieren?", True),
    ],
)
def test_asking_how_is_not_asking_for_it(text: str, is_question: bool) -> None:
    assert topics.is_question(text) is is_question


def test_every_flow_has_a_button_that_starts_it(parts) -> None:
    assert [topic for topic in real_flows() if not parts.replies.has(f"choice.start.{topic}")] == []


async def test_nobody_is_asked_who_they_are_on_a_mere_guess(make_turn, knowledge) -> None:
    knowledge.result = SearchResult("answer", 0.9, answer=hit())
    turn = make_turn("Apfel oder was", intent="order_status", confidence=topics.SURE_TO_START - 0.01)
    await dialogue.lead(turn, topics.take_up)
    assert not any(message.request_identity for message in turn.messages)
    assert turn.messages[-1].choices[0].signal.name == "order_status"
