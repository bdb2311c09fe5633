"""The components of the understanding can be loaded in Rasa's environment only; their checks run there."""

from __future__ import annotations

import subprocess
from pathlib import Path

from handover.launcher.services import QUIET, VENV_RASA


def test_the_components_hold_in_rasas_environment() -> None:
    command = [VENV_RASA / "bin" / "python", "-W", "ignore", Path(__file__).with_name("understanding_side.py")]
    done = subprocess.run(command, env=QUIET, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
