"""Databases and houses are those of the desk's own tests."""

from __future__ import annotations

from tests.unit.handover.conftest import (  # noqa: F401 -- fixtures
    app,
    bot,
    desk,
    engine,
    house,
    limits,
    migrated,
    postgresql,
    postgresql_engine,
    settings,
    sqlite_engine,
)
