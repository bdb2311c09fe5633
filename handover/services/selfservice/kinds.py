"""What a kind of request is made of. Each is one function in a module of this folder, named in `KINDS`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from handover.contract.base import Language
from handover.domain.selfservice import Facts, ServiceRequest
from handover.services.ports import Mail, UnitOfWork
from handover.services.shop_rules import ShopRules

ALL = 1000
"""More invoices or orders than one customer has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Who asks for what, under the locks of the conversation and the customer."""

    unit: UnitOfWork
    conversation_id: str
    customer_id: str
    language: Language
    subject: str
    params: dict[str, str]
    zone: tzinfo
    rules: ShopRules

    @property
    def now(self) -> datetime:
        return self.unit.now

    @property
    def today(self) -> date:
        """The shop's day."""
        return self.now.astimezone(self.zone).date()

    @property
    def end_of_day(self) -> datetime:
        """The last moment of the shop's day, aware UTC."""
        tomorrow = datetime.combine(self.today + timedelta(days=1), time(), self.zone)
        return tomorrow.astimezone(UTC) - timedelta(microseconds=1)

    def made(self, kind: str) -> list[ServiceRequest]:
        """What was asked of this kind about the subject, oldest first, with what was taken back.

        By its place among them the next one is told from those before, so that it can be asked for once more.
        """
        made = self.unit.selfservice.requests_of(self.customer_id, kind)
        return [one for one in reversed(made) if one.subject == self.subject]


@dataclass(frozen=True, slots=True)
class Refused:
    """It cannot be done. `because` is a key of the bot's texts, `facts` what they need."""

    because: str
    facts: Facts = field(default_factory=dict)


class Unknown:
    """There is no such thing, or it is somebody else's: the same answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What would be done. Nothing has happened before `apply` is called, and everything afterwards.

    Without `apply` there is nothing to write beside the request itself, or it was done before.
    """

    key: tuple[str, ...]
    """What may happen only once, beside the customer and the kind: said again, it gets the first answer."""
    facts: Facts
    apply: Callable[[ServiceRequest], None] | None = None
    mail: Callable[[ServiceRequest, str], Mail] | None = None
    """The confirmation in writing, of the request with its reference, to this address."""
    document: tuple[str, str, str] | None = None
    """Kind, subject and file name of a file to fetch; an empty subject stands for the request's reference."""
    undo_until: datetime | None = None
    is_open: bool = False
    """Somebody still has to do their part."""


Answer = Plan | Refused | Unknown
Kind = Callable[[Case], Answer]
