"""Which invoice is meant, and what is to be said of it beside its card: what changed since the one before, and its state."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from babel.dates import get_month_names

from actions import wishes
from actions.picking import Option, ask_which, is_newest, pick
from actions.replies import LOCALES, day, money
from actions.turn import Turn
from handover.contract.base import Language
from handover.contract.dossier import InvoiceLineView
from handover.contract.selfservice import AccountFound, BilledInvoice
from handover.contract.turns import CardWish

SLOT = "invoice_number"
_OF_MONTH = re.compile(r",? \S+ \d{4}$")
"""The month at the end of a line: „Nordlicht Plus, November 2026“."""


def invoice_of(turn: Turn, found: AccountFound) -> BilledInvoice | None:
    """The one that is named by number, month or words, else the newest. None: something else was said instead."""
    if not found.invoices:
        wishes.fulfil(turn)
        turn.offer_human("invoice.none", "no_answer")
        return None
    number = turn.detail(SLOT) or _just_told(turn)
    if number and not _numbered(number, found.invoices):
        turn.note(**{SLOT: None})
        turn.offer_human("invoice.not_found", "no_answer", number=number)
        return None
    if turn.intent == "correct" and not number:
        ask_which(turn, SLOT, options(turn, found.invoices), "invoice.which")
        return None
    candidates = _numbered(number, found.invoices) or _of_month(turn, found.invoices) or _newest(found.invoices)
    option = pick(turn, SLOT, options(turn, candidates), "invoice.which")
    turn.keep(options={**turn.slot("options"), "values": [one.number for one in found.invoices]})
    return next((one for one in candidates if option and one.number == option.value), None)


def _just_told(turn: Turn) -> str | None:
    """„Und das als PDF bitte“: the one that was told a moment ago, unless another one is described."""
    last: str | None = turn.slot("last_invoice")
    is_described = month_in(turn.text) or is_newest(turn.text) or turn.intent == "correct"
    return None if is_described else last


def options(turn: Turn, invoices: Sequence[BilledInvoice]) -> list[Option]:
    return [
        Option(
            value=one.number,
            label=turn.wording("choice.invoice", number=one.number, amount=total(turn, one), text=_main_line(one)),
            words=" ".join(line.text for line in one.lines),
            day=one.issued_on.isoformat(),
        )
        for one in invoices
    ]


def cards(*invoices: BilledInvoice) -> tuple[CardWish, ...]:
    return tuple(CardWish(kind="invoice", number=one.number) for one in invoices)


def total(turn: Turn, invoice: BilledInvoice) -> str:
    return money(invoice.total_cents, invoice.currency, turn.language)


def _numbered(number: str | None, invoices: Sequence[BilledInvoice]) -> list[BilledInvoice]:
    return [one for one in invoices if number and one.number.casefold() == number.casefold()]


def _newest(invoices: Sequence[BilledInvoice]) -> list[BilledInvoice]:
    return [one for one in invoices if one.issued_on == invoices[0].issued_on]


def _of_month(turn: Turn, invoices: Sequence[BilledInvoice]) -> list[BilledInvoice]:
    """Those of the month that is named, of its latest year."""
    month = month_in(turn.text) or month_in(turn.slot("wish_text") or "")
    of_it = [one for one in invoices if one.issued_on.month == month]
    return _newest(of_it) if of_it else []


def month_in(text: str) -> int | None:
    """The month named in German or English. „may“ is a month only with a capital letter."""
    words = set(re.findall(r"[^\W\d]{3,}", text))
    lower = {word.casefold() for word in words if word != "may"}
    for locale in LOCALES.values():
        for month, name in get_month_names("wide", locale=locale).items():
            if name.casefold() in lower:
                return int(month)
    return None


def _main_line(invoice: BilledInvoice) -> str:
    return max(invoice.lines, key=lambda line: line.cents).text if invoice.lines else ""


# --- what changed -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """One thing that costs something else than in the month before. None: it is not on that invoice."""

    kind: str
    text: str
    before: int | None
    now: int | None

    @property
    def what(self) -> str:
        if self.before is None:
            return "new"
        return "gone" if self.now is None else "changed"


def changes(invoice: BilledInvoice, previous: BilledInvoice) -> list[Change]:
    """Together they are the difference of the two totals."""
    now, before = _by_thing(invoice.lines), _by_thing(previous.lines)
    both = list(dict.fromkeys([*now, *before]))
    return [
        Change(kind, text, before.get((kind, text)), now.get((kind, text)))
        for kind, text in both
        if before.get((kind, text)) != now.get((kind, text))
    ]


def _by_thing(lines: Sequence[InvoiceLineView]) -> dict[tuple[str, str], int]:
    things: dict[tuple[str, str], int] = {}
    for line in lines:
        thing = line.kind, _OF_MONTH.sub("", line.text) if line.kind == "plan" else line.text
        things[thing] = things.get(thing, 0) + line.cents
    return things


def explained(turn: Turn, invoice: BilledInvoice, invoices: Sequence[BilledInvoice]) -> str:
    """How much it is, what changed and why, and whether it is paid. Its lines stand on the card."""
    parts = [
        turn.wording(
            "invoice.explained",
            number=invoice.number,
            issued=day(invoice.issued_on.isoformat(), turn.language),
            amount=total(turn, invoice),
        )
    ]
    previous = next((one for one in invoices if one.number == invoice.previous), None)
    if previous:
        parts.append(_compared(turn, invoice, previous))
    parts.append(state(turn, invoice))
    return "\n\n".join(parts)


def state(turn: Turn, invoice: BilledInvoice) -> str:
    key = "overdue" if invoice.state == "open" and invoice.is_overdue else invoice.state
    return turn.wording(f"invoice.state.{key}", due=day(invoice.due_on.isoformat(), turn.language))


def _compared(turn: Turn, invoice: BilledInvoice, previous: BilledInvoice) -> str:
    difference = invoice.total_cents - previous.total_cents
    found = changes(invoice, previous)
    before = total(turn, previous)
    if not found:
        return turn.wording("invoice.same", previous=previous.number, before=before)
    key = "more" if difference > 0 else "less" if difference < 0 else "equal"
    return turn.wording(
        f"invoice.{key}",
        previous=previous.number,
        before=before,
        difference=money(abs(difference), invoice.currency, turn.language),
        changes="\n".join(_change(turn, one, invoice.currency) for one in found),
    )


def _change(turn: Turn, change: Change, currency: str) -> str:
    language: Language = turn.language
    told = turn.wording(
        f"invoice.change.{change.what}",
        text=change.text,
        before=money(change.before or 0, currency, language),
        now=money(change.now or 0, currency, language),
    )
    why = f"invoice.why.{change.kind}.{change.what}"
    return f"- {told} {turn.wording(why)}" if turn.replies.has(why) else f"- {told}"
