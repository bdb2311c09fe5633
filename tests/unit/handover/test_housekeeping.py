"""`kulanz backup`, `restore`, `retention` and `erase` on an installation of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from handover import cli
from handover.domain.errors import KulanzError
from handover.settings import Settings
from handover.store.engine import make_engine
from handover.store.tables import agents, customers, orders
from tests.edges import House
from tests.unit.handover.test_cli import add, here, kulanz

__all__ = ["here"]


@pytest.fixture
def shop(here: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """With the demo's customers and one account."""
    monkeypatch.setenv("KULANZ_DEMO", "1")
    assert kulanz("demo", "seed").exit_code == 0
    return here


def count(settings: Settings, table: object) -> int:
    engine = make_engine(settings.database)
    with engine.connect() as connection:
        found = int(connection.execute(select(func.count()).select_from(table)).scalar_one())
    engine.dispose()
    return found


def first_customer(settings: Settings) -> tuple[str, str]:
    engine = make_engine(settings.database)
    with engine.connect() as connection:
        number, name = connection.execute(select(customers.c.number, customers.c.name).order_by(customers.c.id)).first()
    engine.dispose()
    return number, name


def test_f103_a_shop_is_saved_lost_and_restored_and_who_was_erased_stays_erased(shop: Settings, tmp_path: Path) -> None:
    file, (number, name) = tmp_path / "kulanz.zip", first_customer(shop)
    known = count(shop, customers)
    saved = kulanz("backup", str(file))
    assert saved.exit_code == 0, saved.output
    assert "is whole" in kulanz("restore", str(file), "--verify").output
    assert "for good?" in kulanz("erase", number, typed="n\n").output
    assert first_customer(shop) == (number, name)
    erased = kulanz("erase", number, "--yes")
    assert erased.exit_code == 0, erased.output
    assert first_customer(shop)[1] == "—"

    for lost in shop.data_dir.glob("kulanz.db*"):
        lost.unlink()
    restored = kulanz("restore", str(file))
    assert restored.exit_code == 0, restored.output
    assert "Erased again: 1." in restored.output
    assert "The ledger is in order." in restored.output
    assert first_customer(shop)[1] == "—"
    assert (count(shop, customers), count(shop, agents)) == (known, 5)
    assert count(shop, orders) > 0


def test_a_restore_asks_before_it_replaces_anything(shop: Settings, tmp_path: Path) -> None:
    file = tmp_path / "kulanz.zip"
    kulanz("backup", str(file))
    add("late@shop.example")
    known = count(shop, agents)
    assert isinstance(kulanz("restore", str(file)).exception, KulanzError)
    asked = kulanz("restore", str(file), "--replace", typed="n\n")
    assert "Give up what" in asked.output
    assert count(shop, agents) == known
    assert kulanz("restore", str(file), "--replace", "--yes").exit_code == 0
    assert count(shop, agents) == known - 1


def test_a_house_that_runs_can_be_saved_and_cannot_be_replaced(house: House, here: Settings, tmp_path: Path) -> None:
    file = tmp_path / "kulanz.zip"
    assert kulanz("backup", str(file)).exit_code == 0
    refused = kulanz("restore", str(file), "--replace", "--yes")
    assert isinstance(refused.exception, cli.Fail)
    assert "is running" in str(refused.exception)


def test_retention_tells_what_it_would_delete_and_what_it_deleted(here: Settings) -> None:
    dry, done = kulanz("retention", "--dry-run"), kulanz("retention")
    assert (dry.exit_code, done.exit_code) == (0, 0)
    assert "to delete" in dry.output
    assert [line.split() for line in done.output.splitlines()][1] == ["transcripts", "180", "0"]


def test_nobody_is_erased_by_mistake(shop: Settings) -> None:
    assert isinstance(kulanz("erase", "K-nobody", "--yes").exception, KulanzError)
    assert not shop.erasures.exists()
