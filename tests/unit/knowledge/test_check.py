"""All files together: twins, links, questions that two articles claim."""

from __future__ import annotations

from pathlib import Path

from knowledge import builds
from knowledge.check import check, regressions
from tests.unit.knowledge.small_shop import SHOP, LetterEncoder, article, write


def messages(folder: Path) -> list[tuple[str, int, str]]:
    return [(problem.file, problem.line, problem.message) for problem in check(folder)[1]]


def test_a_good_shop_has_no_problems(articles_dir: Path):
    found, problems = check(articles_dir)
    assert (len(found), problems) == (8, [])


def test_a_missing_twin_is_named(articles_dir: Path):
    (articles_dir / "en/shop/payment.md").unlink()
    assert messages(articles_dir) == [("de/shop/payment.md", 1, "the twin en/shop/payment.md is missing")]


def test_twins_must_agree_on_kind_and_topics(articles_dir: Path):
    write(articles_dir, "en", "payment", article(language="en").replace("kind: faq", "kind: term"))
    assert messages(articles_dir) == [("en/shop/payment.md", 1, "kind or topics differ from de/shop/payment.md")]


def test_an_id_belongs_to_one_article_a_language(articles_dir: Path):
    copy = articles_dir / "de/other/payment.md"
    copy.parent.mkdir()
    copy.write_text(article(questions=["a?", "b?", "c?"]))
    assert ("de/shop/payment.md", 1, "the id `payment` is taken") in messages(articles_dir)


def test_a_link_must_lead_to_an_article(articles_dir: Path):
    write(articles_dir, "de", "payment", article(extra="links: [returns, nowhere]\n"))
    assert messages(articles_dir) == [("de/shop/payment.md", 1, "`links` names `nowhere`, which does not exist")]


def test_a_question_that_stands_in_two_articles_is_flagged_with_its_line(articles_dir: Path):
    questions = [*SHOP["returns"][1], "nehmen sie paypal"]
    write(articles_dir, "de", "returns", article("returns", title="Rücksendung", questions=questions))
    assert messages(articles_dir) == [("de/shop/returns.md", 10, "de/shop/payment.md has the same question")]


def test_an_empty_folder_cannot_be_published(tmp_path: Path):
    assert messages(tmp_path) == [(".", 0, "there are no articles")]


def test_articles_that_steal_each_others_questions_are_refused_with_file_and_line(articles_dir: Path):
    twice = ["Wie kann ich bezahlen", "Nehmen Sie denn PayPal?", "Geht auch Lastschrift?"]
    write(articles_dir, "de", "payment", article(questions=twice, title="Servicezeiten?"))
    found, problems = check(articles_dir)
    assert problems == []
    lost = regressions(builds.make(found, LetterEncoder()))
    assert {problem.file for problem in lost} <= {"de/shop/payment.md", "de/shop/hours.md"}
    assert any("“Servicezeiten" in problem.message and problem.hint for problem in lost)
