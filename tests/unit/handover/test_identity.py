from __future__ import annotations

import pytest
from sqlalchemy import text

from handover.contract.frames import Identify
from handover.contract.turns import BotMessage
from handover.domain.errors import ClientIdReused, Conflict, InvalidInput
from tests.unit.handover.front_desk import FrontDesk, at_once, fresh_id

ERIKA = "erika.lindner@example.org"


@pytest.fixture
def visit(desk: FrontDesk) -> str:
    """A visitor who was asked to prove who they are, at a shop that knows Erika Lindner."""
    desk.add_customer()
    conversation_id = desk.visit()
    desk.write(conversation_id, "Wo bleibt meine Bestellung?")
    desk.answer(conversation_id, BotMessage(text="Bitte weisen Sie sich aus.", request_identity=True))
    return conversation_id


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def everything_stored(desk: FrontDesk, *tables: str) -> str:
    with desk.units.engine.connect() as connection:
        return "\n".join(str(row) for table in tables for row in connection.execute(text(f"SELECT * FROM {table}")))


def test_the_right_code_proves_who_writes_and_the_bot_hears_of_it(desk: FrontDesk, visit: str) -> None:
    assert desk.view(visit).identity_step == "email"
    desk.identify(visit, "  Erika.Lindner@Example.org ")
    assert desk.view(visit).identity_step == "code"
    desk.prove(visit, desk.last_code())
    view = desk.view(visit)
    assert (view.trust, view.identity_step) == ("code", None)
    proven = desk.events(visit)[-1].data
    assert (proven.type, proven.customer_id, proven.customer_name) == ("identity.proven", "erika", "Erika Lindner")
    assert desk.turns.next(visit).request.signal.name == "identity_proven"
    with desk.units(write=False) as unit:
        assert unit.customers.record("erika").trust == "code"


def test_the_code_mail_is_written_in_the_visitors_language(desk: FrontDesk) -> None:
    desk.add_customer()
    for language, words in (("de", "Ihr Code"), ("en", "Your code")):
        desk.identify(desk.visit(language), ERIKA)
        with desk.units(write=False) as unit:
            mail = unit.mails.latest(1)[0].mail
        assert (mail.to, mail.subject.startswith(words)) == (ERIKA, True)
        assert mail.subject[-6:] in mail.body


def test_f67_an_unknown_address_gets_the_same_answers_and_no_mail(desk: FrontDesk, visit: str) -> None:
    stranger = desk.visit()
    desk.identify(visit, ERIKA)
    desk.identify(stranger, "edgar@elsewhere.org")
    assert desk.mails() == 1
    desk.prove(visit, wrong(desk.last_code()))
    desk.prove(stranger, "123456")
    told = [[event.data.model_dump() for event in desk.events(one)[-2:]] for one in (visit, stranger)]
    assert told[0] == told[1]


def test_a_code_has_three_tries(desk: FrontDesk, visit: str) -> None:
    desk.identify(visit, ERIKA)
    code = desk.last_code()
    for _ in range(3):
        desk.prove(visit, wrong(code))
    refusals = [event.data for event in desk.events(visit) if event.data.type == "identity.refused"]
    assert [(one.reason, one.tries_left) for one in refusals] == [
        ("wrong_code", 2),
        ("wrong_code", 1),
        ("too_many_tries", 0),
    ]
    desk.prove(visit, code)
    assert desk.events(visit)[-1].data.reason == "expired"
    assert desk.view(visit).trust == "none"


def test_guesses_sent_at_once_have_three_tries_too(desk: FrontDesk, visit: str) -> None:
    desk.identify(visit, ERIKA)
    code = desk.last_code()
    guesses = [f"{(int(code) + place) % 1_000_000:06d}" for place in range(1, 13)]
    at_once([lambda guess=guess: desk.prove(visit, guess) for guess in guesses])
    reasons = [event.data.reason for event in desk.events(visit) if event.data.type == "identity.refused"]
    assert reasons.count("wrong_code") == 2
    assert reasons.count("too_many_tries") == 1


def test_a_code_is_good_for_ten_minutes(desk: FrontDesk, visit: str) -> None:
    desk.identify(visit, ERIKA)
    desk.clock.turn(minutes=10)
    desk.prove(visit, desk.last_code())
    assert desk.events(visit)[-1].data.reason == "expired"
    assert desk.view(visit).identity_step == "email"


def test_a_new_code_replaces_the_one_before(desk: FrontDesk, visit: str) -> None:
    desk.identify(visit, ERIKA)
    first = desk.last_code()
    desk.identify(visit, ERIKA)
    second = desk.last_code()
    if first != second:
        desk.prove(visit, first)
        assert desk.events(visit)[-1].data.reason == "wrong_code"
    desk.prove(visit, second)
    assert desk.view(visit).trust == "code"


def test_a_conversation_gets_three_codes_an_hour_whatever_the_address(desk: FrontDesk, visit: str) -> None:
    for email in ("nobody@example.org", ERIKA, ERIKA, ERIKA):
        desk.identify(visit, email)
    assert desk.events(visit)[-1].data.reason == "too_many_codes"
    assert desk.mails() == 2
    desk.clock.turn(minutes=61)
    desk.identify(visit, ERIKA)
    assert desk.mails() == 3


