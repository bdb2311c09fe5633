"""From saved files to what visitors read: check, build, check again, swap. What fails changes nothing but the status.

publisher = Publisher(articles_dir, data_dir, "kulanz")
publisher.start()                    # serves when it returns; later saves are live within seconds
publisher.search.search("Kann ich mit PayPal zahlen?", "de")
"""

from __future__ import annotations

import json
import logging
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import watchfiles

from knowledge import builds, questions
from knowledge.check import Memory, check, lost_ground, regressions
from knowledge.doubts import doubts
from knowledge.embeddings import Encoder, open_encoder
from knowledge.problems import Problem, errors, in_order, problem, warnings
from knowledge.search import KnowledgeSearch

if TYPE_CHECKING:
    from knowledge.articles import Article
    from knowledge.questions import QuestionSet

QUESTIONS = Path(__file__).resolve().parent.parent / "data" / "evaluation"
_log = logging.getLogger(__name__)
_DEBOUNCE_MS = 300  # editors save in several steps: write beside, rename, touch
_LOOK_ANYWAY_MS = 60_000  # network folders send no events
_RETRY_SECONDS = 2.0


@dataclass(frozen=True)
class Verified:
    """A build that was made of the articles and what was found; `build` is None if they cannot be read."""

    build: builds.Build | None
    problems: list[Problem]


