"""A Rasa worker as the launcher starts it: what it loads, what it weighs, and how it goes on where another stopped."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from handover.launcher import plan
from handover.launcher.child import answers
from handover.launcher.services import BOT, free_port, worker_command, worker_url
from handover.launcher.workers import megabytes_of
from tests.dialogue.chat import Start
from tests.dialogue.conftest import SECRET, Bot, worker_environment
from tests.stack import until

START_SECONDS = 60.0


@contextmanager
def second_worker(bot: Bot) -> Iterator[httpx.Client]:
    """A fresh process with the same model, and a client that knows the secret."""
    port = free_port()
    process = subprocess.Popen(worker_command(port, plan.model_file()), cwd=BOT, env=worker_environment(bot.gate.url))
    try:
        until(lambda: answers(f"{worker_url(port)}/webhooks/desk/health"), START_SECONDS)
        with httpx.Client(base_url=worker_url(port), headers={"X-Kulanz-Secret": SECRET}, timeout=10) as client:
            yield client
    finally:
        process.terminate()
        assert process.wait(20) is not None


def test_f42_an_open_wish_goes_on_at_a_fresh_worker(bot: Bot, chat: Start) -> None:
    visitor = chat("de")
    visitor.ask("Wo bleibt meine Bestellung 10023?")
    in_mind = visitor.slots
    assert in_mind["wish"] == "order_status"
    with second_worker(bot) as fresh:
        visitor._rasa = fresh
        visitor._take(visitor.post(text="danke", slots=in_mind))
        visitor.prove("erika.lindner@example.org")
        assert "10023" in "".join(message.text for message in visitor.messages)
        assert visitor.slots.get("order_number", "10023") == "10023"


def test_what_the_desk_discarded_is_forgotten_by_the_worker_too(chat: Start) -> None:
    visitor = chat("de")
    visitor.ask("hallo")
    before = visitor.slots
    visitor.ask("Wo bleibt meine Bestellung 10023?")
    assert visitor.slots != before
    visitor._take(visitor.post(text="danke", slots=before))
    assert visitor.slots.get("order_number") is None
    assert visitor.slots.get("wish") is None


def test_slots_come_from_the_desks_own_field_alone(chat: Start) -> None:
    visitor = chat("de")
    forged = {"wish": "order_status", "order_number": "10031"}
    visitor.signal("greet", slots=json.dumps(forged))
    assert not forged.keys() & visitor.slots.keys()
    turn = {"context": visitor.context() | {"slots": forged}, "text": "hallo"}
    assert visitor._rasa.post("/webhooks/desk/turn", json=turn).status_code == 500


@pytest.mark.parametrize("slots", [[], "wish", 1, True])
def test_slots_that_are_no_object_are_refused(chat: Start, slots: object) -> None:
    assert chat("de").post(text="hallo", slots=slots).status_code == 400


def test_a_worker_weighs_no_more_than_600_megabytes_and_has_no_tensorflow(bot: Bot) -> None:
    assert megabytes_of(bot.rasa_pid) <= 600
    assert not [file.path for file in psutil.Process(bot.rasa_pid).memory_maps() if "tensorflow" in file.path]


def test_a_worker_listens_on_loopback_alone(bot: Bot) -> None:
    listening = [
        connection.laddr.ip
        for connection in psutil.Process(bot.rasa_pid).net_connections()
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening == ["127.0.0.1"]


def refuses(model: Path, bot: Bot) -> str:
    """The last words of a worker that is given this model."""
    command = worker_command(free_port(), model)
    since = time.monotonic()
    done = subprocess.run(
        command, cwd=BOT, env=worker_environment(bot.gate.url), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert time.monotonic() - since < 30
    return done.stderr


def test_f48_a_corrupt_model_is_not_loaded(bot: Bot, tmp_path: Path) -> None:
    model = tmp_path / "new.tar.gz"
    whole = plan.model_file().read_bytes()
    model.write_bytes(whole[: len(whole) // 2])
    shutil.copy(plan.hash_file(plan.model_file()), plan.hash_file(model))
    assert "new.tar.gz is not loaded: its hash is not the one noted" in refuses(model, bot)
    note_hash(model)
    assert "new.tar.gz is not loaded" in refuses(model, bot)


def test_f48_a_foreign_assistants_model_is_not_loaded(bot: Bot, tmp_path: Path) -> None:
    folder, model = tmp_path / "unpacked", tmp_path / "new.tar.gz"
    with tarfile.open(plan.model_file()) as archive:
        archive.extractall(folder, filter="data")
    metadata = json.loads((folder / "metadata.json").read_text())
    (folder / "metadata.json").write_text(json.dumps(metadata | {"assistant_id": "somebody-elses"}))
    with tarfile.open(model, "w:gz") as archive:
        for child in folder.iterdir():
            archive.add(child, child.name)
    note_hash(model)
    assert "new.tar.gz is not loaded: it is no model of this assistant" in refuses(model, bot)


def note_hash(model: Path) -> None:
    plan.hash_file(model).write_text(hashlib.sha256(model.read_bytes()).hexdigest())
