"""Builds of the index on disk: each in its own folder, complete or not there at all.

    <data_dir>/knowledge/builds/<version>/{manifest.json, articles.json, since.json, de/..., en/...}
    <data_dir>/knowledge/current        which version serves; replaced in one step

The desk reads `current`, `articles.json` and `since.json` too (`handover/gateways/knowledge.py`), to show visitors an article.

A build is written beside its place and renamed into it, so a process killed half-way leaves nothing that could be
taken for a build. It is loaded only if every file has the checksum of the manifest and if the same model, that is the
one that made its vectors, is going to make the vectors of the questions.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from knowledge.articles import LANGUAGES, Article, Language
from knowledge.ranking import Tuning

if TYPE_CHECKING:
    from collections.abc import Iterable

    from knowledge.embeddings import Encoder
    from knowledge.index import LanguageIndex
    from knowledge.questions import QuestionSet

FORMAT = 5
"""Raised when a build of older code must not be loaded."""
KEPT = 10
_UNFINISHED = ".unfinished-"


class BuildRefused(Exception):
    """A build cannot serve: missing, damaged, of another format or of another model."""


@dataclass(frozen=True)
class Build:
    version: str
    built_at: datetime
    model: str
    articles: list[Article]
    languages: dict[Language, LanguageIndex]
    """A language's index holds its own articles, and those of the other language that have no twin in it."""

    @property
    def passages(self) -> int:
        return sum(
            entry.kind == "passage" and index.articles[article].language == language
            for language, index in self.languages.items()
            for article, entry in zip(index.article_of, index.entries, strict=True)
        )

    def article(self, article_id: str, language: Language) -> Article | None:
        """The article in that language, or its twin where there is none."""
        found = (article for article in self.languages[language].articles if article.id == article_id)
        return next(found, None)


@dataclass(frozen=True)
class Current:
    """The version that serves. `held_back`: one that was rolled back, not to be published again by itself."""

    version: str
    held_back: str | None = None


@dataclass(frozen=True)
class Kept:
    """A build that is there and can serve again."""

    version: str
    built_at: datetime
    articles: int
    model: str


def version_of(articles: list[Article], encoder: Encoder, questions: QuestionSet | None = None) -> str:
    """The same articles, model, question set and format make the same version."""
    content = [[article.file, article.version] for article in articles]
    asked = questions.fingerprint if questions else ""
    return hashlib.sha256(json.dumps([FORMAT, encoder.name, asked, content]).encode()).hexdigest()[:12]


def make(
    articles: list[Article], encoder: Encoder, before: Build | None = None, questions: QuestionSet | None = None
) -> Build:
    """Build the index in memory. What `before` holds of the same model is taken from there, not computed again.

    The ranking is tuned on the development half of `questions`, without them on the articles' own example questions.
    """
    from knowledge.making import index_of

    reusable = before.languages if before and before.model == encoder.name else {}
    languages: dict[Language, LanguageIndex] = {}
    for language in LANGUAGES:
        like = [index for index in (reusable.get(language), *reusable.values(), *languages.values()) if index]
        languages[language] = index_of(language, _served(articles, language), encoder, questions, like)
    version = version_of(articles, encoder, questions)
    return Build(version, datetime.now(UTC), encoder.name, articles, languages)


