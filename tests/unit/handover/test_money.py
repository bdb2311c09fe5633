from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.domain.errors import InvalidInput
from handover.domain.money import MAX_CENTS, Money

cents = st.integers(min_value=-MAX_CENTS, max_value=MAX_CENTS)


@given(cents)
def test_an_amount_survives_being_written_and_read(amount: int) -> None:
    assert Money.parse(str(Money(amount))) == Money(amount)


@pytest.mark.parametrize(
    "written",
    [
        "15,00 EUR",
        "15 EUR",
        "15.0 EUR",
        "15.000 EUR",
        "15.00",
        "15.00EUR",
        "１５.00 EUR",
        "1e3 EUR",
        "NaN EUR",
        " 15.00 EUR",
        "15.00 eur",
        15,
        15.0,
        None,
    ],
)
def test_an_amount_written_in_any_other_way_is_refused(written: object) -> None:
    with pytest.raises(InvalidInput):
        Money.parse(written)


@pytest.mark.parametrize("amount", [15.0, float("nan"), float("inf"), 1e308, True, "15", None, MAX_CENTS + 1])
def test_only_a_whole_number_of_cents_within_reason_is_money(amount: object) -> None:
    with pytest.raises(InvalidInput):
        Money(amount)


def test_an_unknown_currency_is_refused() -> None:
    with pytest.raises(InvalidInput):
        Money(1, "XXX")


@pytest.mark.parametrize(
    "operation", [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b, lambda a, b: a >= b, max]
)
def test_amounts_of_two_currencies_neither_add_up_nor_compare(operation) -> None:
    with pytest.raises(InvalidInput):
        operation(Money(100, "EUR"), Money(100, "CHF"))


@given(cents, st.integers(min_value=1, max_value=100))
def test_a_share_is_whole_cents_and_never_more_than_exact(amount: int, percent: int) -> None:
    share = Money(amount).percent(percent)
    assert type(share.cents) is int
    assert 0 <= amount * percent - share.cents * 100 < 100
