"""The real house with all its processes, on one of the two back ends, and the ways to break what stands under it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from handover.store.engine import WRITE, make_engine
from tests.chaos.town import LEASE_SECONDS
from tests.redis_server import PROGRAM, RedisServer
from tests.stack import Stack, until
from tests.unit.handover.conftest import POSTGRESQL, temporary_database

SETTINGS = {
    "LEASE_SECONDS": str(LEASE_SECONDS),
    "LIMIT_FACTOR": "1000",  # a whole town writes from one address, and quicker than people do
}


class House:
    """A running stack, and its database as the judge reads it."""

    def __init__(self, stack: Stack, database_url: str = "", redis: RedisServer | None = None) -> None:
        self.stack = stack
        self.url, self.port = stack.url, stack.port
        self.engine = make_engine(database_url or f"sqlite:///{stack.database}")
        self._redis = redis

    @property
    def processes(self) -> dict[str, int]:
        return dict(self.stack.state.get("processes", {}))

    def is_whole(self) -> bool:
        return self.stack.is_ready()

    def books_balance(self) -> bool:
        return self.stack.kulanz("credit", "reconcile").returncode == 0

    @property
    def database_faults(self) -> dict[str, Callable[[float], Awaitable[None]]]:
        on_disk = self.engine.dialect.name == "sqlite"
        faults: dict[str, Callable[[float], Awaitable[None]]] = (
            {"database locked": self._lock_database} if on_disk else {"database cut": self._cut_database}
        )
        if self._redis:
            faults["redis killed"] = self._kill_redis
        return faults

    async def _lock_database(self, seconds: float) -> None:
        """Somebody else writes, now and then for longer than SQLite waits."""
        await asyncio.to_thread(self._hold_lock, seconds * 2)

    def _hold_lock(self, seconds: float) -> None:
        with suppress(OperationalError), self.engine.connect().execution_options(**{WRITE: True}) as connection:
            connection.begin()
            time.sleep(seconds)

    async def _cut_database(self, _seconds: float) -> None:
        """Every connection of the house ends in the middle of whatever it does."""
        await asyncio.to_thread(self._terminate_backends)

    def _terminate_backends(self) -> None:
        own = text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        with self.engine.connect() as connection:
            connection.execute(own)

    async def _kill_redis(self, seconds: float) -> None:
        """Gone for a while, and empty when it is back."""
        assert self._redis
        self._redis.kill()
        await asyncio.sleep(seconds)
        await asyncio.to_thread(self._redis.start)


@contextmanager
def on_sqlite(folder: Path, installation: Path) -> Iterator[House]:
    """One desk process, everything in one file."""
    stack = Stack(folder, like=installation, **SETTINGS)
    try:
        yield opened(House(stack.start()))
    finally:
        stack.stop()


@contextmanager
def on_postgresql(folder: Path, installation: Path) -> Iterator[House]:
    """Two desk processes on PostgreSQL, with a Redis between them."""
    server = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")
    with temporary_database(server) as url, RedisServer() as redis:
        scale = {"DATABASE_URL": url, "REDIS_URL": redis.url, "DESK_PROCESSES": "2"}
        stack = Stack(folder, like=installation, **SETTINGS, **scale)
        try:
            stack.set_up()
            yield opened(House(stack.start(), url, redis))
        finally:
            stack.stop()
    server.dispose()


def opened(house: House) -> House:
    until(house.stack.is_up, 60)
    return house


def lacks_for_postgresql() -> str:
    """What `on_postgresql` needs and this machine has not."""
    if PROGRAM is None:
        return "no redis-server"
    server: Engine = create_engine(POSTGRESQL, connect_args={"connect_timeout": 2})
    try:
        server.connect().close()
    except DBAPIError:
        return "no PostgreSQL at 127.0.0.1:5432"
    finally:
        server.dispose()
    return ""
