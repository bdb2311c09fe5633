"""What the bot learns from: enough of it in both languages, and nothing that a signal alone may say."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from actions.server import ACTIONS

BOT = Path(__file__).resolve().parents[3] / "bot"
SIGNALS = {"identity_proven", "handover_returned", "choose_order", "choose_item", "choose_article", "talk_to_human"}
AT_LEAST = 40


def utterances(language: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for file in sorted((BOT / "dialogue" / "nlu" / language).glob("*.yml")):
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            if "intent" in entry:
                found.setdefault(entry["intent"], []).extend(re.findall(r"^- (.*)$", entry["examples"], re.MULTILINE))
    return found


def domain(part: str) -> list[str]:
    files = (BOT / "domain").glob("*.yml")
    return [name for file in files for name in yaml.safe_load(file.read_text(encoding="utf-8")).get(part, [])]


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_intent_but_the_signals_has_enough_different_utterances(language: str) -> None:
    counts = {intent: len({text.casefold() for text in texts}) for intent, texts in utterances(language).items()}
    assert counts.keys() == set(domain("intents")) - SIGNALS
    assert {intent: count for intent, count in counts.items() if count < AT_LEAST} == {}


def test_no_utterance_stands_under_two_intents() -> None:
    owners: dict[str, set[str]] = {}
    for language in ("de", "en"):
        for intent, texts in utterances(language).items():
            for text in texts:
                owners.setdefault(text.casefold().strip(" !?.,"), set()).add(intent)
    assert {text: intents for text, intents in owners.items() if len(intents) > 1} == {}


def test_every_intent_is_the_first_step_of_exactly_one_rule_with_one_action() -> None:
    rules = yaml.safe_load((BOT / "dialogue" / "rules" / "rules.yml").read_text(encoding="utf-8"))["rules"]
    assert all(len(rule["steps"]) == 2 for rule in rules)
    starts = Counter(rule["steps"][0]["intent"] for rule in rules)
    assert starts.keys() == {*domain("intents"), "nlu_fallback"}
    assert set(starts.values()) == {1}


def test_rasa_and_the_action_server_name_the_same_actions() -> None:
    assert set(domain("actions")) == set(ACTIONS)
