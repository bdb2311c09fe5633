"""What every command of `kulanz` needs: this installation's settings and its desk, and a way to give up."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from handover.app import build_desk
from handover.launcher.config import VAR, read_secrets
from handover.realtime.hub import Hub
from handover.services.desk import Desk
from handover.settings import Settings
from handover.store.engine import make_engine


class Fail(Exception):
    """Ends the command with this sentence and exit code 1."""


def settings_here() -> Settings:
    """The environment; what it does not say may stand in `secrets.env` of the data folder."""
    for name, value in read_secrets(Path(os.environ.get("KULANZ_DATA_DIR") or VAR)).items():
        os.environ.setdefault(name, value)
    return Settings()


@contextmanager
def the_database(settings: Settings) -> Iterator[Engine]:
    engine = make_engine(settings.database)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def the_desk(settings: Settings) -> Iterator[Desk]:
    with the_database(settings) as engine:
        yield build_desk(settings, engine, Hub())  # a hub that never starts: nobody listens here
