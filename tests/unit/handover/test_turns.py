from __future__ import annotations

import pytest

from handover.contract.events import EntityFound, IntentGuess, SearchRecord
from handover.contract.turns import BotMessage, Understanding
from handover.domain.errors import StaleOwnership
from handover.services.turns import Turns
from handover.store.unit_of_work import SqlUnits
from tests.unit.handover.front_desk import ANNA, FrontDesk, at_once, choice, fresh_id, passage, reply


def test_texts_are_answered_one_by_one_in_their_order(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    first, second = desk.write(conversation_id, "eins"), desk.write(conversation_id, "zwei")
    turn = desk.turns.next(conversation_id)
    assert (turn.answers, turn.request.text) == (first, "eins")
    desk.turns.accept(turn, reply(BotMessage(text="Antwort")), 10)
    assert desk.turns.next(conversation_id).answers == second


def test_a_turn_tells_the_bot_what_the_desk_knows(desk: FrontDesk) -> None:
    conversation_id = desk.visit("en")
    desk.write(conversation_id, "Hi")
    context = desk.turns.next(conversation_id).request.context
    assert (context.conversation_id, context.language, context.trust) == (conversation_id, "en", "none")
    assert (context.ownership_version, context.last_outcome) == (1, None)


def test_f42_a_turn_brings_the_slots_of_the_last_one_that_was_written(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    desk.write(conversation_id, "Wo bleibt meine Bestellung 10023?")
    assert desk.turns.next(conversation_id).request.slots == {}
    in_mind = {"wish": "order_status", "details": {"order_number": "10023", "days": [1, 2]}}
    desk.answer(conversation_id, BotMessage(text="Moment"), understanding=Understanding(slots=in_mind))
    desk.write(conversation_id, "und?")
    turn = desk.turns.next(conversation_id)
    assert turn.request.slots == in_mind
    desk.turns.fail(turn)
    desk.write(conversation_id, "noch da?")
    assert desk.turns.next(conversation_id).request.slots == in_mind
    desk.answer(conversation_id, BotMessage(text="Erledigt"), understanding=Understanding(slots={}))
    desk.write(conversation_id, "danke")
    assert desk.turns.next(conversation_id).request.slots == {}


def test_f04_what_is_owed_survives_a_restart(desk: FrontDesk) -> None:
    conversation_id, quiet = desk.visit(), desk.visit()
    number = desk.write(conversation_id, "Hallo")
    after_restart = Turns(SqlUnits(desk.units.engine, desk.notebook, desk.clock))
    assert after_restart.owed() == [conversation_id]
    assert after_restart.next(conversation_id).answers == number
    assert after_restart.next(quiet) is None


def test_a_reply_is_written_with_all_that_belongs_to_it_in_one_transaction(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    number = desk.write(conversation_id, "Wo bleibt meine Bestellung?")
    understanding = Understanding(
        intents=(IntentGuess(name="order_status", confidence=0.93),),
        entities=(EntityFound(entity="order_number", value="10023"),),
        slots={"order_number": "10023"},
    )
    said = BotMessage(text="Bitte weisen Sie sich aus.", request_identity=True, passages=(passage("delivery"),))
    before = len(desk.notebook.publications)
    desk.answer(conversation_id, said, understanding=understanding)
    assert desk.types(conversation_id)[-3:] == ["bot.understood", "message.posted", "identity.requested"]
    understood = desk.events(conversation_id)[-3].data
    assert (understood.message_number, understood.intents[0].name) == (number, "order_status")
    assert (understood.passages[0].article_id, understood.milliseconds) == ("delivery", 120)
    assert len(desk.notebook.publications) == before + 1
    assert not desk.notebook.publications[-1].bot_is_asked


def test_how_a_search_ended_is_kept_with_the_question_for_the_staff_alone(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    number = desk.write(conversation_id, "Geht PayPal?")
    search = SearchRecord(decision="answer", confidence=0.93, index_version="v7", language="de")
    desk.answer(conversation_id, BotMessage(text="Bisher nur auf Englisch:"), BotMessage(text="Yes.", search=search))
    understood = next(event.data for event in desk.events(conversation_id) if event.data.type == "bot.understood")
    assert (understood.message_number, understood.search) == (number, search)
    assert "v7" not in str(desk.conversations.public_events(conversation_id, 0))


def test_f25_a_late_answer_is_refused_and_leaves_no_trace(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    desk.write(conversation_id, "Hallo")
    turn = desk.turns.next(conversation_id)
    desk.ask_for_human(conversation_id)
    desk.handovers.claim(ANNA, conversation_id)
    before, published = desk.events(conversation_id), len(desk.notebook.publications)
    with pytest.raises(StaleOwnership):
        desk.turns.accept(turn, reply(BotMessage(text="zu spät")), 10)
    desk.turns.fail(turn)
    assert desk.events(conversation_id) == before
    assert len(desk.notebook.publications) == published


def test_f30_a_late_answer_is_refused_even_if_the_bot_has_the_word_again(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    desk.write(conversation_id, "Hallo")
    turn = desk.turns.next(conversation_id)
    desk.ask_for_human(conversation_id)
    desk.conversations.give_up_waiting(conversation_id, fresh_id())
    with pytest.raises(StaleOwnership):
        desk.turns.accept(turn, reply(BotMessage(text="zu spät")), 10)
    assert desk.turns.next(conversation_id) is None


def test_f33_a_turn_answered_by_several_workers_at_once_is_written_once(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    desk.write(conversation_id, "Hallo")
    turn = desk.turns.next(conversation_id)
    outcomes = at_once([lambda: desk.turns.accept(turn, reply(BotMessage(text="Guten Tag")), 10)] * 6)
    assert outcomes.count(None) == 1
    assert desk.types(conversation_id).count("message.posted") == 2


def test_a_signal_pressed_twice_in_two_workers_is_answered_once(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    desk.write(conversation_id, "Hallo")
    desk.answer(conversation_id, BotMessage(text="Ja?", choices=(choice("Bestellung", "choose_order"),)))
    desk.press(conversation_id, desk.events(conversation_id)[-1].number, "1")
    turn = desk.turns.next(conversation_id)
    desk.turns.accept(turn, reply(BotMessage(text="Gern.")), 10)
    with pytest.raises(StaleOwnership):
        desk.turns.accept(turn, reply(BotMessage(text="Gern.")), 10)


def test_signals_come_before_texts_and_a_text_in_work_is_still_written(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    desk.write(conversation_id, "Hallo")
    desk.answer(conversation_id, BotMessage(text="Ja?", choices=(choice("Bestellung", "choose_order"),)))
    offered = desk.events(conversation_id)[-1].number
    text_number = desk.write(conversation_id, "Noch etwas")
    in_work = desk.turns.next(conversation_id)
    pressed = desk.press(conversation_id, offered, "1")
    assert desk.turns.next(conversation_id).answers == pressed
    desk.turns.accept(in_work, reply(BotMessage(text="Antwort auf den Text")), 10)
    assert in_work.answers == text_number
    assert desk.turns.next(conversation_id).answers == pressed


def test_f34_f39_a_failure_is_told_once_and_the_bot_goes_on_with_the_next_text(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    number = desk.write(conversation_id, "Hallo")
    turn = desk.turns.next(conversation_id)
    desk.turns.fail(turn)
    desk.turns.fail(turn)
    assert desk.types(conversation_id).count("bot.failed") == 1
    assert desk.events(conversation_id)[-1].data.message_number == number
    assert desk.view(conversation_id).state == "bot"
    assert desk.turns.next(conversation_id) is None


def test_a_proposed_handover_is_carried_out_after_the_texts_and_settles_the_rest(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    desk.write(conversation_id, "Die Maschine ist kaputt")
    desk.write(conversation_id, "Hallo?")
    desk.hand_over(conversation_id, "credit_over_limit")
    assert desk.types(conversation_id)[-2:] == ["message.posted", "handover.requested"]
    assert desk.view(conversation_id).state == "waiting"
    assert desk.turns.owed() == []


def test_f30_an_outcome_of_a_handover_reaches_the_bot_as_its_next_turn(desk: FrontDesk) -> None:
    conversation_id, version = desk.claimed()
    desk.write(conversation_id, "Vielen Dank")
    desk.handovers.return_to_bot(
        ANNA, conversation_id, ownership_version=version, outcome="solved", summary="Ersatz ist unterwegs"
    )
    turn = desk.turns.next(conversation_id)
    assert turn.request.signal.name == "handover_returned"
    assert turn.request.signal.data == {"outcome": "solved", "summary": "Ersatz ist unterwegs"}
    assert turn.request.context.last_outcome == "Ersatz ist unterwegs"
    desk.turns.accept(turn, reply(BotMessage(text="Schön.")), 10)
    assert desk.turns.next(conversation_id) is None


def test_an_empty_reply_may_be_written_when_the_runner_lets_it_pass(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    desk.write(conversation_id, "Hallo")
    desk.answer(conversation_id)
    assert desk.types(conversation_id)[-1] == "bot.understood"
    assert desk.turns.next(conversation_id) is None
