"""What is to be done at a time: tasks, and contact wishes that nobody settled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Select, func, insert, or_, select, update

from handover.domain.errors import NotFound
from handover.services.ports import Contact, OpenWish, Task, TaskRow
from handover.store.sight import in_sight
from handover.store.tables import contacts, conversations, customers, tasks

if TYPE_CHECKING:
    from handover.contract.tasks import TaskSet
    from handover.domain.agent import Sight

_FIELDS = [tasks.c[name] for name in Task._fields]


class SqlTaskStore:
    """See `ports.TaskStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, task: Task) -> None:
        self._connection.execute(insert(tasks).values(**task._asdict()))

    def get(self, task_id: str) -> Task:
        row = self._connection.execute(select(*_FIELDS).where(tasks.c.id == task_id)).one_or_none()
        if row is None:
            raise NotFound("There is no such task.")
        return Task(*row)

    def save(self, task: Task) -> None:
        self._connection.execute(update(tasks).where(tasks.c.id == task.id).values(**task._asdict()))

    def count_open(self, conversation_id: str) -> int:
        counted = select(func.count()).where(tasks.c.conversation_id == conversation_id, tasks.c.done_at.is_(None))
        return int(self._connection.execute(counted).scalar_one())

    def of(self, conversation_id: str) -> list[TaskRow]:
        theirs = _rows().where(tasks.c.conversation_id == conversation_id)
        return self._read(theirs.order_by(tasks.c.done_at.is_not(None), tasks.c.due_at, tasks.c.id))

    def listed(self, sight: Sight, which: TaskSet, limit: int) -> list[TaskRow]:
        own = or_(tasks.c.agent_id == sight.agent_id, tasks.c.made_by == sight.agent_id)
        shared = in_sight(sight) if sight.everything else tasks.c.agent_id.is_(None) & in_sight(sight)
        query = _rows().where(or_(own, shared)).limit(limit)
        if which == "done":
            return self._read(query.where(tasks.c.done_at.is_not(None)).order_by(tasks.c.done_at.desc(), tasks.c.id))
        return self._read(query.where(tasks.c.done_at.is_(None)).order_by(tasks.c.due_at, tasks.c.id))

    def wishes(self, sight: Sight, limit: int) -> list[OpenWish]:
        query = (
            select(contacts, customers.c.name, conversations.c.owner_id)
            .join_from(contacts, conversations, conversations.c.id == contacts.c.conversation_id)
            .outerjoin(customers, customers.c.id == conversations.c.customer_id)
            .where(contacts.c.outcome.is_(None), in_sight(sight))
            .order_by(contacts.c.created_at, contacts.c.conversation_id)
            .limit(limit)
        )
        return [
            OpenWish(
                row.conversation_id, row.name, row.owner_id, Contact(row.kind, row.value, row.note, row.created_at)
            )
            for row in self._connection.execute(query)
        ]

    def _read(self, query: Select[Any]) -> list[TaskRow]:
        return [TaskRow(Task(*row[:-1]), row[-1]) for row in self._connection.execute(query)]


def _rows() -> Select[Any]:
    return (
        select(*_FIELDS, customers.c.name)
        .join_from(tasks, conversations, conversations.c.id == tasks.c.conversation_id)
        .outerjoin(customers, customers.c.id == conversations.c.customer_id)
    )
