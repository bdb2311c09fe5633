"""Desks to test on: the whole application (`house`), the shop and its credit (`floor`), the services alone (`desk`).

Each has a migrated database of its own. What asks for `engine`, `desk` or `floor` runs on SQLite and, where one answers, on
PostgreSQL.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from handover.app import create_app
from handover.gateways.rasa import MemoryBot
from handover.realtime.line import Limits
from handover.settings import Settings
from handover.store.engine import make_engine
from handover.store.migrate import upgrade
from handover.store.tables import metadata, switches
from tests.edges import House, own_settings
from tests.unit.handover.front_desk import FrontDesk
from tests.unit.handover.shop_floor import ShopFloor

POSTGRESQL = make_url("postgresql+psycopg://root@127.0.0.1:5432/postgres")


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with the newest tables; to be copied, not to be used."""
    path = tmp_path_factory.mktemp("migrated") / "kulanz.db"
    engine = make_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture
def settings(tmp_path: Path, migrated: Path) -> Settings:
    shutil.copy(migrated, tmp_path / "kulanz.db")
    return own_settings(tmp_path, demo=True, bot_timeout=1.0)


@pytest.fixture
def bot() -> MemoryBot:
    return MemoryBot()


@pytest.fixture
def limits() -> Limits:
    return Limits()


@pytest.fixture
def app(settings: Settings, bot: MemoryBot, limits: Limits) -> FastAPI:
    return create_app(settings, bot=bot, limits=limits)


@pytest.fixture
def house(app: FastAPI, settings: Settings) -> Iterator[House]:
    with House(app, settings) as house:
        yield house


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """A migrated, empty database."""
    return request.getfixturevalue(f"{request.param}_engine")


@pytest.fixture
def desk(engine: Engine) -> FrontDesk:
    return FrontDesk(engine)


@pytest.fixture
def floor(engine: Engine) -> ShopFloor:
    floor = ShopFloor(engine)
    floor.customer("erika")
    return floor


@pytest.fixture
def sqlite_engine(migrated: Path, tmp_path: Path) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{shutil.copy(migrated, tmp_path / 'desk.db')}")
    yield engine
    engine.dispose()


@pytest.fixture
def postgresql_engine(postgresql: Engine) -> Engine:
    """One database for all tests of a run, emptied for each: making one takes seconds."""
    with postgresql.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # the ledger can be emptied only so
        for table in set(metadata.sorted_tables) - {switches}:
            connection.execute(table.delete())
            if table.autoincrement_column is not None:
                connection.execute(text(f"ALTER SEQUENCE {table.name}_id_seq RESTART"))
        connection.execute(switches.update().values(on=False))
        connection.execute(text("ALTER TABLE ledger_entries ENABLE TRIGGER USER"))
    return postgresql


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Engine]:
    server = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 2})
    try:
        server.connect().close()
    except OperationalError:
        pytest.skip("no PostgreSQL at 127.0.0.1:5432")
    with temporary_database(server) as url:
        engine = make_engine(url)
        upgrade(engine)
        yield engine
        engine.dispose()
    server.dispose()


@contextmanager
def temporary_database(server: Engine, *, durable: bool = False) -> Iterator[str]:
    """The address of a database of its own, gone afterwards. Unless it is to be `durable`, commits wait for no disk."""
    name = f"kulanz_test_{uuid.uuid4().hex[:12]}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        if not durable:
            connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    try:
        yield POSTGRESQL.set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
