"""One thing a customer had done by themselves, as it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

Facts = dict[str, str | int | None]
"""Numbers, ISO days and cents: what the sentence about it needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRequest:
    id: str
    reference: str
    key: str
    """Of what may happen only once."""
    customer_id: str
    conversation_id: str | None
    kind: str
    subject: str
    params: dict[str, str]
    facts: Facts
    state: str = "done"
    """`open`: somebody or something still has to do its part. `undone`: taken back by the customer."""
    created_at: datetime
    undo_until: datetime | None = None
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file a visitor may fetch; made anew each time from what the database says."""

    id: str
    conversation_id: str
    customer_id: str
    kind: str
    subject: str
    language: str
    name: str
    created_at: datetime
