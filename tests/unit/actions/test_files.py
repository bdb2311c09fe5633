"""Files: the bot says that it cannot look into them, offers a human, and disturbs nothing that was asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from actions import dialogue, files, smalltalk
from actions.turn import Turn
from handover.contract.turns import BotMessage

HONEST = {"de": "Ich bin ein Programm und kann nicht in Dateien hineinsehen", "en": "I am a program and cannot look"}


def with_files(turn: Turn, count: int = 1) -> Turn:
    turn.context = turn.context.model_copy(update={"files": count})
    return turn


@pytest.mark.parametrize("language", ["de", "en"])
async def test_mere_files_are_answered_honestly_with_the_way_to_a_human(
    make_turn: Callable[..., Turn], language: str
) -> None:
    turn = make_turn(intent="files_received", language=language)
    await dialogue.lead(turn, files.received)
    [message] = turn.messages
    assert message.text.startswith(HONEST[language])
    assert message.choices[0].signal.name == "talk_to_human"
    assert turn.slot_changes()["offered"] == "visitor_wish"  # so that a yes is enough


async def test_a_question_that_stands_goes_on_standing_and_a_yes_answers_it(make_turn: Callable[..., Turn]) -> None:
    turn = make_turn(intent="files_received", slots={"awaiting": "confirm"})
    await dialogue.lead(turn, files.received)
    assert turn.slot_changes()["awaiting"] == "confirm"
    assert not turn.has_offered
    assert turn.messages[0].choices[0].signal.name == "talk_to_human"


async def test_a_text_with_files_is_answered_first_and_the_files_are_met_once(make_turn: Callable[..., Turn]) -> None:
    turn = with_files(make_turn("Hallo", intent="greet"), 2)
    await dialogue.lead(turn, smalltalk.small_talk)
    assert len(turn.messages) >= 2
    assert [message.text.startswith(HONEST["de"]) for message in turn.messages][-1:] == [True]
    later = with_files(make_turn("Hallo", intent="greet", slots={"told": turn.slot("told")}))
    await dialogue.lead(later, smalltalk.small_talk)
    assert not any(message.text.startswith(HONEST["de"]) for message in later.messages)


async def test_what_the_bot_asks_about_a_text_with_files_stays_the_last_thing_it_says(
    make_turn: Callable[..., Turn],
) -> None:
    async def ask(turn: Turn) -> None:
        turn.propose(BotMessage(text="Welcher Artikel?", choices=(turn.human_choice("visitor_wish"),)))

    turn = with_files(make_turn("Sie ist kaputt", intent="parcel_damaged"))
    await dialogue.lead(turn, ask)
    honest, question = turn.messages
    assert honest.text.startswith(HONEST["de"])
    assert not honest.choices
    assert question.text == "Welcher Artikel?"


async def test_whoever_asked_for_a_human_is_not_offered_one(make_turn: Callable[..., Turn]) -> None:
    from actions import escalation

    turn = with_files(make_turn("Ich will einen Menschen", intent="talk_to_human"))
    await dialogue.lead(turn, escalation.call_human)
    assert len(turn.messages) == 1
