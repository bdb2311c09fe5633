"""From a saved file to what visitors read."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from knowledge.problems import errors, problem
from knowledge.publish import Publisher
from tests.stack import until
from tests.unit.knowledge.small_shop import LetterEncoder, article, write

NewPublisher = Callable[..., Publisher]


def text_of(publisher: Publisher) -> str:
    found = publisher.search.article("payment", "de")
    assert found is not None
    return found.text


def status(publisher: Publisher) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(publisher.status_file.read_text(encoding="utf-8"))
    return content


wait_for = partial(until, seconds=20, pause=0.02)


def test_a_start_builds_serves_and_tells_the_desk(new_publisher: NewPublisher):
    publisher = new_publisher()
    publisher.start()
    assert publisher.search.search("Nehmen Sie PayPal?", "de").decision != "none"
    told = status(publisher)
    assert told["version"] == publisher.search.version
    assert (told["model"], told["articles"], told["passages"]) == ("letters", 8, 8)
    assert (told["building"], told["problems"]) == (False, [])
    assert told["list"][0] == {
        "id": "hours", "language": "de", "kind": "faq", "title": "Servicezeiten", "file": "de/shop/hours.md",
        "questions": 4,
    }  # fmt: skip


def test_a_second_start_loads_the_build_and_encodes_nothing_again(new_publisher: NewPublisher):
    new_publisher().start()
    encoder = LetterEncoder()
    publisher = new_publisher(encoder)
    publisher.start()
    assert encoder.encoded == ["warm up"]
    assert publisher.search.version


def test_a_saved_file_is_live_within_five_seconds(new_publisher: NewPublisher, articles_dir: Path):
    publisher = new_publisher()
    publisher.start()
    write(articles_dir, "de", "payment", article(body="Ganz neu."))
    wait_for(lambda: text_of(publisher) == "Ganz neu.", seconds=5)


def test_an_editor_that_saves_by_renaming_is_noticed_too(new_publisher: NewPublisher, articles_dir: Path):
    publisher = new_publisher()
    publisher.start()
    for number in range(2):
        beside = articles_dir / "de/shop/.payment.md.swp"
        beside.write_text(article(body=f"Fassung {number}."))
        beside.replace(articles_dir / "de/shop/payment.md")
        wait_for(lambda expected=f"Fassung {number}.": text_of(publisher) == expected)


def test_a_broken_file_is_told_and_the_old_version_goes_on_serving(new_publisher: NewPublisher, articles_dir: Path):
    publisher = new_publisher()
    publisher.start()
    before, version = text_of(publisher), publisher.search.version
    file = write(articles_dir, "de", "payment", article().replace("kind: faq", "kind: joke"))
    wait_for(lambda: bool(status(publisher)["problems"]))
    told = status(publisher)
    assert [(problem["file"], problem["line"]) for problem in told["problems"]] == [("de/shop/payment.md", 4)]
    assert [problem["message"] for problem in told["problems"]] == [
        {"de": "`kind` darf nicht `joke` lauten.", "en": "`kind` cannot be `joke`"}
    ]
    assert all(problem["hint"][language] for problem in told["problems"] for language in ("de", "en"))
    assert (told["version"], told["articles"], text_of(publisher)) == (version, 8, before)

    file.write_text(article(body="Wieder gut."))
    wait_for(lambda: text_of(publisher) == "Wieder gut.")
    wait_for(lambda: status(publisher)["problems"] == [])


def test_a_build_that_loses_questions_never_goes_live(
    new_publisher: NewPublisher, articles_dir: Path, monkeypatch: pytest.MonkeyPatch
):
    publisher = new_publisher()
    publisher.refresh()
    version = publisher.search.version
    lost = problem("found-elsewhere", "de/shop/payment.md", 7, question="Wie?", other="de/shop/hours.md")
    monkeypatch.setattr("knowledge.publish.regressions", lambda *_: [lost])
    write(articles_dir, "de", "payment", article(body="Neu."))
    assert publisher.refresh() == [lost]
    assert publisher.search.version == version
    assert publisher.builds.history() == [version]


def test_a_build_that_finds_the_wrong_topic_for_regression_questions_never_goes_live(
    new_publisher: NewPublisher, articles_dir: Path, monkeypatch: pytest.MonkeyPatch
):
    publisher = new_publisher()
    publisher.refresh()
    version = publisher.search.version
    lost = problem("questions-lost", "de/shop/hours.md", 1, number=3, total=9, question="PayPal?", topic="payment")
    monkeypatch.setattr("knowledge.publish.lost_ground", lambda *_: [lost])
    write(articles_dir, "de", "payment", article(body="Neu."))
    assert publisher.refresh() == [lost]
    assert [told["code"] for told in status(publisher)["problems"]] == ["questions-lost"]
    assert publisher.search.version == version


def test_warnings_are_told_apart_and_hold_nothing_up(new_publisher: NewPublisher, articles_dir: Path):
    publisher = new_publisher()
    publisher.refresh()
    before = publisher.search.version
    (articles_dir / "en/shop/payment.md").unlink()
    assert errors(publisher.refresh()) == []
    told = status(publisher)
    assert told["problems"] == []
    assert [(one["code"], one["severity"], one["file"], one["line"]) for one in told["warnings"]] == [
        ("twin-missing", "warning", "de/shop/payment.md", 1)
    ]
    assert told["warnings"][0]["message"]["de"] == "Das Gegenstück en/shop/payment.md fehlt."
    assert publisher.search.version not in (None, before)
    assert publisher.refresh() != [], "they are told as long as they are there"


def test_verifying_makes_a_build_that_does_not_serve(new_publisher: NewPublisher, articles_dir: Path):
    publisher = new_publisher()
    publisher.refresh()
    before = publisher.search.version
    write(articles_dir, "de", "payment", article(body="Neu."))
    verified = publisher.verify()
    assert verified.build is not None
    assert verified.problems == []
    assert (verified.build.version != before, publisher.search.version) == (True, before)
    assert publisher.builds.history() == [before]
    publisher.builds.save(verified.build)
    assert publisher.refresh() == []
    assert publisher.search.version == verified.build.version


def test_unreadable_regression_questions_are_told_and_hold_publishing_up(new_publisher: NewPublisher):
    publisher = new_publisher()
    publisher.questions_dir.mkdir()
    (publisher.questions_dir / "shop.de.jsonl").write_text("{nonsense")
    assert [one.code for one in publisher.refresh()] == ["questions-refused"]
    assert publisher.search.version is None


def test_a_process_killed_at_any_moment_of_a_build_leaves_the_old_version_serving(  # F50
    new_publisher: NewPublisher, articles_dir: Path, monkeypatch: pytest.MonkeyPatch
):
    publisher = new_publisher()
    publisher.refresh()
    version = publisher.search.version
    for number, step in enumerate(("regressions", "builds.Builds.save", "builds.Builds.switch")):
        write(articles_dir, "de", "payment", article(body=f"Fassung {number}."))
        with monkeypatch.context() as patched:
            patched.setattr(f"knowledge.publish.{step}", killed)
            with pytest.raises(KeyboardInterrupt):
                publisher.refresh()
        restarted = new_publisher()
        restarted.follow()
        assert restarted.search.version == version, step
    assert new_publisher().refresh() == []


def killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_killed_or_damaged_build_is_made_anew_at_the_next_start(new_publisher: NewPublisher):
    first = new_publisher()
    first.refresh()
    folder = first.builds.folder / "builds" / str(first.search.version)
    os.truncate(folder / "de" / "vectors.npy", 100)
    second = new_publisher()
    assert second.refresh() == []
    assert second.search.search("Nehmen Sie PayPal?", "de").decision != "none"
    assert new_publisher().builds.load(str(second.search.version), LetterEncoder()).articles


def test_another_model_builds_its_own_index(new_publisher: NewPublisher):
    first = new_publisher()
    first.refresh()
    second = new_publisher(LetterEncoder("other", dimension=32))
    second.refresh()
    assert second.search.version != first.search.version
    assert second.search.search("Nehmen Sie PayPal?", "de").decision != "none"


def test_a_rollback_reaches_running_servers_and_holds_until_the_next_save(
    new_publisher: NewPublisher, articles_dir: Path
):
    publisher = new_publisher()
    publisher.start()
    before = text_of(publisher)
    write(articles_dir, "de", "payment", article(body="Ein Fehler."))
    wait_for(lambda: text_of(publisher) == "Ein Fehler.")

    publisher.builds.roll_back()
    wait_for(lambda: text_of(publisher) == before)
    wait_for(lambda: "rolled back" in str(status(publisher)["problems"]))
    restarted = new_publisher()
    restarted.refresh()
    assert text_of(restarted) == before

    write(articles_dir, "de", "payment", article(body="Berichtigt."))
    wait_for(lambda: text_of(publisher) == "Berichtigt.")
    wait_for(lambda: status(publisher)["problems"] == [])


def test_a_build_by_hand_publishes_what_was_held_back(new_publisher: NewPublisher, articles_dir: Path):
    publisher = new_publisher()
    publisher.refresh()
    write(articles_dir, "de", "payment", article(body="Doch."))
    publisher.refresh()
    publisher.builds.roll_back()
    assert publisher.refresh()
    assert publisher.refresh(force=True) == []
    assert text_of(publisher) == "Doch."


def test_a_failure_while_publishing_is_told_and_the_watch_goes_on(
    new_publisher: NewPublisher, articles_dir: Path, monkeypatch: pytest.MonkeyPatch
):
    publisher = new_publisher()
    publisher.start()
    with monkeypatch.context() as patched:
        patched.setattr(publisher.builds, "save", full_disk)
        write(articles_dir, "de", "payment", article(body="Eins."))
        wait_for(lambda: "No space" in str(status(publisher)["problems"]))
    write(articles_dir, "de", "payment", article(body="Zwei."))
    wait_for(lambda: text_of(publisher) == "Zwei.")


def full_disk(_: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_folder_that_vanishes_and_comes_back_is_followed_again(
    new_publisher: NewPublisher, articles_dir: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("knowledge.publish._RETRY_SECONDS", 0.05)
    monkeypatch.setattr("knowledge.publish._LOOK_ANYWAY_MS", 200)
    publisher = new_publisher()
    publisher.start()
    before, away = text_of(publisher), articles_dir.with_name("away")
    articles_dir.rename(away)
    wait_for(lambda: bool(status(publisher)["problems"]))
    assert text_of(publisher) == before
    write(away, "de", "payment", article(body="Zurück."))
    away.rename(articles_dir)
    wait_for(lambda: text_of(publisher) == "Zurück.")
