"""Articles are cut by their structure; short ones are answered whole."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from knowledge.articles import Article, parse
from knowledge.passages import MAX_WORDS, answer, cut, entries
from tests.unit.knowledge.small_shop import article

LONG = "\n\n".join(f"## Teil {n}\n\n" + " ".join(f"wort{n}" for _ in range(70)) for n in range(3))


def read(body: str) -> Article:
    found = parse(article(body=body).encode(), "de/shop/payment.md")
    assert isinstance(found, Article)
    return found


def test_short_paragraphs_stay_together_in_one_passage():
    assert [passage.words for passage in cut("Eins.\n\nZwei **fett** [drei](/x).")] == ["Eins. Zwei fett drei."]


def test_each_heading_begins_a_passage_that_keeps_it():
    passages = cut("Vorab.\n\n## Wege\n\n- eins\n- zwei\n\n## Kosten\n\nNichts.")
    assert [passage.heading for passage in passages] == ["", "Wege", "Kosten"]
    assert passages[1].text == "## Wege\n\n- eins\n- zwei"
    assert [passage.number for passage in passages] == [0, 1, 2]


def test_a_long_list_is_cut_between_its_items():
    passages = cut("\n".join(f"{n}. " + "wort " * 30 for n in range(1, 9)))
    assert [len(passage.words.split()) for passage in passages] == [120, 120]
    assert passages[1].text.startswith("5. wort")


def test_a_long_paragraph_is_cut_between_sentences():
    passages = cut(" ".join(f"Das ist Satz Nummer {n} und er endet hier." for n in range(30)))
    assert all(passage.words.endswith("hier.") for passage in passages)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf")), max_size=60), max_size=60))
def test_no_passage_is_longer_than_allowed_whatever_the_text(lines: list[str]):
    assert all(len(passage.words.split()) <= MAX_WORDS for passage in cut("\n".join(lines)))


@given(st.lists(st.sampled_from(["a", "b.", "c\n\nd", "\n\n- e", "g " * 130, "h. " * 70]), max_size=30))
def test_every_word_is_in_exactly_one_passage(pieces: list[str]):
    words = " ".join(passage.words for passage in cut(" ".join(pieces))).split()
    assert words == [word for word in " ".join(pieces).split() if word != "-"]


def test_a_short_article_is_answered_whole_and_as_it_was_written():
    body = "## So geht es\n\n1. Eins {slot}\n2. Zwei\n\nEnde."
    assert answer(read(body), 0) == body


def test_of_a_long_article_the_best_passage_is_answered_with_its_heading():
    assert answer(read(LONG), 1).startswith("## Teil 1\n\nwort1 ")
    assert answer(read(LONG), 99).startswith("## Teil 2")


def test_the_index_holds_title_questions_and_passages():
    kinds = [entry.kind for entry in entries([read(LONG), replace(read("Kurz."), id="other")])]
    assert kinds == ["title", *["question"] * 4, *["passage"] * 3, "title", *["question"] * 4, "passage"]
