import socket
import stat
from pathlib import Path

import pytest

from handover.launcher import config as launcher
from handover.launcher.errors import LauncherError
from handover.launcher.services import free_port, is_free, with_ports
from handover.settings import Settings
from knowledge.embeddings import DEFAULT_MODEL

LONG = "x" * 32


def test_the_launcher_knows_the_same_defaults_as_the_settings() -> None:
    settings = Settings(channel_secret=LONG)
    for name, value in launcher.DEFAULTS.items():
        assert str(getattr(settings, name.removeprefix("KULANZ_").lower())) == value


def test_the_model_is_the_one_that_the_knowledge_room_takes() -> None:
    assert Settings(channel_secret=LONG).embedding_model == DEFAULT_MODEL


def test_secrets_are_made_once_and_only_their_owner_may_read_them(tmp_path: Path) -> None:
    launcher.make_secrets(tmp_path)
    first = launcher.read_secrets(tmp_path)
    launcher.make_secrets(tmp_path)
    assert launcher.read_secrets(tmp_path) == first
    assert len(first[launcher.SECRET]) >= 32
    assert stat.S_IMODE(launcher.secrets_file(tmp_path).stat().st_mode) == 0o600


def test_the_environment_wins_over_the_secrets_file(tmp_path: Path) -> None:
    launcher.secrets_file(tmp_path).write_text(f"# mine\n\n{launcher.SECRET}={LONG}\nKULANZ_PORT=9000\n")
    found = launcher.load({"KULANZ_DATA_DIR": str(tmp_path), "KULANZ_PORT": "9001"})
    assert found["CHANNEL_SECRET"] == LONG
    assert found.port("PORT") == 9001


def test_the_demo_shop_is_on_unless_told_otherwise(tmp_path: Path) -> None:
    here = {"KULANZ_DATA_DIR": str(tmp_path)}
    assert launcher.load(here).demo
    assert not launcher.load({**here, "KULANZ_DEMO": "0"}).demo


def test_a_wildcard_address_is_reached_over_loopback(tmp_path: Path) -> None:
    found = launcher.load({"KULANZ_DATA_DIR": str(tmp_path), "KULANZ_HOST": "0.0.0.0"})
    assert found.url == "http://127.0.0.1:8080"


@pytest.fixture
def busy_port() -> int:

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_public_port_in_use_is_said_with_the_way_out(tmp_path: Path, busy_port: int) -> None:
    found = launcher.load({"KULANZ_DATA_DIR": str(tmp_path), "KULANZ_PORT": str(busy_port)})
    with pytest.raises(LauncherError, match=f"Port {busy_port} .*KULANZ_PORT={busy_port + 1} make run"):
        with_ports(found)


def test_an_internal_port_in_use_moves_out_of_the_way_unless_it_was_asked_for(
    tmp_path: Path, busy_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(launcher.DEFAULTS, "KULANZ_RASA_PORT", str(busy_port))
    monkeypatch.setitem(launcher.DEFAULTS, "KULANZ_PORT", str(free_port()))
    here = {"KULANZ_DATA_DIR": str(tmp_path)}
    moved = with_ports(launcher.load(here)).port("RASA_PORT")
    assert moved != busy_port
    assert is_free("127.0.0.1", moved)
    with pytest.raises(LauncherError, match=f"KULANZ_RASA_PORT={busy_port + 1}"):
        with_ports(launcher.load({**here, "KULANZ_RASA_PORT": str(busy_port)}))


def test_a_port_that_is_no_number_and_a_foreign_address_are_said_clearly(tmp_path: Path) -> None:
    here = {"KULANZ_DATA_DIR": str(tmp_path)}
    with pytest.raises(LauncherError, match="KULANZ_PORT must be a number"):
        with_ports(launcher.load({**here, "KULANZ_PORT": "http"}))
    with pytest.raises(LauncherError, match=r"192\.0\.2\.1"):
        with_ports(launcher.load({**here, "KULANZ_HOST": "192.0.2.1", "KULANZ_PORT": str(free_port())}))
