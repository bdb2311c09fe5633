"""Claims go to the desk, and its decision is told. No amount is made here."""

from __future__ import annotations

import re

from actions import wishes
from actions.flows import Flow
from actions.orders import has_arrived
from actions.picking import Option, ask_which, pick
from actions.replies import days, money
from actions.turn import Turn
from handover.contract.events import CreditReason, HandoverReason
from handover.contract.turns import CreditClaimed, CreditDecided, OrderItemView, OrderView

OVER_LIMIT = "limit.bot"
_ABOUT_OWN = re.compile(r"\W*(?:warum|wieso|weshalb|wann|wo|why|when|where)\b", re.IGNORECASE)
_SUPPOSED = re.compile(r"\b(?:wenn|falls|sollte|bei|if|in case)\b", re.IGNORECASE)


async def claim(turn: Turn, reason: CreditReason) -> None:
    """Late, damaged, missing: a claim about an order."""
    order = await wishes.order_of(turn, suits=SUITS[reason])
    if order is None:
        return
    item = None if reason == "late_delivery" else item_of(turn, order)
    if item is None and reason != "late_delivery":
        return
    sku = item.sku if item else None
    claimed = CreditClaimed(context=turn.context, reason=reason, subject=order.number, item_sku=sku)
    decided = await turn.desk.claim(claimed)
    if decided.because == "item.needed":
        turn.note(item_sku=None)
        ask_which(turn, "item_sku", _items(order), "credit.which_item", number=order.number)
        return
    late = days(order.days_late, turn.language)
    tell(turn, decided, reason, number=order.number, item=item.name if item else "", late=late)


def tell(turn: Turn, decided: CreditDecided, reason: CreditReason, **values: str) -> None:
    """What the desk decided. `values`: what the sentences of this reason need, `number` among them."""
    amount = money(decided.amount_cents, decided.currency, turn.language)
    match decided.outcome:
        case "granted":
            turn.say(f"credit.granted.{reason}", amount=amount, reference=decided.reference or "", **values)
        case "already_granted":
            turn.say("credit.already_granted", amount=amount, reference=decided.reference or "")
        case "proposed" | "already_proposed":
            turn.call_human(_proposal_key(decided), handover_reason(decided))
        case "refused":
            turn.offer_human(_refusal_key(turn, decided.because, reason), "credit_unclear", **values)
        case "identity_required":
            wishes.ask_identity(turn)
            return
        case "not_found":
            say_not_found(turn, reason, values["number"])
        case "stale":
            raise wishes.StaleTurn
    wishes.fulfil(turn)


def say_not_found(turn: Turn, reason: CreditReason, number: str) -> None:
    """The same for what does not exist and what is somebody else's."""
    if reason in SUITS:
        wishes.say_not_found(turn, number)
    else:
        turn.offer_human("request.not_found", "no_answer")


def handover_reason(decided: CreditDecided) -> HandoverReason:
    return "credit_over_limit" if decided.because == OVER_LIMIT else "credit_unclear"


def _proposal_key(decided: CreditDecided) -> str:
    if decided.outcome == "already_proposed":
        return "credit.already_proposed"
    return "credit.over_limit" if decided.because == OVER_LIMIT else "credit.unclear"


def _refusal_key(turn: Turn, because: str, reason: CreditReason) -> str:
    """The sentence for this rule in this case; a rule that is newer than the texts has a plain one."""
    keys = (f"because.{reason}.{because}", f"because.{because}", f"because.{reason}.other")
    return next((key for key in keys if turn.replies.has(key)), "because.other")


def item_of(turn: Turn, order: OrderView) -> OrderItemView | None:
    """The item that was chosen, or is the only one, or that the visitor's words name. None: they were asked."""
    option = pick(turn, "item_sku", _items(order), "credit.which_item", number=order.number)
    return next((item for item in order.items if option and item.sku == option.value), None)


def _items(order: OrderView) -> list[Option]:
    return [Option(value=item.sku, label=item.name, words=item.name) for item in order.items]


def _is_late(order: OrderView) -> bool:
    return order.days_late > 0


def _should_have_arrived(order: OrderView) -> bool:
    return order.state == "lost" or has_arrived(order)


SUITS: dict[CreditReason, wishes.Suits] = {
    "late_delivery": _is_late,
    "damaged_item": has_arrived,
    "missing_item": _should_have_arrived,
}
"""Which orders a claim without a number can be about."""


def _flow(reason: CreditReason) -> Flow:
    async def advance(turn: Turn) -> None:
        await claim(turn, reason)

    return Flow(advance, on_wish_only=True, is_wish=_happened)


def _happened(text: str) -> bool:
    """„Warum ist es noch nicht da?“ tells what happened; „Was ist, wenn es zu spät kommt?“ does not, and is worth nothing."""
    return bool(_ABOUT_OWN.match(text)) and not _SUPPOSED.search(text)


FLOWS = {
    "parcel_late": _flow("late_delivery"),
    "parcel_damaged": _flow("damaged_item"),
    "partial_delivery": _flow("missing_item"),
}
