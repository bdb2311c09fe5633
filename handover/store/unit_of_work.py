"""One transaction, all stores on one connection, and publishing after the commit."""

from __future__ import annotations

from contextlib import ExitStack
from threading import Lock
from typing import TYPE_CHECKING, Self

from handover.services.ports import (
    AgentStore,
    AuditStore,
    ChallengeStore,
    Clock,
    ConversationStore,
    CreditStore,
    CustomerStore,
    EventLog,
    MailStore,
    Publication,
    Publisher,
    ShopStore,
    StoredEvent,
    TurnStore,
)
from handover.store.agents import SqlAgentStore, SqlAuditStore
from handover.store.challenges import SqlChallengeStore
from handover.store.conversations import SqlConversationStore
from handover.store.credit import SqlCreditStore
from handover.store.customers import SqlCustomerStore
from handover.store.engine import open_connection
from handover.store.events import SqlEventLog
from handover.store.mails import SqlMailStore
from handover.store.shop import SqlShopStore
from handover.store.turns import SqlTurnStore

if TYPE_CHECKING:
    from types import TracebackType

    from sqlalchemy import Engine

    from handover.contract.base import Actor
    from handover.contract.events import AnyPayload, Event


class SqlUnits:
    """Opens units of work on one database (`ports.Units`)."""

    def __init__(self, engine: Engine, publisher: Publisher, clock: Clock) -> None:
        self.engine = engine
        self.publisher = publisher
        self.clock = clock
        self.lock = Lock()

    def __call__(self, *, write: bool = True) -> SqlUnitOfWork:
        return SqlUnitOfWork(self, write=write)


class SqlUnitOfWork:
    """See `ports.UnitOfWork`.

    The lock keeps publications in commit order: it is taken before the commit and given back after publishing.
    SQLite has one writer anyway, so there it is taken before the first statement: waiting for it is fair and
    prompt, waiting in SQLite's busy handler is neither.
    """

    def __init__(self, units: SqlUnits, *, write: bool) -> None:
        self._units = units
        self._write = write
        self._appended: dict[str, list[StoredEvent]] = {}
        self._open = ExitStack()
        self._locked = False

    def __enter__(self) -> Self:
        engine = self._units.engine
        with ExitStack() as opening:
            if self._write and engine.dialect.name == "sqlite":
                opening.enter_context(self._units.lock)
                self._locked = True
            connection = opening.enter_context(open_connection(engine, write=self._write))
            self._transaction = connection.begin()
            self._open = opening.pop_all()
        self.now = self._units.clock.now()
        self.conversations: ConversationStore = SqlConversationStore(connection)
        self.log: EventLog = SqlEventLog(connection)
        self.turns: TurnStore = SqlTurnStore(connection)
        self.challenges: ChallengeStore = SqlChallengeStore(connection)
        self.customers: CustomerStore = SqlCustomerStore(connection)
        self.agents: AgentStore = SqlAgentStore(connection)
        self.audit: AuditStore = SqlAuditStore(connection)
        self.mails: MailStore = SqlMailStore(connection)
        self.shop: ShopStore = SqlShopStore(connection)
        self.credits: CreditStore = SqlCreditStore(connection)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._open:
            if kind is not None:
                self._transaction.rollback()
                return
            publications = [self._publication(conversation_id) for conversation_id in self._appended]
            if publications and not self._locked:
                self._open.enter_context(self._units.lock)
            try:
                self._transaction.commit()
            except BaseException:
                self._transaction.rollback()  # or SQLite's transaction stays open in the pool, holding its lock
                raise
            for publication in publications:
                self._units.publisher.publish(publication)

    def append(self, conversation_id: str, actor: Actor, payload: AnyPayload) -> Event:
        stored = self.log.append(conversation_id, actor, payload, self.now)
        self._appended.setdefault(conversation_id, []).append(stored)
        return stored.event

    def _publication(self, conversation_id: str) -> Publication:
        return Publication(
            conversation_id=conversation_id,
            events=tuple(self._appended[conversation_id]),
            view=self.conversations.view(conversation_id),
            summary=self.conversations.summary(conversation_id),
            bot_is_asked=self.turns.next_owed(conversation_id) is not None,
        )
