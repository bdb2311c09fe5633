"""The search over what was said: what it finds, what it must not, and that it forgets."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from handover.contract.search import SearchResults
from handover.domain.agent import Agent, Role
from handover.domain.words import excerpt, folded, marked, words
from handover.services.erasure import Erasures
from handover.services.search import Search, SearchQuery
from handover.store.erasure_journal import FileJournal
from handover.store.scrubbing import scrub
from handover.store.tables import search_words
from tests.unit.handover.front_desk import ANNA, BEN, FrontDesk

IN_BILLING = Agent("cleo", "cleo@nordlicht.example", "Cleo", Role.AGENT, "de", team="billing")
SOPHIE = Agent("sophie", "sophie@nordlicht.example", "Sophie Lang", Role.SUPERVISOR, "de")
ASCII_WORD = st.text("abcdefghijklmnopqrstuvwxyzäöüß", min_size=2, max_size=20)


def find(desk: FrontDesk, text: str = "", agent: Agent = ANNA, limit: int = 20, **filters: object) -> SearchResults:
    return Search(desk.units, ZoneInfo("Europe/Berlin")).find(agent, SearchQuery(text, **filters), limit)  # type: ignore[arg-type]


def found(desk: FrontDesk, text: str = "", agent: Agent = ANNA, **filters: object) -> list[str]:
    return [one.summary.id for one in find(desk, text, agent, **filters).conversations]


def said(desk: FrontDesk, *texts: str, language: str = "de") -> str:
    talk = desk.visit(language)
    for one in texts:
        desk.write(talk, one)
        desk.clock.turn(seconds=1)
    return talk


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Meine Bestellungen fehlen", "bestellung"),
        ("Meine Bestellung fehlt", "Bestellungen"),
        ("Frau Müller rief an", "mueller"),
        ("Frau Mueller rief an", "MÜLLER"),
        ("Frau Müller rief an", "muller"),
        ("Große Straße 5", "grosse strasse"),
        ("My parcels have not arrived", "parcel arrive"),
        ("Order 10023 is late", "1002"),
        ("Die Kaffeemaschine ist kaputt", "kaffeem"),
        ("café crème", "cafe creme"),
    ],
)
def test_words_are_found_in_both_spellings_numbers_and_by_their_beginning(
    desk: FrontDesk, text: str, asked: str
) -> None:
    talk = said(desk, text)
    said(desk, "Guten Tag, ein anderes Anliegen")
    assert found(desk, asked) == [talk]


@given(word=ASCII_WORD, length=st.integers(2, 20))
def test_the_beginning_of_a_word_is_the_beginning_of_its_folded_form(word: str, length: int) -> None:
    assert folded(word).startswith(folded(word[:length]))


@given(text=st.text(max_size=200), wanted=st.sets(st.text("abcdef", min_size=2, max_size=4), max_size=3))
def test_marks_change_nothing_of_the_text(text: str, wanted: set[str]) -> None:
    assert "".join(part.text for part in marked(text, wanted)) == text


def test_every_word_has_to_be_said_somewhere_in_the_conversation_and_the_newest_stands_first(desk: FrontDesk) -> None:
    first = said(desk, "Der Router ist kaputt", "Rechnung 4711")
    said(desk, "Der Router läuft")
    newest = said(desk, "Router kaputt, Rechnung fehlt")
    assert found(desk, "router rechnung kaputt") == [newest, first]
    assert found(desk, "router rechnung staubsauger") == []


def test_the_newest_message_that_says_it_is_shown_with_its_words_marked(desk: FrontDesk) -> None:
    said(desk, "Die Rechnung kam", "x " * 200 + "noch eine <b>Rechnung</b> & mehr " + "y " * 200, "Danke")
    [one] = find(desk, "rechnungen").conversations
    assert one.hit is not None
    assert [part.text for part in one.hit.parts if part.hit] == ["Rechnung"]
    shown = "".join(part.text for part in one.hit.parts)
    assert shown.startswith("… ")
    assert "<b>Rechnung</b> & mehr" in shown
    assert len(shown) < 250
    assert one.hit.actor.kind == "visitor"


def test_notes_and_answers_are_searched_too(desk: FrontDesk) -> None:
    talk, version = desk.claimed()
    desk.notes.post(ANNA, talk, client_id="note-0000001", text="Rückruf vereinbart")
    desk.handovers.post_message(ANNA, talk, client_id="answer-00001", ownership_version=version, text="Gern geschehen")
    assert found(desk, "rückruf") == found(desk, "geschehen") == [talk]


def test_filters_narrow_it_down_and_work_alone(desk: FrontDesk) -> None:
    german, english = said(desk, "Lampe"), said(desk, "Lampe", language="en")
    taken, _ = desk.claimed()
    desk.write(taken, "Lampe")
    today = desk.clock.now().date()
    assert found(desk, "lampe", language="en") == [english]
    assert found(desk, state="agent") == found(desk, "lampe", agent_id=ANNA.id) == [taken]
    assert found(desk, "lampe", agent_id=BEN.id) == []
    assert set(found(desk, "lampe", first_day=today, last_day=today)) == {german, english, taken}
    assert found(desk, "lampe", last_day=today - timedelta(days=1)) == []
    assert found(desk, "lampe", customer_id="nobody") == []
    assert found(desk) == found(desk, "?!") == found(desk, "?!", state="agent") == []
    assert (find(desk, "lampe", limit=2).more, find(desk, "lampe", limit=3).more) == (True, False)


def test_customers_are_found_beside_it_but_little_of_them(desk: FrontDesk) -> None:
    desk.add_customer()
    [customer] = find(desk, "Lindner").customers
    assert (customer.name, customer.opens) == ("Erika Lindner", False)
    assert find(desk, "Lindner", language="de").customers == ()


def test_another_teams_conversations_are_not_found(desk: FrontDesk) -> None:
    with desk.units() as unit:
        unit.agents.add(IN_BILLING, "hash", demo=False, at=unit.now)
    talk, _ = desk.claimed(IN_BILLING)
    desk.write(talk, "Kolibri")
    assert found(desk, "kolibri") == []
    assert found(desk, "kolibri", IN_BILLING) == found(desk, "kolibri", SOPHIE) == [talk]


@pytest.mark.parametrize(
    "evil",
    [
        "%",
        "_",
        "' OR 1=1 --",
        '"',
        "*",
        "NEAR(",
        "a* OR b",
        "kolibri' --",
        "\\",
        "\x00",
        "-",
        "a AND NOT b",
        "%'; DROP",
    ],
)
def test_f86_operators_and_wildcards_have_no_effect(desk: FrontDesk, evil: str) -> None:
    said(desk, "Guten Tag")
    assert found(desk, evil) == []


@given(text=st.text(max_size=200))
def test_f86_whatever_is_asked_for_is_words_and_nothing_else(text: str) -> None:
    assert all(word.isalnum() for word in words(text))
    assert "".join(part.text for part in excerpt(text, words(text))).count("…") <= text.count("…") + 2


def test_f86_any_text_is_a_search_that_ends_well(desk: FrontDesk) -> None:
    talk = said(desk, "Guten Tag, Kolibri")

    @given(text=st.text(max_size=200))
    def any_text(text: str) -> None:
        assert set(found(desk, f"{text} kolibri")) <= {talk}
        find(desk, text)

    any_text()


def test_a_forgotten_conversation_leaves_no_word_behind(desk: FrontDesk) -> None:
    from handover.services.retention import forget

    talk = said(desk, "Kolibri im Garten")
    with desk.units() as unit:
        forget(unit, unit.conversations.locked(talk), "retention")
    assert found(desk, "kolibri") == []
    with desk.units(write=False) as unit:
        assert unit.search.hits([talk], {"kolibri"}) == {}


def test_an_erased_persons_words_are_in_no_byte_of_the_database(sqlite_engine: Engine, tmp_path: Path) -> None:
    desk = FrontDesk(sqlite_engine)
    desk.add_customer()
    talk = said(desk, "Mein Kanarienwort lautet Xylophonkanari")
    desk.prove_as(talk, "erika.lindner@example.org")
    with sqlite_engine.connect() as connection:
        kept = connection.execute(select(search_words.c.word).where(search_words.c.conversation_id == talk)).scalars()
        assert "xylophonkanari" in set(kept)
    Erasures(desk.units, FileJournal(tmp_path / "erasures.jsonl")).erase("erika")
    assert scrub(sqlite_engine)
    for file in tmp_path.glob("desk.db*"):
        assert b"xylophonkanari" not in file.read_bytes().lower()
