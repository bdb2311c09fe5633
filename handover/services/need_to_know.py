"""Need to know: whose conversations and customers somebody may see, and the audit entry of each look and each change.

The one way in for the desk's API (`api/dependencies.py`) and its sockets. A conversation out of sight is answered like an
unknown one. A customer's record opens with a case of one's own, one's team or nobody's, or with a reason, which is logged.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock

from handover.contract.audit import Opening
from handover.domain.agent import Agent
from handover.domain.conversation import Conversation
from handover.domain.errors import InvalidInput, ReasonNeeded
from handover.services.access import Action, require, sight_of
from handover.services.ports import UnitOfWork, Units
from handover.services.steps import printable

CASE_FOR = timedelta(days=30)
"""So long after its last word a case still opens its customer's record."""
OPEN_FOR = timedelta(minutes=30)
"""A record that was opened with a reason stays open to whoever gave it."""
ONE_LOOK = timedelta(minutes=10)
"""Looks of one person at one record within this time are one entry."""
REASON_LEAST, REASON_MOST = 10, 500
"""Characters."""
OPENED = "customer.opened"
REMEMBERED = 10_000


class NeedToKnow:
    def __init__(self, unit: Units) -> None:
        self._unit = unit
        self._looked: dict[tuple[str, str], datetime] = {}  # spares asking the database again with each request
        self._looking = Lock()

    def conversation(self, agent: Agent, conversation_id: str, changes: str | None = None) -> None:
        """Before somebody sees a conversation, or `changes` it (what is done, for the audit). Raises `NotFound`."""
        with self._unit(write=False) as unit:
            customer_id = unit.conversations.in_sight(conversation_id, sight_of(agent)).customer_id
        if changes:
            self._note(agent, f"conversation.{changes}", conversation_id, customer_id)
        else:
            self._note_look(agent, "conversation.read", conversation_id, customer_id)

    def sees(self, agent: Agent, conversation_id: str) -> Conversation:
        """The same without an entry, for what tells nothing about anybody. Raises `NotFound`."""
        with self._unit(write=False) as unit:
            return unit.conversations.in_sight(conversation_id, sight_of(agent))

    def customer(self, agent: Agent, customer_id: str) -> None:
        """Before somebody sees a customer's record. Raises `NotFound`, or `ReasonNeeded`."""
        require(agent, Action.READ_CUSTOMERS)
        with self._unit(write=False) as unit:
            unit.customers.record(customer_id)
            if not is_open(unit, agent, customer_id):
                raise ReasonNeeded("Say why you need this record.")
        self._note_look(agent, "customer.read", None, customer_id)

    def open(self, agent: Agent, customer_id: str, reason: str) -> Opening:
        """Open a record for `OPEN_FOR`; the reason is logged. Raises `InvalidInput` if it is too short to be one."""
        require(agent, Action.READ_CUSTOMERS)
        why = printable(reason).strip()
        if not REASON_LEAST <= len(why) <= REASON_MOST:
            raise InvalidInput(f"A reason has {REASON_LEAST} to {REASON_MOST} characters.")
        with self._unit() as unit:
            unit.customers.record(customer_id)
            unit.audit.note(unit.now, agent.id, OPENED, None, allowed=True, customer=customer_id, why=why)
            return Opening(until=unit.now + OPEN_FOR)

    def note_look_around(self, agent: Agent, what: str) -> None:
        """At lists and findings, which hold a little of many: `what.read`, also one entry for a while."""
        self._note_look(agent, f"{what}.read", None, None)

    # --- the entries ---

    def _note(self, agent: Agent, action: str, conversation_id: str | None, customer_id: str | None) -> None:
        with self._unit() as unit:
            about = {"conversation": conversation_id, "customer": customer_id}
            unit.audit.note(unit.now, agent.id, action[:60], None, allowed=True, **about)

    def _note_look(self, agent: Agent, action: str, conversation_id: str | None, customer_id: str | None) -> None:
        """A page asks for several parts of a record at the same moment; one of them notes it."""
        key = agent.id, conversation_id or customer_id or action
        with self._unit(write=False) as unit:
            now, about = unit.now, {"conversation": conversation_id, "customer": customer_id}
            if self._just_looked(key, now) or unit.audit.noted_since(agent.id, action, now - ONE_LOOK, **about):
                return
        try:
            self._note(agent, action, conversation_id, customer_id)
        except Exception:
            self._looked.pop(key, None)
            raise

    def _just_looked(self, key: tuple[str, str], now: datetime) -> bool:
        with self._looking:
            if now - self._looked.get(key, now - ONE_LOOK) < ONE_LOOK:
                return True
            if len(self._looked) >= REMEMBERED:
                self._looked.clear()
            self._looked[key] = now
            return False


def is_open(unit: UnitOfWork, agent: Agent, customer_id: str) -> bool:
    """Whether a customer's record is open to somebody."""
    return unit.customers.has_case(customer_id, sight_of(agent), unit.now - CASE_FOR) or unit.audit.noted_since(
        agent.id, OPENED, unit.now - OPEN_FOR, customer=customer_id
    )
