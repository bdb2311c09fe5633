"""The editors' command. What needs no model is tested here; the rest is the publisher's."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from knowledge.cli import app
from tests.unit.knowledge.small_shop import LetterEncoder, article, write


@pytest.fixture(autouse=True)
def _letters(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("knowledge.cli.SentenceEncoder", lambda _: LetterEncoder())


def run(*words: str, **folders: Path) -> tuple[int, str]:
    options = [part for name, folder in folders.items() for part in (f"--{name}", str(folder))]
    result = CliRunner().invoke(app, [*words, *options])
    return result.exit_code, result.output


def test_check_tells_file_line_and_remedy_and_fails(articles_dir: Path):
    assert run("check", articles=articles_dir) == (0, "8 articles are fine\n")
    write(articles_dir, "de", "payment", article().replace("kind: faq", "kind: joke"))
    code, output = run("check", articles=articles_dir)
    assert code == 1
    assert output.startswith("de/shop/payment.md:4: `kind` cannot be `joke` (write one of")


def test_an_index_is_built_asked_and_rolled_back(articles_dir: Path, data_dir: Path):
    assert run("build", articles=articles_dir, data=data_dir)[0] == 0
    code, output = run("search", "Nehmen Sie PayPal?", articles=articles_dir, data=data_dir)
    assert (code, output.startswith("answer, confidence 0.")) == (0, True)
    assert "* 0." in output
    assert run("rollback", data=data_dir)[0] == 1
    write(articles_dir, "de", "payment", article(body="Neu."))
    run("build", articles=articles_dir, data=data_dir)
    assert run("rollback", data=data_dir)[0] == 0
    assert "Neu." not in run("search", "Nehmen Sie PayPal?", articles=articles_dir, data=data_dir)[1]


def test_a_build_of_broken_articles_fails_and_changes_nothing(articles_dir: Path, data_dir: Path):
    run("build", articles=articles_dir, data=data_dir)
    write(articles_dir, "de", "payment", "broken")
    assert run("build", articles=articles_dir, data=data_dir)[0] == 1
    assert "Zahlungsarten" in run("search", "Nehmen Sie PayPal?", articles=articles_dir, data=data_dir)[1]


def test_an_unknown_language_is_refused(articles_dir: Path, data_dir: Path):
    assert run("search", "x", "--language", "fr", articles=articles_dir, data=data_dir)[0] == 2


def test_a_missing_model_is_named_without_a_traceback(data_dir: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.undo()
    code, output = run("build", "--model", "/nowhere", data=data_dir)
    assert (code, "no sentence-transformers model" in output) == (1, True)
