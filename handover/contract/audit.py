"""The audit log as the desk's page reads it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from handover.contract.base import Wire

AuditKind = Literal["reads", "writes", "openings", "log_ins", "refusals"]


class AuditEntry(Wire):
    """Who saw or did what, with whose data. Never what was said."""

    id: int
    at: datetime
    agent_id: str | None
    """None: the system, or somebody at the command line."""
    agent_name: str | None
    action: str
    """`conversation.read`, `customer.opened`, `conversation.claim`, …; of a refusal the method and path that was tried."""
    subject: str | None
    """What else it was about: a decision, an account, a document."""
    subject_name: str | None
    """Of whom, where it was about a colleague's account."""
    allowed: bool
    conversation: str | None
    customer: str | None
    """Ids, which may lead nowhere by now."""
    customer_number: str | None
    why: str | None
    """The reason that was given for opening a record."""


class AuditPage(Wire):
    """Newest first."""

    entries: tuple[AuditEntry, ...]
    next: int | None
    """Pass it as `before` for older entries."""


class Opening(Wire):
    """A customer's record that is open for a reason."""

    until: datetime
