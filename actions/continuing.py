"""The visitor brought what was missing: the open wish goes on."""

from __future__ import annotations

from actions import topics
from actions.flows import flows
from actions.turn import CONFIRM, WISH_SLOTS, YES_OR_NO, Turn


async def continue_wish(turn: Turn) -> None:
    """A number, a choice, a yes, a proven identity; without an open wish it may be the whole of a message."""
    if turn.intent == "confirm" and turn.entity("answer") == "no":
        await decline(turn)
        return
    if flow := flows().get(turn.slot("wish") or ""):
        await flow.advance(turn)
    elif turn.entity("order_number") and not turn.entity("answer"):
        turn.intent = "order_status"
        await topics.take_up(turn)
    elif turn.text:
        await topics.take_up(turn)
    else:
        turn.say("small_talk.what_next")


async def accept(turn: Turn) -> None:
    """Yes to what was asked, or to the human who was offered; else to the question that is open."""
    if turn.awaits(CONFIRM) or (turn.slot("wish") and not turn.slot("offered")):
        await continue_wish(turn)
    elif offered := turn.slot("offered"):
        turn.call_human("human.called", offered)
    else:
        turn.say("small_talk.affirm")


async def decline(turn: Turn) -> None:
    """No to an offer, or to the question that is open; nothing was done and nothing more is done about it."""
    if turn.awaits(YES_OR_NO):
        await continue_wish(turn)
        return
    was_asked = turn.awaits(CONFIRM)
    turn.forget(*WISH_SLOTS)
    turn.say("small_talk.not_done" if was_asked else "small_talk.deny")
