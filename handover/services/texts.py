"""The mails the desk writes, in the visitor's language."""

from __future__ import annotations

from handover.contract.base import Language
from handover.services.ports import Mail

_CODE_SUBJECT: dict[Language, str] = {"de": "Ihr Code: {code}", "en": "Your code: {code}"}
_CODE_BODY: dict[Language, str] = {
    "de": (
        "Guten Tag,\n\n"
        "Ihr Code für unseren Chat lautet: {code}\n\n"
        "Er gilt {minutes} Minuten. Bitte geben Sie ihn nur in unserem Chat ein; wir fragen Sie sonst nirgends danach.\n"
        "Wenn Sie keinen Code angefordert haben, brauchen Sie nichts zu tun.\n"
    ),
    "en": (
        "Hello,\n\n"
        "your code for our chat is: {code}\n\n"
        "It is valid for {minutes} minutes. Please enter it in our chat only; we never ask for it anywhere else.\n"
        "If you did not ask for a code, there is nothing you need to do.\n"
    ),
}


def code_mail(language: Language, to: str, code: str, minutes: int) -> Mail:
    """The mail that proves who reads it."""
    return Mail(to, _CODE_SUBJECT[language].format(code=code), _CODE_BODY[language].format(code=code, minutes=minutes))
