"""Gaps: what agents answered and the bot could not, as proposals for editors that name nobody."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from handover.contract.events import GapProposed, IntentGuess
from handover.contract.gaps import ArticleDraft, GapState, NewGap, Proposed
from handover.contract.turns import BotMessage, Understanding
from handover.domain.agent import Agent, Role
from handover.domain.errors import Conflict, InvalidInput, NotAllowed, StaleVersion
from handover.services import article_file
from handover.services.gaps import key_of
from handover.services.neutral import Person, neutral
from handover.services.ports import Gap
from handover.services.retention import forget
from knowledge.articles import Article, parse
from tests.edges import House
from tests.unit.handover.front_desk import ANNA, BEN, EMIL, FrontDesk, fresh_id

SOPHIE = Agent("sophie", "sophie@nordlicht.example", "Sophie Vogt", Role.SUPERVISOR, "de")
ERIKA = Person(
    names=frozenset({"Erika Lindner", "Erika", "Lindner"}),
    addresses=frozenset({"Hauptstr. 5", "20095"}),
    numbers=frozenset({"K-1001", "10023"}),
)
NEW = NewGap(language="de", question="Ist mein Paket versichert?", answer="Ja, bis 500 Euro.")
DRAFT = ArticleDraft(
    article_id="parcel-insurance",
    folder="shipping",
    topic="parcel_insurance",
    title="Ist mein Paket versichert?",
    questions=("Ist mein Paket versichert?", "Paket Versicherung", "Wer haftet?", "Zahlt jemand den Schaden?"),
    owner="Team Logistik",
    body="**Ja**, bis 500 Euro.",
)
TODAY = date(2026, 3, 10)


@pytest.fixture
def desk(engine: Engine) -> FrontDesk:
    desk = FrontDesk(engine)
    with desk.units() as unit:
        unit.agents.add(SOPHIE, "hash", demo=False, at=unit.now)
    return desk


def missed(desk: FrontDesk) -> tuple[str, int]:
    """A proven customer whose question the bot did not know; Anna has answered it."""
    desk.add_customer()
    conversation_id = desk.visit()
    desk.prove_as(conversation_id, "erika.lindner@example.org")
    desk.answer(conversation_id, BotMessage(text="Danke."))
    question = desk.write(conversation_id, "Ist mein Paket versichert? Erika Lindner, 0170 1234567")
    read = Understanding(intents=(IntentGuess(name="parcel_insurance", confidence=0.8),))
    desk.answer(conversation_id, BotMessage(text="Das weiß ich nicht."), understanding=read)
    desk.write(conversation_id, "Dann einen Menschen bitte")
    talk = Understanding(intents=(IntentGuess(name="talk_to_human", confidence=0.9),))
    desk.answer(conversation_id, BotMessage(text="Gern.", handover="no_answer"), understanding=talk)
    version = desk.handovers.claim(ANNA, conversation_id).ownership_version
    for text in ("Guten Tag!", "Ja, Frau Lindner: Ihr Paket an die Hauptstr. 5 ist bis 500 Euro versichert."):
        desk.handovers.post_message(ANNA, conversation_id, client_id=fresh_id(), ownership_version=version, text=text)
    return conversation_id, question


def proposed(desk: FrontDesk, agent: Agent = ANNA, **change: str) -> Proposed:
    conversation_id, _ = desk.claimed(agent)
    desk.clock.turn(minutes=1)
    return desk.gaps.propose(agent, conversation_id, fresh_id(), NEW.model_copy(update=change))


def questions(desk: FrontDesk, state: GapState = "open", agent: Agent = EMIL) -> list[str]:
    return [gap.question for gap in desk.gaps.listed(agent, state).gaps]


def test_a_proposal_begins_with_the_question_that_the_bot_stopped_at_and_the_answer_that_is_one(
    desk: FrontDesk,
) -> None:
    conversation_id, question = missed(desk)
    draft = desk.gaps.draft(ANNA, conversation_id)
    assert draft.question_number == question
    texts = {said.number: said.text for said in draft.answers}
    assert [texts[number] for number in draft.answer_numbers] == [
        "Ja, Frau [name]: Ihr Paket an die [address] ist bis 500 Euro versichert."
    ]
    assert {said.number: said.text for said in draft.questions}[
        question
    ] == "Ist mein Paket versichert? [name], [phone]"
    assert draft.hidden == ("address", "name", "phone")


def test_whatever_an_agent_sends_the_editors_read_no_personal_data(desk: FrontDesk) -> None:
    conversation_id, _ = missed(desk)
    new = NEW.model_copy(
        update={
            "answer": "Ja, ERIKA. Schreiben Sie an erika.lindner@example.org oder +49 170 1234567.",
            "remark": "Kundin K-erika fragt oft",
        }
    )
    told = desk.gaps.propose(ANNA, conversation_id, fresh_id(), new)
    assert told.hidden == ("email", "name", "number", "phone")
    [gap] = desk.gaps.listed(EMIL, "open").gaps
    [answer] = gap.answers
    assert answer.answer == "Ja, [name]. Schreiben Sie an [email] oder [phone]."
    assert answer.remark == "Kundin [number] fragt oft"
    event = desk.events(conversation_id)[-1]
    assert event.data == GapProposed(gap_id=gap.id, question="Ist mein Paket versichert?")


def test_it_stays_when_the_conversation_is_forgotten_and_leads_to_none(desk: FrontDesk) -> None:
    conversation_id, version = desk.claimed(ANNA)
    desk.gaps.propose(ANNA, conversation_id, fresh_id(), NEW)
    desk.handovers.close(ANNA, conversation_id, ownership_version=version, outcome="solved")
    with desk.units() as unit:
        forget(unit, unit.conversations.locked(conversation_id), "erasure")
    assert questions(desk) == ["Ist mein Paket versichert?"]
    assert conversation_id not in desk.gaps.listed(EMIL, "open").model_dump_json()


def test_the_same_question_is_counted_and_keeps_all_answers(desk: FrontDesk) -> None:
    proposed(desk)
    again = proposed(desk, BEN, question=" ist  mein PAKET versichert ", answer="Ja, immer.")
    proposed(desk, BEN, language="en")
    assert again.gap.count == 2
    german = next(gap for gap in desk.gaps.listed(EMIL, "open").gaps if gap.language == "de")
    assert [(answer.by, answer.answer) for answer in german.answers] == [
        ("Ben Okafor", "Ja, immer."),
        ("Anna Brandt", "Ja, bis 500 Euro."),
    ]
    assert len(desk.gaps.listed(EMIL, "open").gaps) == 2


def test_who_proposes_the_same_question_at_the_same_moment_proposes_one_gap(desk: FrontDesk) -> None:
    talks = [desk.claimed(ANNA)[0] for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda talk: desk.gaps.propose(ANNA, talk, fresh_id(), NEW), talks))
    assert len({one.gap.id for one in done}) == 1
    [gap] = desk.gaps.listed(EMIL, "open").gaps
    assert gap.count == 4


def test_a_second_open_gap_of_a_question_is_never_written(desk: FrontDesk) -> None:
    gap = Gap(fresh_id(), "de", "Was?", "key", None, "open", 1, desk.clock.now())
    with desk.units() as unit:
        assert unit.gaps.open_or_add(gap) == gap
        assert unit.gaps.open_or_add(gap._replace(id=fresh_id())) == gap


def test_the_same_request_proposes_once(desk: FrontDesk) -> None:
    conversation_id, _ = desk.claimed(ANNA)
    first = desk.gaps.propose(ANNA, conversation_id, "client-gap-1", NEW)
    again = desk.gaps.propose(ANNA, conversation_id, "client-gap-1", NEW)
    assert (again.number, again.gap.count) == (first.number, 1)


def test_agents_see_what_they_proposed_and_why_it_was_rejected_and_nobody_elses(desk: FrontDesk) -> None:
    gap = proposed(desk).gap
    proposed(desk, BEN, answer="Bens Antwort")
    assert [answer.by for answer in desk.gaps.own(ANNA).gaps[0].answers] == ["Anna Brandt"]
    with pytest.raises(NotAllowed):
        desk.gaps.listed(ANNA, "open")
    for act in (
        lambda: desk.gaps.reject(ANNA, gap.id, 1, "nein"),
        lambda: desk.gaps.take_up(ANNA, gap.id, 1, "x"),
        lambda: desk.gaps.start(ANNA, gap.id),
    ):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(InvalidInput):
        desk.gaps.reject(EMIL, gap.id, 1, " \x00 ")
    desk.gaps.reject(EMIL, gap.id, 1, "Steht in einem Artikel.")
    [own] = desk.gaps.own(ANNA).gaps
    assert (own.state, own.reason, own.settled_by) == ("rejected", "Steht in einem Artikel.", "Emil Fuchs")


def test_of_two_editors_the_second_hears_that_somebody_was_faster(desk: FrontDesk) -> None:
    gap = proposed(desk).gap
    desk.gaps.take_up(EMIL, gap.id, gap.version, "parcel-insurance")
    with pytest.raises(StaleVersion):
        desk.gaps.reject(SOPHIE, gap.id, gap.version, "doppelt")
    assert (questions(desk), questions(desk, "taken_up")) == ([], ["Ist mein Paket versichert?"])


def test_a_question_that_came_again_is_open_once(desk: FrontDesk) -> None:
    gap = proposed(desk).gap
    desk.gaps.reject(EMIL, gap.id, gap.version, "selten")
    proposed(desk, BEN)
    with pytest.raises(Conflict):
        desk.gaps.reopen(EMIL, gap.id, gap.version + 1)
    assert questions(desk) == ["Ist mein Paket versichert?"]


def test_an_editor_begins_with_a_file_that_lacks_only_what_nobody_could_know(desk: FrontDesk) -> None:
    gap = proposed(desk).gap
    proposed(desk, BEN, question="ist mein Paket versichert", answer="Ja, immer.")
    start = desk.gaps.start(EMIL, gap.id)
    assert start.draft.article_id == "ist-mein-paket-versichert"
    assert (start.draft.body, start.draft.owner, start.folders) == ("Ja, immer.", "Emil Fuchs", ("billing", "shipping"))
    assert start.draft.questions == ("Ist mein Paket versichert?", "ist mein Paket versichert")
    file = desk.gaps.file(EMIL, gap.id, start.draft)
    assert {problem["code"] for problem in file.problems} == {"list-short", "list-long"}
    assert all(problem["message"].keys() == {"de", "en"} for problem in file.problems)
    fine = desk.gaps.file(EMIL, gap.id, DRAFT)
    assert (fine.path, fine.problems) == ("de/shipping/parcel-insurance.md", ())
    loose = desk.gaps.file(EMIL, gap.id, DRAFT.model_copy(update={"folder": ""}))
    assert (loose.path, [problem["code"] for problem in loose.problems]) == ("de/parcel-insurance.md", ["field-id"])


WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp")), min_size=1, max_size=40)
LINES = WORDS.map(lambda text: " ".join(text.split())).filter(bool)


@settings(max_examples=150, deadline=None)
@given(title=LINES, owner=LINES, asked=st.lists(LINES, min_size=4, max_size=8, unique_by=str.casefold))
def test_whatever_an_editor_types_the_knowledge_room_reads_the_same(
    title: str, owner: str, asked: Sequence[str]
) -> None:
    draft = DRAFT.model_copy(update={"title": title, "owner": owner, "questions": tuple(asked)})
    text = article_file.markdown(draft, "de", TODAY)
    read = parse(text.encode(), article_file.path(draft, "de"))
    if any(mark in text for mark in (">>", "<<")):
        return  # the room calls it unfinished
    assert isinstance(read, Article), read
    assert (read.id, read.valid_from, read.body) == (draft.article_id, TODAY, draft.body)
    assert len(read.questions) == len(asked)
    assert (read.title, read.owner) == tuple(map(_composed, (title, owner)))


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


@given(st.text(max_size=60))
def test_a_title_makes_a_name_for_a_file(title: str) -> None:
    assert article_file.slug(title)
    path = f"de/shipping/{article_file.slug(title)}.md"
    draft = DRAFT.model_copy(update={"article_id": article_file.slug(title)})
    assert isinstance(parse(article_file.markdown(draft, "de", TODAY).encode(), path), Article)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Erika Lindner wohnt Hauptstr. 5, 20095 Hamburg", "[name] wohnt [address], [address] Hamburg"),
        ("erika  LINDNER und Lindners Paket", "[name] und Lindners Paket"),
        ("Bestellung 10023 von K-1001, nicht 100231", "Bestellung [number] von [number], nicht 100231"),
        ("nichts davon", "nichts davon"),
        ("Guten Tag Frau Dr. Weiß-Blau, Herr Özil ruft an.", "Guten Tag Frau Dr. [name], Herr [name] ruft an."),
        ("Hallo Tom!\nDear Ms. O'Hara, my name is Ben Smith.", "Hallo [name]!\nDear Ms. [name], my name is [name]."),
        ("Liebe Grüße aus Hamburg, hi there", "Liebe Grüße aus Hamburg, hi there"),
    ],
)
def test_what_tells_who_it_is_about_is_taken_out(text: str, shown: str) -> None:
    assert neutral(text, ERIKA).text == shown


@given(st.lists(st.sampled_from(["Erika", "Lindner", "10023", "Hauptstr. 5", "und", "Paket", ",", "\n"]), max_size=12))
def test_nothing_known_about_a_person_is_left_and_a_second_look_changes_nothing(parts: list[str]) -> None:
    shown = neutral(" ".join(parts), ERIKA).text
    assert not any(word in shown for word in ("Erika", "Lindner", "10023", "Hauptstr. 5"))
    assert neutral(shown, ERIKA) == (shown, frozenset())


def test_equal_questions_have_one_key_and_others_another() -> None:
    assert key_of("Wo ist mein Paket?") == key_of("  wo ist MEIN paket ")
    assert key_of("Wo ist mein Paket?") != key_of("Wo ist mein Geld?")


def test_by_the_api_an_agent_proposes_and_an_editor_settles(house: House) -> None:
    started = house.desk.conversations.start("de", None)
    house.desk.conversations.request_human(started.conversation_id, "client-0001")
    anna, emil = house.agent("anna"), house.agent("emil", Role.EDITOR)
    path = f"/api/conversations/{started.conversation_id}/gap"
    assert anna.http.get(path).json()["answers"] == []
    body = {"client_id": "client-gap", **NEW.model_dump()}
    assert emil.http.post(path, json=body).status_code == 403
    assert anna.http.post(path, json={**body, "question": ""}).status_code == 422
    assert anna.http.post(path, json={**body, "language": "fr"}).status_code == 422
    assert anna.http.post(path, json=body).status_code == 201
    assert anna.http.get("/api/gaps").status_code == 403
    assert len(anna.http.get("/api/gaps/mine").json()["gaps"]) == 1
    [gap] = emil.http.get("/api/gaps").json()["gaps"]
    route = f"/api/gaps/{gap['id']}"
    assert emil.http.get(f"{route}/article").json()["draft"]["title"] == NEW.question
    assert emil.http.post(f"{route}/article", json=DRAFT.model_dump()).json()["problems"] == []
    assert emil.http.post(f"{route}/take-up", json={"version": 1, "article_id": "Not A Slug"}).status_code == 422
    taken = emil.http.post(f"{route}/take-up", json={"version": 1, "article_id": "parcel-insurance"})
    assert (taken.status_code, taken.json()["article_id"]) == (200, "parcel-insurance")
    assert emil.http.post(f"{route}/reject", json={"version": 1, "reason": "x"}).status_code == 409
    assert emil.http.post(f"{route}/reopen", json={"version": 2}).json()["state"] == "open"
    assert emil.http.get("/api/gaps/unknown/article").status_code == 404
