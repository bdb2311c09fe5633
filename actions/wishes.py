"""A wish that needs an order: asked for, remembered while something is missing, and taken further.

What can be missing is the proof of identity, the order, or the item. The wish waits in slots; a signal or a message
that brings the missing piece takes it up again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from actions.replies import day
from actions.turn import Turn
from handover.contract.turns import BotMessage, OfferedChoice, OrdersAsked, OrderView, Signal

MAX_CHOICES = 5
Suits = Callable[[OrderView], bool]


def open_wish(turn: Turn, wish: str) -> None:
    """Remember what the visitor wants, and the words of a new complaint: they may name the item."""
    if turn.slot("wish") != wish or turn.text:
        turn.keep(wish_text=turn.text)
    turn.keep(wish=wish)


def fulfil(turn: Turn) -> None:
    """The wish is answered. The order stays in mind: the next sentence is often about it too."""
    turn.forget("wish", "wish_text", "item_sku")


async def order_of(turn: Turn, suits: Suits) -> OrderView | None:
    """The order that the wish is about. None when something else was said instead: the visitor must answer first."""
    number = turn.slot("order_number")
    found = await turn.desk.orders(OrdersAsked(context=turn.context, order_number=number))
    if found.outcome == "identity_required":
        ask_identity(turn)
    elif not found.orders:
        say_not_found(turn, number)
    elif (order := _only(candidates := _narrowed(turn, found.orders, suits))) is None:
        _ask_which(turn, candidates)
    else:
        turn.keep(order_number=order.number)
        return order
    return None


def ask_identity(turn: Turn) -> None:
    turn.propose(BotMessage(text=turn.wording("order.prove_identity"), request_identity=True))


def say_not_found(turn: Turn, number: str | None) -> None:
    """The same for an order that does not exist and one of somebody else."""
    turn.forget("order_number")
    if number is None:
        fulfil(turn)
        turn.offer_human("order.none", "no_answer")
    else:
        turn.offer_human("order.not_found", "no_answer", number=number)


def _narrowed(turn: Turn, orders: Sequence[OrderView], suits: Suits) -> Sequence[OrderView]:
    """The orders that suit the wish, and of these the ones with an item that the visitor's words name."""
    suitable = [order for order in orders if suits(order)] or orders
    said = stems(f"{turn.text} {turn.slot('wish_text') or ''}")
    return [order for order in suitable if any(said & stems(item.name) for item in order.items)] or suitable


def _only(orders: Sequence[OrderView]) -> OrderView | None:
    return orders[0] if len(orders) == 1 else None


def stems(text: str) -> set[str]:
    """Beginnings of its longer words: „Filter“ names a „Filterset“."""
    return {word[:6] for word in re.findall(r"\w{4,}", text.casefold())}


def _ask_which(turn: Turn, orders: Sequence[OrderView]) -> None:
    choices = tuple(
        OfferedChoice(
            label=turn.wording("choice.order", number=order.number, day=day(order.ordered_on, turn.language)),
            signal=Signal(name="choose_order", data={"order_number": order.number}),
        )
        for order in orders[:MAX_CHOICES]
    )
    turn.propose(BotMessage(text=turn.wording("order.which"), choices=(*choices, turn.human_choice("visitor_wish"))))
