"""Lint and tests of both languages, one after the other; all are run, all failures are told."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from handover.launcher.config import ROOT, VAR
from handover.launcher.plan import PACKAGES
from handover.launcher.services import QUIET, VENV
from handover.launcher.shell import Shell
from handover.launcher.tools import find_chromium, find_node, python_in


@dataclass(frozen=True)
class Check:
    """One command of the test run."""

    name: str
    command: Sequence[str | Path]
    cwd: Path = ROOT
    env: dict[str, str] = field(default_factory=dict)


def lint_checks() -> list[Check]:
    programs = VENV / "bin"
    return [
        Check("ruff check", [programs / "ruff", "check", "."]),
        Check("ruff format", [programs / "ruff", "format", "--check", "."]),
        Check("mypy", [programs / "mypy"]),
        Check("lint-imports", [programs / "lint-imports", "--no-cache"], env={"PYTHONPATH": str(ROOT)}),
        *(npm_check(name, folder, "check") for name, folder in PACKAGES.items()),
    ]


def test_checks(words: Sequence[str]) -> list[Check]:
    """Vitest for both browser packages, then pytest with these words."""
    chromium = find_chromium(VENV)
    env = {**QUIET, **({"KULANZ_CHROMIUM": str(chromium)} if chromium else {})}
    return [
        *(npm_check(name, folder, "test") for name, folder in PACKAGES.items()),
        Check("pytest", [python_in(VENV), "-m", "pytest", *words], env=env),
    ]


def npm_check(name: str, folder: Path, script: str) -> Check:
    home = find_node(Shell(VAR / "logs"), "node")
    path = f"{home}{os.pathsep}{os.environ.get('PATH', '')}"
    return Check(
        f"npm run {script} ({name})", [home / "npm", "run", "--silent", script], cwd=folder, env={"PATH": path}
    )


def run_checks(checks: Sequence[Check]) -> bool:
    """True if every check passed."""
    failed = [check.name for check in checks if not passes(check)]
    print(f"Failed: {', '.join(failed)}." if failed else "All checks passed.", flush=True)
    return not failed


def passes(check: Check) -> bool:
    print(f"== {check.name}", flush=True)
    since = time.monotonic()
    words = [str(word) for word in check.command]
    code = subprocess.run(words, cwd=check.cwd, env={**os.environ, **check.env}, check=False).returncode
    print(f"== {check.name}: {'ok' if code == 0 else 'FAILED'}, {time.monotonic() - since:.0f} s", flush=True)
    return code == 0
