"""What visitors think of an answer, of the bot and of people: the latest counts, whatever is sent again."""

from __future__ import annotations

import random
from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from handover.contract.events import ConversationRated, Event, FeedbackGiven
from handover.contract.frames import GiveFeedback, RateConversation
from handover.contract.turns import BotMessage
from handover.domain.errors import ClientIdReused, InvalidInput, NotFound, NothingToRate
from tests.unit.handover.front_desk import ANNA, FrontDesk, fresh_id


def answered(desk: FrontDesk) -> tuple[str, int]:
    """A conversation in which the bot asked whether it helped, and the number of that answer."""
    conversation_id = desk.visit()
    desk.write(conversation_id, "Welche Zahlungsarten gibt es?")
    desk.answer(conversation_id, BotMessage(text="Karte.", wants_feedback=True))
    return conversation_id, desk.events(conversation_id)[-1].number


def feedback(number: int, *, helpful: bool = False, **more: object) -> GiveFeedback:
    return GiveFeedback.model_validate({"client_id": fresh_id(), "message_number": number, "helpful": helpful, **more})


def rating(about: str = "bot", score: int = 4, comment: str = "", client_id: str | None = None) -> RateConversation:
    frame = {"client_id": client_id or fresh_id(), "about": about, "score": score, "comment": comment}
    return RateConversation.model_validate(frame)


def said(desk: FrontDesk, conversation_id: str) -> list[FeedbackGiven]:
    return [event.data for event in desk.events(conversation_id) if isinstance(event.data, FeedbackGiven)]


def current_ratings(events: Iterable[Event]) -> dict[str, ConversationRated]:
    """Of the bot and of the people the latest."""
    return {event.data.about: event.data for event in events if isinstance(event.data, ConversationRated)}


# --- one answer ---------------------------------------------------------------------------------------------------


def test_a_reason_follows_the_thumb_and_takes_its_place(desk: FrontDesk) -> None:
    conversation_id, answer = answered(desk)
    thumb = feedback(answer)
    first = desk.ratings.give_feedback(conversation_id, thumb)
    second = desk.ratings.give_feedback(conversation_id, feedback(answer, reason="outdated", comment="Seit gestern."))
    assert (second, desk.ratings.give_feedback(conversation_id, thumb)) == (first + 1, first)
    assert said(desk, conversation_id)[-1] == FeedbackGiven(
        message_number=answer, helpful=False, reason="outdated", comment="Seit gestern."
    )
    with desk.units(write=False) as unit:
        latest = unit.log.feedback_on(conversation_id, answer)
    assert latest
    assert latest.number == second


def test_the_same_judgement_from_two_tabs_is_written_once(desk: FrontDesk) -> None:
    conversation_id, answer = answered(desk)
    numbers = {desk.ratings.give_feedback(conversation_id, feedback(answer, reason="wrong")) for _ in range(3)}
    assert (len(numbers), len(said(desk, conversation_id))) == (1, 1)


def test_a_client_id_never_says_two_things(desk: FrontDesk) -> None:
    conversation_id, answer = answered(desk)
    thumb = feedback(answer)
    desk.ratings.give_feedback(conversation_id, thumb)
    with pytest.raises(ClientIdReused):
        desk.ratings.give_feedback(conversation_id, thumb.model_copy(update={"reason": "wrong"}))


def test_feedback_is_for_answers_that_asked_and_a_reason_for_those_that_did_not_help(desk: FrontDesk) -> None:
    conversation_id, answer = answered(desk)
    for wrong in (feedback(answer - 1), feedback(999), feedback(answer, helpful=True, reason="wrong")):
        with pytest.raises(InvalidInput):
            desk.ratings.give_feedback(conversation_id, wrong)
    assert said(desk, conversation_id) == []


# --- the bot and the people ---------------------------------------------------------------------------------------


def test_only_who_took_part_is_rated(desk: FrontDesk) -> None:
    silent = desk.visit()
    desk.write(silent, "Hallo")
    for about in ("bot", "human"):
        with pytest.raises(NothingToRate):
            desk.ratings.rate(silent, rating(about))
    talked, _ = answered(desk)
    desk.ratings.rate(talked, rating("bot"))
    with pytest.raises(NothingToRate):
        desk.ratings.rate(talked, rating("human"))
    desk.ask_for_human(talked)
    with pytest.raises(NothingToRate):
        desk.ratings.rate(talked, rating("human"))
    desk.handovers.claim(ANNA, talked)
    desk.ratings.rate(talked, rating("human", 5))
    assert {about: one.score for about, one in current_ratings(desk.events(talked)).items()} == {"bot": 4, "human": 5}


def test_a_rating_opens_no_ended_conversation(desk: FrontDesk) -> None:
    conversation_id, _ = answered(desk)
    desk.conversations.end(conversation_id, fresh_id())
    desk.ratings.rate(conversation_id, rating())
    assert desk.view(conversation_id).state == "closed"
    assert desk.types(conversation_id)[-2:] == ["conversation.closed", "conversation.rated"]


def test_a_comment_loses_addresses_numbers_and_control_characters_and_no_other_word(desk: FrontDesk) -> None:
    conversation_id, answer = answered(desk)
    comment = "  Bitte an erika@example.org\x00, 0171 2345678, DE02 1203 0000 0000 2020 51. <b>Danke</b>\n  "
    shown = "Bitte an [email], [phone], [iban]. <b>Danke</b>"
    desk.ratings.rate(conversation_id, rating(comment=comment))
    desk.ratings.give_feedback(conversation_id, feedback(answer, comment=comment))
    assert current_ratings(desk.events(conversation_id))["bot"].comment == shown
    assert said(desk, conversation_id)[-1].comment == shown


def test_of_a_conversation_nobody_knows_nothing_is_rated(desk: FrontDesk) -> None:
    with pytest.raises(NotFound):
        desk.ratings.rate("nowhere", rating())


def test_the_bot_owes_nothing_for_a_rating(desk: FrontDesk) -> None:
    conversation_id, _ = answered(desk)
    desk.ratings.rate(conversation_id, rating(comment="Was kostet der Versand?"))
    assert desk.turns.next(conversation_id) is None


FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FEW
@given(
    wishes=st.lists(st.tuples(st.sampled_from(["bot", "human"]), st.integers(1, 5)), min_size=1, max_size=8),
    seed=st.integers(0, 2**16),
)
def test_the_latest_rating_counts_in_whatever_order_earlier_ones_are_sent_again(
    sqlite_engine: Engine, wishes: list[tuple[str, int]], seed: int
) -> None:
    desk, chance = FrontDesk(sqlite_engine), random.Random(seed)
    conversation_id, _ = answered(desk)
    desk.ask_for_human(conversation_id)
    desk.handovers.claim(ANNA, conversation_id)
    desk.conversations.end(conversation_id, fresh_id())
    frames = [rating(about, score) for about, score in wishes]
    numbers: dict[str, int] = {}
    for place, frame in enumerate(frames):
        numbers[frame.client_id] = desk.ratings.rate(conversation_id, frame)
        for again in chance.sample(frames[: place + 1], chance.randint(0, place + 1)):
            assert desk.ratings.rate(conversation_id, again) == numbers[again.client_id]
    counts = current_ratings(desk.events(conversation_id))
    assert {about: one.score for about, one in counts.items()} == dict(wishes)
    rated = [event.data for event in desk.events(conversation_id) if isinstance(event.data, ConversationRated)]
    for about in ("bot", "human"):
        scores = [one.score for one in rated if one.about == about]
        assert all(one != other for one, other in pairwise(scores))
