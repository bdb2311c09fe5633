"""An invoice as PDF: every line, the tax that is in it, and what is still to be paid."""

from __future__ import annotations

from typing import NamedTuple

from handover.contract.base import Language
from handover.domain.errors import NotFound
from handover.domain.selfservice import Document
from handover.domain.shop import Invoice
from handover.services.documents.letterhead import Letterhead
from handover.services.documents.paper import Paper
from handover.services.ports import UnitOfWork

UNTAXED = frozenset({"fee"})
"""Damages that are passed on, such as a bank's fee, bear no tax."""

TEXTS: dict[Language, dict[str, str]] = {
    "de": {
        "title": "Rechnung {number}",
        "issued": "Rechnungsdatum",
        "due": "Fällig am",
        "customer": "Kundennummer",
        "line": "Leistung",
        "amount": "Betrag",
        "net": "Nettobetrag",
        "tax": "enthaltene Umsatzsteuer {percent} %",
        "untaxed": "ohne Umsatzsteuer (Schadensersatz)",
        "total": "Gesamtbetrag",
        "paid": "Diese Rechnung ist bezahlt. Vielen Dank.",
        "open": "Bitte bezahlen Sie den Betrag bis zum {due}. Verwendungszweck: {number}. "
        "Haben Sie Karte, PayPal oder Lastschrift hinterlegt, buchen wir ihn von selbst ab.",
        "failed": "Die Abbuchung ist fehlgeschlagen; der Betrag ist noch offen. Verwendungszweck: {number}.",
    },
    "en": {
        "title": "Invoice {number}",
        "issued": "Invoice date",
        "due": "Due on",
        "customer": "Customer number",
        "line": "Description",
        "amount": "Amount",
        "net": "Net amount",
        "tax": "VAT included, {percent}%",
        "untaxed": "not subject to VAT (damages)",
        "total": "Total",
        "paid": "This invoice has been paid. Thank you.",
        "open": "Please pay this amount by {due}. Payment reference: {number}. "
        "If a card, PayPal or direct debit is stored in your account, we collect it automatically.",
        "failed": "The payment failed; the amount is still open. Payment reference: {number}.",
    },
}


class Shares(NamedTuple):
    """What an amount is made of, in cents: their sum is the invoice's total."""

    net: int
    tax: int
    untaxed: int


def shares(invoice: Invoice, vat_percent: int) -> Shares:
    """The tax is contained in the lines; half a cent goes to the tax."""
    untaxed = sum(line.cents for line in invoice.lines if line.kind in UNTAXED)
    gross = invoice.total_cents - untaxed
    net = _divide(gross * 100, 100 + vat_percent)
    return Shares(net=net, tax=gross - net, untaxed=untaxed)


def invoice(unit: UnitOfWork, document: Document, letterhead: Letterhead) -> bytes:
    """Raises `NotFound` if the invoice is gone."""
    found = unit.shop.invoice_of(document.customer_id, document.subject)
    if found is None:
        raise NotFound("There is no such invoice.")
    language: Language = "en" if document.language == "en" else "de"
    say = TEXTS[language]
    title = say["title"].format(number=found.number)
    paper = Paper(letterhead, language, title, document.created_at)
    customer = unit.customers.record(document.customer_id)
    paper.recipient(customer)
    paper.headline(title)
    paper.facts(
        (say["issued"], paper.day(found.issued_on)),
        (say["due"], paper.day(found.due_on)),
        (say["customer"], customer.number),
    )
    rows = [(line.text(language), line.cents) for line in found.lines]
    sums = _sums(found, letterhead, say)
    table = [(text, paper.money(cents, found.currency)) for text, cents in (*rows, *sums)]
    paper.table((say["line"], say["amount"]), table, (75, 25), sums=len(sums))
    paper.text(say[found.state].format(due=paper.day(found.due_on), number=found.number))
    return paper.content


def _sums(found: Invoice, letterhead: Letterhead, say: dict[str, str]) -> list[tuple[str, int]]:
    net, tax, untaxed = shares(found, letterhead.vat_percent)
    parts = [(say["net"], net), (say["tax"].format(percent=letterhead.vat_percent), tax)]
    if untaxed:
        parts.append((say["untaxed"], untaxed))
    return [*parts, (say["total"], found.total_cents)]


def _divide(cents: int, by: int) -> int:
    """To the nearest whole cent, half a cent towards zero; the same for credits as for charges."""
    whole = (2 * abs(cents) + by - 1) // (2 * by)
    return whole if cents >= 0 else -whole
