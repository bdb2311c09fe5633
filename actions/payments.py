"""Paying: what failed and how to try again, reminders, and with which method.

Only methods that are stored in the account can be chosen here. A new one is added there: numbers of cards and accounts
do not belong in a chat.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from actions import answers, wishes
from actions.flows import Flow, start_choice
from actions.invoices import SLOT, cards, options, total
from actions.picking import Option, pick
from actions.replies import day, money
from actions.turn import Turn
from handover.contract.selfservice import AccountFound, BilledInvoice, PaymentMethodView, PaymentView
from handover.contract.turns import BotMessage, OfferedChoice

METHOD = "payment_method"
_MINE = re.compile(
    r"\b(?:mein\w*|hinterlegt\w*|gespeichert\w*|habe? ich|(?:be)?zahle? ich (?:gerade|momentan|aktuell|derzeit)"
    r"|my|stored|saved|on file|(?:do|have) i (?:have|got)|am i paying)\b",
    re.IGNORECASE,
)
_NEW = re.compile(
    r"\b(?:neue[nrsm]?|hinzufüg\w*|eintragen|eingeben|hinterlegen|anlegen|new|add|adding|enter)\b", re.IGNORECASE
)
_CARD_NUMBER = re.compile(r"(?<!\d)(?:\d[ -]?){13,19}(?!\d)")


# --- a payment that failed --------------------------------------------------------------------------------------------


async def try_again(turn: Turn) -> None:
    """Which payment failed and why; then once more, with a method the visitor chooses and confirms."""
    found = await wishes.account_of(turn, "invoices", "payments", "payment_methods")
    if found is None or (invoice := _failed_one(turn, found)) is None:
        return
    failed = next((one for one in found.payments if _is_for(one, invoice) and one.state == "failed"), None)
    _tell_failed(turn, invoice, failed)
    usable = [one for one in found.payment_methods if one.kind != "invoice" and not _is_expired(one, failed)]
    if not usable:
        turn.offer_human("payment.no_method", "needs_person")
        wishes.fulfil(turn)
        return
    method = pick(turn, METHOD, _options(usable), "payment.with_which", amount=total(turn, invoice))
    if method is not None:
        await _pay_with(turn, invoice, method)


def _failed_one(turn: Turn, found: AccountFound) -> BilledInvoice | None:
    failed = [one for one in found.invoices if one.state == "failed"]
    number = turn.detail(SLOT)
    if not failed or (number and number not in {one.number for one in failed}):
        wishes.fulfil(turn)
        turn.offer_human("payment.none_failed", "no_answer")
        return None
    option = pick(turn, SLOT, options(turn, failed), "invoice.which")
    return next((one for one in failed if option and one.number == option.value), None)


def _tell_failed(turn: Turn, invoice: BilledInvoice, failed: PaymentView | None) -> None:
    """Once for each wish: a choice or a yes is no reason to tell it again."""
    if turn.detail("told_failed") == invoice.number:
        return
    turn.note(told_failed=invoice.number)
    reason = f"payment.why.{failed.reason if failed else ''}"
    turn.say(
        "payment.failed" if failed else "payment.failed_somehow",
        number=invoice.number,
        amount=total(turn, invoice),
        method=failed.method if failed else "",
        on=day(failed.on.isoformat(), turn.language) if failed else "",
        why=turn.wording(reason if turn.replies.has(reason) else "payment.why.unknown"),
    )


async def _pay_with(turn: Turn, invoice: BilledInvoice, method: Option) -> None:
    answered = await wishes.do_or_preview(turn, "invoice.pay_again", invoice.number, method=method.value)
    if answered is None:
        return
    values = {"number": invoice.number, "amount": total(turn, invoice)}
    method_name = str(answered.facts.get("method") or method.label)
    match answered.outcome:
        case "refused":
            wishes.refuse(turn, answered, number=invoice.number, method=method_name)
        case "offered":
            turn.ask_to_confirm("payment.confirm_again", yes="choice.pay_again", method=method_name, **values)
        case _:
            wishes.say_done(turn, "payment.tried_again", answered, method=method_name, **values)


def _is_for(payment: PaymentView, invoice: BilledInvoice) -> bool:
    return payment.invoice_number == invoice.number


def _is_expired(method: PaymentMethodView, failed: PaymentView | None) -> bool:
    return failed is not None and failed.reason == "card_expired" and failed.method == method.label


# --- a reminder -------------------------------------------------------------------------------------------------------


async def tell_overdue(turn: Turn) -> None:
    """What a reminder is about, or that nothing is overdue here."""
    found = await wishes.account_of(turn, "invoices", "payment_methods")
    if found is None:
        return
    overdue = [one for one in found.invoices if one.is_overdue or one.state == "failed"]
    if not overdue:
        turn.offer_human("payment.nothing_overdue", "needs_person")
    else:
        lines = "\n".join(_overdue_line(turn, one) for one in overdue)
        owed = money(sum(one.total_cents for one in overdue), overdue[0].currency, turn.language)
        text = turn.wording("payment.overdue", lines=lines, amount=owed)
        choices = (*again_buttons(turn, *overdue), turn.human_choice("needs_person"))
        turn.propose(BotMessage(text=text, choices=choices, cards=cards(*overdue)))
        turn.keep(offered="needs_person")
    wishes.fulfil(turn)


def _overdue_line(turn: Turn, invoice: BilledInvoice) -> str:
    due = day(invoice.due_on.isoformat(), turn.language)
    return turn.wording("payment.overdue_line", number=invoice.number, amount=total(turn, invoice), due=due)


def again_buttons(turn: Turn, *invoices: BilledInvoice) -> tuple[OfferedChoice, ...]:
    """A failed payment can be tried again, one at a time."""
    failed = [one for one in invoices if one.state == "failed"]
    return tuple(start_choice(turn, "failed_payment", **{SLOT: one.number}) for one in failed[:1])


# --- payment methods --------------------------------------------------------------------------------------------------


async def change_method(turn: Turn) -> None:
    """Another stored method becomes the one that is charged; a new one is added in the account only."""
    if turn.entity("iban") or _CARD_NUMBER.search(turn.text):
        turn.say("payment.never_here")
        wishes.fulfil(turn)
        return
    if turn.text and _NEW.search(turn.text) and not turn.awaits("confirm"):
        _send_to_account(turn)
        return
    found = await wishes.account_of(turn, "payment_methods")
    if found is None:
        return
    others = [one for one in found.payment_methods if not one.is_default]
    if not others:
        turn.say("payment.no_other", methods=_listed(turn, found))
        wishes.fulfil(turn)
        return
    method = pick(turn, METHOD, _options(others), "payment.which_default", methods=_listed(turn, found))
    if method is not None:
        await _make_default(turn, method)


def _send_to_account(turn: Turn) -> None:
    button = start_choice(turn, "change_payment_method")
    turn.propose(BotMessage(text=turn.wording("payment.add_in_account"), choices=(button,)))
    wishes.fulfil(turn)


async def _make_default(turn: Turn, method: Option) -> None:
    answered = await wishes.do_or_preview(turn, "payment.change_default", "", method=method.value)
    if answered is None:
        return
    match answered.outcome:
        case "refused":
            wishes.refuse(turn, answered, method=method.label)
        case "offered":
            before = str(answered.facts["method_before"] or "")
            key = "payment.confirm_default" if before else "payment.confirm_first_default"
            turn.ask_to_confirm(key, yes="choice.change_method", method=method.label, before=before)
        case _:
            wishes.say_done(turn, "payment.changed", answered, method=method.label)


async def show_methods(turn: Turn) -> None:
    """The visitor's own methods, if they ask for theirs; else those of the shop, from the knowledge base."""
    if turn.text and not _MINE.search(turn.text):
        wishes.fulfil(turn)
        await answers.answer(turn)
        return
    found = await wishes.account_of(turn, "payment_methods")
    if found is None:
        return
    button = start_choice(turn, "change_payment_method")
    several = len(found.payment_methods) > 1
    text = turn.wording("payment.mine" if found.payment_methods else "payment.none", methods=_listed(turn, found))
    turn.propose(BotMessage(text=text, choices=(button,) if several else ()))
    wishes.fulfil(turn)


