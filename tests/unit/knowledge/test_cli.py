"""`kulanz knowledge`: what editors and their programs see, and the exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from knowledge.builds import Builds
from knowledge.cli import app
from knowledge.ranking import Tuning
from tests.unit.knowledge.small_shop import LetterEncoder, article, write

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def _shop(monkeypatch: pytest.MonkeyPatch, articles_dir: Path, data_dir: Path):
    """The commands work on the small shop, with an encoder that needs no model."""
    monkeypatch.setattr("knowledge.publish.open_encoder", lambda _: LetterEncoder())
    tuning = Tuning(answer_from=0.2)  # so few articles make nobody sure
    monkeypatch.setattr("knowledge.making.learn", lambda *_: tuning)
    monkeypatch.setenv("KULANZ_ARTICLES_DIR", str(articles_dir))
    monkeypatch.setenv("KULANZ_DATA_DIR", str(data_dir))
    monkeypatch.setenv("KULANZ_KNOWLEDGE_QUESTIONS", str(data_dir / "none"))


def run(*words: str, asked: str | bytes = "") -> Any:
    return CliRunner().invoke(app, words, input=asked)


def ask(*lines: bytes) -> list[dict[str, object]]:
    result = run("ask", "--language", "de", "--json", asked=b"\n".join(lines))
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_check_is_content_with_good_articles():
    for words in (("check",), ("check", "--files-only"), ("check", "--strict")):
        result = run(*words)
        assert (result.exit_code, result.output) == (0, "8 articles are fine\n"), words


def test_check_tells_file_line_and_remedy_on_one_line_and_fails(articles_dir: Path):
    write(articles_dir, "de", "payment", article().replace("kind: faq", "kind: joke"))
    result = run("check")
    assert result.exit_code == 1
    first, last = result.output.splitlines()
    assert first.startswith("de/shop/payment.md:4: error: `kind` cannot be `joke` (write one of")
    assert last == "1 error"


def test_a_warning_does_not_fail_unless_check_is_strict(articles_dir: Path):
    (articles_dir / "en/shop/payment.md").unlink()
    for words in (("check",), ("check", "--files-only")):
        result = run(*words)
        assert (result.exit_code, "7 articles are fine (1 warning)" in result.output) == (0, True), result.output
    assert "de/shop/payment.md:1: warning: the twin en/shop/payment.md is missing (" in result.output
    assert run("check", "--strict").exit_code == 1


def test_check_makes_no_build_and_changes_nothing(data_dir: Path):
    run("check")
    assert Builds(data_dir / "knowledge").history() == []


def test_a_build_is_ready_but_serves_only_once_published(data_dir: Path):
    result = run("build")
    kept = Builds(data_dir / "knowledge")
    assert (result.exit_code, len(kept.history()), kept.current()) == (0, 1, None)
    result = run("publish")
    assert (result.exit_code, result.output) == (0, f"version {kept.history()[0]} serves\n")
    assert len(kept.history()) == 1


def test_publishing_broken_articles_fails_and_the_old_version_goes_on_serving(articles_dir: Path, data_dir: Path):
    run("publish")
    before = Builds(data_dir / "knowledge").current()
    write(articles_dir, "de", "payment", "broken")
    for word in ("publish", "build"):
        assert run(word).exit_code == 1
    assert Builds(data_dir / "knowledge").current() == before
    result = run("ask", "Nehmen Sie PayPal?")
    assert (result.exit_code, "Zahlungsarten" in result.stdout) == (0, True)
    assert "does not begin with front matter" in result.stderr


def test_a_question_shows_decision_confidence_answer_and_what_was_looked_at():
    result = run("ask", "Nehmen Sie PayPal?", "--language", "de")
    assert result.exit_code == 0
    assert "building the index first" in result.stderr
    lines = result.stdout.splitlines()
    assert lines[0].startswith("answer  confidence 0.")
    assert any(line.startswith("*\t") and "\tpayment\t" in line for line in lines)


def test_questions_from_standard_input_are_answered_in_json_a_line_each():
    first, empty, odd = ask(b"Nehmen Sie PayPal?", b"", b"Garantie \xff\xfe?")
    assert set(first) == {"question", "language", "decision", "confidence", "passages", "milliseconds"}
    assert (first["question"], first["language"]) == ("Nehmen Sie PayPal?", "de")
    assert first["decision"] in ("answer", "choices", "none")
    passages = first["passages"]
    assert isinstance(passages, list)
    assert passages[0]["article"] == "payment"
    assert set(passages[0]) == {"article", "topics", "score"}
    assert len(passages) == 4, "the shop has four articles"
    assert [one["score"] for one in passages] == sorted((one["score"] for one in passages), reverse=True)
    assert (empty["question"], empty["decision"], empty["passages"]) == ("", "none", [])
    assert "\ufffd" in str(odd["question"])


def test_asking_follows_an_article_that_changed_since_the_build(articles_dir: Path):
    run("publish")
    write(articles_dir, "de", "payment", article(body="Nur noch Bargeld."))
    result = run("ask", "Nehmen Sie PayPal?")
    assert "Nur noch Bargeld." in result.stdout
    assert "serves now" in result.stderr


def test_asking_without_any_article_that_could_serve_fails(articles_dir: Path):
    write(articles_dir, "de", "payment", "broken")
    assert run("ask", "--json", asked="x\n").exit_code == 1


def test_a_rolled_back_version_is_held_back_and_the_history_says_so(articles_dir: Path):
    assert run("rollback").exit_code == 1
    run("publish")
    write(articles_dir, "de", "payment", article(body="Neu."))
    run("publish")
    assert run("rollback").exit_code == 0
    newest, oldest = (line.split("\t") for line in run("history").stdout.splitlines())
    assert (newest[4], oldest[4]) == ("held back", "live")
    assert (newest[2], newest[3]) == ("8", "letters")
    result = run("ask", "Nehmen Sie PayPal?")
    assert "Neu." not in result.stdout
    assert "rolled back" in result.stderr
    assert run("publish").exit_code == 0
    assert "Neu." in run("ask", "Nehmen Sie PayPal?").stdout


def test_a_rollback_names_the_versions_that_are_kept_and_loads_neither_model_nor_index(data_dir: Path):
    run("publish")
    result = run("rollback", "nonsense")
    assert (result.exit_code, Builds(data_dir / "knowledge").history()[0] in result.stderr) == (1, True)
    code = (
        "import sys\nfrom knowledge.cli import app\n"
        "app(['history'], standalone_mode=False)\n"
        "sys.exit(any(name in sys.modules for name in ('torch', 'faiss', 'onnxruntime', 'sentence_transformers')))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=os.environ, check=False).returncode == 0


def test_a_new_article_is_made_asked_for_and_refused_if_its_id_is_taken(articles_dir: Path):
    result = run("new", asked="vouchers\nshop/voucher_redeem\nfaq\n")
    assert result.exit_code == 0, result.output
    assert (articles_dir / "de/shop/vouchers.md").is_file()
    assert (articles_dir / "en/shop/vouchers.md").is_file()
    result = run("check")
    assert (result.exit_code, "still to be filled in" in result.output) == (1, True)
    result = run("new", "vouchers", "--topic", "other/voucher_redeem", "--kind", "faq")
    assert (result.exit_code, "is taken" in result.output) == (1, True)


@pytest.mark.parametrize(
    "words",
    [
        ("ask", "x", "--language", "fr"),
        ("ask",),
        ("new", "x", "--topic", "no-folder", "--kind", "faq"),
        ("new", "x", "--topic", "a/b", "--kind", "joke"),
        ("check", "--nonsense"),
        ("evaluate",),
    ],
)
def test_wrong_usage_is_exit_code_2(words: tuple[str, ...]):
    assert run(*words).exit_code == 2


def test_a_missing_model_is_named_without_a_traceback(monkeypatch: pytest.MonkeyPatch, data_dir: Path):
    monkeypatch.undo()
    result = run("build", "--model", "/nowhere", "--data", str(data_dir))
    assert (result.exit_code, "no sentence-transformers model" in result.output) == (1, True)


def test_a_reader_that_goes_away_ends_the_answers_without_a_word(tmp_path: Path):
    code = (
        "from knowledge import cli, publish\n"
        "from tests.unit.knowledge.small_shop import LetterEncoder\n"
        "publish.open_encoder = lambda _: LetterEncoder()\n"
        "cli.app(['ask', '--json'])"
    )
    (tmp_path / "in").write_text("Nehmen Sie PayPal?\n" * 2000)
    with (tmp_path / "in").open() as asked, (tmp_path / "err").open("w+") as complaints:
        command = [sys.executable, "-c", code]
        process = subprocess.Popen(command, cwd=ROOT, stdin=asked, stdout=subprocess.PIPE, stderr=complaints)
        assert process.stdout
        assert json.loads(process.stdout.readline())["passages"]
        process.stdout.close()
        assert process.wait(60) == 0
        complaints.seek(0)
        assert complaints.read() == "building the index first\n"


def test_a_rollback_takes_less_than_a_second(articles_dir: Path):
    run("publish")
    write(articles_dir, "de", "payment", article(body="Neu."))
    run("publish")
    command = [sys.executable, "-m", "handover.command", "knowledge", "rollback"]
    before = os.times()
    began = time.perf_counter()
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    assert min(used, time.perf_counter() - began) < 1
