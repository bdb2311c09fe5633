"""Every fault that Kulanz promises to survive has a test that carries its number: `pytest -k f04`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
PROMISED = [
    "f04",
    "f05",
    "f06",
    "f07",
    "f12",
    "f23",
    "f25",
    "f26",
    "f27",
    "f34",
    "f35",
    "f38",
    "f39",
    "f40",
    "f53",
    "f54",
    "f56",
    "f59",
    "f64",
    "f67",
    "f70",
    "f75",
    "f76",
    "f77",
    "f78",
    "f83",
    "f94",
    "f95",
    "f100",
    "f101",
    "f102",
]


def named_after() -> set[str]:
    names = (
        name for file in TESTS.rglob("test_*.py") for name in re.findall(r"def test_(\w+)", file.read_text("utf-8"))
    )
    return {number for name in names for number in re.findall(r"f\d{2,3}(?=_)", name)}


@pytest.mark.parametrize("fault", PROMISED)
def test_each_promised_fault_has_a_test_named_after_what_must_hold(fault: str) -> None:
    assert fault in named_after()
