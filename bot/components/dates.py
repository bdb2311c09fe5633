"""Days named in a text: "letzten Dienstag", "am 3.11.", "two weeks ago". spaCy's matcher on plain tokens, both languages.

A day without a year is the nearest one; a weekday without a word before it is the last one, for people mostly tell of
what has happened.
"""

import re
from datetime import date, datetime, timedelta
from typing import Callable, Dict, Iterator, List, Optional
from zoneinfo import ZoneInfo

import spacy
from spacy.matcher import Matcher
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from components.recognise import Found

HERE = ZoneInfo("Europe/Berlin")
_TOKEN = re.compile(r"\d+|[^\W\d]+|[^\w\s]|_")
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "montag monday mo mon",
            "dienstag tuesday tue tues",
            "mittwoch wednesday wed",
            "donnerstag thursday thu thurs",
            "freitag friday fri",
            "samstag sonnabend saturday",
            "sonntag sunday",
        )
    )
    for name in names.split()
    if name not in ("mo", "mon")
}
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januar jänner january jan",
            "februar february feb",
            "märz maerz march mar",
            "april apr",
            "mai may",
            "juni june jun",
            "juli july jul",
            "august aug",
            "september sept sep",
            "oktober october okt oct",
            "november nov",
            "dezember december dez dec",
        ),
        start=1,
    )
    for name in names.split()
}
_DAYS = {
    "heute": 0, "today": 0, "gestern": -1, "yesterday": -1, "vorgestern": -2, "morgen": 1, "tomorrow": 1,
    "übermorgen": 2, "uebermorgen": 2,
}  # fmt: skip
_COUNTS = {
    name: number
    for number, names in enumerate(
        ("einem einer ein a an one", "zwei two", "drei three", "vier four", "fünf fuenf five", "sechs six",
         "sieben seven", "acht eight", "neun nine", "zehn ten"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_BEFORE = ["letzten", "letzter", "letztem", "vorigen", "vorigem", "vergangenen", "vergangenem", "last", "past"]
_AFTER = [
    "nächsten",
    "nächster",
    "nächstem",
    "naechsten",
    "kommenden",
    "kommendem",
    "next",
    "coming",
    "bis",
    "until",
    "till",
    "by",
]
_UNITS = {
    name: 7 if name.startswith("w") else 1
    for name in ["tag", "tage", "tagen", "day", "days", "woche", "wochen", "week", "weeks"]
}

_COUNT = {"LOWER": {"REGEX": rf"^(\d{{1,3}}|{'|'.join(_COUNTS)})$"}}
_UNIT, _MONTH = ({"LOWER": {"IN": list(names)}} for names in (_UNITS, _MONTHS))
_WEEKDAY, _NAMED = ({"LOWER": {"IN": list(names)}} for names in (_WEEKDAYS, _DAYS))
_NUMBER, _YEAR, _SHORT = {"SHAPE": {"IN": ["d", "dd"]}}, {"SHAPE": "dddd"}, {"SHAPE": "dd"}
_DOT, _SLASH, _DASH = ({"TEXT": sign} for sign in "./-")
_ORDINAL = {"LOWER": {"IN": ["st", "nd", "rd", "th"]}, "OP": "?"}
_PATTERNS = {
    "iso": [[_YEAR, _DASH, _NUMBER, _DASH, _NUMBER]],
    "numbers": [
        [_NUMBER, _DOT, _NUMBER, _DOT, _YEAR], [_NUMBER, _DOT, _NUMBER, _DOT, _SHORT], [_NUMBER, _DOT, _NUMBER, _DOT],
        [{"LOWER": {"IN": ["am", "vom", "zum", "bis", "seit", "ab"]}}, _NUMBER, _DOT, _NUMBER],
        [_NUMBER, _SLASH, _NUMBER, _SLASH, _YEAR], [_NUMBER, _SLASH, _NUMBER, _SLASH, _SHORT],
    ],
    "month": [
        [_NUMBER, {**_DOT, "OP": "?"}, _ORDINAL, {"LOWER": "of", "OP": "?"}, _MONTH, {**_YEAR, "OP": "?"}],
        [_MONTH, {**_NUMBER}, _ORDINAL, {"TEXT": ",", "OP": "?"}, _YEAR], [_MONTH, {**_NUMBER}, _ORDINAL],
    ],
    "weekday": [[{"LOWER": {"IN": _BEFORE + _AFTER}, "OP": "?"}, _WEEKDAY]],
    "named": [[_NAMED], [{"LOWER": {"IN": ["the"]}}, {"LOWER": "day"}, {"LOWER": "before"}, {"LOWER": "yesterday"}]],
    "morning": [[{"LOWER": {"IN": ["guten", "am", "jeden", "schönen"]}}, {"LOWER": "morgen"}]],
    "ago": [[{"LOWER": "vor"}, _COUNT, _UNIT], [_COUNT, _UNIT, {"LOWER": "ago"}]],
    "ahead": [[{"LOWER": "in"}, _COUNT, _UNIT]],
}  # fmt: skip


def today() -> date:
    return datetime.now(HERE).date()


class DateFinder:
    """Built once; may be used by any number of texts."""

    def __init__(self) -> None:
        self._vocab = spacy.blank("xx").vocab
        self._matcher = Matcher(self._vocab)
        for rule, patterns in _PATTERNS.items():
            self._matcher.add(rule, patterns)

    def find(self, text: str, now: date) -> List[Found]:
        """The days that a text names, as ISO days, from left to right; what is no day of the calendar is left out."""
        spans = filter_spans(self._matcher(self._tokens(text), as_spans=True))
        return [found for span in spans if (found := _read(span, now))]

    def _tokens(self, text: str) -> Doc:
        offsets = [match.span() for match in _TOKEN.finditer(text)]
        doc = Doc(self._vocab, [text[start:end] for start, end in offsets])
        doc.user_data["offsets"] = offsets
        return doc


def _read(span: Span, now: date) -> Optional[Found]:
    try:
        day = _READERS[span.label_]([token.lower_ for token in span], now)
    except ValueError:  # the 31st of February; "Guten Morgen"
        return None
    offsets = span.doc.user_data["offsets"]
    return Found("date", day.isoformat(), offsets[span.start][0], offsets[span.end - 1][1])


def _iso(words: List[str], _now: date) -> date:
    return date(*map(int, words[::2]))


def _numbers(words: List[str], now: date) -> date:
    day, month, *year = [int(word) for word in words if word.isdigit()]
    if month > 12 and "/" in words:  # 11/22/2026, as Americans write
        day, month = month, day
    return _nearest(day, month, year, now)


def _month(words: List[str], now: date) -> date:
    day, *year = [int(word) for word in words if word.isdigit()]
    [month] = [_MONTHS[word] for word in words if word in _MONTHS]
    return _nearest(day, month, year, now)


def _nearest(day: int, month: int, year: List[int], now: date) -> date:
    if year:
        return date(year[0] + 2000 * (year[0] < 100), month, day)
    years = (now.year - 1, now.year, now.year + 1)
    return min(_existing(day, month, years), key=lambda one: abs(one - now))


def _existing(day: int, month: int, years: "tuple[int, ...]") -> Iterator[date]:
    """The 29th of February is not in every year; a day in none of them raises ValueError at `min`."""
    for year in years:
        try:
            yield date(year, month, day)
        except ValueError:
            continue


def _weekday(words: List[str], now: date) -> date:
    past = (now.weekday() - _WEEKDAYS[words[-1]]) % 7
    if words[0] in _AFTER:
        return now + timedelta(7 - past)
    return now - timedelta(past or 7 * (words[0] in _BEFORE))


def _named(words: List[str], now: date) -> date:
    return now + timedelta(_DAYS[words[0]] if len(words) == 1 else -2)


def _morning(_words: List[str], _now: date) -> date:
    raise ValueError("no day is meant")


def _ago(words: List[str], now: date) -> date:
    return now - _length(words)


def _ahead(words: List[str], now: date) -> date:
    return now + _length(words)


def _length(words: List[str]) -> timedelta:
    [count] = [int(word) if word.isdigit() else _COUNTS[word] for word in words if word.isdigit() or word in _COUNTS]
    [unit] = [_UNITS[word] for word in words if word in _UNITS]
    return timedelta(count * unit)


_READERS: Dict[str, Callable[[List[str], date], date]] = {
    "iso": _iso, "numbers": _numbers, "month": _month, "weekday": _weekday, "named": _named, "morning": _morning,
    "ago": _ago,     "ahead": _ahead,
}  # fmt: skip
