"""Two network namespaces joined by a cable: one for the system under test, one outside that tries its ports and counts its packets."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

INSIDE, OUTSIDE = "10.99.77.1", "10.99.77.2"
LISTEN = """
import socket, sys
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.ntohs(3))
wire.bind((sys.argv[1], 0))
print("listening", flush=True)
while True:
    frame = wire.recv(2048)
    print(frame[12:14].hex(), frame[26:34].hex(), flush=True)
"""
SCAN = """
import socket, sys
for port in map(int, sys.argv[2:]):
    try:
        socket.create_connection((sys.argv[1], port), timeout=1).close()
        print(port)
    except OSError:
        pass
"""


def can_make_namespaces() -> bool:
    """Needs root, iproute2 and a kernel that allows it."""
    if os.geteuid() != 0 or not shutil.which("ip"):
        return False
    name = f"kulanz-try-{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False).returncode == 0
    if made:
        subprocess.run(["ip", "netns", "delete", name], check=True)
    return made


class Cable:
    """`inside` runs commands where the only way out leads over the cable to `outside`."""

    def __init__(self, name: str) -> None:
        self._names = {"in": f"{name}-in", "out": f"{name}-out"}
        self.device = f"k{os.getpid()}o"

    def lay(self) -> None:
        inside, outside = self._names["in"], self._names["out"]
        resolver = Path("/etc/netns", inside)
        resolver.mkdir(parents=True)
        (resolver / "resolv.conf").write_text(f"nameserver {OUTSIDE}\n")
        for name in (inside, outside):
            run("ip", "netns", "add", name)
            quiet = ["net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1"]
            run("ip", "netns", "exec", name, "sysctl", "-qw", *quiet)
            run("ip", "-n", name, "link", "set", "lo", "up")
        near = f"k{os.getpid()}i"
        run("ip", "link", "add", near, "netns", inside, "type", "veth", "peer", "name", self.device, "netns", outside)
        for name, device, address in ((inside, near, INSIDE), (outside, self.device, OUTSIDE)):
            run("ip", "-n", name, "address", "add", f"{address}/24", "dev", device)
            run("ip", "-n", name, "link", "set", device, "up")
        run("ip", "-n", inside, "route", "add", "default", "via", OUTSIDE)

    def cut(self) -> None:
        for name in self._names.values():
            subprocess.run(["ip", "netns", "delete", name], check=False, capture_output=True)
        shutil.rmtree(Path("/etc/netns", self._names["in"]), ignore_errors=True)

    @property
    def inside(self) -> list[str]:
        """Words to put before a command that shall run inside."""
        return ["ip", "netns", "exec", self._names["in"]]

    @property
    def outside(self) -> list[str]:
        return ["ip", "netns", "exec", self._names["out"]]

    def open_ports(self, ports: Sequence[int]) -> list[int]:
        """Which of these ports answer somebody outside."""
        command = [*self.outside, sys.executable, "-c", SCAN, INSIDE, *map(str, ports)]
        found = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
        return [int(line) for line in found.stdout.split()]

    @contextmanager
    def listened_to(self) -> Iterator[list[str]]:
        """Collect every frame on the cable; the list is filled when the block ends."""
        frames: list[str] = []
        command = [*self.outside, sys.executable, "-c", LISTEN, self.device]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as listener:
            assert listener.stdout.readline() == "listening\n"
            try:
                yield frames
            finally:
                listener.terminate()
                frames += [describe(line) for line in listener.stdout]


def describe(line: str) -> str:
    kind, _, addresses = line.strip().partition(" ")
    if kind != "0800":
        return f"frame of type {kind}"
    raw = bytes.fromhex(addresses)
    return f"{socket.inet_ntoa(raw[:4])} -> {socket.inet_ntoa(raw[4:])}"


@contextmanager
def cable() -> Iterator[Cable]:
    laid = Cable(f"kulanz-{os.getpid()}")
    try:
        laid.lay()
        yield laid
    finally:
        laid.cut()


def run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)
