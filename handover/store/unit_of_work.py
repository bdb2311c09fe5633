"""All stores on one connection, in one transaction; several units may share it."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack, suppress
from threading import local
from typing import TYPE_CHECKING, Self, TypeVar

from handover.contract.events import MessagePosted, NotePosted
from handover.domain.errors import Unavailable
from handover.domain.words import words
from handover.services.ports import (
    AgentStore,
    AuditStore,
    BoardStore,
    CannedStore,
    ChallengeStore,
    Clock,
    ContactStore,
    ConversationStore,
    CreditStore,
    CustomerStore,
    DraftStore,
    ErasureStore,
    EventLog,
    FileStore,
    GapStore,
    LeaseStore,
    MailStore,
    MentionStore,
    OfferStore,
    Publication,
    Publisher,
    RefundStore,
    RetentionStore,
    RulesStore,
    SearchStore,
    SecondStepStore,
    SelfServiceStore,
    ShiftStore,
    ShopStore,
    StaffStore,
    StoredEvent,
    TaskStore,
    TurnStore,
    WaitStore,
    WrapUpStore,
    WritingStore,
)
from handover.store.agents import SqlAgentStore
from handover.store.audit import SqlAuditStore
from handover.store.board import SqlBoardStore
from handover.store.canned import SqlCannedStore
from handover.store.challenges import SqlChallengeStore
from handover.store.contacts import SqlContactStore
from handover.store.conversations import SqlConversationStore
from handover.store.credit import SqlCreditStore
from handover.store.customers import SqlCustomerStore
from handover.store.drafts import SqlDraftStore
from handover.store.erasures import SqlErasureStore
from handover.store.events import SqlEventLog
from handover.store.files import SqlFileStore
from handover.store.gaps import SqlGapStore
from handover.store.leases import SqlLeaseStore
from handover.store.mails import SqlMailStore
from handover.store.mentions import SqlMentionStore
from handover.store.offers import SqlOfferStore
from handover.store.refunds import SqlRefundStore
from handover.store.retention import SqlRetentionStore
from handover.store.rules import SqlRulesStore
from handover.store.search import SqlSearchStore
from handover.store.second_steps import SqlSecondStepStore
from handover.store.selfservice import SqlSelfServiceStore
from handover.store.shifts import SqlShiftStore
from handover.store.shop import SqlShopStore
from handover.store.staff import SqlStaffStore
from handover.store.tasks import SqlTaskStore
from handover.store.transaction import CommitOrder, Transaction
from handover.store.turns import SqlTurnStore
from handover.store.waits import SqlWaitStore
from handover.store.wrap_ups import SqlWrapUpStore
from handover.store.writing import SqlWritingStore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from sqlalchemy import Engine

    from handover.contract.base import Actor
    from handover.contract.events import AnyPayload, Event


T = TypeVar("T")


class SqlUnits:
    """Opens units of work on one database (`ports.Units`)."""

    def __init__(self, engine: Engine, publisher: Publisher, clock: Clock) -> None:
        self.engine = engine
        self.publisher = publisher
        self.clock = clock
        self._order = CommitOrder(engine)
        self._shared = local()  # the transaction that this thread's writing units share, if any

    def __call__(self, *, write: bool = True) -> SqlUnitOfWork:
        return SqlUnitOfWork(self, write=write)

    @property
    def one_writer(self) -> bool:
        return self._order.one_writer

    def together(self, deeds: Sequence[Callable[[], T]]) -> list[T | Exception]:
        """See `ports.Units`. One of their units fails: nothing is done yet, and each deed is done by itself."""
        if self.one_writer and len(deeds) > 1:
            with suppress(Exception):
                return self._at_once(deeds)
        return _one_by_one(deeds)

    def transaction(self, *, write: bool) -> AbstractContextManager[Transaction]:
        """A new one, or a part of the shared one."""
        shared: Transaction | None = getattr(self._shared, "transaction", None)
        if write and shared is not None:
            return shared.part()
        return Transaction(self.engine, self._order, self.publisher, write=write)

    def _at_once(self, deeds: Sequence[Callable[[], T]]) -> list[T | Exception]:
        with self.transaction(write=True) as self._shared.transaction:
            try:
                return [_outcome(deed) for deed in deeds]  # a refusal outside of any unit has nothing to undo
            finally:
                del self._shared.transaction


def _one_by_one(deeds: Sequence[Callable[[], T]]) -> list[T | Exception]:
    """Where the database cannot be used, those behind are told so, too: each would wait for it in vain for seconds."""
    outcomes: list[T | Exception] = []
    for deed in deeds:
        last = outcomes[-1] if outcomes else None
        outcomes.append(last if isinstance(last, Unavailable) else _outcome(deed))
    return outcomes


def _outcome(deed: Callable[[], T]) -> T | Exception:
    try:
        return deed()
    except Exception as error:  # noqa: BLE001 -- whoever asked for the deed is told
        return error


class SqlUnitOfWork:
    """See `ports.UnitOfWork`."""

    def __init__(self, units: SqlUnits, *, write: bool) -> None:
        self._units = units
        self._write = write
        self._appended: dict[str, list[StoredEvent]] = {}
        self._held = ExitStack()

    def __enter__(self) -> Self:
        self._transaction = self._held.enter_context(self._units.transaction(write=self._write))
        connection = self._transaction.connection
        self.now = self._units.clock.now()
        self.conversations: ConversationStore = SqlConversationStore(connection)
        self.log: EventLog = SqlEventLog(connection)
        self.files: FileStore = SqlFileStore(connection)
        self.drafts: DraftStore = SqlDraftStore(connection)
        self.canned: CannedStore = SqlCannedStore(connection)
        self.writing: WritingStore = SqlWritingStore(connection)
        self.mentions: MentionStore = SqlMentionStore(connection)
        self.turns: TurnStore = SqlTurnStore(connection)
        self.challenges: ChallengeStore = SqlChallengeStore(connection)
        self.customers: CustomerStore = SqlCustomerStore(connection)
        self.agents: AgentStore = SqlAgentStore(connection)
        self.second_steps: SecondStepStore = SqlSecondStepStore(connection)
        self.audit: AuditStore = SqlAuditStore(connection)
        self.mails: MailStore = SqlMailStore(connection)
        self.shop: ShopStore = SqlShopStore(connection)
        self.refunds: RefundStore = SqlRefundStore(connection)
        self.credits: CreditStore = SqlCreditStore(connection)
        self.selfservice: SelfServiceStore = SqlSelfServiceStore(connection)
        self.staff: StaffStore = SqlStaffStore(connection)
        self.shifts: ShiftStore = SqlShiftStore(connection)
        self.waits: WaitStore = SqlWaitStore(connection)
        self.offers: OfferStore = SqlOfferStore(connection)
        self.contacts: ContactStore = SqlContactStore(connection)
        self.wrap_ups: WrapUpStore = SqlWrapUpStore(connection)
        self.tasks: TaskStore = SqlTaskStore(connection)
        self.gaps: GapStore = SqlGapStore(connection)
        self.leases: LeaseStore = SqlLeaseStore(connection)
        self.retention: RetentionStore = SqlRetentionStore(connection)
        self.erasures: ErasureStore = SqlErasureStore(connection)
        self.search: SearchStore = SqlSearchStore(connection)
        self.rules: RulesStore = SqlRulesStore(connection)
        self.board: BoardStore = SqlBoardStore(connection)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._held.__exit__(kind, error, trace)
            return
        with self._held:
            self._transaction.publications += [self._publication(one) for one in self._appended]

    def append(self, conversation_id: str, actor: Actor, payload: AnyPayload) -> Event:
        stored = self.log.append(conversation_id, actor, payload, self.now)
        if isinstance(payload, MessagePosted | NotePosted):
            self.search.add(conversation_id, stored.event.number, words(said_in(payload)))
        self._appended.setdefault(conversation_id, []).append(stored)
        return stored.event

    def _publication(self, conversation_id: str) -> Publication:
        summary = self.conversations.summary(conversation_id)
        return Publication(
            conversation_id=conversation_id,
            events=tuple(self._appended[conversation_id]),
            summary=summary,
            bot_is_asked=summary.state == "bot" and self.turns.next_owed(conversation_id) is not None,
        )


def said_in(payload: MessagePosted | NotePosted) -> str:
    """What the search looks into: the words, and what files are called."""
    files = payload.files if isinstance(payload, MessagePosted) else ()
    return " ".join([payload.text or "", *(file.name for file in files)])
