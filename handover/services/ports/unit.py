"""One transaction, and what only one process at a time may do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self, TypeVar

from handover.contract.base import Actor
from handover.contract.events import AnyPayload, Event
from handover.services.ports.board import BoardStore
from handover.services.ports.conversations import ChallengeStore, ConversationStore, DraftStore, EventLog, TurnStore
from handover.services.ports.credit import CreditStore
from handover.services.ports.endings import GapStore, TaskStore, WrapUpStore
from handover.services.ports.files import FileStore
from handover.services.ports.keeping import ErasureStore, RetentionStore
from handover.services.ports.people import AgentStore, AuditStore, CustomerStore, MailStore, SecondStepStore
from handover.services.ports.queue import ContactStore, OfferStore, StaffStore, WaitStore
from handover.services.ports.rules import RulesStore
from handover.services.ports.search import SearchStore
from handover.services.ports.shifts import ShiftStore
from handover.services.ports.shop import RefundStore, SelfServiceStore, ShopStore
from handover.services.ports.writing import CannedStore, MentionStore, WritingStore

T = TypeVar("T")


class LeaseStore(Protocol):
    """What only one process at a time may do. A holder who dies loses it by time."""

    def take(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        """Take or renew, in one statement; False while somebody else holds it."""

    def give_back(self, holder: str, name: str | None = None) -> None:
        """One lease, or all of this holder."""


class UnitOfWork(Protocol):
    """One transaction. Commits when its block ends without exception, then publishes what it appended."""

    conversations: ConversationStore
    log: EventLog
    files: FileStore
    drafts: DraftStore
    canned: CannedStore
    writing: WritingStore
    mentions: MentionStore
    turns: TurnStore
    challenges: ChallengeStore
    customers: CustomerStore
    agents: AgentStore
    second_steps: SecondStepStore
    audit: AuditStore
    mails: MailStore
    shop: ShopStore
    refunds: RefundStore
    credits: CreditStore
    selfservice: SelfServiceStore
    staff: StaffStore
    shifts: ShiftStore
    waits: WaitStore
    offers: OfferStore
    contacts: ContactStore
    wrap_ups: WrapUpStore
    tasks: TaskStore
    gaps: GapStore
    leases: LeaseStore
    retention: RetentionStore
    erasures: ErasureStore
    search: SearchStore
    rules: RulesStore
    board: BoardStore
    now: datetime
    """The one time of everything this unit writes."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def append(self, conversation_id: str, actor: Actor, payload: AnyPayload) -> Event:
        """Write the next event of a conversation; it is published after the commit."""


class Units(Protocol):
    """Opens units of work. With `write=False` the unit reads one consistent state and must not write."""

    def __call__(self, *, write: bool = True) -> UnitOfWork: ...
    @property
    def one_writer(self) -> bool:
        """Whether the database lets one transaction write at a time, so that several deeds better share one."""

    def together(self, deeds: Sequence[Callable[[], T]]) -> list[T | Exception]:
        """Does each deed, and answers with what came of it.

        Where the database has one writer, their units share a transaction, committed before any of them is answered.
        A deed may be begun twice: do nothing in it but units of work.
        """
