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
    "not_found": {"de": "Das wurde nicht gefunden.", "en": "This was not found."},
    "too_many": {
        "de": "Das waren zu viele Versuche. Bitte warten Sie etwas.",
        "en": "Those were too many tries. Please wait a while.",
    },
    "internal": {
        "de": "Das hat leider nicht geklappt. Bitte versuchen Sie es noch einmal.",
        "en": "Sorry, this did not work. Please try again.",
    },
}


def sentence(code: str, language: Language) -> str:
    """Unknown codes get the sentence of `internal`: never an internal text."""
    return SENTENCES.get(code, SENTENCES["internal"])[language]
