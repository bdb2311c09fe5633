"""Goodwill with the real bot, the real actions and the demo shop, in both languages."""

from __future__ import annotations

import re

import pytest

from tests.dialogue.chat import Start, proven


@pytest.mark.parametrize(
    ("language", "name", "text", "choose", "told"),
    [
        ("de", "mehmet.yildiz", "Ich möchte eine Gutschrift für den Ausfall", "Kamera", "Der Abzug fehlt auf Ihrer"),
        ("en", "aylin.demir", "I would like a credit for the outage please", "Camera", "The deduction is missing"),
    ],
)
def test_a_long_outage_is_credited_after_the_proof_and_only_once(
    chat: Start, language: str, name: str, text: str, choose: str, told: str
) -> None:
    talk = chat(language)
    talk.ask(text)
    assert talk.identity_requested
    talk.prove(f"{name}@example.org")
    answer = talk.press(choose)  # the newest of two
    assert told in answer
    assert "0,70" in answer or "0.70" in answer
    talk.ask(text)
    again = talk.press(choose)
    assert re.findall(r"G-\w+", again) == re.findall(r"G-\w+", answer) != []


def test_without_a_reason_the_visitor_chooses_one(chat: Start) -> None:
    talk = proven(chat, "de", "charlotte.evans")
    assert "Worum geht es?" in talk.ask("Ich hätte gern eine Gutschrift aus Kulanz")
    told = talk.press("Fehler auf einer Rechnung")
    assert "RE-2135" in told
    assert "7,90\xa0€ für einen Posten, der doppelt darauf steht" in told


def test_a_month_after_the_end_is_given_back_in_english(chat: Start) -> None:
    talk = proven(chat, "en", "ingrid.jansen")
    talk.ask("I would like a goodwill credit")
    told = talk.press("An error on an invoice")
    assert "€9.99 for a month after your subscription ended" in told


def test_an_error_above_the_limit_is_owned_up_to_and_a_human_is_called(chat: Start) -> None:
    talk = proven(chat, "de", "felix.baumann")
    talk.ask("Ich hätte gern eine Gutschrift aus Kulanz")
    told = talk.press("Fehler auf einer Rechnung")
    assert "Sie haben recht: Auf Rechnung RE-2095 steht zu viel" in told
    assert talk.messages[-1].handover == "credit_over_limit"


def test_somebody_elses_invoice_is_not_found(chat: Start) -> None:
    talk = proven(chat, "de", "erika.lindner")
    talk.ask("Ich hätte gern eine Gutschrift aus Kulanz")
    talk.press("Fehler auf einer Rechnung")
    told = talk.ask("RE-2135")
    assert "G-" not in told
    assert talk.messages[-1].choices
