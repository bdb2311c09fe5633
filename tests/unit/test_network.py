"""The measuring tools themselves: a quiet system is seen as quiet, a talkative one is not."""

import subprocess
import sys

import pytest

from tests.network import cable, can_make_namespaces

pytestmark = pytest.mark.skipif(
    not can_make_namespaces(), reason="network namespaces cannot be made here (needs root and iproute2)"
)


def test_a_look_up_of_a_name_is_seen_on_the_cable() -> None:
    ask = "import socket\ntry: socket.getaddrinfo('telemetry.example', 443)\nexcept OSError: pass"
    with cable() as laid, laid.listened_to() as frames:
        subprocess.run([*laid.inside, sys.executable, "-c", ask], check=True, timeout=60)
    assert any(frame.endswith("-> 10.99.77.2") for frame in frames)


def test_silence_is_seen_as_silence() -> None:
    with cable() as laid, laid.listened_to() as frames:
        subprocess.run([*laid.inside, sys.executable, "-c", "import socket; socket.socket()"], check=True, timeout=60)
    assert frames == []


def test_only_a_port_that_listens_to_all_answers_from_outside() -> None:
    listen = "import socket, sys\na, b = (socket.create_server((h, p)) for h, p in (('0.0.0.0', 7001), ('127.0.0.1', 7002)))\nprint(flush=True); sys.stdin.read()"
    with cable() as laid:
        words = [*laid.inside, sys.executable, "-c", listen]
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
            server.stdout.readline()
            assert laid.open_ports([7001, 7002, 7003]) == [7001]
            server.stdin.close()
