"""Pairs of articles an editor should look at: nearly the same, or contradicting each other (F55)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from knowledge import builds
from knowledge.articles import Article, parse, read_folder
from knowledge.check import check
from knowledge.doubts import contradictions, doubts, doubts_in_words, near_duplicates
from knowledge.problems import Problem
from knowledge.quantities import quantities
from tests.unit.knowledge.small_shop import LetterEncoder, article, write

ARTICLES = Path(__file__).resolve().parents[3] / "knowledge" / "articles"


def read(article_id: str, body: str, *, language: str = "de", title: str = "Rückgabe", topic: str = "return_period"):
    text = article(article_id, language, title=title, body=body).replace(f"[{article_id}]", f"[{topic}]")
    found = parse(text.encode(), f"{language}/shop/{article_id}.md")
    assert isinstance(found, Article), found
    return found


def numbers(body: str, language: str = "de") -> list[tuple[str, list[float]]]:
    return [(one.unit, sorted(one.values)) for one in quantities(read("x", body, language=language))]


@pytest.mark.parametrize(
    ("body", "language", "expected"),
    [
        ("Das kostet 9,90 € im Monat.", "de", [("€", [9.9])]),
        ("Bis zu 1.250,50 Euro und 10 %.", "de", [("€", [1250.5]), ("%", [10])]),
        ("Lieferung in 2 bis 3 Werktagen.", "de", [("days", [2, 3])]),
        ("Nach zwei Wochen oder einem Jahr.", "de", [("days", [14]), ("months", [12])]),
        ("Montag 8 bis 20 Uhr, warten Sie 30 Minuten.", "de", [("o'clock", [8, 20]), ("hours", [0.5])]),
        ("Bestellung 48213, Taste 3, CR2032, länger als einen Tag.", "de", []),
        ("It costs €9.90, or 1,250 euros.", "en", [("€", [9.9]), ("€", [1250])]),
        ("Within two working days, or 24 hours.", "en", [("days", [2]), ("hours", [24])]),
        ("Once a year, for 3-5 days at 5 per cent.", "en", [("days", [3, 5]), ("%", [5])]),
    ],
)
def test_numbers_with_units_are_read_as_people_write_them(
    body: str, language: str, expected: list[tuple[str, list[float]]]
):
    assert numbers(body, language) == [(unit, pytest.approx(values)) for unit, values in expected]


def test_two_articles_that_give_different_days_for_the_same_thing_are_flagged():
    one = read("a", "Die Rückgabe ist innerhalb von **30 Tagen** nach der Lieferung möglich.")
    other = read("b", "Eine Rückgabe ist nur innerhalb von 14 Tagen nach Lieferung möglich.")
    assert len(contradictions([one, other])) == 1


def test_different_numbers_of_different_things_are_not_flagged():
    one = read("a", "Die Rückgabe ist innerhalb von 30 Tagen nach der Lieferung möglich.")
    for body in (
        "Express kostet 9,90 € innerhalb Deutschlands.",  # another unit
        "Der Akku hält bei Zimmertemperatur ungefähr 14 Tage.",  # another subject
        "Die Rückgabe geht 30 Tage lang, die Erstattung nach der Lieferung dauert 14 Tage.",  # says both
        "Die Rückgabe ist innerhalb von dreißig Tagen nach der Lieferung möglich.",
    ):
        assert contradictions([one, read("b", body)]) == [], body


def test_a_copy_of_an_article_is_flagged_as_a_near_duplicate_once():
    body = "Sie können alles innerhalb von 30 Tagen zurückgeben. Das Etikett drucken Sie im Konto selbst aus."
    one, copy = read("a", body), read("b", body.replace("30 Tagen", "14 Tagen"))
    unlike = read("c", "Zahlen können Sie mit Karte, mit PayPal oder auf Rechnung, ganz wie Sie mögen.")
    assert [(a.id, b.id) for a, b, _ in near_duplicates([one, copy, unlike], {})] == [("a", "b")]


def test_a_doubt_names_both_files_and_their_lines(articles_dir: Path):
    first = "Die Lieferung ist kostenlos.\n\nDie Rückgabe ist innerhalb von **30 Tagen** nach Erhalt der Ware möglich."
    write(articles_dir, "de", "payment", article(body=first, extra="links: [returns]\n"))
    text = (articles_dir / "de/shop/returns.md").read_text()
    write(articles_dir, "de", "returns", f"{text}\n- Rückgabe: innerhalb von 14 Tagen nach Erhalt der Ware.\n")
    found, problems = check(articles_dir)
    assert problems == []
    told = doubts(builds.make(found, LetterEncoder()), articles_dir)
    assert [place(one) for one in told] == [("de/shop/returns.md", 17, "contradiction", "warning")]
    assert "de/shop/payment.md:18" in told[0].message
    assert [place(one) for one in doubts_in_words(found, articles_dir)] == [place(one) for one in told]


def place(problem: Problem) -> tuple[str, int, str, str]:
    return problem.file, problem.line, problem.code, problem.severity


def test_the_demo_shop_raises_few_doubts_and_a_planted_slip_is_found():
    found, _ = read_folder(ARTICLES)
    german = [one for one in found if one.language == "de"]
    assert len(contradictions(german)) <= 3, "more than an editor would read"
    slips = {"return-period": ("30 Tagen", "14 Tagen"), "shipping-costs": ("4,90 €", "5,90 €")}
    for article_id, (right, wrong) in slips.items():
        changed = [replace(one, body=one.body.replace(right, wrong)) if one.id == article_id else one for one in german]
        assert changed != german, article_id
        flagged = {claim.article.id for pair in contradictions(changed) for claim in pair}
        assert article_id in flagged


def test_a_price_that_was_changed_in_one_language_alone_is_told_with_both_lines(tmp_path: Path):
    write(tmp_path, "de", "wrap", article("wrap", body="Bis 18 Uhr.\n\nEinpacken kostet **4,90 €**, in 2 Tagen."))
    write(tmp_path, "en", "wrap", article("wrap", "en", body="Until 6 pm.\n\nWrapping is **€3.90**, within two days."))
    told = doubts_in_words(read_folder(tmp_path)[0], tmp_path)
    assert [(one.code, one.severity, one.file, one.line) for one in told] == [
        ("twin-numbers", "warning", "en/shop/wrap.md", 17)
    ]
    assert (told[0].values["here"], told[0].values["there"]) == ("€3.90", "4,90 €")
    assert (told[0].values["other"], told[0].values["other_line"]) == ("de/shop/wrap.md", "17")


def test_twins_that_say_the_same_in_other_words_or_one_says_more_are_no_doubt(tmp_path: Path):
    write(tmp_path, "de", "wrap", article("wrap", body="Nach zwei Wochen, für 1.250,50 €."))
    write(tmp_path, "en", "wrap", article("wrap", "en", body="After 14 days, for €1,250.50; after a year 10 %."))
    assert doubts_in_words(read_folder(tmp_path)[0], tmp_path) == []


def test_the_shop_gives_the_same_numbers_in_both_languages():
    told = doubts_in_words(read_folder(ARTICLES)[0], ARTICLES)
    assert [one for one in told if one.code == "twin-numbers"] == []
