"""Consents, the copy of all data and the end of an account, on a real database."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from handover.contract.base import Actor
from handover.contract.events import ConversationRated, FeedbackGiven, MessagePosted, NotePosted
from handover.services.ports import Mail
from handover.services.selfservice.privacy import deletion_day
from handover.store.personal_data import HIDDEN, OWNED, unclassified
from handover.store.tables import payments
from tests.unit.handover.counter import Counter
from tests.unit.handover.shop_floor import NOW, ShopFloor, order


@pytest.fixture
def counter(floor: ShopFloor) -> Counter:
    return Counter(floor)


@pytest.fixture
def chat(floor: ShopFloor) -> str:
    return floor.conversation("erika")


# --- consents ---


def test_a_consent_is_kept_with_its_time_and_where_it_was_given(counter: Counter, chat: str) -> None:
    counter.ask(chat, "consent.change", purpose="newsletter", given="yes")
    with counter.floor.unit(write=False) as unit:
        consent = unit.customers.consents_of("erika")[0]
    assert (consent.purpose, consent.given, consent.since, consent.source) == ("newsletter", True, NOW, "chat")
    assert [(one.purpose, one.given) for one in counter.read(chat, "consents").consents] == [("newsletter", True)]


def test_a_consent_can_be_withdrawn_given_again_and_taken_back(counter: Counter, chat: str) -> None:
    said = []
    for given_now in ("yes", "no", "yes", "no", "no"):
        said.append(counter.ask(chat, "consent.change", purpose="newsletter", given=given_now).outcome)
        counter.floor.clock.pass_by(minutes=1)
    assert said == ["done", "done", "done", "done", "already_done"]
    assert counter.ask(chat, "request.undo").outcome == "done"
    with counter.floor.unit(write=False) as unit:
        consent = unit.customers.consents_of("erika")[0]
    assert (consent.given, consent.since) == (True, counter.floor.clock.now())


@pytest.mark.parametrize(
    ("params", "outcome", "because"),
    [
        ({"purpose": "newsletter", "given": "no"}, "refused", "consent.not_given_already"),
        ({"purpose": "everything", "given": "yes"}, "not_found", ""),
        ({}, "not_found", ""),
    ],
)
def test_only_known_purposes_can_be_allowed_and_only_what_was_allowed_withdrawn(
    counter: Counter, chat: str, params: dict[str, str], outcome: str, because: str
) -> None:
    answered = counter.ask(chat, "consent.change", **params)
    assert (answered.outcome, answered.because) == (outcome, because)


# --- the copy of all data ---


def test_the_copy_of_data_holds_everything_of_this_customer_and_nothing_of_others(counter: Counter, chat: str) -> None:
    floor = counter.floor
    floor.customer("jonas", street="Geheimweg 99")
    floor.add(order("10001"), order("10002", customer="jonas"))
    floor.claim(chat, "10001")
    other = floor.conversation("jonas")
    with floor.unit() as unit:
        said = MessagePosted(message_id="m1", text="Wo ist mein Paket?")
        unit.append(chat, Actor(kind="visitor"), said)
        unit.append(chat, Actor(kind="agent", id="anna", name="Anna Brandt"), NotePosted(text="wartet schon lange"))
        unit.append(other, Actor(kind="visitor"), MessagePosted(message_id="m2", text="Geheimnis von Jonas"))
    counter.ask(chat, "consent.change", purpose="surveys", given="yes")
    counter.ask(chat, "contact.change", part="phone", phone="0171 2345678")
    file = counter.file(chat, counter.ask(chat, "data.export"))
    assert (file.media_type, file.name) == ("application/json", "meine-daten-2026-03-10.json")
    data = json.loads(file.content)["data"]
    assert data["customers"][0]["phone"] == "+491712345678"
    assert [row["number"] for row in data["orders"]] == ["10001"]
    assert [(row["from"], row["text"]) for row in data["messages"]] == [("visitor", "Wo ist mein Paket?")]
    assert "Interne Notizen" in json.loads(file.content)["about"]
    assert {row["kind"] for row in data["service_requests"]} == {"consent.change", "contact.change", "data.export"}
    for table in ("identities", "order_items", "consents", "credit_decisions", "conversations", "mails", "documents"):
        assert data[table], table
    text = file.content.decode().casefold()
    for foreign in ("jonas", "geheim", "10002", "anna", "wartet schon lange"):
        assert foreign not in text


def test_what_people_thought_of_us_is_in_their_copy(counter: Counter, chat: str) -> None:
    floor = counter.floor
    visitor = Actor(kind="visitor")
    with floor.unit() as unit:
        unit.append(
            chat, visitor, FeedbackGiven(message_number=1, helpful=False, reason="wrong", comment="Stimmt nicht.")
        )
        unit.append(chat, visitor, ConversationRated(about="human", score=2, comment="Zu langsam."))
    data = json.loads(counter.file(chat, counter.ask(chat, "data.export")).content)["data"]
    assert [row["comment"] for row in data["opinions"]] == ["Stimmt nicht.", "Zu langsam."]
    assert (data["opinions"][0]["reason"], data["opinions"][1]["score"]) == ("wrong", 2)


def test_every_table_is_in_the_copy_or_holds_nothing_of_customers() -> None:
    assert unclassified() == set()


def test_the_copy_holds_no_secret() -> None:
    shown = {column.name for table in OWNED for column in table.c} - HIDDEN
    assert not [name for name in shown if any(part in name for part in ("hash", "token", "password", "owner", "key"))]


def test_a_code_that_was_mailed_is_not_in_the_copy(counter: Counter, chat: str) -> None:
    with counter.floor.unit() as unit:
        unit.mails.add(Mail("erika@example.org", "Ihr Code: 123456", "…"), unit.now)
    file = counter.file(chat, counter.ask(chat, "data.export"))
    assert b"123456" not in file.content


def test_the_copy_is_made_of_what_is_true_when_it_is_fetched(counter: Counter, chat: str) -> None:
    answered = counter.ask(chat, "data.export")
    with counter.floor.engine.begin() as connection:
        connection.execute(
            insert(payments).values(
                id="p1",
                customer_id="erika",
                cents=999,
                currency="EUR",
                method="Visa •••• 4242",
                state="booked",
                on=date(2026, 3, 1),
            )
        )
    assert json.loads(counter.file(chat, answered).content)["data"]["payments"][0]["on"] == "2026-03-01"


# --- the end of an account ---


def test_a_deletion_is_an_open_request_with_a_deadline_and_a_mail(counter: Counter, chat: str) -> None:
    counter.floor.add(order("10001", state="shipped", arrived=None), order("10002"))
    answered = counter.ask(chat, "account.delete")
    assert (answered.facts["due_on"], answered.facts["orders"]) == ("2026-04-09", 1)
    view = counter.read(chat, "requests").requests[0]
    assert (view.kind, view.state, view.reference) == ("account.delete", "open", answered.reference)
    assert "9. April 2026" in counter.mails()[0].body
    assert counter.record().name == "Erika"


def test_a_deletion_can_be_taken_back_until_it_is_due_and_asked_for_again(counter: Counter, chat: str) -> None:
    counter.ask(chat, "account.delete")
    counter.floor.clock.pass_by(days=29)
    assert counter.ask(chat, "request.undo").outcome == "done"
    assert counter.ask(chat, "account.delete").outcome == "done"
    counter.floor.clock.pass_by(days=31)
    assert counter.ask(chat, "request.undo").because == "undo.too_late"


@given(st.dates(date(2024, 1, 1), date(2040, 12, 31)))
def test_a_deletion_takes_30_days_and_never_more_than_the_month_of_the_law(today: date) -> None:
    due = deletion_day(today)
    assert timedelta(days=28) <= due - today <= timedelta(days=30)
    months = (due.year * 12 + due.month) - (today.year * 12 + today.month)
    assert months in (0, 1)
    assert months == 0 or due.day <= today.day


def test_the_copy_is_not_fetched_from_another_conversation(counter: Counter, chat: str) -> None:
    answered = counter.ask(chat, "data.export")
    other = counter.floor.conversation("erika")
    with pytest.raises(Exception, match="no such document"):
        counter.file(other, answered)


def test_times_in_the_copy_are_utc(counter: Counter, chat: str) -> None:
    file = counter.file(chat, counter.ask(chat, "data.export"))
    assert datetime.fromisoformat(json.loads(file.content)["made_at"]).tzinfo == UTC
