"""Numbers, addresses and amounts in a text, by rules; and how to hide the personal ones, in logs for instance.

Standard library alone. Dates, which need words to be understood, are in dates.py.
"""

import re
from dataclasses import dataclass
from typing import Callable, Iterator, List, Optional, Tuple, Union


@dataclass(frozen=True)
class Found:
    """`text[start:end]` is of a kind, and means `value`: as the shop's books write it, or cents of an amount."""

    kind: str
    value: Union[str, int]
    start: int
    end: int


def _compact(text: str) -> str:
    return re.sub(r"[\s\-./()]", "", text)


def _code(text: str) -> str:
    """As the books write it: capitals, one hyphen."""
    letters, digits = re.fullmatch(r"([A-Za-z]+)[\s\-–]*(\w+)", text).groups()
    return f"{letters}-{digits}".upper()


def _valid_iban(text: str) -> Optional[str]:
    """Without spaces, if its check digits are right (ISO 7064)."""
    plain = _compact(text).upper()
    digits = "".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])
    return plain if int(digits) % 97 == 1 else None


def _valid_card(text: str) -> Optional[str]:
    """Digits alone, if their check digit is right (Luhn)."""
    digits = [int(digit) for digit in _compact(text)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return _compact(text) if (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0 else None


def _cents(text: str) -> Optional[int]:
    """12,99 and 12.99 and 1.299,00 and 1,299.00 and 12."""
    digits = re.search(r"\d[\d.,'’]*", text)
    whole, cents = re.fullmatch(r"(.*?)(?:[.,](\d{1,2}))?", digits[0].rstrip(".,")).groups()
    return int(re.sub(r"\D", "", whole)) * 100 + int((cents or "0").ljust(2, "0"))


def _phone(text: str) -> Optional[str]:
    """With its country code where one is written."""
    digits = re.sub(r"\D", "", text.replace("(0)", ""))
    if not 7 <= len(digits) <= 15:
        return None
    return f"+{digits.removeprefix('00')}" if text[0] == "+" or digits.startswith("00") else digits


_AMOUNT = r"(?:\d{1,3}(?:[.,'’]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?)"
_CURRENCY = r"(?i:€|\beur\b|\beuros?\b)"
_STREET = r"(?i:stra(?:ß|ss)e|str\.?|weg|platz|allee|gasse|ring|ufer|damm|chaussee)\s+\d+\s*[a-z]?\s*,?\s+"
_TOWN = r"(?=\s+[A-ZÄÖÜ][a-zäöüß])"
_RULES: List[Tuple[str, str, Callable[[str], Union[str, int, None]]]] = [
    ("email", r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+", str.lower),
    ("iban", r"(?i:\b[a-z]{2}\d{2}(?:[ \-]?[a-z0-9]{4}){2,7}(?:[ \-]?[a-z0-9]{1,3})?\b)", _valid_iban),
    ("card", r"(?<!\d)\d(?:[ \-]?\d){12,18}(?!\d)", _valid_card),
    ("invoice_number", r"(?i:\bre[ \-–]?\d{3,}\b)", _code),
    ("credit_reference", r"(?i:\bg[\-–][0-9a-z]{6}\b)", _code),
    ("subscription_number", r"(?i:\ba[\-–]\d{3,}\b)", _code),
    ("customer_number", r"(?i:\bk[\-–]\d{3,}\b)", _code),
    ("money", rf"{_CURRENCY}\s?{_AMOUNT}|(?<![\w.,]){_AMOUNT}(?:,-)?\s?{_CURRENCY}", _cents),
    ("phone", r"(?<![\w\-])(?<!\d )(?:\+|00)[1-9](?:[ \-/.]?(?:\(0\)|\(?\d+\)?)){2,}(?!\w)", _phone),
    ("phone", r"(?<![\w\-])(?<!\d )\(?0[1-9]\d{1,4}\)?[ \-/.]?\d{3,}(?:[ \-/.]?\d{2,})*(?!\w)", _phone),
    ("postcode", r"(?i:\b(?:plz|postleitzahl|postcode|zip)[ :]+|\bd-)(\d{5})\b", str),
    ("postcode", rf"{_STREET}(\d{{5}})\b|\b(0\d{{4}})\b{_TOWN}", str),
    ("postcode", r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b", str),
    ("order_number", r"(?<![\w.,\-])[1-9]\d{4}(?![\w\-]|[.,]\d)", str),
]
"""Kind, pattern (its group is what counts, if it has one) and how to read it; None: it only looked like one."""
_COMPILED = [(kind, re.compile(pattern), read) for kind, pattern, read in _RULES]
PERSONAL = ("email", "iban", "card", "phone")
MASKED_ONLY = ("card",)
"""Never kept as an entity."""


def recognise(text: str) -> List[Found]:
    """What the rules find, from left to right. Where two overlap, the first rule of the list has it."""
    taken: List[Found] = []
    for kind, pattern, read in _COMPILED:
        for match in pattern.finditer(text):
            start, end = match.span(match.lastindex or 0)
            free = all(end <= other.start or other.end <= start for other in taken)
            value = read(text[start:end]) if free else None
            if value is not None:
                taken.append(Found(kind, value, start, end))
    return sorted(taken, key=lambda found: found.start)


def masked(text: str) -> str:
    """The text with mail addresses, phone, account and card numbers replaced by their kind: `[email]`."""
    return "".join(_masked(text))


def _masked(text: str) -> Iterator[str]:
    at = 0
    for found in recognise(text):
        if found.kind in PERSONAL:
            yield f"{text[at : found.start]}[{found.kind}]"
            at = found.end
    yield text[at:]
