"""Editors' files: what is read, what is refused, and that refusing always names file, line and remedy."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.articles import MAX_BYTES, Article, parse, read_folder
from knowledge.problems import CATALOGUE, Problem
from tests.unit.knowledge.small_shop import article, write

FILE = "de/shop/payment.md"


def problems_of(text: str | bytes, file: str = FILE) -> list[Problem]:
    found = parse(text if isinstance(text, bytes) else text.encode(), file)
    assert isinstance(found, list), "this should have been refused"
    assert all(problem.message and problem.hint and problem.file == file for problem in found)
    return found


def read(text: str, file: str = FILE) -> Article:
    found = parse(text.encode(), file)
    assert isinstance(found, Article), found
    return found


def test_a_good_file_becomes_an_article_with_all_its_fields():
    found = read(article(extra="valid_until: 2027-12-31\nlinks: [returns]\n"))
    assert (found.id, found.language, found.kind, found.title) == ("payment", "de", "faq", "Zahlungsarten")
    assert found.questions[1] == "Nehmen Sie PayPal?"
    assert found.question_lines == (7, 8, 9, 10)
    assert (found.audience, found.buttons) == ("everyone", ())
    assert found.links == ("returns",)
    assert (str(found.valid_from), str(found.valid_until)) == ("2026-01-01", "2027-12-31")
    assert found.body == "Sie zahlen mit **PayPal** oder Karte."


def test_an_article_says_who_may_read_it_and_which_flows_its_buttons_offer():
    found = read(article(extra="audience: agents\nbuttons: [track_order, talk_to_human]\n"))
    assert found.audience == "agents"
    assert found.buttons == ("track_order", "talk_to_human")


def test_an_article_with_a_place_still_to_be_filled_in_is_unfinished():
    found = problems_of(article(body="Das kostet >>Betrag<<."))
    assert [(problem.code, problem.line) for problem in found] == [("unfinished", 15)]
    assert ">>Betrag<<" in found[0].message


def test_every_problem_has_a_code_of_the_catalogue_and_carries_its_values():
    found = problems_of(article().replace("kind: faq", "kind: joke"))
    assert (found[0].code, found[0].values["value"]) == ("field-choice", "joke")
    assert found[0].code in CATALOGUE


def test_braces_in_what_an_editor_wrote_are_never_expanded_in_a_message():
    assert "{file.__class__}" in problems_of(article().replace("kind: faq", 'kind: "{file.__class__}"'))[0].message


def test_words_that_yaml_takes_for_other_things_stay_words():
    assert read(article(title="no")).title == "no"
    assert read(article(title="12:30:45")).title == "12:30:45"


def test_windows_line_ends_a_byte_order_mark_and_decomposed_umlauts_are_read_like_any_other_file():
    text = article(title="Ru\u0308cksendung").replace("\n", "\r\n")
    found = parse(b"\xef\xbb\xbf" + text.encode(), FILE)
    assert isinstance(found, Article)
    assert found.title == "Rücksendung"
    assert "\r" not in found.body


def test_old_macs_line_ends_are_line_ends_too():
    found = parse(article().replace("\n", "\r").encode(), FILE)
    assert isinstance(found, Article)


def test_a_hash_inside_a_word_or_quotation_marks_and_a_comment_on_its_own_line_are_fine():
    text = article(title='"Rechnung #1"').replace("owner:", "# Wer es weiß:\nowner:").replace("PayPal?", "PayPal#?", 1)
    assert (read(text).title, read(text).questions[1]) == ("Rechnung #1", "Nehmen Sie PayPal#?")


def test_a_merge_that_was_left_undecided_is_refused():
    merged = article(body="<<<<<<< HEAD\nEs kostet 3 €.\n=======\nEs kostet 4 €.\n>>>>>>> main")
    assert [(one.code, one.line) for one in problems_of(merged)] == [("merge-conflict", 15), ("merge-conflict", 19)]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("Nur **3 € je Artikel.", "mark-open"),
        ("Siehe [hier](https://x.example/a b).", "mark-open"),
        ("| Land | Preis |\n|---|---|\n| DE | 3 € |", "table"),
        ("Text.\n---\nid: payment\nlanguage: en\n---\nText.", "front-twice"),
        ("Eins\u2028zwei", "hidden-characters"),
    ],
)
def test_what_visitors_would_see_as_stray_signs_is_refused(body: str, code: str):
    assert [one.code for one in problems_of(article(body=body))] == [code]


def test_a_finding_in_a_long_paragraph_names_its_own_line_and_is_told_once_a_line():
    found = problems_of(article(body="Eins\nzwei\n<b>drei</b>\nvier"))
    assert [(one.code, one.line) for one in found] == [("html", 17)]


@pytest.mark.parametrize("name", ["payment.MD", "payment.md.txt", "payment.markdown"])
def test_a_file_whose_ending_went_wrong_is_told_of(tmp_path: Path, name: str):
    write(tmp_path, "de", "returns", article("returns"))
    (tmp_path / "de/shop" / name).write_text(article())
    found, problems = read_folder(tmp_path)
    assert [one.id for one in found] == ["returns"]
    assert [(one.code, one.file, one.severity) for one in problems] == [("file-ending", f"de/shop/{name}", "warning")]


def test_the_version_changes_with_the_content_and_with_nothing_else():
    assert read(article()).version == read(article()).version
    assert read(article()).version != read(article(body="Neu.")).version


@pytest.mark.parametrize(
    ("change", "line", "word"),
    [
        (("id: payment", "id: Zahlung!"), 2, "id"),
        (("id: payment", "id: other"), 2, "id"),
        (("language: de", "language: en"), 3, "language"),
        (("kind: faq", "kind: joke"), 4, "kind"),
        (("title: Zahlungsarten", "title: [a, b]"), 5, "title"),
        (("title: Zahlungsarten", "titel: Zahlungsarten"), 5, "titel"),
        (("owner: Team Service", "owner:"), 12, "owner"),
        (("valid_from: 2026-01-01", "valid_from: 2026-02-30"), 13, "valid_from"),
        (("valid_from: 2026-01-01", "valid_from: gestern"), 13, "valid_from"),
        (("topics: [payment]", "topics: payment"), 11, "list"),
        (("topics: [payment]", "topics: []"), 11, "topics"),
        (("topics: [payment]", "topics: [[payment]]"), 11, "list"),
        (("  - Geht Lastschrift?\n", ""), 6, "questions"),
        (("Geht Lastschrift?", "NEHMEN SIE PAYPAL?"), 9, "“NEHMEN SIE PAYPAL?” twice"),
        (("  - Geht Lastschrift?", "  - Geht PayLater?\n    Geht Lastschrift?"), 10, "each entry with"),
        (("  - Geht Lastschrift?", "  - Geht PayLater?\n   -Geht Lastschrift?"), 10, "each entry with"),
        (("  - Geht Lastschrift?", "  Geht Lastschrift?"), 9, "`  - ...`"),
        (("  - Geht Lastschrift?", "  -Geht Lastschrift?"), 9, "`  - ...`"),
        (("title: Zahlungsarten", 'title: "Zahlungsarten'), 5, "not closed"),
        (("Geht Lastschrift?", "@wer kann bezahlen"), 9, "begin with @"),
        (("Geht Lastschrift?", "*wie* zahlen"), 9, "begin with *"),
        (("Geht Lastschrift?", "& per Karte"), 9, "begin with &"),
        (("Geht Lastschrift?", "Bestellung #10023 zahlen"), 9, "#"),
        (("title: Zahlungsarten", "title: Zahlungsarten #1"), 5, "#"),
        (("Geht Lastschrift?", "Frage: Geht Lastschrift?"), 9, "a colon inside a text"),
        (("  - Geht Lastschrift?", "\t- Geht Lastschrift?"), 9, "a tab"),
        (("topics: [payment]", "topics:\n  - payment\n  - Zahlung!"), 13, "`Zahlung!`"),
        (("owner: Team Service", "id: payment"), 12, "second time"),
        (("owner: Team Service", "owner: !!python/object/apply:os.system [ls]"), 12, "tags"),
        (("owner: Team Service", "owner: &a Team"), 12, "anchors"),
        (("title: Zahlungsarten", "title: Zahlen: so geht es"), 5, "a colon inside a text"),
        (("title: Zahlungsarten", 'title: "Zahlen" mit Karte'), 5, "YAML"),
        (("topics: [payment]", "topics: [payment]\naudience: boss"), 12, "everyone, agents"),
        (("topics: [payment]", "topics: [payment]\naudience: [agents]"), 12, "audience"),
        (("topics: [payment]", "topics: [payment]\nbuttons: [track_order, give_money]"), 12, "`give_money`"),
        (("topics: [payment]", "topics: [payment]\nbuttons: track_order"), 12, "list"),
        (("topics: [payment]", "topics: [payment]\nbuttons:\n  - track_order\n  - /restart"), 14, "`/restart`"),
        (("topics: [payment]", "topics: [payment]\nvalid_until: 2025-12-31"), 12, "before"),
    ],
)
def test_a_wrong_field_is_refused_with_its_line(change: tuple[str, str], line: int, word: str):
    text = article()
    assert change[0] in text
    assert any(
        problem.line == line and word in f"{problem.message} {problem.hint}"
        for problem in problems_of(text.replace(*change, 1))
    ), problems_of(text.replace(*change, 1))


def test_an_alias_bomb_is_refused_before_it_is_unfolded():
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
    )
    assert "anchors" in problems_of(f"---\n{bomb}---\ntext")[0].message


def test_deep_nesting_is_refused_without_exhausting_the_stack():
    assert problems_of(f"---\ntitle: {'[' * 20_000}\n---\ntext")
    assert problems_of(f"---\ntitle: {'[' * 20_000}{']' * 20_000}\n---\ntext")


def test_several_problems_are_all_told_at_once():
    text = article(body="<b>fett</b>").replace("kind: faq", "kind: joke").replace("owner: Team Service\n", "")
    assert {problem.line for problem in problems_of(text)} == {1, 4, 14}


@pytest.mark.parametrize(
    "content", [b"\xff\xfe" + "---".encode("utf-16-le"), b"---\ntitle: \xe4\n---\n", b"\x00\x01\x02"]
)
def test_other_encodings_are_refused(content: bytes):
    problems_of(content)


def test_a_file_beyond_64_kib_is_refused():
    assert "KiB" in problems_of(article(body="x" * MAX_BYTES))[0].message


@pytest.mark.parametrize(
    "missing", ["", "\n\n", "no front matter", "---\nid: x\n", "---\n---\ntext", "---\n- a\n---\nx"]
)
def test_a_file_without_proper_front_matter_is_refused(missing: str):
    problems_of(missing)


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "Text <img src=x onerror=alert(1)> Text",
        "<!-- Zeige 50 € Gutschrift -->",
        "[hier](javascript:alert(1))",
        "[hier](  JaVaScRiPt:alert(1))",
        "[hier](java&#10;script:alert(1))",
        "[hier](data:text/html;base64,PHN2Zz4=)",
        "[hier](//evil.example)",
        "[hier](vbscript:x)",
        "[hier][ref]\n\n[ref]: javascript:alert(1)",
        "<javascript:alert(1)>",
        "![Bild](https://tracker.example/x.png)",
        "Hal\u200blo",
        "Text \u202egnp.exe",
        "Text \U000e0041\U000e0042",
    ],
)
def test_html_scripts_pictures_and_hidden_characters_never_reach_a_visitor(body: str):
    assert problems_of(article(body=f"Erste Zeile.\n\n{body}"))[0].line == 17


@pytest.mark.parametrize(
    "body",
    ["{slot} {0.__class__} {{x}}", "=cmd()", "1 < 2 & 3 > 2", "Gib 50 € Gutschrift", "%(x)s", "2 ** 3 | 4", "`**x`"],
)
def test_text_that_looks_like_code_is_plain_text(body: str):
    assert read(article(body=body)).body == body


def test_ordinary_links_are_fine():
    body = "[a](https://x.example) [b](/kontakt) [c](mailto:a@x.example) [d](tel:+4930231250) <https://x.example>"
    assert read(article(body=body)).body == body


def test_symbolic_links_fifos_and_hidden_files_are_never_read(tmp_path: Path):
    secret = tmp_path / "secret.md"
    secret.write_text(article())
    folder = tmp_path / "articles"
    write(folder, "de", "payment", article())
    (folder / "de/shop/linked.md").symlink_to(secret)
    (folder / "en").symlink_to(tmp_path)
    (folder / "de/shop/.hidden.md").write_text("garbage")
    (folder / "de/shop/notes.txt").write_text("garbage")
    os.mkfifo(folder / "de/shop/fifo.md")
    (folder / "de/shop/folder.md").mkdir()
    found, problems = read_folder(folder)
    assert [one.id for one in found] == ["payment"]
    assert sorted(problem.file for problem in problems) == ["de/shop/fifo.md", "de/shop/linked.md", "en"]


def test_a_missing_folder_is_a_problem_and_not_a_crash(tmp_path: Path):
    assert read_folder(tmp_path / "nowhere")[1]


@given(st.binary(max_size=400))
def test_no_bytes_make_the_reader_raise(content: bytes):
    assert parse(content, FILE)


YAML_PIECES = st.sampled_from(
    [
        *"-[]{}&*!|>#%@?\"'ä<",
        "---\n",
        "title",
        "2026-01-01",
        "&a",
        "*a",
        "!!int",
        "<<",
        "<b>",
        "](",
        "```",
        ": ",
        "- ",
        " ",
        "\n",
        "\t",
        "\x85",
        "\u2028",
        "---\n",
    ]
)


@given(st.lists(YAML_PIECES, max_size=40))
def test_no_front_matter_or_body_makes_the_reader_raise(pieces: list[str]):
    assert parse(("---\n" + "".join(pieces)).encode(), FILE)
    assert parse((article() + "".join(pieces)).encode(), FILE)
