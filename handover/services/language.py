"""German or English? Says so only when it is sure."""

from __future__ import annotations

import re
from functools import cache
from threading import Lock
from typing import Any

from handover.contract.base import Language

SURE = 0.95
FOREIGN = 0.5
"""From this probability of any other language on, a text speaks for neither."""
NEIGHBOURS = ["cs", "es", "fr", "it", "nl", "pl", "pt", "ro", "ru", "tr", "uk"]
READ = 2000
"""Characters that are looked at."""
MIN_WORDS = 3
"""Shorter texts ("Paypal?", "order 10023") look like either language."""
_lock = Lock()
_GERMAN = """
    ich mein meine meinen meiner mir mich du sie er es wir ihr der die das den dem ein eine einen ist sind war hat
    habe hab und oder aber nicht kein keine wie was wo wann warum wieso welche wer bitte kann kannst können will
    möchte muss mit auf für von zu zum zur bei im in am an aus nach noch schon nur auch wenn dass gibt geht mal da
    so hier bin seit bis über ihre ihren euer euch eure eurer wird werden wurde brauche um doch einfach danke hallo
    statt ohne
"""
_ENGLISH = """
    i my me you your he she it we they the a an is are was were have has had do does did am been and or but not no
    don't how what where when why which who please can could will would want need to of for from with on at in by
    this that there if still only also just get got i'm it's can't didn't doesn't isn't so out up over our us any
    let won't back after before more some hello thanks as than without
"""
_LITTLE_WORDS: dict[Language, frozenset[str]] = {"de": frozenset(_GERMAN.split()), "en": frozenset(_ENGLISH.split())}
"""Without one of them a text is not taken for the language: dialect ("mei göid is no ned do") looks like any."""
_NAMES: dict[Language, str] = {"de": r"deutsche?[snrm]?|german", "en": r"englische?[snrm]?|english"}
_LANGUAGE = re.compile("|".join(rf"\b(?P<{language}>{names})\b" for language, names in _NAMES.items()), re.IGNORECASE)
_ASKED_TO_SPEAK = re.compile(
    r"\b(?:sprech\w*|sprich\w*|red(?:e|en|est|et)|schreib\w*|antwort\w*|wechs\w+|weiter\w*|umstell\w*|umschalt\w*"
    r"|unterhalt\w*|lieber|bitte|chatt?en"
    r"|speak\w*|talk\w*|write|answer|reply|respond|switch|continue|change|chat|prefer|rather|please|pls)\b",
    re.IGNORECASE,
)
_OF_SOMETHING = re.compile(
    r"anleitung|handbuch|rechnung|menü|sprachassist|display|\bapp\b|stimme|hotline|mitarbeiter|manual|instruction"
    r"|invoice|menu|voice|label|article"
    r"|packag|update|human|person|mensch|jemand|someone|agent|not |nicht|kein|n't",
    re.IGNORECASE,
)
"""Then it is about the language of something else, or about what somebody does not speak."""
WISH_WORDS = 9
"""Longer texts tell more than a wish for a language."""


def wished(text: str) -> Language | None:
    """The language somebody asks to go on in: „auf Deutsch bitte“, “can we speak English?”."""
    words = re.findall(r"\w+", text)
    named: set[Language] = {language for found in _LANGUAGE.finditer(text) for language in _NAMES if found[language]}
    if len(named) != 1 or len(words) > WISH_WORDS or _OF_SOMETHING.search(text):
        return None
    alone = len(words) <= (2 if words[0].lower() in ("auf", "in") else 1)
    return named.pop() if alone or _ASKED_TO_SPEAK.search(text) else None


def detect(text: str, *, spoken: Language | None = None) -> Language | None:
    """The language to answer a text in: the one it asks for, else its own; nothing if it is too short or too close.

    Nothing, too, for a text in the language that is spoken already: few others need the model's opinion.
    """
    if asked_for := wished(text):
        return asked_for
    words = re.findall(r"[^\W\d_]{2,}", text[:READ])
    if len(words) < MIN_WORDS or not _is_latin("".join(words)):
        return None
    if not any(_has_little_words(text, language) for language in _LITTLE_WORDS if language != spoken):
        return None
    with _lock:
        likely: dict[str, float] = dict(_identifier().rank(" ".join(words).lower()))
    german, english = likely.pop("de"), likely.pop("en")
    if max(likely.values()) >= FOREIGN or max(german, english) < SURE * (german + english):
        return None
    language: Language = "de" if german > english else "en"
    return language if _has_little_words(text, language) else None


def _has_little_words(text: str, language: Language) -> bool:
    """As many of this language as of the other, and one at least."""
    words = re.findall(r"[\w']+", text[:READ].lower().replace("’", "'"))
    counts = {one: sum(word in little for word in words) for one, little in _LITTLE_WORDS.items()}
    return counts[language] > 0 and counts[language] >= max(counts.values())


def likelier(text: str) -> Language:
    """The likelier of the two for a text of any length; German if there is nothing to go by."""
    words = re.findall(r"[^\W\d_]{2,}", text)
    if not words:
        return "de"
    with _lock:
        likely: dict[str, float] = dict(_identifier().rank(" ".join(words).lower()))
    return "de" if likely["de"] >= likely["en"] else "en"


def _is_latin(letters: str) -> bool:
    """Most letters are those of German and English; the others of this world are neither."""
    return sum(letter <= "\u024f" for letter in letters) > len(letters) / 2


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(["de", "en", *NEIGHBOURS])
    return identifier
