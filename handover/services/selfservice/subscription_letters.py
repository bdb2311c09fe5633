"""What customers get in writing about their subscriptions: the mail, and of a cancellation the same as a file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, tzinfo
from typing import NamedTuple

from handover.contract.base import Language
from handover.domain.errors import NotFound
from handover.domain.selfservice import Document, ServiceRequest
from handover.domain.shop import Plan
from handover.services.documents.letterhead import Letterhead
from handover.services.documents.paper import Paper
from handover.services.ports import Mail, UnitOfWork
from handover.services.selfservice.kinds import Case
from handover.services.wording import day, moment_with_zone, money

CONFIRMATION_NAME: dict[Language, str] = {
    "de": "Kuendigungsbestaetigung-{number}.pdf",
    "en": "Cancellation-confirmation-{number}.pdf",
}
_GREETING: dict[Language, str] = {"de": "Guten Tag {name},", "en": "Dear {name},"}
_LABELS: dict[Language, dict[str, str]] = {
    "de": {
        "subscription": "Abo",
        "received": "Eingegangen am",
        "ends_on": "Das Abo endet am",
        "to_plan": "Neuer Tarif",
        "valid_from": "Gilt ab",
        "to_cents": "Monatspreis",
        "due_cents": "Anteilig für diesen Monat",
        "paused_from": "Pause ab",
        "paused_until": "Pause bis",
        "resumes_on": "Läuft weiter ab",
        "resumed_on": "Läuft weiter ab",
        "monthly_cents": "Monatspreis",
        "paid_until": "Laufender Monat bis",
        "reference": "Vorgang",
    },
    "en": {
        "subscription": "Subscription",
        "received": "Received on",
        "ends_on": "The subscription ends on",
        "to_plan": "New plan",
        "valid_from": "Valid from",
        "to_cents": "Monthly price",
        "due_cents": "Pro rata for this month",
        "paused_from": "Paused from",
        "paused_until": "Paused until",
        "resumes_on": "Goes on from",
        "resumed_on": "Goes on from",
        "monthly_cents": "Monthly price",
        "paid_until": "Current month until",
        "reference": "Reference",
    },
}
_TEXTS: dict[Language, dict[str, tuple[str, str, str]]] = {
    "de": {
        "cancel": (
            "Bestätigung Ihrer Kündigung",
            "Ihre Kündigung ist bei uns eingegangen. Wir bestätigen sie Ihnen hiermit.",
            "Danach buchen wir nichts mehr ab. Bis zu diesem Tag können Sie die Kündigung auch zurücknehmen.",
        ),
        "up": (
            "Ihr Tarifwechsel",
            "Ihr Abo läuft ab sofort im größeren Tarif.",
            "Der anteilige Betrag steht auf der nächsten Rechnung. Danach gilt der volle Monatspreis.",
        ),
        "down": (
            "Ihr Tarifwechsel",
            "Ihr Abo wechselt zum Ende des bezahlten Monats in den kleineren Tarif.",
            "Bis dahin behalten Sie alle Funktionen.",
        ),
        "stay": (
            "Ihr Tarif bleibt",
            "Der geplante Tarifwechsel findet nicht statt.",
            "Ihr Abo läuft weiter wie bisher.",
        ),
        "pause": (
            "Ihr Abo macht Pause",
            "Ihr Abo pausiert nach dem bezahlten Monat. In dieser Zeit zahlen Sie nichts.",
            "Danach läuft es von selbst weiter; drei Tage vorher erinnern wir Sie. Sie können die Pause jederzeit beenden.",
        ),
        "resume.cancellation": (
            "Ihre Kündigung ist zurückgenommen",
            "Sie haben Ihre Kündigung zurückgenommen.",
            "Ihr Abo läuft ohne Unterbrechung weiter.",
        ),
        "resume.pause": (
            "Ihr Abo läuft wieder",
            "Sie haben die Pause beendet.",
            "Mit diesem Tag beginnt ein neuer bezahlter Monat.",
        ),
        "resume.planned_pause": (
            "Ihr Abo läuft weiter",
            "Die geplante Pause findet nicht statt.",
            "Ihr Abo läuft ohne Unterbrechung weiter.",
        ),
    },
    "en": {
        "cancel": (
            "Confirmation of your cancellation",
            "We have received your cancellation and hereby confirm it.",
            "After that we charge nothing more. Until that day you can also take the cancellation back.",
        ),
        "up": (
            "Your change of plan",
            "Your subscription has the bigger plan from now on.",
            "The pro rata amount is on your next invoice. After that the full monthly price applies.",
        ),
        "down": (
            "Your change of plan",
            "Your subscription moves to the smaller plan at the end of the month you have paid for.",
            "Until then you keep all features.",
        ),
        "stay": ("Your plan stays", "The change of plan will not take place.", "Your subscription goes on as before."),
        "pause": (
            "Your subscription takes a break",
            "Your subscription pauses after the month you have paid for. You pay nothing in that time.",
            "It then goes on by itself; we remind you three days before. You can end the pause at any time.",
        ),
        "resume.cancellation": (
            "Your cancellation is taken back",
            "You have taken your cancellation back.",
            "Your subscription goes on without interruption.",
        ),
        "resume.pause": (
            "Your subscription is running again",
            "You have ended the pause.",
            "A new paid month begins on this day.",
        ),
        "resume.planned_pause": (
            "Your subscription goes on",
            "The planned pause will not take place.",
            "Your subscription goes on without interruption.",
        ),
    },
}
"""Headline, what has happened, what follows from it."""
_TOLD: dict[str, tuple[str, ...]] = {
    "cancel": ("ends_on",),
    "up": ("to_plan", "valid_from", "to_cents", "due_cents"),
    "down": ("to_plan", "valid_from", "to_cents"),
    "stay": ("to_cents",),
    "pause": ("paused_from", "paused_until", "resumes_on"),
    "resume.cancellation": ("paid_until", "monthly_cents"),
    "resume.pause": ("resumed_on", "paid_until", "monthly_cents"),
    "resume.planned_pause": ("paid_until", "monthly_cents"),
}
"""Facts of the request that stand in the letter, by what was done."""


class Letter(NamedTuple):
    headline: str
    greeting: str
    told: str
    facts: tuple[tuple[str, str], ...]
    """Label and value."""
    follows: str

    @property
    def text(self) -> str:
        facts = "\n".join(f"{label}: {value}" for label, value in self.facts)
        return f"{self.greeting}\n\n{self.told}\n\n{facts}\n\n{self.follows}\n"


def letter(request: ServiceRequest, name: str, plans: Mapping[str, Plan], language: Language, zone: tzinfo) -> Letter:
    """Out of the request alone, so that it says the same whenever it is written."""
    what, labels = _what(request), _LABELS[language]
    headline, told, follows = _TEXTS[language][what]
    plan = plans[str(request.facts.get("plan") or request.facts["from_plan"])]
    facts = (
        (labels["subscription"], f"{plan.name(language)} ({request.subject})"),
        *((labels[fact], _written(request, fact, plans, language)) for fact in _TOLD[what]),
        (labels["received"], moment_with_zone(request.created_at, zone, language)),
        (labels["reference"], request.reference),
    )
    return Letter(headline, _GREETING[language].format(name=name), told, facts, follows)


def letter_mail(case: Case, request: ServiceRequest, to: str) -> Mail:
    name = case.unit.customers.record(case.customer_id).name
    written = letter(request, name, case.unit.shop.plans(), case.language, case.zone)
    return Mail(to, f"{written.headline} ({request.subject})", written.text)


def confirmation(unit: UnitOfWork, document: Document, letterhead: Letterhead) -> bytes:
    """The confirmation of a cancellation as a PDF. Raises `NotFound`."""
    made = unit.selfservice.requests_of(document.customer_id)
    request = next((one for one in made if one.reference == document.subject), None)
    if request is None:
        raise NotFound("There is no such document.")
    customer = unit.customers.record(document.customer_id)
    language: Language = "en" if document.language == "en" else "de"
    written = letter(request, customer.name, unit.shop.plans(), language, letterhead.zone)
    paper = Paper(letterhead, language, written.headline, request.created_at)
    paper.recipient(customer)
    paper.headline(written.headline)
    paper.text(written.greeting)
    paper.gap()
    paper.text(written.told)
    paper.gap()
    paper.facts(*written.facts)
    paper.text(written.follows)
    return paper.content


def _what(request: ServiceRequest) -> str:
    match request.kind:
        case "subscription.change_plan":
            return str(request.facts["direction"])
        case "subscription.resume":
            return f"resume.{request.facts['mode']}"
        case kind:
            return kind.removeprefix("subscription.")


def _written(request: ServiceRequest, fact: str, plans: Mapping[str, Plan], language: Language) -> str:
    value = request.facts[fact]
    if isinstance(value, int):
        return money(value, str(request.facts["currency"]), language)
    if fact == "to_plan":
        return plans[str(value)].name(language)
    return day(date.fromisoformat(str(value)), language)
