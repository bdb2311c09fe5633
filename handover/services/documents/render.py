"""Which kind of document is made by whom, and as what."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from handover.domain.selfservice import Document
from handover.services.documents.data_export import data_export
from handover.services.documents.invoice import invoice
from handover.services.documents.letterhead import Letterhead
from handover.services.documents.return_label import return_label
from handover.services.ports import UnitOfWork
from handover.services.selfservice.subscription_letters import confirmation

PDF = "application/pdf"
JSON = "application/json"

Renderer = Callable[[UnitOfWork, Document, Letterhead], bytes]
"""Raises `NotFound` if what the document tells of is gone."""


class File(NamedTuple):
    name: str
    media_type: str
    content: bytes


RENDERERS: dict[str, tuple[Renderer, str]] = {
    "data_export": (data_export, JSON),
    "invoice": (invoice, PDF),
    "confirmation": (confirmation, PDF),
    "return_label": (return_label, PDF),
}
"""By the kind in the contract (`DocumentRef`)."""


def render(unit: UnitOfWork, document: Document, letterhead: Letterhead) -> File:
    renderer, media_type = RENDERERS[document.kind]
    return File(document.name, media_type, renderer(unit, document, letterhead))
