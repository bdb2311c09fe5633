"""Every fault that Kulanz promises to survive has a test that carries its number: `pytest -k f04`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
PROMISED = [
    "f01",
    "f02",
    "f03",
    "f04",
    "f05",
    "f06",
    "f07",
    "f08",
    "f09",
    "f10",
    "f11",
    "f12",
    "f13",
    "f14",
    "f15",
    "f16",
    "f17",
    "f18",
    "f19",
    "f20",
    "f21",
    "f22",
    "f23",
    "f24",
    "f25",
    "f26",
    "f27",
    "f28",
    "f29",
    "f32",
    "f33",
    "f34",
    "f35",
    "f36",
    "f37",
    "f38",
    "f39",
    "f40",
    "f41",
    "f42",
    "f43",
    "f44",
    "f45",
    "f46",
    "f47",
    "f48",
    "f49",
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
    "f79",
    "f80",
    "f81",
    "f82",
    "f83",
    "f84",
    "f85",
    "f86",
    "f87",
    "f88",
    "f89",
    "f90",
    "f91",
    "f92",
    "f93",
    "f94",
    "f95",
    "f96",
    "f98",
    "f99",
    "f100",
    "f101",
    "f102",
    "f103",
    "f104",
]


def named_after() -> set[str]:
    names = (
        name for file in TESTS.rglob("test_*.py") for name in re.findall(r"def test_(\w+)", file.read_text("utf-8"))
    )
    return {number for name in names for number in re.findall(r"f\d{2,3}(?=_)", name)}


@pytest.mark.parametrize("fault", PROMISED)
def test_each_promised_fault_has_a_test_named_after_what_must_hold(fault: str) -> None:
    assert fault in named_after()
