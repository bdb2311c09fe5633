"""Invoices and payment with the real bot, the real actions and the demo shop, in both languages."""

from __future__ import annotations

import re

import pytest

from tests.dialogue.chat import Start, proven

# --- explained --------------------------------------------------------------------------------------------------------


def test_an_invoice_is_explained_after_the_proof_and_the_choice(chat: Start) -> None:
    talk = chat("de")
    talk.ask("Warum ist meine Rechnung so hoch?")
    assert talk.identity_requested
    asked = talk.prove("erika.lindner@example.org")
    assert "Um welche Rechnung geht es?" in asked
    told = talk.press("RE-2006")
    assert "Neu: Express-Austausch eines Thermostats, 7,90\xa0€." in told
    assert "Nicht mehr dabei: Zusätzlicher Speicher, 20 GB, 1,99\xa0€." in told


def test_a_change_of_plan_is_explained_in_english(chat: Start) -> None:
    talk = proven(chat, "en", "grace.thompson")
    told = talk.ask("Please explain my bill to me")
    assert "Change from Basic to Plus, 11 days, €1.83. You changed your plan" in told
    assert "more than the invoice before (RE-2107, €4.99)" in told


@pytest.mark.parametrize(
    ("language", "name", "text", "answer"),
    [
        ("de", "erika.lindner", "Bitte erklären Sie mir die Rechnung RE-2013", "keine Rechnung RE-2013"),
        ("en", "grace.thompson", "Explain invoice RE-2001 to me please", "no invoice RE-2001"),
    ],
)
def test_a_foreign_number_is_not_found(chat: Start, language: str, name: str, text: str, answer: str) -> None:
    assert answer in proven(chat, language, name).ask(text)


def test_a_question_in_between_is_answered_and_then_it_goes_on(chat: Start) -> None:
    talk = proven(chat, "de", "erika.lindner")
    talk.ask("Rechnung zu hoch, bitte erklären")
    told = talk.ask("Was kostet der Versand nach Österreich?")
    assert any(message.receipt for message in talk.messages)
    assert "Um welche Rechnung geht es?" in told
    assert "RE-2006 vom" in talk.press("RE-2006")


# --- as a file, and due -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "name", "text", "file"),
    [
        ("de", "erika.lindner", "Schicken Sie mir RE-2003 als PDF", "Rechnung-RE-2003.pdf"),
        ("en", "emily.carter", "Send me invoice RE-2018 as a PDF", "Invoice-RE-2018.pdf"),
    ],
)
def test_an_invoice_comes_as_pdf(chat: Start, language: str, name: str, text: str, file: str) -> None:
    talk = proven(chat, language, name)
    talk.ask(text)
    documents = [document for message in talk.messages for document in message.documents]
    assert [document.name for document in documents] == [file]
    content = talk._desk.documents.for_visitor(talk.id, documents[0].id).content
    assert content.startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("language", "text", "parts"),
    [
        ("de", "Was muss ich noch zahlen?", ("RE-2030", "noch offen")),
        ("en", "How much do I still have to pay?", ("RE-2030", "still open")),
    ],
)
def test_what_is_due_is_told(chat: Start, language: str, text: str, parts: tuple[str, ...]) -> None:
    told = proven(chat, language, "katharina.vogt").ask(text)
    assert all(part in told for part in parts)


# --- charged twice ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "name", "text", "number", "amount"),
    [
        ("de", "jonas.weber", "Mir wurde zweimal abgebucht", "RE-2024", "4,99\xa0€"),
        ("en", "emily.carter", "You charged me twice", "RE-2018", "€17.89"),
    ],
)
def test_a_double_charge_is_paid_back_once(
    chat: Start, language: str, name: str, text: str, number: str, amount: str
) -> None:
    talk = proven(chat, language, name)
    told = talk.ask(text)
    assert number in told
    assert amount in told
    reference = re.search(r"V-[2-9A-Z]{6}", told)
    assert reference
    assert reference[0] in proven(chat, language, name).ask(text)


def test_two_invoices_that_look_alike_are_told_apart(chat: Start) -> None:
    told = proven(chat, "de", "oliver.brandt").ask("Ihr habt mir doppelt abgebucht")
    assert "RE-2054" in told
    assert "RE-2154" in told


# --- paid again, paid otherwise ---------------------------------------------------------------------------------------


def test_a_failed_payment_is_tried_again_with_another_method(chat: Start) -> None:
    talk = proven(chat, "de", "hannah.fischer")
    told = talk.ask("Meine Zahlung ist fehlgeschlagen")
    assert "RE-2090" in told
    assert "nicht gedeckt" in told
    assert "von PayPal" in talk.press("PayPal")
    assert re.search(r"V-[2-9A-Z]{6}", talk.ask("ja bitte"))


def test_the_default_method_is_changed_after_a_yes_and_taken_back(chat: Start) -> None:
    talk = proven(chat, "de", "erika.lindner")
    assert "PayPal statt mit Visa" in talk.ask("Zahlungsart wechseln")
    assert "Erledigt" in talk.ask("ja")
    assert "wieder mit Visa" in talk.ask("Mach das bitte rückgängig")


def test_a_no_changes_nothing(chat: Start) -> None:
    talk = proven(chat, "en", "grace.thompson")
    talk.ask("Switch my payment method to direct debit please")
    assert talk.choices
    told = talk.ask("no, leave it")
    assert "stays" in told or "leave" in told or "as it is" in told


def test_an_iban_is_refused_in_the_chat(chat: Start) -> None:
    told = chat("de").ask("Ich will meine Bankverbindung ändern, neue IBAN DE89 3704 0044 0532 0130 00")
    assert "nie eine Kartennummer oder IBAN" in told
    assert "3704" not in told
