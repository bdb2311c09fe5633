"""Files of questions whose topic is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.questions import QuestionsRefused, read

ROOT = Path(__file__).resolve().parents[3]
LINE = '{"question": "Wo bleibt es?", "topics": ["order_status"], "split": "test"}\n'


def test_questions_are_read_by_language_and_half(tmp_path: Path):
    (tmp_path / "shop.de.jsonl").write_text(LINE + LINE.replace("test", "development"), encoding="utf-8")
    (tmp_path / "outside.de.jsonl").write_text(LINE.replace('["order_status"]', "[]"), encoding="utf-8")
    found = read(tmp_path)
    assert found is not None
    assert [len(found.of("de", "test")), len(found.of("de", "development")), len(found.of("en", "test"))] == [2, 1, 0]
    before = found.fingerprint
    (tmp_path / "shop.en.jsonl").write_text(LINE, encoding="utf-8")
    again = read(tmp_path)
    assert again is not None
    assert again.fingerprint != before


def test_a_folder_without_questions_has_none(tmp_path: Path):
    assert read(tmp_path) is None


@pytest.mark.parametrize("line", ["nonsense", '{"question": "?"}', LINE.replace("test", "other"), "[]"])
def test_a_broken_line_is_named(tmp_path: Path, line: str):
    (tmp_path / "shop.en.jsonl").write_text(LINE + line + "\n", encoding="utf-8")
    with pytest.raises(QuestionsRefused, match=r"shop\.en\.jsonl:2"):
        read(tmp_path)


def test_the_demo_shop_has_at_least_eight_questions_a_topic_in_both_languages_half_of_them_kept_out_of_tuning():
    found = read(ROOT / "data" / "evaluation")
    assert found is not None
    for language in ("de", "en"):
        asked = found.questions[language]
        topics = {topic for one in asked for topic in one.topics}
        assert len(topics) == 75
        assert all(sum(topic in one.topics for one in asked) >= 8 for topic in topics)
        kept_out, learned_from = found.of(language, "test"), found.of(language, "development")
        assert 0.45 <= len(kept_out) / len([*kept_out, *learned_from]) <= 0.55
        assert sum(not one.topics for one in [*kept_out, *learned_from]) >= 190
