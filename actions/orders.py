"""Where is my order: the true state, with its days, in a sentence."""

from __future__ import annotations

from collections.abc import Iterable

from actions import wishes
from actions.replies import day, days
from actions.turn import Turn
from handover.contract.turns import OrderItemView, OrderView

WISH = "order_status"
LATE_MATTERS = {"processing", "shipped", "delivered"}
"""States whose sentence depends on whether the promised day was kept."""
WITH_A_HUMAN_OFFERED = {"lost", "partly_delivered"}
UNDER_WAY = {"processing", "shipped", "lost", "partly_delivered"}
"""States of an order that somebody waits for."""


async def tell_status(turn: Turn) -> None:
    wishes.open_wish(turn, WISH)
    order = await wishes.order_of(turn, suits=_is_under_way)
    if order is not None:
        say_status(turn, order)
        wishes.fulfil(turn)


def say_status(turn: Turn, order: OrderView) -> None:
    key = f"order.{order.state}"
    if order.state in LATE_MATTERS:
        key += ".late" if order.days_late else ".on_time"
    if order.state in WITH_A_HUMAN_OFFERED:
        turn.offer_human(key, "visitor_wish", **_facts(turn, order))
    else:
        turn.say(key, **_facts(turn, order))
    if order.state == "shipped" and order.carrier and order.tracking_code:
        turn.say("order.tracking", carrier=order.carrier, code=order.tracking_code)


def _is_under_way(order: OrderView) -> bool:
    return order.state in UNDER_WAY


def _facts(turn: Turn, order: OrderView) -> dict[str, str]:
    language = turn.language
    return {
        "number": order.number,
        "promised": day(order.promised_on, language),
        "shipped": day(order.shipped_on, language) if order.shipped_on else "",
        "delivered": day(order.delivered_on, language) if order.delivered_on else "",
        "late": days(order.days_late, language),
        "arrived": _names(item for item in order.items if item.state == "delivered"),
        "open": _names(item for item in order.items if item.state in ("open", "shipped", "missing")),
    }


def _names(items: Iterable[OrderItemView]) -> str:
    return ", ".join(item.name for item in items)
