"""Sending back, and what becomes of the money. Whether and until when, the desk decides."""

from __future__ import annotations

from actions import wishes
from actions.flows import Flow, offer_first, start_choice
from actions.orders import has_arrived
from actions.picking import Option, pick
from actions.replies import day, money, weekday
from actions.turn import CONFIRM, Turn
from handover.contract.selfservice import RefundView, ReturnView, ServiceAnswered
from handover.contract.turns import BotMessage, OrderView

MOST_TOLD = 4
"""Refunds and returns in one answer."""
EVERYTHING = "all"
REASONS = ("not_wanted", "wrong_item", "damaged", "other")

# --- sending back -------------------------------------------------------------------------------------------------


async def send_back(turn: Turn, because: str | None = None) -> None:
    """Which order, which items, why; then what will happen, and after a yes the label or the collection."""
    order = await wishes.order_of(turn, suits=_can_go_back)
    if order is None or not await _is_possible(turn, order, because):
        return
    items = _items(turn, order)
    if items is None:
        return
    reason = because or _reason(turn)
    if reason is None:
        return
    params = {"items": items, "reason": reason}
    if collect_on := turn.detail("collect_on"):
        params["collect_on"] = collect_on
    answered = await wishes.do_or_preview(turn, "order.return", order.number, **params)
    if answered is not None and answered.because == "return.choose_day":
        collect_on = _collection_day(turn, answered)
        if collect_on is None:
            return
        answered = await wishes.do_or_preview(turn, "order.return", order.number, **params, collect_on=collect_on)
    if answered is not None:
        _tell(turn, answered, order)


async def _is_possible(turn: Turn, order: OrderView, because: str | None) -> bool:
    """Nobody is asked for items and reasons of an order that cannot go back."""
    if turn.is_confirmed or turn.detail("item_sku"):
        return True
    params = {"items": EVERYTHING, "reason": because or "wrong_item"}  # the reason with the most time
    answered = await wishes.preview(turn, "order.return", order.number, **params)
    if answered is not None and answered.outcome == "already_done":
        answered = await wishes.carry_out(turn, "order.return", order.number, **params)
    if answered is None:
        return False
    if answered.outcome == "offered" or answered.because == "return.choose_day":
        return True
    _tell(turn, answered, order)
    return False


def _items(turn: Turn, order: OrderView) -> str | None:
    options = [
        Option(value=item.sku, label=item.name, words=item.name)
        for item in order.items
        if item.state == "delivered" and item.unit_cents
    ]
    if len(options) > 1:
        everything, words = turn.wording("choice.return_everything"), turn.wording("return.words.everything")
        options.append(Option(value=EVERYTHING, label=everything, words=words))
    chosen = pick(turn, "item_sku", options, "return.which_item", number=order.number)
    return chosen.value if chosen else None


def _reason(turn: Turn) -> str | None:
    options = [
        Option(
            value=reason, label=turn.wording(f"choice.reason.{reason}"), words=turn.wording(f"return.words.{reason}")
        )
        for reason in REASONS
    ]
    chosen = pick(turn, "reason_code", options, "return.why")
    return chosen.value if chosen else None


def _collection_day(turn: Turn, answered: ServiceAnswered) -> str | None:
    options = [
        Option(value=iso, label=weekday(iso, turn.language), day=iso) for iso in str(answered.facts["days"]).split(",")
    ]
    chosen = pick(turn, "collect_on", options, "return.when_collected")
    return chosen.value if chosen else None


def _tell(turn: Turn, answered: ServiceAnswered, order: OrderView) -> None:
    if answered.outcome == "refused":
        _refuse(turn, answered, order)
        return
    way = "collected" if answered.facts["collect_on"] else "label"
    values = {"number": order.number, **_values(turn, answered)}
    if answered.outcome == "offered":
        text = " ".join([turn.wording(f"return.ask.{way}", **values), *_conditions(turn, answered)])
        turn.propose(BotMessage(text=text, choices=turn.yes_or_no("choice.confirm.return_how")))
        turn.keep(awaiting=CONFIRM)
        return
    wishes.say_done(turn, f"return.{answered.outcome}.{way}", answered, **values)


def _refuse(turn: Turn, answered: ServiceAnswered, order: OrderView) -> None:
    last_day = answered.facts.get("last_day")
    wishes.refuse(
        turn,
        answered,
        number=order.number,
        last_day=day(str(last_day), turn.language) if last_day else "",
        reference=str(answered.facts.get("return_number") or ""),
    )
    if answered.because == "return.processing":
        offer_first(turn, start_choice(turn, "cancel_order"))
    elif answered.because == "return.announced":
        offer_first(turn, start_choice(turn, "return_label"))


def _values(turn: Turn, answered: ServiceAnswered) -> dict[str, str]:
    facts = answered.facts
    return {
        "names": str(facts[f"names_{turn.language}"]),
        "amount": money(int(facts["price_cents"] or 0), str(facts["currency"]), turn.language),
        "last_day": day(str(facts["last_day"]), turn.language),
        "collect_on": weekday(str(facts["collect_on"]), turn.language) if facts["collect_on"] else "",
        "working_days": str(facts["checked_within"]),
    }


def _conditions(turn: Turn, answered: ServiceAnswered) -> list[str]:
    """What to know before saying yes."""
    sealed = str(answered.facts[f"sealed_{turn.language}"])
    told = [turn.wording("return.sealed", names=sealed)] if sealed else []
    return told if answered.facts["free"] else [*told, turn.wording("return.not_free")]


def _can_go_back(order: OrderView) -> bool:
    return order.return_is_open


