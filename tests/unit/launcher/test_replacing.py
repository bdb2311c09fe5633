"""A fresh process takes the place of a running one; the processes are small but real."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from handover.launcher import holding, supervisor, workers
from handover.launcher.config import load
from handover.launcher.services import Service, free_port, services
from handover.launcher.supervisor import Supervisor
from handover.launcher.workers import Caretaker, megabytes_of, tell_addresses
from tests.stack import until

WORKER = """
import http.server, sys, time
time.sleep(float(sys.argv[2]))
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/slow":
            time.sleep(1.0)
        self.send_response(200); self.end_headers(); self.wfile.write(sys.argv[1].encode())
    def log_message(self, *_): pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def small(name: str = "rasa", code: str = WORKER, start: float = 0.3) -> Service:
    port = free_port()
    command = (sys.executable, "-c", code, str(port), str(start))
    return Service(name, command, Path.cwd(), dict(os.environ), f"http://127.0.0.1:{port}/health", drains=True)


def fetch(address: str, path: str = "/") -> str:
    with urllib.request.urlopen(address + path, timeout=5) as answer:
        return str(answer.read().decode())


class Running:
    """A supervisor with one small worker, in a thread."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.said = folder, []
        self.looks: list[Callable[[Supervisor], None]] = []
        self._lock = holding.open_lock(folder, "running")
        self.first = small()
        self.supervisor = Supervisor([self.first], folder / "logs", self._lock, self.said.append)
        self._thread = threading.Thread(target=self.supervisor.run, args=(self.changed, self.look))
        self._thread.start()
        until(lambda: self.supervisor.ready)

    def changed(self, it: Supervisor) -> None:
        tell_addresses(self.folder, it)

    def look(self, it: Supervisor) -> None:
        for look in self.looks:
            look(it)

    def address(self) -> str:
        """Where the desk would send a turn now."""
        return str(json.loads(holding.workers_file(self.folder).read_text())["rasa"])

    def stop(self) -> None:
        self.supervisor.stopping.set()
        self._thread.join(20)
        self._lock.close()


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    monkeypatch.setattr(supervisor, "DRAIN_SECONDS", 1.5)
    running = Running(tmp_path)
    yield running
    running.stop()


def test_f49_no_request_fails_while_a_fresh_worker_takes_over(running: Running) -> None:
    seen: list[str] = []
    asking = True

    def ask() -> None:
        while asking:
            address = running.address()
            seen.append(fetch(address, "/slow" if len(seen) % 5 == 0 else "/"))

    crowd = [threading.Thread(target=ask) for _ in range(4)]
    for one in crowd:
        one.start()
    old = running.supervisor.pids["rasa"]
    fresh = small(start=1.0)
    running.supervisor.replace(fresh, "test")
    until(lambda: running.address() == fresh.address)
    until(lambda: not Path(f"/proc/{old}").exists() or not megabytes_of(old))
    asking = False
    for one in crowd:
        one.join(10)
    ports = [address.rpartition(":")[2] for address in (running.first.address, fresh.address)]
    assert set(seen) == set(ports)
    assert seen[-1] == ports[1]
    assert running.supervisor.pids["rasa"] != old


def test_f48_a_fresh_worker_that_cannot_start_is_told_of_and_the_old_one_serves_on(running: Running) -> None:
    old = running.supervisor.pids
    running.supervisor.replace(small(code="import sys; sys.exit('its hash is not the one noted')"), "a new model")
    until(lambda: running.supervisor.alarms)
    assert "its hash is not the one noted" in running.supervisor.alarms["rasa"]
    assert any(line.startswith("ALARM: rasa: ") for line in running.said)
    assert running.supervisor.pids == old
    assert fetch(running.address())


def test_the_next_good_replacement_ends_the_alarm(running: Running) -> None:
    running.supervisor.replace(small(code="raise SystemExit(1)"), "a new model")
    until(lambda: running.supervisor.alarms)
    fresh = small()
    running.supervisor.replace(fresh, "a new model")
    until(lambda: running.address() == fresh.address)
    assert not running.supervisor.alarms


def test_a_worker_that_dies_while_its_successor_starts_is_not_started_again(running: Running) -> None:
    fresh = small(start=2.5)
    running.supervisor.replace(fresh, "test")
    until(lambda: not running.supervisor._wanted)
    os.kill(running.supervisor.pids["rasa"], 9)
    until(lambda: running.address() == fresh.address)
    until(lambda: len(running.supervisor.pids) == 1)
    assert [line for line in running.said if "ended with -9" in line]
    assert fetch(running.address())


def test_a_deaf_worker_is_killed_after_its_successor_took_over(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "GRACE_SECONDS", 0.5)
    old = running.supervisor.pids["rasa"]
    os.kill(old, signal.SIGSTOP)
    running.supervisor.replace(small(), "test")
    until(lambda: not Path(f"/proc/{old}").exists())
    assert fetch(running.address())


def caretaker(**settings: str) -> Caretaker:
    config = load({f"KULANZ_{name}": value for name, value in settings.items()})
    return Caretaker(config, lambda: Path("new.tar.gz"), every=0.05)


class Noted:
    """What a supervisor would be asked to do."""

    def __init__(self, pid: int, service: Service) -> None:
        self.pids, self.services, self.being_replaced = {"rasa": pid}, {"rasa": service}, set()
        self.asked: list[tuple[Service, str]] = []

    def replace(self, service: Service, why: str) -> None:
        self.asked.append((service, why))


def test_a_worker_above_its_memory_is_replaced_once_it_has_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    noted = Noted(os.getpid(), small())
    care = caretaker(RASA_MEMORY_MB="1")
    time.sleep(0.06)
    care.look(noted)
    assert not noted.asked
    monkeypatch.setattr(workers, "SETTLED_SECONDS", 0.0)
    monkeypatch.setattr(workers, "answers", lambda _: True)
    time.sleep(0.06)
    care.look(noted)
    assert [why for _, why in noted.asked] == ["the old one held more than 1 MB"]
    roomy = Noted(os.getpid(), small())
    care = caretaker(RASA_MEMORY_MB="100000")
    time.sleep(0.06)
    care.look(roomy)
    assert not roomy.asked


def test_a_worker_that_is_silent_three_times_in_a_row_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    noted, care = Noted(os.getpid(), small()), caretaker()
    for answer in (False, False, True, False, False, False):
        monkeypatch.setattr(workers, "answers", lambda _, answer=answer: answer)
        assert not noted.asked
        time.sleep(0.06)
        care.look(noted)
    assert [why for _, why in noted.asked] == ["the old one was silent 3 times"]


def test_a_new_model_is_given_to_every_worker_in_turn() -> None:
    noted, care = Noted(os.getpid(), small()), caretaker()
    care.new_model.set()
    care.look(noted)
    care.look(noted)
    assert [(service.name, service.command[-1], why) for service, why in noted.asked] == [
        ("rasa", "new.tar.gz", "a new model")
    ]


def test_as_many_workers_are_started_as_set_each_on_a_port_of_its_own(tmp_path: Path) -> None:
    config = load({"KULANZ_RASA_WORKERS": "3", "KULANZ_DATA_DIR": str(tmp_path)})
    found = [service for service in services(config, Path("m.tar.gz")) if service.name.startswith("rasa")]
    assert [service.name for service in found] == ["rasa", "rasa-2", "rasa-3"]
    assert found[0].address == "http://127.0.0.1:5005"
    assert len({service.address for service in found}) == 3


def test_the_memory_of_a_process_is_told_in_megabytes() -> None:
    assert 10 < megabytes_of(os.getpid()) < 5000
    assert megabytes_of(2**22 + 1) == 0
