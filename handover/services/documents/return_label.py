"""The label of a return as PDF: to be stuck on the parcel, or its code shown at the parcel shop."""

from __future__ import annotations

from handover.contract.base import Language
from handover.domain.errors import NotFound
from handover.domain.selfservice import Document
from handover.domain.shop import Order, Return
from handover.services.documents.letterhead import Letterhead
from handover.services.documents.paper import Paper
from handover.services.ports import UnitOfWork
from handover.services.selfservice.kinds import ALL

TEXTS: dict[Language, dict[str, str]] = {
    "de": {
        "title": "Rücksendung {number}",
        "order": "Bestellung",
        "announced": "Angemeldet am",
        "item": "Artikel",
        "quantity": "Menge",
        "to": "An",
        "department": "Retouren",
        "free": "Porto bezahlt der Empfänger.",
        "stamp": "Bitte ausreichend frankieren.",
        "how": "So geht es: Packen Sie alles mit Zubehör und Anleitung ein. Schneiden Sie das Etikett oben aus und kleben Sie "
        "es auf das Paket, oder zeigen Sie den Code auf dem Handy vor. Geben Sie das Paket in einem Paketshop von Nordpost ab "
        "und heben Sie den Beleg auf.",
    },
    "en": {
        "title": "Return {number}",
        "order": "Order",
        "announced": "Registered on",
        "item": "Item",
        "quantity": "Quantity",
        "to": "To",
        "department": "Returns",
        "free": "Postage paid by the recipient.",
        "stamp": "Please add sufficient postage.",
        "how": "This is how: pack everything with accessories and manual. Cut out the label above and stick it on the parcel, "
        "or show the code on your phone. Hand the parcel in at any Nordpost parcel shop and keep the receipt.",
    },
}


def return_label(unit: UnitOfWork, document: Document, letterhead: Letterhead) -> bytes:
    """Raises `NotFound` if the return was taken back."""
    found, order = _found(unit, document)
    language: Language = "en" if document.language == "en" else "de"
    say = TEXTS[language]
    title = say["title"].format(number=found.number)
    customer = unit.customers.record(document.customer_id)
    paper = Paper(letterhead, language, title, document.created_at)
    paper.headline(title)
    is_free = _is_free(unit, document, found)
    sender = f"{customer.name}\n{customer.street or ''}\n{customer.postcode or ''} {customer.city or ''}"
    receiver = f"{letterhead.name}, {say['department']}\n{letterhead.street}\n{letterhead.postcode} {letterhead.city}"
    paper.box(f"{sender}\n\n{say['to']}\n{receiver}\n\n{say['free' if is_free else 'stamp']}")
    paper.barcode(found.number)
    paper.facts(
        (say["order"], order.number),
        (say["announced"], paper.day(found.created_at.astimezone(letterhead.zone).date())),
    )
    names = {item.sku: item.name(language) for item in order.items}
    paper.table((say["item"], say["quantity"]), [(names[sku], str(count)) for sku, count in found.items], (80, 20))
    paper.text(say["how"])
    return paper.content


def _is_free(unit: UnitOfWork, document: Document, found: Return) -> bool:
    """As the customer was told; what was not announced here came with the shop's own label, which is free."""
    made = unit.selfservice.requests_of(document.customer_id, "order.return")
    return all(one.facts["free"] for one in made if one.reference == found.number)


def _found(unit: UnitOfWork, document: Document) -> tuple[Return, Order]:
    for found in unit.refunds.returns_of(document.customer_id):
        if found.number == document.subject:
            orders = unit.shop.orders_of(document.customer_id, ALL)
            return found, next(order for order in orders if order.id == found.order_id)
    raise NotFound("There is no such return.")