def test_many_conversations_cannot_fill_a_customers_mailbox(desk: FrontDesk) -> None:
    desk.add_customer()
    for _ in range(12):
        conversation_id = desk.visit()
        desk.identify(conversation_id, ERIKA)
        assert desk.types(conversation_id)[-1] == "identity.code_sent"
    assert desk.mails() == 10


def test_a_code_that_was_never_sent_cannot_be_guessed(desk: FrontDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.randbelow", lambda _: 123456)
    desk.add_customer()
    for _ in range(11):
        conversation_id = desk.visit()
        desk.identify(conversation_id, ERIKA)
    desk.prove(conversation_id, "123456")
    refused = desk.events(conversation_id)[-1].data
    assert (refused.type, refused.reason, refused.tries_left) == ("identity.refused", "wrong_code", 2)
    assert desk.view(conversation_id).trust == "none"


def test_neither_address_nor_code_is_in_the_log_or_goes_to_the_bot(desk: FrontDesk, visit: str) -> None:
    desk.write(visit, ERIKA)
    code = desk.last_code()
    desk.write(visit, code)
    stored = everything_stored(desk, "events", "challenges", "pending_signals", "client_messages")
    assert ERIKA not in stored
    assert code not in stored
    assert desk.view(visit).trust == "code"
    turn = desk.turns.next(visit)
    assert (turn.request.text, turn.request.signal.name) == (None, "identity_proven")


def test_an_address_typed_into_the_chat_is_taken_as_the_forms_input_and_shown_masked(
    desk: FrontDesk, visit: str
) -> None:
    number = desk.write(visit, f" {ERIKA} ")
    message = next(event for event in desk.events(visit) if event.number == number)
    assert (message.data.text, message.data.masked) == ("e•••@e•••.org", True)
    assert desk.types(visit)[-1] == "identity.code_sent"
    assert desk.turns.next(visit) is None
    desk.write(visit, wrong(desk.last_code()))
    assert [event.data.type for event in desk.events(visit)[-2:]] == ["message.posted", "identity.refused"]
    assert desk.events(visit)[-2].data.text == "••••••"


def test_address_and_code_are_found_and_masked_inside_a_sentence(desk: FrontDesk, visit: str) -> None:
    desk.write(visit, f"Meine Adresse ist {ERIKA}.")
    assert desk.events(visit)[-2].data.text == "Meine Adresse ist e•••@e•••.org."
    code = desk.last_code()
    desk.write(visit, f"mein code ist {code[:3]} {code[3:]}, danke")
    said, proven = desk.events(visit)[-2:]
    assert (said.data.text, proven.data.type) == ("mein code ist ••••••, danke", "identity.proven")
    assert ERIKA not in everything_stored(desk, "events", "pending_signals", "client_messages")


@pytest.mark.parametrize(
    "text", ["Bestellung 10023", "1234567 oder 12345", "123456 oder 654321", "a@b", "+49 170 1234567"]
)
def test_what_only_looks_like_a_code_stays_a_message(desk: FrontDesk, visit: str, text: str) -> None:
    desk.write(visit, ERIKA)
    desk.write(visit, text)
    assert desk.events(visit)[-1].data.text == text


def test_six_digits_are_a_plain_message_while_no_code_is_out(desk: FrontDesk, visit: str) -> None:
    desk.write(visit, "123456")
    assert desk.events(visit)[-1].data.text == "123456"
    assert desk.turns.next(visit).request.text == "123456"


def test_an_address_is_a_plain_message_where_no_form_is_open(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    desk.write(conversation_id, ERIKA)
    assert desk.events(conversation_id)[-1].data.text == ERIKA


def test_who_has_proven_who_they_are_is_not_asked_again(desk: FrontDesk, visit: str) -> None:
    desk.prove_as(visit, ERIKA)
    desk.answer(visit, BotMessage(text="Danke.", request_identity=True))
    assert "identity.requested" not in desk.types(visit)[-2:]
    with pytest.raises(Conflict):
        desk.identify(visit, "jonas.weber@example.org")


def test_what_cannot_be_an_address_is_refused_before_anything_happens(desk: FrontDesk, visit: str) -> None:
    before = desk.types(visit)
    for typed in ("erika", "a@b", "a b@c.de", "@example.org", "x@example.org\r\nBcc: y@example.org"):
        with pytest.raises(InvalidInput):
            desk.identify(visit, typed)
    assert desk.types(visit) == before


def test_a_frame_sent_again_sends_no_second_code(desk: FrontDesk, visit: str) -> None:
    frame = Identify(client_id=fresh_id(), email=ERIKA)
    numbers = {desk.identities.request_code(visit, frame) for _ in range(3)}
    assert (len(numbers), desk.mails()) == (1, 1)
    with pytest.raises(ClientIdReused):
        desk.identities.request_code(visit, frame.model_copy(update={"email": "nobody@example.org"}))


def test_a_proof_while_a_person_answers_is_no_turn_for_the_bot(desk: FrontDesk, visit: str) -> None:
    desk.ask_for_human(visit)
    desk.prove_as(visit, ERIKA)
    assert desk.view(visit).trust == "code"
    desk.conversations.give_up_waiting(visit, fresh_id())
    assert desk.turns.next(visit) is None
