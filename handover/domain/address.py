"""Postal addresses in Germany, Austria and Switzerland, where our parcels and returns mostly go."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Country = Literal["DE", "AT", "CH"]
Flaw = Literal["street", "postcode", "city"]

_GERMAN = re.compile(r"(?!00|05|43|62)\d{5}")
"""Two digits for the region; these four regions do not exist."""
_ALPINE = re.compile(r"[1-9]\d{3}")
_WITH_HOUSE_NUMBER = re.compile(r"(?=.*[^\W\d_]{2}).*\d.*")
_TOWN = re.compile(r"[^\W\d_]+(?:[ .'’/()-]+[^\W\d_]+)*[.)]?")


@dataclass(frozen=True, slots=True)
class Address:
    """`country`: only if it was named; four digits alone may be Austria or Switzerland."""

    street: str
    """With the house number."""
    postcode: str
    city: str
    country: Country | None = None

    @property
    def flaw(self) -> Flaw | None:
        """The first part that cannot be right, if any."""
        if not _WITH_HOUSE_NUMBER.fullmatch(self.street) or len(self.street) > 200:
            return "street"
        if not _is_postcode(self.postcode, self.country):
            return "postcode"
        if not _TOWN.fullmatch(self.city) or len(self.city) > 100:
            return "city"
        return None


def _is_postcode(postcode: str, country: Country | None) -> bool:
    german = country in (None, "DE") and _GERMAN.fullmatch(postcode)
    return bool(german or (country != "DE" and _ALPINE.fullmatch(postcode)))


def country_of(postcode: str, currency: str = "EUR") -> Country:
    """Where it lies. Austria and Switzerland both write four digits; the currency tells them apart."""
    if len(postcode) != 4:
        return "DE"
    return "CH" if currency == "CHF" else "AT"