def how_it_is_paid(turn: Turn, found: AccountFound) -> str:
    method = next((one for one in found.payment_methods if one.is_default), None)
    if method is None or method.kind == "invoice":
        return turn.wording("payment.by_transfer")
    return turn.wording("payment.collected", method=method.label)


def day_after(on: date) -> str:
    return (on + timedelta(days=1)).isoformat()


def _listed(turn: Turn, found: AccountFound) -> str:
    lines = (
        turn.wording("payment.default" if one.is_default else "payment.stored", method=one.label)
        for one in found.payment_methods
    )
    return "\n".join(lines)


def _options(methods: Sequence[PaymentMethodView]) -> list[Option]:
    return [Option(value=one.id, label=one.label, words=f"{one.label} {_WORDS[one.kind]}") for one in methods]


_WORDS = {
    "card": "Karte Kreditkarte Visa Mastercard card credit",
    "paypal": "PayPal",
    "sepa": "Lastschrift Bankkonto Girokonto Konto Einzug direct debit bank account",
    "invoice": "Rechnung Überweisung invoice transfer",
}
"""What people call them, in both languages."""

FLOWS: dict[str, Flow] = {
    "failed_payment": Flow(try_again, on_wish_only=True),
    "dunning": Flow(tell_overdue, on_wish_only=True),
    "change_payment_method": Flow(change_method, on_wish_only=True),
    "payment_methods": Flow(show_methods, on_wish_only=True, is_wish=lambda text: bool(_MINE.search(text))),
}
