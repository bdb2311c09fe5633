"""What the launcher must know of the settings before pydantic exists. A test holds it against `handover.settings`."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from handover.launcher.errors import LauncherError

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "data" / "var"
"""Belongs to the checkout: environments' stamps, trained models. Everything else belongs to an installation's data folder."""
DEFAULTS = {
    "KULANZ_HOST": "127.0.0.1",
    "KULANZ_PORT": "8080",
    "KULANZ_RASA_PORT": "5005",
    "KULANZ_ACTIONS_PORT": "5055",
    "KULANZ_RASA_WORKERS": "1",
    "KULANZ_RASA_MEMORY_MB": "900",
    "KULANZ_DATA_DIR": str(VAR),
    "KULANZ_DATABASE_URL": "",
    "KULANZ_REDIS_URL": "",
    "KULANZ_DESK_PROCESSES": "1",
    "KULANZ_ARTICLES_DIR": str(ROOT / "knowledge" / "articles"),
    "KULANZ_KNOWLEDGE_QUESTIONS": str(ROOT / "data" / "evaluation"),
    "KULANZ_EMBEDDING_MODEL": "kulanz",
}
SECRET = "KULANZ_CHANNEL_SECRET"  # noqa: S105
"""The name of the setting, not its value."""


@dataclass(frozen=True)
class Config:
    """One installation: its data folder and its settings, all as `KULANZ_...` strings."""

    values: Mapping[str, str]
    chosen: frozenset[str]
    """Names that someone set; the others are defaults."""

    def __getitem__(self, name: str) -> str:
        return self.values[f"KULANZ_{name}"]

    @property
    def data_dir(self) -> Path:
        return Path(self["DATA_DIR"])

    @property
    def logs(self) -> Path:
        return self.data_dir / "logs"

    @property
    def demo(self) -> bool:
        return self["DEMO"].lower() in ("1", "true", "yes", "on", "t", "y")

    @property
    def url(self) -> str:
        """How people on this machine reach the desk."""
        return self.values.get("KULANZ_PUBLIC_URL") or f"http://{self.own_address}:{self['PORT']}"

    @property
    def own_address(self) -> str:
        """The desk as its own machine sees it: a wildcard address is no destination."""
        return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self["HOST"], self["HOST"])  # noqa: S104 compared, not bound

    def port(self, name: str) -> int:
        return self.number(name)

    def number(self, name: str) -> int:
        try:
            return int(self[name])
        except ValueError:
            raise LauncherError(f"KULANZ_{name} must be a number, not {self[name]!r}.") from None

    def with_secrets(self) -> Config:
        """The same with what `make_secrets` wrote meanwhile."""
        return Config({**read_secrets(self.data_dir), **self.values}, self.chosen)

    def replace(self, **changes: str) -> Config:
        return Config({**self.values, **{f"KULANZ_{name}": value for name, value in changes.items()}}, self.chosen)


def load(environment: Mapping[str, str] = os.environ) -> Config:
    """Environment over `secrets.env` of the data folder over defaults. `make run` shows the demo shop unless told otherwise."""
    given = {name: value for name, value in environment.items() if name.startswith("KULANZ_")}
    data_dir = Path(given.get("KULANZ_DATA_DIR") or VAR).resolve()
    given["KULANZ_DATA_DIR"] = str(data_dir)
    given = {**read_secrets(data_dir), **given}
    return Config({**DEFAULTS, "KULANZ_DEMO": "1", **given}, frozenset(given))


def secrets_file(data_dir: Path) -> Path:
    return data_dir / "secrets.env"


def read_secrets(data_dir: Path) -> dict[str, str]:
    """`NAME=value` lines; blank lines and `#` comments are skipped."""
    file = secrets_file(data_dir)
    if not file.is_file():
        return {}
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs}


def make_secrets(data_dir: Path) -> None:
    """Write this installation's secrets, once, readable by its owner alone."""
    data_dir.mkdir(parents=True, exist_ok=True)
    if SECRET in read_secrets(data_dir):
        return
    descriptor = os.open(secrets_file(data_dir), os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(
            "# Secrets of this installation; any other KULANZ_ setting may stand here too. The environment wins.\n"
        )
        file.write(f"{SECRET}={secrets.token_urlsafe(32)}\n")
