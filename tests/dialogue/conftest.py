"""The real bot, the real action server with the real index, and the real desk with the demo shop, once a run."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from handover.app import create_app
from handover.contract.base import Language
from handover.gateways.rasa import MemoryBot
from handover.launcher import plan
from handover.launcher.child import answers
from handover.launcher.services import BOT, ONE_THREAD, QUIET, free_port, worker_command
from handover.services import identity
from handover.settings import Settings
from tests.dialogue.chat import Chat
from tests.dialogue.gate import Gate
from tests.edges import House
from tests.stack import ROOT, until, without_settings

SECRET = "dialogue-tests-" + "s" * 32
START_SECONDS = 240.0


@dataclass
class Bot:
    """Addresses of the running parts, and the gate to break them."""

    rasa_url: str
    actions_url: str
    gate: Gate
    house: House
    rasa_pid: int


@pytest.fixture(scope="session", autouse=True)
def codes_without_end() -> Iterator[None]:
    """Erika proves who she is in nearly every dialogue here; a real customer gets ten codes an hour."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(identity, "CODES_PER_CUSTOMER", 10_000)
        yield


@pytest.fixture(scope="session")
def bot(installation: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    folder = Path(shutil.copytree(installation / "data", tmp_path_factory.mktemp("dialogue") / "data"))
    settings = Settings(
        data_dir=folder,
        port=free_port(),
        actions_port=free_port(),
        rasa_port=free_port(),
        channel_secret=SECRET,
        demo=True,
    )
    environment = {
        **without_settings(),
        **QUIET,
        "PYTHONPATH": str(ROOT),
        "KULANZ_DATA_DIR": str(folder),
        "KULANZ_PORT": str(settings.port),
        "KULANZ_ACTIONS_PORT": str(settings.actions_port),
        "KULANZ_CHANNEL_SECRET": SECRET,
    }
    gate = Gate(settings.actions_url)
    with House(create_app(settings, bot=MemoryBot()), settings) as house, (folder / "bot.log").open("wb") as log:
        actions = subprocess.Popen(
            [sys.executable, "-m", "actions.server"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        command = worker_command(settings.rasa_port, plan.model_file())
        rasa = subprocess.Popen(command, cwd=BOT, env=worker_environment(gate.url), stdout=log, stderr=log)
        try:
            for process, url in (
                (actions, f"{settings.actions_url}/health"),
                (rasa, f"{settings.rasa_url}/webhooks/desk/health"),
            ):
                until(lambda url=url, process=process: answers(url) or process.poll() is not None, START_SECONDS)
                assert process.poll() is None, (folder / "bot.log").read_text()[-4000:]
            yield Bot(settings.rasa_url, settings.actions_url, gate, house, rasa.pid)
        finally:
            for process in (rasa, actions):
                process.terminate()
                process.wait(30)
            gate.stop()


def worker_environment(actions_url: str) -> dict[str, str]:
    """What the launcher gives to a Rasa worker."""
    own = {"KULANZ_ACTIONS_URL": actions_url, "KULANZ_CHANNEL_SECRET": SECRET, "PYTHONPATH": f"{BOT}:{ROOT}"}
    return {**without_settings(), **QUIET, **ONE_THREAD, **own}


@pytest.fixture
def rasa(bot: Bot) -> Iterator[httpx.Client]:
    """A client that knows the secret, as the desk does."""
    with httpx.Client(base_url=bot.rasa_url, headers={"X-Kulanz-Secret": SECRET}, timeout=10) as client:
        yield client


@pytest.fixture
def chat(bot: Bot, rasa: httpx.Client) -> Callable[[Language], Chat]:
    """Start a conversation in a language."""
    return lambda language: Chat(rasa, bot.house.desk, language)
