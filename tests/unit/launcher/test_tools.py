"""Finding programs, with small scripts that pretend to be them."""

from pathlib import Path

import pytest

from handover.launcher import tools
from handover.launcher.errors import LauncherError
from handover.launcher.shell import CommandFailed, Shell


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bare machine: a PATH with `sh` alone, an empty home, no package index; its `bin` folder."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "sh").symlink_to("/bin/sh")
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PYENV_ROOT", raising=False)
    monkeypatch.delenv("KULANZ_CHROMIUM", raising=False)
    monkeypatch.setattr(tools, "TOOLS", tmp_path / "tools")

    def no_index(*_: object) -> Path:
        raise CommandFailed("the package index cannot be reached")

    monkeypatch.setattr(tools, "fetch_tool", no_index)
    return programs


def pretend(program: Path, answer: str) -> Path:
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f"#!/bin/sh\necho '{answer}'\n")
    program.chmod(0o755)
    return program


def test_a_python_3_10_of_pyenv_is_found(machine: Path, tmp_path: Path) -> None:
    inner = tmp_path / "home" / ".pyenv" / "versions" / "3.10.13" / "bin" / "python3"
    pretend(inner, "3.10")
    assert tools.find_python_for_rasa(Shell(tmp_path), "x").name == "3.10"  # what it says of its own place


def test_a_missing_python_3_10_is_named_with_how_to_get_it(machine: Path, tmp_path: Path) -> None:
    pretend(machine / "python3.10", "3.12")
    with pytest.raises(LauncherError, match=r"Python 3\.10.*pyenv install 3\.10.*uv python install 3\.10"):
        tools.find_python_for_rasa(Shell(tmp_path), "x")


def test_a_node_that_is_new_enough_is_taken_from_the_path(machine: Path, tmp_path: Path) -> None:
    pretend(machine / "node", "v20.19.1")
    pretend(machine / "npm", "11.0.0")
    assert tools.find_node(Shell(tmp_path), "x") == machine


def test_an_old_node_is_not_used_and_a_missing_one_named_with_how_to_get_it(machine: Path, tmp_path: Path) -> None:
    pretend(machine / "node", "v18.20.0")
    pretend(machine / "npm", "9.0.0")
    with pytest.raises(LauncherError, match=r"Node 20\.19 or newer.*nodejs\.org"):
        tools.find_node(Shell(tmp_path), "x")


def test_the_browser_is_taken_by_setting_then_from_the_path(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = pretend(machine / "chromium", "")
    assert tools.find_chromium(Path("/none")) == found
    monkeypatch.setenv("KULANZ_CHROMIUM", str(pretend(machine / "mine", "")))
    assert tools.find_chromium(Path("/none")) == machine / "mine"
    monkeypatch.setenv("KULANZ_CHROMIUM", "/nowhere/chromium")
    with pytest.raises(LauncherError, match="KULANZ_CHROMIUM names /nowhere/chromium"):
        tools.find_chromium(Path("/none"))


def test_an_environment_whose_python_is_gone_is_made_anew(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    lock.write_text("# nothing\n")
    broken = tmp_path / "venv"
    (broken / "bin").mkdir(parents=True)
    (broken / "bin" / "python").symlink_to("/nowhere/python")
    tools.make_environment(Shell(tmp_path / "logs"), "venv", broken, lock, tools.this_python)
    assert tools.answer_of(tools.python_in(broken), "-c", "print(1)") == "1"
