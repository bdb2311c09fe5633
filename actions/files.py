"""Files that the visitor sent: a program cannot look into them, and says so before anybody relies on it."""

from __future__ import annotations

from actions.turn import Turn
from handover.contract.turns import BotMessage


async def received(turn: Turn) -> None:
    """Nothing but files came."""
    turn.once("files")
    question = turn.slot("awaiting")
    _tell(turn, is_asked=question is not None)
    turn.keep(awaiting=question)


def meet(turn: Turn) -> None:
    """With the answer to a text that files came with: once in a conversation, and not if a human is called anyway."""
    if not turn.context.files or turn.is_handed_over or not turn.once("files"):
        return
    if turn.messages and turn.messages[-1].choices:  # what the bot asks stays the last thing it says
        turn.messages.insert(0, BotMessage(text=turn.wording("files.kept")))
    else:
        _tell(turn, is_asked=turn.kept.get("awaiting") is not None)


def _tell(turn: Turn, *, is_asked: bool) -> None:
    """Where something else has been asked, a yes answers that; the button is there all the same."""
    if is_asked or turn.has_offered:
        told = BotMessage(text=turn.wording("files.kept"), choices=(turn.human_choice("visitor_wish"),))
        turn.propose(told)
    else:
        turn.offer_human("files.kept_offer", "visitor_wish")
