"""The visitor brought what was missing: the open wish goes on."""

from __future__ import annotations

from typing import cast, get_args

from actions import answers, credit, orders
from actions.turn import Turn
from handover.contract.events import CreditReason


async def continue_wish(turn: Turn) -> None:
    wish = turn.slot("wish")
    if wish in get_args(CreditReason):
        await credit.claim(turn, cast("CreditReason", wish))
    elif wish == orders.WISH or turn.entity("order_number"):
        await orders.tell_status(turn)
    elif turn.text:
        await answers.answer(turn)
    else:
        turn.say("small_talk.what_next")
