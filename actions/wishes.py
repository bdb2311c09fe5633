"""What the visitor wants and has not got yet: remembered while something is missing, and taken further.

What can be missing is the proof of identity, the order, the item, a yes. The wish waits in slots; a signal or a message
that brings the missing piece takes it up again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from actions.picking import Option, mentioned, pick
from actions.replies import day
from actions.turn import WISH_SLOTS, Turn
from handover.contract.events import HandoverReason
from handover.contract.selfservice import AccountAsked, AccountFound, AccountPart, RequestKind, ServiceAnswered
from handover.contract.selfservice import ServiceRequested as Requested
from handover.contract.turns import BotMessage, OfferedChoice, OrdersAsked, OrderView, Signal

Suits = Callable[[OrderView], bool]


def open_wish(turn: Turn, wish: str) -> None:
    """Remember what the visitor wants, and the words of a new wish: they may name the thing it is about."""
    if turn.slot("wish") != wish:
        if turn.slot("wish") and turn.is_asked:
            turn.interrupted = {name: turn.slot(name) for name in WISH_SLOTS}
        turn.forget(*WISH_SLOTS)
        turn.keep(wish_text=turn.text)
        if day_named := turn.entity("date"):
            turn.note(date=day_named)
    turn.keep(wish=wish)


def fulfil(turn: Turn, *, only_told: bool = False) -> None:
    """The wish is answered. The order stays in mind: the next sentence is often about it too.

    `only_told`: nothing was done, so that „nein, die andere“ still means this wish.
    """
    wish, options = turn.slot("wish"), turn.slot("options")
    turn.forget(*WISH_SLOTS)
    if only_told and options:
        turn.keep(options={**options, "wish": wish})


async def order_of(turn: Turn, suits: Suits) -> OrderView | None:
    """The order that the wish is about. None when something else was said instead: the visitor must answer first.

    First the one whose number was named, then the one that words point at, then the one talked about before.
    """
    if named := turn.entity("order_number"):
        turn.note(order_number=named)
    number = turn.detail("order_number")
    found = await turn.desk.orders(OrdersAsked(context=turn.context, order_number=number))
    if found.outcome == "identity_required":
        ask_identity(turn)
        return None
    if not found.orders:
        say_not_found(turn, number)
        return None
    ruled_out = None if named else turn.detail("ruled_out")
    possible = [order for order in found.orders if order.number != ruled_out] or found.orders
    orders = _in_question(turn, possible, suits)
    option = pick(turn, "order_number", order_options(turn, orders), "order.which")
    if option is None:
        return None
    turn.keep(order_number=option.value)
    return next(order for order in orders if order.number == option.value)


def _in_question(turn: Turn, orders: Sequence[OrderView], suits: Suits) -> list[OrderView]:
    """Those that the wish can be about; all, if it can be about none."""
    pointed_at = mentioned(turn, order_options(turn, orders))
    number = pointed_at.value if pointed_at else turn.slot("order_number")
    meant = [order for order in orders if order.number == number]
    return meant or [order for order in orders if suits(order)] or list(orders)


def order_options(turn: Turn, orders: Sequence[OrderView]) -> list[Option]:
    return [
        Option(
            value=order.number,
            label=turn.wording("choice.order", number=order.number, day=day(order.ordered_on, turn.language)),
            words=" ".join(item.name for item in order.items),
            day=order.ordered_on,
        )
        for order in orders
    ]


def ask_identity(turn: Turn) -> None:
    turn.propose(BotMessage(text=turn.wording("order.prove_identity"), request_identity=True))


def say_not_found(turn: Turn, number: str | None) -> None:
    """The same for an order that does not exist and one of somebody else."""
    turn.forget("order_number")
    if number is None:
        fulfil(turn)
        turn.offer_human("order.none", "no_answer")
    else:
        turn.note(order_number=None)
        turn.offer_human("order.not_found", "no_answer", number=number)


def show_way_without_proof(turn: Turn, key: str) -> None:
    """Whoever is asked for a proof is shown before it, once, that a human helps without one."""
    if turn.asks_for_proof and turn.once(key):
        way = BotMessage(text=turn.wording(key), choices=(turn.human_choice("needs_person"),))
        turn.messages.insert(-1, way)


async def account_of(turn: Turn, *parts: AccountPart) -> AccountFound | None:
    """The visitor's own data. None when they were asked to prove who they are."""
    found = await turn.desk.account(AccountAsked(context=turn.context, parts=parts))
    if found.outcome == "identity_required":
        ask_identity(turn)
        return None
    return found


async def preview(turn: Turn, kind: RequestKind, subject: str = "", **params: str) -> ServiceAnswered | None:
    """What would happen. None when the visitor was asked or told something instead of it."""
    return await _request(turn, kind, subject, params, is_preview=True)


async def carry_out(turn: Turn, kind: RequestKind, subject: str = "", **params: str) -> ServiceAnswered | None:
    """Have it done; once, however often it is said. None when the visitor was asked or told something instead."""
    return await _request(turn, kind, subject, params, is_preview=False)


async def _request(
    turn: Turn, kind: RequestKind, subject: str, params: dict[str, str], *, is_preview: bool
) -> ServiceAnswered | None:
    asked = Requested(context=turn.context, kind=kind, subject=subject, params=params, preview=is_preview)
    answered = await turn.desk.request(asked)
    match answered.outcome:
        case "identity_required":
            ask_identity(turn)
        case "stale":
            raise StaleTurn
        case "not_found":
            fulfil(turn)
            turn.offer_human("request.not_found", "no_answer")
        case _:
            return answered
    return None


async def do_or_preview(turn: Turn, kind: RequestKind, subject: str, **params: str) -> ServiceAnswered | None:
    """Carry out what a yes has just confirmed, and exactly that; anything else is only looked at and kept for a yes."""
    what = [kind, subject, *(f"{name}={value}" for name, value in sorted(params.items()))]
    if turn.is_confirmed and turn.noted("confirming") == what:
        return await carry_out(turn, kind, subject, **params)
    turn.note(confirming=what)
    return await preview(turn, kind, subject, **params)


def say_done(turn: Turn, key: str, answered: ServiceAnswered, **values: str) -> None:
    """It is done: with its reference, and with the way back if there is one. The wish ends with it."""
    reference = answered.reference or ""
    undo = Signal(name="undo", data={"request_reference": reference})
    choices = (OfferedChoice(label=turn.wording("choice.undo"), signal=undo),) if answered.undo_until else ()
    text = turn.wording(key, reference=reference, **values)
    turn.propose(BotMessage(text=text, choices=choices, documents=answered.documents))
    fulfil(turn)


def refuse(turn: Turn, answered: ServiceAnswered, reason: HandoverReason = "needs_person", **values: str) -> None:
    """Why it cannot be done, with the way to a human. The wish ends with it."""
    key = f"refused.{answered.because}"
    turn.offer_human(key if turn.replies.has(key) else "refused.other", reason, **values)
    fulfil(turn)


class StaleTurn(Exception):
    """The conversation has another owner by now: nothing the bot says would be heard."""
