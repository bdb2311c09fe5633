"""The pages are tested against what the desk says today."""

from __future__ import annotations

from tests.unit.widget.stories import FILE, stories


def test_the_stories_that_both_pages_are_tested_with_are_those_of_the_desk() -> None:
    """If not: `python -m tests.unit.widget.stories` writes them anew; then the tests of both pages must hold."""
    assert FILE.read_text(encoding="utf-8") == stories()
