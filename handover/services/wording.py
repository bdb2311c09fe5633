"""How mails and documents write money, days and moments, in the reader's language."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from decimal import Decimal

from babel.dates import format_date, format_datetime, format_time, get_timezone_name
from babel.numbers import format_currency

from handover.contract.base import Language

_LOCALES: dict[Language, str] = {"de": "de_DE", "en": "en_GB"}
_MOMENT: dict[Language, str] = {"de": "d. MMMM y 'um' HH:mm 'Uhr'", "en": "d MMMM y 'at' HH:mm"}
_SHORT: dict[Language, str] = {"de": "dd.MM.y, HH:mm", "en": "d MMM y, HH:mm"}


def money(cents: int, currency: str, language: Language) -> str:
    return str(format_currency(Decimal(cents) / 100, currency, locale=_LOCALES[language]))


def day(on: date, language: Language) -> str:
    """3. November 2026 / 3 November 2026."""
    return str(format_date(on, "long", locale=_LOCALES[language]))


def moment(at: datetime, zone: tzinfo, language: Language) -> str:
    """Within a sentence, in the shop's time zone: 3. November 2026 um 14:05 Uhr."""
    return str(format_datetime(at.astimezone(zone), _MOMENT[language], locale=_LOCALES[language]))


def moment_with_zone(at: datetime, zone: tzinfo, language: Language) -> str:
    """As a fact on paper: 3. November 2026, 14:05 MEZ."""
    local = at.astimezone(zone)
    return f"{day(local.date(), language)}, {format_time(local, 'HH:mm z', locale=_LOCALES[language])}"


def short_moment(at: datetime, zone: tzinfo, language: Language) -> str:
    """Beside a line, in the shop's time zone: 03.11.2026, 14:05 / 3 Nov 2026, 14:05."""
    return str(format_datetime(at.astimezone(zone), _SHORT[language], locale=_LOCALES[language]))


def zone_name(zone: tzinfo, language: Language) -> str:
    """As people call it: Mitteleuropäische Zeit."""
    return str(get_timezone_name(zone, locale=_LOCALES[language]))
