"""The supervisor with small real services: processes, groups, pipes and locks are the system's own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from handover.launcher import holding
from handover.launcher.config import ROOT
from handover.launcher.errors import LauncherError
from handover.launcher.services import free_port
from tests.stack import until

SERVICE = """
import http.server, subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])  # a grandchild, to be ended as well
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Health).serve_forever()
"""
RUN = """
import signal, sys, os
from pathlib import Path
from handover.launcher import holding
from handover.launcher.errors import LauncherError
from handover.launcher.services import Service
from handover.launcher.supervisor import Supervisor
data, port, code = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
service = Service("small", (sys.executable, "-c", code, port), data, dict(os.environ), f"http://127.0.0.1:{port}/")
with holding.held(data) as lock:
    supervisor = Supervisor([service], data / "logs", lock, print)
    signal.signal(signal.SIGTERM, lambda *_: supervisor.stopping.set())
    def changed(it):
        state = {"pid": os.getpid(), "url": "here", "processes": it.pids, "ready": it.ready}
        holding.write_state(data, state)
    try:
        supervisor.run(changed)
    except LauncherError as error:
        sys.exit(str(error))
"""


class Installation:
    """One data folder with one small service."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.errors = folder / "errors"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, code: str = SERVICE) -> None:
        words = [sys.executable, "-c", RUN, str(self.folder), str(self.port), code]
        with self.errors.open("w") as errors:
            self.process = subprocess.Popen(words, cwd=ROOT, stderr=errors)

    def ready(self) -> dict:
        return until(lambda: self.state and self.state["ready"] and self.state)

    @property
    def state(self) -> dict | None:
        return holding.read_state(self.folder)

    def family(self) -> list[psutil.Process]:
        supervisor = psutil.Process(self.process.pid)
        return [supervisor, *supervisor.children(recursive=True)]


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    installation = Installation(tmp_path)
    yield installation
    if installation.process and installation.process.poll() is None:
        holding.stop(tmp_path)
        installation.process.wait(20)


def all_gone(family: list[psutil.Process]) -> bool:
    return not [p for p in family if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


def test_stop_ends_every_process_and_says_so_only_when_something_ran(installation: Installation) -> None:
    installation.start()
    installation.ready()
    family = installation.family()
    assert len(family) == 4  # supervisor, reaper, service, the service's child
    assert holding.stop(installation.folder)
    assert installation.process.wait(10) == 0
    until(lambda: all_gone(family))
    assert not holding.stop(installation.folder)


def test_a_process_that_dies_is_restarted_and_its_children_are_ended(installation: Installation) -> None:
    installation.start()
    before = installation.ready()["processes"]["small"]
    family = psutil.Process(before).children(recursive=True)
    os.kill(before, signal.SIGKILL)
    after = until(lambda: (now := installation.state["processes"].get("small")) and now != before and now)
    assert psutil.pid_exists(after)
    until(lambda: all_gone(family))


def test_a_supervisor_killed_hard_leaves_no_process(installation: Installation) -> None:
    installation.start()
    installation.ready()
    family = installation.family()
    installation.process.kill()
    until(lambda: all_gone(family))
    until(lambda: installation.state is None)


def test_a_second_start_says_where_the_first_one_runs(installation: Installation) -> None:
    installation.start()
    installation.ready()
    with pytest.raises(LauncherError, match="already running at here"), holding.held(installation.folder):
        pass


def test_a_stale_state_file_is_no_running_installation(tmp_path: Path) -> None:
    holding.folder_of(tmp_path).mkdir()
    holding.write_state(tmp_path, {"pid": 1, "url": "long gone"})
    assert holding.read_state(tmp_path) is None
    with holding.held(tmp_path):
        assert not holding.state_file(tmp_path).exists()


def test_a_process_that_cannot_start_ends_the_run_with_its_last_words(installation: Installation) -> None:
    installation.start("import sys; sys.exit('no model here')")
    assert installation.process.wait(20) == 1
    words = installation.errors.read_text()
    assert "small ended with 1 before it was ready" in words
    assert "no model here" in words
    assert "small.log" in words
    assert installation.state is None


def test_a_deaf_process_is_killed_in_the_end(installation: Installation) -> None:
    installation.start("import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + SERVICE)
    installation.ready()
    family = installation.family()
    assert holding.stop(installation.folder)
    until(lambda: all_gone(family))
