"""Invoices and payment: explained, downloaded, due, disputed; what is about paying stands in `payments.py`."""

from __future__ import annotations

import re

from actions import payments, wishes
from actions.flows import Flow
from actions.invoices import SLOT, cards, explained, invoice_of, month_in, state, total
from actions.replies import day, money
from actions.turn import Turn
from handover.contract.events import DocumentRef
from handover.contract.selfservice import AccountFound, BilledInvoice, ServiceAnswered
from handover.contract.turns import BotMessage

MOST_FILES = 12
_ALL = re.compile(r"\b(?:alle|sämtliche|all|every)\b", re.IGNORECASE)
_TO_HAVE = re.compile(
    r"^(?!.*\b(?:post|letter|brief|always|immer)\b)\W*(?:and |und )?"
    r"(?:(?:can|could|may) i (?:please |also |just )?(?:have|get|see)\b"
    r"|(?:kann|könnte|darf|dürfte) ich .*\b(?:haben|bekommen|kriegen|sehen)\b)",
    re.IGNORECASE,
)


async def explain(turn: Turn) -> None:
    """Line by line on its card; in words what changed since the month before, and whether it is paid."""
    found = await wishes.account_of(turn, "invoices")
    if found is None or (invoice := invoice_of(turn, found)) is None:
        return
    text = explained(turn, invoice, found.invoices)
    turn.propose(BotMessage(text=text, choices=payments.again_buttons(turn, invoice), cards=cards(invoice)))
    wishes.fulfil(turn, only_told=True)
    turn.keep(last_invoice=invoice.number)


async def download(turn: Turn) -> None:
    """The invoice as PDF; all of them, if all are asked for."""
    found = await wishes.account_of(turn, "invoices")
    if found is None:
        return
    wants_all = _ALL.search(turn.text or turn.slot("wish_text") or "") and not turn.detail(SLOT)
    if wants_all and len(found.invoices) > 1:
        await _hand_out(turn, found.invoices[:MOST_FILES])
    elif invoice := invoice_of(turn, found):
        await _hand_out(turn, (invoice,))


async def _hand_out(turn: Turn, invoices: tuple[BilledInvoice, ...]) -> None:
    documents: list[DocumentRef] = []
    for invoice in invoices:
        answered = await wishes.carry_out(turn, "invoice.copy", invoice.number)
        if answered is None:
            return
        documents += answered.documents
    one = invoices[0]
    key = "invoice.here" if len(invoices) == 1 else "invoice.all_here"
    text = turn.wording(key, number=one.number, amount=total(turn, one), count=str(len(invoices)))
    turn.propose(BotMessage(text=text, documents=tuple(documents)))
    wishes.fulfil(turn, only_told=True)
    turn.keep(last_invoice=one.number if len(invoices) == 1 else None)


async def tell_due(turn: Turn) -> None:
    """What is still to be paid, until when and how; else when the next invoice comes."""
    found = await wishes.account_of(turn, "invoices", "payment_methods", "subscriptions")
    if found is None:
        return
    if turn.detail(SLOT):
        invoice = invoice_of(turn, found)
        if invoice is None:
            return
        told = turn.wording(
            "invoice.one", number=invoice.number, amount=total(turn, invoice), state=state(turn, invoice)
        )
        turn.propose(BotMessage(text=told, choices=payments.again_buttons(turn, invoice), cards=cards(invoice)))
    else:
        _tell_open(turn, found)
    wishes.fulfil(turn)


def _tell_open(turn: Turn, found: AccountFound) -> None:
    unpaid = [one for one in found.invoices if one.state != "paid"]
    if not unpaid:
        turn.say("invoice.all_paid")
    else:
        lines = "\n".join(
            f"- {turn.wording('invoice.one', number=one.number, amount=total(turn, one), state=state(turn, one))}"
            for one in unpaid
        )
        owed = money(sum(one.total_cents for one in unpaid), unpaid[0].currency, turn.language)
        text = turn.wording("invoice.due" if len(unpaid) == 1 else "invoice.due_several", lines=lines, amount=owed)
        text += "\n\n" + payments.how_it_is_paid(turn, found)
        turn.propose(BotMessage(text=text, choices=payments.again_buttons(turn, *unpaid), cards=cards(*unpaid)))
    running = [one for one in found.subscriptions if one.state == "active" and one.ends_on is None]
    if running:
        turn.say("invoice.next", day=day(payments.day_after(min(one.paid_until for one in running)), turn.language))


async def dispute(turn: Turn) -> None:
    """Charged twice: the desk looks at what was booked. What is too much goes back at once, and is told."""
    answered = await wishes.carry_out(turn, "invoice.dispute", turn.detail(SLOT) or turn.detail("order_number") or "")
    if answered is None:
        return
    if answered.outcome == "refused":
        wishes.refuse(turn, answered, "needs_person", **_values(turn, answered))
        return
    key = f"invoice.charged_twice.{answered.outcome}"
    about = turn.wording(f"invoice.about.{answered.facts['about']}", number=str(answered.facts["number"]))
    turn.say(key, about=about, reference=answered.reference or "", **_values(turn, answered))
    wishes.fulfil(turn)


def _values(turn: Turn, answered: ServiceAnswered) -> dict[str, str]:
    """The facts of an answer as they are written: cents as money, days as days."""
    facts = answered.facts
    values = {name: str(value) for name, value in facts.items()}
    days = {name: day(str(facts[name]), turn.language) for name in facts if name.endswith("_on")}
    if "cents" in facts:
        values["amount"] = money(int(facts["cents"] or 0), str(facts["currency"]), turn.language)
    return {name: value for name, value in (values | days).items() if name != "about"}


def _is_another_one(turn: Turn) -> bool:
    """After an invoice was told: another month, another number."""
    return bool(turn.slot("last_invoice")) and bool(turn.entity(SLOT) or month_in(turn.text))


def asks_to_have_it(text: str) -> bool:
    """A wish in the form of a question; how invoices are sent is for the article."""
    return bool(_TO_HAVE.search(text))


FLOWS: dict[str, Flow] = {
    "invoice_explain": Flow(explain, follows_up=_is_another_one),
    "invoice_download": Flow(download, on_wish_only=True, is_wish=asks_to_have_it),
    "invoice_due": Flow(tell_due),
    "double_charge": Flow(dispute),
    **payments.FLOWS,
}