class Publisher:
    """Keeps the index of one process in step with the articles' folder."""

    def __init__(
        self, articles_dir: Path, data_dir: Path, model: str | Encoder, questions_dir: Path | None = None
    ) -> None:
        """`model`: a name or folder that `open_encoder` knows, or an encoder. Raises ModelMissing.

        `questions_dir`: the regression questions; KULANZ_KNOWLEDGE_QUESTIONS or the shop's own, if it is not given.
        """
        self.questions_dir = questions_dir or Path(os.environ.get("KULANZ_KNOWLEDGE_QUESTIONS") or QUESTIONS)
        self.articles_dir = articles_dir.resolve()
        self.builds = builds.Builds(data_dir.resolve() / "knowledge")
        self.status_file = self.builds.folder / "status.json"
        self._encoder = open_encoder(model) if isinstance(model, str) else model
        self.search = KnowledgeSearch(self._encoder)
        self._live: builds.Build | None = None
        self._memory = Memory(self._encoder)
        self._doubted: tuple[str, list[Problem]] = ("", [])
        self._refreshing = threading.Lock()
        self._stopping = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="knowledge-watcher", daemon=True)

    def start(self) -> None:
        """Load the model, serve the last build, publish what is new; from then on follow every save."""
        self.builds.folder.mkdir(parents=True, exist_ok=True)
        self._watcher.start()  # first, so that no save falls between the first look and the watch
        self._encoder.encode(["warm up"])
        self.refresh()

    def stop(self) -> None:
        self._stopping.set()
        if self._watcher.is_alive():
            self._watcher.join()

    def refresh(self, *, force: bool = False) -> list[Problem]:
        """Follow the version that serves, then publish the articles if they changed; returns all that was found.

        If there is an error among it, nothing was published. `force`: publish them even if that version was rolled back.
        """
        with self._refreshing:
            self.follow()
            problems = self._publish(force=force)
            self._write_status(problems)
            return problems

    def verify(self) -> Verified:
        """Make the index of the articles as they are and look for problems, without letting it serve."""
        with self._refreshing:
            self.follow()
            articles, asked, problems = self._read()
            if errors(problems):
                return Verified(None, problems)
            build, lost = self._make(articles, asked)
            return Verified(build, in_order([*problems, *lost, *self._doubts(build)]))

    def follow(self) -> None:
        """Serve the version that serves elsewhere: after a start, a rollback, a build by another process."""
        current = self.builds.current()
        if current is None or (self._live and self._live.version == current.version):
            return
        try:
            self._serve(self.builds.load(current.version, self._encoder))
        except builds.BuildRefused as refusal:
            _log.warning("%s", refusal)

    def _publish(self, *, force: bool) -> list[Problem]:
        articles, asked, problems = self._read()
        if errors(problems):
            return problems
        version, current = builds.version_of(articles, self._encoder, asked), self.builds.current()
        if current and current.held_back == version and self._live and not force:
            return [problem("held-back", ".", 0, version=version), *problems]
        if self._live is None or self._live.version != version:
            self._write_status([], building=True)
            build, lost = self._make(articles, asked)
            if lost:
                return in_order([*lost, *problems])
            self.builds.save(build)
            self.builds.switch(builds.Current(build.version))
            self._serve(build)
            _log.info("knowledge %s is live: %d articles", build.version, len(articles))
        return in_order([*problems, *self._doubts(self._live)]) if self._live else problems

    def _read(self) -> tuple[list[Article], QuestionSet | None, list[Problem]]:
        """What a build is made of, and what is wrong with it."""
        articles, problems = check(self.articles_dir)
        if errors(problems):
            return articles, None, problems
        try:
            return articles, questions.read(self.questions_dir), problems
        except questions.QuestionsRefused as refusal:
            return articles, None, [problem("questions-refused", ".", 0, reason=refusal)]

    def _make(self, articles: list[Article], asked: QuestionSet | None) -> tuple[builds.Build, list[Problem]]:
        """The build of these articles, taken from the folder if it is kept there, and what it finds no longer."""
        version = builds.version_of(articles, self._encoder, asked)
        build = self._kept(version) or builds.make(articles, self._encoder, before=self._live, questions=asked)
        return build, [*regressions(build, self._live), *lost_ground(build, self._live, asked, self._memory)]

    def _kept(self, version: str) -> builds.Build | None:
        try:
            return self.builds.load(version, self._encoder)
        except builds.BuildRefused:
            return None

    def _doubts(self, build: builds.Build) -> list[Problem]:
        """Pairs of articles to look at; looked for once a version, after it serves."""
        if self._doubted[0] != build.version:
            self._doubted = (build.version, doubts(build, self.articles_dir))
        return self._doubted[1]

    def _serve(self, build: builds.Build) -> None:
        self._live = build
        self.search.use(build)

    def _watch(self) -> None:
        while not self._stopping.is_set():
            try:
                for _ in watchfiles.watch(
                    self.articles_dir,
                    self.builds.folder,
                    watch_filter=self._matters,
                    debounce=_DEBOUNCE_MS,
                    stop_event=self._stopping,
                    raise_interrupt=False,
                    rust_timeout=_LOOK_ANYWAY_MS,
                    yield_on_timeout=True,
                ):
                    self._refresh_or_report()
            except OSError as error:  # the folder is gone; it may come back
                self._report(error)
            self._stopping.wait(_RETRY_SECONDS)

    def _refresh_or_report(self) -> None:
        try:
            self.refresh()
        # The thread's edge: a full disk, or a fault of ours, must not end the watch.
        except Exception as error:  # noqa: BLE001
            _log.exception("the articles could not be published")
            self._report(error)

    def _matters(self, _: watchfiles.Change, path: str) -> bool:
        changed = Path(path)
        return changed == self.builds.current_file or changed.is_relative_to(self.articles_dir)

    def _report(self, error: Exception) -> None:
        try:
            self._write_status([problem("publishing-failed", ".", 0, reason=error)])
        except OSError:
            _log.exception("status.json could not be written")

    def _write_status(self, problems: list[Problem], *, building: bool = False) -> None:
        status = status_of(self._live, problems, building=building, model=self._encoder.name)
        builds.write_atomically(self.status_file, json.dumps(status, ensure_ascii=False, indent=1).encode())


def status_of(live: builds.Build | None, problems: list[Problem], *, building: bool, model: str) -> dict[str, Any]:
    """What the desk shows to editors: `GET /api/knowledge` returns it as it is."""
    articles = live.articles if live else []
    return {
        "version": live.version if live else None,
        "built_at": live.built_at.isoformat() if live else None,
        "model": model,
        "articles": len(articles),
        "passages": live.passages if live else 0,
        "building": building,
        "problems": [one.told() for one in errors(problems)],
        "warnings": [one.told() for one in warnings(problems)],
        "list": [
            {
                "id": article.id,
                "language": article.language,
                "kind": article.kind,
                "title": article.title,
                "file": article.file,
                "questions": len(article.questions),
            }
            for article in articles
        ],
    }