# --- instead of it: an exchange, the right item, the label once more ------------------------------------------------


async def exchange(turn: Turn) -> None:
    """There is none: what came goes back, what is wanted is ordered anew."""
    if turn.once("exchange"):
        turn.say("return.no_exchange")
    await send_back(turn)


async def wrong_item(turn: Turn) -> None:
    """Our fault: the money back by a return, or the right item by somebody from the team."""
    order = await wishes.order_of(turn, suits=has_arrived)
    if order is None:
        return
    options = [
        Option(value=wish, label=turn.wording(f"choice.wants.{wish}"), words=turn.wording(f"return.words.{wish}"))
        for wish in ("refund", "replacement")
    ]
    wanted = pick(turn, "reason_code", options, "return.wrong_item", number=order.number)
    if wanted is None:
        return
    if wanted.value == "replacement":
        turn.call_human("return.replacement", "needs_person", number=order.number)
    else:
        await send_back(turn, because="wrong_item")


async def label(turn: Turn) -> None:
    """The label of a return that was announced; without one the return comes first."""
    found = await wishes.account_of(turn, "returns")
    if found is None:
        return
    waiting = [one for one in found.returns if one.state == "announced" and not one.is_collected]
    if not waiting:
        turn.offer_human("return.no_label", "no_answer")
        offer_first(turn, start_choice(turn, "return_how"))
        wishes.fulfil(turn)
        return
    options = [
        Option(
            value=one.order_number,
            label=turn.wording("choice.return", number=one.order_number, names=one.names),
            words=one.names,
            day=one.announced_on.isoformat(),
        )
        for one in waiting
    ]
    option = pick(turn, "order_number", options, "return.which")
    if option is not None:
        await _give_label(turn, next(one for one in waiting if one.order_number == option.value))


async def _give_label(turn: Turn, found: ReturnView) -> None:
    answered = await wishes.carry_out(turn, "order.return_label", found.number)
    if answered is None:
        return
    if answered.outcome == "refused":
        wishes.refuse(turn, answered, reference=found.number)
        return
    text = turn.wording("return.label", reference=found.number, number=found.order_number, names=found.names)
    turn.propose(BotMessage(text=text, documents=answered.documents))
    wishes.fulfil(turn)


# --- until when ---------------------------------------------------------------------------------------------------


async def tell_period(turn: Turn) -> None:
    """Of the visitor's own order; in general the article says it."""
    order = await wishes.order_of(turn, suits=has_arrived)
    if order is None:
        return
    if order.return_until is None:
        turn.say("return.period.not_here", number=order.number)
    else:
        key = "return.period.open" if order.return_is_open else "return.period.over"
        turn.say(key, number=order.number, last_day=day(order.return_until, turn.language))
        if order.return_is_open:
            offer_first(turn, start_choice(turn, "return_how"))
    wishes.fulfil(turn, only_told=True)


# --- the money ----------------------------------------------------------------------------------------------------


async def tell_refunds(turn: Turn) -> None:
    """Every refund and every return that was not refunded yet, of one order if it was named."""
    number = turn.detail("order_number")
    if number:
        turn.note(order_number=number)
    found = await wishes.account_of(turn, "refunds", "returns")
    if found is None:
        return
    refunds = [one for one in found.refunds if number in (None, one.order_number)]
    returns = [one for one in found.returns if number in (None, one.order_number) and one.state != "refunded"]
    told = [*(_return_line(turn, one) for one in returns), *(_refund_line(turn, one) for one in refunds)]
    if not told:
        turn.offer_human("refund.none_of" if number else "refund.none", "no_answer", number=number or "")
    else:
        turn.propose(BotMessage(text="\n\n".join(told[:MOST_TOLD])))
        if any(one.is_overdue for one in refunds) or any(one.is_overdue for one in returns):
            turn.offer_human("refund.overdue", "needs_person")
    wishes.fulfil(turn)


def _refund_line(turn: Turn, refund: RefundView) -> str:
    until_there = refund.days_until_there if refund.state == "paid" else None
    is_late = refund.state == "announced" and refund.is_overdue
    key = f"refund.{refund.state}" + (
        "_late" if is_late else ".at_once" if until_there == (0, 0) else ".days" if until_there else ""
    )
    least, most = until_there or (0, 0)
    return turn.wording(
        f"{key}.plain" if key == "refund.paid" else key,
        about=_about(turn, refund),
        amount=money(refund.cents, refund.currency, turn.language),
        method=refund.method,
        expected=day(refund.expected_on.isoformat(), turn.language),
        paid=day((refund.paid_on or refund.expected_on).isoformat(), turn.language),
        least=str(least),
        most=str(most),
        reference=refund.reference,
    )


def _about(turn: Turn, refund: RefundView) -> str:
    if refund.order_number:
        return turn.wording("refund.about.order", number=refund.order_number)
    return turn.wording("refund.about.invoice", number=refund.invoice_number or refund.reference)


def _return_line(turn: Turn, found: ReturnView) -> str:
    return turn.wording(
        f"refund.return_{found.state}",
        names=found.names,
        number=found.order_number,
        reference=found.number,
        received=day(found.received_on.isoformat(), turn.language) if found.received_on else "",
        refund_by=day(found.refund_by.isoformat(), turn.language) if found.refund_by else "",
    )


FLOWS = {
    "return_how": Flow(send_back, on_wish_only=True),
    "exchange": Flow(exchange, on_wish_only=True),
    "wrong_item": Flow(wrong_item, on_wish_only=True),
    "return_label": Flow(label, on_wish_only=True),
    "return_period": Flow(tell_period, if_named=True),
    "refund_status": Flow(tell_refunds),
}
