"""Contact data, consents, the copy of all data and the end of an account, as the visitor talks of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from handover.contract.events import DocumentRef
from handover.contract.selfservice import AccountFound, ConsentView, ContactView, RequestView, ServiceAnswered
from tests.unit.actions.conftest import labels, said

UNDO_UNTIL = datetime(2026, 11, 22, 22, 59, tzinfo=UTC)
PHONE = {"part": "phone", "before": "+49 40 66969012", "after": "+49 171 2345678"}
ADDRESS = {"part": "address", "before": "Birkenweg 12, 22301 Hamburg", "after": "Markt 8, 26122 Oldenburg"}
CONTACT = ContactView(
    number="K-1001",
    name="Erika Lindner",
    email="erika@example.org",
    phone="+49 40 66969012",
    street="Birkenweg 12",
    postcode="22301",
    city="Hamburg",
)
ASKED_WHO = AccountFound(outcome="identity_required")


def offered(facts: dict[str, Any]) -> ServiceAnswered:
    return ServiceAnswered(outcome="offered", facts=facts)


def done(facts: dict[str, Any]) -> ServiceAnswered:
    return ServiceAnswered(outcome="done", facts=facts, reference="V-7K3Q9M", undo_until=UNDO_UNTIL)


def refused(because: str, **facts: Any) -> ServiceAnswered:
    return ServiceAnswered(outcome="refused", because=because, facts=facts)


@pytest.fixture(autouse=True)
def known(desk):
    desk.known = AccountFound(outcome="found", contact=CONTACT)


def wanted(desk) -> list[tuple[str, dict[str, str], bool]]:
    return [(one.kind, one.params, one.preview) for one in desk.requests]


# --- contact data ---


@pytest.mark.parametrize(("language", "words"), [("de", "Birkenweg 12, 22301 Hamburg"), ("en", "+49 40 66969012")])
async def test_the_contact_data_are_shown_with_a_button_to_change_them(talk, language, words) -> None:
    turn = await talk("Welche Adresse habt ihr?", intent="my_contact_data", language=language)
    assert words in said(turn)
    assert [choice.signal.name for choice in turn.messages[0].choices] == ["change_contact_data"]


async def test_what_is_missing_is_said_to_be_missing(talk, desk) -> None:
    desk.known = AccountFound(outcome="found", contact=CONTACT.model_copy(update={"phone": None, "city": None}))
    turn = await talk("Meine Daten", intent="my_contact_data")
    assert said(turn).count("nichts hinterlegt") == 2


async def test_a_number_is_asked_for_shown_back_and_changed_after_a_yes(talk, desk) -> None:
    desk.answers = [offered(PHONE), done(PHONE)]
    turn = await talk("Ich habe eine neue Handynummer", intent="change_contact_data")
    assert "neue Telefonnummer?" in said(turn)
    turn = await talk("0171 / 234 56 78")
    assert "+49 171 2345678" in said(turn)
    assert labels(turn) == ["Ja, ändern", "Nein, so lassen"]
    turn = await talk("ja", intent="affirm")
    assert "V-7K3Q9M" in said(turn)
    assert turn.messages[0].choices[0].signal.data == {"request_reference": "V-7K3Q9M"}
    params = {"part": "phone", "phone": "0171 / 234 56 78"}
    assert wanted(desk) == [("contact.change", params, True), ("contact.change", params, False)]


async def test_an_address_in_the_first_sentence_needs_no_question(talk, desk) -> None:
    desk.answers = [offered(ADDRESS), done(ADDRESS)]
    turn = await talk("Bin umgezogen: Markt 8, 26122 Oldenburg", intent="change_contact_data")
    assert "Markt 8, 26122 Oldenburg ein" in said(turn)
    assert desk.requests[0].params["street"] == "Markt 8"
    turn = await talk(intent="confirm", answer="yes")
    assert "künftige Bestellungen" in said(turn)


async def test_the_address_waits_for_the_proof_of_identity(talk, desk) -> None:
    desk.answers = [ServiceAnswered(outcome="identity_required"), offered(ADDRESS)]
    turn = await talk("Neue Anschrift: Markt 8, 26122 Oldenburg", intent="change_contact_data")
    assert turn.messages[0].request_identity
    turn = await talk(intent="identity_proven")
    assert "Markt 8, 26122 Oldenburg" in said(turn)


async def test_nobody_types_an_address_before_it_is_known_who_they_are(talk, desk) -> None:
    desk.known = ASKED_WHO
    turn = await talk("Meine Adresse hat sich geändert", intent="change_contact_data")
    assert [message.request_identity for message in turn.messages] == [True]


async def test_without_a_hint_it_is_asked_which_part(talk) -> None:
    turn = await talk("Ich möchte meine Kundendaten ändern", intent="change_contact_data")
    assert labels(turn)[:3] == ["Telefonnummer", "Anschrift", "Name"]
    turn = await talk(intent="choose", contact_part="address")
    assert "Straße, Hausnummer" in said(turn)


async def test_no_leaves_everything_as_it_is(talk, desk) -> None:
    desk.answers = [offered(PHONE)]
    await talk("neue nummer 0171 2345678", intent="change_contact_data")
    turn = await talk("nein", intent="deny")
    assert "bleibt, wie es ist" in said(turn)
    assert [one.preview for one in desk.requests] == [True]


async def test_another_number_instead_of_a_yes_is_taken_and_shown_back(talk, desk) -> None:
    desk.answers = [offered(PHONE)]
    await talk("neue nummer 0171 2345678", intent="change_contact_data")
    await talk("halt, 0172 9876543 meine ich")
    assert [one.params["phone"] for one in desk.requests] == [
        "neue nummer 0171 2345678",
        "halt, 0172 9876543 meine ich",
    ]
    assert all(one.preview for one in desk.requests)


async def test_a_yes_with_another_number_in_the_same_breath_is_a_new_question(talk, desk) -> None:
    desk.answers = [offered(PHONE)]
    await talk("neue nummer 0171 2345678", intent="change_contact_data")
    turn = await talk("ja, aber 0172 9876543", intent="affirm")
    assert all(one.preview for one in desk.requests)
    assert labels(turn) == ["Ja, ändern", "Nein, so lassen"]


async def test_a_number_that_is_none_may_be_typed_again(talk, desk) -> None:
    desk.answers = [refused("contact.phone_unclear"), offered(PHONE)]
    await talk("neue Telefonnummer", intent="change_contact_data")
    turn = await talk("123 456")
    assert "erkenne ich nicht als Telefonnummer" in said(turn)
    turn = await talk("0171 2345678")
    assert "Ist das richtig?" in said(turn)


@pytest.mark.parametrize("because", ["phone_unclear", "several_phones", "street", "postcode", "city"])
@pytest.mark.parametrize("language", ["de", "en"])
async def test_every_reason_has_its_sentence(talk, desk, because, language) -> None:
    desk.answers = [refused(f"contact.{because}")]
    turn = await talk("0171 2345678 neue nummer", intent="change_contact_data", language=language)
    assert said(turn) == turn.wording(f"refused.contact.{because}")


async def test_what_is_so_already_is_said(talk, desk) -> None:
    desk.answers = [refused("contact.unchanged", **PHONE)]
    turn = await talk("neue nummer 0171 2345678", intent="change_contact_data")
    assert "steht schon so" in said(turn)
    assert turn.slot("wish") is None


async def test_a_number_can_be_deleted(talk, desk) -> None:
    desk.answers = [offered({**PHONE, "after": None}), done({**PHONE, "after": None})]
    turn = await talk("Bitte löscht meine Telefonnummer", intent="change_contact_data")
    assert "Soll ich sie löschen?" in said(turn)
    turn = await talk("ja", intent="affirm")
    assert "gelöscht" in said(turn)
    assert desk.requests[-1].params == {"part": "phone", "phone": ""}


async def test_an_order_number_is_not_taken_for_a_phone_number(talk, desk) -> None:
    await talk("neue Telefonnummer", intent="change_contact_data")
    turn = await talk("Wo ist meine Bestellung 10023?", intent="order_status", order_number="10023")
    assert desk.requests == []
    assert desk.asked
    assert turn.slot("wish") != "change_contact_data"


@pytest.mark.parametrize(
    ("text", "words"),
    [("Mein Nachname ist neu, ich habe geheiratet", "Ihren Namen"), ("Meine E-Mail ist neu", "E-Mail-Adresse")],
)
async def test_name_and_mail_address_are_no_matter_for_the_chat(talk, desk, text, words) -> None:
    turn = await talk(text, intent="change_contact_data")
    assert words in said(turn)
    assert turn.slot("offered") == "needs_person"
    assert desk.requests == []


@pytest.mark.parametrize("language", ["de", "en"])
async def test_the_mail_address_is_never_changed_in_the_chat(talk, desk, language) -> None:
    turn = await talk("neue@example.org", intent="change_email", language=language)
    assert turn.messages[0].choices[0].signal.name == "talk_to_human"
    assert desk.requests == []


@pytest.mark.parametrize("topic", ["change_contact_data", "newsletter", "delete_account", "data_export"])
async def test_a_question_how_it_works_is_answered_with_the_button_that_does_it(talk, desk, knowledge, topic) -> None:
    turn = await talk("Wie geht das?", intent=topic)
    assert desk.requests == []
    assert turn.messages[-1].choices[0].signal.name == topic


# --- consents ---


def consent(purpose: str, *, given: bool) -> ConsentView:
    return ConsentView(purpose=purpose, given=given, since=datetime(2026, 3, 10, 9, tzinfo=UTC))


@pytest.mark.parametrize(
    "text",
    [
        "newsletter abbestellen",
        "keine Werbemails mehr bitte",
        "hört auf mir werbung zu schicken!!",
        "Abmeldelink geht nicht",
        "unsubscribe newsletter",
        "please take me off the mailing list",
        "stop sending me ads!!",
    ],
)
async def test_a_consent_is_withdrawn_at_once(talk, desk, text) -> None:
    desk.answers = [done({"purpose": "newsletter", "after": "no"})]
    turn = await talk(text, intent="newsletter")
    assert wanted(desk) == [("consent.change", {"purpose": "newsletter", "given": "no"}, False)]
    assert "V-7K3Q9M" in said(turn)


@pytest.mark.parametrize("text", ["newsletter wieder bestellen", "sign me up for the newsletter", "resubscribe please"])
async def test_a_consent_is_given_only_after_it_was_said_what_for(talk, desk, text) -> None:
    facts = {"purpose": "newsletter", "after": "yes"}
    desk.answers = [offered(facts), done(facts)]
    turn = await talk(text, intent="newsletter")
    assert "jederzeit widerrufen" in said(turn)
    assert [one.preview for one in desk.requests] == [True]
    await talk("ja", intent="affirm")
    assert wanted(desk)[-1] == ("consent.change", {"purpose": "newsletter", "given": "yes"}, False)


@pytest.mark.parametrize("text", ["newsletter", "zu viele mails von euch", "Ich bekomme keinen Newsletter"])
async def test_what_is_unclear_shows_what_was_allowed_with_a_button_for_each(talk, desk, text) -> None:
    shown = (consent("newsletter", given=True), consent("surveys", given=False))
    desk.known = AccountFound(outcome="found", consents=shown)
    turn = await talk(text, intent="newsletter")
    assert "per E-Mail: ja, seit 10. März 2026" in said(turn)
    assert labels(turn) == ["Newsletter abbestellen", "Umfragen erlauben", "Empfehlungen erlauben"]
    assert desk.requests == []
    desk.answers = [done({"purpose": "newsletter", "after": "no"})]
    await talk(intent="choose", **turn.messages[0].choices[0].signal.data)
    assert wanted(desk) == [("consent.change", {"purpose": "newsletter", "given": "no"}, False)]


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("purpose", ["newsletter", "recommendations", "surveys"])
async def test_every_consent_has_its_sentences(talk, desk, purpose, language) -> None:
    desk.answers = [offered({}), done({}), done({})]
    await talk(intent="newsletter", purpose=purpose, given="yes", language=language)
    turn = await talk(intent="confirm", answer="yes", language=language)
    assert said(turn) == turn.wording(f"consent.given.{purpose}", reference="V-7K3Q9M")
    turn = await talk(intent="newsletter", purpose=purpose, given="no", language=language)
    assert said(turn) == turn.wording(f"consent.withdrawn.{purpose}", reference="V-7K3Q9M")


async def test_who_was_never_signed_up_learns_of_the_second_address(talk, desk) -> None:
    desk.answers = [refused("consent.not_given_already")]
    turn = await talk("newsletter abbestellen", intent="newsletter")
    assert "zweiten Adresse" in said(turn)


# --- the copy of all data ---


@pytest.mark.parametrize(
    "text",
    [
        "was wisst ihr über mich",
        "Welche Daten habt ihr eigentlich über mich gespeichert?",
        "DSGVO Auskunft bitte",
        "what do you know about me",
        "What data have you actually stored about me?",
        "yo what data you got on me, let's see it",
    ],
)
async def test_who_asks_for_their_data_gets_the_file(talk, desk, text) -> None:
    file = DocumentRef(id="d1", kind="data_export", name="meine-daten-2026-11-22.json")
    desk.answers = [ServiceAnswered(outcome="done", reference="V-7K3Q9M", documents=(file,))]
    turn = await talk(text, intent="data_export")
    assert turn.messages[0].documents == (file,)
    assert turn.messages[0].choices == ()


@pytest.mark.parametrize(
    "text", ["Was kostet so eine Datenauskunft?", "what format does the export come in?", "wie lange dauert das?"]
)
async def test_a_question_about_the_copy_is_answered_by_its_article(talk, desk, text) -> None:
    await talk(text, intent="data_export")
    assert desk.requests == []


# --- the end of an account ---

DUE = {"due_on": "2026-12-22", "subscriptions": 1, "orders": 0}


async def test_a_deletion_is_explained_before_it_is_asked_for(talk, desk) -> None:
    desk.answers = [offered(DUE), done(DUE)]
    turn = await talk("Ich möchte mein Konto löschen", intent="delete_account")
    assert "Laufende Abos enden" in said(turn)
    assert "Offene Bestellungen" not in said(turn)
    assert "10 Jahre" in said(turn)
    assert labels(turn) == ["Ja, Konto löschen", "Nein, so lassen"]
    turn = await talk(intent="confirm", answer="yes")
    assert "22. Dezember 2026" in said(turn)
    assert [one.preview for one in desk.requests] == [True, False]


async def test_a_deletion_can_be_stopped(talk, desk) -> None:
    asked = RequestView(
        reference="V-AAAAAA",
        kind="account.delete",
        subject="",
        facts=DUE,
        state="open",
        created_at=UNDO_UNTIL,
        undo_until=UNDO_UNTIL,
    )
    desk.known = AccountFound(outcome="found", requests=(asked,))
    desk.answers = [done({})]
    turn = await talk("Hab mich umentschieden, könnt ihr die Kontolöschung noch stoppen?", intent="delete_account")
    assert (desk.requests[0].kind, desk.requests[0].subject) == ("request.undo", "V-AAAAAA")
    assert "bleibt bestehen" in said(turn)


async def test_a_deletion_that_nobody_asked_for_cannot_be_stopped(talk, desk) -> None:
    turn = await talk("Löschung rückgängig?", intent="delete_account")
    assert "keinen offenen Auftrag" in said(turn)
    assert desk.requests == []


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("data_export", "meine Daten bitte"),
        ("delete_account", "Konto löschen"),
        ("newsletter", "Newsletter abbestellen"),
    ],
)
async def test_without_proof_the_form_is_shown_and_the_wish_goes_on_after_it(talk, desk, intent, text) -> None:
    desk.answers = [ServiceAnswered(outcome="identity_required"), done({**DUE, "purpose": "newsletter", "after": "no"})]
    turn = await talk(text, intent=intent)
    assert turn.messages[0].request_identity
    turn = await talk(intent="identity_proven")
    assert "V-7K3Q9M" in said(turn)


async def test_who_gets_the_data_is_a_question_and_no_wish_for_the_file(talk, desk) -> None:
    await talk("who gets my data?", intent="data_export")
    assert desk.requests == []


async def test_what_is_not_agreed_to_is_named(talk, desk) -> None:
    desk.answers = [refused("consent.not_given_already", purpose="newsletter", after="no")]
    assert "Newsletter" in said(await talk("Newsletter abbestellen", intent="newsletter"))


@pytest.mark.parametrize(
    "text",
    [
        "which consents have I given?",
        "Alle Einwilligungen widerrufen",
        "what have I agreed to",
        "wozu hab ich zugestimmt?",
    ],
)
async def test_who_asks_for_all_consents_is_shown_each_with_its_switch(talk, desk, text) -> None:
    desk.known = AccountFound(outcome="found")
    turn = await talk(text, intent="newsletter")
    assert len(labels(turn)) == 3
    assert desk.requests == []
