"""A postal address in what somebody typed: „bitte an Birkenweg 12, 22301 Hamburg“."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class TypedAddress:
    """As it was typed, tidied up. Whether it can be right is for the desk to say."""

    street: str
    postcode: str
    city: str
    country: str = ""
    """DE, AT or CH, if it was named."""

    def params(self) -> dict[str, str]:
        return {"street": self.street, "postcode": self.postcode, "city": self.city, "country": self.country}


MOST = 300
"""Characters of a text that can be an address with some words around it."""
_COUNTRIES = {
    "DE": r"deutschland|germany",
    "AT": r"österreich|oesterreich|austria",
    "CH": r"schweiz|switzerland|suisse",
}
_PREFIXES = {"D": "DE", "A": "AT"}
_COUNTRY = re.compile(rf"[\s,]*\b(?:{'|'.join(_COUNTRIES.values())})\b\.?", re.IGNORECASE)
_POSTCODE = re.compile(r"(?<![\w-])(?:(DE?|AT?|CH)[- ]?)?(\d{5}|\d{4})(?=\s+[^\W\d_])", re.IGNORECASE)
_NUMBER = r"\d{1,4}(?:\s?[a-z](?![^\W\d_]))?(?:\s?[-/+]\s?\d{1,4}(?:\s?[a-z](?![^\W\d_]))?)*"
_STREET = re.compile(rf"([^\W\d_][^,;:\n]*?)\s+({_NUMBER})", re.IGNORECASE)
_NUMBER_FIRST = re.compile(rf"({_NUMBER})\s+([^\W\d_][^,;:\n\d]+)", re.IGNORECASE)
_BEFORE = """
adresse anschrift lieferadresse address ist lautet is to bitte please liefern schicken senden schickt sendet liefert nach my
meine mein neue neuen new send deliver ship it es sie und and zwar jetzt now statt instead moved umgezogen hallo hello hi moin
soll sollte should go gehen geht wohne live at zu ändern change ändere ab sofort the die auf für for diese this dorthin hierhin
doch lieber rather paket parcel bestellung order
"""
_LEAD = frozenset(_BEFORE.split())
"""Words before an address that do not belong to it."""
_TRAIL = re.compile(
    r"\s+(?:bitte|danke|dankeschön|please|thanks|thank you|statt|instead|liefern|schicken|senden|ändern|geht das|ok|okay|und|and|lg|vg|mfg"
    r"|gruß|grüße|ist|is|wohne|live|because|weil|da|wegen)\b.*$",
    re.IGNORECASE,
)
_SMALL = frozenset(
    {"am", "an", "der", "die", "den", "dem", "im", "in", "bei", "ob", "auf", "zum", "zur", "vor", "und", "de", "v"}
)


def parse_address(text: str) -> TypedAddress | None:
    """The address in a text, or None if a part of it is missing, or it is a whole story."""
    if len(text) > MOST:
        return None
    country = next(
        (code for code, names in _COUNTRIES.items() if re.search(rf"\b(?:{names})\b", text, re.IGNORECASE)), ""
    )
    plain = _COUNTRY.sub("", text)
    for found in _POSTCODE.finditer(plain):
        prefix = (found[1] or "").upper()
        city, rest = _city(plain[found.end() :])
        street = _street(plain[: found.start()]) or _street(rest)
        if street and city:
            return TypedAddress(_cased(street), found[2], _cased(city), country or _PREFIXES.get(prefix, prefix))
    return None


def looks_like_address(text: str) -> bool:
    """Whether a part of an address is in it, so that the rest may be asked for."""
    return len(text) <= MOST and bool(
        parse_address(text)
        or _POSTCODE.search(text)
        or _STREET.fullmatch(text.strip(" .,!"))
        or re.search(
            r"(?:str\.?|stra(?:ß|ss)e|weg|platz|allee|gasse|ring|damm|ufer|street|road)\s+\d", text, re.IGNORECASE
        )
    )


def _city(after: str) -> tuple[str, str]:
    """The town, and what stands behind it."""
    line, *rest = re.split(r"[,;\n!?]|\.\s|\.$", after, maxsplit=1)
    return re.sub(r"\s+", " ", _TRAIL.sub("", line)).strip(), "".join(rest)


def _street(part: str) -> str | None:
    """Street and house number out of the last piece that has both."""
    for piece in reversed(re.split(r"[,;:\n]", part)):
        words = piece.split()
        last = max((place for place, word in enumerate(words) if _bare(word) in _LEAD), default=-1)
        kept = _without_an(words[last + 1 :])
        line = " ".join(kept).strip(" .-")
        if found := _STREET.fullmatch(line):
            return f"{found[1]} {found[2]}"
        if found := _NUMBER_FIRST.fullmatch(line):
            return f"{found[2].strip()} {found[1]}"
    return None


def _without_an(words: list[str]) -> list[str]:
    """„an Birkenweg 12“ is the Birkenweg; „An der Alster 5“ is called so."""
    if len(words) > 1 and words[0] == "an" and words[1].casefold() not in ("der", "den", "dem"):
        return words[1:]
    return words


def _bare(word: str) -> str:
    return word.strip(".,!?„“\"'()").casefold()


def _cased(name: str) -> str:
    """Names typed in small letters get their capitals."""
    if name != name.lower():
        return name
    words = name.split(" ")
    return " ".join(
        word
        if place and word in _SMALL
        else re.sub(r"(?<![^\W\d_])[^\W\d_]{2,}", lambda found: found[0].capitalize(), word)
        for place, word in enumerate(words)
    )
