"""Money is a whole number of cents with a currency; nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import total_ordering

from handover.domain.errors import InvalidInput

CURRENCIES = frozenset({"EUR", "CHF", "GBP", "USD"})
"""ISO 4217 codes with two minor digits that a shop may use."""
MAX_CENTS = 1_000_000_00
"""One million: more than any amount here can be, small enough for every database integer."""
_WRITTEN = re.compile(r"(-?[0-9]{1,7})\.([0-9]{2}) ([A-Z]{3})")


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """A signed amount. Raises `InvalidInput` for anything but an `int` of cents and a known currency."""

    cents: int
    currency: str = "EUR"

    def __post_init__(self) -> None:
        if type(self.cents) is not int:  # bool and float are refused too
            raise InvalidInput("An amount of money is a whole number of cents.")
        if abs(self.cents) > MAX_CENTS:
            raise InvalidInput("This amount is too large.")
        if self.currency not in CURRENCIES:
            raise InvalidInput("Unknown currency.")

    @classmethod
    def parse(cls, written: object) -> Money:
        """`15.00 EUR`: two decimals, a point, one blank, the code. Any other spelling raises `InvalidInput`."""
        match = _WRITTEN.fullmatch(written) if isinstance(written, str) else None
        if match is None:
            raise InvalidInput("An amount of money is written like 15.00 EUR.")
        whole, decimals, currency = match.groups()
        return cls(int(whole + decimals), currency)

    def __str__(self) -> str:
        sign = "-" if self.cents < 0 else ""
        return f"{sign}{abs(self.cents) // 100}.{abs(self.cents) % 100:02} {self.currency}"

    def __add__(self, other: Money) -> Money:
        return Money(self.cents + self._same(other).cents, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.cents - self._same(other).cents, self.currency)

    def __mul__(self, times: int) -> Money:
        return Money(self.cents * times, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.cents, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.cents < self._same(other).cents

    def percent(self, percent: int) -> Money:
        """That share, rounded down to the cent."""
        return Money(self.cents * percent // 100, self.currency)

    def part(self, parts: int, whole: int) -> Money:
        """So many parts of the whole, rounded up to the cent: a promised share is never paid short."""
        return Money(-(-self.cents * parts // whole), self.currency)

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise InvalidInput("Amounts of different currencies cannot be added or compared.")
        return other
