"""`kulanz knowledge new`: a pair of twins to be filled in, that cannot go live before it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.articles import KINDS, Article, Kind, parse
from knowledge.check import check
from knowledge.new import NewRefused, create
from knowledge.problems import errors


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_article_is_a_pair_of_twins_that_is_unfinished_and_nothing_else(tmp_path: Path, kind: Kind):
    made = create(tmp_path, "paypal-later", "payment", "paypal", kind)
    assert [path.relative_to(tmp_path).as_posix() for path in made] == [
        "de/payment/paypal-later.md",
        "en/payment/paypal-later.md",
    ]
    problems = check(tmp_path)[1]
    assert {problem.code for problem in problems} == {"unfinished"}
    assert errors(problems) == problems


def test_once_filled_in_it_is_an_article(tmp_path: Path):
    path = create(tmp_path, "paypal-later", "payment", "paypal", "process")[0]
    text = path.read_text(encoding="utf-8").replace(">>", "").replace("<<", "")
    found = parse(text.encode(), "de/payment/paypal-later.md")
    assert isinstance(found, Article), found
    assert (found.kind, found.topics, found.audience) == ("process", ("paypal",), "everyone")


def test_an_id_that_is_taken_in_any_folder_or_language_is_refused(tmp_path: Path):
    create(tmp_path, "paypal", "payment", "paypal", "faq")[0].unlink()
    with pytest.raises(NewRefused, match=r"taken by en/payment/paypal\.md"):
        create(tmp_path, "paypal", "terms", "paypal", "term")
    assert not (tmp_path / "de/terms").exists()


@pytest.mark.parametrize("name", ["../x", "a/b", "Ümlaut", "", "a b", "/etc"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str):
    for words in ((name, "payment", "paypal"), ("x", name, "paypal"), ("x", "payment", name)):
        with pytest.raises(NewRefused):
            create(tmp_path, *words, "faq")
    assert list(tmp_path.iterdir()) == []
