"""What is to be done at a time: callbacks and follow-ups."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from handover.contract.base import Wire
from handover.contract.events import TaskKind
from handover.contract.routing import ContactView

NOTE_LIMIT = 1000
TaskNote = Annotated[str, Field(max_length=NOTE_LIMIT)]


class NewTask(Wire):
    kind: TaskKind
    due_at: AwareDatetime
    note: TaskNote = ""
    agent_id: str | None = Field(default=None, max_length=40)
    """Whose it is; none: that of everybody who may see the conversation."""


class TaskView(Wire):
    id: str
    conversation_id: str
    customer_name: str | None
    kind: TaskKind
    due_at: AwareDatetime
    note: str
    agent_id: str | None
    agent_name: str | None
    made_by: str
    """Name."""
    made_at: AwareDatetime
    done_at: AwareDatetime | None
    done_by: str | None
    """Name."""


class ContactWish(Wire):
    """A wish to be called or written to that nobody has settled yet: a task that its visitor made."""

    conversation_id: str
    customer_name: str | None
    contact: ContactView
    may_settle: bool
    """Not while a colleague has the case."""


class TaskList(Wire):
    """Answer to `GET /api/tasks`: open ones by their time; done ones, the last one first."""

    tasks: tuple[TaskView, ...]
    contacts: tuple[ContactWish, ...] = ()


class CaseTasks(Wire):
    tasks: tuple[TaskView, ...]


TaskSet = Literal["open", "done"]
