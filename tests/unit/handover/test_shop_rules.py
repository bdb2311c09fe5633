from __future__ import annotations

from pathlib import Path

import pytest

from handover.domain.errors import InvalidInput
from handover.services.shop_rules import load_shop_rules
from tests.unit.handover.shop_floor import DEMO, RULES

WRITTEN = (DEMO / "shop.yaml").read_text("utf-8")


def test_a_parcel_has_a_page_at_its_carrier_whatever_its_number_holds() -> None:
    assert RULES.tracking_url("Nordpost", "NP 1/2") == "https://nordpost.example.org/sendung/NP%201%2F2"
    assert RULES.tracking_url("Schneckenpost", "1") is RULES.tracking_url("Nordpost", None) is None


def test_the_demo_shop_promises_what_its_articles_say() -> None:
    rules, refunds = RULES.returns, RULES.refunds
    assert (rules.days, rules.checked_within, rules.collected) == (30, 5, {"NL-SR-1", "NL-WP-1"})
    assert (refunds.cancelled, refunds.by_method["card"], refunds.by_method["paypal"]) == ((2, 5), (2, 5), (0, 0))


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("days: 30", "days: many", "returns.days"),
        ("free_from: [DE, AT]", "free_from: [DE, XX]", "returns.free_from.1"),
        ("paypal: [0, 0]", "cheque: [0, 0]", "refunds.by_method.cheque"),
        ("https://nordpost", "http://nordpost", "carriers"),
        ('return_until: "01-31"', 'return_until: "13-31"', "returns.seasons.0.return_until"),
        ("returns:", "retuns:", "returns"),
        ("carriers: #", "carriers: [", "shop.yaml"),
    ],
)
def test_a_slip_in_the_file_is_named_with_its_place(tmp_path: Path, old: str, new: str, where: str) -> None:
    assert old in WRITTEN
    broken = tmp_path / "shop.yaml"
    broken.write_text(WRITTEN.replace(old, new, 1), "utf-8")
    with pytest.raises(InvalidInput, match=where):
        load_shop_rules(broken)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"none\.yaml"):
        load_shop_rules(tmp_path / "none.yaml")
