"""What agents have begun to write. It outlives their tab, their connection and their machine."""

from __future__ import annotations

from handover.contract.base import DraftKind
from handover.domain.agent import Agent
from handover.services.access import Action, require
from handover.services.ports import Units
from handover.services.steps import printable


class Drafts:
    """Each agent's own: nobody reads what a colleague has not sent."""

    def __init__(self, unit: Units) -> None:
        self._unit = unit

    def keep(self, agent: Agent, conversation_id: str, kind: DraftKind, text: str) -> None:
        """The draft is this text from now on; an empty one is none."""
        require(agent, Action.SERVE_CONVERSATIONS)
        with self._unit() as unit:
            unit.conversations.get(conversation_id)
            unit.drafts.keep(agent.id, conversation_id, kind, printable(text), unit.now)

    def of(self, agent: Agent, conversation_id: str) -> dict[DraftKind, str]:
        require(agent, Action.READ_CONVERSATIONS)
        with self._unit(write=False) as unit:
            return unit.drafts.of(agent.id, conversation_id)
