"""How well the tone of a message is told, on the utterances of this product."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import pytest
import yaml

from handover.domain.tone import tone

ROOT = Path(__file__).resolve().parents[3]
ANGRY = 0.6
"""`actions.dialogue.ANGRY`: from here on a human is offered."""
BITTER = ("complaint", "insult", "dissatisfied")


def utterances(language: str) -> Iterator[tuple[str, str]]:
    """Intent and text of everything that was written to learn from."""
    for file in sorted((ROOT / "data" / "training" / "utterances").glob("*.tsv")):
        with file.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
                yield row.get("intent") or file.stem, row[language]
    for file in sorted((ROOT / "bot" / "dialogue" / "nlu" / language).glob("*.yml")):
        for block in yaml.safe_load(file.read_text("utf-8"))["nlu"]:
            for line in block["examples"].splitlines():
                yield block["intent"], line.removeprefix("- ")


def share(texts: list[str], least: float) -> float:
    """How many of them sound at least so angry."""
    assert len(texts) >= 50
    return sum(-tone(text) >= least for text in texts) / len(texts)


@pytest.mark.parametrize("language", ["de", "en"])
def test_abuse_is_heard_and_nearly_nothing_else_taken_for_anger(language: str) -> None:
    """Measured: insults .93/.95 (German/English), complaints at .3 .56/.45, false alarms 0.3/0.2 %, at .3 1.0/0.6 %."""
    said = list(utterances(language))
    assert share([text for intent, text in said if intent == "insult"], ANGRY) >= 0.9
    assert share([text for intent, text in said if intent == "complaint"], 0.3) >= 0.4
    calm = [text for intent, text in said if intent not in BITTER]
    assert share(calm, ANGRY) <= 0.005
    assert share(calm, 0.3) <= 0.02


@pytest.mark.parametrize(
    ("text", "angry"),
    [
        ("Das ist eine Frechheit", True),
        ("Ihr seid doch alle unfähig!", True),
        ("so ein scheiß", True),
        ("This is unacceptable", True),
        ("you are so stupid", True),
        ("danke für nichts", True),
        ("😡😡😡", True),
        ("Entschuldigung für die dumme Frage: wo ist meine Rechnung?", False),
        ("Wohin mit dem Elektroschrott?", False),
        ("Did my parcel get lost?", False),
        ("I never ordered that", False),
        ("Kein Witz, die Lampe blinkt", False),
        ("Ich möchte mich beschweren", False),
        ("Das Paket ist beschädigt, bitte um Ersatz", False),
    ],
)
def test_what_is_meant_otherwise_is_no_anger(text: str, angry: bool) -> None:
    assert (-tone(text) >= ANGRY) == angry


@pytest.mark.parametrize(
    "text", ["so so so " * 3000, "you are " * 3000, "du bist so " * 3000, "a" * 10_000, "!" * 10_000]
)
def test_a_long_text_takes_no_time(text: str) -> None:
    start = perf_counter()
    assert -1 <= tone(text) <= 1
    assert perf_counter() - start < 0.3
