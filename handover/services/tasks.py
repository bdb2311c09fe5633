"""What is to be done at a time: callbacks and follow-ups, which outlive the end of their case.

A task is one's own, a colleague's, or that of everybody who may see the conversation. The wishes for a call that visitors
left are shown beside them and stay what they are: a contact is settled, never doubled as a task.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from handover.contract.events import TaskDone, TaskMade, TaskReopened
from handover.contract.tasks import ContactWish, NewTask, TaskList, TaskSet, TaskView
from handover.domain.agent import Agent
from handover.domain.conversation import Conversation
from handover.domain.errors import InvalidInput, NotAllowed, NotFound, TooMany
from handover.services.access import Action, may, require, sight_of
from handover.services.contacts import contact_view
from handover.services.ports import AgentAccount, OpenWish, Task, TaskRow, UnitOfWork, Units
from handover.services.steps import acting, once, printable
from handover.services.tokens import new_id

OPEN_AT_MOST = 20
"""Tasks of one conversation that are not done."""
FURTHEST = timedelta(days=366)
LATE = timedelta(minutes=5)
"""So far back a time may lie that was chosen a moment ago."""
SHOWN_OPEN, SHOWN_DONE = 500, 50


class Tasks:
    def __init__(self, unit: Units) -> None:
        self._unit = unit

    def make(self, agent: Agent, conversation_id: str, client_id: str, new: NewTask) -> int:
        """Answers the number of the event. Raises `TooMany`.

        Raises `InvalidInput` for a time that cannot be, or a colleague who may not see the conversation.
        """

        def act(unit: UnitOfWork, conversation: Conversation) -> int:
            _require_time(unit, new)
            whose = _whose(unit, agent, conversation, new.agent_id)
            if unit.tasks.count_open(conversation_id) >= OPEN_AT_MOST:
                raise TooMany("This conversation has as many tasks as it may.", limit=OPEN_AT_MOST)
            note = printable(new.note).strip()
            owner_id = whose.id if whose else None
            task = Task(new_id(), conversation_id, new.kind, new.due_at, note, owner_id, agent.id, unit.now)
            unit.tasks.add(task)
            made = TaskMade(
                task_id=task.id,
                kind=task.kind,
                due_at=task.due_at,
                note=note,
                agent_id=owner_id,
                agent_name=whose.name if whose else None,
            )
            return unit.append(conversation_id, acting(agent), made).number

        require(agent, Action.SERVE_CONVERSATIONS)
        return once(self._unit, conversation_id, client_id, ("task", agent.id, new.model_dump_json()), act)

    def done(self, agent: Agent, task_id: str, *, is_done: bool) -> TaskView:
        """Doing what is done changes nothing. Raises `NotFound` for one out of sight as for an unknown one.

        Raises `NotAllowed` for a colleague's, unless a supervisor does it or whoever made it.
        """
        require(agent, Action.SERVE_CONVERSATIONS)
        with self._unit() as unit:
            conversation = unit.conversations.locked(unit.tasks.get(task_id).conversation_id)
            task = unit.tasks.get(task_id)  # as it is under the lock
            _require_hand(unit, agent, task)
            if is_done != (task.done_at is not None):
                _settle(unit, agent, task, conversation, is_done=is_done)
            [row] = [row for row in unit.tasks.of(task.conversation_id) if row.task.id == task_id]
            return _view(row, _names(unit))

    def of(self, agent: Agent, conversation_id: str) -> list[TaskView]:
        """Of one conversation: the open ones by their time, then the done ones."""
        require(agent, Action.READ_CONVERSATIONS)
        with self._unit(write=False) as unit:
            names = _names(unit)
            return [_view(row, names) for row in unit.tasks.of(conversation_id)]

    def listed(self, agent: Agent, which: TaskSet) -> TaskList:
        """One's own and everybody's in sight; to supervisors all. With the open ones the wishes that visitors left."""
        require(agent, Action.SERVE_CONVERSATIONS)
        sight = sight_of(agent)
        with self._unit(write=False) as unit:
            names = _names(unit)
            rows = unit.tasks.listed(sight, which, SHOWN_OPEN if which == "open" else SHOWN_DONE)
            wishes = unit.tasks.wishes(sight, SHOWN_OPEN) if which == "open" else []
        return TaskList(tasks=tuple(_view(row, names) for row in rows), contacts=tuple(_wishes(agent, wishes)))


def _require_time(unit: UnitOfWork, new: NewTask) -> None:
    if not unit.now - LATE <= new.due_at <= unit.now + FURTHEST:
        raise InvalidInput("A task is due within a year, and not in the past.")


def _whose(unit: UnitOfWork, agent: Agent, conversation: Conversation, agent_id: str | None) -> Agent | None:
    """Whoever gets it must serve and may know of the conversation."""
    if agent_id is None or agent_id == agent.id:
        return agent if agent_id else None
    account = unit.agents.account(agent_id)
    if account is None or not _may_have(unit, account, conversation):
        raise InvalidInput("This colleague cannot see the conversation.")
    return account.agent


def _may_have(unit: UnitOfWork, account: AgentAccount, conversation: Conversation) -> bool:
    if not account.active or not may(account.agent, Action.SERVE_CONVERSATIONS):
        return False
    try:
        unit.conversations.in_sight(conversation.id, sight_of(account.agent))
    except NotFound:
        return False
    return True


def _require_hand(unit: UnitOfWork, agent: Agent, task: Task) -> None:
    if agent.id in (task.agent_id, task.made_by):
        return
    unit.conversations.in_sight(task.conversation_id, sight_of(agent))
    if task.agent_id is not None and not may(agent, Action.SUPERVISE):
        raise NotAllowed("This task is a colleague's.")


def _settle(unit: UnitOfWork, agent: Agent, task: Task, conversation: Conversation, *, is_done: bool) -> None:
    """The route names no conversation, so the audit log is told here."""
    at, by = (unit.now, agent.id) if is_done else (None, None)
    unit.tasks.save(task._replace(done_at=at, done_by=by))
    told = TaskDone(task_id=task.id, kind=task.kind) if is_done else TaskReopened(task_id=task.id, kind=task.kind)
    unit.append(task.conversation_id, acting(agent), told)
    deed = "conversation.task_done" if is_done else "conversation.task_reopened"
    about = {"conversation": task.conversation_id, "customer": conversation.customer_id}
    unit.audit.note(unit.now, agent.id, deed, None, allowed=True, **about)


def _names(unit: UnitOfWork) -> dict[str, str]:
    return {account.agent.id: account.agent.name for account in unit.agents.accounts()}


def _view(row: TaskRow, names: dict[str, str]) -> TaskView:
    task = row.task
    return TaskView(
        id=task.id,
        conversation_id=task.conversation_id,
        customer_name=row.customer_name,
        kind=task.kind,
        due_at=task.due_at,
        note=task.note,
        agent_id=task.agent_id,
        agent_name=names.get(task.agent_id) if task.agent_id else None,
        made_by=names.get(task.made_by, ""),
        made_at=task.made_at,
        done_at=task.done_at,
        done_by=names.get(task.done_by) if task.done_by else None,
    )


def _wishes(agent: Agent, wishes: Sequence[OpenWish]) -> list[ContactWish]:
    return [
        ContactWish(
            conversation_id=wish.conversation_id,
            customer_name=wish.customer_name,
            contact=view,
            may_settle=wish.owner_id in (None, agent.id),
        )
        for wish in wishes
        if (view := contact_view(wish.contact))
    ]
