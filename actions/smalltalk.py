"""Greetings, thanks, what the bot is, and yes or no to what it offered."""

from __future__ import annotations

from actions import continuing
from actions.turn import Turn

WITH_A_HUMAN_OFFERED = {"bot_challenge", "insult", "dissatisfied"}


async def small_talk(turn: Turn) -> None:
    key = f"small_talk.{turn.intent}"
    if turn.intent in WITH_A_HUMAN_OFFERED:
        turn.offer_human(key, "visitor_wish")
    else:
        turn.say(key)


async def accept_offer(turn: Turn) -> None:
    """Yes to the human who was offered, or to the question that is open: then it is put once more."""
    if offered := turn.slot("offered"):
        turn.call_human("human.called", offered)
    elif turn.slot("wish"):
        await continuing.continue_wish(turn)
    else:
        turn.say("small_talk.affirm")


async def decline_offer(turn: Turn) -> None:
    """No to an offer, or to the question that is open; either way nothing more is done about it."""
    turn.forget("wish", "wish_text", "item_sku")
    turn.say("small_talk.deny")
