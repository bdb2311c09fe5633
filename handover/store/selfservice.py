"""Requests that customers made by themselves, and the documents they may fetch."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, select, update

from handover.domain.errors import NotFound
from handover.domain.selfservice import Document, ServiceRequest
from handover.store.tables import documents, service_requests

if TYPE_CHECKING:
    from datetime import datetime


class SqlSelfServiceStore:
    """See `ports.SelfServiceStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, request: ServiceRequest) -> None:
        self._connection.execute(insert(service_requests).values(**asdict(request)))

    def request_for(self, key: str) -> ServiceRequest | None:
        row = self._connection.execute(select(service_requests).where(service_requests.c.key == key)).mappings().first()
        return ServiceRequest(**row) if row else None

    def requests_of(self, customer_id: str, kind: str | None = None) -> list[ServiceRequest]:
        query = select(service_requests).where(service_requests.c.customer_id == customer_id)
        if kind is not None:
            query = query.where(service_requests.c.kind == kind)
        newest_first = service_requests.c.created_at.desc(), service_requests.c.id.desc()
        rows = self._connection.execute(query.order_by(*newest_first)).mappings()
        return [ServiceRequest(**row) for row in rows]

    def undo(self, request: ServiceRequest, at: datetime) -> None:
        """The key goes with it, so that the same may be asked for again."""
        self._connection.execute(
            update(service_requests)
            .where(service_requests.c.id == request.id)
            .values(state="undone", undone_at=at, key=f"undone-{request.id}")
        )

    def reference_is_taken(self, reference: str) -> bool:
        taken = select(service_requests.c.id).where(service_requests.c.reference == reference)
        return self._connection.execute(taken).first() is not None

    def add_document(self, document: Document) -> None:
        self._connection.execute(insert(documents).values(**asdict(document)))

    def document(self, conversation_id: str, document_id: str) -> Document:
        found = select(documents).where(documents.c.id == document_id, documents.c.conversation_id == conversation_id)
        row = self._connection.execute(found).mappings().first()
        if row is None:
            raise NotFound("There is no such document.")
        return Document(**row)
