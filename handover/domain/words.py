"""Words as the search compares them: small letters, one spelling of umlauts, without the commonest endings.

`Müller`, `Mueller` and `Muller` are one word, so are `Bestellung` and `Bestellungen`. Whatever is the beginning of a word is
also the beginning of its folded form, so that a search may be typed letter by letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from typing import NamedTuple

LONGEST = 40
"""Characters of a word that are kept."""
STEM = 4
"""An ending is only taken from a word of which so much is left."""
_WORD = re.compile(r"[^\W_]+")
_ENDINGS = ("en", "er", "es", "em", "ed", "e", "n", "s")
"""Of German and English inflection; the longer ones first."""
_ONE_SPELLING = (("ae", "a"), ("oe", "o"), ("ue", "u"))


class Part(NamedTuple):
    """A piece of a text, and whether it is what was looked for."""

    text: str
    hit: bool


def words(text: str) -> set[str]:
    """Every word of a text, folded."""
    return {folded(match.group()) for match in _WORD.finditer(text)} - {""}


def folded(word: str) -> str:
    """One word, folded; empty if nothing of it is left."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(letter for letter in plain if letter.isalnum())
    for spelling, letter in _ONE_SPELLING:
        plain = plain.replace(spelling, letter)
    plain = plain[:LONGEST]
    for ending in _ENDINGS:
        if plain.endswith(ending) and len(plain) - len(ending) >= STEM:
            return plain[: -len(ending)]
    return plain


def marked(text: str, wanted: Collection[str]) -> list[Part]:
    """The text in pieces, with the words that begin like a wanted (folded) one told apart. Joined they are the text."""
    parts, end = [], 0
    for match in _WORD.finditer(text):
        if folded(match.group()).startswith(tuple(wanted)):
            parts += [Part(text[end : match.start()], hit=False), Part(match.group(), hit=True)]
            end = match.end()
    return [part for part in (*parts, Part(text[end:], hit=False)) if part.text]


def excerpt(text: str, wanted: Collection[str], around: int = 70) -> list[Part]:
    """The first hit with about `around` characters on either side, as `marked` tells it."""
    first = next(_hits(text, wanted), 0)
    start = max(0, first - around)
    end = min(len(text), first + 2 * around)
    if start:  # begin with a whole word
        start = text.find(" ", start, first) + 1 or start
    return marked(f"{'… ' if start else ''}{text[start:end].strip()}{' …' if end < len(text) else ''}", wanted)


def _hits(text: str, wanted: Collection[str]) -> Iterator[int]:
    return (match.start() for match in _WORD.finditer(text) if folded(match.group()).startswith(tuple(wanted)))
