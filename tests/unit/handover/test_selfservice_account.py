"""What customers see and change of their own contact data, on a real database."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from handover.contract.selfservice import AccountFound
from handover.domain.shop import ShopCustomer
from tests.unit.handover.counter import Counter
from tests.unit.handover.shop_floor import NOW, ShopFloor

NEW_ADDRESS = {"part": "address", "street": "Markt 8", "postcode": "26122", "city": "Oldenburg"}


@pytest.fixture
def counter(floor: ShopFloor) -> Counter:
    return Counter(floor)


@pytest.fixture
def chat(floor: ShopFloor) -> str:
    return floor.conversation("erika")


def newcomer(floor: ShopFloor, name: str, *, phone: str | None, postcode: str) -> str:
    known = ShopCustomer(
        id=name,
        number=f"K-{name}",
        name=name.title(),
        email=f"{name}@example.org",
        language="de",
        phone=phone,
        street="Ring 3",
        postcode=postcode,
        city="Wien",
        blocked=False,
        created_at=NOW,
    )
    with floor.unit() as unit:
        unit.shop.add_customer(known)
    return floor.conversation(name)


EVERY_REQUEST = [
    ("contact.change", {"part": "phone", "phone": "0171 2345678"}),
    ("contact.change", NEW_ADDRESS),
    ("consent.change", {"purpose": "newsletter", "given": "yes"}),
    ("data.export", {}),
    ("account.delete", {}),
]


@pytest.mark.parametrize(("kind", "params"), EVERY_REQUEST)
def test_nobody_is_served_before_they_have_proven_who_they_are(
    counter: Counter, kind: str, params: dict[str, str]
) -> None:
    before = counter.record()
    stranger = counter.floor.conversation("erika", trust="claimed")
    assert counter.ask(stranger, kind, **params).outcome == "identity_required"
    assert counter.read(stranger, "contact", "consents") == AccountFound(outcome="identity_required")
    assert (counter.record(), counter.mails()) == (before, [])


@pytest.mark.parametrize(("kind", "params"), EVERY_REQUEST)
def test_a_turn_of_an_owner_before_changes_nothing(
    counter: Counter, chat: str, kind: str, params: dict[str, str]
) -> None:
    assert counter.ask(chat, kind, version=7, **params).outcome == "stale"


@pytest.mark.parametrize(("kind", "params"), EVERY_REQUEST)
def test_a_preview_says_what_would_happen_and_changes_nothing(
    counter: Counter, chat: str, kind: str, params: dict[str, str]
) -> None:
    before, events = counter.record(), counter.floor.events(chat)
    answered = counter.ask(chat, kind, preview=True, **params)
    assert (answered.outcome, answered.reference, answered.documents) == ("offered", None, ())
    assert (counter.record(), counter.floor.events(chat), counter.mails()) == (before, events, [])


@pytest.mark.parametrize(("kind", "params"), EVERY_REQUEST)
def test_what_is_sent_twice_is_done_once(counter: Counter, chat: str, kind: str, params: dict[str, str]) -> None:
    first, second = counter.ask(chat, kind, **params), counter.ask(chat, kind, **params)
    assert (first.outcome, second.outcome) == ("done", "already_done")
    assert (first.reference, first.facts) == (second.reference, second.facts)
    assert counter.floor.events(chat).count("service.request_made") == 1


# --- contact data ---


def test_customers_see_their_own_contact_data_and_nobody_elses(counter: Counter, chat: str) -> None:
    counter.floor.customer("jonas", street="Weg 1")
    contact = counter.read(chat, "contact").contact
    assert contact is not None
    assert (contact.name, contact.email, contact.street) == ("Erika", "erika@example.org", "Birkenweg 12")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0171 2345678", "+491712345678"),
        ("meine neue Nummer ist 0171/234 56 78, danke", "+491712345678"),
        ("+49 (0)40 66969012", "+494066969012"),
        ("0041 44 668 18 00", "+41446681800"),
        ("my new number: +43 664 1234567", "+436641234567"),
    ],
)
def test_a_phone_number_is_kept_in_one_form_however_it_is_typed(
    counter: Counter, chat: str, typed: str, kept: str
) -> None:
    answered = counter.ask(chat, "contact.change", part="phone", phone=typed)
    assert (answered.outcome, counter.record().phone) == ("done", kept)


@pytest.mark.parametrize(
    ("phone", "postcode", "kept"),
    [(None, "8008", "+41446681800"), ("+41791234567", "8008", "+41446681800"), (None, "22301", "+49446681800")],
)
def test_a_number_without_country_code_is_of_the_customers_country(
    counter: Counter, phone: str | None, postcode: str, kept: str
) -> None:
    chat = newcomer(counter.floor, "urs", phone=phone, postcode=postcode)
    counter.ask(chat, "contact.change", part="phone", phone="044 668 18 00")
    assert counter.record("urs").phone == kept


@pytest.mark.parametrize(
    ("params", "because"),
    [
        ({"part": "phone", "phone": "110"}, "contact.phone_unclear"),
        ({"part": "phone", "phone": "keine Ahnung"}, "contact.phone_unclear"),
        ({"part": "phone", "phone": "0171 2345678 oder 040 66969012"}, "contact.several_phones"),
        ({"part": "phone", "phone": ""}, "contact.unchanged"),
        ({**NEW_ADDRESS, "street": "Markt"}, "contact.street"),
        ({**NEW_ADDRESS, "postcode": "00123"}, "contact.postcode"),
        ({**NEW_ADDRESS, "city": "x1"}, "contact.city"),
        ({"part": "address", "street": "Birkenweg 12", "postcode": "22301", "city": "Hamburg"}, "contact.unchanged"),
    ],
)
def test_what_cannot_be_right_is_refused_with_its_reason(
    counter: Counter, chat: str, params: dict[str, str], because: str
) -> None:
    before = counter.record()
    answered = counter.ask(chat, "contact.change", **params)
    assert (answered.outcome, answered.because, counter.record()) == ("refused", because, before)


def test_no_other_part_of_the_record_can_be_changed(counter: Counter, chat: str) -> None:
    assert counter.ask(chat, "contact.change", part="email", email="x@example.org").outcome == "not_found"


def test_a_change_is_confirmed_in_writing_with_date_time_and_reference(counter: Counter) -> None:
    for language, moment in (("de", "10. März 2026 um 13:00 Uhr"), ("en", "10 March 2026 at 13:00")):
        chat = counter.floor.conversation("erika", language=language)
        street = f"Markt {len(language + moment)}"
        answered = counter.ask(chat, "contact.change", **{**NEW_ADDRESS, "street": street})
        mail = counter.mails()[0]
        assert mail.to == "erika@example.org"
        assert answered.reference is not None
        assert answered.reference in mail.subject
        for part in (moment, f"{street}, 26122 Oldenburg", answered.reference):
            assert part in mail.body


def test_a_change_can_be_taken_back_on_the_same_day(counter: Counter, chat: str) -> None:
    before = counter.record()
    counter.ask(chat, "contact.change", part="phone", phone="0171 2345678")
    counter.ask(chat, "contact.change", **NEW_ADDRESS)
    assert [counter.ask(chat, "request.undo").outcome for _ in range(2)] == ["done", "done"]
    assert counter.record() == before


def test_what_was_taken_back_is_confirmed_in_writing_too(counter: Counter, chat: str) -> None:
    changed = counter.ask(chat, "contact.change", **NEW_ADDRESS)
    undone = counter.ask(chat, "request.undo")
    assert undone.facts["undone_kind"] == "contact.change"
    mail = counter.mails()[0]
    assert changed.reference in mail.subject
    assert undone.reference in mail.body


def test_a_change_of_yesterday_stays(counter: Counter, chat: str) -> None:
    counter.ask(chat, "contact.change", **NEW_ADDRESS)
    counter.floor.clock.pass_by(hours=11)
    assert counter.ask(chat, "request.undo").because == "undo.too_late"
    assert counter.record().street == "Markt 8"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(st.lists(st.sampled_from(["0171 2345678", "040 66969012", "", "undo", "again"]), max_size=8))
def test_any_row_of_changes_leaves_the_number_said_last(sqlite_floor: ShopFloor, steps: list[str]) -> None:
    """Set, set back, taken back and repeated at will: the record is what the last answer said."""
    counter = Counter(sqlite_floor)
    with sqlite_floor.unit() as unit:
        unit.customers.set_phone("erika", None)
    sqlite_floor.clock.pass_by(days=1)
    chat = counter.floor.conversation("erika")
    last = ""
    for step in steps:
        sqlite_floor.clock.pass_by(seconds=1)
        phone, before = last if step == "again" else step, counter.record().phone
        if step == "undo":
            counter.ask(chat, "request.undo")
            continue
        answered = counter.ask(chat, "contact.change", part="phone", phone=phone)
        wanted = {"0171 2345678": "+491712345678", "040 66969012": "+494066969012", "": None}[phone]
        assert counter.record().phone == wanted
        assert (answered.outcome == "done") == (before != wanted)
        last = phone


@pytest.fixture
def sqlite_floor(sqlite_engine: Engine) -> ShopFloor:
    floor = ShopFloor(sqlite_engine)
    floor.customer("erika")
    return floor
