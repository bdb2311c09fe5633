"""Phone numbers out of what people type, as E.164: `0171 / 234 56 78` becomes `+491712345678`."""

from __future__ import annotations

import phonenumbers

LIMIT = 300
"""Characters that are looked at."""


def read_phones(text: str, regions: tuple[str, ...]) -> set[str]:
    """Every number that is valid. Without a country code it is read as one of `regions` (`DE`, `AT`, `CH`)."""
    return {
        phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
        for region in regions
        for match in phonenumbers.PhoneNumberMatcher(text[:LIMIT], region)
    }


def region_of(phone: str | None) -> str | None:
    """The country of a number in E.164; none if it cannot be told."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(phone or ""))
    except phonenumbers.NumberParseException:
        return None


def shown_phone(phone: str) -> str:
    """As people read it: +49 171 2345678. What is no number is left as it is."""
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return phone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def callable_phone(text: str, region: str) -> str | None:
    """What is nothing but one number we would call, in E.164; a number that earns its owner money is none."""
    try:
        number = phonenumbers.parse(text[:LIMIT], region)
    except phonenumbers.NumberParseException:
        return None
    costs_extra = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.PREMIUM_RATE
    if costs_extra or number.extension or not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def masked_phone(phone: str) -> str:
    """Enough for whoever typed it to notice a slip: +49 ••• 78."""
    try:
        country = f"+{phonenumbers.parse(phone).country_code}"
    except phonenumbers.NumberParseException:
        country = ""
    return f"{country} ••• {phone[-2:]}".strip()
