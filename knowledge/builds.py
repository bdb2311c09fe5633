"""Builds of the index on disk: each in its own folder, complete or not there at all.

    <data_dir>/knowledge/builds/<version>/{manifest.json, articles.json, vectors.de.npy, vectors.en.npy}
    <data_dir>/knowledge/current        which version serves; replaced in one step

A build is written beside its place and renamed into it, so a process killed half-way leaves nothing that could be
taken for a build. It is loaded only if every file has the checksum of the manifest and if the same model, that is the
one that made its vectors, is going to make the vectors of the questions.
"""

from __future__ import annotations

import hashlib
import io
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

import numpy as np

from knowledge.articles import LANGUAGES, Article, Language
from knowledge.index import LanguageIndex
from knowledge.passages import entries

if TYPE_CHECKING:
    from knowledge.embeddings import Encoder, Vectors

FORMAT = 1
"""Raised when a build of older code must not be loaded."""
KEPT = 5
_UNFINISHED = ".unfinished-"


class BuildRefused(Exception):
    """A build cannot serve: missing, damaged, of another format or of another model."""


@dataclass(frozen=True)
class Build:
    version: str
    built_at: datetime
    model: str
    languages: dict[Language, LanguageIndex]

    @property
    def articles(self) -> list[Article]:
        return [article for language in LANGUAGES for article in self.languages[language].articles]

    @property
    def passages(self) -> int:
        return sum(entry.kind == "passage" for index in self.languages.values() for entry in index.entries)

    def article(self, article_id: str, language: Language) -> Article | None:
        found = (article for article in self.languages[language].articles if article.id == article_id)
        return next(found, None)


@dataclass(frozen=True)
class Current:
    """The version that serves. `held_back`: one that was rolled back, not to be published again by itself."""

    version: str
    held_back: str | None = None


def version_of(articles: list[Article], encoder: Encoder) -> str:
    """The same articles, model and format make the same version."""
    content = [[article.file, article.version] for article in articles]
    return hashlib.sha256(json.dumps([FORMAT, encoder.name, content]).encode()).hexdigest()[:12]


def make(articles: list[Article], encoder: Encoder, before: Build | None = None) -> Build:
    """Build the index in memory. What `before` holds of the same model is taken from there, not computed again."""
    reusable = before.languages if before and before.model == encoder.name else {}
    known = _known_vectors(reusable)
    languages = {}
    for language in LANGUAGES:
        own = [article for article in articles if article.language == language]
        unchanged = language in reusable and reusable[language].articles == own
        languages[language] = reusable[language] if unchanged else _language_index(language, own, encoder, known)
    return Build(version_of(articles, encoder), datetime.now(UTC), encoder.name, languages)


class Builds:
    """The folder of all builds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.current_file = folder / "current"
        self._builds = folder / "builds"

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
        files = {"articles.json": json.dumps([asdict(one) for one in build.articles], default=str).encode()}
        for language, index in build.languages.items():
            files[f"vectors.{language}.npy"] = _npy(index.vectors)
        manifest = {
            "format": FORMAT,
            "version": build.version,
            "built_at": build.built_at.isoformat(),
            "model": build.model,
            "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        }
        self._builds.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=self._builds))
        for name, content in {**files, "manifest.json": json.dumps(manifest, indent=1).encode()}.items():
            _write_durably(unfinished / name, content)
        place = self._builds / build.version
        shutil.rmtree(place, ignore_errors=True)  # a damaged build of the same version
        try:
            unfinished.rename(place)
        except OSError:
            if not (place / "manifest.json").is_file():
                raise
            shutil.rmtree(unfinished)  # another process was faster with the same build

    def load(self, version: str, encoder: Encoder) -> Build:
        """Read a build back. Raises BuildRefused."""
        try:
            manifest, files = self._read(version)
            if (manifest["format"], manifest["version"]) != (FORMAT, version):
                raise BuildRefused(f"build {version} was made by other code")
            if manifest["model"] != encoder.name:
                raise BuildRefused(f"build {version} was made by {manifest['model']}, not by {encoder.name}")
            articles = [_article(values) for values in json.loads(files["articles.json"])]
            languages = {}
            for language in LANGUAGES:
                vectors = np.load(io.BytesIO(files[f"vectors.{language}.npy"]), allow_pickle=False)
                if vectors.dtype != np.float32 or vectors.ndim != 2 or vectors.shape[1] != encoder.dimension:
                    raise BuildRefused(f"build {version} has vectors of shape {vectors.shape} {vectors.dtype}")
                own = [article for article in articles if article.language == language]
                languages[language] = LanguageIndex(language, own, vectors)
            return Build(version, datetime.fromisoformat(manifest["built_at"]), manifest["model"], languages)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BuildRefused(f"build {version} cannot be read: {error}") from error

    def _abandoned(self) -> list[Path]:
        """Unfinished builds of processes that were killed; a living one finishes within the hour."""
        an_hour_ago = time.time() - 3600
        return [path for path in self._builds.glob(f"{_UNFINISHED}*") if path.stat().st_mtime < an_hour_ago]

    def _read(self, version: str) -> tuple[dict[str, Any], dict[str, bytes]]:
        folder = self._builds / version
        manifest = json.loads((folder / "manifest.json").read_bytes())
        files = {name: (folder / name).read_bytes() for name in manifest["sha256"]}
        for name, content in files.items():
            if hashlib.sha256(content).hexdigest() != manifest["sha256"][name]:
                raise BuildRefused(f"{name} of build {version} is damaged")
        return manifest, files


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


def _npy(vectors: Vectors) -> bytes:
    stream = io.BytesIO()
    np.save(stream, vectors, allow_pickle=False)
    return stream.getvalue()


def _article(values: dict[str, Any]) -> Article:
    fields: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in values.items()
    }
    fields["valid_from"] = date.fromisoformat(values["valid_from"])
    fields["valid_until"] = date.fromisoformat(values["valid_until"]) if values["valid_until"] else None
    return Article(**fields)


def _known_vectors(languages: dict[Language, LanguageIndex]) -> dict[str, Vectors]:
    return {
        entry.text: index.vectors[number] for index in languages.values() for number, entry in enumerate(index.entries)
    }


def _language_index(
    language: Language, articles: list[Article], encoder: Encoder, known: dict[str, Vectors]
) -> LanguageIndex:
    texts = [entry.text for entry in entries(articles)]
    new = sorted({text for text in texts if text not in known}, key=len)  # batches of like length need no padding
    vectors = known | dict(zip(new, encoder.encode(new), strict=True))
    return LanguageIndex(language, articles, np.stack([vectors[text] for text in texts]))
