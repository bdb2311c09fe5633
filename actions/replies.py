"""The bot's sentences: one YAML file per language in `locales/`, whole sentences with named places.

A sentence is filled once, with texts. What stands in a value (a visitor's word, an article, an agent's summary) is
never read as a pattern again.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from babel.dates import format_date, format_time
from babel.numbers import format_currency
from babel.units import format_unit

from handover.contract.base import Language

LOCALES_DIR = Path(__file__).parent / "locales"
LOCALES: dict[Language, str] = {"de": "de_DE", "en": "en_GB"}
WEEKDAYS: dict[Language, str] = {"de": "EEEE, d. MMMM", "en": "EEEE d MMMM"}


class Replies:
    """All sentences of all languages, read once."""

    def __init__(self, folder: Path = LOCALES_DIR) -> None:
        self.texts = {
            language: dict(_sentences(yaml.safe_load((folder / f"{language}.yml").read_text(encoding="utf-8"))))
            for language in LOCALES
        }

    def has(self, key: str) -> bool:
        return all(key in texts for texts in self.texts.values())

    def say(self, language: Language, key: str, **values: str) -> str:
        """The sentence of this key. Raises `KeyError` for an unknown key or a place left open."""
        return self.texts[language][key].format_map(values)


def _sentences(tree: dict[str, Any], path: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in tree.items():
        key = f"{path}{name}"
        found += _sentences(value, f"{key}.") if isinstance(value, dict) else [(key, str(value).strip())]
    return found


def money(cents: int, currency: str, language: Language) -> str:
    return str(format_currency(Decimal(cents) / 100, currency, locale=LOCALES[language]))


def day(iso: str, language: Language) -> str:
    """An ISO day as people write it: 3. November 2026 / 3 November 2026."""
    return str(format_date(date.fromisoformat(iso[:10]), "long", locale=LOCALES[language]))


def weekday(iso: str, language: Language) -> str:
    """A near day with its name: Dienstag, 3. November / Tuesday 3 November."""
    return str(format_date(date.fromisoformat(iso[:10]), WEEKDAYS[language], locale=LOCALES[language]))


def days(count: int, language: Language) -> str:
    """5 Tage / 5 days."""
    return str(format_unit(count, "duration-day", locale=LOCALES[language]))


def hours(count: int, language: Language) -> str:
    """40 Stunden / 40 hours."""
    return str(format_unit(count, "duration-hour", locale=LOCALES[language]))


def months(count: int, language: Language) -> str:
    """1 Monat, 3 Monate / 1 month, 3 months."""
    return str(format_unit(count, "duration-month", locale=LOCALES[language]))


def moment(iso: str, language: Language) -> str:
    """A moment of the shop's clock: 3. November 2026, 14:05 / 3 November 2026, 14:05."""
    return f"{day(iso, language)}, {format_time(datetime.fromisoformat(iso), 'HH:mm', locale=LOCALES[language])}"
