"""Texts without personal data, for readers who need not know whom they are about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from handover.contract.gaps import Hidden
from handover.masking import masked
from handover.services.ports import UnitOfWork

SHORTEST = 3
"""Letters of a name that is looked for; "Al" would be found in half of all words' beginnings."""
_NAME = r"[A-ZÀ-ÖØ-Þ][\w'’-]+"
_ADDRESSED = re.compile(
    rf"(\b(?:(?:[Ff]rau|[Hh]errn?|Mrs?\.?|Ms\.?|Miss)(?:\s+(?:Dr|Prof)\.)*|Dr\.|Prof\.)\s+){_NAME}"
    rf"|(\b(?:[Hh]allo|[Hh]ello|[Hh]i|[Dd]ear|[Ll]ieber?)\s+)(?!(?:Frau|Herrn?|Mrs?|Ms|Miss|Dr|Prof)\b){_NAME}(?=\s*[,!.\n]|\s*$)"
    rf"|(\b(?:[Mm]ein Name ist|[Ii]ch heiße|[Mm]y name is)\s+){_NAME}(?:\s+{_NAME})?"
)
"""Whoever is not known by a record is known by how people address each other, and say who they are."""
_MASKED: tuple[Hidden, ...] = ("email", "phone", "iban", "card")


class Neutral(NamedTuple):
    text: str
    hidden: frozenset[Hidden]
    """What was taken out."""


class Person(NamedTuple):
    """What would tell who a text is about."""

    names: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()


NOBODY = Person()


def person(unit: UnitOfWork, customer_id: str | None) -> Person:
    """Of a customer, proven or only claimed: name, address, and the numbers of what they ordered."""
    if customer_id is None:
        return NOBODY
    known = unit.customers.record(customer_id)
    shop = unit.shop
    numbers = [
        known.number,
        *(order.number for order in shop.orders_of(customer_id)),
        *(invoice.number for invoice in shop.invoices_of(customer_id)),
        *(subscription.number for subscription in shop.subscriptions_of(customer_id)),
    ]
    parts = (known.name, *known.name.split())
    return Person(
        names=frozenset(part for part in parts if len(part) >= SHORTEST),
        addresses=frozenset(part for part in (known.street, known.postcode) if part),
        numbers=frozenset(numbers),
    )


def neutral(text: str, about: Person = NOBODY) -> Neutral:
    """`[kind]` stands where something stood. Rather too much than too little."""
    found: set[Hidden] = set()
    plain = masked(text)
    found |= {kind for kind in _MASKED if plain.count(f"[{kind}]") > text.count(f"[{kind}]")}
    kinds: tuple[tuple[Hidden, frozenset[str]], ...] = (
        ("number", about.numbers),
        ("address", about.addresses),
        ("name", about.names),
    )
    for kind, words in kinds:
        plain, count = _without(plain, words, f"[{kind}]")
        if count:
            found.add(kind)
    plain, count = _ADDRESSED.subn(lambda said: f"{said[1] or said[2] or said[3]}[name]", plain)
    return Neutral(plain, frozenset(found | {"name"} if count else found))


def _without(text: str, words: Iterable[str], instead: str) -> tuple[str, int]:
    """The longest first: of a full name no half stays."""
    ordered = sorted(words, key=len, reverse=True)
    if not ordered:
        return text, 0
    whole = "|".join(r"\s+".join(map(re.escape, word.split())) for word in ordered)
    return re.subn(rf"(?<!\w)(?:{whole})(?!\w)", instead, text, flags=re.IGNORECASE)
