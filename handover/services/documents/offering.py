"""The right to fetch a file, given to the visitor of one conversation. The file is made when it is fetched."""

from __future__ import annotations

from handover.contract.base import Language
from handover.contract.events import DocumentRef
from handover.domain.selfservice import Document
from handover.services.ports import UnitOfWork
from handover.services.tokens import new_id


def offer(
    unit: UnitOfWork, *, conversation_id: str, customer_id: str, language: Language, kind: str, subject: str, name: str
) -> DocumentRef:
    """`kind` and `subject`: what it tells of; `name`: what it is saved as."""
    document = Document(
        id=new_id(),
        conversation_id=conversation_id,
        customer_id=customer_id,
        kind=kind,
        subject=subject,
        language=language,
        name=name,
        created_at=unit.now,
    )
    unit.selfservice.add_document(document)
    return DocumentRef(id=document.id, kind=document.kind, name=document.name)
