"""All files together: twins, links, questions that two articles claim, days; and what a new index no longer finds."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from knowledge import builds
from knowledge.check import Memory, check, lost_ground, regressions
from knowledge.index import LanguageIndex
from knowledge.problems import errors, warnings
from knowledge.questions import Question, QuestionSet
from tests.unit.knowledge.small_shop import SHOP, TWINS, LetterEncoder, article, write

TODAY = date(2026, 6, 1)


def found(folder: Path) -> list[tuple[str, int, str]]:
    problems = check(folder, TODAY)[1]
    assert all(problem.message and problem.hint for problem in problems)
    return [(problem.file, problem.line, problem.code) for problem in problems]


def twins(folder: Path, de: str = "", en: str = "") -> None:
    """The pair `payment`, with these lines added to its front matter."""
    title, questions = TWINS["payment"]
    write(folder, "de", "payment", article(extra=de))
    write(folder, "en", "payment", article(language="en", title=title, questions=questions, extra=en))


def test_a_good_shop_has_no_problems(articles_dir: Path):
    read, problems = check(articles_dir)
    assert (len(read), problems) == (8, [])


def test_a_missing_twin_is_a_warning_because_the_other_language_answers(articles_dir: Path):
    (articles_dir / "en/shop/payment.md").unlink()
    problems = check(articles_dir)[1]
    assert errors(problems) == []
    assert [problem.message for problem in warnings(problems)] == ["the twin en/shop/payment.md is missing"]
    assert "other language" in problems[0].hint


def test_twins_must_agree_on_kind_topics_audience_and_buttons(articles_dir: Path):
    twins(articles_dir, de="audience: agents\n", en="buttons: [track_order]\n")
    text = (articles_dir / "en/shop/payment.md").read_text()
    write(articles_dir, "en", "payment", text.replace("kind: faq", "kind: term").replace("[payment]", "[paypal]"))
    file = "en/shop/payment.md"
    assert found(articles_dir) == [
        (file, 1, "twin-differs"),  # it does not say `audience`
        (file, 4, "twin-differs"),
        (file, 11, "twin-differs"),
        (file, 14, "twin-differs"),
    ]


def test_a_twin_that_was_copied_and_not_translated_is_a_warning(articles_dir: Path):
    write(articles_dir, "en", "payment", article(language="en"))
    assert found(articles_dir) == [("en/shop/payment.md", 6, "twin-untranslated")]
    assert errors(check(articles_dir, TODAY)[1]) == []


def test_twins_apply_for_the_same_days(articles_dir: Path):
    twins(articles_dir, de="valid_until: 2030-01-01\n", en="valid_until: 2031-01-01\n")
    assert found(articles_dir) == [("en/shop/payment.md", 14, "twin-validity")]


def test_an_expired_an_expiring_and_a_coming_article_are_warnings(articles_dir: Path):
    for until, code in (("2026-05-31", "expired"), ("2026-06-01", "expires-soon"), ("2026-07-01", "expires-soon")):
        twins(articles_dir, de=f"valid_until: {until}\n", en=f"valid_until: {until}\n")
        assert found(articles_dir) == [("de/shop/payment.md", 14, code), ("en/shop/payment.md", 14, code)]
    twins(articles_dir, de="valid_until: 2026-07-02\n", en="valid_until: 2026-07-02\n")
    assert found(articles_dir) == []
    twins(articles_dir)
    for language in ("de", "en"):
        text = (articles_dir / language / "shop/payment.md").read_text()
        write(articles_dir, language, "payment", text.replace("2026-01-01", "2026-06-02"))
    assert found(articles_dir) == [
        ("de/shop/payment.md", 13, "not-yet-valid"),
        ("en/shop/payment.md", 13, "not-yet-valid"),
    ]
    assert errors(check(articles_dir, TODAY)[1]) == []


def test_an_id_belongs_to_one_article_a_language(articles_dir: Path):
    copy = articles_dir / "de/other/payment.md"
    copy.parent.mkdir()
    copy.write_text(article(questions=["a?", "b?", "c?", "d?"]))
    assert found(articles_dir) == [("de/shop/payment.md", 2, "id-taken")]


def test_a_link_must_lead_to_an_article(articles_dir: Path):
    write(articles_dir, "de", "payment", article(extra="links: [returns, nowhere]\n"))
    assert found(articles_dir) == [("de/shop/payment.md", 14, "link-broken")]


def test_a_question_that_stands_in_two_articles_is_flagged_with_its_line(articles_dir: Path):
    questions = [*SHOP["returns"][1], "nehmen sie paypal"]
    write(articles_dir, "de", "returns", article("returns", title="Rücksendung", questions=questions))
    assert found(articles_dir) == [("de/shop/returns.md", 11, "question-repeated")]


def test_an_empty_folder_cannot_be_published(tmp_path: Path):
    assert found(tmp_path) == [(".", 0, "folder-empty")]


def test_articles_that_steal_each_others_questions_are_refused_with_file_and_line(articles_dir: Path):
    before = builds.make(check(articles_dir)[0], LetterEncoder())
    twice = ["Wie kann ich bezahlen", "Nehmen Sie denn PayPal?", "Geht auch Lastschrift?", "Karten?"]
    write(articles_dir, "de", "payment", article(questions=twice, title="Servicezeiten?"))
    read, problems = check(articles_dir)
    assert problems == []
    build = builds.make(read, LetterEncoder())
    lost = regressions(build)
    assert regressions(build, before) == lost  # what changed is all that need be looked at
    assert {problem.file for problem in lost} <= {"de/shop/payment.md", "de/shop/hours.md"}
    assert any("“Servicezeiten" in problem.message and problem.hint for problem in lost)


def asked(*questions: str, topic: str = "payment") -> QuestionSet:
    found = tuple(Question(question, frozenset([topic]), "test") for question in questions)
    return QuestionSet({"de": found, "en": ()}, "1")


def test_an_index_that_finds_the_wrong_topic_for_regression_questions_is_refused(articles_dir: Path):
    encoder = LetterEncoder()
    before = builds.make(check(articles_dir)[0], encoder)
    questions = asked("Nehmen Sie PayPal?", "Wie kann ich bezahlen?", "Kann ich PayPal nehmen?")
    thief = [
        "Nehmen Sie PayPal auch?",
        "Kann ich PayPal nehmen?",
        "Wie kann ich bezahlen, bitte?",
        "PayPal, Lastschrift",
    ]
    payment = ["Etwas ganz anderes", "Sonstiges", "Verschiedenes", "Dies und das"]
    write(articles_dir, "de", "hours", article("hours", title="Nehmen Sie PayPal?", questions=thief, body="PayPal."))
    write(articles_dir, "de", "payment", article(title="Unklar", questions=payment, body="Nichts."))
    after = builds.make(check(articles_dir)[0], encoder, before)
    assert lost_ground(after, before, None, Memory(encoder)) == []
    assert lost_ground(before, before, questions, Memory(encoder)) == []
    lost = lost_ground(after, before, questions, Memory(encoder))
    assert [(problem.code, problem.file) for problem in lost] == [("questions-lost", "de/shop/hours.md")]
    assert lost[0].severity == "error"
    assert "of 3 regression questions" in lost[0].message


def test_an_index_is_asked_each_regression_question_once_however_many_saves_follow(
    articles_dir: Path, monkeypatch: pytest.MonkeyPatch
):
    encoder, questions = LetterEncoder(), asked("Nehmen Sie PayPal?", "Wie kann ich bezahlen?")
    made = [builds.make(check(articles_dir)[0], encoder)]
    for body in ("Neu.", "Noch neuer."):
        write(articles_dir, "de", "payment", article(body=body))
        made.append(builds.make(check(articles_dir)[0], encoder, made[-1]))
    ranked: list[LanguageIndex] = []
    rank = LanguageIndex.rank
    monkeypatch.setattr(LanguageIndex, "rank", lambda self, *rest: ranked.append(self) or rank(self, *rest))
    memory = Memory(encoder)
    for before, after in pairwise(made):
        assert lost_ground(after, before, questions, memory) == []
    assert {ranked.count(one.languages["de"]) for one in made} == {2}


def test_regression_questions_on_a_topic_that_was_taken_out_do_not_hold_a_build_up(articles_dir: Path):
    encoder = LetterEncoder()
    before = builds.make(check(articles_dir)[0], encoder)
    for language in ("de", "en"):
        (articles_dir / language / "shop/payment.md").unlink()
    after = builds.make(check(articles_dir)[0], encoder, before)
    assert lost_ground(after, before, asked("Nehmen Sie PayPal?"), Memory(encoder)) == []
