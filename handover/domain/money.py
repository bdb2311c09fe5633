"""Money is a whole number of cents with a currency; nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from handover.domain.errors import InvalidInput

CURRENCIES = frozenset({"EUR", "CHF", "GBP", "USD"})
"""ISO 4217 codes with two minor digits that a shop may use."""
MAX_CENTS = 1_000_000_00
"""One million: more than any amount here can be, small enough for every database integer."""


@dataclass(frozen=True, slots=True, order=True)
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

    def __add__(self, other: Money) -> Money:
        return Money(self.cents + self._same(other).cents, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.cents - self._same(other).cents, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.cents, self.currency)

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise InvalidInput("Amounts of different currencies do not add up.")
        return other
