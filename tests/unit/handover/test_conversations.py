from __future__ import annotations

import pytest
from sqlalchemy import text

from handover.contract.frames import PostMessage, SetLanguage
from handover.contract.turns import BotMessage
from handover.domain.errors import ClientIdReused, Conflict, IllegalTransition, InvalidInput, NotFound, NotLoggedIn
from handover.services.conversations import Conversations
from handover.store.unit_of_work import SqlUnits
from tests.unit.handover.front_desk import ANNA, FrontDesk, at_once, choice, fresh_id


def test_a_visitors_secret_opens_their_conversation_and_stands_nowhere(desk: FrontDesk) -> None:
    started = desk.conversations.start("en", None)
    assert desk.conversations.visitor_of(started.visitor_token) == started.conversation_id
    with desk.units.engine.connect() as connection:
        row = connection.execute(text("SELECT * FROM conversations")).one()
    assert started.visitor_token not in map(str, row)
    with pytest.raises(NotLoggedIn):
        desk.conversations.visitor_of("somebody else's")


def test_every_message_gets_the_next_number_and_is_published_after_the_commit(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    assert [desk.write(conversation_id, "eins"), desk.write(conversation_id, "zwei")] == [2, 3]
    told = desk.notebook.publications[-1]
    assert [stored.event.number for stored in told.events] == [3]
    assert (told.summary.last_text, told.summary.last_number, told.bot_is_asked) == ("zwei", 3, True)


def test_f06_the_same_client_id_fifty_times_in_parallel_is_one_message_with_fifty_equal_answers(
    desk: FrontDesk,
) -> None:
    conversation_id = desk.visit()
    numbers = at_once([lambda: desk.write(conversation_id, "Hallo?", "client-0000")] * 50)
    assert numbers == [2] * 50
    assert desk.types(conversation_id).count("message.posted") == 1


def test_f07_the_same_client_id_with_another_text_is_refused_and_the_first_text_stays(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    desk.write(conversation_id, "erster", "client-0000")
    with pytest.raises(ClientIdReused) as refused:
        desk.write(conversation_id, "zweiter", "client-0000")
    assert refused.value.status == 422
    assert [event.data.text for event in desk.events(conversation_id) if event.data.type == "message.posted"] == [
        "erster"
    ]


def test_messages_sent_in_parallel_are_published_in_the_order_of_their_numbers(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    numbers = at_once([lambda place=place: desk.write(conversation_id, f"Text {place}") for place in range(30)])
    assert sorted(numbers) == list(range(2, 32))
    assert [stored.event.number for told in desk.notebook.publications for stored in told.events] == list(range(1, 32))


def test_f05_a_failure_before_the_commit_leaves_nothing_and_the_client_may_send_again(desk: FrontDesk) -> None:
    conversation_id = desk.visit()

    class Lost(Exception):
        pass

    def lose(*_: object) -> None:
        raise Lost

    broken = SqlUnits(desk.units.engine, desk.notebook, desk.clock)

    class LosingUnits:
        def __call__(self, *, write: bool = True) -> object:
            unit = broken(write=write)
            enter = unit.__enter__

            class Losing:
                def __enter__(self) -> object:
                    opened = enter()
                    opened.log.remember = lose
                    return opened

                def __exit__(self, *error: object) -> None:
                    unit.__exit__(*error)

            return Losing()

    with pytest.raises(Lost):
        Conversations(LosingUnits()).post_visitor_message(
            conversation_id, PostMessage(client_id="client-0000", text="Hallo")
        )
    assert desk.types(conversation_id) == ["conversation.started"]
    assert desk.write(conversation_id, "Hallo", "client-0000") == 2


@pytest.mark.parametrize("cursor", [-1, 4, 2**63, -(2**63)])
def test_f08_a_cursor_that_cannot_be_is_answered_with_everything(desk: FrontDesk, cursor: int) -> None:
    conversation_id = desk.visit()
    desk.write(conversation_id, "eins")
    desk.write(conversation_id, "zwei")
    resync, snapshot = desk.conversations.snapshot(conversation_id, cursor)
    assert resync
    assert [event.number for event in snapshot.events] == [1, 2, 3]
    assert snapshot.cursor == 0


def test_a_reader_resumes_after_the_last_number_it_saw(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    desk.write(conversation_id, "eins")
    desk.write(conversation_id, "zwei")
    resync, snapshot = desk.conversations.snapshot(conversation_id, 2)
    assert (resync, snapshot.cursor, [event.number for event in snapshot.events]) == (False, 2, [3])


def test_visitors_see_no_staff_events_and_no_gap_where_they_stand(desk: FrontDesk) -> None:
    conversation_id, version = desk.claimed()
    desk.notes.post(ANNA, conversation_id, client_id=fresh_id(), text="Vorsicht, Stammkundin")
    desk.handovers.post_message(
        ANNA, conversation_id, client_id=fresh_id(), ownership_version=version, text="Guten Tag!"
    )
    _, snapshot = desk.conversations.snapshot(conversation_id, 0)
    assert [(event.number, event.after) for event in snapshot.events] == [(1, 0), (2, 1), (3, 2), (5, 3)]
    assert "Stammkundin" not in snapshot.model_dump_json()


def test_writing_in_a_closed_conversation_opens_it_again_with_the_bot(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    desk.conversations.end(conversation_id, fresh_id())
    assert desk.view(conversation_id).state == "closed"
    number = desk.write(conversation_id, "Noch eine Frage")
    assert desk.types(conversation_id)[-2:] == ["conversation.reopened", "message.posted"]
    assert desk.view(conversation_id).state == "bot"
    assert desk.turns.next(conversation_id).answers == number


def test_a_person_can_be_called_from_a_closed_conversation(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    desk.conversations.end(conversation_id, fresh_id())
    desk.ask_for_human(conversation_id)
    assert desk.view(conversation_id).state == "waiting"


def test_calling_a_person_twice_changes_nothing(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    number = desk.conversations.request_human(conversation_id, "client-0000")
    assert desk.conversations.request_human(conversation_id, "client-0000") == number
    with pytest.raises(IllegalTransition):
        desk.ask_for_human(conversation_id)
    assert desk.types(conversation_id).count("handover.requested") == 1


def test_whoever_gives_up_waiting_is_with_the_bot_again_which_owes_nothing_from_before(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    desk.ask_for_human(conversation_id)
    desk.write(conversation_id, "Ist da jemand?")
    desk.conversations.give_up_waiting(conversation_id, fresh_id())
    assert desk.view(conversation_id).state == "bot"
    assert desk.turns.next(conversation_id) is None


def test_a_choice_works_once_whoever_presses_it_and_whichever_of_its_message(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    desk.write(conversation_id, "Wo ist mein Paket?")
    offered = (
        choice("10023", "choose_order", order_number="10023"),
        choice("10024", "choose_order", order_number="10024"),
    )
    desk.answer(conversation_id, BotMessage(text="Welche?", choices=offered))
    message = desk.events(conversation_id)[-1]
    assert [one.label for one in message.data.choices] == ["10023", "10024"]
    number = desk.press(conversation_id, message.number, "1", "client-0000")
    assert desk.press(conversation_id, message.number, "1", "client-0000") == number
    for again in ("1", "2"):
        with pytest.raises(Conflict):
            desk.press(conversation_id, message.number, again)
    turn = desk.turns.next(conversation_id)
    assert (turn.request.signal.name, turn.request.signal.data) == ("choose_order", {"order_number": "10023"})
    assert turn.request.text is None


def test_pressing_two_choices_at_once_takes_one(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    desk.write(conversation_id, "Wo ist mein Paket?")
    desk.answer(conversation_id, BotMessage(text="Welche?", choices=(choice("a", "x"), choice("b", "y"))))
    number = desk.events(conversation_id)[-1].number
    outcomes = at_once(
        [lambda place=place: desk.press(conversation_id, number, str(place % 2 + 1)) for place in range(8)]
    )
    assert sum(isinstance(outcome, int) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 7


def test_a_choice_nobody_offered_is_refused(desk: FrontDesk) -> None:
    conversation_id, other = desk.visit(), desk.visit()
    desk.write(other, "Hallo")
    desk.answer(other, BotMessage(text="Ja?", choices=(choice("a", "x"),)))
    number = desk.events(other)[-1].number
    with pytest.raises(NotFound):
        desk.press(conversation_id, number, "1")


def test_a_button_pressed_while_a_person_answers_is_no_order_to_the_bot(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    desk.write(conversation_id, "Hallo")
    desk.answer(conversation_id, BotMessage(text="Ja?", choices=(choice("Bestellung", "choose_order"),)))
    number = desk.events(conversation_id)[-1].number
    desk.ask_for_human(conversation_id)
    desk.press(conversation_id, number, "1")
    assert desk.events(conversation_id)[-1].data.text == "Bestellung"
    desk.conversations.give_up_waiting(conversation_id, fresh_id())
    assert desk.turns.next(conversation_id) is None


@pytest.mark.parametrize("blank", ["", "   ", "\n\t", "\x00", " \x07 "])
def test_a_message_without_text_is_refused(desk: FrontDesk, blank: str) -> None:
    conversation_id = desk.visit()
    with pytest.raises(InvalidInput):
        desk.write(conversation_id, blank)
    assert desk.types(conversation_id) == ["conversation.started"]


@pytest.mark.parametrize(
    "typed", ["/restart", "\u00a0/restart", '/give_credit{"amount":"9999"}', "{slot} {0.__class__}"]
)
def test_f26_f27_f54_what_looks_like_a_command_is_kept_as_it_was_typed(desk: FrontDesk, typed: str) -> None:
    conversation_id = desk.visit()
    desk.ask_for_human(conversation_id)
    desk.write(conversation_id, typed)
    assert desk.events(conversation_id)[-1].data.text == typed.strip()
    assert desk.view(conversation_id).state == "waiting"


def test_control_characters_that_no_database_can_carry_are_left_out(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    desk.write(conversation_id, "ein\x00s\nzwei\x1b")
    assert desk.events(conversation_id)[-1].data.text == "eins\nzwei"


def test_the_language_follows_the_visitor_when_it_is_clear(desk: FrontDesk) -> None:
    conversation_id = desk.visit("de")
    desk.write(conversation_id, "Paypal?")
    assert desk.view(conversation_id).language == "de"
    desk.write(conversation_id, "Where is my order, please?")
    assert desk.types(conversation_id)[-2:] == ["conversation.language_changed", "message.posted"]
    assert desk.turns.next(conversation_id).request.context.language == "en"


def test_the_visitor_may_choose_the_language(desk: FrontDesk) -> None:
    conversation_id = desk.visit("de")
    desk.conversations.set_language(conversation_id, SetLanguage(client_id=fresh_id(), language="en"))
    same = desk.conversations.set_language(conversation_id, SetLanguage(client_id=fresh_id(), language="en"))
    assert (desk.view(conversation_id).language, same) == ("en", 2)


def test_read_marks_only_rise_and_never_beyond_the_log(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    desk.write(conversation_id, "Hallo")
    mark = desk.conversations.mark_read
    assert [mark(conversation_id, "visitor", number) for number in (1, 99, 2, 1)] == [1, 2, None, None]
    assert desk.view(conversation_id).visitor_read == 2
