"""A house of its own to try the bot in: the real desk, action server and Rasa worker on a database that is thrown away.

For `kulanz chat` and `kulanz understand`. Nothing of the running house is touched, and none need run. What must be
there already: the trained model and the index of the articles (`make setup`).
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from handover.app import create_app
from handover.launcher.child import answers
from handover.launcher.plan import model_file
from handover.launcher.services import BOT, ONE_THREAD, QUIET, free_port, worker_command
from handover.serve import server
from handover.services.demo import seed
from handover.services.desk import Desk
from handover.services.ports import SystemClock
from handover.settings import ROOT, Settings
from handover.store.migrate import upgrade

DEMO = ROOT / "data" / "demo"
START_SECONDS = 120.0
STOP_SECONDS = 10.0
PAUSE = 0.05


class NotRehearsed(Exception):
    """The house could not be set up; the text says what is missing."""


@dataclass(frozen=True)
class Rehearsal:
    """Everything is up and answers."""

    desk: Desk
    settings: Settings


@contextmanager
def rehearse(real: Settings) -> Iterator[Rehearsal]:
    """Set up, wait until all is ready, and clear away at the end. Raises `NotRehearsed`."""
    if not model_file().exists():
        raise NotRehearsed("The bot is not trained for the present files yet; run `make setup`.")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kulanz-", ignore_cleanup_errors=True)))
        with suppress(FileNotFoundError):
            shutil.copytree(real.data_dir / "knowledge", folder / "knowledge")
        settings = _settings(real, folder)
        log = folder / "log"
        actions = [sys.executable, "-m", "actions.server"]
        worker = list(worker_command(settings.rasa_port, model_file()))
        parts = [
            (stack.enter_context(_process(actions, ROOT, settings, log)), f"{settings.actions_url}/health"),
            (stack.enter_context(_process(worker, BOT, settings, log)), f"{settings.rasa_url}/webhooks/desk/health"),
        ]
        desk = stack.enter_context(_desk(settings))
        for process, health in parts:
            _wait(process, health, log)
        yield Rehearsal(desk, settings)


def _settings(real: Settings, folder: Path) -> Settings:
    """What the house has in common with the real one: articles, model and limits; not its data."""
    return real.model_copy(
        update={
            "data_dir": folder,
            "database_url": "",
            "host": "127.0.0.1",
            "public_url": "",
            "port": free_port(),
            "actions_port": free_port(),
            "rasa_port": free_port(),
            "channel_secret": type(real.channel_secret)(secrets.token_urlsafe(32)),
            "demo": True,
            "mail": "mailbox",
            "log_level": "ERROR",
        }
    )


def _environment(settings: Settings) -> dict[str, str]:
    own = {
        "KULANZ_DATA_DIR": settings.data_dir,
        "KULANZ_PORT": settings.port,
        "KULANZ_HOST": settings.host,
        "KULANZ_PUBLIC_URL": "",
        "KULANZ_ACTIONS_PORT": settings.actions_port,
        "KULANZ_ACTIONS_URL": settings.actions_url,
        "KULANZ_CHANNEL_SECRET": settings.channel_secret.get_secret_value(),
        "KULANZ_ARTICLES_DIR": settings.articles_dir,
        "KULANZ_KNOWLEDGE_QUESTIONS": settings.knowledge_questions,
        "KULANZ_EMBEDDING_MODEL": settings.embedding_model,
        "KULANZ_LOG_LEVEL": settings.log_level,
        "PYTHONPATH": f"{BOT}{os.pathsep}{ROOT}",
    }
    return {**os.environ, **QUIET, **ONE_THREAD, **{name: str(value) for name, value in own.items()}}


@contextmanager
def _process(command: list[str], cwd: Path, settings: Settings, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603  commands of ours
            command, cwd=cwd, env=_environment(settings), stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def _desk(settings: Settings) -> Iterator[Desk]:
    """The desk with the demo shop, served by a thread of this process."""
    app = create_app(settings)
    upgrade(app.state.engine)
    seed(app.state.desk.units, DEMO, SystemClock())
    serving = server(app, settings)
    thread = threading.Thread(target=serving.run, name="desk", daemon=True)
    thread.start()
    try:
        while not serving.started:
            if not thread.is_alive():
                raise NotRehearsed("The desk did not start.")
            time.sleep(PAUSE)
        yield app.state.desk
    finally:
        serving.should_exit = True
        thread.join(STOP_SECONDS)


def _wait(process: subprocess.Popen[bytes], health: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not answers(health):
        if process.poll() is not None or time.monotonic() > deadline:
            raise NotRehearsed(f"A part of the bot did not start:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(PAUSE)
