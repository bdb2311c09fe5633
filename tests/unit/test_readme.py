"""The README tells the truth, and the imports flow as it says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from handover.launcher.__main__ import COMMANDS, DEMO_LOGINS
from handover.launcher.config import ROOT
from handover.settings import Settings

README = (ROOT / "README.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
READMES = [
    file for file in ROOT.glob("**/README.md") if not {"node_modules", ".venv", ".venv-rasa", "var"} & set(file.parts)
]


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_in_the_readme(name: str) -> None:
    assert f"`KULANZ_{name.upper()}`" in README


def test_the_readme_names_no_setting_that_does_not_exist() -> None:
    known = {f"KULANZ_{name.upper()}" for name in Settings.model_fields} | {"KULANZ_CHROMIUM"}
    assert set(re.findall(r"KULANZ_[A-Z_]*[A-Z]", README)) <= known


def test_every_make_word_of_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
    assert set(re.findall(r"`(?:KULANZ_\w+=\S+ )?make ([a-z]+)", README)) <= targets
    assert set(COMMANDS) <= targets


def test_every_kulanz_word_of_the_readme_exists() -> None:
    for words in re.findall(r"\.venv/bin/kulanz ([a-z ]+)`", README):
        command = [sys.executable, "-m", "handover.cli", *words.split(), "--help"]
        assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0, words


@pytest.mark.parametrize("readme", READMES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_link_and_picture_leads_somewhere(readme: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", readme.read_text()):
        assert (readme.parent / target).exists(), target


def test_every_path_in_the_folder_table_exists() -> None:
    table = README.split("## Folders")[1].split("\n\n")[1]
    for path in re.findall(r"`((?:bot|actions|knowledge|handover|widget|data|tests)/[\w/.-]+)`", table):
        assert (ROOT / path).exists() or path.startswith("data/var"), path


def test_the_printed_log_ins_are_those_of_the_demo_shop() -> None:
    seeded = "".join(file.read_text() for file in (ROOT / "handover").rglob("*.py") if "launcher" not in file.parts)
    seeded += "".join(file.read_text() for file in (ROOT / "data" / "demo").iterdir())
    for name in re.findall(r"(\w+)@", " ".join(DEMO_LOGINS.values())):
        assert name in seeded


def test_the_import_contracts_hold() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([str(lint), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
