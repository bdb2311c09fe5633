"""The account in the chat: real Rasa, real actions, real database, both languages."""

from __future__ import annotations

import pytest

ERIKA, EMILY = "erika.lindner@example.org", "emily.carter@example.org"
URS = "urs.ammann@example.org"


@pytest.mark.parametrize(
    ("language", "wish", "typed", "yes", "shown"),
    [
        ("de", "Ich habe eine neue Handynummer", "0171 / 234 56 78", "ja", "+49 171 2345678"),
        ("en", "I have a new mobile number", "+44 20 7946 0018", "yes", "+44 20 7946 0018"),
    ],
)
def test_a_phone_number_is_asked_for_shown_back_changed_and_taken_back(chat, language, wish, typed, yes, shown) -> None:
    talk = chat(language)
    talk.ask(wish)
    assert talk.identity_requested
    talk.prove(ERIKA)
    assert talk.slots["awaiting"] == "contact"
    assert shown in talk.ask(typed)
    assert shown in talk.ask(yes)
    undone = talk.press("Rückgängig" if language == "de" else "Undo")
    assert "V-" in undone


@pytest.mark.parametrize(
    ("language", "text", "yes"),
    [
        ("de", "Ich bin umgezogen: Markt 8, 26122 Oldenburg", "Ja, ändern"),
        ("en", "I've moved, my new address is Markt 8, 26122 Oldenburg", "Yes, change it"),
    ],
)
def test_an_address_waits_for_the_proof_and_for_a_yes(chat, language, text, yes) -> None:
    talk = chat(language)
    talk.ask(text)
    assert talk.identity_requested
    assert "Markt 8, 26122 Oldenburg" in talk.prove(EMILY)
    assert "V-" in talk.press(yes)
    talk.press("Rückgängig" if language == "de" else "Undo")


def test_a_question_in_between_leads_back_to_the_number(chat) -> None:
    talk = chat("de")
    talk.ask("neue Telefonnummer")
    talk.prove(URS)
    answer = talk.ask("Welche Zahlungsarten gibt es?")
    assert "Zurück zu dem" in answer
    assert "neue Telefonnummer?" in answer
    assert "+41 44 668 18 00" in talk.ask("044 668 18 00")
    assert "bleibt, wie es ist" in talk.ask("nein")


def test_a_wrong_number_may_be_corrected(chat) -> None:
    talk = chat("de")
    talk.ask("Meine Telefonnummer hat sich geändert")
    talk.prove(URS)
    assert "erkenne ich nicht" in talk.ask("123 456")
    assert "Ist das richtig?" in talk.ask("+41 79 123 45 67")


@pytest.mark.parametrize(("language", "text"), [("de", "was wisst ihr über mich"), ("en", "what do you know about me")])
def test_everything_known_comes_as_a_file(chat, language, text) -> None:
    talk = chat(language)
    talk.ask(text)
    assert talk.identity_requested
    talk.prove(EMILY)
    (file,) = talk.messages[0].documents
    assert (file.kind, file.name.endswith(".json")) == ("data_export", True)


@pytest.mark.parametrize(
    ("language", "who", "text", "yes", "stop"),
    [
        (
            "de",
            URS,
            "Ich möchte mein Konto löschen",
            "Ja, Konto löschen",
            "Hab mich umentschieden, stoppt die Kontolöschung",
        ),
        (
            "en",
            "nora.albrecht@example.org",
            "delete my account please",
            "Yes, delete",
            "Changed my mind, please stop the account deletion",
        ),
    ],
)
def test_a_deletion_is_explained_asked_for_and_stopped(chat, language, who, text, yes, stop) -> None:
    talk = chat(language)
    talk.ask(text)
    assert "10" in talk.prove(who)
    assert "V-" in talk.press(yes)
    assert "V-" in talk.ask(stop)


@pytest.mark.parametrize(
    ("language", "text", "who"),
    [("de", "newsletter abbestellen", ERIKA), ("en", "unsubscribe newsletter", "jonas.weber@example.org")],
)
def test_a_newsletter_is_left_at_once(chat, language, text, who) -> None:
    talk = chat(language)
    talk.ask(text)
    assert "V-" in talk.prove(who)


@pytest.mark.parametrize(
    ("language", "text"), [("de", "Ich habe eine neue Mailadresse"), ("en", "I need to change my email address")]
)
def test_the_mail_address_is_no_matter_for_the_chat(chat, language, text) -> None:
    talk = chat(language)
    assert "Konto" in talk.ask(text) if language == "de" else "account" in talk.ask(text)
    assert any(choice.signal.name == "talk_to_human" for choice in talk.choices)


ODD = [
    "🤷",
    "😡😡",
    "asdf",
    "test",
    "123456789",
    "info@example.org",
    "DE89 3704 0044 0532 0130 00",
    "こんにちは",
    "x" * 10_000,
    "Wo ist mein Paket? " * 500,
    "du bist dumm",
    "...",
    "Können wir Englisch sprechen?",
]


@pytest.mark.parametrize("text", ODD, ids=[text[:12] for text in ODD])
@pytest.mark.parametrize("language", ["de", "en"])
def test_odd_messages_are_answered_gracefully(chat, language, text) -> None:
    talk = chat(language)
    assert talk.ask(text).strip()
    assert talk.handover is None
