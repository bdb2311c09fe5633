"""The processes of an installation: their commands, environments and health addresses."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from handover.launcher.config import ROOT, Config
from handover.launcher.errors import LauncherError
from handover.launcher.tools import python_in

VENV = ROOT / ".venv"
VENV_RASA = ROOT / ".venv-rasa"
BOT = ROOT / "bot"
QUIET = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "OTEL_SDK_DISABLED": "true",
    "RASA_TELEMETRY_ENABLED": "false",
    "TOKENIZERS_PARALLELISM": "false",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "PYTHONUNBUFFERED": "1",
}
"""No process of ours calls home."""

BACKLOG = 2048
"""Visitors at the door, not yet let in."""
LITTLE_WASTE = {"MALLOC_ARENA_MAX": "2"}
"""Or each of the desk's threads may keep a heap of its own: 20 % more memory with thousands of sockets open."""
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", **LITTLE_WASTE}


@dataclass(frozen=True)
class Service:
    """One process to be kept alive."""

    name: str
    command: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str]
    health: str
    """Answers 200 once the process can work."""
    inherits: tuple[int, ...] = ()
    """Open files of ours that it gets."""
    drains: bool = False
    """What it has begun it must end by itself, before another one takes its place for good."""

    @property
    def address(self) -> str:
        """Without a path."""
        return self.health.split("/", 3)[0] + "//" + self.health.split("/", 3)[2]


def environment(config: Config, **more: str) -> dict[str, str]:
    """What our processes see: the caller's environment with the settings made explicit."""
    return {**os.environ, **config.values, **QUIET, "PYTHONPATH": str(ROOT), **more}


def services(config: Config, model: Path, door: int | None = None) -> list[Service]:
    """Actions first: a worker is ready only when it can act. `door`: see `open_door`."""
    python = str(python_in(VENV))
    return [
        Service(
            "actions", (python, "-m", "actions.server"), ROOT, environment(config), f"{actions_url(config)}/health"
        ),
        *(worker(config, name, port, model) for name, port in worker_ports(config).items()),
        *desks(config, door),
    ]


def desks(config: Config, door: int | None) -> list[Service]:
    """One that listens by itself; or several behind one door."""
    if door is None:
        health = f"http://{config.own_address}:{config['PORT']}/health"
        return [Service("desk", desk_command(), ROOT, environment(config, **LITTLE_WASTE), health)]
    names = ["desk", *(f"desk-{number}" for number in range(2, config.number("DESK_PROCESSES") + 1))]
    return [desk(config, name, free_port(), door) for name in names]


def desk(config: Config, name: str, port: int, door: int) -> Service:
    """A desk process at the common door, and at a port of its own that tells how it is."""
    command = (*desk_command(), "--door", str(door), "--own-port", str(port))
    env = environment(config, **LITTLE_WASTE)
    return Service(name, command, ROOT, env, f"http://127.0.0.1:{port}/health", inherits=(door,))


def desk_command() -> tuple[str, ...]:
    return (str(python_in(VENV)), "-m", "handover.cli", "desk")


def is_desk(name: str) -> bool:
    return name.partition("-")[0] == "desk"


@contextmanager
def open_door(config: Config) -> Iterator[int | None]:
    """The public port's socket, opened here and inherited by all desk processes: whichever is killed, it stays open.

    So nobody is refused, and who was not yet let in is let in by another process. Nothing for a single process.
    """
    if config.number("DESK_PROCESSES") == 1:
        yield None
        return
    host = config["HOST"]
    with socket.create_server((host, config.port("PORT")), family=family_of(host), backlog=BACKLOG) as door:
        yield door.fileno()


def check_desks(config: Config) -> None:
    """Several desk processes need one database that all can write to, and a bell between them."""
    if config.number("DESK_PROCESSES") > 1 and not (
        config["DATABASE_URL"].startswith("postgresql") and config["REDIS_URL"]
    ):
        raise LauncherError(
            f"KULANZ_DESK_PROCESSES={config['DESK_PROCESSES']} needs PostgreSQL and Redis: set KULANZ_DATABASE_URL to"
            " postgresql://… and KULANZ_REDIS_URL to redis://…, or leave it at 1."
        )


def actions_url(config: Config) -> str:
    return f"http://127.0.0.1:{config['ACTIONS_PORT']}"


def worker_ports(config: Config) -> dict[str, int]:
    """Names and first ports of the Rasa workers; a worker that replaces another one gets a free port."""
    ports = {"rasa": config.port("RASA_PORT")}
    return ports | {f"rasa-{number}": free_port() for number in range(2, config.number("RASA_WORKERS") + 1)}


def worker(config: Config, name: str, port: int, model: Path) -> Service:
    """One Rasa process. Its libraries compute with one thread each: the workers are the parallelism."""
    env = environment(
        config, **ONE_THREAD, KULANZ_ACTIONS_URL=actions_url(config), PYTHONPATH=f"{BOT}{os.pathsep}{ROOT}"
    )
    health = f"{worker_url(port)}/webhooks/desk/health"
    return Service(name, worker_command(port, model), BOT, env, health, drains=True)


def worker_command(port: int, model: Path) -> tuple[str, ...]:
    words = [python_in(VENV_RASA), "-W", "ignore", "serve.py", "--port", port, "--model", model]
    return tuple(map(str, words))


def is_worker(name: str) -> bool:
    return name.partition("-")[0] == "rasa"


def model_of(worker: Service) -> Path:
    return Path(worker.command[-1])


def worker_url(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def is_free(host: str, port: int) -> bool:
    with socket.socket(family_of(host)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def family_of(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def with_ports(config: Config) -> Config:
    """The public port must be as asked; an internal one that nobody asked for moves out of the way."""
    check_desks(config)
    check_public_address(config)
    for name in ("RASA_PORT", "ACTIONS_PORT"):
        if is_free("127.0.0.1", config.port(name)):
            continue
        if f"KULANZ_{name}" in config.chosen:
            raise LauncherError(in_use("127.0.0.1", config[name], name))
        config = config.replace(**{name: str(free_port())})
    return config


def check_public_address(config: Config) -> None:
    try:
        socket.getaddrinfo(config["HOST"], config.port("PORT"))
    except OSError as error:
        raise LauncherError(f"KULANZ_HOST={config['HOST']} is no address of this machine: {error}.") from error
    if not is_free(config["HOST"], config.port("PORT")):
        raise LauncherError(in_use(config["HOST"], config["PORT"], "PORT"))


def in_use(host: str, port: str, name: str) -> str:
    return (
        f"Port {port} of {host} cannot be used: another program listens there, or it is not ours to take. "
        f"Stop that program, or choose another port: `KULANZ_{name}={int(port) + 1} make run`."
    )
