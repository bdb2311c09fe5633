"""The end of a case: what is guessed of it, what its agent says, and that it never holds up a close."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select

from handover.contract.events import ConversationWrappedUp, IntentGuess, PassageTried
from handover.contract.frames import GiveFeedback, RateConversation
from handover.contract.turns import BotMessage, Understanding
from handover.contract.wrap_up import WrapUp
from handover.domain.agent import Agent, Role
from handover.domain.errors import KulanzError, NotAllowed, NothingToJudge
from handover.services.desk_rules import DeskRules
from handover.services.guessing import INTENTS, guesses
from handover.services.wrap_up import ASKED_FOR
from handover.store.tables import wrap_ups
from tests.edges import House
from tests.unit.handover.front_desk import ANNA, BEN, EMIL, FrontDesk, fresh_id

SOPHIE = Agent("sophie", "sophie@nordlicht.example", "Sophie Vogt", Role.SUPERVISOR, "de")
RULES = DeskRules(topics={"orders": ("parcel_late",), "billing": ("invoice_explain",)})
FULL = WrapUp(
    outcome="partly_solved",
    topic="orders",
    root_cause="delivery",
    bot_could="article_exists",
    article_id="parcel-insurance",
    remark="  Das Paket lag beim Nachbarn.\x00 ",
)


@pytest.fixture
def desk(engine: Engine) -> FrontDesk:
    return FrontDesk(engine, rules=RULES)


def asked(desk: FrontDesk, intent: str = "parcel_late", confidence: float = 0.9, *, used: bool = True) -> str:
    """A conversation whose last question the bot answered with an article, or found none for."""
    conversation_id = desk.visit()
    desk.write(conversation_id, "Wo bleibt mein Paket?")
    passage = PassageTried(article_id="parcel-insurance", title="Versichert?", score=0.8, used=used)
    said = BotMessage(text="Ja.", passages=(passage,), wants_feedback=True)
    read = Understanding(intents=(IntentGuess(name=intent, confidence=confidence),))
    desk.answer(conversation_id, said, understanding=read)
    return conversation_id


def taken(desk: FrontDesk, conversation_id: str) -> int:
    desk.ask_for_human(conversation_id)
    return desk.handovers.claim(ANNA, conversation_id).ownership_version


def test_what_an_agent_says_at_the_close_is_kept_and_told_to_the_staff_alone(desk: FrontDesk) -> None:
    conversation_id, version = desk.claimed(ANNA)
    desk.handovers.close(ANNA, conversation_id, ownership_version=version, outcome="partly_solved", wrap_up=FULL)
    closed, told = desk.events(conversation_id)[-2:]
    assert told.data == ConversationWrappedUp(
        ended_number=closed.number, **FULL.model_copy(update={"remark": "Das Paket lag beim Nachbarn."}).model_dump()
    )
    assert told.data.type not in {event.data.type for event in desk.conversations.public_events(conversation_id, 0)}
    view = desk.wrap_ups.view(BEN, conversation_id)
    assert view.judged is not None
    assert (view.judged.by, view.judged.wrap_up.root_cause, view.may_judge) == ("Anna Brandt", "delivery", False)
    assert view.article is not None
    assert view.article.title == "Ist mein Paket versichert?"
    assert desk.wrap_ups.pending(ANNA) == []


def test_the_outcome_of_the_close_is_that_of_its_wrap_up(desk: FrontDesk) -> None:
    conversation_id, version = desk.claimed(ANNA)
    desk.handovers.return_to_bot(
        ANNA, conversation_id, ownership_version=version, outcome="unsolved", summary="Morgen mehr.", wrap_up=FULL
    )
    view = desk.wrap_ups.view(ANNA, conversation_id)
    assert view.judged is not None
    assert view.judged.wrap_up.outcome == "unsolved"


def test_without_a_wrap_up_a_case_closes_all_the_same_counts_as_not_judged_and_can_be_judged_later(
    desk: FrontDesk,
) -> None:
    conversation_id, version = desk.claimed(ANNA)
    desk.handovers.close(ANNA, conversation_id, ownership_version=version, outcome="solved")
    assert desk.types(conversation_id)[-1] == "conversation.closed"
    assert desk.wrap_ups.pending(ANNA) == [], "who has said no is not asked again"
    figures = desk.wrap_ups.figures(SOPHIE, 30)
    assert (figures.ended, figures.judged) == (1, 0)
    desk.wrap_ups.judge(ANNA, conversation_id, FULL)
    figures = desk.wrap_ups.figures(SOPHIE, 30)
    assert (figures.ended, figures.judged, figures.bot_could) == (1, 1, {"article_exists": 1})
    told = desk.events(conversation_id)[-1].data
    assert isinstance(told, ConversationWrappedUp)
    assert desk.types(conversation_id)[told.ended_number - 1] == "conversation.closed"


def test_who_was_left_by_the_visitor_is_asked_and_may_say_that_they_will_not_judge(desk: FrontDesk) -> None:
    conversation_id, _ = desk.claimed(ANNA)
    desk.conversations.end(conversation_id, fresh_id())
    assert [one.conversation_id for one in desk.wrap_ups.pending(ANNA)] == [conversation_id]
    assert desk.wrap_ups.pending(BEN) == []
    desk.wrap_ups.skip(ANNA, conversation_id)
    assert desk.wrap_ups.pending(ANNA) == []
    assert desk.wrap_ups.view(ANNA, conversation_id).skipped


def test_nobody_is_asked_about_a_case_that_they_see_no_more(desk: FrontDesk) -> None:
    """They could neither judge it nor say that they will not."""
    conversation_id, _ = desk.claimed(ANNA)
    desk.conversations.end(conversation_id, fresh_id())
    with desk.units() as unit:
        before = unit.conversations.locked(conversation_id)
        unit.conversations.save(before, replace(before, team="billing"))
    assert desk.wrap_ups.pending(ANNA) == []
    assert len(desk.wrap_ups.pending(replace(ANNA, team="billing"))) == 1


def test_nobody_is_asked_for_ever_nor_about_a_case_that_is_somebodys_again(desk: FrontDesk) -> None:
    old, _ = desk.claimed(ANNA)
    desk.conversations.end(old, fresh_id())
    desk.clock.turn(seconds=ASKED_FOR.total_seconds() + 1)
    again, _ = desk.claimed(ANNA)
    desk.conversations.end(again, fresh_id())
    assert [one.conversation_id for one in desk.wrap_ups.pending(ANNA)] == [again]
    desk.write(again, "Doch noch etwas.")
    taken(desk, again)
    assert desk.wrap_ups.pending(ANNA) == []


def test_a_judgement_that_is_sent_again_is_told_once(desk: FrontDesk) -> None:
    conversation_id, version = desk.claimed(ANNA)
    desk.handovers.close(ANNA, conversation_id, ownership_version=version, outcome="solved")
    for judged in (FULL, FULL, FULL.model_copy(update={"root_cause": "other"})):
        desk.wrap_ups.judge(ANNA, conversation_id, judged)
    assert desk.types(conversation_id).count("conversation.wrapped_up") == 2


def test_a_case_is_judged_by_whoever_had_it_or_a_supervisor_and_the_last_word_counts(desk: FrontDesk) -> None:
    conversation_id, version = desk.claimed(ANNA)
    desk.handovers.close(ANNA, conversation_id, ownership_version=version, outcome="solved", wrap_up=FULL)
    for stranger in (BEN, EMIL):
        with pytest.raises(NotAllowed):
            desk.wrap_ups.judge(stranger, conversation_id, FULL)
    with desk.units() as unit:
        unit.agents.add(SOPHIE, "hash", demo=False, at=unit.now)
    desk.wrap_ups.judge(SOPHIE, conversation_id, FULL.model_copy(update={"root_cause": "our_mistake"}))
    view = desk.wrap_ups.view(ANNA, conversation_id)
    assert view.judged is not None
    assert (view.judged.by, view.judged.wrap_up.root_cause) == ("Sophie Vogt", "our_mistake")
    assert desk.wrap_ups.figures(SOPHIE, 30).root_causes == {"our_mistake": 1}


def test_a_talk_with_the_bot_alone_has_nothing_to_judge(desk: FrontDesk) -> None:
    conversation_id = desk.visit()
    desk.conversations.end(conversation_id, fresh_id())
    with pytest.raises(NothingToJudge):
        desk.wrap_ups.judge(ANNA, conversation_id, FULL)
    assert desk.wrap_ups.view(ANNA, conversation_id).ended_at is None


def test_the_topic_is_guessed_from_the_case_and_is_still_known_after_its_end(desk: FrontDesk) -> None:
    conversation_id = asked(desk)
    version = taken(desk, conversation_id)
    before = desk.wrap_ups.view(ANNA, conversation_id)
    assert before.ended_at is None
    assert (before.guesses.topic.value, before.guesses.topic.source) == ("orders", "case")
    assert before.topics == ("orders", "billing")
    desk.handovers.close(ANNA, conversation_id, ownership_version=version, outcome="solved")
    assert desk.wrap_ups.view(ANNA, conversation_id).guesses.topic == before.guesses.topic


def test_what_the_bot_could_is_read_from_why_it_stopped_and_what_it_had_found(desk: FrontDesk) -> None:
    answered = desk.wrap_ups.view(ANNA, _with_agent(desk, asked(desk))).guesses
    assert (answered.bot_could.value, answered.article_id.value) == ("article_exists", "parcel-insurance")
    assert (answered.root_cause.value, answered.root_cause.detail) == ("delivery", "parcel_late")
    unsure = desk.wrap_ups.view(ANNA, _with_agent(desk, asked(desk, confidence=0.3))).guesses
    assert unsure.bot_could.value == "misread"
    nothing = asked(desk, used=False)
    desk.write(nothing, "Wirklich nicht?")
    desk.hand_over(nothing, "no_answer")
    missing = desk.wrap_ups.view(ANNA, _with_agent(desk, nothing, called=True)).guesses
    assert (missing.bot_could.value, missing.bot_could.source) == ("article_missing", "reason")
    desk_only = desk.visit()
    desk.write(desk_only, "Gutschrift")
    desk.hand_over(desk_only, "credit_over_limit")
    assert desk.wrap_ups.view(ANNA, _with_agent(desk, desk_only, called=True)).guesses.bot_could.value == "needs_person"


def test_an_article_that_did_not_help_is_no_guess(desk: FrontDesk) -> None:
    conversation_id = asked(desk)
    answer = desk.events(conversation_id)[-1].number
    feedback = GiveFeedback(client_id=fresh_id(), message_number=answer, helpful=False)
    desk.ratings.give_feedback(conversation_id, feedback)
    found = desk.wrap_ups.view(ANNA, _with_agent(desk, conversation_id)).guesses
    assert (found.bot_could.value, found.article_id.value) == (None, None)


def test_a_bad_rating_speaks_against_solved(desk: FrontDesk) -> None:
    conversation_id, version = desk.claimed(ANNA)
    desk.handovers.post_message(
        ANNA, conversation_id, client_id=fresh_id(), ownership_version=version, text="Guten Tag"
    )
    rating = RateConversation(client_id=fresh_id(), about="human", score=1)
    desk.ratings.rate(conversation_id, rating)
    found = desk.wrap_ups.view(ANNA, conversation_id).guesses
    assert (found.outcome.value, found.outcome.source) == ("unsolved", "rating")


def test_where_nothing_is_known_nothing_is_guessed_but_the_usual() -> None:
    found = guesses(None, None, RULES, [])
    assert (found.outcome.value, found.topic.value, found.root_cause.value, found.bot_could.value) == (
        "solved",
        None,
        None,
        None,
    )


def test_no_intent_has_two_causes() -> None:
    named = [intent for intents in INTENTS.values() for intent in intents]
    assert len(named) == len(set(named))


STEPS = st.lists(st.sampled_from(["call", "claim", "close", "return", "release", "end", "write"]), max_size=14)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_each_end_of_a_case_that_somebody_had_is_kept_once(sqlite_engine: Engine, steps: list[str]) -> None:
    desk = FrontDesk(sqlite_engine, rules=RULES)
    conversation_id = desk.visit()
    for step in steps:
        _try(desk, conversation_id, step)
    told = [event for event in desk.events(conversation_id) if event.actor.kind in ("agent", "visitor")]
    ends = owned = 0
    for event in told:
        if event.data.type == "conversation.claimed":
            owned = 1
        elif event.data.type in ("conversation.closed", "conversation.returned"):
            ends, owned = ends + owned, 0
    released = desk.types(conversation_id).count("conversation.requeued")
    with sqlite_engine.connect() as connection:
        mine = wrap_ups.c.conversation_id == conversation_id
        kept = connection.execute(select(func.count()).select_from(wrap_ups).where(mine)).scalar_one()
    assert kept <= ends
    assert kept == ends or released


def _try(desk: FrontDesk, conversation_id: str, step: str) -> None:
    version = desk.handovers.opened(ANNA, conversation_id).summary.ownership_version
    acts: dict[str, Callable[[], object]] = {
        "call": lambda: desk.ask_for_human(conversation_id),
        "claim": lambda: desk.handovers.claim(ANNA, conversation_id),
        "close": lambda: desk.handovers.close(
            ANNA, conversation_id, ownership_version=version, outcome="solved", wrap_up=FULL
        ),
        "return": lambda: desk.handovers.return_to_bot(
            ANNA, conversation_id, ownership_version=version, outcome="solved", summary="Fertig."
        ),
        "release": lambda: desk.handovers.release(ANNA, conversation_id, ownership_version=version),
        "end": lambda: desk.conversations.end(conversation_id, fresh_id()),
        "write": lambda: desk.write(conversation_id, "Hallo"),
    }
    with suppress(KulanzError):  # the state table refuses what does not fit
        acts[step]()


def _with_agent(desk: FrontDesk, conversation_id: str, *, called: bool = False) -> str:
    if not called:
        desk.ask_for_human(conversation_id)
    desk.handovers.claim(ANNA, conversation_id)
    return conversation_id


def test_by_the_api_a_case_is_closed_with_its_wrap_up_in_one_call(house: House) -> None:
    started = house.desk.conversations.start("de", None)
    house.desk.conversations.request_human(started.conversation_id, "client-0001")
    anna, emil = house.agent("anna"), house.agent("emil", Role.EDITOR)
    claimed = anna.do(started.conversation_id, "claim").json()["summary"]
    body = {"outcome": "solved", "ownership_version": claimed["ownership_version"]}
    bad = anna.do(started.conversation_id, "close", **body, wrap_up={"outcome": "solved", "root_cause": "magic"})
    assert bad.status_code == 422
    said = {"outcome": "solved", "root_cause": "delivery", "article_id": "parcel-insurance"}
    assert anna.do(started.conversation_id, "close", **body, wrap_up=said).status_code == 200
    path = f"/api/conversations/{started.conversation_id}/wrap-up"
    assert anna.http.get(path).json()["judged"]["wrap_up"]["root_cause"] == "delivery"
    assert anna.http.get("/api/wrap-ups").json() == {"wrap_ups": []}
    assert anna.http.get("/api/articles", params={"query": "xy", "language": "de"}).json() == {"articles": []}
    assert anna.http.get("/api/wrap-ups/figures").status_code == 403
    assert emil.http.get("/api/wrap-ups/figures").json()["judged"] == 1
    assert emil.http.put(path, json=said).status_code == 403
