"""The bot's sentences are whole, the same in both languages, and filled once."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.replies import Replies, day, days, money
from handover.services.selfservice import everything

REPLIES = Replies()


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_both_languages_have_the_same_sentences_with_the_same_places() -> None:
    german, english = REPLIES.texts["de"], REPLIES.texts["en"]
    assert german.keys() == english.keys()
    assert {key: places(german[key]) for key in german} == {key: places(english[key]) for key in english}


def test_every_place_is_a_plain_name() -> None:
    for texts in REPLIES.texts.values():
        for sentence in texts.values():
            assert all(name.isidentifier() for name in places(sentence)), sentence


@given(st.text())
def test_f54_a_value_is_never_read_as_a_pattern(value: str) -> None:
    assert REPLIES.say("de", "back.summary", summary=value) == f"Das ist der Stand: {value}"


@pytest.mark.parametrize("value", ["{slot}", "{0[x]}", "{0.__class__}", "{summary}", "{{x}}", "%(x)s", "${HOME}"])
def test_f54_braces_stay_as_they_are(value: str) -> None:
    assert REPLIES.say("en", "back.summary", summary=value).endswith(value)


def test_money_and_days_are_written_as_people_write_them() -> None:
    assert money(500, "EUR", "de") == "5,00\xa0€"
    assert money(123456, "EUR", "en") == "€1,234.56"
    assert day("2026-11-03", "de") == "3. November 2026"
    assert day("2026-11-03", "en") == "3 November 2026"
    assert [days(1, "de"), days(5, "de"), days(1, "en"), days(5, "en")] == ["1 Tag", "5 Tage", "1 day", "5 days"]


def test_every_reason_of_the_desk_to_refuse_a_claim_has_a_sentence() -> None:
    refusals = [
        "order.cancelled",
        "order.returned",
        "order.not_delivered",
        "late_delivery.on_time",
        "late_delivery.within_grace",
        "item.not_in_order",
        "item.returned",
        "item.on_its_way",
        "window.closed",
        "proposal.rejected",
        "other",
    ]
    assert all(REPLIES.has(f"because.{key}") for key in refusals)


def test_everything_that_can_be_undone_has_a_sentence_for_what_holds_again() -> None:
    assert all(REPLIES.has(f"undo.done.{kind}") for kind in everything.UNDOS)
