"""What the bot learns from: enough of it in both languages, and nothing that a signal alone may say."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter

import pytest
import yaml

from actions.server import ACTIONS
from tests.stack import ROOT

BOT, PAIRS = ROOT / "bot", ROOT / "data" / "training" / "utterances"
SIGNALS = {
    "identity_proven",
    "handover_returned",
    "outage_known",
    "files_received",
    "choose_article",
    "choose",
    "confirm",
}
NOT_UNDERSTOOD = "nlu_fallback"
AT_LEAST = 40


def utterances(language: str) -> list[tuple[str, str]]:
    """Text and intent, from the pairs and from Rasa's own files."""
    found = []
    for file in sorted(PAIRS.glob("*.tsv")):
        lines = file.read_text(encoding="utf-8").splitlines()
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        found += [(row[language], row.get("intent") or file.stem) for row in rows]
    for file in sorted((BOT / "dialogue" / "nlu" / language).glob("*.yml")):
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            if "intent" in entry:
                found += [(text, entry["intent"]) for text in re.findall(r"^- (.*)$", entry["examples"], re.MULTILINE)]
    return found


def domain(part: str) -> list[str]:
    files = (BOT / "domain").glob("*.yml")
    return [name for file in files for name in yaml.safe_load(file.read_text(encoding="utf-8")).get(part, [])]


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_intent_but_the_signals_has_enough_different_utterances(language: str) -> None:
    counts = Counter(intent for _, intent in {(text.casefold(), intent) for text, intent in utterances(language)})
    assert counts.keys() - {NOT_UNDERSTOOD} == set(domain("intents")) - SIGNALS
    assert {intent: count for intent, count in counts.items() if count < AT_LEAST} == {}


def test_no_utterance_stands_under_two_intents() -> None:
    owners: dict[str, set[str]] = {}
    for language in ("de", "en"):
        for text, intent in utterances(language):
            owners.setdefault(text.casefold().strip(" !?.,") or text, set()).add(intent)
    assert {text: intents for text, intents in owners.items() if len(intents) > 1} == {}


def test_every_intent_starts_exactly_one_rule_of_one_action() -> None:
    rules = yaml.safe_load((BOT / "dialogue" / "rules" / "rules.yml").read_text(encoding="utf-8"))["rules"]
    assert all(len(rule["steps"]) == 2 for rule in rules)
    starts = [step["intent"] for rule in rules for step in rule["steps"][0].get("or", [rule["steps"][0]])]
    assert sorted(starts) == sorted([*domain("intents"), NOT_UNDERSTOOD])


def test_rasa_and_the_action_server_name_the_same_actions() -> None:
    assert set(domain("actions")) == set(ACTIONS)


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_question_that_measures_is_learned(language: str) -> None:
    learned = {text.casefold().strip(" !?.,") for text, _ in utterances(language)}
    lines = (ROOT / "data" / "evaluation" / f"shop.{language}.jsonl").read_text(encoding="utf-8").splitlines()
    asked = {json.loads(line)["question"] for line in lines}
    assert {text for text in asked if text.casefold().strip(" !?.,") in learned} == set()


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_desk_has_a_name_for_whatever_the_bot_reads(language: str) -> None:
    locales = BOT.parent / "handover" / "desk" / "src" / "locales" / f"{language}.json"
    names = json.loads(locales.read_text(encoding="utf-8"))
    read = [*(f"intent.{name}" for name in domain("intents")), *(f"entity.name.{name}" for name in domain("entities"))]
    assert [name for name in [*read, "intent.nlu_fallback"] if not names.get(name)] == []
