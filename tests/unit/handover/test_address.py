from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.domain.address import Address, country_of


@pytest.mark.parametrize(
    ("address", "flaw"),
    [
        (Address("Birkenweg 12", "22301", "Hamburg"), None),
        (Address("Seefeldstrasse 19", "8008", "Zürich"), None),
        (Address("Ring 3a", "1010", "Wien", "AT"), None),
        (Address("Gartenstraße 2", "06108", "Halle (Saale)"), None),
        (Address("Zeil 101", "60313", "Frankfurt a. M."), None),
        (Address("Birkenweg", "22301", "Hamburg"), "street"),
        (Address("12", "22301", "Hamburg"), "street"),
        (Address("Birkenweg 12", "00123", "Hamburg"), "postcode"),
        (Address("Birkenweg 12", "05123", "Hamburg"), "postcode"),
        (Address("Birkenweg 12", "223", "Hamburg"), "postcode"),
        (Address("Birkenweg 12", "22301", "Wien", "AT"), "postcode"),
        (Address("Birkenweg 12", "8008", "Hamburg", "DE"), "postcode"),
        (Address("Birkenweg 12", "22301", "H4mburg 7"), "city"),
        (Address("Birkenweg 12", "22301", ""), "city"),
        (Address("Birkenweg 12", "22301", "https://x.y"), "city"),
    ],
)
def test_the_part_that_cannot_be_right_is_named(address: Address, flaw: str | None) -> None:
    assert address.flaw == flaw


@given(st.from_regex(r"(0[12346789]|[1235789]\d|4[0-24-9]|6[013-9])\d{3}", fullmatch=True))
def test_every_german_region_has_post_codes(postcode: str) -> None:
    assert Address("Weg 1", postcode, "Ort").flaw is None
    assert country_of(postcode) == "DE"


@given(st.integers(1000, 9999).map(str))
def test_four_digits_are_austria_or_by_its_currency_switzerland(postcode: str) -> None:
    assert Address("Weg 1", postcode, "Ort").flaw is None
    assert (country_of(postcode), country_of(postcode, "CHF")) == ("AT", "CH")
