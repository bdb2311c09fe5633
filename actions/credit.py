"""Late, damaged, missing: the claim goes to the desk, and its decision is told. No amount is made here."""

from __future__ import annotations

from actions import wishes
from actions.replies import days, money
from actions.turn import Turn
from handover.contract.events import CreditReason, HandoverReason
from handover.contract.turns import (
    BotMessage,
    CreditClaimed,
    CreditDecided,
    OfferedChoice,
    OrderItemView,
    OrderView,
    Signal,
)

REASONS: dict[str, CreditReason] = {
    "complain_late": "late_delivery",
    "complain_damaged": "damaged_item",
    "complain_missing": "missing_item",
}
OVER_LIMIT = "limit.bot"


class StaleTurn(Exception):
    """The conversation has another owner by now: nothing the bot says would be heard."""


async def complain(turn: Turn) -> None:
    await claim(turn, REASONS[turn.intent])


async def claim(turn: Turn, reason: CreditReason) -> None:
    wishes.open_wish(turn, reason)
    order = await wishes.order_of(turn, suits=SUITS[reason])
    if order is None:
        return
    item = None if reason == "late_delivery" else item_of(turn, order)
    if item is None and reason != "late_delivery":
        ask_item(turn, order)
        return
    claimed = CreditClaimed(
        context=turn.context, reason=reason, order_number=order.number, item_sku=item.sku if item else None
    )
    tell(turn, await turn.desk.claim(claimed), order=order, item=item, reason=reason)


def tell(turn: Turn, decided: CreditDecided, *, order: OrderView, item: OrderItemView | None, reason: str) -> None:
    match decided.outcome:
        case "granted":
            turn.say(
                f"credit.granted.{reason}",
                number=order.number,
                item=item.name if item else "",
                late=days(order.days_late, turn.language),
                amount=money(decided.amount_cents, decided.currency, turn.language),
                reference=decided.reference or "",
            )
        case "already_granted":
            amount = money(decided.amount_cents, decided.currency, turn.language)
            turn.say("credit.already_granted", number=order.number, amount=amount, reference=decided.reference or "")
        case "proposed" | "already_proposed":
            turn.call_human(_proposal_key(decided), handover_reason(decided))
        case "refused" if decided.because == "item.needed":
            ask_item(turn, order)
            return
        case "refused":
            key = f"because.{decided.because}"
            turn.offer_human(
                key if turn.replies.has(key) else "because.other",
                "credit_unclear",
                number=order.number,
            )
        case "identity_required":
            wishes.ask_identity(turn)
            return
        case "order_not_found":
            wishes.say_not_found(turn, order.number)
        case "stale":
            raise StaleTurn
    wishes.fulfil(turn)


def handover_reason(decided: CreditDecided) -> HandoverReason:
    return "credit_over_limit" if decided.because == OVER_LIMIT else "credit_unclear"


def _proposal_key(decided: CreditDecided) -> str:
    if decided.outcome == "already_proposed":
        return "credit.already_proposed"
    return "credit.over_limit" if decided.because == OVER_LIMIT else "credit.unclear"


def item_of(turn: Turn, order: OrderView) -> OrderItemView | None:
    """The item that was chosen, or is the only one, or that the visitor's words name."""
    if len(order.items) == 1:
        return order.items[0]
    chosen = [item for item in order.items if item.sku == turn.slot("item_sku")]
    if chosen:
        return chosen[0]
    return named_item(turn.text, order) or named_item(turn.slot("wish_text") or "", order)


def named_item(text: str, order: OrderView) -> OrderItemView | None:
    """The one item whose name shares the most words with the text; none if two share as many."""
    said = wishes.stems(text)
    shared = {item: len(said & wishes.stems(item.name)) for item in order.items}
    best = [item for item, count in shared.items() if count and count == max(shared.values())]
    return best[0] if len(best) == 1 else None


def ask_item(turn: Turn, order: OrderView) -> None:
    choices = tuple(
        OfferedChoice(label=item.name, signal=Signal(name="choose_item", data={"item_sku": item.sku}))
        for item in order.items
    )
    turn.propose(
        BotMessage(
            text=turn.wording("credit.which_item", number=order.number),
            choices=(*choices, turn.human_choice("visitor_wish")),
        )
    )


def _is_late(order: OrderView) -> bool:
    return order.days_late > 0


def _has_arrived(order: OrderView) -> bool:
    return order.state in ("delivered", "partly_delivered")


def _should_have_arrived(order: OrderView) -> bool:
    return order.state == "lost" or _has_arrived(order)


SUITS: dict[CreditReason, wishes.Suits] = {
    "late_delivery": _is_late,
    "damaged_item": _has_arrived,
    "missing_item": _should_have_arrived,
}
"""Which orders a claim without a number can be about."""
