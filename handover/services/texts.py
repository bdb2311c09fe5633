"""The mails the desk writes, in the visitor's language."""

from __future__ import annotations

from collections.abc import Sequence

from handover.contract.base import Language
from handover.services.ports import Mail, UnreadWords

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


_WORDS_SUBJECT: dict[Language, str] = {
    "de": "Antwort auf Ihre Anfrage im Chat",
    "en": "An answer to your request in our chat",
}
_WORDS_BODY: dict[Language, str] = {
    "de": (
        "Guten Tag,\n\n"
        "während Sie nicht im Chat waren, haben wir Ihnen geschrieben:\n\n"
        "{words}\n\n"
        "Das Gespräch ist noch da: Öffnen Sie den Chat auf unserer Website im selben Browser wie zuvor und schreiben "
        "Sie einfach weiter.\n"
        "Auf diese E-Mail können Sie nicht antworten.\n"
    ),
    "en": (
        "Hello,\n\n"
        "while you were away from the chat, we wrote to you:\n\n"
        "{words}\n\n"
        "The conversation is still there: open the chat on our website in the same browser as before and simply go "
        "on writing.\n"
        "You cannot reply to this mail.\n"
    ),
}


_WORDS_BODY_ALONE: dict[Language, str] = {
    "de": (
        "Guten Tag,\n\n"
        "zu Ihrem weiteren Anliegen aus unserem Chat haben wir Ihnen geschrieben:\n\n"
        "{words}\n\n"
        "Wenn Sie dazu antworten möchten, schreiben Sie uns im Chat auf unserer Website.\n"
        "Auf diese E-Mail können Sie nicht antworten.\n"
    ),
    "en": (
        "Hello,\n\n"
        "we wrote to you about your other concern from our chat:\n\n"
        "{words}\n\n"
        "If you would like to answer, write to us in the chat on our website.\n"
        "You cannot reply to this mail.\n"
    ),
}
_FILE: dict[Language, str] = {
    "de": "Im Chat liegt dazu die Datei „{name}“.",
    "en": "The file “{name}” goes with it in the chat.",
}


def words_mail(language: Language, to: str, words: Sequence[UnreadWords], *, has_chat: bool = True) -> Mail:
    """What agents wrote to somebody who was gone, quoted as in any mail. Files are named and stay in the chat.

    Without `has_chat` no browser of theirs holds this conversation: it was split off another one.
    """
    quoted = "\n\n".join("\n".join(f"> {line}" for line in _lines(said, language)) for said in words)
    body = (_WORDS_BODY if has_chat else _WORDS_BODY_ALONE)[language]
    return Mail(to, _WORDS_SUBJECT[language], body.format(words=quoted))


def _lines(said: UnreadWords, language: Language) -> list[str]:
    return [*said.text.splitlines(), *(_FILE[language].format(name=name) for name in said.files)]
