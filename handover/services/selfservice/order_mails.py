"""What customers get in writing about their orders and returns, in the language of the conversation."""

from __future__ import annotations

from datetime import date

from handover.contract.base import Language
from handover.domain.selfservice import Facts, ServiceRequest
from handover.services.ports import Mail
from handover.services.selfservice.kinds import Case
from handover.services.wording import day, moment, money

TEXTS: dict[Language, dict[str, tuple[str, str]]] = {
    "de": {
        "order.cancel": (
            "Bestellung {number} ist storniert ({reference})",
            (
                "am {moment} haben Sie in unserem Chat Bestellung {number} storniert.\n\n{money}\nVorgang: {reference}\n\n"
                "Bis zum Ende dieses Tages können Sie die Stornierung im Chat zurücknehmen.\n"
            ),
        ),
        "order.change_address": (
            "Neue Lieferadresse für Bestellung {number} ({reference})",
            (
                "am {moment} haben Sie in unserem Chat die Lieferadresse von Bestellung {number} geändert.\n\n"
                "Bisher: {old_street}, {old_postcode} {old_city}\n"
                "Jetzt: {street}, {postcode} {city}\nVorgang: {reference}\n\n"
                "Bis zum Ende dieses Tages können Sie die Änderung im Chat zurücknehmen, solange die Bestellung nicht "
                "versendet ist.\nDie Anschrift in Ihrem Konto bleibt, wie sie ist.\n"
            ),
        ),
        "order.return": (
            "Ihre Rücksendung {reference} ist angemeldet",
            (
                "am {moment} haben Sie in unserem Chat eine Rücksendung aus Bestellung {number} angemeldet.\n\n"
                "Artikel: {names_de}\nRücksendung: {reference}\n\n{way}\n"
                "Wir prüfen die Rücksendung und erstatten innerhalb von {checked_within} Arbeitstagen, nachdem sie bei uns "
                "angekommen ist.\n"
            ),
        ),
    },
    "en": {
        "order.cancel": (
            "Order {number} has been cancelled ({reference})",
            (
                "on {moment} you cancelled order {number} in our chat.\n\n{money}\nReference: {reference}\n\n"
                "You can take the cancellation back in the chat until the end of that day.\n"
            ),
        ),
        "order.change_address": (
            "New delivery address for order {number} ({reference})",
            (
                "on {moment} you changed the delivery address of order {number} in our chat.\n\n"
                "Before: {old_street}, {old_postcode} {old_city}\n"
                "Now: {street}, {postcode} {city}\nReference: {reference}\n\n"
                "You can take the change back in the chat until the end of that day, as long as the order has not been "
                "sent.\nThe address in your account stays as it is.\n"
            ),
        ),
        "order.return": (
            "Your return {reference} has been registered",
            (
                "on {moment} you registered a return from order {number} in our chat.\n\n"
                "Items: {names_en}\nReturn: {reference}\n\n{way}\n"
                "We check the return and refund it within {checked_within} working days of its arrival.\n"
            ),
        ),
    },
}
_FRAME: dict[Language, tuple[str, str]] = {
    "de": ("Guten Tag,\n\n", "Waren Sie das nicht? Dann melden Sie sich bitte sofort bei uns.\n"),
    "en": ("Hello,\n\n", "Was this not you? Then please contact us at once.\n"),
}
_MONEY: dict[Language, tuple[str, str]] = {
    "de": ("Bezahlt war noch nichts; es wird nichts abgebucht.", "Erstattet werden {amount} ({method}), bis {until}."),
    "en": ("Nothing had been paid, and nothing will be charged.", "You get {amount} back ({method}), by {until}."),
}
_WAY: dict[Language, dict[str, str]] = {
    "de": {
        "label": "Geben Sie das Paket bis {last_day} in einem Paketshop von Nordpost ab und heben Sie den Beleg auf. Das "
        "Etikett laden Sie im Chat herunter.",
        "collection": "Wir holen alles am {collect_on} kostenlos bei Ihnen ab. Heben Sie den Beleg auf.",
    },
    "en": {
        "label": "Hand the parcel in at any Nordpost parcel shop by {last_day} and keep the receipt. You download the "
        "label in the chat.",
        "collection": "We collect everything from you free of charge on {collect_on}. Keep the receipt.",
    },
}


def in_writing(case: Case, request: ServiceRequest, to: str) -> Mail:
    """The confirmation of a request of this kind."""
    language, kind = case.language, request.kind
    subject, body = TEXTS[language][kind]
    before, after = _FRAME[language]
    values = {
        **request.facts,
        "reference": request.reference,
        "moment": moment(request.created_at, case.zone, language),
        "money": _money(request.facts, language) if kind == "order.cancel" else "",
        "way": _way(request.facts, language) if kind == "order.return" else "",
    }
    return Mail(to, subject.format_map(values), before + body.format_map(values) + after)


def _money(facts: Facts, language: Language) -> str:
    nothing, amount_back = _MONEY[language]
    cents = int(facts["refund_cents"] or 0)
    if not cents:
        return nothing
    amount = money(cents, str(facts["currency"]), language)
    return amount_back.format(amount=amount, method=facts["method"], until=_day(facts["refund_until"], language))


def _way(facts: Facts, language: Language) -> str:
    way = "collection" if facts["collect_on"] else "label"
    last_day = _day(facts["last_day"], language)
    return _WAY[language][way].format(last_day=last_day, collect_on=_day(facts["collect_on"], language))


def _day(iso: str | int | None, language: Language) -> str:
    return day(date.fromisoformat(str(iso)), language) if iso else ""
