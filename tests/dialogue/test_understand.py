"""`kulanz understand` and `kulanz chat` in a house of their own: real worker, real actions, nothing left behind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.stack import ROOT, without_settings

SECONDS = 180


def kulanz(installation: Path, *words: str, given: str) -> str:
    environment = {**without_settings(), "KULANZ_DATA_DIR": str(installation / "data"), "PYTHONPATH": str(ROOT)}
    environment["KULANZ_CHANNEL_SECRET"] = "s" * 32
    done = subprocess.run(
        [sys.executable, "-m", "handover.cli", *words],
        cwd=ROOT,
        env=environment,
        input=given,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_understand_says_one_json_object_a_line(installation: Path) -> None:
    lines = [
        "Kann ich mit PayPal zahlen?",
        "I want to talk to a human being",
        "Wo bleibt meine Bestellung 10023?",
        "Spiel mir ein Lied von den Beatles",
        "Was kostet der Versand?\tund nach Österreich?",
    ]
    read = [
        json.loads(line) for line in kulanz(installation, "understand", "--json", given="\n".join(lines)).splitlines()
    ]
    pay, human, order, song, abroad = read
    assert (pay["topic"], pay["decision"], pay["language"]) == ("paypal", "answer", "de")
    assert (human["wants_human"], human["decision"], human["language"]) == (True, "human", "en")
    assert (order["topic"], order["decision"]) == ("order_status", "flow")
    assert {"entity": "order_number", "value": "10023"} in order["entities"]
    assert song["decision"] == "none"
    assert abroad["decision"] == "answer"
    assert abroad["before"][0]["topic"] == "shipping_costs"
    assert all(one["milliseconds"] > 0 for one in read)


def test_a_conversation_in_the_terminal_shows_answer_understanding_and_proof(installation: Path) -> None:
    said = kulanz(
        installation, "chat", given="Wo bleibt meine Bestellung 10023?\n/as erika.lindner@example.org\n/quit\n"
    )
    assert "order_status" in said
    assert "identity.proven" in said
    assert "10023" in said.split("identity.proven")[1]
