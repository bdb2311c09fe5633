"""„Ich möchte Geld zurück“: what for? Outages and errors on invoices are claimed here, and what got lost is sorted out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from actions import credit, orders, wishes
from actions.flows import Flow
from actions.picking import Option, ask_which, by_words, pick
from actions.replies import day, days, hours, money
from actions.turn import Turn
from handover.contract.events import CreditReason
from handover.contract.selfservice import ClaimableView
from handover.contract.turns import CreditClaimed, CreditDecided, OrderView

REASONS: tuple[CreditReason, ...] = ("late_delivery", "damaged_item", "missing_item", "outage", "billing_error")
Fact = str | int | bool | None
ERRORS = ("after_end", "too_dear", "twice")


async def make_good(turn: Turn) -> None:
    reason = _reason(turn)
    if reason == "outage":
        await _claim_outage(turn)
    elif reason == "billing_error":
        await _claim_billing_error(turn)
    elif reason is not None:
        await credit.claim(turn, reason)


def _reason(turn: Turn) -> CreditReason | None:
    """Pressed, or meant by the words of the wish. None: they were asked."""
    options = [
        Option(value=reason, label=turn.wording(f"choice.claim_{reason}"), words=turn.wording(f"credit.words.{reason}"))
        for reason in REASONS
    ]
    named = turn.detail("reason_code")
    chosen = named if named in REASONS else _meant(turn, options)
    if chosen is None:
        ask_which(turn, "reason_code", options, "credit.which_reason")
        return None
    turn.note(reason_code=chosen)
    return cast(CreditReason, chosen)


def _meant(turn: Turn, options: Sequence[Option]) -> str | None:
    found = by_words(turn.text, options) or by_words(turn.slot("wish_text") or "", options)
    return found.value if found else None


# --- outages ------------------------------------------------------------------------------------------------------


async def _claim_outage(turn: Turn) -> None:
    found = await _claimable(turn, "outage")
    if found is None:
        return
    number = turn.detail("subscription_number")
    touched = [one for one in found if number in (None, one.subject)] or found
    if not touched:
        turn.offer_human("credit.no_outage", "credit_unclear")
        wishes.fulfil(turn)
        return
    option = pick(turn, "claim", [_outage_option(turn, one) for one in touched], "credit.which_outage")
    if option is None:
        return
    subject, outage_id = option.value.split(" ", 1)
    claimed = CreditClaimed(context=turn.context, reason="outage", subject=subject, outage_id=outage_id)
    decided = await turn.desk.claim(claimed)
    plan = next(one.name for one in touched if one.subject == subject)
    credit.tell(turn, decided, "outage", number=subject, plan=plan, **_about_outage(turn, decided))


def _outage_option(turn: Turn, one: ClaimableView) -> Option:
    on = one.day.isoformat()
    label = turn.wording("choice.outage", plan=one.name, day=day(on, turn.language))
    return Option(value=f"{one.subject} {one.outage_id}", label=label, words=one.name, day=on)


def _about_outage(turn: Turn, decided: CreditDecided) -> dict[str, str]:
    facts, language = decided.facts, turn.language
    return {
        "start": _day(turn, facts.get("outage_started_on")),
        "end": _day(turn, facts.get("outage_ended_on")),
        "lasted": hours(_number(facts.get("outage_hours")), language),
        "limit": hours(_number(facts.get("longer_than_hours")), language),
        "days": days(_number(facts.get("outage_days")), language),
        "worth": money(_number(facts.get("worth_cents")), decided.currency, language),
        "invoice": str(facts.get("deducted_on") or ""),
    }


# --- invoices -----------------------------------------------------------------------------------------------------


async def _claim_billing_error(turn: Turn) -> None:
    number = turn.detail("invoice_number") or await _wrong_invoice(turn)
    if number is None:
        return
    turn.note(invoice_number=number)
    claimed = CreditClaimed(context=turn.context, reason="billing_error", subject=number)
    decided = await turn.desk.claim(claimed)
    errors = _errors(turn, decided)
    if decided.outcome == "proposed" and errors:
        turn.say("credit.error_found", number=number, errors=errors)
    credit.tell(turn, decided, "billing_error", number=number, errors=errors)


async def _wrong_invoice(turn: Turn) -> str | None:
    """The invoice that the database shows an error on. None: they were asked or told."""
    found = await _claimable(turn, "billing_error")
    if found is None:
        return None
    if not found:
        turn.offer_human("credit.no_billing_error", "credit_unclear")
        wishes.fulfil(turn)
        return None
    option = pick(turn, "invoice_number", [_invoice_option(turn, one) for one in found], "credit.which_invoice")
    return option.value if option else None


def _invoice_option(turn: Turn, one: ClaimableView) -> Option:
    on = one.day.isoformat()
    label = turn.wording("choice.wrong_invoice", number=one.subject, day=day(on, turn.language))
    return Option(value=one.subject, label=label, words=one.name, day=on)


def _errors(turn: Turn, decided: CreditDecided) -> str:
    """What was charged too much, one phrase for each kind of error."""
    facts = decided.facts
    found = [
        turn.wording(
            f"credit.error.{error}",
            amount=money(cents, decided.currency, turn.language),
            end=_day(turn, facts.get("subscription_ends_on")),
        )
        for error in ERRORS
        if (cents := _number(facts.get(f"{error}_cents")))
    ]
    return "; ".join(found)


async def _claimable(turn: Turn, reason: CreditReason) -> list[ClaimableView] | None:
    """None when they were asked to prove who they are."""
    account = await wishes.account_of(turn, "claimable")
    return None if account is None else [one for one in account.claimable if one.reason == reason]


def _number(fact: Fact) -> int:
    return fact if isinstance(fact, int) else 0


def _day(turn: Turn, fact: Fact) -> str:
    return day(fact, turn.language) if isinstance(fact, str) else ""


# --- what got lost ------------------------------------------------------------------------------------------------


async def find_parcel(turn: Turn) -> None:
    """A parcel that the shop knows to be lost goes to a human at once; of any other, its true state comes first."""
    order = await wishes.order_of(turn, suits=_may_be_lost)
    if order is None:
        return
    if order.state == "lost":
        turn.call_human("credit.parcel_lost", "needs_person", number=order.number)
        return
    orders.say_status(turn, order)
    if order.state == "delivered":
        turn.offer_human("credit.delivered_but_not_there", "needs_person")
    wishes.fulfil(turn)


def _may_be_lost(order: OrderView) -> bool:
    return order.state in ("lost", "shipped")


FLOWS = {
    "goodwill": Flow(make_good, on_wish_only=True),
    "parcel_lost": Flow(find_parcel, on_wish_only=True),
}
