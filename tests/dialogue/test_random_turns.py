"""Never silent: whatever is said and whatever breaks, each turn of the bot ends in something to read, in time."""

from __future__ import annotations

import os
from pathlib import Path

from tests.shaky import ShakyHouse, play

TURNS = int(os.environ.get("TURNS", "300"))
"""`make bench` plays 10,000."""
SEED = int(os.environ.get("SEED", "1"))


def test_no_turn_stays_without_an_answer_while_parts_fail_at_random(installation: Path, tmp_path: Path) -> None:
    with ShakyHouse(installation, tmp_path) as shaky:
        tally = play(shaky, TURNS, SEED)
        assert not tally.silent
        assert not tally.late
        assert tally.turns == TURNS
        assert tally.answers["the bot's words"] > TURNS / 4
        assert tally.faults, "parts did fail"
