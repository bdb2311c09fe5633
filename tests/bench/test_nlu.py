"""`make bench-nlu`: our understanding beside Rasa's default pipeline (DIET) and the lean one, on the same data.

The demo shop's questions always; public sets too if KULANZ_NLU_SETS names a folder with `<de|en>_support.csv` (text,
intent, alt_intent) and `oos_<de|en>.csv` (text, maybe_inscope). PIPELINES says which run (`make bench` runs ours alone:
DIET trains for long), EPOCHS how often DIET sees the data (100, as `rasa init` writes). Times are the processors', all
cores together, so that what else runs does not count.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from handover.launcher.services import BOT, QUIET, VENV_RASA
from tests.bench import nlu_scores as scores
from tests.bench.nlu_labels import OUT_OF_SCOPE, as_theirs
from tests.stack import ROOT

LANGUAGES = ("de", "en")
HUMAN = "talk_to_human"
THRESHOLD = 0.4
"""Of bot/config.yml: below it nobody is called."""
CONFIGS = {
    "ours": BOT / "config.yml",
    "lean": ROOT / "tests" / "bench" / "pipelines" / "lean.yml",
    "diet": ROOT / "tests" / "bench" / "pipelines" / "diet.yml",
}
CHANGES = {
    f"threshold: {THRESHOLD}": "threshold: 0",  # first choices are compared, whether sure enough or not
    "../data": str(ROOT / "data"),
}
PIPELINES = os.environ.get("PIPELINES", "ours").split(",")
EPOCHS = os.environ.get("EPOCHS", "100")
SETS = os.environ.get("KULANZ_NLU_SETS", "")


@dataclass
class Asked:
    """One text, what would be right, and what a pipeline ranks."""

    kind: str
    text: str
    label: str = ""
    also: str = ""
    ranking: list[tuple[str, float]] = field(default_factory=list)

    @property
    def said(self) -> str:
        """The first choice."""
        return self.ranking[0][0]

    @property
    def inside(self) -> float:
        return 1 - sum(share for name, share in self.ranking if name in OUT_OF_SCOPE)

    @property
    def is_right(self) -> bool:
        if self.kind.startswith("shop"):
            known = {"bot_challenge": "what_can_you_do"}
            return known.get(self.said, self.said) in self.label.split()
        return as_theirs(self.said, self.label, self.also) == self.label

    @property
    def wants_human(self) -> bool:
        return HUMAN in self.label.split() or self.label == "request_human"


def questions(language: str) -> list[Asked]:
    lines = (ROOT / "data" / "evaluation" / f"shop.{language}.jsonl").read_text(encoding="utf-8").splitlines()
    found = [Asked(f"shop-{one['split']}", one["question"], " ".join(one["topics"])) for one in map(json.loads, lines)]
    if SETS:
        found += [
            Asked("support", row["text"], row["intent"], row["alt_intent"]) for row in rows(f"{language}_support")
        ]
        found += [Asked(f"oos{row['maybe_inscope']}", row["text"]) for row in rows(f"oos_{language}")]
    return [one for one in found if one.label or one.kind.startswith("oos")]


def rows(name: str) -> list[dict[str, str]]:
    with (Path(SETS) / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@dataclass
class Read:
    """What one pipeline made of everything."""

    asked: dict[str, list[Asked]]
    train_seconds: float
    ms: float
    memory_mb: float


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Read]:
    folder = tmp_path_factory.mktemp("nlu")
    return {name: run(name, folder / name) for name in PIPELINES}


def run(name: str, folder: Path) -> Read:
    folder.mkdir()
    config = folder / "config.yml"
    text = CONFIGS[name].read_text(encoding="utf-8")
    for old, new in {**CHANGES, "epochs: 100": f"epochs: {EPOCHS}"}.items():
        text = text.replace(old, new)
    config.write_text(text, encoding="utf-8")
    asked = {language: questions(language) for language in LANGUAGES}
    texts = folder / "texts.json"
    texts.write_text(json.dumps([one.text for found in asked.values() for one in found]), encoding="utf-8")
    model = folder / "model.tar.gz"
    trained = side("train", folder, config, model)
    read = side("read", folder, model, texts, "no" if name == "diet" else "yes")
    ranked = iter(read["rankings"])
    for one in (one for found in asked.values() for one in found):
        one.ranking = [(intent, share) for intent, share in next(ranked)]
    return Read(asked, trained["train_seconds"], read["ms"], read["memory_mb"])


def side(command: str, folder: Path, *words: Any) -> dict[str, Any]:
    result = folder / f"{command}.json"
    python = VENV_RASA / "bin" / "python"
    script = Path(__file__).with_name("nlu_side.py")
    log = folder / f"{command}.log"
    with log.open("wb") as stream:
        ended = subprocess.run(
            [python, "-W", "ignore", script, command, result, *words],
            env={**os.environ, **QUIET},
            stdout=stream,
            stderr=stream,
            check=False,
        )
    assert ended.returncode == 0, log.read_text(encoding="utf-8", errors="replace")[-3000:]
    return dict(json.loads(result.read_text(encoding="utf-8")))


def accuracy(asked: list[Asked]) -> float:
    return float(np.mean([one.is_right for one in asked]))


def support_f1(asked: list[Asked]) -> float:
    return scores.macro_f1([one.label for one in asked], [as_theirs(one.said, one.label, one.also) for one in asked])


def of(asked: list[Asked], kind: str) -> list[Asked]:
    return [one for one in asked if one.kind.startswith(kind)]


def human(asked: list[Asked]) -> tuple[float, float, int]:
    """Recall, precision, and how many want one. Where it is also right, it may be said or not."""
    within = [one for one in asked if not one.kind.startswith("oos")]
    said = [one for one in within if one.said == HUMAN and one.ranking[0][1] >= THRESHOLD]
    wanted = [one for one in within if one.wants_human]
    right = [one for one in said if one.wants_human or one.also == "request_human"]
    return sum(one in said for one in wanted) / len(wanted), len(right) / max(1, len(said)), len(wanted)


def outside_auroc(asked: list[Asked], kind: str) -> float:
    inside = [one.inside for one in asked if not one.kind.startswith("oos")]
    return scores.auroc(inside, [one.inside for one in of(asked, kind)])


def table(name: str, read: Read) -> list[str]:
    lines = [
        f"{name}: trained in {read.train_seconds:.0f} s of a core, {read.ms:.1f} ms of a core a message, {read.memory_mb:.0f} MB"
    ]
    for language, asked in read.asked.items():
        shop, kept_out = of(asked, "shop"), of(asked, "shop-test")
        recall, precision, wanted = human(asked)
        error = scores.calibration_error([one.ranking[0][1] for one in kept_out], [one.is_right for one in kept_out])
        line = f"  {language}  shop {accuracy(shop):.3f}, kept-out half {accuracy(kept_out):.3f}, calibration error {error:.3f}"
        line += f"; human recall {recall:.3f}, precision {precision:.3f} ({wanted})"
        if support := of(asked, "support"):
            low, high = scores.interval(
                lambda drawn, all_=support: support_f1([all_[at] for at in drawn]), len(support)
            )
            line += f"; support accuracy {accuracy(support):.3f}, macro-F1 {support_f1(support):.3f} [{low:.2f}, {high:.2f}]"
            line += f"; outside AUROC {outside_auroc(asked, 'oos'):.3f}, without near misses {outside_auroc(asked, 'oos0'):.3f}"
        lines.append(line)
    return lines


def test_the_pipelines_side_by_side(results: dict[str, Read], capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print()
        for name, read in results.items():
            print("\n".join(table(name, read)))
        for language, asked in results[PIPELINES[0]].asked.items():
            pairs = Counter((one.label, one.said) for one in asked if one.label and not one.is_right)
            print(f"  {PIPELINES[0]}, {language}: most confused", pairs.most_common(12))


@pytest.mark.skipif("ours" not in PIPELINES, reason="ours is not measured")
@pytest.mark.parametrize("language", LANGUAGES)
def test_ours_keeps_its_bars(results: dict[str, Read], language: str) -> None:
    asked = results["ours"].asked[language]
    recall, precision, _ = human(asked)
    assert accuracy(of(asked, "shop-test")) >= 0.82
    assert recall >= 0.98
    assert precision >= 0.95
    assert results["ours"].ms <= 5
    if SETS:
        assert outside_auroc(asked, "oos") >= 0.95
    if SETS and "diet" in results:
        assert support_f1(of(asked, "support")) >= support_f1(of(results["diet"].asked[language], "support")) + 0.05
