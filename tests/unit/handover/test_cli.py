"""The `kulanz` command on an installation of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from handover import cli
from handover.settings import Settings
from handover.store.engine import make_engine
from handover.store.tables import agents, customers, switches

runner = CliRunner()


@pytest.fixture
def here(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("KULANZ_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("KULANZ_CHANNEL_SECRET", settings.channel_secret.get_secret_value())
    monkeypatch.setenv("KULANZ_PORT", str(settings.port))
    monkeypatch.setenv("KULANZ_RASA_PORT", "1")
    monkeypatch.setenv("KULANZ_ACTIONS_PORT", "1")
    monkeypatch.setenv("KULANZ_DEMO", "0")
    return settings


def kulanz(*words: str, typed: str | None = None) -> Result:
    return runner.invoke(cli.app, list(words), input=typed)


def add(email: str = "anna@shop.example", password: str = "twelve letters") -> Result:
    return kulanz("agents", "add", email, "--name", "Anna", "--role", "supervisor", typed=f"{password}\n{password}\n")


def test_migrating_makes_a_database_and_may_be_repeated(
    tmp_path: Path, here: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KULANZ_DATA_DIR", str(tmp_path / "new"))
    for _ in range(2):
        assert kulanz("migrate").exit_code == 0
    assert (tmp_path / "new" / "kulanz.db").exists()


def test_an_account_is_added_listed_and_disabled(here: Settings) -> None:
    added = add()
    assert added.exit_code == 0
    assert "twelve letters" not in added.output
    assert "anna@shop.example" in kulanz("agents", "list").output
    assert kulanz("agents", "disable", " ANNA@shop.example").exit_code == 0
    assert "disabled" in kulanz("agents", "list").output


def test_an_account_is_given_the_cases_it_may_be_asked_to_take(here: Settings) -> None:
    add()
    given = kulanz(
        "agents", "skills", "Anna@shop.example", "--languages", "de,en", "--topics", "billing", "--load", "2"
    )
    assert given.exit_code == 0, given.output
    for wrong in (
        ["--languages", "fr"],
        ["--languages", "de", "--topics", "gardening"],
        ["--languages", "de", "--load", "0"],
    ):
        assert kulanz("agents", "skills", "anna@shop.example", *wrong).exit_code != 0
    with cli.the_desk(here) as desk:
        anna = desk.staff.colleague(desk.agents.accounts()[0].agent)
    assert anna is not None
    assert (anna.languages, anna.topics, anna.load_limit) == (("de", "en"), ("billing",), 2)


def test_a_mistake_is_said_in_one_sentence(
    here: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["kulanz", "agents", "disable", "nobody@shop.example"])
    with pytest.raises(SystemExit, match=r"^kulanz: There is no account with this address\.$"):
        cli.main()
    monkeypatch.setenv("KULANZ_PORT", "eighty")
    with pytest.raises(SystemExit, match=r"^kulanz: a setting is wrong: port: "):
        cli.main()
    assert "Traceback" not in capsys.readouterr().err


def test_a_short_password_adds_nothing(here: Settings) -> None:
    assert add(password="short").exit_code != 0
    assert kulanz("agents", "list").output == ""


def test_the_demo_is_seeded_only_when_it_is_on_and_once(here: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kulanz("demo", "seed").exit_code != 0
    monkeypatch.setenv("KULANZ_DEMO", "1")
    assert "is filled in" in kulanz("demo", "seed").output
    assert "filled in before" in kulanz("demo", "seed").output
    with make_engine(here.database).connect() as connection:
        accounts = connection.execute(select(agents.c.email, agents.c.demo)).all()
        assert len(connection.execute(select(customers.c.id)).all()) >= 40
    assert {email.partition("@")[0] for email, _ in accounts} == {"anna", "ben", "sophie", "emil", "ada"}
    assert all(demo for _, demo in accounts)


def test_credit_is_paused_resumed_and_checked(here: Settings) -> None:
    def is_paused() -> bool:
        with make_engine(here.database).connect() as connection:
            return bool(connection.execute(select(switches.c.on).where(switches.c.name == "credit_stopped")).scalar())

    assert kulanz("credit", "pause").exit_code == 0
    assert is_paused()
    assert kulanz("credit", "resume").exit_code == 0
    assert not is_paused()
    assert "in order" in kulanz("credit", "reconcile").output


def test_the_doctor_names_what_is_down_and_ends_with_1(here: Settings) -> None:
    found = kulanz("doctor")
    assert found.exit_code == 1
    lines = {line.split()[1]: line.split()[0] for line in found.output.splitlines()}
    assert {name: lines[name] for name in ("desk", "rasa", "actions", "index")} == dict.fromkeys(
        ("desk", "rasa", "actions", "index"), "DOWN"
    )
    assert lines["database"] == lines["mail"] == lines["ledger"] == "ok"
    assert {"widget-bundle", "desk-bundle", "model"} <= set(lines)


def test_the_doctor_reports_an_old_database(here: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KULANZ_DATA_DIR", str(tmp_path / "empty"))
    (tmp_path / "empty").mkdir()
    found = kulanz("doctor")
    assert "run `kulanz migrate`" in found.output
    assert found.exit_code == 1


def test_nothing_runs_without_a_secret(here: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KULANZ_CHANNEL_SECRET")
    monkeypatch.setattr("sys.argv", ["kulanz", "desk"])
    with pytest.raises(SystemExit, match="KULANZ_CHANNEL_SECRET must have at least 32 characters"):
        cli.main()


def test_settings_are_read_from_the_installations_secrets_file(here: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KULANZ_CHANNEL_SECRET")
    (here.data_dir / "secrets.env").write_text("KULANZ_CHANNEL_SECRET=" + "z" * 40 + "\nKULANZ_SHOP_NAME=Polar\n")
    monkeypatch.setenv("KULANZ_SHOP_NAME", "")  # so that what is read here is gone after the test
    monkeypatch.delenv("KULANZ_SHOP_NAME")
    read = cli.settings_here()
    assert (read.channel_secret.get_secret_value(), read.shop_name) == ("z" * 40, "Polar")


def test_the_rules_of_the_desk_go_out_and_come_in_as_a_file_and_are_reset(here: Settings, tmp_path: Path) -> None:
    exported = kulanz("rules", "export")
    assert exported.exit_code == 0
    file = tmp_path / "mine.yaml"
    file.write_text(exported.output.replace("mode: manual", "mode: offer"), encoding="utf-8")
    assert "Version 1 counts" in kulanz("rules", "import", str(file)).output
    assert "mode: offer" in kulanz("rules", "export").output
    assert "Version 2 counts" in kulanz("rules", "reset").output
    assert "mode: manual" in kulanz("rules", "export").output
    file.write_text("mode: sometimes", encoding="utf-8")
    refused = kulanz("rules", "import", str(file))
    assert refused.exit_code == 1
    assert "mode: manual" in kulanz("rules", "export").output
