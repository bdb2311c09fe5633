"""Contacts on real databases: the number or address somebody leaves, and letters with what an agent wrote to them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from handover.contract.frames import LeaveContact
from handover.domain.errors import ClientIdReused, InvalidEmail, InvalidPhone, NotAllowed, NotWaiting
from handover.services.ports import Mail
from tests.unit.handover.front_desk import ANNA, BEN, EMIL, FrontDesk, at_once, fresh_id


def called(desk: FrontDesk) -> str:
    conversation_id = desk.visit()
    desk.ask_for_human(conversation_id)
    return conversation_id


def leave(
    desk: FrontDesk, conversation_id: str, kind: str = "callback", value: str = "0171 2345678", **more: Any
) -> int:
    frame = LeaveContact.model_validate({"client_id": fresh_id(), "kind": kind, "value": value, **more})
    return desk.contacts.leave(conversation_id, frame)


def letters(desk: FrontDesk) -> list[Mail]:
    desk.contacts.send_letters()
    with desk.units(write=False) as unit:
        mails = [stored.mail for stored in unit.mails.latest(20)]
    return [mail for mail in mails if "ode: " not in mail.subject]


def answer(desk: FrontDesk, conversation_id: str, version: int, text: str) -> int:
    return desk.handovers.post_message(
        ANNA, conversation_id, client_id=fresh_id(), ownership_version=version, text=text
    )


def test_a_number_is_kept_as_one_that_can_be_called_and_shown_to_the_staff_alone(desk: FrontDesk) -> None:
    waiting = called(desk)
    leave(desk, waiting, value=" 0171 / 234 56 78 ", note="Nach 17 Uhr\0")
    event = desk.events(waiting)[-1].data
    assert (event.type, event.kind, event.masked, event.note, event.audience) == (
        "contact.left",
        "callback",
        "+49 ••• 78",
        "Nach 17 Uhr",
        "all",
    )
    assert "2345678" not in event.model_dump_json()
    contact = desk.dossiers.build(ANNA, waiting).contact
    assert contact is not None
    assert (contact.value, contact.shown, contact.settled) == ("+491712345678", "+49 171 2345678", None)
    assert desk.handovers.opened(ANNA, waiting).summary.contact == "callback"


def test_an_address_is_masked_wherever_it_is_told(desk: FrontDesk) -> None:
    waiting = called(desk)
    leave(desk, waiting, "mail", "Erika.Lindner@Example.org ")
    assert desk.events(waiting)[-1].data.masked == "e•••@e•••.org"
    contact = desk.dossiers.build(ANNA, waiting).contact
    assert contact is not None
    assert contact.value == "erika.lindner@example.org"


@pytest.mark.parametrize("value", ["12", "call me", "0900 1234567", "+49 171 2345678 ext. 5", "0" * 200])
def test_what_cannot_be_called_is_refused_and_changes_nothing(desk: FrontDesk, value: str) -> None:
    waiting = called(desk)
    with pytest.raises(InvalidPhone):
        leave(desk, waiting, value=value)
    assert desk.types(waiting)[-1] == "handover.requested"


@pytest.mark.parametrize("value", ["nobody", "a@b", "two words@example.org", "a@example.org\nBcc: all@example.org"])
def test_what_is_no_address_is_refused(desk: FrontDesk, value: str) -> None:
    waiting = called(desk)
    with pytest.raises(InvalidEmail):
        leave(desk, waiting, "mail", value)
    assert desk.dossiers.build(ANNA, waiting).contact is None


def test_nobody_leaves_a_contact_with_the_assistant(desk: FrontDesk) -> None:
    with pytest.raises(NotWaiting):
        leave(desk, desk.visit())


def test_who_lost_the_line_to_a_person_is_answered_by_mail_at_the_address_left_afterwards(desk: FrontDesk) -> None:
    with_agent = called(desk)
    version = desk.handovers.claim(ANNA, with_agent).ownership_version
    leave(desk, with_agent, "mail", "e@example.org")
    answer(desk, with_agent, version, "Die Karte ist unterwegs.")
    desk.clock.turn(seconds=60)
    (letter,) = letters(desk)
    assert letter.to == "e@example.org"
    assert "> Die Karte ist unterwegs." in letter.body


def test_a_contact_sent_again_is_kept_once_and_another_one_replaces_it(desk: FrontDesk) -> None:
    waiting = called(desk)
    first = LeaveContact(client_id=fresh_id(), kind="callback", value="0171 2345678")
    assert len({desk.contacts.leave(waiting, first) for _ in range(3)}) == 1
    with pytest.raises(ClientIdReused):
        desk.contacts.leave(waiting, first.model_copy(update={"value": "0171 8765432"}))
    leave(desk, waiting, "mail", "e@example.org")
    assert desk.types(waiting).count("contact.left") == 2
    assert desk.handovers.opened(ANNA, waiting).summary.contact == "mail"


def test_an_agent_settles_a_contact_and_the_visitor_hears_nothing_of_it(desk: FrontDesk) -> None:
    waiting = called(desk)
    leave(desk, waiting)
    with pytest.raises(NotAllowed):
        desk.contacts.settle(EMIL, waiting, "reached")
    for _ in range(2):
        assert desk.contacts.settle(ANNA, waiting, "reached").contact is None
    event = desk.events(waiting)[-1]
    assert (event.data.type, event.data.outcome, event.data.audience) == ("contact.settled", "reached", "staff")
    assert desk.types(waiting).count("contact.settled") == 1
    contact = desk.dossiers.build(ANNA, waiting).contact
    assert contact is not None
    assert contact.settled == "reached"


def test_while_somebody_has_the_case_no_colleague_settles_its_contact(desk: FrontDesk) -> None:
    waiting = called(desk)
    leave(desk, waiting)
    desk.handovers.claim(ANNA, waiting)
    with pytest.raises(NotAllowed):
        desk.contacts.settle(BEN, waiting, "reached")
    assert desk.contacts.settle(ANNA, waiting, "reached").contact is None


def test_the_end_of_a_case_ends_its_wish(desk: FrontDesk) -> None:
    waiting = called(desk)
    leave(desk, waiting)
    version = desk.handovers.claim(ANNA, waiting).ownership_version
    assert desk.handovers.opened(ANNA, waiting).summary.contact == "callback"  # taken is not done
    desk.handovers.close(ANNA, waiting, ownership_version=version, outcome="solved")
    settled = [event.data for event in desk.events(waiting) if event.data.type == "contact.settled"]
    assert [one.outcome for one in settled] == ["case_ended"]


# --- letters ---


def test_an_agents_words_to_somebody_gone_reach_them_by_mail_after_a_minute(desk: FrontDesk) -> None:
    waiting = called(desk)
    leave(desk, waiting, "mail", "e@example.org")
    version = desk.handovers.claim(ANNA, waiting).ownership_version
    answer(desk, waiting, version, "Guten Tag!\nIhr Paket ist da.")
    desk.clock.turn(seconds=59)
    assert letters(desk) == []
    answer(desk, waiting, version, "Noch etwas.")
    desk.clock.turn(seconds=1)
    (mail,) = letters(desk)
    assert mail.to == "e@example.org"
    assert "> Guten Tag!\n> Ihr Paket ist da.\n\n> Noch etwas." in mail.body
    assert letters(desk) == [mail]  # once
    answer(desk, waiting, version, "Und nun dies.")
    desk.clock.turn(seconds=60)
    newest, _ = letters(desk)
    assert "> Und nun dies." in newest.body


def test_what_was_read_in_the_chat_is_not_mailed(desk: FrontDesk) -> None:
    waiting = called(desk)
    leave(desk, waiting, "mail", "e@example.org")
    version = desk.handovers.claim(ANNA, waiting).ownership_version
    number = answer(desk, waiting, version, "Guten Tag!")
    desk.conversations.mark_read(waiting, "visitor", number)
    desk.clock.turn(minutes=5)
    assert letters(desk) == []


def test_a_visitor_who_is_there_gets_no_mail_until_they_go(desk: FrontDesk) -> None:
    waiting = called(desk)
    leave(desk, waiting, "mail", "e@example.org")
    version = desk.handovers.claim(ANNA, waiting).ownership_version
    answer(desk, waiting, version, "Guten Tag!")
    for _ in range(6):
        desk.clock.turn(seconds=20)
        desk.queue.visitors_seen({waiting})
        assert letters(desk) == []
    desk.clock.turn(seconds=45)
    assert len(letters(desk)) == 1


def test_a_proven_customer_is_written_to_at_the_address_they_proved_even_after_the_end(desk: FrontDesk) -> None:
    desk.add_customer()
    conversation_id = desk.visit("en")
    desk.prove_as(conversation_id, "erika.lindner@example.org")
    desk.ask_for_human(conversation_id)
    version = desk.handovers.claim(ANNA, conversation_id).ownership_version
    answer(desk, conversation_id, version, "Hello!")
    desk.handovers.close(ANNA, conversation_id, ownership_version=version, outcome="solved")
    desk.clock.turn(seconds=60)
    (mail,) = letters(desk)
    assert (mail.to, mail.subject) == ("erika.lindner@example.org", "An answer to your request in our chat")


def test_who_left_a_number_or_nothing_gets_no_mail(desk: FrontDesk) -> None:
    for conversation_id in (called(desk), called(desk)):
        version = desk.handovers.claim(ANNA, conversation_id).ownership_version
        answer(desk, conversation_id, version, "Guten Tag!")
    desk.clock.turn(minutes=5)
    assert letters(desk) == []


def test_f33_a_letter_that_two_processes_send_at_once_goes_out_once(engine: Engine) -> None:
    here = FrontDesk(engine)
    there = FrontDesk(engine, here.clock)
    waiting = called(here)
    leave(here, waiting, "mail", "e@example.org")
    answer(here, waiting, here.handovers.claim(ANNA, waiting).ownership_version, "Guten Tag!")
    here.clock.turn(seconds=60)
    assert sum(at_once([here.contacts.send_letters, there.contacts.send_letters] * 2)) == 1  # type: ignore[arg-type]
    assert here.mails() == 1


def test_words_after_everything_was_read_have_a_minute_of_their_own(desk: FrontDesk) -> None:
    waiting = called(desk)
    leave(desk, waiting, "mail", "e@example.org")
    version = desk.handovers.claim(ANNA, waiting).ownership_version
    number = answer(desk, waiting, version, "Guten Tag!")
    desk.conversations.mark_read(waiting, "visitor", number)
    desk.clock.turn(seconds=59)
    assert letters(desk) == []
    answer(desk, waiting, version, "Noch etwas.")
    desk.clock.turn(seconds=59)
    assert letters(desk) == []
    desk.clock.turn(seconds=1)
    (mail,) = letters(desk)
    assert "> Noch etwas." in mail.body
    assert "> Guten Tag!" not in mail.body