class Builds:
    """The folder of all builds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.current_file = folder / "current"
        self._builds = folder / "builds"
        self._saved: WeakKeyDictionary[LanguageIndex, list[Path]] = WeakKeyDictionary()
        """Files of an index that is kept, so that it need not be written again."""

    def current(self) -> Current | None:
        """Which version serves; None if none does or the file is unreadable."""
        try:
            return Current(**json.loads(self.current_file.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def switch(self, current: Current) -> None:
        """Let another version serve, in one step, and forget the oldest builds."""
        write_atomically(self.current_file, json.dumps(asdict(current)).encode())
        outdated = [self._builds / version for version in self.history()[KEPT:] if version != current.version]
        for folder in [*outdated, *self._abandoned()]:
            shutil.rmtree(folder, ignore_errors=True)

    def roll_back(self, version: str = "") -> str:
        """Let an earlier version serve (the one before, if none is named) and hold back the one it replaces.

        Raises BuildRefused if there is no such build.
        """
        current, kept = self.current(), self.history()
        serving = current.version if current else ""
        older = kept[kept.index(serving) + 1 :] if serving in kept else kept
        target = version or next(iter(older), "")
        if target not in kept or target == serving:
            raise BuildRefused(f"there is no build {version or 'before this one'}")
        held_back = (
            current.held_back if current else None
        ) or serving  # the articles' version, after two steps back too
        self.switch(Current(target, held_back=None if held_back in ("", target) else held_back))
        return target

    def history(self) -> list[str]:
        """Versions of the builds that are kept, newest first."""
        if not self._builds.is_dir():
            return []
        found = [path for path in self._builds.iterdir() if (path / "manifest.json").is_file()]
        visible = [path for path in found if not path.name.startswith(".")]
        return [path.name for path in sorted(visible, key=lambda path: path.stat().st_mtime_ns, reverse=True)]

    def save(self, build: Build) -> None:
        """Write a build to its folder, which exists afterwards only if it is complete."""
        self._builds.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=self._builds))
        articles = json.dumps([vars(one) for one in build.articles], default=str)
        (unfinished / "articles.json").write_text(articles, encoding="utf-8")
        (unfinished / "since.json").write_text(json.dumps(self._since(build)), encoding="utf-8")
        for language, index in build.languages.items():
            self._save_index(index, unfinished / language)
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "version": build.version,
            "built_at": build.built_at.isoformat(),
            "model": build.model,
            "articles": len(build.articles),
            "tuning": {language: asdict(index.tuning) for language, index in build.languages.items()},
            "sha256": _checksums(unfinished),
        }
        (unfinished / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        _make_durable(unfinished)
        place = self._builds / build.version
        shutil.rmtree(place, ignore_errors=True)  # a damaged build of the same version
        try:
            unfinished.rename(place)
        except OSError:
            if not (place / "manifest.json").is_file():
                raise
            shutil.rmtree(unfinished)  # another process was faster with the same build
        self._remember(build.languages, place, manifest["sha256"])

    def load(self, version: str, encoder: Encoder) -> Build:
        """Read a build back. Raises BuildRefused."""
        from knowledge.index import LanguageIndex

        try:
            folder = self._builds / version
            manifest = self._manifest(version)
            if manifest["model"] != encoder.name:
                raise BuildRefused(f"build {version} was made by {manifest['model']}, not by {encoder.name}")
            for name, checksum in _checksums(folder).items():
                if manifest["sha256"].get(name) != checksum:
                    raise BuildRefused(f"{name} of build {version} is damaged")
            articles = [_article(values) for values in json.loads((folder / "articles.json").read_bytes())]
            languages = {
                language: LanguageIndex.load(
                    folder / language, language, _served(articles, language), _tuning(manifest["tuning"][language])
                )
                for language in LANGUAGES
            }
            for index in languages.values():
                if index.vectors.shape[1] != encoder.dimension:
                    raise BuildRefused(f"build {version} has vectors of {index.vectors.shape[1]} numbers")
            self._remember(languages, folder, manifest["sha256"])
            built_at = datetime.fromisoformat(manifest["built_at"])
            return Build(version, built_at, manifest["model"], articles, languages)
        except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
            raise BuildRefused(f"build {version} cannot be read: {error}") from error

    def kept(self) -> list[Kept]:
        """What `history` names, with what the manifests say; unreadable ones are left out."""
        found = []
        for version in self.history():
            try:
                manifest = self._manifest(version)
                built_at = datetime.fromisoformat(manifest["built_at"])
                found.append(Kept(version, built_at, manifest["articles"], manifest["model"]))
            except (OSError, ValueError, KeyError, TypeError, BuildRefused):
                continue
        return found

    def _since(self, build: Build) -> dict[str, str]:
        """The ISO day since which each file reads as it does: of the first build that held it so.

        Nobody knows for the very first build; then it is the day from which the article is valid.
        """
        current = self.current()
        try:
            before = self._builds / (current.version if current else "")
            read = {one["file"]: one["version"] for one in json.loads((before / "articles.json").read_bytes())}
            since: dict[str, str] = json.loads((before / "since.json").read_bytes())
        except (OSError, ValueError, KeyError, TypeError):
            return {one.file: one.valid_from.isoformat() for one in build.articles}
        today = build.built_at.date().isoformat()
        return {one.file: since[one.file] if read.get(one.file) == one.version else today for one in build.articles}

    def _save_index(self, index: LanguageIndex, folder: Path) -> None:
        """Into a new folder. Links to the files of a build before do: none is ever written to, and they outlive it."""
        folder.mkdir()
        try:
            for path in self._saved[index]:
                os.link(path, folder / path.name)
        except (KeyError, OSError):  # never saved, forgotten since, or on a file system without links
            for path in folder.iterdir():
                path.unlink()
            index.save(folder)

    def _remember(self, languages: dict[Language, LanguageIndex], folder: Path, names: Iterable[str]) -> None:
        for language, index in languages.items():
            self._saved[index] = [folder / name for name in names if name.startswith(f"{language}/")]

    def _abandoned(self) -> list[Path]:
        """Unfinished builds of processes that were killed; a living one finishes within the hour."""
        an_hour_ago = time.time() - 3600
        return [path for path in self._builds.glob(f"{_UNFINISHED}*") if path.stat().st_mtime < an_hour_ago]

    def _manifest(self, version: str) -> dict[str, Any]:
        manifest: dict[str, Any] = json.loads((self._builds / version / "manifest.json").read_bytes())
        if (manifest["format"], manifest["version"]) != (FORMAT, version):
            raise BuildRefused(f"build {version} was made by other code")
        return manifest


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file in one step: readers see the old or the new content, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    _write_durably(beside, content)
    beside.replace(path)


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _checksums(folder: Path) -> dict[str, str]:
    """sha256 of every file of a build but the manifest."""
    found = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json"):
        with path.open("rb") as stream:
            found[path.relative_to(folder).as_posix()] = hashlib.file_digest(stream, "sha256").hexdigest()
    return found


def _make_durable(folder: Path) -> None:
    for path in [*folder.rglob("*"), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _article(values: dict[str, Any]) -> Article:
    fields: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in values.items()
    }
    fields["valid_from"] = date.fromisoformat(values["valid_from"])
    fields["valid_until"] = date.fromisoformat(values["valid_until"]) if values["valid_until"] else None
    return Article(**fields)


def _tuning(values: dict[str, Any]) -> Tuning:
    return Tuning(**{**values, "weights": tuple(values["weights"])})


def _served(articles: list[Article], language: Language) -> list[Article]:
    """What a language's index holds: its own articles, and foreign ones without a twin."""
    own = {article.id for article in articles if article.language == language}
    return [article for article in articles if article.language == language or article.id not in own]
