"""Builds on disk: complete or not there, never of another model (F50)."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge import builds, questions
from knowledge.articles import read_folder
from knowledge.builds import Build, BuildRefused, Builds, Current
from tests.unit.knowledge.small_shop import LetterEncoder, article, write


@pytest.fixture
def kept(data_dir: Path) -> Builds:
    return Builds(data_dir / "knowledge")


@pytest.fixture
def build(articles_dir: Path, encoder: LetterEncoder) -> Build:
    return builds.make(read_folder(articles_dir)[0], encoder)


def test_a_saved_build_is_loaded_as_it_was(kept: Builds, build: Build, encoder: LetterEncoder):
    kept.save(build)
    loaded = kept.load(build.version, encoder)
    assert (loaded.version, loaded.built_at, loaded.model) == (build.version, build.built_at, build.model)
    assert loaded.articles == build.articles
    assert np.array_equal(loaded.languages["de"].vectors, build.languages["de"].vectors)
    assert loaded.languages["de"].tuning == build.languages["de"].tuning


def test_the_same_articles_and_model_make_the_same_version(articles_dir: Path, build: Build):
    found = read_folder(articles_dir)[0]
    assert builds.version_of(found, LetterEncoder()) == build.version
    assert builds.version_of(found, LetterEncoder("other")) != build.version


def test_only_new_texts_are_encoded_again(articles_dir: Path, build: Build):
    write(articles_dir, "de", "payment", article(body="Ein neuer Text."))
    encoder = LetterEncoder()
    again = builds.make(read_folder(articles_dir)[0], encoder, before=build)
    assert encoder.encoded == ["Zahlungsarten. Ein neuer Text."]
    assert again.version != build.version


def test_vectors_of_another_model_are_never_reused(articles_dir: Path, build: Build):
    encoder = LetterEncoder("other")
    builds.make(read_folder(articles_dir)[0], encoder, before=build)
    assert len(encoder.encoded) == 48


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / "de" / "vectors.npy").unlink(),
        lambda folder: (folder / "manifest.json").unlink(),
        lambda folder: os.truncate(folder / "de" / "vectors.npy", 500),
        lambda folder: os.truncate(folder / "articles.json", 500),
        lambda folder: (folder / "manifest.json").write_text("{"),
        lambda folder: (folder / "manifest.json").write_text("{}"),
        lambda folder: (folder / "articles.json").write_text("[]"),
        shutil.rmtree,
    ],
)
def test_a_damaged_build_is_never_loaded(
    spoil: Callable[[Path], object], kept: Builds, build: Build, encoder: LetterEncoder
):
    kept.save(build)
    spoil(kept.folder / "builds" / build.version)
    with pytest.raises(BuildRefused):
        kept.load(build.version, encoder)


def test_a_build_of_another_model_or_dimension_is_refused(kept: Builds, build: Build):
    kept.save(build)
    with pytest.raises(BuildRefused, match="was made by letters, not by other"):
        kept.load(build.version, LetterEncoder("other"))
    with pytest.raises(BuildRefused, match="48 numbers"):
        kept.load(build.version, LetterEncoder(dimension=384))


def test_a_build_of_other_code_is_refused(
    kept: Builds, build: Build, encoder: LetterEncoder, monkeypatch: pytest.MonkeyPatch
):
    kept.save(build)
    monkeypatch.setattr(builds, "FORMAT", builds.FORMAT + 1)
    with pytest.raises(BuildRefused, match="other code"):
        kept.load(build.version, encoder)


def test_a_process_killed_while_writing_leaves_no_build(kept: Builds, build: Build, monkeypatch: pytest.MonkeyPatch):
    def killed(_: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(builds, "_make_durable", killed)
    with pytest.raises(KeyboardInterrupt):
        kept.save(build)
    assert kept.history() == []
    assert kept.current() is None


def test_an_unreadable_pointer_means_that_nothing_serves(kept: Builds):
    kept.folder.mkdir(parents=True)
    for content in ("", "{", "[]", "null", '{"other": 1}'):
        kept.current_file.write_text(content)
        assert kept.current() is None


def make_versions(kept: Builds, build: Build, count: int) -> list[str]:
    versions = []
    for number in range(count):
        version = f"v{number}"
        kept.save(replace(build, version=version))
        os.utime(kept.folder / "builds" / version, (number + 1e9, number + 1e9))
        kept.switch(Current(version))
        versions.append(version)
    return versions


def test_the_last_ten_builds_are_kept_and_the_one_that_serves_always(kept: Builds, build: Build):
    make_versions(kept, build, 12)
    assert kept.history() == [f"v{number}" for number in range(11, 1, -1)]
    assert [one.version for one in kept.kept()] == kept.history()
    assert kept.kept()[0].articles == 8
    kept.switch(Current("v2"))
    os.utime(kept.folder / "builds" / "v2", (1, 1))
    kept.save(replace(build, version="v12"))
    kept.switch(Current("v2"))
    assert "v2" in kept.history()


def test_rolling_back_goes_one_step_each_and_holds_the_newest_back(kept: Builds, build: Build):
    make_versions(kept, build, 3)
    assert kept.roll_back() == "v1"
    assert kept.current() == Current("v1", held_back="v2")
    assert kept.roll_back() == "v0"
    assert kept.current() == Current("v0", held_back="v2")
    with pytest.raises(BuildRefused):
        kept.roll_back()
    assert kept.roll_back("v2") == "v2"
    assert kept.current() == Current("v2")


def test_rolling_back_to_what_does_not_exist_changes_nothing(kept: Builds, build: Build):
    make_versions(kept, build, 2)
    for nonsense in ("v9", "../..", "v1"):
        with pytest.raises(BuildRefused):
            kept.roll_back(nonsense)
    assert json.loads(kept.current_file.read_text())["version"] == "v1"


def test_many_writers_of_the_same_build_leave_one_good_build(kept: Builds, build: Build, encoder: LetterEncoder):
    with ThreadPoolExecutor(4) as pool:
        for written in [pool.submit(kept.save, build) for _ in range(12)]:
            written.result()
        for switched in [pool.submit(kept.switch, Current(build.version)) for _ in range(40)]:
            switched.result()
    assert kept.load(build.version, encoder).articles == build.articles
    assert sorted(path.name for path in kept.folder.iterdir()) == ["builds", "current"]
    assert [path.name for path in (kept.folder / "builds").iterdir()] == [build.version]


def test_a_few_changes_keep_the_ranking_and_many_have_it_learned_anew(articles_dir: Path, encoder: LetterEncoder):
    first = builds.make(read_folder(articles_dir)[0], encoder)
    marked = replace(
        first,
        languages={name: index.tuned(replace(index.tuning, bias=-9.0)) for name, index in first.languages.items()},
    )
    write(articles_dir, "de", "payment", article(body="Anders."))
    again = builds.make(read_folder(articles_dir)[0], encoder, before=marked)
    assert again.languages["en"].tuning.bias == -9.0
    assert again.languages["de"].tuning.bias != -9.0  # a quarter of four articles has changed


def test_another_question_set_is_another_version_and_another_ranking(articles_dir: Path, tmp_path: Path):
    file = tmp_path / "shop.de.jsonl"
    file.write_text('{"question": "PayPal?", "topics": ["payment"], "split": "development"}\n', encoding="utf-8")
    found, encoder = read_folder(articles_dir)[0], LetterEncoder()
    without, with_ = (builds.make(found, encoder, questions=asked) for asked in (None, questions.read(tmp_path)))
    assert without.version != with_.version
    assert with_.languages["de"].tuning.source != without.languages["de"].tuning.source


def test_an_index_that_did_not_change_is_linked_and_outlives_the_build_it_came_from(
    kept: Builds, build: Build, articles_dir: Path, encoder: LetterEncoder
):
    kept.save(build)
    write(articles_dir, "de", "payment", article(body="Anders."))
    again = builds.make(read_folder(articles_dir)[0], encoder, before=build)
    kept.save(again)
    first, second = (kept.folder / "builds" / version for version in (build.version, again.version))
    assert (first / "en" / "vectors.npy").samefile(second / "en" / "vectors.npy")
    assert not (first / "de" / "vectors.npy").samefile(second / "de" / "vectors.npy")
    shutil.rmtree(first)
    assert kept.load(again.version, encoder).articles == again.articles


def test_an_index_whose_files_were_removed_is_written_anew(kept: Builds, build: Build, encoder: LetterEncoder):
    kept.save(build)
    (kept.folder / "builds" / build.version / "en" / "vectors.npy").unlink()
    kept.save(replace(build, version="again"))
    assert kept.load("again", encoder).articles == build.articles
