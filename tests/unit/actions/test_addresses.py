"""Addresses as people type them."""

from __future__ import annotations

import pytest

from actions.addresses import TypedAddress, looks_like_address, parse_address

HOME = TypedAddress("Birkenweg 12", "22301", "Hamburg")


@pytest.mark.parametrize(
    "text",
    [
        "Birkenweg 12, 22301 Hamburg",
        "Birkenweg 12 22301 Hamburg",
        "birkenweg 12 22301 hamburg",
        "Birkenweg 12\n22301 Hamburg",
        "bitte an Birkenweg 12, 22301 Hamburg liefern",
        "Meine neue Adresse ist: Birkenweg 12, 22301 Hamburg.",
        "Meine neue Adresse lautet Birkenweg 12, 22301 Hamburg, danke!",
        "Erika Lindner, Birkenweg 12, 22301 Hamburg",
        "22301 Hamburg, Birkenweg 12",
        "please send it to Birkenweg 12, 22301 Hamburg instead",
        "12 Birkenweg, 22301 Hamburg",
        "hallo, kann das paket an birkenweg 12, 22301 hamburg?",
    ],
)
def test_an_address_is_found_however_it_is_typed(text: str) -> None:
    assert parse_address(text) == HOME


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Seefeldstrasse 19, 8008 Zürich", TypedAddress("Seefeldstrasse 19", "8008", "Zürich")),
        ("Seefeldstrasse 19, CH-8008 Zürich", TypedAddress("Seefeldstrasse 19", "8008", "Zürich", "CH")),
        ("Ring 3a, A-1010 Wien", TypedAddress("Ring 3a", "1010", "Wien", "AT")),
        ("Ring 3, 1010 Wien, Österreich", TypedAddress("Ring 3", "1010", "Wien", "AT")),
        ("an der Alster 5-7, 20099 Hamburg", TypedAddress("an der Alster 5-7", "20099", "Hamburg")),
        ("zeil 101, 60313 frankfurt am main", TypedAddress("Zeil 101", "60313", "Frankfurt am Main")),
        ("Straße des 17. Juni 135, 10623 Berlin", TypedAddress("Straße des 17. Juni 135", "10623", "Berlin")),
        ("Gartenstraße 2 b, 06108 Halle (Saale)", TypedAddress("Gartenstraße 2 b", "06108", "Halle (Saale)")),
        ("Domplatz 1/3, D-48143 Münster", TypedAddress("Domplatz 1/3", "48143", "Münster", "DE")),
    ],
)
def test_its_parts_come_out_tidy(text: str, address: TypedAddress) -> None:
    assert parse_address(text) == address


@pytest.mark.parametrize(
    "text", ["Birkenweg 12", "22301 Hamburg", "Birkenweg 12, Hamburg", "10023", "", "wo ist meine Bestellung 10023?"]
)
def test_half_an_address_is_none(text: str) -> None:
    assert parse_address(text) is None


@pytest.mark.parametrize(
    ("text", "is_one"), [("Birkenweg 12", True), ("22301 Hamburg", True), ("Was kostet der Versand?", False)]
)
def test_half_an_address_is_recognised_so_that_the_rest_can_be_asked_for(text: str, is_one: bool) -> None:
    assert looks_like_address(text) is is_one
