"""Everything that is known about a customer as JSON, which people can open and other services can read."""

from __future__ import annotations

import json
from datetime import date, datetime

from handover.domain.selfservice import Document
from handover.services.documents.letterhead import Letterhead
from handover.services.ports import UnitOfWork

ABOUT = {
    "de": "Kopie aller Daten, die wir zu Ihnen gespeichert haben (Artikel 15 und 20 DSGVO). Zeiten in UTC, Beträge in "
    "Cent. Zweck: Ihre Bestellungen, Abos und Anfragen; Newsletter, Empfehlungen und Umfragen nur mit Ihrer "
    "Einwilligung (consents). Konto und Geräte-Daten bleiben, solange das Konto besteht; Chats 180 Tage, Rechnungen 10 "
    "Jahre. Interne Notizen unseres Teams enthält diese Datei nicht; dazu geben wir Ihnen auf Anfrage gern Auskunft.",
    "en": "A copy of all data that we hold about you (articles 15 and 20 GDPR). Times are UTC, amounts are in cents. "
    "Purpose: your orders, subscriptions and requests; newsletter, recommendations and surveys only with your consent "
    "(consents). Account and device data stay as long as the account exists; chats for 180 days, invoices for 10 years. "
    "Internal notes of our team are not in this file; please ask us if you want to know what they say.",
}


def data_export(unit: UnitOfWork, document: Document, letterhead: Letterhead) -> bytes:
    """As of the moment it is fetched. Raises `NotFound` if the customer is gone."""
    unit.customers.record(document.customer_id)
    copy = {
        "about": ABOUT["en" if document.language == "en" else "de"],
        "made_at": unit.now.isoformat(),
        "from": {"address": letterhead.address, "email": letterhead.email},
        "data": unit.customers.everything_about(document.customer_id),
    }
    return json.dumps(copy, ensure_ascii=False, indent=2, default=_as_text).encode()


def _as_text(value: object) -> str:
    """Days and times as ISO. Raises `TypeError` for anything else that JSON does not know."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a copy of data")
