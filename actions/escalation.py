"""To a human and back."""

from __future__ import annotations

from typing import get_args

from actions.turn import WISH_SLOTS, Turn
from handover.contract.events import HandoverReason, Outcome

REASONS: dict[str | None, HandoverReason] = {reason: reason for reason in get_args(HandoverReason)}
EVERYTHING_OPEN = (*WISH_SLOTS, "order_number", "concerns")


async def call_human(turn: Turn) -> None:
    """The visitor asked for a human, or pressed the button of an offer that carries its reason."""
    turn.call_human("human.called", REASONS.get(turn.entity("reason"), "visitor_wish"))


async def welcome_back(turn: Turn) -> None:
    """A human handed back: say what was settled, and start afresh, so that nothing settled comes up again."""
    turn.forget(*EVERYTHING_OPEN)
    outcome, summary = turn.entity("outcome"), (turn.entity("summary") or "").strip()
    known = outcome if outcome in get_args(Outcome) else "unsolved"
    turn.say(f"back.{known}")
    if summary:
        turn.say("back.summary", summary=summary)
    turn.say("back.anything_open")
