"""What customers get in writing about changes of their account and about what they took back, in their language."""

from __future__ import annotations

from datetime import date

from handover.contract.base import Language
from handover.domain.selfservice import ServiceRequest
from handover.services.ports import Mail
from handover.services.selfservice.kinds import Case
from handover.services.wording import day, moment

NOTHING: dict[Language, str] = {"de": "nichts hinterlegt", "en": "nothing on file"}
PARTS: dict[Language, dict[str, str]] = {
    "de": {"phone": "Telefonnummer", "address": "Anschrift"},
    "en": {"phone": "phone number", "address": "postal address"},
}
PURPOSES: dict[Language, dict[str, str]] = {
    "de": {
        "newsletter": "Newsletter mit Angeboten per E-Mail",
        "recommendations": "Empfehlungen aus Ihren Einkäufen",
        "surveys": "Umfragen zur Zufriedenheit per E-Mail",
    },
    "en": {
        "newsletter": "newsletter with offers by e-mail",
        "recommendations": "recommendations based on your purchases",
        "surveys": "satisfaction surveys by e-mail",
    },
}

_CONTACT: dict[Language, tuple[str, str]] = {
    "de": (
        "Ihre Kontaktdaten wurden geändert ({reference})",
        (
            "Guten Tag,\n\n"
            "am {moment} haben Sie in unserem Chat Ihre Kontaktdaten geändert.\n\n"
            "{part} bisher: {before}\n"
            "{part} jetzt: {after}\n"
            "Vorgang: {reference}\n\n"
            "Bis zum Ende dieses Tages können Sie die Änderung im Chat zurücknehmen.\n"
            "Waren Sie das nicht? Dann melden Sie sich bitte sofort bei uns.\n"
        ),
    ),
    "en": (
        "Your contact details have been changed ({reference})",
        (
            "Hello,\n\n"
            "on {moment} you changed your contact details in our chat.\n\n"
            "Old {part}: {before}\n"
            "New {part}: {after}\n"
            "Reference: {reference}\n\n"
            "You can take this change back in the chat until the end of that day.\n"
            "Was this not you? Then please contact us at once.\n"
        ),
    ),
}
_CONSENT: dict[Language, dict[str, tuple[str, str]]] = {
    "de": {
        "yes": (
            "Ihre Einwilligung ({reference})",
            (
                "Guten Tag,\n\n"
                "am {moment} haben Sie in unserem Chat eingewilligt: {purpose}.\n"
                "Vorgang: {reference}\n\n"
                "Sie können das jederzeit widerrufen: im Chat, im Konto oder mit dem Link in jeder dieser E-Mails.\n"
            ),
        ),
        "no": (
            "Ihr Widerruf ({reference})",
            (
                "Guten Tag,\n\n"
                "am {moment} haben Sie in unserem Chat eine Einwilligung widerrufen: {purpose}.\n"
                "Das gilt sofort. Vorgang: {reference}\n\n"
                "Nachrichten zu Bestellungen, Rechnungen und Sicherheit bekommen Sie weiterhin.\n"
            ),
        ),
    },
    "en": {
        "yes": (
            "Your consent ({reference})",
            (
                "Hello,\n\n"
                "on {moment} you gave your consent in our chat: {purpose}.\n"
                "Reference: {reference}\n\n"
                "You can withdraw it at any time: in the chat, in your account or with the link in each such e-mail.\n"
            ),
        ),
        "no": (
            "Consent withdrawn ({reference})",
            (
                "Hello,\n\n"
                "on {moment} you withdrew your consent in our chat: {purpose}.\n"
                "This takes effect at once. Reference: {reference}\n\n"
                "You will still receive messages about orders, invoices and security.\n"
            ),
        ),
    },
}
_DELETION: dict[Language, tuple[str, str]] = {
    "de": (
        "Ihr Konto wird gelöscht ({reference})",
        (
            "Guten Tag,\n\n"
            "am {moment} haben Sie in unserem Chat die Löschung Ihres Kontos verlangt. Vorgang: {reference}\n\n"
            "Bis spätestens {due} löschen wir Konto, Chats und Geräte-Daten. Laufende Abos enden damit.\n"
            "Rechnungen und Buchungen müssen wir nach dem Gesetz 10 Jahre aufbewahren. Wir sperren sie und nutzen sie\n"
            "für nichts anderes.\n\n"
            "Bis dahin können Sie die Löschung im Chat zurücknehmen.\n"
            "Waren Sie das nicht? Dann melden Sie sich bitte sofort bei uns.\n"
        ),
    ),
    "en": (
        "Your account will be deleted ({reference})",
        (
            "Hello,\n\n"
            "on {moment} you asked in our chat for your account to be deleted. Reference: {reference}\n\n"
            "By {due} at the latest we delete your account, chats and device data. Running subscriptions end with it.\n"
            "The law makes us keep invoices and bookings for 10 years. We lock them and use them for nothing else.\n\n"
            "Until then you can take the deletion back in the chat.\n"
            "Was this not you? Then please contact us at once.\n"
        ),
    ),
}


_TAKEN_BACK: dict[Language, tuple[str, str]] = {
    "de": (
        "Zurückgenommen: Vorgang {undone}",
        (
            "Guten Tag,\n\n"
            "am {moment} haben Sie in unserem Chat den Vorgang {undone} zurückgenommen. Es gilt wieder, was vorher galt.\n"
            "Diese Rücknahme hat die Nummer {reference}.\n\n"
            "Waren Sie das nicht? Dann melden Sie sich bitte sofort bei uns.\n"
        ),
    ),
    "en": (
        "Taken back: request {undone}",
        (
            "Hello,\n\n"
            "on {moment} you took back request {undone} in our chat. What held before it holds again.\n"
            "The reference of this is {reference}.\n\n"
            "Was this not you? Then please contact us at once.\n"
        ),
    ),
}


def contact_changed(case: Case, request: ServiceRequest, to: str) -> Mail:
    language = case.language
    facts = {name: str(request.facts[name] or NOTHING[language]) for name in ("before", "after")}
    return _mail(case, _CONTACT[language], request, to, part=PARTS[language][str(request.facts["part"])], **facts)


def consent_changed(case: Case, request: ServiceRequest, to: str) -> Mail:
    texts = _CONSENT[case.language][str(request.facts["after"])]
    return _mail(case, texts, request, to, purpose=PURPOSES[case.language][str(request.facts["purpose"])])


def taken_back(case: Case, undone: ServiceRequest, request: ServiceRequest, to: str) -> Mail:
    """Whatever was confirmed in writing is also taken back in writing."""
    return _mail(case, _TAKEN_BACK[case.language], request, to, undone=undone.reference)


def deletion_asked(case: Case, request: ServiceRequest, to: str) -> Mail:
    due = day(date.fromisoformat(str(request.facts["due_on"])), case.language)
    return _mail(case, _DELETION[case.language], request, to, due=due)


def _mail(case: Case, texts: tuple[str, str], request: ServiceRequest, to: str, **values: str) -> Mail:
    values |= {"reference": request.reference, "moment": moment(request.created_at, case.zone, case.language)}
    subject, body = (text.format(**values) for text in texts)
    return Mail(to, subject, body)
