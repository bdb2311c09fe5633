"""What a visitor reads when a frame was refused, in both languages. Codes: `domain/errors.py` and the sockets' own."""

from __future__ import annotations

from handover.contract.base import Language

SENTENCES: dict[str, dict[Language, str]] = {
    "invalid_frame": {
        "de": "Das konnte nicht gelesen werden. Ist die Nachricht vielleicht zu lang?",
        "en": "This could not be read. Is the message perhaps too long?",
    },
    "invalid_input": {
        "de": "Diese Angabe passt hier nicht. Bitte prüfen Sie sie noch einmal.",
        "en": "This value does not fit here. Please check it once more.",
    },
    "client_id_reused": {
        "de": "Diese Nachricht wurde schon mit anderem Inhalt gesendet.",
        "en": "This message was sent before with other content.",
    },
    "illegal_transition": {
        "de": "Das geht im Augenblick nicht, der Stand des Gesprächs ist inzwischen ein anderer.",
        "en": "This is not possible right now, the conversation has moved on.",
    },
    "conflict": {
        "de": "Das geht nicht mehr, der Stand des Gesprächs ist inzwischen ein anderer.",
        "en": "This is no longer possible, the conversation has moved on.",
    },
    "invalid_phone": {
        "de": "Diese Telefonnummer können wir nicht anrufen. Bitte prüfen Sie sie noch einmal.",
        "en": "We cannot call this telephone number. Please check it once more.",
    },
    "invalid_email": {
        "de": "Diese E-Mail-Adresse stimmt so nicht. Bitte prüfen Sie sie noch einmal.",
        "en": "This mail address is not right. Please check it once more.",
    },
    "not_waiting": {
        "de": "Sie warten gerade nicht auf eine Person.",
        "en": "You are not waiting for a person right now.",
    },
    "nothing_to_rate": {
        "de": "In diesem Gespräch gibt es niemanden, den Sie bewerten könnten.",
        "en": "There is nobody in this conversation whom you could rate.",
    },
    "identity_required": {
        "de": "Dafür müssen wir wissen, dass Sie es sind. Bitte bestätigen Sie zuerst Ihre E-Mail-Adresse.",
        "en": "For this we need to know that it is you. Please confirm your mail address first.",
    },
    "no_address": {
        "de": "In Ihrem Kundenkonto ist keine E-Mail-Adresse hinterlegt. Sie können das Protokoll herunterladen.",
        "en": "There is no mail address in your account. You can download the transcript.",
    },
    "token_refused": {
        "de": "Ihre Anmeldung im Shop konnte nicht bestätigt werden. Bitte laden Sie die Seite neu.",
        "en": "Your log-in at the shop could not be confirmed. Please reload the page.",
    },
    "other_customer": {
        "de": "Dieses Gespräch gehört zu einem anderen Kundenkonto. Bitte beginnen Sie ein neues.",
        "en": "This conversation belongs to another customer account. Please begin a new one.",
    },
    "not_found": {"de": "Das wurde nicht gefunden.", "en": "This was not found."},
    "unknown_file": {
        "de": "Eine dieser Dateien ist nicht mehr da. Bitte wählen Sie sie noch einmal aus.",
        "en": "One of these files is no longer here. Please choose it once more.",
    },
    "too_many": {
        "de": "Das war zu viel auf einmal. Bitte versuchen Sie es in {seconds} Sekunden noch einmal.",
        "en": "That was too much at once. Please try again in {seconds} seconds.",
    },
    "unavailable": {
        "de": "Wir können gerade nichts speichern; das ist noch nicht angekommen. Bitte versuchen Sie es gleich noch einmal.",
        "en": "We cannot store anything right now; this has not arrived yet. Please try again in a moment.",
    },
    "internal": {
        "de": "Das hat leider nicht geklappt. Bitte versuchen Sie es noch einmal.",
        "en": "Sorry, this did not work. Please try again.",
    },
}


def sentence(code: str, language: Language, *, seconds: int = 0) -> str:
    """Unknown codes get the sentence of `internal`: never an internal text."""
    return SENTENCES.get(code, SENTENCES["internal"])[language].format(seconds=max(2, seconds))
