"""Numbers with units in articles, and what they are about: "within 14 days" is 14 days about returning.

Two articles that give different numbers for the same thing contradict each other; doubts.py looks for such pairs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from knowledge.lexical import stems
from knowledge.markdown import blocks

if TYPE_CHECKING:
    from knowledge.articles import Article, Language

_NUMBER = r"\d+(?:[.,]\d+)*"
_WORDS: dict[Language, dict[str, float]] = {
    "de": {
        **dict.fromkeys(("ein", "eine", "einen", "einem", "einer", "eines"), 1.0),
        "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10,
        "elf": 11, "zwölf": 12,
    },
    "en": {
        "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
        "eleven": 11, "twelve": 12,
    },
}  # fmt: skip
_UNITS: dict[Language, dict[str, tuple[str, float]]] = {
    "de": {
        r"€|euro\b|eur\b": ("€", 1), r"%|prozent\b": ("%", 1), r"minuten?\b": ("hours", 1 / 60),
        r"stunden?\b": ("hours", 1), r"(?:werk|arbeits|kalender)?tag(?:en?|s|es)?\b": ("days", 1),
        r"wochen?\b": ("days", 7), r"monat(?:en?|s)?\b": ("months", 1), r"jahr(?:en?|es|s)?\b": ("months", 12),
        r"uhr\b": ("o'clock", 1),
    },
    "en": {
        r"€|euros?\b|eur\b": ("€", 1), r"%|per ?cent\b": ("%", 1), r"minutes?\b": ("hours", 1 / 60),
        r"hours?\b": ("hours", 1), r"(?:(?:working|business|calendar) )?days?\b": ("days", 1), r"weeks?\b": ("days", 7),
        r"months?\b": ("months", 1), r"years?\b": ("months", 12), r"(?:am|pm)\b": ("o'clock", 1),
    },
}  # fmt: skip
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+(?=[A-ZÄÖÜ„“\"])")


@dataclass(frozen=True)
class Quantity:
    """A number or range with its unit, in one sentence of an article."""

    unit: str
    values: frozenset[float]
    text: str
    """As it is written: "2 bis 3 Werktagen"."""
    sentence: str
    about: frozenset[str]
    """Stems of the sentence's other words."""


@lru_cache(maxsize=20_000)
def quantities(article: Article) -> tuple[Quantity, ...]:
    """All of them, in order, but for numbers without a unit and bounds ("länger als einen Tag")."""
    pattern = _patterns[article.language]
    found: list[Quantity] = []
    for block in blocks(article.body):
        for sentence in _SENTENCE_END.split(block.words):
            matches = list(pattern.finditer(sentence))
            if matches:
                about = frozenset(
                    stem for stem in stems(pattern.sub(" ", sentence), article.language) if stem.isalpha()
                )
                found += [_quantity(match, sentence, about, article.language) for match in matches]
    return tuple(found)


def _quantity(match: re.Match[str], sentence: str, about: frozenset[str], language: Language) -> Quantity:
    written = match["before"] or match["unit"]
    unit, factor = next(found for form, found in _UNITS[language].items() if re.fullmatch(form, written, re.IGNORECASE))
    values = [match["first"], *([match["last"]] if match["last"] else [])]
    numbers = frozenset(round(_number(value, language) * factor, 4) for value in values)
    return Quantity(unit, numbers, match[0].strip(), sentence, about)


def _number(text: str, language: Language) -> float:
    word = _WORDS[language].get(text.casefold())
    if word is not None:
        return word
    thousands, decimals = (".", ",") if language == "de" else (",", ".")
    try:
        return float(text.replace(thousands, "").replace(decimals, "."))
    except ValueError:  # 1.2.3 and the like
        return float(re.sub(r"\D", "", text))


def _pattern(language: Language) -> re.Pattern[str]:
    number, second = (
        f"(?:{_NUMBER}|{'|'.join(word for word, value in _WORDS[language].items() if value >= least)})"
        for least in (1, 2)
    )
    units = "|".join(_UNITS[language])
    joined = r"\s*(?:bis(?: zu)?|oder|und|–|-)\s*" if language == "de" else r"\s*(?:to|or|and|–|-)\s*"
    return re.compile(
        rf"(?:(?P<before>€)\s?|(?<![\w.,-])(?<!als )(?<!than ))(?P<first>{number})(?:{joined}(?P<last>{second}))?(?:(?<=\d)|(?!\d))"
        rf"(?:[\s-]*(?P<unit>{units})|(?(before)|(?!)))",
        re.IGNORECASE,
    )


_patterns: dict[Language, re.Pattern[str]] = {"de": _pattern("de"), "en": _pattern("en")}
