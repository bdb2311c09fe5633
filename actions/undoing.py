"""„Mach das rückgängig“: the last thing that was done here, while it can still be taken back."""

from __future__ import annotations

from actions import continuing, subscriptions, wishes
from actions.turn import CONFIRM, Turn
from handover.contract.selfservice import ServiceAnswered


async def undo(turn: Turn) -> None:
    """A cancelled subscription is taken back until its last day, not only on the day it was cancelled."""
    if subscriptions.takes_back_cancellation(turn.text):
        turn.intent = "resume_subscription"
        wishes.open_wish(turn, turn.intent)
        await subscriptions.resume(turn)
        return
    if turn.awaits(CONFIRM) and not turn.entity("request_reference"):
        await continuing.decline(turn)  # nothing is done yet that could be undone: they think better of it
        return
    answered = await wishes.carry_out(turn, "request.undo", turn.entity("request_reference") or "")
    if answered is None:
        return
    if answered.outcome == "refused":
        wishes.refuse(turn, answered)
        return
    _say_undone(turn, answered)


def _say_undone(turn: Turn, answered: ServiceAnswered) -> None:
    """What holds again: “undo that” names nothing, and the last thing need not be the one they think of."""
    facts = answered.facts
    turn.say(
        f"undo.done.{facts['undone_kind']}",
        subject=str(facts["undone_subject"]),
        reference=str(facts["undone_reference"]),
        before=str(facts.get("before") or turn.wording("account.nothing")),
        method_before=str(facts.get("method_before") or turn.wording("account.nothing")),
    )
