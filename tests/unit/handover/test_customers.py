from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from handover.contract.turns import BotMessage
from handover.domain.errors import InvalidInput, NotFound
from tests.unit.handover.front_desk import ANNA, FrontDesk

ERIKA = "erika.lindner@example.org"


def test_a_record_says_how_complete_it_is(desk: FrontDesk) -> None:
    desk.add_customer()
    record = desk.customers.record(ANNA, "erika")
    assert (record.email, record.trust) == (ERIKA, "claimed")
    assert (record.completeness.score, record.completeness.missing) == (0.75, ("phone",))


def test_an_unknown_record_is_not_found(desk: FrontDesk) -> None:
    with pytest.raises(NotFound):
        desk.customers.record(ANNA, "nobody")
    with pytest.raises(NotFound):
        desk.customers.timeline(ANNA, "nobody", None, 10)


def test_records_are_found_by_part_of_name_or_address_and_by_number(desk: FrontDesk) -> None:
    desk.add_customer()
    desk.add_customer("jonas", "Jonas Weber", "jonas.weber@example.org")
    desk.add_customer("oezlem", "Özlem Äöü-Groß", "oezlem@example.org")
    desk.add_customer("phoned", "Ida Ruf", "ida@example.org", phone="+494066969034")
    for query in ("040 / 66969034", "+49 40 66969-034", "66969034"):
        assert [one.id for one in desk.customers.search(ANNA, query)] == ["phoned"]
    for query in ("özlem", "ÖZLEM", "äÖÜ-gro"):
        assert [one.id for one in desk.customers.search(ANNA, query)] == ["oezlem"]
    found = {
        query: [one.id for one in desk.customers.search(ANNA, query)]
        for query in ("lind", "WEBER@", "k-jonas", "%", "_")
    }
    assert found == {"lind": ["erika"], "WEBER@": ["jonas"], "k-jonas": ["jonas"], "%": [], "_": []}
    assert [one.id for one in desk.customers.search(ANNA, "")] == ["erika", "phoned", "jonas", "oezlem"]


def test_the_timeline_is_one_list_of_everything_newest_first(desk: FrontDesk) -> None:
    desk.add_customer()
    with desk.units() as unit:
        unit.customers.add_event("erika", "order.delivered", {"order_number": "10023"}, unit.now - timedelta(days=3))
    conversation_id = desk.visit()
    desk.write(conversation_id, "Wo bleibt meine Bestellung?")
    desk.answer(conversation_id, BotMessage(text="Bitte weisen Sie sich aus.", request_identity=True))
    desk.clock.turn(minutes=1)
    desk.prove_as(conversation_id, ERIKA)
    desk.clock.turn(minutes=1)
    with desk.units() as unit:
        unit.customers.add_event("erika", "invoice.issued", {"invoice_number": "R-1"}, unit.now)
    entries, older = desk.customers.timeline(ANNA, "erika", None, 50)
    assert older is None
    told = [entry.type for entry in entries if entry.source == "conversation"]
    assert told == desk.types(conversation_id)[::-1]
    assert (entries[0].type, entries[-1].type) == ("invoice.issued", "order.delivered")
    assert entries[1].actor is not None
    assert (entries[1].conversation_id, entries[1].actor.kind) == (conversation_id, "visitor")


def test_pages_of_a_timeline_have_no_gaps_and_no_doubles_while_it_grows(desk: FrontDesk) -> None:
    desk.add_customer()
    conversations = [desk.visit(), desk.visit()]
    for conversation_id in conversations:
        desk.prove_as(conversation_id, ERIKA)
        for place in range(5):
            desk.write(conversation_id, f"Text {place}")
    with desk.units() as unit:
        for place in range(4):
            unit.customers.add_event("erika", "order.placed", {"order_number": str(place)}, unit.now)
    whole, _ = desk.customers.timeline(ANNA, "erika", None, 100)
    pages, cursor = [], None
    while True:
        page, cursor = desk.customers.timeline(ANNA, "erika", cursor, 3)
        pages += page
        if cursor is None:
            break
        desk.clock.turn(seconds=1)
        desk.write(conversations[0], "mittendrin")
    assert pages == whole
    assert len(whole) == 2 * 8 + 4


@pytest.mark.parametrize("cursor", ["x", "===", "☃", base64.urlsafe_b64encode(b"2026-03-10|c|1").decode(), "MXwyfDM="])
def test_a_cursor_that_leads_nowhere_is_refused(desk: FrontDesk, cursor: str) -> None:
    desk.add_customer()
    with pytest.raises(InvalidInput):
        desk.customers.timeline(ANNA, "erika", cursor, 10)
