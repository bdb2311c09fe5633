"""What the machine and the network see of a running Kulanz."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from handover.launcher.services import free_port
from tests.network import cable, can_make_namespaces
from tests.stack import ROOT, Stack, until, without_settings
from tests.visitor import Visitor

needs_namespaces = pytest.mark.skipif(
    not can_make_namespaces(), reason="network namespaces cannot be made here (needs root and iproute2)"
)


@pytest.fixture(scope="module")
def start(installation: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Stack]]:
    """Start stacks of one's own; whatever happens, they are stopped."""
    stacks: list[Stack] = []

    def start_one(*prefix: str, **settings: str) -> Stack:
        stacks.append(Stack(tmp_path_factory.mktemp("own"), prefix, like=installation, **settings))
        return stacks[-1].start()

    yield start_one
    for stack in stacks:
        stack.stop()


@pytest.fixture(scope="module")
def open_stack(start: Callable[..., Stack]) -> Stack:
    """A stack that listens to the whole network."""
    return start(HOST="0.0.0.0")


def tried(*command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """A Python command that is expected to end by itself within half a minute."""
    environment = {**without_settings(), **settings}
    words = [sys.executable, *command]
    return subprocess.run(words, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)


def listening(stack: Stack) -> set[tuple[str, int]]:
    """Addresses and ports on which the stack's processes listen."""
    connections = (connection for process in stack.family for connection in process.net_connections("inet"))
    return {(each.laddr.ip, each.laddr.port) for each in connections if each.status == psutil.CONN_LISTEN}


def test_f94_all_but_the_public_port_listen_on_loopback_alone(open_stack: Stack) -> None:
    found = listening(open_stack)
    ports = open_stack.state["ports"]
    assert ("0.0.0.0", open_stack.port) in found
    assert {(host, port) for host, port in found if host not in ("127.0.0.1", "::1")} == {("0.0.0.0", open_stack.port)}
    assert {ports["RASA_PORT"], ports["ACTIONS_PORT"]} <= {port for _, port in found}


@needs_namespaces
def test_f94_and_f102_a_stack_without_internet_works_sends_nothing_out_and_shows_one_port(
    start: Callable[..., Stack],
) -> None:
    with cable() as laid:
        with laid.listened_to() as frames:
            stack = start(*laid.inside, HOST="0.0.0.0")
            answer = subprocess.run(
                [*laid.inside, sys.executable, "-m", "tests.visitor", stack.url, "Kann ich mit PayPal zahlen?"],
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
        assert "PayPal" in answer.stdout, answer.stderr
        assert frames == []
        assert laid.open_ports([*range(1, 10000), *stack.state["ports"].values()]) == [stack.port]
        stack.stop()


def test_a_process_that_is_killed_comes_back_and_the_bot_answers_again(open_stack: Stack) -> None:
    for name in ("rasa", "actions", "desk"):
        open_stack.wait_until_restarted(name, open_stack.kill(name))
    until(open_stack.is_ready, 90)
    with Visitor(open_stack.url) as visitor:
        assert "PayPal" in visitor.ask("Kann ich mit PayPal zahlen?")["data"]["text"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_however_the_run_is_ended_no_process_is_left(start: Callable[..., Stack], number: signal.Signals) -> None:
    stack = start()
    family = stack.family
    os.kill(stack.supervisor.pid, number)
    code = stack.supervisor.wait(40)
    assert code == (-number if number == signal.SIGKILL else 0)
    until(lambda: not [p for p in family if p.is_running() and p.status() != psutil.STATUS_ZOMBIE], 20)
    assert not stack.state


def test_a_second_run_on_the_same_data_says_where_the_first_is(stack: Stack) -> None:
    second = tried("-m", "handover.launcher", "run", **stack.environment)
    assert second.returncode == 1
    assert f"already running at {stack.url}" in second.stderr


def test_a_public_port_in_use_is_said_before_anything_is_set_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        run = tried("-m", "handover.launcher", "run", KULANZ_DATA_DIR=str(tmp_path), KULANZ_PORT=port)
    assert run.returncode == 1
    assert f"Port {port}" in run.stderr
    assert "KULANZ_PORT=" in run.stderr
    assert not list(tmp_path.glob("*.db"))


@pytest.mark.parametrize("command", [["-m", "handover.cli", "desk"], ["-m", "actions.server"]])
def test_a_process_without_its_secret_ends_at_once_and_says_why(tmp_path: Path, command: list[str]) -> None:
    ended = tried(*command, KULANZ_DATA_DIR=str(tmp_path), KULANZ_CHANNEL_SECRET="")
    assert ended.returncode != 0
    assert "KULANZ_CHANNEL_SECRET" in ended.stderr


def test_f43_a_desk_without_its_database_ends_within_half_a_minute_and_says_why(tmp_path: Path) -> None:
    own = {"KULANZ_DATA_DIR": str(tmp_path), "KULANZ_CHANNEL_SECRET": "s" * 32, "KULANZ_PORT": str(free_port())}
    desk = tried("-m", "handover.cli", "desk", **own)
    assert desk.returncode != 0
    assert "kulanz migrate" in desk.stderr + desk.stdout
