"""Who may fetch a document: the visitor it was made for, and the staff."""

from __future__ import annotations

from handover.domain.agent import Agent
from handover.domain.errors import NotFound
from handover.services.access import Action, require
from handover.services.documents.letterhead import Letterhead
from handover.services.documents.render import File, render
from handover.services.ports import Units


class Documents:
    def __init__(self, unit: Units, letterhead: Letterhead) -> None:
        self._unit, self._letterhead = unit, letterhead

    def for_visitor(self, conversation_id: str, document_id: str) -> File:
        """Raises `NotFound`, also for somebody else's: only who is proven to be its customer may have it."""
        with self._unit(write=False) as unit:
            document = unit.selfservice.document(conversation_id, document_id)
            if unit.conversations.get(conversation_id).proven_customer != document.customer_id:
                raise NotFound("There is no such document.")
            return render(unit, document, self._letterhead)

    def for_agent(self, agent: Agent, conversation_id: str, document_id: str) -> File:
        """Noted in the audit: it holds a customer's data. Raises `NotFound` or `NotAllowed`."""
        require(agent, Action.READ_CUSTOMERS)
        with self._unit(write=False) as unit:
            file = render(unit, unit.selfservice.document(conversation_id, document_id), self._letterhead)
        with self._unit() as unit:
            unit.audit.note(unit.now, agent.id, "document.fetch", document_id, allowed=True)
        return file
