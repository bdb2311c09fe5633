"""Orders: where they are, and what can still be changed before they are sent."""

from __future__ import annotations

from collections.abc import Iterable

from actions import wishes
from actions.addresses import TypedAddress, looks_like_address, parse_address
from actions.flows import Flow, buttons, offer_first, start_choice
from actions.replies import day, days, money
from actions.turn import Turn
from handover.contract.selfservice import ServiceAnswered
from handover.contract.turns import BotMessage, CardWish, OfferedChoice, OrderItemView, OrderView, ParcelView

LATE_MATTERS = {"processing", "shipped", "delivered"}
"""States whose sentence depends on whether the promised day was kept."""
UNDER_WAY = {"processing", "shipped", "lost", "partly_delivered"}
"""States of an order that somebody waits for."""

# --- where it is --------------------------------------------------------------------------------------------------


async def tell_status(turn: Turn) -> None:
    order = await wishes.order_of(turn, suits=_is_under_way)
    if order is not None:
        say_status(turn, order)
        wishes.fulfil(turn, only_told=True)


def say_status(turn: Turn, order: OrderView) -> None:
    """What matters now and what can be done about it; the facts stand on the card. Several parcels are told one by one."""
    key = f"order.{order.state}"
    if order.state in LATE_MATTERS:
        key += ".late" if order.days_late else ".on_time"
    elif order.state == "partly_delivered":
        key += ".missing" if _is_missing(order) else ".to_come"
    text = turn.wording(key, **_facts(turn, order))
    turn.propose(
        BotMessage(
            text="\n\n".join([text, *_parcels(turn, order)]),
            choices=_ways_on(turn, order),
            cards=(CardWish(kind="order", number=order.number),),
        )
    )
    if order.state == "lost":
        turn.keep(offered="visitor_wish")


def _ways_on(turn: Turn, order: OrderView) -> tuple[OfferedChoice, ...]:
    human = turn.human_choice("visitor_wish")
    claim = buttons(turn, ("claim_late_delivery",)) if order.state in LATE_MATTERS and order.days_late else ()
    if order.state == "processing":
        return (
            *claim,
            *(
                start_choice(turn, topic, order_number=order.number)
                for topic in ("cancel_order", "change_delivery_address")
            ),
        )
    if claim:
        return claim
    if order.state == "partly_delivered":
        return (*(buttons(turn, ("claim_missing_item",)) if _is_missing(order) else ()), human)
    if order.state in ("cancelled", "returned"):
        return (start_choice(turn, "refund_status", order_number=order.number),)
    return (human,) if order.state == "lost" else ()


def _parcels(turn: Turn, order: OrderView) -> list[str]:
    if not order.parcels:
        return []
    listed = "\n".join(f"- {_parcel(turn, parcel)}" for parcel in order.parcels)
    return [turn.wording("order.parcels", count=str(len(order.parcels))) + "\n\n" + listed]


def _parcel(turn: Turn, parcel: ParcelView) -> str:
    last = parcel.delivered_on if parcel.state == "delivered" else parcel.shipped_on
    return turn.wording(
        f"order.parcel.{parcel.state}",
        code=_link(parcel.tracking_code, parcel.tracking_url),
        carrier=parcel.carrier,
        names=parcel.names,
        day=day(last or parcel.shipped_on, turn.language),
    )


def _link(code: str, url: str | None) -> str:
    return f"[{code}]({url})" if url else code


def _is_under_way(order: OrderView) -> bool:
    return order.state in UNDER_WAY


def has_arrived(order: OrderView) -> bool:
    return order.state in ("delivered", "partly_delivered")


def _is_missing(order: OrderView) -> bool:
    return any(item.state == "missing" for item in order.items)


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


# --- cancelling ---------------------------------------------------------------------------------------------------


async def cancel(turn: Turn) -> None:
    order = await wishes.order_of(turn, suits=_is_not_sent)
    if order is None:
        return
    answered = await wishes.do_or_preview(turn, "order.cancel", order.number)
    if answered is None:
        return
    if answered.outcome == "offered":
        values = {"number": order.number, "items": _names(order.items), **_refund(turn, answered)}
        turn.ask_to_confirm(f"order.cancel.ask.{_paid(answered)}", yes="choice.confirm.cancel_order", **values)
        return
    if answered.outcome == "refused":
        wishes.refuse(turn, answered, number=order.number)
        if order.return_is_open:
            offer_first(turn, start_choice(turn, "return_how"))
        return
    key = f"order.cancel.{answered.outcome}.{_paid(answered)}"
    wishes.say_done(turn, key, answered, number=order.number, **_refund(turn, answered))


def _paid(answered: ServiceAnswered) -> str:
    return "paid" if answered.facts["refund_cents"] else "unpaid"


def _refund(turn: Turn, answered: ServiceAnswered) -> dict[str, str]:
    facts = answered.facts
    return {
        "amount": money(int(facts["refund_cents"] or 0), str(facts["currency"]), turn.language),
        "method": str(facts["method"]),
        "first": day(str(facts["refund_from"]), turn.language),
        "last": day(str(facts["refund_until"]), turn.language),
    }


def _is_not_sent(order: OrderView) -> bool:
    return order.state == "processing"


# --- another address ----------------------------------------------------------------------------------------------


async def change_address(turn: Turn) -> None:
    typed = parse_address(turn.text)
    if typed is not None:
        turn.disregard("order_number", typed.postcode)
        turn.note(address=typed.params())
    order = await wishes.order_of(turn, suits=_is_not_sent)
    if order is None:
        return
    address = _address(turn)
    answered = await wishes.do_or_preview(turn, "order.change_address", order.number, **address)
    if answered is None:
        return
    if answered.outcome == "refused":
        _refuse_address(turn, answered, order, is_given=bool(address))
        return
    told = {"number": order.number, "address": _line(answered, "")}
    if answered.outcome == "offered":
        old = _line(answered, "old_")
        turn.ask_to_confirm("order.address.confirm", yes="choice.confirm.change_delivery_address", old=old, **told)
        return
    wishes.say_done(turn, f"order.address.{answered.outcome}", answered, **told)


def _address(turn: Turn) -> dict[str, str]:
    """What was given so far; the first words of the wish may hold it too."""
    noted: dict[str, str] | None = turn.noted("address")
    first: TypedAddress | None = parse_address(turn.slot("wish_text") or "")
    return noted or (first.params() if first else {})


def _refuse_address(turn: Turn, answered: ServiceAnswered, order: OrderView, *, is_given: bool) -> None:
    """Another address may be right where this one was not; anything else ends the wish."""
    what = answered.because.removeprefix("order.address.")
    if what in ("no_street", "no_postcode", "no_city"):
        half = "part" if looks_like_address(turn.text) and turn.awaits("address") else "ask"
        turn.note(address=None)
        turn.ask(f"order.address.{what if is_given else half}", awaiting="address", number=order.number)
    else:
        wishes.refuse(turn, answered, number=order.number)


def _line(answered: ServiceAnswered, which: str) -> str:
    street, postcode, city = (str(answered.facts[f"{which}{name}"]) for name in ("street", "postcode", "city"))
    return f"{street}, {postcode} {city}"


def _is_address(turn: Turn) -> bool:
    """A whole address is one at any time; a part of it only right after the question."""
    return parse_address(turn.text) is not None or (turn.awaits("address") and looks_like_address(turn.text))


FLOWS = {
    "order_status": Flow(tell_status),
    "cancel_order": Flow(cancel, on_wish_only=True),
    "change_delivery_address": Flow(change_address, on_wish_only=True, recognises=_is_address),
}
