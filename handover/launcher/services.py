"""The three processes of an installation: their commands, environments and health addresses."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
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


@dataclass(frozen=True)
class Service:
    """One process to be kept alive."""

    name: str
    command: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str]
    health: str
    """Answers 200 once the process can work."""


def environment(config: Config, **more: str) -> dict[str, str]:
    """What our processes see: the caller's environment with the settings made explicit."""
    return {**os.environ, **config.values, **QUIET, "PYTHONPATH": str(ROOT), **more}


def services(config: Config, model: Path) -> list[Service]:
    python = str(python_in(VENV))
    rasa_port, actions_url = config["RASA_PORT"], f"http://127.0.0.1:{config['ACTIONS_PORT']}"
    desk_url = f"http://{config.own_address}:{config['PORT']}"
    env = environment(config)
    rasa_env = environment(config, KULANZ_ACTIONS_URL=actions_url, PYTHONPATH=str(BOT))
    return [
        Service("actions", (python, "-m", "actions.server"), ROOT, env, f"{actions_url}/health"),
        Service(
            "rasa", rasa_command(rasa_port, model), BOT, rasa_env, f"http://127.0.0.1:{rasa_port}/webhooks/desk/health"
        ),
        Service("desk", (python, "-m", "handover.cli", "desk"), ROOT, env, f"{desk_url}/health"),
    ]


def rasa_command(port: str, model: Path) -> tuple[str, ...]:
    words = [python_in(VENV_RASA), "-m", "rasa", "run", "--interface", "127.0.0.1", "--port", port, "--model", model]
    words += ["--endpoints", "endpoints.yml", "--credentials", "credentials.yml"]
    return tuple(map(str, words))


def is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def with_ports(config: Config) -> Config:
    """The public port must be as asked; an internal one that nobody asked for moves out of the way."""
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
