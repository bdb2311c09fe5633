"""One transaction of the database, and what is published once it is committed."""

from __future__ import annotations

import logging
from contextlib import ExitStack, contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Self

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from handover.domain.errors import Unavailable
from handover.services.ports import Publication, Publisher
from handover.store.engine import open_connection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    from sqlalchemy import Connection, Engine

log = logging.getLogger(__name__)

UNUSABLE = (OperationalError, InterfaceError, NoConnectionLeft)
"""How a database says that it is locked, full, gone, or has no connection left."""
STRIPES = 64
"""Locks that the conversations of a database with many writers share."""


class CommitOrder:
    """Lets publications leave this process in the order of the commits.

    SQLite has one writer anyway, so there the lock is taken before the first statement and given back after
    publishing: waiting for it is fair and prompt, waiting in SQLite's busy handler is neither. Elsewhere commits of
    different conversations run side by side, and those of one conversation take turns.
    """

    def __init__(self, engine: Engine) -> None:
        self.one_writer = engine.dialect.name == "sqlite"
        self._locks = tuple(Lock() for _ in range(1 if self.one_writer else STRIPES))

    def before_writing(self, held: ExitStack) -> None:
        if self.one_writer:
            held.enter_context(self._locks[0])

    def before_commit(self, held: ExitStack, conversation_ids: Iterable[str]) -> None:
        """Always in the same order, so that no two wait for each other."""
        if not self.one_writer:
            for stripe in sorted({hash(one) % STRIPES for one in conversation_ids}):
                held.enter_context(self._locks[stripe])


class Transaction:
    """Commits on leaving, then publishes; an exception undoes everything."""

    def __init__(self, engine: Engine, order: CommitOrder, publisher: Publisher, *, write: bool) -> None:
        self._engine, self._order, self._publisher, self._write = engine, order, publisher, write
        self._held = ExitStack()
        self.connection: Connection
        self.publications: list[Publication] = []
        self._spoilt = False

    def __enter__(self) -> Self:
        with told_as_unavailable(), ExitStack() as opening:
            if self._write:
                self._order.before_writing(opening)
            self.connection = opening.enter_context(open_connection(self._engine, write=self._write))
            self._begun = self.connection.begin()
            self._held = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with told_as_unavailable(), self._held:
            if kind is not None:
                self._begun.rollback()
                if error and issubclass(kind, UNUSABLE):
                    raise error
                return
            self._order.before_commit(self._held, [publication.conversation_id for publication in self.publications])
            self._commit()
            for publication in self.publications:
                self._publisher.publish(publication)

    @contextmanager
    def part(self) -> Iterator[Self]:
        """For one of several units; its failure spoils the whole, even if it is made good afterwards."""
        try:
            yield self
        except BaseException:
            self._spoilt = True
            raise

    def _commit(self) -> None:
        if self._spoilt:
            self._begun.rollback()
            raise Spoilt
        try:
            self._begun.commit()
        except BaseException:
            self._begun.rollback()  # or SQLite's transaction stays open in the pool, holding its lock
            raise


@contextmanager
def told_as_unavailable() -> Iterator[None]:
    """The services know no database, only that it cannot be used right now."""
    try:
        yield
    except UNUSABLE as error:
        log.warning("the database cannot be used: %s", error.orig if isinstance(error, DBAPIError) else error)
        raise Unavailable("This cannot be stored right now. Please try again in a moment.") from error


class Spoilt(Exception):
    """One of several units in a transaction failed."""
