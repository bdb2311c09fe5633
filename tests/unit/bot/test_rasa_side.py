"""The channel and the tracker store can be loaded in Rasa's environment only; their checks run there."""

from __future__ import annotations

import subprocess
from pathlib import Path

from handover.launcher.services import QUIET, VENV_RASA


def test_the_channel_and_the_tracker_store_hold_in_rasas_environment() -> None:
    command = [VENV_RASA / "bin" / "python", "-W", "ignore", Path(__file__).with_name("rasa_side.py")]
    done = subprocess.run(command, env=QUIET, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
