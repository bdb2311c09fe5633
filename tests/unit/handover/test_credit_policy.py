from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from handover.domain.money import Money
from handover.services.policy import PolicyError, load_policy
from tests.unit.handover.shop_floor import DEMO

WRITTEN = (DEMO / "credit-policy.yaml").read_text("utf-8")


def load(folder: Path, written: str):
    (folder / "credit-policy.yaml").write_text(written, "utf-8")
    return load_policy(folder / "credit-policy.yaml")


def test_the_version_of_a_policy_is_the_sha256_of_its_file(tmp_path: Path) -> None:
    assert load(tmp_path, WRITTEN).version == hashlib.sha256(WRITTEN.encode()).hexdigest()


def test_the_demo_policy_says_what_the_story_needs() -> None:
    policy = load_policy(DEMO / "credit-policy.yaml")
    assert policy.limits == {"bot": Money(1500), "agent": Money(10000), "supervisor": Money(50000)}
    assert [cap.name for cap in policy.caps][:2] == ["order", "customer_30_days"]


def test_staff_have_caps_of_their_own_or_the_bots(tmp_path: Path) -> None:
    policy = load_policy(DEMO / "credit-policy.yaml")
    assert policy.caps_of("agent") == policy.caps_of("supervisor") == policy.staff_caps
    assert (policy.counted_of("bot"), policy.counted_of("agent")) == ("bot", "staff")
    without = load(tmp_path, WRITTEN.partition("\nstaff_caps:")[0] + "\n")
    assert without.caps_of("supervisor") == without.caps
    assert (without.counted_of("bot"), without.counted_of("agent")) == ("everybody", "everybody")


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        ("bot: 15.00 EUR", "bot: 15.00 EUR\n  robot: 15.00 EUR", "limits.robot", "Extra inputs"),
        ("  supervisor: 500.00 EUR\n", "", "limits.supervisor", "required"),
        ("bot: 15.00 EUR", "bot: 15", "limits.bot", "like 15.00 EUR"),
        ("bot: 15.00 EUR", "bot: 15.00", "limits.bot", "like 15.00 EUR"),
        ("bot: 15.00 EUR", "bot: 15,00 EUR", "limits.bot", "like 15.00 EUR"),
        ("bot: 15.00 EUR", "bot: -15.00 EUR", "limits.bot", "more than nothing"),
        ("bot: 15.00 EUR", "bot: 15.00 EUR\n  bot: 1500.00 EUR", "", "repeated key: bot"),
        ("bot: 15.00 EUR", "bot: 15.00 CHF", "currency", "an amount is 15.00 CHF"),
        ("amount: 150.00 EUR", "amount: 150.00 CHF", "currency", "an amount is 150.00 CHF"),
        ("{per: granter", "{per: agent", "staff_caps.staff_one_24_hours.per", "granter"),
        ("currency: EUR", "currency: EURO", "currency", "Unknown currency"),
        ("Europe/Berlin", "Europe/Atlantis", "time_zone", "time zone"),
        ("from_days: 2", "from_days: 2.5", "reasons.late_delivery.from_days", "integer"),
        ("from_days: 2", "from_days: '2'", "reasons.late_delivery.from_days", "integer"),
        ("from_days: 2", "from_days: yes", "reasons.late_delivery.from_days", "integer"),
        ("percent_of_price: 100", "percent_of_price: 101", "reasons.damaged_item.percent_of_price", "100"),
        (
            "longer_than_hours: 24",
            "longer_than_hours: 0",
            "reasons.outage.longer_than_hours",
            "greater than or equal to 1",
        ),
        ("longer_than_hours: 24", "longer_than_hours: 24h", "reasons.outage.longer_than_hours", "integer"),
        ("days_per_month: 30", "days_per_month: 3", "reasons.outage.days_per_month", "greater than or equal to 28"),
        ("  outage:", "  outages:", "reasons.outage", "required"),
        ("per: shop", "per: planet", "caps.shop_24_hours.per", "'shop'"),
        ("{per: order, amount: 20.00 EUR}", "{per: order}", "caps.order", "neither credits nor amount"),
        ("credits: 3", "credits: 0", "caps.customer_30_days.credits", "greater than or equal to 1"),
        ("currency: EUR", "currency: [", "", "parsing"),
    ],
)
def test_a_slip_of_the_pen_is_refused_with_the_path_of_its_key(tmp_path, old, new, where, what) -> None:
    assert old in WRITTEN
    with pytest.raises(PolicyError) as refused:
        load(tmp_path, WRITTEN.replace(old, new, 1))
    assert f"credit-policy.yaml: {where}" in refused.value.text
    assert what in refused.value.text


def test_a_policy_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"nowhere\.yaml"):
        load_policy(tmp_path / "nowhere.yaml")


def test_an_empty_policy_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError):
        load(tmp_path, "")
