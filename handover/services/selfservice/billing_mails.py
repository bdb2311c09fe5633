"""What customers get in writing about money, in the language of the conversation. The first line is the subject."""

from __future__ import annotations

from datetime import date

from handover.contract.base import Language
from handover.domain.selfservice import ServiceRequest
from handover.services.ports import Mail
from handover.services.selfservice.kinds import Case
from handover.services.wording import day, moment, money

ABOUT: dict[Language, dict[str, str]] = {
    "de": {"invoice": "Rechnung {number}", "order": "Bestellung {number}"},
    "en": {"invoice": "invoice {number}", "order": "order {number}"},
}

_DOUBLE_CHARGE: dict[Language, str] = {
    "de": (
        "Ihre Erstattung: {about} wurde doppelt bezahlt ({reference})\n"
        "Guten Tag,\n\n"
        "am {moment} haben Sie uns im Chat eine doppelte Abbuchung gemeldet, und Sie haben recht: Für {about}\n"
        "wurde mehr als einmal gebucht. Das tut uns leid.\n\n"
        "Wir erstatten Ihnen {amount} auf: {method}\n"
        "Das Geld ist spätestens am {expected} da.\n"
        "Vorgang: {reference}\n\n"
        "Lassen Sie die Buchung bitte nicht von Ihrer Bank zurückgeben; das würde sich mit der Erstattung kreuzen.\n"
    ),
    "en": (
        "Your refund: {about} was paid twice ({reference})\n"
        "Hello,\n\n"
        "on {moment} you told us in our chat about a double charge, and you are right: {about} was charged more\n"
        "than once. We are sorry.\n\n"
        "We refund {amount} to: {method}\n"
        "The money is there by {expected} at the latest.\n"
        "Reference: {reference}\n\n"
        "Please do not have your bank return the charge; it would cross with the refund.\n"
    ),
}
_PAID_AGAIN: dict[Language, str] = {
    "de": (
        "Neuer Zahlungsversuch für Rechnung {number} ({reference})\n"
        "Guten Tag,\n\n"
        "am {moment} haben Sie uns im Chat gebeten, die Zahlung noch einmal zu versuchen.\n\n"
        "Rechnung: {number}\n"
        "Betrag: {amount}\n"
        "Zahlungsart: {method}\n"
        "Vorgang: {reference}\n\n"
        "Bestätigen Sie die Zahlung bitte in der App Ihrer Bank, falls diese danach fragt. Ob es geklappt hat, sehen\n"
        "Sie unter Mein Konto > Rechnungen.\n"
    ),
    "en": (
        "Another payment attempt for invoice {number} ({reference})\n"
        "Hello,\n\n"
        "on {moment} you asked us in our chat to try the payment once more.\n\n"
        "Invoice: {number}\n"
        "Amount: {amount}\n"
        "Payment method: {method}\n"
        "Reference: {reference}\n\n"
        "Please confirm the payment in your bank's app if it asks you to. Whether it worked is shown under\n"
        "My account > Invoices.\n"
    ),
}
_DEFAULT_CHANGED: dict[Language, str] = {
    "de": (
        "Ihre Zahlungsart wurde geändert ({reference})\n"
        "Guten Tag,\n\n"
        "am {moment} haben Sie in unserem Chat Ihre Zahlungsart geändert.\n\n"
        "Ab der nächsten Abbuchung: {method}\n"
        "Vorgang: {reference}\n\n"
        "Bis zum Ende dieses Tages können Sie die Änderung im Chat zurücknehmen.\n"
        "Waren Sie das nicht? Dann melden Sie sich bitte sofort bei uns.\n"
    ),
    "en": (
        "Your payment method has been changed ({reference})\n"
        "Hello,\n\n"
        "on {moment} you changed your payment method in our chat.\n\n"
        "From the next payment on: {method}\n"
        "Reference: {reference}\n\n"
        "You can take this change back in the chat until the end of that day.\n"
        "Was this not you? Then please contact us at once.\n"
    ),
}


def double_charge(case: Case, request: ServiceRequest, to: str) -> Mail:
    facts = request.facts
    about = ABOUT[case.language][str(facts["about"])].format(number=facts["number"])
    expected = day(date.fromisoformat(str(facts["expected_on"])), case.language)
    return _mail(case, request, to, _DOUBLE_CHARGE, about=about, expected=expected, amount=_amount(case, request))


def paid_again(case: Case, request: ServiceRequest, to: str) -> Mail:
    return _mail(case, request, to, _PAID_AGAIN, amount=_amount(case, request))


def default_changed(case: Case, request: ServiceRequest, to: str) -> Mail:
    return _mail(case, request, to, _DEFAULT_CHANGED)


def _amount(case: Case, request: ServiceRequest) -> str:
    cents, currency = int(request.facts["cents"] or 0), str(request.facts["currency"])
    return money(cents, currency, case.language)


def _mail(case: Case, request: ServiceRequest, to: str, texts: dict[Language, str], **values: str) -> Mail:
    when = moment(request.created_at, case.zone, case.language)
    facts = {name: str(value) for name, value in request.facts.items()}
    filled = facts | {"reference": request.reference, "moment": when} | values
    subject, body = texts[case.language].format_map(filled).split("\n", 1)
    return Mail(to, subject, body)
