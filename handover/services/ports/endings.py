"""The store: how cases ended, what is still to be done, and what was proposed to the editors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from handover.contract.base import Language
from handover.contract.events import TaskKind
from handover.contract.gaps import GapState
from handover.contract.tasks import TaskSet
from handover.contract.wrap_up import WrapUp
from handover.domain.agent import Sight
from handover.services.ports.queue import Contact


class CaseEnd(NamedTuple):
    """One end of a case that an agent had, and what they said of it."""

    conversation_id: str
    ownership_version: int
    """Under which they had it."""
    agent_id: str
    ended_at: datetime
    topic: str | None
    """Of the case when it ended, as its reason; the conversation keeps neither."""
    reason: str | None
    skipped: bool = False
    wrap_up: WrapUp | None = None
    judged_by: str | None = None
    judged_at: datetime | None = None


class OpenEnd(NamedTuple):
    conversation_id: str
    customer_name: str | None
    ended_at: datetime


class EndFigures(NamedTuple):
    ended: int
    judged: int
    bot_could: dict[str, int]
    root_causes: dict[str, int]


class WrapUpStore(Protocol):
    """Ends of cases, judged or not."""

    def add(self, end: CaseEnd) -> None:
        """Not judged yet."""

    def last(self, conversation_id: str) -> CaseEnd | None: ...
    def skip(self, conversation_id: str) -> None:
        """The last end of this conversation, if it is not judged: its agent is asked no more."""

    def judge(self, end: CaseEnd, wrap_up: WrapUp, number: int, by: str, at: datetime) -> None:
        """`number`: of the event that ended it. In the place of an earlier judgement."""

    def open_of(self, sight: Sight, since: datetime, limit: int) -> list[OpenEnd]:
        """Of cases that they had and still see: neither judged nor skipped, and with no agent again; the newest first."""

    def figures(self, since: datetime) -> EndFigures: ...


class Task(NamedTuple):
    """Something to be done at a time."""

    id: str
    conversation_id: str
    kind: TaskKind
    due_at: datetime
    note: str
    agent_id: str | None
    made_by: str
    made_at: datetime
    done_at: datetime | None = None
    done_by: str | None = None


class TaskRow(NamedTuple):
    task: Task
    customer_name: str | None


class OpenWish(NamedTuple):
    """A contact that was left and that nobody settled."""

    conversation_id: str
    customer_name: str | None
    owner_id: str | None
    contact: Contact


class TaskStore(Protocol):
    """Tasks of conversations."""

    def add(self, task: Task) -> None: ...
    def get(self, task_id: str) -> Task:
        """Raises `NotFound`."""

    def save(self, task: Task) -> None: ...
    def count_open(self, conversation_id: str) -> int: ...
    def of(self, conversation_id: str) -> list[TaskRow]:
        """Of one conversation: the open ones by their time, then the done ones."""

    def listed(self, sight: Sight, which: TaskSet, limit: int) -> list[TaskRow]:
        """Somebody's own, wherever they are; and of conversations in sight those of everybody, with `everything` all."""

    def wishes(self, sight: Sight, limit: int) -> list[OpenWish]:
        """Of conversations in sight, the oldest first."""


class Gap(NamedTuple):
    """A question that the bot could not answer."""

    id: str
    language: Language
    question: str
    question_key: str
    topic: str | None
    state: GapState
    version: int
    made_at: datetime
    reason: str = ""
    article_id: str | None = None
    settled_by: str | None = None
    settled_at: datetime | None = None


class ProposedAnswer(NamedTuple):
    id: str
    gap_id: str
    agent_id: str
    question: str
    answer: str
    remark: str
    at: datetime


class GapStore(Protocol):
    """Proposals to the editors."""

    def open_or_add(self, gap: Gap) -> Gap:
        """The open one with this question, locked; `gap` itself if there is none yet. Never two, who ever proposes at once."""

    def open_one(self, language: Language, question_key: str) -> Gap | None: ...
    def add_answer(self, answer: ProposedAnswer) -> None: ...
    def get(self, gap_id: str) -> Gap:
        """Raises `NotFound`."""

    def save(self, gap: Gap, version: int) -> bool:
        """The new state; False, and nothing changed: what is kept has another version than this.

        Raises `Conflict` if it would be open beside another one with its question.
        """

    def listed(self, state: GapState, agent_id: str | None, limit: int) -> list[Gap]:
        """The newest first; with `agent_id` those that they proposed."""

    def answers(self, gap_ids: Sequence[str]) -> dict[str, list[ProposedAnswer]]:
        """By gap, the newest first."""
